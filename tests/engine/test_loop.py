"""The scheduler from start to end: what is due leaves once, steps follow each other, and it ends and begins cleanly."""

from pathlib import Path

import pytest

from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from tests.builders import (
    TimedPost,
    email,
    make_room,
    open_context,
    run_for,
    run_now,
    states,
    statuses,
    task,
)
from tests.oracle import problems_of


@pytest.fixture
def room_context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


async def test_what_is_due_leaves_once(room_context: Context) -> None:
    room = make_room(room_context, people=30, connections=4)
    post = TimedPost(room.clock)
    await run_now(room_context, post)
    assert states(room_context) == {"sent": 30}
    assert statuses(room_context) == {"completed": 30}
    assert problems_of(room_context.store, post.captures, room_context.scope.workspace_id) == []


async def test_a_sequence_is_played_to_its_end_on_a_clock_that_jumps(room_context: Context) -> None:
    room = make_room(room_context, [email(), email(2, None), task(1, waits_for_task=False), email(3, None)], 5)
    post = TimedPost(room.clock)
    begun = room.clock.now()
    await run_for(room_context, post, days=10)
    assert [(capture.at - begun).days for capture in post.captures] == [0] * 5 + [2] * 5 + [6] * 5
    assert statuses(room_context) == {"completed": 5}
    assert problems_of(room_context.store, post.captures, room_context.scope.workspace_id) == []
