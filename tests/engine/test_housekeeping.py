"""Steps that need no mailbox are done when they are due, for however many, by whichever scheduler runs."""

from datetime import timedelta
from pathlib import Path

import pytest

from opendoors_desktop.domain.send_window import Delay
from opendoors_desktop.domain.step import StepType
from opendoors_desktop.engine.commands.sending import release, stop_everything
from opendoors_desktop.engine.commands.tasks import complete_task
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store import leases
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.queries.tasks import list_tasks
from tests.builders import (
    TimedPost,
    activities,
    add_contacts,
    email,
    enroll_all,
    make_room,
    open_context,
    run_for,
    standing_of,
    states,
    statuses,
    task,
)
from tests.oracle import check

WAITS = {"type": StepType.DELAY, "delay": Delay(days=1)}


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


async def test_more_people_than_fit_into_one_commit_all_get_their_task_once(context: Context):
    room = make_room(context, [WAITS, task()], people=230)
    await run_for(context, post := TimedPost(room.clock), days=2)
    assert activities(context, "task_made") == 230
    await run_for(context, post, days=1)
    assert activities(context, "task_made") == 230
    check(room, post)


async def test_an_email_between_two_steps_without_a_mailbox_is_sent_in_its_turn(context: Context):
    room = make_room(context, [WAITS, email(), WAITS, email(0, None)], people=3)
    started = room.clock.now()
    await run_for(context, post := TimedPost(room.clock), days=4)
    assert [(capture.at - started) // timedelta(days=1) for capture in post.captures] == [1] * 3 + [2] * 3
    assert activities(context, "delay_over") == 6
    assert statuses(context) == {"completed": 3}
    check(room, post)


async def test_during_an_emergency_stop_tasks_are_made_and_no_email_leaves_before_it_is_released(context: Context):
    room = make_room(context, [task(1, waits_for_task=False), email()], people=3)
    stop_everything(context)
    await run_for(context, post := TimedPost(room.clock), days=2)
    assert (activities(context, "task_made"), post.captures) == (3, [])
    release(context)
    await run_for(context, post, days=1)
    assert (activities(context, "task_made"), len(post.captures)) == (3, 3)
    check(room, post)


async def test_steps_without_a_mailbox_are_done_by_a_scheduler_that_holds_none(context: Context):
    room = make_room(context, [task(1, waits_for_task=False), email()], people=2)
    with context.store.write() as unit:
        taken = leases.take_lease(unit, room.mailbox.id, leases.Holder(context.new_id(), "another", 7))
    assert isinstance(taken, leases.Lease)
    await run_for(context, post := TimedPost(room.clock), days=2)
    assert (activities(context, "task_made"), states(context)) == (2, {})
    check(room, post)


async def test_who_is_enrolled_or_ends_a_task_while_it_runs_is_moved_on(context: Context):
    room = make_room(context, [task(), email(), WAITS], people=1)
    post = TimedPost(room.clock)
    noon = room.clock.now() + timedelta(hours=3)

    def end_task() -> None:
        with context.store.read() as unit:
            [found] = list_tasks(unit, context.scope.workspace_id, states=["open"])
        complete_task(context, found.id)

    def enroll_another() -> None:
        enroll_all(context, room.sequence_id, add_contacts(context, 1, first=5))

    room.clock.at(noon, end_task)
    room.clock.at(noon + timedelta(hours=1), enroll_another)
    await run_for(context, post, hours=5)
    assert [capture.recipient for capture in post.captures] == ["u1@example.net"]
    assert activities(context, "task_made") == 2
    await run_for(context, post, days=1)
    assert statuses(context) == {"completed": 1, "active": 1}
    assert standing_of(context, room.enrollment_ids[0]).ticket is None
    check(room, post)
