"""The states of a sequence, and what each does to the people in it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from opendoors_desktop.domain.enrollment import CompletionReason, EnrollmentStatus
from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.domain.sequence import SequenceStatus
from opendoors_desktop.domain.step import StepRecord, StepResult
from opendoors_desktop.engine.commands import sequence_states
from opendoors_desktop.engine.commands.enrollments import enroll, pause_enrollment
from opendoors_desktop.engine.commands.sequence_states import (
    activate_sequence,
    archive_sequence,
    pause_sequence,
    restore_sequence,
    stop_sequence,
)
from opendoors_desktop.engine.commands.sequences import change_settings, show_sequence
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.mailboxes import retire_mailbox
from tests.engine.sequence_rooms import (
    ADDRESS,
    FIRST,
    actions,
    add_mailbox,
    add_people,
    add_sequence,
    only,
    pass_time,
    rewrite,
    standing_of,
    standings,
    start_sequence,
)
from tests.fixtures_store import NOW
from tests.sequence_builders import add_example_mailbox


def test_starting_plans_everyone_who_waits_in_a_draft(any_context: Context):
    sequence_id = add_sequence(any_context)
    add_people(any_context, sequence_id, 2)
    assert [each.ticket for each in standings(any_context, sequence_id)] == [None, None]
    activate_sequence(any_context, sequence_id)
    record = show_sequence(any_context, sequence_id)
    assert (record.status, record.activated_at) == (SequenceStatus.ACTIVE, NOW)
    for standing in standings(any_context, sequence_id):
        assert standing.enrollment.next_step_scheduled_at == NOW
        assert standing.ticket is not None
        assert standing.ticket.mailbox_id == add_mailbox(any_context).id
    assert actions(any_context)[-1] == "sequence_active"


def test_a_draft_without_a_mailbox_is_given_the_only_one(any_context: Context):
    sequence_id = add_sequence(any_context)
    change_settings(any_context, sequence_id, lambda each: replace(each, default_mailbox_id=None))
    add_people(any_context, sequence_id, 1)
    assert only(any_context, sequence_id).mailbox_id is None
    assert activate_sequence(any_context, sequence_id) == ADDRESS
    assert show_sequence(any_context, sequence_id).settings.default_mailbox_id == add_mailbox(any_context).id
    assert only(any_context, sequence_id).mailbox_id == add_mailbox(any_context).id
    assert actions(any_context)[-2:] == ["sequence_settings_changed", "sequence_active"]


def test_a_mailbox_that_was_chosen_is_not_chosen_anew(any_context: Context):
    assert activate_sequence(any_context, add_sequence(any_context)) is None


def test_everything_that_keeps_it_from_starting_is_told_at_once(any_context: Context):
    add_example_mailbox(any_context.store, any_context.scope, 2)
    sequence_id = add_sequence(
        any_context,
        {"step_type": "email", "body_template": "{{ first_name"},
        {"step_type": "linkedin"},
        default_email_account=None,
    )
    with pytest.raises(NotPossible) as caught:
        activate_sequence(any_context, sequence_id)
    assert caught.value.code == "cannot_start"
    advice = caught.value.advice
    assert all(word in advice for word in ("No mailbox", "without a subject", "without an action", "line 1"))
    assert caught.value.title.startswith(f"{len(advice.splitlines())} things keep")
    assert show_sequence(any_context, sequence_id).status is SequenceStatus.DRAFT


def test_one_thing_is_told_as_one(context: Context):
    add_example_mailbox(context.store, context.scope, 2)
    sequence_id = add_sequence(context, default_email_account=None)
    with pytest.raises(NotPossible, match=r"^1 thing keeps “Example” from starting"):
        activate_sequence(context, sequence_id)


def test_a_pause_keeps_the_remaining_wait(any_context: Context):
    sequence_id = start_sequence(any_context, FIRST | {"delay_hours": 5}, people=1, sending_days=[True] * 7)
    pass_time(any_context, hours=1)
    pause_sequence(any_context, sequence_id)
    pass_time(any_context, days=3)
    activate_sequence(any_context, sequence_id)
    resumed = any_context.clock.now()
    assert only(any_context, sequence_id).next_step_scheduled_at == resumed + timedelta(hours=4)
    assert show_sequence(any_context, sequence_id).paused_at is None
    (standing,) = standings(any_context, sequence_id)
    assert standing.ticket is not None
    assert standing.ticket.wake_at == resumed + timedelta(hours=4)


def test_who_came_during_a_pause_waits_from_then_on(any_context: Context):
    sequence_id = start_sequence(any_context, FIRST | {"delay_hours": 5}, sending_days=[True] * 7)
    pause_sequence(any_context, sequence_id)
    pass_time(any_context, hours=10)
    add_people(any_context, sequence_id, 1)
    pass_time(any_context, hours=2)
    activate_sequence(any_context, sequence_id)
    assert only(any_context, sequence_id).next_step_scheduled_at == any_context.clock.now() + timedelta(hours=5)


def test_who_is_paused_alone_stays_so_and_keeps_what_was_left(any_context: Context):
    sequence_id = start_sequence(any_context, FIRST | {"delay_hours": 5}, people=1, sending_days=[True] * 7)
    pause_sequence(any_context, sequence_id)
    pass_time(any_context, hours=1)
    pause_enrollment(any_context, standings(any_context, sequence_id)[0].enrollment.id)
    pass_time(any_context, hours=1)
    activate_sequence(any_context, sequence_id)
    found = only(any_context, sequence_id)
    assert (found.status, found.shifted_by) == (EnrollmentStatus.PAUSED, timedelta(hours=1))
    assert standings(any_context, sequence_id)[0].ticket is None


def test_stopping_ends_everyone(any_context: Context, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sequence_states, "BATCH", 2)
    sequence_id = start_sequence(any_context, {"step_type": "task", "task_title": "Card"})
    people = add_people(any_context, sequence_id, 5)
    pause_enrollment(any_context, people[0])
    assert stop_sequence(any_context, sequence_id) == 5
    assert show_sequence(any_context, sequence_id).status is SequenceStatus.STOPPED
    for enrollment_id in people:
        ended = standing_of(any_context, enrollment_id)
        assert ended.enrollment.status is EnrollmentStatus.STOPPED
        assert ended.enrollment.completion_reason is CompletionReason.MANUAL_STOP
        assert ended.ticket is None
    with any_context.store.read() as unit:
        assert unit.rows("SELECT DISTINCT state FROM tasks") == [("cancelled",)]
        assert unit.rows("SELECT count(*) FROM claim_queue") == [(0,)]


def test_a_stop_that_was_cut_off_is_finished_by_stopping_again(context: Context):
    sequence_id = start_sequence(context, people=1)
    with context.store.write() as unit:
        unit.run("UPDATE sequences SET status = 'stopped'")
    assert stop_sequence(context, sequence_id) == 1
    with pytest.raises(NotPossible):
        stop_sequence(context, sequence_id)


def test_archiving_stops_first(any_context: Context):
    for number, state in enumerate(("draft", "active", "paused", "stopped")):
        sequence_id = add_sequence(any_context, name=state)
        add_people(any_context, sequence_id, 1, first=number + 1)
        if state in {"active", "paused"}:
            activate_sequence(any_context, sequence_id)
        if state == "paused":
            pause_sequence(any_context, sequence_id)
        if state == "stopped":
            stop_sequence(any_context, sequence_id)
        assert archive_sequence(any_context, sequence_id) == (0 if state == "stopped" else 1)
        record = show_sequence(any_context, sequence_id)
        assert (record.status, record.stopped_at, record.archived_at) == (SequenceStatus.ARCHIVED, NOW, NOW)
        assert actions(any_context)[-1] == "sequence_archived"


def test_an_archived_sequence_is_restored_as_a_stopped_one(any_context: Context):
    sequence_id = add_sequence(any_context)
    with pytest.raises(NotPossible):
        restore_sequence(any_context, sequence_id)
    archive_sequence(any_context, sequence_id)
    restore_sequence(any_context, sequence_id)
    assert show_sequence(any_context, sequence_id).status is SequenceStatus.STOPPED


@pytest.mark.parametrize(
    "state, change",
    [
        ("active", activate_sequence), ("stopped", activate_sequence), ("archived", activate_sequence),
        ("draft", pause_sequence), ("paused", pause_sequence), ("stopped", pause_sequence),
        ("archived", stop_sequence), ("archived", archive_sequence), ("active", restore_sequence),
    ],
)  # fmt: skip
def test_a_refused_change_says_which_are_possible_and_changes_nothing(context: Context, state: str, change):
    sequence_id = add_sequence(context)
    with context.store.write() as unit:
        unit.run("UPDATE sequences SET status = :state", {"state": state})
    with pytest.raises(NotPossible) as caught:
        change(context, sequence_id)
    assert caught.value.code == "bad_transition"
    assert caught.value.advice
    assert show_sequence(context, sequence_id).status == state


def test_nobody_can_be_enrolled_into_a_stopped_sequence(context: Context):
    sequence_id = start_sequence(context, people=1)
    contact = only(context, sequence_id).contact_id
    stop_sequence(context, sequence_id)
    (answer,) = enroll(context, sequence_id, [contact])
    assert answer.refusal is not None


def test_a_sequence_whose_mailbox_was_removed_is_not_resumed(context: Context):
    sequence_id = start_sequence(context)
    pause_sequence(context, sequence_id)
    with context.store.write() as unit:
        retire_mailbox(unit, add_mailbox(context).id, by=context.scope.user_id, now=NOW)
    with pytest.raises(NotPossible) as caught:
        activate_sequence(context, sequence_id)
    assert caught.value.code == "cannot_start"


def test_T28_after_weeks_of_pause_nothing_falls_due_at_once(any_context: Context):
    later = {"step_type": "email", "delay_days": 2, "body_template": "Later"}
    steps: list[dict[str, Any]] = [FIRST, later, later, later, later]
    sequence_id = start_sequence(any_context, *steps, people=1)
    (before,) = standings(any_context, sequence_id)
    sent = StepRecord(show_sequence(any_context, sequence_id).flow.ordered[0].id, StepResult.SENT, NOW)
    rewrite(
        any_context,
        before,
        replace(before.enrollment, records=(sent,), last_step_completed_at=NOW, current_step_id=None),
    )
    change_settings(any_context, sequence_id, lambda each: replace(each, max_emails_per_day=7))
    assert only(any_context, sequence_id).next_step_scheduled_at == NOW + timedelta(days=2)
    pass_time(any_context, days=1)
    pause_sequence(any_context, sequence_id)
    pass_time(any_context, days=21)
    activate_sequence(any_context, sequence_id)
    assert only(any_context, sequence_id).next_step_scheduled_at == NOW + timedelta(days=23)
