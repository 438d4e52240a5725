"""Who may be enrolled, from which mailbox and in which zone, and what another round begins with."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from opendoors_desktop.domain.enrolling import (
    enrollment_zone,
    fixed_mailbox,
    further_along,
    new_round,
    refuse,
    was_contacted,
)
from opendoors_desktop.domain.enrollment import CompletionReason, EnrollmentStatus, HoldReason, end
from opendoors_desktop.domain.sequence import MailboxShare, SequenceStatus
from opendoors_desktop.domain.step import StepResult
from opendoors_desktop.domain.suppression import SuppressionReason
from tests.domain.flow_builders import (
    DAY,
    MAILBOX,
    MONDAY,
    OTHER_MAILBOX,
    email,
    enrolled,
    play,
    record,
    sequence,
    step_id,
    task,
)

PLAN = sequence(email("A"), email("B"))


def code(plan=PLAN, existing=None, elsewhere=(), suppression=None):
    refusal = refuse(plan, existing, elsewhere, suppression)
    return None if refusal is None else refusal.code


def test_a_new_contact_may_be_enrolled_also_in_a_draft():
    assert code() is None
    assert code(replace(PLAN, status=SequenceStatus.DRAFT)) is None


@pytest.mark.parametrize("status", [SequenceStatus.STOPPED, SequenceStatus.ARCHIVED])
def test_a_sequence_that_is_over_takes_nobody(status):
    assert code(replace(PLAN, status=status)) == f"sequence_{status}"


def test_T13_a_contact_that_was_in_it_is_refused_unless_another_round_is_allowed():
    been = end(enrolled(record("A")), CompletionReason.FINISHED, MONDAY)
    assert code(existing=enrolled()) == "already_enrolled"
    assert code(existing=enrolled(status=EnrollmentStatus.PAUSED)) == "already_enrolled"
    assert code(existing=been) == "already_been"
    assert code(replace(PLAN, allows_new_round=True), been) is None


def test_an_opt_out_is_final_even_where_rounds_are_allowed():
    out = end(enrolled(), CompletionReason.UNSUBSCRIBED, MONDAY)
    assert code(replace(PLAN, allows_new_round=True), out) == "unsubscribed"


def test_another_sequence_at_the_same_time_is_refused_and_named_unless_allowed():
    refusal = refuse(PLAN, None, ["Winter fair", "Autumn fair"], None)
    assert refusal is not None
    assert "Autumn fair, Winter fair" in refusal.title
    assert code(elsewhere=["Winter fair"]) == "in_other_sequence"
    assert code(replace(PLAN, allows_parallel=True), elsewhere=["Winter fair"]) is None


def test_a_suppressed_contact_is_refused_where_the_suppression_would_end_it():
    assert code(suppression=SuppressionReason.UNSUBSCRIBED) == "suppressed"
    tasks_only = replace(PLAN, stop_on_unsubscribe=False)
    assert code(tasks_only, suppression=SuppressionReason.UNSUBSCRIBED) is None
    assert code(tasks_only, suppression=SuppressionReason.DO_NOT_CONTACT) == "suppressed"


def test_a_new_round_begins_with_nothing_done_and_the_same_row():
    been = end(
        enrolled(
            record("A"),
            record("B"),
            shifted_by=DAY,
            hold=HoldReason.HELD,
            start_step_id=step_id("A"),
            thread_mailbox_id=OTHER_MAILBOX,
        ),
        CompletionReason.FINISHED,
        MONDAY + DAY,
    )
    again = new_round(been, MONDAY + 9 * DAY, zone="Asia/Tokyo", mailbox_id=OTHER_MAILBOX)
    assert (again.id, again.round, again.status) == (been.id, 2, EnrollmentStatus.ACTIVE)
    assert (again.records, again.current_step_id, again.start_step_id) == ((), None, None)
    assert (again.started_at, again.shifted_by, again.thread_mailbox_id) == (MONDAY + 9 * DAY, timedelta(), None)
    assert (again.zone, again.mailbox_id) == ("Asia/Tokyo", OTHER_MAILBOX)
    assert play(PLAN, again, now=MONDAY + 9 * DAY).names == "A B"


def test_the_mailbox_is_the_first_email_steps_own_then_by_shares_then_the_default():
    shares = (MailboxShare(UUID(int=50), 3), MailboxShare(UUID(int=51), 1))
    own = sequence(task("T"), email("A", mailbox_id=OTHER_MAILBOX), shares=shares)
    assert fixed_mailbox(own, UUID(int=1)) == OTHER_MAILBOX
    later = sequence(email("A"), email("B", mailbox_id=OTHER_MAILBOX))
    assert fixed_mailbox(later, UUID(int=1)) == MAILBOX
    assert fixed_mailbox(sequence(task("T")), UUID(int=1)) == MAILBOX
    assert fixed_mailbox(sequence(task("T"), default_mailbox_id=None), UUID(int=1)) is None
    shared = sequence(email("A"), shares=shares)
    given = [fixed_mailbox(shared, UUID(int=number)) for number in range(2000)]
    assert given == [fixed_mailbox(shared, UUID(int=number)) for number in range(2000)]
    assert 0.72 < given.count(UUID(int=50)) / 2000 < 0.78


def test_the_zone_is_the_contacts_only_where_the_sequence_says_so_and_it_is_known():
    assert enrollment_zone(PLAN, "Asia/Tokyo") == "Europe/Berlin"
    theirs = replace(PLAN, uses_contact_zone=True)
    assert enrollment_zone(theirs, "Asia/Tokyo") == "Asia/Tokyo"
    assert enrollment_zone(theirs, None) == "Europe/Berlin"


def test_contacted_is_who_was_reached_in_any_round():
    assert not was_contacted(enrolled())
    assert not was_contacted(enrolled(record("A", StepResult.SKIPPED), record("K", StepResult.YES)))
    assert was_contacted(enrolled(record("A")))
    assert was_contacted(enrolled(record("T", StepResult.DONE)))
    assert was_contacted(enrolled(round=2))


def test_merging_keeps_an_opt_out_and_else_the_one_that_is_further_along():
    short, long = enrolled(record("A")), enrolled(record("A"), record("B", at=MONDAY + DAY))
    assert further_along(short, long) is long
    assert further_along(long, short) is long
    out = end(short, CompletionReason.UNSUBSCRIBED, MONDAY)
    assert further_along(long, out) is out
    assert further_along(long, replace(short, round=2)).round == 2
    late = enrolled(record("A", at=MONDAY + DAY))
    assert further_along(short, late) is late
    ended = end(short, CompletionReason.REPLIED, MONDAY)
    assert further_along(short, ended) is ended
    older = enrolled(at=MONDAY - DAY)
    assert further_along(enrolled(), older) is older
