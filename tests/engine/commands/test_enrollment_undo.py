"""Contacts who were added to a sequence or taken out of it, and the taking back of either."""

from dataclasses import replace

import pytest

from opendoors_desktop.domain.enrollment import EnrollmentStatus
from opendoors_desktop.domain.step import StepRecord, StepResult
from opendoors_desktop.engine.commands.enrollment_undo import (
    TakenBack,
    bring_back,
    remove_enrollments,
    undo_enroll,
)
from opendoors_desktop.engine.commands.enrollments import EnrollOptions, enroll, pause_enrollment
from opendoors_desktop.engine.commands.sequences import show_sequence
from opendoors_desktop.engine.context import Context
from tests.engine.sequence_rooms import (
    FIRST,
    SECOND,
    add_people,
    pass_time,
    rewrite,
    standing_of,
    standings,
    start_sequence,
)
from tests.fixtures_store import NOW
from tests.sequence_builders import add_example_contact

CARD = {"step_type": "task", "task_title": "Card"}


def reach(context: Context, sequence_id, enrollment_id) -> None:
    """Let the first step of an enrollment be over, as sending would."""
    standing = standing_of(context, enrollment_id)
    step = show_sequence(context, sequence_id).flow.ordered[0]
    record = StepRecord(step.id, StepResult.SENT, NOW)
    after = replace(standing.enrollment, records=(record,), last_step_completed_at=NOW, current_step_id=None)
    rewrite(context, standing, after)


def rows_of(context: Context, sequence_id) -> list[tuple[str, bool]]:
    with context.store.read() as unit:
        rows = unit.rows(
            "SELECT status, is_hidden FROM sequence_enrollments WHERE sequence_id = :id ORDER BY id",
            {"id": sequence_id},
        )
    return [(row[0], bool(row[1])) for row in rows]


def test_adding_contacts_is_taken_back_for_those_whom_nothing_reached(any_context: Context):
    sequence_id = start_sequence(any_context, FIRST, SECOND)
    one, two, three = add_people(any_context, sequence_id, 3)
    reach(any_context, sequence_id, two)

    assert undo_enroll(any_context, [one, two, three]) == TakenBack(2, 1)

    assert [each.enrollment.id for each in standings(any_context, sequence_id)] == [two]
    assert undo_enroll(any_context, [one]) == TakenBack(0, 1)


def test_a_contact_who_was_never_written_to_comes_back_to_its_place_and_time(any_context: Context):
    sequence_id = start_sequence(any_context, FIRST, SECOND)
    contact_id = add_example_contact(any_context.store, any_context.scope, 1, {"first_name": "Ann"})
    (answer,) = enroll(any_context, sequence_id, [contact_id], EnrollOptions(at_step=2))
    assert answer.enrollment_id is not None
    before = standing_of(any_context, answer.enrollment_id).enrollment

    removed = remove_enrollments(any_context, [answer.enrollment_id])
    assert standings(any_context, sequence_id) == []
    pass_time(any_context, hours=3)
    assert bring_back(any_context, removed) == TakenBack(1, 0)

    (after,) = (each.enrollment for each in standings(any_context, sequence_id))
    assert (after.contact_id, after.current_step_id) == (contact_id, before.current_step_id)
    assert after.next_step_scheduled_at == before.next_step_scheduled_at


@pytest.mark.parametrize("is_paused", [False, True])
def test_a_contact_who_was_written_to_goes_on_where_it_went_on(any_context: Context, is_paused: bool):
    sequence_id = start_sequence(any_context, FIRST, CARD, SECOND)
    (one,) = add_people(any_context, sequence_id, 1)
    reach(any_context, sequence_id, one)
    if is_paused:
        pause_enrollment(any_context, one)
    before = standing_of(any_context, one).enrollment

    removed = remove_enrollments(any_context, [one])
    assert rows_of(any_context, sequence_id) == [("stopped", True)]
    assert bring_back(any_context, removed) == TakenBack(1, 0)

    after = standing_of(any_context, one).enrollment
    assert rows_of(any_context, sequence_id) == [("paused" if is_paused else "active", False)]
    assert after.records[:1] == before.records
    assert after.paused_at == before.paused_at


def test_what_had_ended_before_is_only_shown_again(any_context: Context):
    sequence_id = start_sequence(any_context, FIRST)
    (one,) = add_people(any_context, sequence_id, 1)
    reach(any_context, sequence_id, one)
    standing = standing_of(any_context, one)
    ended = replace(standing.enrollment, status=EnrollmentStatus.COMPLETED, completed_at=NOW)
    rewrite(any_context, standing, ended)

    removed = remove_enrollments(any_context, [one])
    assert rows_of(any_context, sequence_id) == [("completed", True)]
    bring_back(any_context, removed)
    assert rows_of(any_context, sequence_id) == [("completed", False)]


@pytest.mark.parametrize("is_reached", [False, True])
def test_who_is_in_another_sequence_by_now_stays_out(any_context: Context, is_reached: bool):
    sequence_id = start_sequence(any_context, FIRST, SECOND)
    other = start_sequence(any_context, FIRST, name="Other")
    (one,) = add_people(any_context, sequence_id, 1)
    if is_reached:
        reach(any_context, sequence_id, one)
    contact_id = standing_of(any_context, one).enrollment.contact_id
    removed = remove_enrollments(any_context, [one])
    assert enroll(any_context, other, [contact_id])[0].refusal is None

    assert bring_back(any_context, removed) == TakenBack(0, 1)

    assert len(standings(any_context, sequence_id)) == 0
    assert len(standings(any_context, other)) == 1
