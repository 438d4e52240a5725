"""The real window on a real screen whose clock is set or which sleeps, sending to a real mail host meanwhile.

faketime sets the clock of the window and its children, SIGSTOP puts them all to sleep. The mail host keeps real time.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from bench._screen import family, virtual_screen
from opendoors_desktop.engine.clock import RealClock
from opendoors_desktop.engine.commands.sending import switch_sending_on
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from tests.builders import Room, email, make_room, open_context, states
from tests.fixtures_smtp import Sink, running_sink
from tests.fixtures_store import NOW
from tests.oracle import Capture, captures_in, limits_held, nothing_false, nothing_twice

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.timeout(400),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="faketime, SIGSTOP and Xvfb are Linux's here"),
]

FAKETIME = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
GAP, CAP, PEOPLE = timedelta(seconds=1), 10, 14
DAY = timedelta(days=1)


@dataclass
class FakeClock:
    """The clock of the window's processes: so far from the real one, and since when."""

    file: Path
    steps: list[tuple[datetime, timedelta]] = field(default_factory=list)

    def stands_at(self, at: datetime) -> None:
        """Let it be that instant now."""
        now = RealClock().now()
        self.steps.append((now, at - now))
        self.file.write_text(f"{(at - now).total_seconds():+f}", encoding="ascii")

    def goes_by(self, length: timedelta) -> None:
        """Set it forward, or back."""
        self.stands_at(RealClock().now() + self.steps[-1][1] + length)

    def told(self, capture: Capture) -> Capture:
        """A capture by this clock."""
        offset = [offset for since, offset in self.steps if since <= capture.at][-1]
        return replace(capture, at=capture.at + offset)


@dataclass
class Window:
    """The running program, and the file it writes what it tells into."""

    process: subprocess.Popen[bytes]
    output: Path

    def told(self, start: str) -> list[str]:
        """The lines so far that begin so."""
        return [line for line in self.output.read_text(encoding="utf-8").splitlines() if line.startswith(start)]

    def all_at_once(self, number: signal.Signals) -> None:
        """Send a signal to the window and all its children."""
        for pid in family(self.process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, number)


@dataclass
class Stage:
    """A room, its mail host, and the clock of the window that sends from it."""

    room: Room
    sink: Sink
    clock: FakeClock
    window: Window

    def sent(self) -> int:
        """How many the mail host has."""
        return len(captures_in(self.sink.folder))

    def problems(self) -> list[str]:
        """What of the window's promises didn't hold, by its own clock."""
        captures = captures_in(self.sink.folder)
        limits = replace(self.room.mailbox.limits, gap=0.4 * GAP)  # the mail host's files tell when it took them
        with self.room.context.store.read() as unit:
            doubled = [*nothing_twice(unit, captures), *nothing_false(unit, captures)]
        return doubled + limits_held([self.clock.told(each) for each in captures], limits)


def wait_until(is_so: Callable[[], object], seconds: float = 90.0) -> None:
    end, pause = monotonic() + seconds, Event()
    while not is_so():
        assert monotonic() < end, "it didn't come"
        pause.wait(0.05)


@pytest.fixture
def context(sqlite_store: Store, tmp_path: Path) -> Context:
    return open_context(sqlite_store, tmp_path)


@pytest.fixture
def is_sleep(request: pytest.FixtureRequest) -> bool:
    """Whether the steady clock goes on as well, as it does while a computer sleeps."""
    return bool(request.param)


