"""Fault 20 on a disk that is really full: nothing leaves that can't be written down; with room again, it goes on."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.engine.clock import RealClock
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.loop import Scheduler, SchedulerOptions
from opendoors_desktop.store.check import find_damage
from opendoors_desktop.store.migrate import open_store
from tests.builders import (
    Room,
    email,
    expire_leases,
    journal,
    make_room,
    open_context,
    states,
    until,
)
from tests.fixtures_disk import SmallDisk, small_disk
from tests.fixtures_smtp import Sink, running_sink
from tests.oracle import captures_in, nothing_false, nothing_twice, problems_of

__all__ = ["small_disk"]

pytestmark = pytest.mark.slow

PEOPLE = 400
CONNECTIONS = 3


@pytest.fixture
def context(small_disk: SmallDisk, fresh_file: Path, tmp_path: Path) -> Iterator[Context]:
    """A store on the small disk; the data folder is elsewhere."""
    shutil.copyfile(fresh_file, small_disk.folder / "store.db")
    store = open_store(str(small_disk.folder / "store.db"))
    yield open_context(store, tmp_path, RealClock())
    store.close()


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail host that keeps what it gets, on another disk."""
    with running_sink() as running:
        yield running


def left(sink: Sink) -> set[str]:
    return {capture.message_id for capture in captures_in(sink.folder)}


def attempted(context: Context) -> set[str]:
    return {row.message_id for row in journal(context) if row.state in {"sending", "sent"} and row.attempts}


def check(room: Room, sink: Sink) -> None:
    assert problems_of(room.context.store, captures_in(sink.folder), room.context.scope.workspace_id) == []


def nothing_unwritten(context: Context, sink: Sink) -> None:
    """While the disk is full: whatever left has its attempt in the journal, and nothing left twice."""
    captures = captures_in(sink.folder)
    assert {capture.message_id for capture in captures} <= attempted(context)
    with context.store.read() as unit:
        assert nothing_twice(unit, captures) == []
        assert [each for each in nothing_false(unit, captures) if "marked sent" in each] == []
        assert find_damage(unit) == []


def code_of(fault: StoreError | None) -> str:
    return "" if fault is None else fault.code


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each for each in caplog.messages if each.startswith(("nothing is sent", "the store can be written"))]


async def test_fault_20_a_disk_that_fills_up_stops_sending_until_there_is_room(
    context: Context, small_disk: SmallDisk, sink: Sink, caplog: pytest.LogCaptureFixture
):
    room = make_room(context, [email()], people=PEOPLE, port=sink.port, connections=CONNECTIONS)
    scheduler = Scheduler(context, SchedulerOptions())
    running = asyncio.ensure_future(scheduler.run())
    await until(lambda: len(left(sink)) > PEOPLE // 20)
    small_disk.fill()
    await until(lambda: scheduler.store_fault)
    assert code_of(scheduler.store_fault) == "store_full"
    await until(lambda: len(left(sink)) >= len(attempted(context)))  # what had leave to go arrives
    stopped_at = len(left(sink))
    await asyncio.sleep(2.5)  # time for more tries
    assert len(left(sink)) == stopped_at < PEOPLE
    nothing_unwritten(context, sink)
    assert not running.done()

    small_disk.make_room()
    await until(lambda: states(context) == {"sent": PEOPLE})
    assert code_of(scheduler.store_fault) == ""
    scheduler.stop()
    await asyncio.wait_for(running, 10)
    assert told(caplog) == [
        "nothing is sent: The disk of the store is full. Make room on the disk and try again; nothing was changed.",
        "the store can be written again",
    ]
    assert len(left(sink)) == PEOPLE
    assert {row.attempts for row in journal(context)} == {1}
    check(room, sink)


async def test_fault_20_on_a_disk_that_is_full_at_the_start_nothing_is_sent_before_there_is_room(
    context: Context, small_disk: SmallDisk, sink: Sink, caplog: pytest.LogCaptureFixture
):
    room = make_room(context, people=20, port=sink.port, connections=CONNECTIONS)
    small_disk.fill()
    scheduler = Scheduler(context, SchedulerOptions())
    running = asyncio.ensure_future(scheduler.run())
    await until(lambda: scheduler.store_fault)
    await asyncio.sleep(1.5)
    assert (left(sink), states(context)) == (set(), {})
    small_disk.make_room()
    await until(lambda: states(context) == {"sent": 20})
    scheduler.stop()
    await asyncio.wait_for(running, 10)
    assert len(told(caplog)) == 2
    check(room, sink)


async def test_fault_20_a_scheduler_that_ends_on_a_full_disk_leaves_no_email_in_doubt_that_was_never_begun(
    context: Context, small_disk: SmallDisk, sink: Sink, caplog: pytest.LogCaptureFixture
):
    room = make_room(context, people=PEOPLE, port=sink.port, connections=CONNECTIONS)
    scheduler = Scheduler(context, SchedulerOptions())
    running = asyncio.ensure_future(scheduler.run())
    await until(lambda: len(left(sink)) > PEOPLE // 20)
    small_disk.fill()
    await until(lambda: scheduler.store_fault)
    scheduler.stop()
    await asyncio.wait_for(running, 20)
    nothing_unwritten(context, sink)

    small_disk.make_room()
    expire_leases(context.store)
    again = Scheduler(context, SchedulerOptions())
    running = asyncio.ensure_future(again.run())
    await until(lambda: states(context).get("sent", 0) + states(context).get("uncertain", 0) == PEOPLE)
    again.stop()
    await asyncio.wait_for(running, 10)
    assert states(context).get("uncertain", 0) <= CONNECTIONS
    check(room, sink)
