"""Makes large stores fast: enrollments with a history in five sequences, most of them over or to come, some due.

Rows are written by SQL alone, past the program, with keys that rise as those of the program do.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from bench._workspace import Bench, add_sender, make_store
from opendoors_desktop.domain.step import StepResult
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.types import json_text, microseconds_of

DUE = 10_000
BACKLOG = 100_000
HISTORY = 3
"""How many emails of each enrollment have left."""

_GROUPS = 5
"""Each contact is enrolled once in each of five sequences: two of these enrollments are active, three have ended."""

_TABLES = ("contacts", "sequence_enrollments", "outgoing_emails")
_DAY = 86_400_000_000  # microseconds


@dataclass(frozen=True, slots=True)
class Large:
    """A large store: `bench` with the mailbox and sequence in which `DUE` enrollments are due at `now`.

    In the same mailbox `BACKLOG` rows of the queue are overdue in the sequence `capped_id`; they lead to no enrollment,
    so that reading them is a fault. In the mailbox of `idle` nobody is due for a day.
    """

    bench: Bench
    idle: Bench
    capped_id: UUID
    now: datetime
    path: Path


def make_large(folder: Path, enrollments: int) -> Large:
    """A store in `folder` with so many enrollments, and three rows of the journal for each."""
    senders = [make_store(folder, port=2525, connections=8, emails=HISTORY + 1)]
    for number in range(1, _GROUPS):
        address = f"box{number}@example.com"
        senders.append(add_sender(senders[0].context, address, port=2525, connections=8, emails=HISTORY + 1))
    now = datetime.now(UTC).replace(microsecond=0)
    path = folder / "bench.db"
    senders[0].context.store.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-1500000;")
        indexes = [each for table in _TABLES for each in indexes_of(database, table)]
        for name, _ in indexes:
            database.execute(f"DROP INDEX {name}")
        database.execute("BEGIN")
        for sql, values in _rows(senders, enrollments, now):
            database.execute(sql, values)
        for _, sql in indexes:
            database.execute(sql)
        database.execute("COMMIT")
        database.execute("PRAGMA journal_mode=WAL")
    context = replace(senders[0].context, store=Store.open(f"sqlite:///{path}"))
    due, idle = (replace(sender, context=context) for sender in senders[:2])
    return Large(due, idle, senders[2].sequence_id, now, path)


def indexes_of(database: sqlite3.Connection, table: str) -> list[tuple[str, str]]:
    """The indexes of a table that were made by a statement of their own: name and statement."""
    found = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ?", (table,))
    return [(name, sql) for name, sql in found if sql is not None]


def _rows(senders: list[Bench], enrollments: int, now: datetime) -> Iterator[tuple[str, dict[str, object]]]:
    """The statements that fill the store, each with its parameters."""
    people = enrollments // _GROUPS
    scope = senders[0].context.scope
    basis: dict[str, object] = {
        "people": people,
        "customer": scope.customer_id.bytes,
        "workspace": scope.workspace_id.bytes,
        "now": microseconds_of(now),
    }
    yield _CONTACTS, basis
    for group, sender in enumerate(senders):
        own = basis | {
            "group": group,
            "mailbox": sender.mailbox.id.bytes,
            "sequence": sender.sequence_id.bytes,
            "current": sender.step_ids[HISTORY].bytes,
            "status": "active" if group < 2 else "completed",
            "is_exclusive": 0 if group == 1 else 1,
            "records": _records(sender.step_ids[:HISTORY]),
            "every": people // DUE if group == 0 else 0,
        }
        yield _ENROLLMENTS, own
        for number, step_id in enumerate(sender.step_ids[:HISTORY]):
            yield _JOURNAL, own | {"number": number, "step": step_id.bytes, "days": 3 * (HISTORY - number)}
        if group < 2:
            yield _QUEUE, own
    capped = {"mailbox": senders[0].mailbox.id.bytes, "sequence": senders[2].sequence_id.bytes}
    yield _BACKLOG, capped | {"now": basis["now"], "count": BACKLOG}


def _records(step_ids: tuple[UUID, ...]) -> str:
    """The progress of an enrollment, with @ for the instant of its last completion."""
    return json_text([[step_id.hex, StepResult.SENT.value, "@", None] for step_id in step_ids])


def _key(letter: str, number: str) -> str:
    """SQL for a key of 16 bytes that rises with a number."""
    return f"CAST(printf('{letter}%015d', {number}) AS BLOB)"


_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :people)"
_CONTACTS = f"""
{_NUMBERS}
INSERT INTO contacts (id, workspace_id, email, email_key, first_name, company_name, city, custom, created_at,
  updated_at)
