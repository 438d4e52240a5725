"""Changes of a sequence's state taken back."""

from datetime import timedelta
from uuid import UUID

import pytest

from opendoors_desktop.domain.enrollment import Enrollment, EnrollmentStatus
from opendoors_desktop.domain.errors import NotFound, NotPossible
from opendoors_desktop.domain.sequence import SequenceStatus
from opendoors_desktop.engine.commands.enrollments import enroll, pause_enrollment
from opendoors_desktop.engine.commands.sequence_states import (
    activate_sequence,
    archive_sequence,
    pause_sequence,
    restore_sequence,
    stop_sequence,
)
from opendoors_desktop.engine.commands.sequence_undo import undo_state
from opendoors_desktop.engine.commands.sequences import show_sequence
from opendoors_desktop.engine.context import Context
from tests.engine.sequence_rooms import (
    FIRST,
    actions,
    add_people,
    add_sequence,
    only,
    pass_time,
    standings,
    start_sequence,
)
from tests.fixtures_store import NOW
from tests.sequence_builders import key

CARD = {"step_type": "task", "task_title": "Card"}


@pytest.mark.parametrize("command", [stop_sequence, archive_sequence])
def test_who_was_stopped_with_a_sequence_is_as_before(any_context: Context, command):
    sequence_id = start_sequence(any_context, CARD, FIRST | {"delay_days": 1})
    people = add_people(any_context, sequence_id, 3)
    pause_enrollment(any_context, people[1])
    pass_time(any_context, hours=1)
    before = standings(any_context, sequence_id)
    command(any_context, sequence_id)
    pass_time(any_context, hours=1)
    assert standings(any_context, sequence_id) == []
    assert undo_state(any_context, sequence_id) is SequenceStatus.ACTIVE
    assert standings(any_context, sequence_id) == before
    record = show_sequence(any_context, sequence_id)
    assert (record.status, record.stopped_at, record.archived_at) == (SequenceStatus.ACTIVE, None, None)
    with any_context.store.read() as unit:
        assert unit.rows("SELECT DISTINCT state, completed_at FROM tasks") == [("open", None)]
    assert actions(any_context)[-1] == "sequence_state_undone"


def test_whoever_had_ended_before_stays_ended(any_context: Context):
    sequence_id = start_sequence(any_context, people=2)
    gone = standings(any_context, sequence_id)[0].enrollment.id
    with any_context.store.write() as unit:
        unit.run(
            "UPDATE sequence_enrollments SET status = 'stopped', completion_reason = 'manual_stop',"
            " completed_at = :at WHERE id = :id",
            {"at": NOW - timedelta(hours=1), "id": gone},
        )
    stop_sequence(any_context, sequence_id)
    undo_state(any_context, sequence_id)
    assert [each.enrollment.id for each in standings(any_context, sequence_id)] != [gone]
    assert len(standings(any_context, sequence_id)) == 1


def add_email(context: Context, found: Enrollment, email_id: UUID, step_id: UUID | None, state: str) -> None:
    """Put an email of an enrollment's step there."""
    with context.store.write() as unit:
        unit.run(
            "INSERT INTO outgoing_emails (id, customer_id, workspace_id, kind, state, enrollment_id, sequence_id,"
            " step_id, round, contact_id, mailbox_id, to_address, message_id, planned_at) VALUES (:id, :customer_id,"
            " :workspace_id, 'sequence', :state, :enrollment_id, :sequence_id, :step_id, 1, :contact_id,"
            " :mailbox_id, 'a@example.org', :message_id, :now)",
            {
                "id": email_id,
                "customer_id": context.scope.customer_id,
                "workspace_id": context.scope.workspace_id,
                "state": state,
                "enrollment_id": found.id,
                "sequence_id": found.sequence_id,
                "step_id": step_id,
                "contact_id": found.contact_id,
                "mailbox_id": found.mailbox_id,
                "message_id": f"<{email_id}@example.com>",
                "now": NOW,
            },
        )


def test_an_email_that_was_not_sent_may_be_claimed_again(any_context: Context):
    sequence_id = start_sequence(any_context, people=1)
    found = only(any_context, sequence_id)
    add_email(any_context, found, key(60), found.current_step_id, "deferred")
    stop_sequence(any_context, sequence_id)
    undo_state(any_context, sequence_id)
    with any_context.store.read() as unit:
        assert unit.rows("SELECT state FROM outgoing_emails") == [("planned",)]


