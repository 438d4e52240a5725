"""The clock that skips idle time: it stands while anything is in flight, and keeps its appointments on the way."""

import asyncio
from datetime import UTC, datetime, timedelta

from opendoors_desktop.engine.clock import Chance, VirtualClock

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def test_it_moves_to_the_instant_that_is_waited_for():
    clock = VirtualClock(START)

    await clock.wait(asyncio.Event(), START + HOUR, in_flight=False)

    assert clock.now() == START + HOUR


async def test_it_stands_while_something_is_in_flight():
    clock, wake = VirtualClock(START), asyncio.Event()
    clock.at(START, lambda: None)
    asyncio.get_running_loop().call_later(0.01, wake.set)

    await clock.wait(wake, START + HOUR, in_flight=True)

    assert clock.now() == START


async def test_it_stands_once_it_is_woken():
    clock, wake = VirtualClock(START), asyncio.Event()
    wake.set()

    await clock.wait(wake, START + HOUR, in_flight=False)

    assert clock.now() == START


async def test_an_appointment_is_kept_on_the_way():
    clock = VirtualClock(START)
    kept: list[datetime] = []
    clock.at(START + HOUR, lambda: kept.append(clock.now()))

    await clock.wait(asyncio.Event(), START + 3 * HOUR, in_flight=False)
    assert (kept, clock.now()) == ([START + HOUR], START + HOUR)

    await clock.wait(asyncio.Event(), START + 3 * HOUR, in_flight=False)
    assert (kept, clock.now()) == ([START + HOUR], START + 3 * HOUR)


async def test_appointments_are_kept_in_their_order_though_nothing_else_is_waited_for():
    clock = VirtualClock(START)
    kept: list[str] = []
    clock.at(START + 2 * HOUR, lambda: kept.append("third"))
    clock.at(START + HOUR, lambda: kept.append("first"))
    clock.at(START + HOUR, lambda: kept.append("second"))

    for _ in range(3):
        await clock.wait(asyncio.Event(), None, in_flight=False)

    assert kept == ["first", "second", "third"]
    assert clock.now() == START + 2 * HOUR


async def test_an_appointment_that_is_past_is_kept_at_once():
    clock = VirtualClock(START)
    kept: list[datetime] = []
    clock.at(START - HOUR, lambda: kept.append(clock.now()))

    await clock.wait(asyncio.Event(), START + HOUR, in_flight=False)

    assert kept == [START]


async def test_with_a_speed_idle_time_takes_its_part_of_real_time():
    clock, wake = VirtualClock(START, speed=360_000), asyncio.Event()
    before = asyncio.get_running_loop().time()

    await clock.wait(wake, START + HOUR, in_flight=False)

    assert clock.now() == START + HOUR
    assert asyncio.get_running_loop().time() - before >= 0.009


def test_chance_has_as_many_bits_as_are_asked_for_and_no_number_comes_twice():
    chance = Chance()
    given = [chance(74) for _ in range(1000)]
    assert len(set(given)) == 1000
    assert {number.bit_length() > 74 for number in given} == {False}
    assert max(number.bit_length() for number in given) == 74


async def test_it_stands_while_it_is_held_and_goes_on_when_all_let_go():
    clock, wake = VirtualClock(START), asyncio.Event()
    first, second = clock.hold(), clock.hold()
    first()
    first()
    asyncio.get_running_loop().call_later(0.01, second)

    await clock.wait(wake, START + HOUR, in_flight=False)
    assert clock.now() == START

    wake.clear()
    await clock.wait(wake, START + HOUR, in_flight=False)
    assert clock.now() == START + HOUR
