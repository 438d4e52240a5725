"""What keeps a sequence from starting: everything at once, with the step's number and what to do."""

from dataclasses import replace
from datetime import time
from uuid import UUID

import pytest
from hypothesis import given

from opendoors_desktop.domain.check import MailboxState, Surroundings, check_sequence, condition_warnings
from opendoors_desktop.domain.condition import referred_steps
from opendoors_desktop.domain.flow import Flow
from opendoors_desktop.domain.send_window import Delay, SendWindow
from opendoors_desktop.domain.sequence import MailboxShare
from opendoors_desktop.domain.step import Branch, LinkedInAction
from opendoors_desktop.domain.step_check import first_emails
from opendoors_desktop.domain.variants import AbTest, Variant
from tests.domain.flow_builders import (
    MAILBOX,
    NEVER,
    OTHER_MAILBOX,
    all_of,
    call,
    email,
    flow,
    fork,
    is_true,
    linkedin,
    name_of,
    nodes,
    sequence,
    step_id,
    task,
    wait,
)

ANA = MailboxState("ana@example.com")
BEN = MailboxState("ben@example.com")
AROUND = Surroundings({MAILBOX: ANA, OTHER_MAILBOX: BEN}, tracks=True)


def found(*built, around=AROUND, **settings):
    """The words of all problems with the number of the step; those that only warn in brackets."""
    problems = check_sequence(sequence(*built, **settings), around)
    return [
        ("{}:{}" if each.blocks else "({}:{})").format(each.number, each.code)
        if each.number
        else (each.code if each.blocks else f"({each.code})")
        for each in problems
    ]


def test_a_sequence_that_is_right_has_no_problems():
    built = (
        email("A"),
        wait("W"),
        fork("K", yes=(call("C"),), no=(linkedin("L"),), conditions=all_of(is_true("email_opened", "A"))),
        email("B", subject_template=None),
    )
    assert found(*built) == []


def test_everything_is_told_at_once_what_blocks_first():
    problems = check_sequence(
        sequence(
            fork("K", conditions=None),
            email("A", subject_template="", body_template=" "),
            linkedin("L", linkedin_action=None),
            task("T", task_title=None),
            default_mailbox_id=None,
            window=SendWindow((False,) * 7, time(9), None),
            zone="Europe/Atlantis",
        ),
        replace(AROUND, has_footer=False),
    )
    assert [(each.number, each.code) for each in problems if each.blocks] == [
        (None, "bad_window"),
        (None, "bad_window"),
        (None, "bad_zone"),
        (None, "no_mailbox"),
        (1, "no_condition"),
        (2, "empty_body"),
        (2, "empty_subject"),
        (3, "no_action"),
    ]
    assert [each.code for each in problems if not each.blocks] == ["no_footer", "no_title"]
    assert all(each.sentence.endswith(".") and each.advice for each in problems)
    assert problems[4].step_id == step_id("K")


def test_at_least_one_step_must_be_switched_on():
    assert found() == ["no_steps"]
    assert found(email("A", is_enabled=False)) == ["no_steps"]


def test_a_sequence_of_tasks_needs_no_mailbox():
    assert found(task("T"), default_mailbox_id=None) == []


@pytest.mark.parametrize(
    "settings,states,expected",
    [
        ({"default_mailbox_id": None}, {}, ["no_mailbox"]),
        ({}, {}, ["mailbox_fails"]),
        ({}, {MAILBOX: replace(ANA, can_send=False, reason="its password was refused.")}, ["mailbox_fails"]),
        ({}, {MAILBOX: replace(ANA, reads_replies=False)}, ["(replies_unseen)"]),
        ({"shares": (MailboxShare(MAILBOX), MailboxShare(OTHER_MAILBOX))}, {MAILBOX: ANA}, ["(mailbox_fails)"]),
        ({"shares": (MailboxShare(MAILBOX), MailboxShare(OTHER_MAILBOX, 0))}, {MAILBOX: ANA}, []),
        ({"shares": (MailboxShare(OTHER_MAILBOX, 0),)}, {MAILBOX: ANA}, []),
    ],
)
def test_a_mailbox_that_can_send_is_needed(settings, states, expected):
    assert found(email("A"), around=Surroundings(states, tracks=True), **settings) == expected


