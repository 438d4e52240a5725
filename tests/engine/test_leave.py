"""A scheduler without leave to send: no email leaves and no mailbox is held, while all other work goes on."""

import asyncio
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from opendoors_desktop.domain.condition import Comparison, Group, Junction, Operator
from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.domain.send_window import Delay
from opendoors_desktop.domain.step import Branch, LinkedInAction, StepType
from opendoors_desktop.engine import machine
from opendoors_desktop.engine.commands import sending
from opendoors_desktop.engine.commands.sending import (
    leave_to_send,
    pause_sending,
    recognise_store,
    release,
    stop_everything,
    switch_sending_off,
    switch_sending_on,
)
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.leave import Leave, LeaveOf
from opendoors_desktop.engine.loop import RunMode, Scheduler, SchedulerOptions
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.mailbox_use import living_leases
from opendoors_desktop.store.queries.tasks import list_tasks
from tests.builders import (
    LatePost,
    MeddledPost,
    Room,
    TimedPost,
    activities,
    email,
    make_room,
    open_context,
    standing_of,
    states,
    task,
    until,
)
from tests.sequence_builders import key

DAY = timedelta(days=1)
FORK, TASK = key(901), key(902)


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    """A store that this computer knows, sending off as at first run."""
    context = open_context(store, tmp_path)
    recognise_store(context)
    return context


async def play(room: Room, post: TimedPost, days: float, leave: LeaveOf | None = None) -> Scheduler:
    """Run a scheduler for so long, by this computer's switch or another leave."""
    leave = leave or partial(leave_to_send, room.context)
    scheduler = Scheduler(room.context, SchedulerOptions(RunMode.FOREVER), post, leave=leave)  # type: ignore[arg-type]
    room.clock.at(room.clock.now() + timedelta(days=days), scheduler.stop)
    await asyncio.wait_for(scheduler.run(), 60)
    return scheduler


def other_work() -> list[dict[str, object]]:
    """Every kind of step that needs no mailbox, then an email."""
    was_done = Group(Junction.AND, (Comparison("task_completed", Operator.EQUALS, True, TASK),))
    in_lane = {"parent_id": FORK, "branch": Branch.NO}
    return [
        task(0, id=TASK, waits_for_task=False),
        {"type": StepType.DELAY, "delay": Delay(hours=5)},
        {"type": StepType.CONDITIONAL, "id": FORK, "conditions": was_done, "wait_until_true": True, "delay": Delay(1)},
        {"type": StepType.LINKEDIN, "linkedin_action": LinkedInAction.CONNECT, "waits_for_task": False, **in_lane},
        {"type": StepType.CALL, "task_title": "Ring", "waits_for_task": False},
        email(),
    ]


def open_tasks(context: Context) -> list[str]:
    with context.store.read() as unit:
        return sorted(each.kind for each in list_tasks(unit, context.scope.workspace_id, states=["open"]))


def holders(context: Context) -> int:
    with context.store.read() as unit:
        return len(living_leases(unit, context.scope.workspace_id))


@pytest.mark.parametrize("stops", [switch_sending_off, stop_everything])
async def test_tasks_waits_and_conditions_go_on_while_nothing_may_leave(context: Context, stops):
    room = make_room(context, other_work(), people=3)
    if stops is stop_everything:
        switch_sending_on(context)
    stops(context)
    post = TimedPost(room.clock)
    await play(room, post, 6)

    assert open_tasks(context) == ["call"] * 3 + ["linkedin"] * 3 + ["task"] * 3
    tickets = [standing_of(context, each).ticket for each in room.enrollment_ids]
    assert all(each is not None and each.mailbox_id == room.mailbox.id for each in tickets)
    assert (post.captures, states(context)) == ([], {})

    switch_sending_on(context)
    if stops is stop_everything:
        release(context)
    await play(room, post, 1)
    assert len(post.captures) == 3
    assert [standing_of(context, each).ticket for each in room.enrollment_ids] == [None] * 3


async def test_without_leave_no_mailbox_is_held_and_no_child_is_started(context: Context):
    room = make_room(context, people=2)
    post = TimedPost(room.clock)
    counts: list[int] = []
    room.clock.at(room.clock.now() + DAY / 2, lambda: counts.append(holders(context)))
    await play(room, post, 1)

    assert (counts, post.opened) == ([0], [])


