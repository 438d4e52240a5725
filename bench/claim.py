"""Claims from 10,000,000 enrollments beside the same from 100,000, and a pass of the scheduler when nobody is due.

The two sizes take turns. Each round claims the same 500 of 10,000 who are due and puts everything back, so the pages
are warm for both. The stores are made in the folder for temporary files (about 25 GB, some minutes) and removed
afterwards. Times are of the processor, the reading and writing of pages included.
"""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from bench._claim_store import Large, make_large
from bench.figure import Figure, figure
from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.local_time import local_day
from opendoors_desktop.domain.pacing import PaceBook, SharedCounts
from opendoors_desktop.engine.clock import RealClock
from opendoors_desktop.engine.desk import Desk, Job, Room
from opendoors_desktop.engine.holiday_tables import holidays_of
from opendoors_desktop.engine.loop import NOTICES_EVERY, Scheduler, SchedulerOptions
from opendoors_desktop.engine.planner import Planner
from opendoors_desktop.engine.room import load_room
from opendoors_desktop.engine.turn import Turn
from opendoors_desktop.store import leases, queue
from opendoors_desktop.store.leases import HeldBy, Holder, Lease
from opendoors_desktop.store.ledger import Ledger
from opendoors_desktop.store.queue import Lane, Ticket
from opendoors_desktop.store.types import as_instant, as_uuid

SMALL, LARGE = 100_000, 10_000_000
BATCH = 500
LEAST_ROUNDS = 20
PASSES = 40


def figures(rounds: int) -> Iterator[Figure]:
    """Milliseconds of 500 claims, at the large size beside the small one; of an idle pass, beside one millisecond."""
    rounds = max(rounds, LEAST_ROUNDS)
    with tempfile.TemporaryDirectory() as folder:
        small, large = (_Office.of(Path(folder), size) for size in (SMALL, LARGE))
        yield _beside("claim 500: queue alone", [(large.from_queue(), small.from_queue()) for _ in range(rounds)], 1.1)
        small.claim(), large.claim()
        yield _beside("claim 500", [(large.claim(), small.claim()) for _ in range(rounds)], 1.6)
        pairs = [(large.claim(with_backlog=True), small.claim(with_backlog=True)) for _ in range(rounds)]
        yield _beside("claim 500: 100,000 behind a cap", pairs, 1.6)
        passes = asyncio.run(idle_passes(large.store))
        yield _beside("idle pass", [(lasted, 1.0) for lasted in passes], 1.0)
        small.close()
        large.close()


def _beside(name: str, pairs: Sequence[tuple[float, float]], goal: float) -> Figure:
    return figure(name, pairs, unit="ms", goal=goal, less_is_better=True)


