"""People of a sequence put at another step by a person, and put back; on SQLite and on Postgres."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from opendoors_desktop.domain.enrollment import Enrollment
from opendoors_desktop.domain.errors import NotFound, NotPossible
from opendoors_desktop.engine.commands.enrollments import pause_enrollment, remove_enrollment
from opendoors_desktop.engine.commands.step_moves import move_to_step, undo_move
from opendoors_desktop.store.check import find_misplaced, recount
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.queries.tasks import list_tasks
from opendoors_desktop.store.types import as_uuid
from tests.builders import (
    Room,
    TimedPost,
    activities,
    email,
    make_room,
    open_context,
    run_now,
    standing_of,
    states,
    task,
)
from tests.fixtures_store import NOW

STEPS = [email(), task(2), email(3, subject="Third"), email(4, subject="Fourth")]


@pytest.fixture
def room(store: Store, tmp_path: Path) -> Room:
    """One contact who is due the first of four steps."""
    return make_room(open_context(store, tmp_path), STEPS)


def only(room: Room) -> UUID:
    (key,) = room.enrollment_ids
    return key


def step_id(room: Room, number: int) -> UUID:
    with room.context.store.read() as unit:
        row = unit.row("SELECT id FROM sequence_steps WHERE step_order = :number", {"number": number})
    assert row is not None
    return as_uuid(row[0])


def stand(room: Room) -> Enrollment:
    return standing_of(room.context, only(room)).enrollment


def is_sound(room: Room) -> bool:
    with room.context.store.read() as unit:
        workspace_id = room.context.scope.workspace_id
        return not list(recount(unit, workspace_id)) and not list(find_misplaced(unit, workspace_id))


def tasks_of(room: Room) -> list[str]:
    with room.context.store.read() as unit:
        return [str(each.state) for each in list_tasks(unit, room.context.scope.workspace_id, states=())]


async def test_who_is_moved_goes_on_there_once_its_delay_is_over_and_back_as_it_was(room):
    before = stand(room)
    one = move_to_step(room.context, only(room), step_id(room, 3))

    there = stand(room)
    assert (there.current_step_id, there.not_before) == (step_id(room, 3), NOW)
    assert is_sound(room)
    await run_now(room.context, TimedPost(room.clock))
    assert states(room.context) == {}

    undo_move(room.context, one)
    assert stand(room) == before
    assert activities(room.context, "moved") == 2
    await run_now(room.context, TimedPost(room.clock))
    assert states(room.context) == {"sent": 1}
    assert is_sound(room)


async def test_an_open_task_that_is_left_is_skipped_and_opened_again_by_the_undo(room):
    await run_now(room.context, TimedPost(room.clock))
    room.clock.advance_to(NOW + timedelta(days=2))
    await run_now(room.context, TimedPost(room.clock))
    before = stand(room)
    assert tasks_of(room) == ["open"]

    one = move_to_step(room.context, only(room), step_id(room, 4))
    assert tasks_of(room) == ["cancelled"]
    assert stand(room).current_step_id == step_id(room, 4)
    undo_move(room.context, one)
    assert tasks_of(room) == ["open"]
    assert (stand(room).records, stand(room).current_step_id) == (before.records, before.current_step_id)
    assert is_sound(room)


async def test_what_cannot_be_is_refused_in_words(room):
    with pytest.raises(NotFound, match="no such step"):
        move_to_step(room.context, only(room), room.context.new_id())
    with pytest.raises(NotPossible, match="already"):
        move_to_step(room.context, only(room), step_id(room, 1))
    await run_now(room.context, TimedPost(room.clock))
    with pytest.raises(NotPossible, match="been through"):
        move_to_step(room.context, only(room), step_id(room, 1))
    remove_enrollment(room.context, only(room))
    with pytest.raises(NotPossible, match="stopped"):
        move_to_step(room.context, only(room), step_id(room, 3))


async def test_who_is_paused_stays_so_and_who_went_on_since_is_not_moved_back(room):
    pause_enrollment(room.context, only(room))
    one = move_to_step(room.context, only(room), step_id(room, 2))
    assert (stand(room).status, stand(room).current_step_id) == ("paused", step_id(room, 2))
    move_to_step(room.context, only(room), step_id(room, 3))
    with pytest.raises(NotPossible, match="gone on since"):
        undo_move(room.context, one)
