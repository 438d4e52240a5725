"""A scheduler on a computer that sleeps or whose clock is set: it says so, and what is overdue leaves by pace."""

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.engine.clock import RealClock, VirtualClock
from opendoors_desktop.engine.loop import RunMode, Scheduler, SchedulerOptions
from opendoors_desktop.engine.notices import CameBack, HeldElsewhere, Notice, StoreBack, StoreStopped
from opendoors_desktop.store.database import Store
from tests.builders import Room, TimedPost, elsewhere, email, make_room, open_context, scheduler_of, states
from tests.fixtures_store import NOW

GAP = timedelta(seconds=90)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CAP = 12
TWO = [email(), email(1, subject="Again, {{ first_name }}")]


class SetClock(VirtualClock):
    """A virtual clock that somebody may set."""

    set_by = timedelta()

    def now(self) -> datetime:
        return super().now() + self.set_by

    def steady(self) -> float:
        return super().now().timestamp()

    def advance_to(self, instant: datetime) -> None:
        super().advance_to(instant - self.set_by)

    def at_start(self, after: timedelta, call) -> None:
        """Have something happen after so much time."""
        self.at(NOW + after, call)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def room(usual_store: Store, tmp_path: Path, clock: SetClock) -> Room:
    """Thirty people in a mailbox with a gap and a cap a day."""
    return make_room(open_context(usual_store, tmp_path, clock), TWO, 30, gap=GAP, daily_cap=CAP)


async def play(room: Room, length: timedelta) -> tuple[TimedPost, list[Notice]]:
    """Run the scheduler for so much time; gives what left and what was told."""
    post = TimedPost(room.clock)
    told: list[Notice] = []
    scheduler = Scheduler(room.context, SchedulerOptions(RunMode.FOREVER), post, told.append)  # type: ignore[arg-type]
    room.clock.at(room.clock.now() + length, scheduler.stop)
    await scheduler.run()
    return post, told


def is_by_pace(post: TimedPost) -> bool:
    """No two emails closer than the gap, and no day with more than the cap; each step once to each contact."""
    days: dict[object, int] = {}
    for each in post.captures:
        days[each.at.date()] = days.get(each.at.date(), 0) + 1
    seen = [(each.recipient, each.message_id) for each in post.captures]
    gaps = [abs(later.at - earlier.at) for earlier, later in pairwise(post.captures)]
    return max(days.values()) <= CAP and min(gaps) >= GAP and len(seen) == len(set(seen))


async def test_fault_28_after_a_sleep_what_is_overdue_leaves_by_pace_on_new_connections(room):
    slept_at = NOW + 5 * GAP
    room.clock.at(slept_at, lambda: room.clock.advance_to(slept_at + 2 * HOUR))

    post, told = await play(room, 7 * DAY)

    (back,) = [each.absence for each in told if isinstance(each, CameBack)]
    assert back.lasted == 2 * HOUR
    assert back.until == slept_at + 2 * HOUR
    assert is_by_pace(post)
    assert len(post.opened) > 1
    assert states(room.context) == {"sent": 60}


async def test_fault_28_a_night_of_sleep_costs_its_day_and_brings_no_burst(room):
    slept_at = NOW + 5 * GAP
    room.clock.at(slept_at, lambda: room.clock.advance_to(slept_at + 15 * HOUR))

    post, told = await play(room, 6 * DAY)

    assert [each.absence.lasted for each in told if isinstance(each, CameBack)] == [15 * HOUR]
    assert is_by_pace(post)


@pytest.mark.parametrize("by", [3 * DAY, -DAY, HOUR, -HOUR])
async def test_fault_26_a_clock_that_is_set_brings_no_burst_and_no_step_twice(room, by):
    def put() -> None:
        room.clock.set_by = by

    room.clock.at(NOW + 5 * GAP, put)
    post, told = await play(room, 8 * DAY)

    assert [each.absence.set_by for each in told if isinstance(each, CameBack)] == [by]
    assert is_by_pace(post)
    assert len(post.captures) > CAP


async def test_a_store_that_cannot_be_written_is_told_once_and_when_it_is_back(room, monkeypatch, caplog):
    monkeypatch.setattr("opendoors_desktop.engine.loop.STORE_IS_TRIED_AGAIN_AFTER", 0.0)
    fails, write = [3], room.context.store.write

    def full_at_first(*arguments, **named):
        if fails[0]:
            fails[0] -= 1
            raise StoreError("There is no room left.", "Make some.")
        return write(*arguments, **named)

    monkeypatch.setattr(room.context.store, "write", full_at_first)
    _, told = await play(room, HOUR)

    assert [type(each) for each in told] == [StoreStopped, StoreBack]


async def test_mailboxes_that_another_scheduler_holds_are_told(room):
    with elsewhere(room.context) as other:
        first = scheduler_of(other, TimedPost(room.clock), RunMode.FOREVER)
        told: list[Notice] = []

        async def look() -> None:
            second = Scheduler(
                room.context,
                SchedulerOptions(RunMode.UNTIL_IDLE),
                TimedPost(room.clock),  # type: ignore[arg-type]
                told.append,
            )
            await second.run()
            first.stop()

        async with asyncio.TaskGroup() as group:
            group.create_task(first.run())
            await asyncio.sleep(0.05)
            group.create_task(look())

    assert [len(each.holders) for each in told if isinstance(each, HeldElsewhere)] == [1]


def test_the_machines_steady_clock_goes_on_and_a_nap_ends_in_time():
    clock = RealClock()
    before = clock.steady()

    assert clock.steady() >= before
    assert clock.back_by(NOW, NOW + DAY) == NOW + timedelta(seconds=30)
