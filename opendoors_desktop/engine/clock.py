"""The clocks the engine may run on: the machine's own, and one that skips idle time."""

import heapq
import os
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Protocol

from opendoors_desktop.domain.ids import IdSource

if TYPE_CHECKING:
    import asyncio

LONGEST_NAP = 30.0
"""Seconds after which a real wait looks at the wall clock again, so that sleep and clock changes are noticed."""

_COUNT_SLEEP = (getattr(time, "CLOCK_BOOTTIME", None), getattr(time, "CLOCK_MONOTONIC", None))
"""The clocks that go on while the computer sleeps: of Linux, then of macOS; Windows' usual one does."""


class Clock(Protocol):
    """What time it is, and how to wait for a later one."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""

    def steady(self) -> float:
        """Seconds since some instant, at one rate whoever sets the clock, sleep counted."""

    def back_by(self, since: datetime, until: datetime | None) -> datetime | None:
        """When somebody who looked at the clock at `since` and then waits for `until` looks again; None: unknown."""

    async def wait(self, wake: "asyncio.Event", until: datetime | None, *, in_flight: bool) -> None:
        """Return when `wake` is set or `until` has come (None: no such instant); may return early.

        `in_flight` says that an answer is outstanding, so that a virtual clock has to stand still.
        """


class RealClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)

    def steady(self) -> float:
        """Seconds since the computer was started, its sleep counted."""
        number = next((number for number in _COUNT_SLEEP if number is not None), None)
        return time.monotonic() if number is None else time.clock_gettime(number)

    def back_by(self, since: datetime, until: datetime | None) -> datetime | None:
        """After the longest nap, whatever is waited for."""
        return since + timedelta(seconds=LONGEST_NAP)

    async def wait(self, wake: "asyncio.Event", until: datetime | None, *, in_flight: bool) -> None:
        """Sleep until woken, until the instant has come, or for `LONGEST_NAP`; whichever is first."""
        nap = LONGEST_NAP if until is None else min(LONGEST_NAP, (until - self.now()).total_seconds())
        await _wait_for(wake, max(nap, 0.0))


class VirtualClock:
    """A clock that stands still while anything is in flight and jumps over idle time.

    `speed` is how many virtual seconds pass in a real one while idle; None skips idle time at once.
    """

    def __init__(self, start: datetime, speed: float | None = None) -> None:
        self._now = start.astimezone(UTC)
        self._speed = speed
        self._appointments: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = count()
        self._holds = 0
        self._waiting: asyncio.Event | None = None

    def now(self) -> datetime:
        """The present virtual instant, aware, in UTC."""
        return self._now

    def steady(self) -> float:
        """Virtual seconds: nobody sets this clock."""
        return self._now.timestamp()

    def back_by(self, since: datetime, until: datetime | None) -> datetime | None:
        """When the waiting ends: at `until`, or at an appointment before."""
        return self._stop(until)

    def advance_to(self, instant: datetime) -> None:
        """Set the clock forward to `instant`; an earlier one changes nothing."""
        self._now = max(self._now, instant.astimezone(UTC))

    def at(self, instant: datetime, call: Callable[[], None]) -> None:
        """Have `call` run while the clock stands at `instant`, nothing in flight; one that is past runs at once.

        It runs inside `wait`, so between two turns of whoever waits; calls of one instant run in the order given.
        """
        heapq.heappush(self._appointments, (instant.astimezone(UTC), next(self._numbers), call))

    def hold(self) -> Callable[[], None]:
        """Have the clock stand still, as while anything is in flight, until what is given back is called."""
        self._holds += 1
        is_held = True

        def let_go() -> None:
            nonlocal is_held
            self._holds -= is_held
            is_held = False
            if self._waiting is not None and not self._holds:
                self._waiting.set()

        return let_go

    async def wait(self, wake: "asyncio.Event", until: datetime | None, *, in_flight: bool) -> None:
        """Wait for `wake` while anything is in flight, else move to `until` at the clock's speed.

        An appointment that comes before `until` is kept, and ends the waiting.
        """
        stop = self._stop(until)
        self._waiting = wake
        if in_flight or self._holds or stop is None:
            await _wait_for(wake, LONGEST_NAP)
            return
        from asyncio import sleep

        await sleep(0)
        if wake.is_set():
            return
        if self._speed is not None:
            await _wait_for(wake, (stop - self._now).total_seconds() / self._speed)
            if wake.is_set():
                return
        self.advance_to(stop)
        if self._appointments and stop == self._appointments[0][0]:
            heapq.heappop(self._appointments)[2]()

    def _stop(self, until: datetime | None) -> datetime | None:
        """What comes first: an appointment, or `until`."""
        kept = self._appointments[0][0] if self._appointments else None
        return min((instant for instant in (kept, until) if instant is not None), default=None)


async def _wait_for(wake: "asyncio.Event", seconds: float) -> None:
    """Return when `wake` is set or the seconds are over; a timer that sets it costs less than a task that waits."""
    if wake.is_set():
        return
    is_over = False

    def end() -> None:
        nonlocal is_over
        is_over = True
        wake.set()

    from asyncio import get_running_loop

    timer = get_running_loop().call_later(seconds, end)
    try:
        await wake.wait()
    finally:
        timer.cancel()
    if is_over:
        wake.clear()


class Chance:
    """Random bits of the system, fetched for many keys at once: a call for each would cost more than the key.

    Each number is given to one caller alone, whatever thread it is in.
    """

    def __init__(self) -> None:
        self._ready: deque[int] = deque()

    def __call__(self, bits: int) -> int:
        """That many random bits, 128 at most."""
        while True:
            try:
                return self._ready.popleft() >> (128 - bits)
            except IndexError:
                fresh = os.urandom(256 * 16)
                self._ready.extend(int.from_bytes(fresh[at : at + 16], "big") for at in range(0, len(fresh), 16))


def id_source(clock: Clock, randbits: Callable[[int], int] | None = None) -> IdSource:
    """A source of UUIDv7 keys stamped by `clock`; `randbits(n)` gives n random bits."""
    return IdSource(lambda: int(clock.now().timestamp() * 1000), randbits or Chance())
