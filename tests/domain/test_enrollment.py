"""States of an enrollment, its pauses, its ends and how it is opened again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.action import Wait
from opendoors_desktop.domain.decision import next_step
from opendoors_desktop.domain.enrollment import (
    ENDED,
    STATUS_OF,
    TRANSITIONS,
    CompletionReason,
    EnrollmentStatus,
    HoldReason,
    Reopening,
    change_status,
    delay_starts_at,
    end,
    enrolled_at,
    let_go,
    pause,
    reopen,
    resume,
    resume_sequence,
    with_record,
    with_thread,
)
from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.domain.send_window import Delay
from opendoors_desktop.domain.step import StepResult
from tests.domain.flow_builders import (
    DAY,
    HOUR,
    MAILBOX,
    MONDAY,
    OTHER_MAILBOX,
    email,
    enrolled,
    facts,
    record,
    sequence,
    step_id,
)

S = EnrollmentStatus


@pytest.mark.parametrize("current", list(S))
@pytest.mark.parametrize("wanted", list(S))
def test_only_the_changes_of_the_table_are_possible_and_a_refusal_names_them(current, wanted):
    if wanted in TRANSITIONS[current]:
        assert change_status(current, wanted) is wanted
        return
    with pytest.raises(NotPossible) as caught:
        change_status(current, wanted)
    assert caught.value.code == "bad_transition"
    assert all(possible.value in caught.value.advice for possible in TRANSITIONS[current])


def test_active_and_paused_change_into_one_another_and_into_every_end():
    assert set(TRANSITIONS[S.ACTIVE]) == {S.PAUSED, *ENDED}
    assert set(TRANSITIONS[S.PAUSED]) == {S.ACTIVE, *ENDED}
    assert {S.COMPLETED, S.STOPPED, S.BOUNCED, S.UNSUBSCRIBED} == ENDED
    assert all(TRANSITIONS[status] == () for status in ENDED)


@pytest.mark.parametrize("reason", list(CompletionReason))
def test_each_reason_ends_in_its_status_and_leaves_nothing_waiting(reason):
    person = enrolled(
        record("A"), hold=HoldReason.HELD, hold_detail="x", waiting_until=MONDAY, next_step_scheduled_at=MONDAY
    )
    ended = end(person, reason, MONDAY + DAY)
    assert ended.status is STATUS_OF[reason]
    assert (ended.completion_reason, ended.completed_at) == (reason, MONDAY + DAY)
    assert ended.current_step_id == step_id("A")
    assert (ended.hold, ended.waiting_until, ended.next_step_scheduled_at) == (None, None, None)
    with pytest.raises(NotPossible):
        end(ended, reason, MONDAY + DAY)


def test_an_end_keeps_the_step_it_stood_at():
    assert end(enrolled(current_step_id=step_id("B")), CompletionReason.REPLIED, MONDAY).current_step_id == step_id("B")
    assert end(enrolled(), CompletionReason.REPLIED, MONDAY).current_step_id is None


@pytest.mark.parametrize(
    "why,opens",
    [
        (Reopening.UNDO, {S.COMPLETED, S.STOPPED, S.BOUNCED}),
        (Reopening.CORRECTED_ADDRESS, {S.BOUNCED}),
        (Reopening.MISREAD_OPT_OUT, {S.UNSUBSCRIBED}),
    ],
)
def test_an_ended_enrollment_opens_only_for_the_reason_that_fits(why, opens):
    for status in S:
        person = enrolled(record("A"), status=status, completion_reason=CompletionReason.REPLIED, completed_at=MONDAY)
        if status in opens:
            opened = reopen(person, why)
            assert (opened.status, opened.completion_reason, opened.completed_at) == (S.ACTIVE, None, None)
            assert opened.records == person.records
        else:
            with pytest.raises(NotPossible):
                reopen(person, why)


def test_a_step_that_failed_is_to_be_done_again_after_undo():
    person = enrolled(record("A"), record("B", StepResult.FAILED, MONDAY + DAY), status=S.STOPPED)
    opened = reopen(person, Reopening.UNDO)
    assert opened.records == (record("A"),)
    assert opened.last_step_completed_at == MONDAY
    assert reopen(enrolled(status=S.STOPPED), Reopening.UNDO).last_step_completed_at is None


def test_delays_run_from_the_last_completion_else_the_start_else_the_enrolling():
    assert delay_starts_at(enrolled()) == MONDAY
    assert delay_starts_at(enrolled(started_at=MONDAY + DAY)) == MONDAY + DAY
    assert delay_starts_at(enrolled(record("A", at=MONDAY + HOUR), started_at=MONDAY)) == MONDAY + HOUR
    assert enrolled_at(enrolled(started_at=MONDAY + DAY)) == MONDAY
    assert enrolled_at(enrolled(round=2, started_at=MONDAY + DAY)) == MONDAY + DAY
    assert enrolled_at(enrolled(round=2)) == MONDAY


def test_a_completion_clears_what_put_off_that_step_but_not_a_persons_hold():
    person = enrolled(
        shifted_by=DAY, not_before=MONDAY, hold=HoldReason.MISSING_DATA, hold_detail="x", current_step_id=step_id("A")
    )
    done = with_record(person, record("A", at=MONDAY + HOUR))
    assert (done.shifted_by, done.not_before, done.hold) == (timedelta(), None, None)
    assert (done.current_step_id, done.last_step_completed_at) == (None, MONDAY + HOUR)
    held = with_record(replace(person, hold=HoldReason.ADDRESS_CHANGED), record("T", StepResult.DONE))
    assert held.hold is HoldReason.ADDRESS_CHANGED
    assert let_go(enrolled()) == enrolled()


def test_a_later_result_of_a_step_takes_the_place_of_the_earlier_one():
    made = with_record(enrolled(), record("T", StepResult.MADE))
    assert made.last_step_completed_at is None
    done = with_record(made, record("T", StepResult.DONE, MONDAY + DAY))
    assert done.records == (record("T", StepResult.DONE, MONDAY + DAY),)


def test_a_task_that_was_not_waited_for_is_done_later_without_moving_anybody():
    person = enrolled(record("T", StepResult.PASSED), record("A", at=MONDAY + HOUR), current_step_id=step_id("B"))
    done = record("T", StepResult.DONE, MONDAY + 3 * DAY)
    assert with_record(person, done) == replace(person, records=(done, record("A", at=MONDAY + HOUR)))


# ---- pauses --------------------------------------------------------------------------------------------------------

PLAN = sequence(email("A"), email("B", delay=Delay(days=3)))


def due(person):
    decision = next_step(PLAN, person, facts(), MONDAY)
    assert isinstance(decision, Wait)
    return decision.until


def test_T28_a_pause_keeps_the_remaining_wait():
    person = enrolled(record("A"))
    paused = pause(person, MONDAY + DAY)
    assert (paused.status, paused.paused_at, paused.next_step_scheduled_at) == (S.PAUSED, MONDAY + DAY, None)
    going = resume(paused, MONDAY + 22 * DAY, None)
    assert (going.status, going.paused_at) == (S.ACTIVE, None)
    assert due(going) == MONDAY + 24 * DAY
    with pytest.raises(NotPossible):
        pause(paused, MONDAY)
    with pytest.raises(NotPossible):
        resume(going, MONDAY, None)


def test_what_was_put_off_is_put_off_by_the_pause_as_well():
    person = enrolled(record("A"), not_before=MONDAY + 5 * DAY)
    going = resume(pause(person, MONDAY + DAY), MONDAY + 3 * DAY, None)
    assert due(going) == MONDAY + 7 * DAY
    assert resume(replace(person, status=S.PAUSED), MONDAY + DAY, None).shifted_by == timedelta()


def test_a_pause_before_the_last_step_was_done_does_not_count_for_the_next():
    person = enrolled(record("A", at=MONDAY + 5 * DAY))
    assert resume_sequence(person, MONDAY, MONDAY + 6 * DAY).shifted_by == DAY
    assert resume_sequence(person, MONDAY, MONDAY + 4 * DAY).shifted_by == timedelta()


@given(st.lists(st.tuples(st.sampled_from(["e", "s"]), st.integers(1, 9)), max_size=10))
def test_pauses_of_enrollment_and_sequence_add_up_to_the_time_at_least_one_of_them_lasted(switches):
    person = enrolled(record("A"))
    sequence_paused_at = None
    now = MONDAY
    stood = timedelta()
    for which, hours in switches:
        before, now = now, now + hours * HOUR
        if person.status is S.PAUSED or sequence_paused_at is not None:
            stood += now - before
        if which == "e":
            person = resume(person, now, sequence_paused_at) if person.status is S.PAUSED else pause(person, now)
        elif sequence_paused_at is None:
            sequence_paused_at = now
        else:
            person = resume_sequence(person, sequence_paused_at, now)
            sequence_paused_at = None
    before, now = now, now + HOUR
    if person.status is S.PAUSED or sequence_paused_at is not None:
        stood += HOUR
    if sequence_paused_at is not None:
        person = resume_sequence(person, sequence_paused_at, now)
    if person.status is S.PAUSED:
        person = resume(person, now, None)
    assert person.shifted_by == stood


def test_a_thread_from_another_mailbox_is_remembered_until_one_begins_from_the_own() -> None:
    person = enrolled()
    away = with_thread(person, OTHER_MAILBOX)
    assert with_thread(person, MAILBOX) is person
    assert away == replace(person, thread_mailbox_id=OTHER_MAILBOX)
    assert with_thread(away, OTHER_MAILBOX) is away
    assert with_thread(away, MAILBOX) == person
