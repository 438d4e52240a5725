"""The words on step cards."""

from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import QLocale

from opendoors_desktop.domain.condition import Comparison, Group, Junction, Operator
from opendoors_desktop.domain.fact_field import FIELDS
from opendoors_desktop.domain.send_window import Delay
from opendoors_desktop.domain.step import LinkedInAction, Step, StepType
from opendoors_desktop.gui.card_words import _FIELDS, CardWords, figure_text, lane_words, readable
from opendoors_desktop.store.queries.sequence_steps import Figure, StepCard
from opendoors_desktop.store.queries.step_figures import StepFigures

FIRST, SECOND = UUID(int=11), UUID(int=12)


@pytest.fixture(autouse=True)
def _english():
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English))
    yield
    QLocale.setDefault(before)


def card(kind: StepType, name: str = "", **more: Any) -> StepCard:
    shown = (Figure("checked", 322), Figure("yes", 44, 322), Figure("no", 278, 322), Figure("waiting", 0))
    step = Step(SECOND, UUID(int=1), 2, kind, **more)
    return StepCard(step, name, 2, 5, 0, more.get("is_enabled", True), StepFigures(), shown, 0)


def words(*, in_working_days: bool = False) -> CardWords:
    first = StepCard(Step(FIRST, UUID(int=1), 1, StepType.EMAIL), "", 1, 1, 0, True, StepFigures(), (), 0)
    return CardWords([first, card(StepType.CONDITIONAL)], in_working_days=in_working_days)


def asks(*members: Comparison | Group, by: Junction = Junction.AND) -> Group:
    return Group(by, members)


@pytest.mark.parametrize(
    "condition,told",
    [
        (asks(Comparison("email_clicked", Operator.EQUALS, True, FIRST)), "Clicked a link in step 1"),
        (asks(Comparison("email_opened", Operator.EQUALS, False)), "Not: Opened an email"),
        (asks(Comparison("email_opened", Operator.NOT_EQUALS, False)), "Opened an email"),
        (asks(Comparison("contact.city", Operator.IS_SET)), "City is filled in"),
        (asks(Comparison("contact.custom.score", Operator.AT_LEAST, 7)), "Score ≥ 7"),
        (asks(Comparison("contact.country", Operator.IN, ("NO", "SE"))), "Country is one of NO, SE"),
        (
            asks(
                Comparison("email_replied", Operator.EQUALS, True),
                asks(
                    Comparison("contact.tags", Operator.CONTAINS, "vip"),
                    Comparison("days_since_enrolled", Operator.LESS_THAN, 3),
                    by=Junction.OR,
                ),
            ),
            "Replied and (tags contains vip or days since enrolled < 3)",
        ),
    ],
)  # fmt: skip
def test_a_condition_in_words(condition: Group, told: str):
    assert words().title(card(StepType.CONDITIONAL, conditions=condition)) == told


def test_what_a_screen_reader_says_of_a_card():
    condition = asks(Comparison("email_clicked", Operator.EQUALS, True, FIRST))
    assert words().sentence(card(StepType.CONDITIONAL, conditions=condition)) == (
        "Step 2 of 2, Condition, Clicked a link in step 1, day 5, 322 checked, 44 yes, 278 no, 0 waiting"
    )
    off = words().sentence(card(StepType.EMAIL, "Hello", is_enabled=False))
    assert off.startswith("Step 2 of 2, Email, Hello, day 5, switched off")


def test_waits_are_told_in_the_sequences_own_days():
    assert words().wait(Delay(days=2)) == "2 days"
    assert words(in_working_days=True).wait(Delay(days=2, hours=3)) == "2 working days 3 hours"
    assert words().wait(Delay()) == "no wait"


@pytest.mark.parametrize(
    "made,detail",
    [
        (card(StepType.EMAIL, "Named", subject_template="Logs at {{ company }}"), "Email · Logs at {{ company }}"),
        (card(StepType.EMAIL, subject_template="Logs"), "Email · new thread"),
        (card(StepType.EMAIL, "Named"), "Email · in the same thread"),
        (card(StepType.EMAIL, "Named", is_manual=True), "Email · written by hand"),
        (card(StepType.LINKEDIN, linkedin_action=LinkedInAction.CONNECT), "LinkedIn · connect"),
        (card(StepType.CONDITIONAL), "Condition · decided on day 5"),
        (card(StepType.CONDITIONAL, wait_until_true=True), "Condition · yes as soon as it holds"),
        (card(StepType.TASK, task_due_days=3), "Task · due in 3 days"),
        (card(StepType.DELAY), "Delay"),
    ],
)
def test_the_line_under_the_name(made: StepCard, detail: str):
    assert words().detail(made) == detail


def test_shares_of_emails_are_percent_and_of_nothing_a_dash():
    assert figure_text(Figure("opened", 214, 387)).startswith("55.3")
    assert figure_text(Figure("opened", 0, 0)) == "–"
    assert figure_text(Figure("opened", 0, 387, is_measured=False)) == "–"
    assert figure_text(Figure("done", 3, 9)) == "3"
    assert lane_words(44, 322).startswith("44 contacts · 14")
    assert lane_words(0, 0) == "0 contacts"


def test_a_lane_without_steps_says_where_it_leads():
    assert lane_words(0, 0, is_empty=True) == "Goes straight on · 0 contacts"
    assert lane_words(0, 0, is_empty=True, finishes=True) == "0 contacts, then finished"


def test_outcomes_of_calls_are_told_by_their_labels_and_fields_by_their_words():
    asked = Comparison("call_outcome", Operator.IN, ("voicemail", "wrong_number"), FIRST)
    known = {"voicemail": "Left a voicemail"}
    first = StepCard(Step(FIRST, UUID(int=1), 1, StepType.CALL), "", 1, 1, 0, True, StepFigures(), (), 0)
    told = CardWords([first], in_working_days=False, outcomes=known).condition(asks(asked))
    assert told == "Call outcome of step 1 is one of Left a voicemail, wrong_number"  # the other is no more in use
    url = Comparison("contact.linkedin_url", Operator.IS_SET)
    assert words().condition(asks(url)) == "LinkedIn is filled in"


def test_every_field_of_the_condition_language_has_words():
    assert set(FIELDS) <= set(_FIELDS)


def test_T79_a_name_with_markup_and_line_ends_is_one_line_of_text():
    shown = words().title(card(StepType.EMAIL, "<b>Hi</b>\n<img src=x>"))
    assert shown == "<b>Hi</b> <img src=x>"


def test_variables_in_a_title_are_read_by_their_words():
    assert readable('Logs at {{ company | default("you") }}, {{ sender_name }}') == "Logs at Company, Sender’s name"