_HEADS = """
SELECT wake_at, enrollment_id FROM claim_queue WHERE mailbox_id = :mailbox_id AND sequence_id = :sequence_id
  AND lane = 0 AND wake_at <= :now ORDER BY wake_at, enrollment_id LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class _Office:
    """A store with the mailbox that is claimed from, leased."""

    store: Large
    room: Room
    lease: Lease

    @classmethod
    def of(cls, folder: Path, enrollments: int) -> "_Office":
        """One of a new store with so many enrollments."""
        place = folder / str(enrollments)
        place.mkdir()
        made = make_large(place, enrollments)
        context = made.bench.context
        with context.store.write() as unit:
            room = load_room(unit, context, holidays_of(context, unit))
            lease = leases.take_lease(unit, made.bench.mailbox.id, Holder(context.new_id(), "bench", 1))
        assert not isinstance(lease, HeldBy)
        capped = replace(room.sequences[made.capped_id], max_emails_per_day=1)
        return cls(made, replace(room, sequences={**room.sequences, made.capped_id: capped}), lease)

    def from_queue(self) -> float:
        """Milliseconds to read the first 500 tickets that are due, take them out and commit."""
        made = self.store
        own = made.bench.mailbox.id, made.bench.sequence_id
        due = {"mailbox_id": own[0], "sequence_id": own[1], "now": made.now, "limit": BATCH}
        began = time.process_time()
        with made.bench.context.store.write() as unit:
            rows = unit.rows(_HEADS, due)
            tickets = [Ticket(*own, Lane.FOLLOW_UP, as_instant(at), as_uuid(key)) for at, key in rows]
            queue.remove(unit, tickets)
        lasted = time.process_time() - began
        self._put_back(tickets, [])
        return lasted * 1000

    def claim(self, *, with_backlog: bool = False) -> float:
        """Milliseconds to decide, allot, journal and commit 500 claims; `with_backlog` has the capped sequence run."""
        made, room = self.store, self.room
        context = made.bench.context
        running = {key: each for key, each in room.sequences.items() if with_backlog or key != made.capped_id}
        room = replace(room, sequences=running)
        desk = self._desk(room)
        began = time.process_time()
        with context.store.write() as unit:
            turn = Turn(unit, context, room, desk, Ledger(context.new_id), made.now)
            jobs = Planner(turn).run(BATCH)
            turn.ledger.write(unit)
        lasted = time.process_time() - began
        self._put_back([job.standing.ticket for job in jobs if job.standing and job.standing.ticket], jobs)
        return lasted * 1000

    def close(self) -> None:
        """Close the store."""
        self.store.bench.context.store.close()

    def _desk(self, room: Room) -> Desk:
        """The mailbox's desk as it is after a start; the capped sequence has sent its one email of today."""
        made, zones = self.store, {key: each.calendar(each.zone).zone for key, each in room.sequences.items()}
        shared = SharedCounts(zones)
        if made.capped_id in zones:
            shared.sequences.add(made.capped_id, local_day(zones[made.capped_id], made.now))
        mailbox = made.bench.mailbox
        desk = Desk(mailbox, self.lease, PaceBook(mailbox.id, mailbox.limits.zone, shared))
        desk.set_lines(room.sequences.values())
        return desk

    def _put_back(self, tickets: Sequence[Ticket], jobs: Sequence[Job]) -> None:
        if len(tickets) != BATCH:
            raise RuntimeError(f"{len(tickets)} were claimed, not {BATCH}")
        with self.store.bench.context.store.write() as unit:
            queue.put(unit, tickets)
            unit.run_many("DELETE FROM outgoing_emails WHERE id = :id", [{"id": job.outgoing_id} for job in jobs])


async def idle_passes(made: Large) -> list[float]:
    """Milliseconds of passes that look at everything anew, since another program has changed something, in vain.

    Before these come passes without a change. Raises RuntimeError if those wrote anything.
    """
    with closing(sqlite3.connect(made.path, isolation_level=None)) as other:
        clock = _PassClock(other)
        context = replace(made.idle.context, clock=clock)
        scheduler = Scheduler(context, SchedulerOptions(mailboxes=frozenset({made.idle.mailbox.address})))
        clock.scheduler = scheduler
        await scheduler.run()
    return clock.lasted


_CHANGE = "INSERT INTO changes VALUES (?, 1) ON CONFLICT (topic) DO UPDATE SET number = number + 1"


class _PassClock(RealClock):
    """Lets one pass follow the other, and measures those that another program's change leads to."""

    scheduler: Scheduler

    def __init__(self, other: sqlite3.Connection) -> None:
        self.lasted: list[float] = []
        self._other = other
        self._versions: list[int] = []
        self._began = 0.0

    async def wait(self, wake: asyncio.Event, until: object, *, in_flight: bool) -> None:
        """Return at once; `until` isn't waited for, since nobody is due for a day."""
        ended = time.process_time()
        wake.clear()
        if len(self._versions) < PASSES:
            self._versions += self._other.execute("PRAGMA data_version").fetchone()
            return
        if self._versions[1] != self._versions[-1]:
            self.scheduler.stop()
            raise RuntimeError("an idle pass wrote to the store")
        if self._began:
            self.lasted.append((ended - self._began) * 1000)
        if len(self.lasted) == PASSES:
            self.scheduler.stop()
            return
        self._other.execute(_CHANGE, (Topic.ENROLLMENTS.value,))
        await asyncio.sleep(NOTICES_EVERY)
        self._began = time.process_time()