SELECT {_key("c", "i")}, :workspace, printf('u%010d@example.net', i), printf('u%010d@example.net', i), 'Anna' || i,
  'Firm ' || (i / 7), 'Lyon', '{{"hours":5,"department":"SALES","topic":"the new plan for the region"}}',
  :now - {_DAY}, :now - {_DAY}
FROM n
"""
# A contact whose number `every` divides has been due for up to a day, the others will be within thirty days from
# tomorrow on.
_ENROLLMENTS = f"""
{_NUMBERS}
INSERT INTO sequence_enrollments (id, customer_id, workspace_id, sequence_id, contact_id, enrolled_at, status, round,
  mailbox_id, time_zone, records, current_step_id, last_step_completed_at, next_step_scheduled_at, completed_at,
  completion_reason, wake_mailbox_id, wake_lane, wake_at, is_exclusive, total_emails_sent, thread_references,
  thread_subject, last_email_at)
SELECT {_key("e", ":group * :people + i")}, :customer, :workspace, :sequence, {_key("c", "i")}, wake - 30 * {_DAY},
  :status, 1, :mailbox, 'UTC', replace(:records, '"@"', wake - 3 * {_DAY}), :current, wake - 3 * {_DAY},
  CASE :status WHEN 'active' THEN wake END, CASE :status WHEN 'active' THEN NULL ELSE wake END,
  CASE :status WHEN 'active' THEN NULL ELSE 'finished' END, CASE :status WHEN 'active' THEN :mailbox END,
  CASE :status WHEN 'active' THEN 0 END, CASE :status WHEN 'active' THEN wake END, :is_exclusive, {HISTORY},
  printf('<o%015d.%d@example.com>', i, :group), 'Anna' || i || ', 5 hours a week', wake - 3 * {_DAY}
FROM (SELECT i, CASE WHEN :every > 0 AND i % max(:every, 1) = 0 THEN :now - (i * 40503) % 86400 * 1000000
  ELSE :now + {_DAY} + (i * 40503) % 2592000 * 1000000 END AS wake FROM n)
"""
_JOURNAL = f"""
{_NUMBERS}
INSERT INTO outgoing_emails (id, customer_id, workspace_id, kind, state, enrollment_id, sequence_id, step_id, round,
  contact_id, mailbox_id, is_first, to_address, message_id, planned_at, claimed_at, fencing, slot_at,
  first_attempted_at, last_attempted_at, attempts, sent_at, smtp_code, created_at)
SELECT {_key("o", "(:group * 10 + :number) * :people + i")}, :customer, :workspace, 'sequence', 'sent',
  {_key("e", ":group * :people + i")}, :sequence, :step, 1, {_key("c", "i")}, :mailbox, :number = 0,
  printf('u%010d@example.net', i), printf('<o%015d@example.com>', (:group * 10 + :number) * :people + i),
  at, at, 1, at, at, at, 1, at, 250, at
FROM (SELECT i, :now - (10 + :days) * {_DAY} - (i * 40503) % 86400 * 1000000 AS at FROM n)
"""
_QUEUE = """
INSERT INTO claim_queue (mailbox_id, sequence_id, lane, wake_at, enrollment_id)
SELECT wake_mailbox_id, sequence_id, wake_lane, wake_at, id FROM sequence_enrollments
WHERE sequence_id = :sequence AND status = 'active' ORDER BY wake_at, id
"""
_BACKLOG = f"""
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count)
INSERT INTO claim_queue (mailbox_id, sequence_id, lane, wake_at, enrollment_id)
SELECT :mailbox, :sequence, 0, :now - {_DAY} + i * 1000, {_key("x", "i")} FROM n
"""