def test_the_first_email_steps_own_mailbox_is_enough_and_later_ones_are_looked_at():
    own = email("A", mailbox_id=OTHER_MAILBOX)
    assert found(own, default_mailbox_id=None) == []
    assert found(email("A"), email("B", mailbox_id=UUID(int=77))) == ["(mailbox_fails)"]
    assert found(email("A"), email("B", mailbox_id=UUID(int=77), subject_template=None)) == []


def test_a_mailbox_that_fails_says_why():
    states = {MAILBOX: replace(ANA, can_send=False, reason="its password was refused.")}
    [problem] = check_sequence(sequence(email("A")), Surroundings(states))
    assert problem.sentence == "ana@example.com can't send: its password was refused."


def test_an_empty_subject_is_wrong_in_a_first_email_on_any_way():
    assert found(email("A", subject_template=None)) == ["1:empty_subject"]
    assert found(email("A"), email("B", subject_template=None)) == []
    both = fork("K", yes=(email("Y", subject_template=None),), no=(email("N"),), conditions=NEVER)
    assert found(both, email("B", subject_template=None)) == ["2:empty_subject"]
    one = fork("K", yes=(email("Y"),), conditions=NEVER)
    assert found(one, email("B", subject_template=None)) == ["(3:may_lack_subject)"]
    done = fork("K", yes=(email("Y"),), conditions=NEVER, finish_no=True)
    assert found(done, email("B", subject_template=None)) == []
    skipped = email("A", conditions=NEVER)
    assert found(skipped, email("B", subject_template=None)) == ["(2:may_lack_subject)"]


def test_first_emails_are_those_that_nothing_surely_goes_before():
    tree = flow(
        task("T"),
        fork("K", yes=(email("Y"), email("Z")), no=(email("N", conditions=NEVER),)),
        email("B"),
        email("C"),
    )
    assert {name_of(key): value for key, value in first_emails(tree).items()} == {"Y": True, "N": True, "B": False}
    assert first_emails(Flow(())) == {}
    unreachable = flow(fork("K", yes=(), no=(), finish_yes=True, finish_no=True), email("B"))
    assert first_emails(unreachable) == {}


def test_a_step_nobody_comes_to_is_told():
    finishes = fork("K", yes=(email("Y"),), conditions=NEVER, finish_yes=True, finish_no=True)
    assert found(finishes, task("T")) == ["(3:unreachable)"]
    assert found(fork("K", yes=(email("Y"),), conditions=NEVER, finish_no=True), task("T")) == []


def test_every_variant_that_is_sent_must_have_a_text():
    test = AbTest((Variant("a", "S", None, 1), Variant("b", None, "T", 1), Variant("c", None, None, 1, is_paused=True)))
    lacks = email("A", subject_template=None, body_template=None, ab_test_enabled=True, ab_test=test)
    problems = check_sequence(sequence(lacks), AROUND)
    assert [each.sentence for each in problems] == [
        "Step 1, variant a, has no text.",
        "Step 1, variant b, is a first email without a subject.",
    ]
    promoted = email("A", subject_template=None, ab_test_enabled=True, ab_test=replace(test, winner_id="a"))
    assert found(promoted) == []
    asleep = replace(test, variants=(replace(test.variants[0], is_paused=True), replace(test.variants[1], weight=0)))
    assert found(email("A", ab_test_enabled=True, ab_test=asleep)) == ["(1:no_variant)"]
    assert found(email("A", ab_test_enabled=True)) == ["(1:no_variant)"]


