"""Claims on Postgres behind a million enrollments to come: beside plain psycopg, beside pgqueuer, and by two at once.

Everything runs on one server in the folder for temporary files, every commit on the disk. A round claims batches of 500
and puts everything back. Plain psycopg writes the same rows in as many commits, knowing them beforehand. pgqueuer does
nothing with its jobs, as many of which are to come; it is installed into an environment of its own, which needs pip.
Times are the wall's, so let nothing else run meanwhile.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from bench._postgres_store import FUTURE, Pair, make_pair, run, running_postgres
from bench._workspace import Bench
from bench.figure import Figure, figure
from opendoors_desktop.domain.pacing import PaceBook, SharedCounts
from opendoors_desktop.engine.clock import RealClock, id_source
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.desk import Desk, Job, Room
from opendoors_desktop.engine.holiday_tables import holidays_of
from opendoors_desktop.engine.planner import Planner
from opendoors_desktop.engine.room import load_room
from opendoors_desktop.engine.turn import Turn
from opendoors_desktop.store import leases, queue
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.leases import HeldBy, Holder, Lease
from opendoors_desktop.store.ledger import Ledger
from opendoors_desktop.store.mailboxes import Mailbox
from opendoors_desktop.store.queue import Ticket
from opendoors_desktop.store.secrets import MemorySecrets
from opendoors_desktop.store.tenancy import find_scope

BATCH = 500
BATCHES = 8
DUE = BATCH * BATCHES
JOBS_DUE = 100_000
PGQUEUER = ("pgqueuer==1.6.0", "asyncpg==0.32.0")
SECONDS = 5.0


def figures(rounds: int) -> Iterator[Figure]:
    """Claims a second: beside rows a second by plain psycopg, jobs a second by pgqueuer, and claims by one alone."""
    with tempfile.TemporaryDirectory() as name, running_postgres() as address:
        folder = Path(name)
        pair = make_pair(address, folder, DUE)
        office = Office.of(pair.one.context, pair.one.mailbox.address)
        yield figure("claim-postgres: plain psycopg", _beside_plain(office, rounds), unit="claims/s", goal=0.8)
        both = [_two_beside_one(pair) for _ in range(rounds)]
        yield figure("claim-postgres: two workers", both, unit="claims/s", goal=1.4)
        python = _install_pgqueuer(folder)
        _fill_pgqueuer(address, python)
        rates = [(office.round(), _pgqueuer(address, python)) for _ in range(rounds)]
        yield figure("claim-postgres: pgqueuer", rates, unit="claims/s", goal=5)
        pair.one.context.store.close()


# Ours -----------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Office:
    """A mailbox that is claimed from as the scheduler does, leased for as long as that takes."""

    context: Context
    room: Room
    mailbox: Mailbox
    holder: Holder
    now: datetime

    @classmethod
    def of(cls, context: Context, address: str) -> "Office":
        """That of a mailbox by its address."""
        with context.store.read() as unit:
            room = load_room(unit, context, holidays_of(context, unit))
        mailbox = next(box for box in room.mailboxes.values() if box.address == address)
        return cls(context, room, mailbox, Holder(context.new_id(), "bench", 1), context.clock.now())

    def claim(self) -> tuple[float, list[Job]]:
        """Claims a second of everybody who is due, and the jobs."""
        desk = self._desk(self._take())
        jobs: list[Job] = []
        began = time.perf_counter()
        for _ in range(BATCHES):
            with self.context.store.write(beside=True) as unit:
                assert leases.holds(unit, desk.lease)
                turn = Turn(unit, self.context, self.room, desk, Ledger(self.context.new_id), self.now)
                jobs += Planner(turn).run(BATCH)
                turn.ledger.write(unit)
        rate = DUE / (time.perf_counter() - began)
        with self.context.store.write() as unit:
            leases.release_lease(unit, desk.lease)
        if len(jobs) != DUE:
            raise RuntimeError(f"{len(jobs)} were claimed, not {DUE}")
        return rate, jobs

    def round(self) -> float:
        """As `claim`, everything put back."""
        rate, jobs = self.claim()
        self.put_back(jobs)
        return rate

    def put_back(self, jobs: Sequence[Job]) -> None:
        """Queue everybody again, as if never claimed."""
        tickets = [job.standing.ticket for job in jobs if job.standing is not None and job.standing.ticket is not None]
        with self.context.store.write() as unit:
            queue.put(unit, tickets)
            unit.run_many("DELETE FROM outgoing_emails WHERE id = :id", [{"id": job.outgoing_id} for job in jobs])

    def _take(self) -> Lease:
        with self.context.store.write() as unit:
            lease = leases.take_lease(unit, self.mailbox.id, self.holder)
        assert not isinstance(lease, HeldBy)
        return lease

    def _desk(self, lease: Lease) -> Desk:
        mailbox = self.mailbox
        zones = {key: each.calendar(each.zone).zone for key, each in self.room.sequences.items()}
        desk = Desk(mailbox, lease, PaceBook(mailbox.id, mailbox.limits.zone, SharedCounts(zones)))
        desk.set_lines(self.room.sequences.values())
        return desk


# Plain psycopg --------------------------------------------------------------------------------------------------------

_COLUMNS = (
    "id", "customer_id", "workspace_id", "kind", "state", "enrollment_id", "sequence_id", "step_id", "round",
    "contact_id", "company_id", "mailbox_id", "variant_id", "is_first", "to_address", "message_id", "in_reply_to",
    "planned_at", "claimed_at", "fencing", "slot_at", "attempts", "created_at",
)  # fmt: skip
_INSERT = (
    f"INSERT INTO outgoing_emails ({', '.join(_COLUMNS)}) VALUES ({', '.join(f'%({name})s' for name in _COLUMNS)})"
)
_DELETE = """
DELETE FROM claim_queue WHERE mailbox_id = %(mailbox_id)s AND sequence_id = %(sequence_id)s AND lane = %(lane)s
  AND wake_at = %(wake_at)s AND enrollment_id = %(enrollment_id)s