async def test_switched_on_and_off_while_it_runs_it_follows_and_gives_its_mailboxes_back(context: Context):
    room = make_room(context, people=30, gap=timedelta(minutes=10))
    start = room.clock.now()
    counts: list[int] = []
    for hours, act in ((2, switch_sending_on), (3, switch_sending_off), (6, switch_sending_on)):
        room.clock.at(start + timedelta(hours=hours), partial(act, context))
        room.clock.at(start + timedelta(hours=hours, minutes=5), lambda: counts.append(holders(context)))
    post = TimedPost(room.clock)
    await play(room, post, 1)

    assert counts == [1, 0, 1]
    assert post.captures[0].at == start + timedelta(hours=2)
    assert not [each for each in post.captures if timedelta(hours=3) < each.at - start < timedelta(hours=6)]
    assert states(context) == {"sent": 30}


async def test_a_pause_ends_by_itself(context: Context):
    room = make_room(context, people=2)
    switch_sending_on(context)
    until = room.clock.now() + timedelta(hours=3)
    pause_sending(context, until)
    post = TimedPost(room.clock)
    await play(room, post, 1)

    assert [each.at for each in post.captures] == [until, until]


async def test_a_switch_put_off_behind_the_claim_is_read_before_anything_is_begun(context: Context):
    """As another program moves it, whose commit hasn't been heard of yet."""
    room = make_room(context, people=8)
    switch_sending_on(context)
    store_id = recognise_store(context).id
    post = MeddledPost(room.clock, lambda: machine.switch_sending(context.data_dir, store_id, False))
    await play(room, post, 1)

    assert (post.captures, states(context)) == ([], {"planned": 8})
    assert holders(context) == 0
    switch_sending_on(context)
    await play(room, post, 1)
    assert states(context) == {"sent": 8}


async def test_what_is_being_sent_when_it_is_switched_off_is_answered_and_written_down(context: Context):
    room = make_room(context, people=8)
    switch_sending_on(context)
    post = LatePost(room.clock)
    run = asyncio.create_task(play(room, post, 1))
    await until(lambda: post.late)
    switch_sending_off(context)
    await until(lambda: "claimed" not in states(context))
    begun = states(context).get("sending")
    assert (begun, holders(context)) == (len(post.late), 1)
    post.release()
    await run

    assert states(context)["sent"] == begun
    assert {"sending", "claimed", "uncertain"}.isdisjoint(states(context))
    assert holders(context) == 0


async def test_fault_25_on_a_copied_store_other_work_goes_on_and_no_email_leaves_even_by_the_command_line(
    context: Context, tmp_path: Path
):
    room = make_room(context, [task(0, waits_for_task=False), email()], people=2)
    switch_sending_on(context)
    machine_file = context.data_dir / machine.FILE_NAME
    machine_file.unlink()
    post = TimedPost(room.clock)
    await play(room, post, 1, partial(leave_to_send, context, is_scheduler=True))
    if context.store.dialect.value == "sqlite":
        assert (post.captures, open_tasks(context)) == ([], ["task", "task"])
        switch_sending_on(context)
        await play(room, post, 1, partial(leave_to_send, context, is_scheduler=True))
    assert len(post.captures) == 2


async def test_fault_44_a_data_folder_that_cannot_be_written_to_gives_no_leave_and_is_asked_again(
    context: Context, monkeypatch
):
    room = make_room(context, [task(0, waits_for_task=False), email()], people=1)
    switch_sending_on(context)
    recognised, faults = sending.recognise_store, [StoreError("No.", "Check it.", code=machine.UNWRITABLE)]
    monkeypatch.setattr(
        sending, "recognise_store", lambda context: recognised(context) if not faults else _raise(faults.pop())
    )
    post = TimedPost(room.clock)
    await play(room, post, 1)

    assert activities(context, "task_made") == 1
    assert [each.at - room.clock.now() <= -DAY + sending.ASKS_AGAIN_AFTER for each in post.captures] == [True]


def _raise(error: StoreError) -> None:
    raise error


async def test_any_other_fault_of_the_store_is_no_leave_but_a_fault(context: Context, monkeypatch):
    monkeypatch.setattr(sending, "recognise_store", lambda _: _raise(StoreError("Away.", "Wait.", code="store_away")))
    with pytest.raises(StoreError):
        leave_to_send(context)


def test_leave_says_why_it_is_asked_again(context: Context):
    assert not leave_to_send(context).is_given
    switch_sending_on(context)
    assert leave_to_send(context).is_given
    until = context.clock.now() + DAY
    pause_sending(context, until)
    found = leave_to_send(context)
    assert (found.is_given, found.again_at, found.still_holds()) == (False, until, False)
    assert leave_to_send(context, is_scheduler=True) == Leave(is_given=True)
    assert activities(context, "sent") == 0