def test_an_email_that_was_cancelled_before_the_stop_stays_so(any_context: Context):
    sequence_id = start_sequence(any_context, people=1)
    found = only(any_context, sequence_id)
    add_email(any_context, found, key(60), found.current_step_id, "planned")
    add_email(any_context, found, key(61), key(62), "cancelled")
    stop_sequence(any_context, sequence_id)
    undo_state(any_context, sequence_id)
    with any_context.store.read() as unit:
        assert unit.rows("SELECT state FROM outgoing_emails ORDER BY id") == [("planned",), ("cancelled",)]


def test_a_contact_that_is_in_another_sequence_by_now_stays_out(any_context: Context):
    first = start_sequence(any_context, people=2)
    contact = standings(any_context, first)[0].enrollment.contact_id
    stop_sequence(any_context, first)
    second = start_sequence(any_context, name="Second")
    (answer,) = enroll(any_context, second, [contact])
    assert answer.refusal is None
    undo_state(any_context, first)
    assert [each.enrollment.contact_id for each in standings(any_context, first)] != [contact]
    assert len(standings(any_context, first)) == 1


def test_a_pause_taken_back_is_a_pause_that_has_ended(any_context: Context):
    sequence_id = start_sequence(any_context, FIRST | {"delay_hours": 5}, people=1)
    pause_sequence(any_context, sequence_id)
    pass_time(any_context, hours=2)
    assert undo_state(any_context, sequence_id) is SequenceStatus.ACTIVE
    assert only(any_context, sequence_id).next_step_scheduled_at == NOW + timedelta(hours=7)


def test_a_resume_taken_back_is_a_pause(any_context: Context):
    sequence_id = start_sequence(any_context, people=1)
    pause_sequence(any_context, sequence_id)
    activate_sequence(any_context, sequence_id)
    pass_time(any_context, hours=2)
    assert undo_state(any_context, sequence_id) is SequenceStatus.PAUSED
    record = show_sequence(any_context, sequence_id)
    assert (record.status, record.paused_at) == (SequenceStatus.PAUSED, NOW + timedelta(hours=2))


def test_a_start_can_be_taken_back_until_an_email_has_left(any_context: Context):
    sequence_id = add_sequence(any_context)
    add_people(any_context, sequence_id, 1)
    activate_sequence(any_context, sequence_id)
    assert undo_state(any_context, sequence_id) is SequenceStatus.DRAFT
    record = show_sequence(any_context, sequence_id)
    assert (record.status, record.activated_at) == (SequenceStatus.DRAFT, None)
    (standing,) = standings(any_context, sequence_id)
    assert (standing.ticket, standing.enrollment.status) == (None, EnrollmentStatus.ACTIVE)
    activate_sequence(any_context, sequence_id)
    with any_context.store.write() as unit:
        unit.run("UPDATE sequences SET total_sent = 1")
    with pytest.raises(NotPossible, match="Emails have left"):
        undo_state(any_context, sequence_id)


def test_archive_and_restore_are_taken_back(any_context: Context):
    sequence_id = start_sequence(any_context, people=1)
    stop_sequence(any_context, sequence_id)
    archive_sequence(any_context, sequence_id)
    assert undo_state(any_context, sequence_id) is SequenceStatus.STOPPED
    archive_sequence(any_context, sequence_id)
    restore_sequence(any_context, sequence_id)
    assert undo_state(any_context, sequence_id) is SequenceStatus.ARCHIVED
    assert standings(any_context, sequence_id) == []


def test_there_is_one_step_back(context: Context):
    sequence_id = add_sequence(context)
    with pytest.raises(NotPossible) as caught:
        undo_state(context, sequence_id)
    assert caught.value.code == "nothing_to_undo"
    activate_sequence(context, sequence_id)
    undo_state(context, sequence_id)
    with pytest.raises(NotPossible):
        undo_state(context, sequence_id)
    with pytest.raises(NotFound):
        undo_state(context, key(1))


def test_an_archive_that_was_cut_off_is_finished_by_archiving_again(context: Context):
    sequence_id = start_sequence(context, people=1)
    with context.store.write() as unit:
        unit.run("UPDATE sequences SET status = 'archived'")
    assert archive_sequence(context, sequence_id) == 1
    with pytest.raises(NotPossible):
        archive_sequence(context, sequence_id)