"""


def _beside_plain(office: Office, rounds: int) -> list[tuple[float, float]]:
    """Claims a second by our code and by psycopg alone, in turns."""
    office.round()
    pairs = []
    for _ in range(rounds):
        ours, jobs = office.claim()
        rows = _journal_of(office)
        office.put_back(jobs)
        plain = _write_plainly(office, jobs, rows)
        office.put_back(jobs)
        pairs.append((ours, plain))
    return pairs


def _journal_of(office: Office) -> list[dict[str, Any]]:
    with office.context.store.read() as unit:
        found = unit.rows(f"SELECT {', '.join(_COLUMNS)} FROM outgoing_emails WHERE state = 'claimed' ORDER BY id")
    return [dict(zip(_COLUMNS, row, strict=True)) for row in found]


def _write_plainly(office: Office, jobs: Sequence[Job], rows: Sequence[dict[str, Any]]) -> float:
    tickets = [job.standing.ticket for job in jobs if job.standing is not None and job.standing.ticket is not None]
    keys = [
        {name: getattr(ticket, name) for name in Ticket.__slots__} | {"lane": int(ticket.lane)} for ticket in tickets
    ]
    with psycopg.connect(office.context.store.location.target, autocommit=True) as link:
        cursor = link.cursor()
        began = time.perf_counter()
        for first in range(0, DUE, BATCH):
            with link.transaction():
                cursor.executemany(_INSERT, rows[first : first + BATCH])
                cursor.executemany(_DELETE, keys[first : first + BATCH])
        return DUE / (time.perf_counter() - began)


# Two at once ----------------------------------------------------------------------------------------------------------


def _two_beside_one(pair: Pair) -> tuple[float, float]:
    """Claims a second of two programs on two mailboxes together, and of one of them alone."""
    (alone,) = _workers(pair.url, [pair.one])
    return sum(_workers(pair.url, [pair.one, pair.other])), alone


def _workers(url: str, benches: Sequence[Bench]) -> list[float]:
    """Claims a second of programs that start at the same moment, each on its own mailbox."""
    command = [sys.executable, "-m", "bench.claim_postgres", url]
    workers = [
        subprocess.Popen([*command, bench.mailbox.address], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for bench in benches
    ]
    for worker in workers:
        assert worker.stdout is not None
        worker.stdout.readline()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    return [float(worker.communicate()[0]) for worker in workers]


def _work(url: str, address: str) -> None:
    """Be one of them: claim everybody of a mailbox when told, say how fast it was, put everything back."""
    clock = RealClock()
    store = Store.open(url, create=False)
    with store.read() as unit:
        scope = find_scope(unit)
    assert scope is not None
    context = Context(store, clock, id_source(clock), scope, MemorySecrets(), Path())
    office = Office.of(context, address)
    office.round()  # the pages are warm, and the statements prepared
    print("ready", flush=True)
    sys.stdin.readline()
    rate, jobs = office.claim()
    office.put_back(jobs)
    store.close()
    print(rate)


# pgqueuer -------------------------------------------------------------------------------------------------------------

_SCHEMA = """
import asyncio, sys, asyncpg
from pgqueuer.queries import Queries
async def main():
    await Queries.from_asyncpg_connection(await asyncpg.connect(sys.argv[1])).install()
asyncio.run(main())
"""
_FILL = f"""
INSERT INTO pgqueuer (priority, entrypoint, payload, status, execute_after)
SELECT 0, 'noop', NULL, 'queued', CASE WHEN i %% {(FUTURE + JOBS_DUE) // JOBS_DUE} = 0 THEN now()
  ELSE now() + interval '1 day' + make_interval(secs => (i::bigint * 40503) %% 2592000) END
FROM generate_series(1, {FUTURE + JOBS_DUE}) i
"""
_LEG = """
import asyncio, json, os, sys, time
from datetime import timedelta
import asyncpg
from pgqueuer import PgQueuer
from pgqueuer.db import AsyncpgDriver
done = 0
async def main():
    queuer = PgQueuer(AsyncpgDriver(await asyncpg.connect(sys.argv[1])))
    @queuer.entrypoint("noop")
    async def noop(job):
        global done
        done += 1
    began = time.perf_counter()
    running = asyncio.create_task(queuer.qm.run(dequeue_timeout=timedelta(seconds=1), batch_size=100))
    await asyncio.wait([running], timeout=float(sys.argv[2]))
    if running.done() and running.exception():
        raise running.exception()
    print(json.dumps(done / (time.perf_counter() - began)), flush=True)
    os._exit(0)
asyncio.run(main())
"""


def _install_pgqueuer(folder: Path) -> Path:
    """The interpreter of an environment with pgqueuer in it."""
    home = folder / "pgqueuer"
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PGQUEUER], check=True)
    return python


def _fill_pgqueuer(address: str, python: Path) -> None:
    run(address, "postgres", "CREATE DATABASE pgqueuer")
    subprocess.run([str(python), "-c", _SCHEMA, address.format("pgqueuer")], check=True)
    run(address, "pgqueuer", _FILL.replace("%%", "%"))
    run(address, "pgqueuer", "VACUUM (ANALYZE)")
    run(address, "pgqueuer", "CHECKPOINT")


def _pgqueuer(address: str, python: Path) -> float:
    command = [str(python), "-c", _LEG, address.format("pgqueuer"), str(SECONDS)]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(json.loads(said.stdout.splitlines()[-1]))


if __name__ == "__main__":
    _work(*sys.argv[1:])