def test_templates_that_do_not_compile_are_told_with_their_step():
    around = replace(AROUND, template_faults={step_id("B"): ("line 2: unexpected end.", "line 3: unknown filter x.")})
    problems = check_sequence(sequence(email("A"), email("B")), around)
    assert [(each.number, each.code, each.blocks) for each in problems] == [(2, "template", True)] * 2
    assert problems[0].sentence == "Step 2: line 2: unexpected end."


@pytest.mark.parametrize(
    "built,expected",
    [
        (task("T", task_title=" "), ["(1:no_title)"]),
        (linkedin("L", linkedin_action=LinkedInAction.MESSAGE), ["1:no_message"]),
        (linkedin("L", linkedin_action=LinkedInAction.MESSAGE, linkedin_message="Hi"), []),
        (wait("W", delay=Delay()), ["(1:no_delay)"]),
        (fork("K", conditions=NEVER, wait_until_true=True), ["(1:no_delay)"]),
        (fork("K", conditions=NEVER, wait_until_true=True, delay=Delay(minutes=1)), []),
        (call("C", delay=Delay(hours=-1)), ["1:bad_delay"]),
        (call("C", delay=Delay(days=3000, hours=24 * 700)), ["1:bad_delay"]),
    ],
)
def test_each_type_of_step_has_its_own_needs(built, expected):
    assert found(built) == expected


def test_conditions_must_speak_of_earlier_steps_and_are_warned_of_those_nobody_has_been_through():
    asks = all_of(is_true("email_opened", "A"))
    assert found(email("A"), email("B", conditions=all_of(is_true("email_opened", "gone")))) == ["2:step_gone"]
    assert found(email("B", conditions=asks), email("A")) == ["1:later_step"]
    assert found(email("A", conditions=asks)) == ["1:later_step"]
    assert found(email("A", is_enabled=False), email("B", conditions=asks)) == ["(2:step_off)"]
    other = fork("K", yes=(email("A"),), no=(email("N", conditions=asks),), conditions=NEVER)
    assert found(other) == ["(3:never_true)"]
    over = fork("K", yes=(email("A"),), conditions=NEVER, finish_yes=True)
    assert found(over, email("B", conditions=asks)) == ["(3:never_true)"]
    assert found(fork("K", yes=(email("A"),), conditions=NEVER), email("B", conditions=asks)) == []


def test_what_the_settings_keep_from_coming_true_is_warned_of():
    asks = all_of(is_true("email_clicked"), is_true("email_replied"))
    assert found(email("A"), email("B", conditions=asks), around=replace(AROUND, tracks=False)) == [
        "(2:tracking_off)",
        "(2:reply_stops)",
    ]
    assert found(email("A"), email("B", conditions=asks), stop_on_reply=False) == []
    assert condition_warnings(email("A").step, tracks=False, stops=True) == ()


def test_a_limit_of_zero_is_warned_of():
    assert found(email("A"), max_emails_per_day=0) == ["(limit_of_zero)"]
    assert found(email("A"), max_new_per_day=0) == ["(limit_of_zero)"]
    assert found(email("A"), max_emails_per_day=None) == []


def test_steps_in_no_lane_and_equal_numbers_are_told():
    steps = flow(email("A"), email("B")).steps
    lost = replace(steps[1], id=step_id("S"), parent_id=step_id("A"), branch=Branch.YES)
    twice = tuple(replace(step, order=1) for step in steps)
    problems = check_sequence(sequence(steps=Flow((*twice, lost))), AROUND)
    assert [each.code for each in problems] == ["stray_step", "duplicate_order"]


@given(nodes())
def test_what_blocks_nothing_can_be_played(built):
    plan = sequence(*built)
    problems = check_sequence(plan, AROUND)
    assert {each.code for each in problems if each.blocks} <= {"no_steps"}
    assert all(each.number is None or 1 <= each.number <= len(plan.flow.ordered) for each in problems)
    assert all(not referred_steps(step.conditions) for step in plan.flow.ordered)
