"""A store full of due emails and a mail host that keeps what it gets: the ground on which schedulers are killed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import Any

from opendoors_desktop.engine.clock import RealClock
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from tests.builders import Room, add_contacts, enroll_all, expire_leases, journal, make_room, open_context, states
from tests.fixtures_smtp import Sink, running_sink
from tests.oracle import Capture, captures_in, nothing_false, nothing_twice, problems_of

REPOSITORY = Path(__file__).resolve().parent.parent.parent


class Driver:
    """The process that schedulers are forked from."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.driver"],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def start(self, store: Path, fault: str = "") -> int:
        """Start a scheduler; gives its process id."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([str(store), str(store.parent), fault]) + "\n")
        self._process.stdin.flush()
        return int(self._line())

    def wait(self) -> int:
        """Wait for its end; gives its exit status."""
        return int(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()


@contextmanager
def running_driver() -> Iterator[Driver]:
    """A driver that is gone afterwards."""
    driver = Driver()
    try:
        yield driver
    finally:
        driver.close()


class Ground:
    """One store, one mail host, and what is done to the schedulers that work on them."""

    def __init__(self, store: Store, sink: Sink, driver: Driver, room: Room) -> None:
        self.store = store
        self.room = room
        self._sink = sink
        self._driver = driver

    @property
    def context(self) -> Context:
        """What commands on the store need."""
        return self.room.context

    @property
    def captures(self) -> list[Capture]:
        """What the mail host has got."""
        return captures_in(self._sink.folder)

    @property
    def people(self) -> int:
        """How many are written to, once each."""
        return len(self.room.enrollment_ids)

    def enroll_more(self, count: int) -> None:
        """Have so many more people be written to."""
        contact_ids = add_contacts(self.context, count, first=self.people + 1)
        self.room.enrollment_ids.extend(enroll_all(self.context, self.room.sequence_id, contact_ids))

    def die_at(self, point: str) -> int:
        """Let a scheduler run until it dies at a point, or is done; gives its exit status."""
        self._driver.start(self.store.location.path, point)
        return self._driver.wait()

    def die_after(self, seconds: float) -> int:
        """Kill a scheduler after some time; gives its exit status, 0 where it was faster."""
        pid = self._driver.start(self.store.location.path)
        Event().wait(seconds)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return self._driver.wait()

    def finish(self) -> None:
        """Let the leases run out and a new scheduler do the rest."""
        expire_leases(self.store)
        self._driver.start(self.store.location.path)
        assert self._driver.wait() == 0

    def uncertain(self) -> int:
        """How many emails nobody knows the fate of."""
        return states(self.context).get("uncertain", 0)

    def problems(self) -> list[str]:
        """All that is wrong now that nobody sends."""
        found = problems_of(self.store, self.captures, self.context.scope.workspace_id)
        return found + [f"{row.message_id} is {row.state}" for row in journal(self.context) if row.state in _OPEN]

    def problems_meanwhile(self) -> list[str]:
        """What must not be wrong at any time."""
        return self.twice() + self.falsely_sent()

    def twice(self) -> list[str]:
        """What left twice."""
        with self.store.read() as unit:
            return nothing_twice(unit, self.captures)

    def falsely_sent(self) -> list[str]:
        """What is marked sent and never left."""
        with self.store.read() as unit:
            return [each for each in nothing_false(unit, self.captures) if "marked sent" in each]


_OPEN = {"planned", "claimed", "sending", "deferred"}


@contextmanager
def ground(store: Store, driver: Driver, people: int, *flags: str, **options: Any) -> Iterator[Ground]:
    """A ground with that many due emails."""
    with running_sink(*flags) as sink:
        context = open_context(store, store.location.path.parent, RealClock())
        yield Ground(store, sink, driver, make_room(context, people=people, port=sink.port, **options))
