"""How contacts are counted, and what counts as success."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.metrics import (
    ContactFigures,
    EmailFigures,
    Totals,
    count_contacts,
    is_execution,
    is_success,
    share,
    step_of_reply,
    success_rate,
)
from opendoors_desktop.domain.step import StepResult, StepType
from tests.domain.flow_builders import HOUR, MONDAY, step_id

SENT = EmailFigures(is_accepted=True)
OPENED = EmailFigures(is_accepted=True, is_opened=True, is_clicked=True)
BOUNCED = EmailFigures(is_accepted=True, has_hard_bounced=True, is_opened=True)


def test_each_contact_counts_once_for_what_became_of_it():
    everything = ContactFigures((SENT, OPENED, OPENED), True, True, True, True)
    assert count_contacts([everything]) == Totals(1, 1, 1, 1, 1, 1, 1, 1, 1, 0)
    assert count_contacts([ContactFigures()]) == Totals(enrolled=1)
    assert count_contacts([]) == Totals()


def test_a_bounce_takes_delivered_only_from_a_contact_it_leaves_none():
    assert count_contacts([ContactFigures((BOUNCED,), has_replied=True)]) == Totals(1, 1, 0, bounced=1)
    both = count_contacts([ContactFigures((SENT, BOUNCED))])
    assert (both.delivered, both.bounced, both.opened) == (1, 1, 0)
    given_up = count_contacts([ContactFigures((SENT,), gave_up_on_soft_bounces=True)])
    assert (given_up.delivered, given_up.bounced) == (1, 1)


def test_interested_are_those_who_replied_so():
    assert count_contacts([ContactFigures((SENT,), has_replied=False, is_interested=True)]).interested == 0


EMAILS = st.builds(EmailFigures, st.booleans(), st.booleans(), st.booleans(), st.booleans())
CONTACTS = st.builds(
    ContactFigures,
    st.lists(EMAILS, max_size=3).map(tuple),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@given(st.lists(CONTACTS, max_size=6), st.lists(CONTACTS, max_size=6))
def test_totals_nest_and_add_up(some, others):
    totals = count_contacts(some)
    assert totals.enrolled >= totals.contacted >= totals.delivered
    assert totals.contacted >= totals.bounced
    assert totals.delivered >= max(
        totals.opened, totals.clicked, totals.replied, totals.interested, totals.meetings, totals.opted_out
    )
    assert totals.replied >= totals.interested
    both, rest = count_contacts([*some, *others]), count_contacts(others)
    assert all(getattr(both, name) == getattr(totals, name) + getattr(rest, name) for name in Totals.__slots__)


def test_shares_and_rates_of_nothing_are_unknown():
    assert share(1, 4) == 0.25
    assert share(0, 0) is None
    assert success_rate(0, 0) is None
    assert success_rate(1, 3) == Decimal("33.33")
    assert success_rate(2, 3) == Decimal("66.67")
    assert success_rate(1, 16) == Decimal("6.25")
    assert success_rate(1, 800) == Decimal("0.13")
    assert success_rate(5, 5) == Decimal("100.00")


@pytest.mark.parametrize(
    "kind,result,settings,expected",
    [
        (StepType.EMAIL, StepResult.SENT, {}, True),
        (StepType.EMAIL, StepResult.SENT, {"has_bounced": True}, False),
        (StepType.EMAIL, StepResult.FAILED, {}, False),
        (StepType.EMAIL, StepResult.DONE, {}, False),
        (StepType.TASK, StepResult.DONE, {}, True),
        (StepType.TASK, StepResult.MADE, {}, False),
        (StepType.TASK, StepResult.SKIPPED, {}, False),
        (StepType.LINKEDIN, StepResult.DONE, {}, True),
        (StepType.CALL, StepResult.DONE, {}, True),
        (StepType.CALL, StepResult.DONE, {"was_reached": False}, False),
        (StepType.CONDITIONAL, StepResult.YES, {}, True),
        (StepType.CONDITIONAL, StepResult.NO, {}, False),
        (StepType.DELAY, StepResult.ELAPSED, {}, True),
    ],
)
def test_what_ended_well(kind, result, settings, expected):
    assert is_success(kind, result, **settings) is expected


def test_skips_are_no_executions():
    assert [result for result in StepResult if not is_execution(result)] == [StepResult.SKIPPED]


def test_a_reply_belongs_to_the_email_it_answers_else_to_the_last_one_before_it():
    sent = [(step_id("A"), MONDAY), (step_id("B"), MONDAY + HOUR)]
    assert step_of_reply(sent, MONDAY + 2 * HOUR, None) == step_id("B")
    assert step_of_reply(sent, MONDAY + timedelta(minutes=5), None) == step_id("A")
    assert step_of_reply(sent, MONDAY + 2 * HOUR, step_id("A")) == step_id("A")
    assert step_of_reply(sent, MONDAY - HOUR, None) is None