@pytest.fixture
def stage(context: Context, tmp_path: Path, is_sleep: bool) -> Iterator[Stage]:
    """Fourteen people in two emails a day apart, ten a day at most, a second between two; the first four have left."""
    if FAKETIME is None or shutil.which("Xvfb") is None:
        pytest.skip("faketime and Xvfb aren't installed (Debian packages of these names)")
    clock = FakeClock(tmp_path / "faketime")
    with running_sink() as sink, virtual_screen() as display:
        parts = [email(), email(1, subject=None)]
        room = make_room(context, parts, PEOPLE, port=sink.port, gap=GAP, daily_cap=CAP, connections=1)
        switch_sending_on(context)
        clock.stands_at(NOW)
        output = tmp_path / "told.txt"
        with output.open("wb") as told:
            process = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("watched_window.py"))],
                env={
                    **os.environ,
                    "DISPLAY": display,
                    "QT_QPA_PLATFORM": "xcb",
                    "OPENDOORS_DATA_DIR": str(tmp_path),
                    "OPENDOORS_STORE": str(context.store.location.path),
                    "PYTHONPATH": os.pathsep.join(sys.path),
                    "LD_PRELOAD": str(FAKETIME),
                    "FAKETIME_TIMESTAMP_FILE": str(clock.file),
                    "FAKETIME_NO_CACHE": "1",
                    "NO_FAKE_STAT": "1",
                    "FAKETIME_DONT_FAKE_MONOTONIC": "0" if is_sleep else "1",
                    "FAKETIME_FORCE_MONOTONIC_FIX": "0",  # else waits for a thread end at once
                },
                stdout=told,
            )
        window = Window(process, output)
        found = Stage(room, sink, clock, window)
        try:
            wait_until(lambda: found.sent() >= 4)
            yield found
        finally:
            window.all_at_once(signal.SIGCONT)
            if process.poll() is None:
                process.kill()
            process.wait(10)


def ends_in_order(stage: Stage) -> bool:
    stage.window.process.send_signal(signal.SIGTERM)
    return stage.window.process.wait(20) == 0


@pytest.mark.parametrize("is_sleep", [False], indirect=True)
def test_fault_26_a_clock_that_is_set_while_it_sends_brings_no_burst_no_step_twice_and_is_shown(stage: Stage):
    stage.clock.goes_by(3 * DAY)
    wait_until(lambda: stage.window.told("toast: The clock was set forward by 3 days: "))
    before = stage.sent()
    wait_until(lambda: states(stage.room.context)["sent"] >= before + CAP - 1)
    days = Counter(stage.clock.told(each).at.date() for each in captures_in(stage.sink.folder))
    assert days[(NOW + 3 * DAY).date()] <= CAP
    assert stage.problems() == []

    stage.clock.goes_by(-4 * DAY)
    wait_until(lambda: stage.window.told("toast: The clock was set back by 4 days: nothing is sent twice"))
    still = stage.sent()
    Event().wait(5)
    assert stage.sent() == still
    assert stage.problems() == []
    assert ends_in_order(stage)


@pytest.mark.parametrize("is_sleep", [True], indirect=True)
def test_fault_28_asleep_for_a_quarter_of_an_hour_and_for_a_night_it_catches_up_by_pace(stage: Stage):
    stage.window.all_at_once(signal.SIGSTOP)
    asleep = stage.sent()
    stage.clock.goes_by(timedelta(minutes=15))
    Event().wait(1)
    assert stage.sent() <= asleep + 1  # what had its whole message may still be taken
    stage.window.all_at_once(signal.SIGCONT)
    wait_until(lambda: stage.window.told("toast: Caught up after 1"))
    wait_until(lambda: stage.sent() == CAP)
    assert stage.problems() == []

    stage.window.all_at_once(signal.SIGSTOP)
    stage.clock.goes_by(timedelta(hours=25))
    stage.window.all_at_once(signal.SIGCONT)
    wait_until(lambda: stage.window.told("toast: Caught up after 25 h away: "))
    wait_until(lambda: stage.sent() == 2 * CAP)
    Event().wait(3)
    days = Counter(stage.clock.told(each).at.date() for each in captures_in(stage.sink.folder))
    assert set(days.values()) == {CAP}
    assert stage.problems() == []
    assert ends_in_order(stage)


def test_the_clock_of_the_tests_is_the_windows(tmp_path: Path):
    clock = FakeClock(tmp_path / "faketime")
    clock.stands_at(NOW)
    seen = Capture("<1@example.com>", "ana@example.org", RealClock().now())
    clock.goes_by(DAY)

    assert abs(clock.told(seen).at - NOW) < timedelta(seconds=5)
    assert abs(clock.told(replace(seen, at=RealClock().now())).at - NOW - DAY) < timedelta(seconds=5)
    assert clock.file.read_text(encoding="ascii")[0] in "+-"
    assert seen.at.tzinfo is UTC
