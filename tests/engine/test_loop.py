"""The scheduler from start to end: what is due leaves once, steps follow each other, and it ends and begins cleanly."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from opendoors_desktop.engine.clock import LONGEST_NAP, RealClock
from opendoors_desktop.engine.commands.sending import recognise_store
from opendoors_desktop.engine.commands.sequences import change_settings
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.loop import RunMode
from opendoors_desktop.engine.machine import remembered_counter
from opendoors_desktop.store.database import Store
from tests.builders import (
    TimedPost,
    add_contacts,
    elsewhere,
    email,
    enroll_all,
    make_room,
    open_context,
    run_for,
    run_now,
    scheduler_of,
    standing_of,
    states,
    statuses,
    task,
    until,
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


async def test_T08_what_was_begun_is_remembered_outside_the_store(room_context: Context) -> None:
    known = recognise_store(room_context)
    make_room(room_context, people=7, connections=2)
    await run_now(room_context, TimedPost(room_context.clock))
    assert remembered_counter(room_context.data_dir, known.id) == 7
    assert recognise_store(room_context).sending_counter == 7


def test_nobody_begins_before_the_sequences_own_start(room_context: Context) -> None:
    room = make_room(room_context, people=0)
    starts_at = room_context.clock.now() + timedelta(days=20)
    change_settings(room_context, room.sequence_id, lambda settings: replace(settings, starts_at=starts_at))
    (enrollment_id,) = enroll_all(room_context, room.sequence_id, add_contacts(room_context, 1))
    assert standing_of(room_context, enrollment_id).enrollment.next_step_scheduled_at == starts_at


async def test_another_round_begins_anew_whatever_ended_the_one_before(room_context: Context) -> None:
    room = make_room(room_context, people=1, allows_new_round=True)
    post = TimedPost(room.clock)
    await run_now(room_context, post)
    with room_context.store.write() as unit:
        unit.run(
            "UPDATE sequence_enrollments SET replied_at = :now, goal_achieved_at = :now", {"now": room.clock.now()}
        )
    contact_id = standing_of(room_context, room.enrollment_ids[0]).enrollment.contact_id
    await run_for(room_context, post, days=2)
    enroll_all(room_context, room.sequence_id, [contact_id])
    await run_for(room_context, post, days=1)
    assert states(room_context) == {"sent": 2}
    assert standing_of(room_context, room.enrollment_ids[0]).enrollment.round == 2


async def test_what_another_program_changes_is_heard_of_at_once(store: Store, tmp_path: Path) -> None:
    context = open_context(store, tmp_path, RealClock())
    room = make_room(context, people=0)
    post = TimedPost(context.clock)
    scheduler = scheduler_of(context, post, RunMode.FOREVER, hears_others=True)
    running = asyncio.create_task(scheduler.run())
    await asyncio.sleep(0.5)
    with elsewhere(context) as other:
        enroll_all(other, room.sequence_id, add_contacts(other, 2))
    heard_after = asyncio.timeout(LONGEST_NAP / 2)
    async with heard_after:
        await until(lambda: len(post.captures) == 2)
    scheduler.stop()
    await running
    assert not heard_after.expired()
