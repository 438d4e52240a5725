"""Makes stores with many contacts fast: rows written by SQL alone, past the program, their orders scattered.

One in ten has the tag `lead`, one in five hundred `north`, one in five thousand `fair`. One in twenty is or was in a
sequence, most of them active or through; every other state is there too, down to one in a hundred thousand.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from bench._claim_store import indexes_of
from bench._workspace import make_store
from opendoors_desktop.store.types import microseconds_of

_TABLES = ("contacts", "sequence_enrollments")


def make_contacts(folder: Path, count: int) -> Path:
    """A store in `folder` with so many contacts; gives its file. Keys rise as those of the program do."""
    bench = make_store(folder, port=2525, connections=8)
    scope, now = bench.context.scope, microseconds_of(bench.context.clock.now())
    bench.context.store.close()
    path = folder / "bench.db"
    values = {
        "count": count,
        "customer": scope.customer_id.bytes,
        "workspace": scope.workspace_id.bytes,
        "sequence": bench.sequence_id.bytes,
        "now": now,
    }
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-1500000; PRAGMA threads=4;"
            "PRAGMA locking_mode=EXCLUSIVE; PRAGMA temp_store=MEMORY;"
        )
        indexes = [index for table in _TABLES for index in indexes_of(database, table)]
        for name, _ in indexes:
            database.execute(f"DROP INDEX {name}")
        database.execute("BEGIN")
        for statement in (_CONTACTS, _TAGS, _ENROLLMENTS, _SUPPRESSIONS):
            database.execute(statement, values)
        for _, sql in indexes:
            database.execute(sql)
        database.execute("COMMIT")
        database.execute("PRAGMA locking_mode=NORMAL")
        database.execute("PRAGMA journal_mode=WAL")
    return path


_DAY = 86_400_000_000  # microseconds
_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count)"
_KEY = "CAST(printf('c%015d', i) AS BLOB)"
_TAG = "CASE WHEN i % 10 = 0 THEN 'lead' WHEN i % 4999 = 0 THEN 'fair' WHEN i % 499 = 0 THEN 'north' END"

# The numbers are spread by multiplying with odd constants, so that no order of the list is that of the rows.
_CONTACTS = f"""
{_NUMBERS},
  spread(i, a, b, c) AS (SELECT i, i * 2654435761 % 4294967296, i * 40503 % 1000003, i * 69069 % 99991 FROM n)
INSERT INTO contacts (id, workspace_id, email, email_key, first_name, last_name, company_name, title, country, zone,
  tags, last_contacted_at, created_at, updated_at)
SELECT {_KEY}, :workspace, printf('u%010d@example.net', a), printf('u%010d@example.net', a),
  char(65 + c % 26) || 'nna' || (c % 97), char(65 + b % 26) || 'smith' || (b % 10007), 'Firm ' || c, 'VP Sales', 'FR',
  'Europe/Paris', coalesce('["' || {_TAG} || '"]', '[]'), CASE WHEN i % 3 > 0 THEN :now - a % {90 * _DAY} END,
  :now - {_DAY}, :now - {_DAY}
FROM spread
"""
_TAGS = f"""
{_NUMBERS}
INSERT INTO contact_tags (workspace_id, tag, contact_id)
SELECT :workspace, {_TAG}, {_KEY} FROM n WHERE {_TAG} IS NOT NULL ORDER BY 2, 3
"""
_ENROLLMENTS = f"""
{_NUMBERS}, enrolled(i, kind) AS (SELECT i, i / 20 % 5000 FROM n WHERE i % 20 = 7)
INSERT INTO sequence_enrollments (id, customer_id, workspace_id, sequence_id, contact_id, enrolled_at, status,
  completion_reason, hold_reason, next_step_scheduled_at)
SELECT CAST(printf('e%015d', i) AS BLOB), :customer, :workspace, :sequence, {_KEY}, :now - {_DAY},
  CASE WHEN kind < 10 THEN 'active' WHEN kind < 30 THEN 'paused' WHEN kind < 80 THEN 'stopped'
    WHEN kind < 90 THEN 'bounced' WHEN kind < 95 THEN 'unsubscribed' WHEN kind < 2500 THEN 'completed'
    ELSE 'active' END,
  CASE WHEN kind BETWEEN 30 AND 49 THEN 'replied' WHEN kind BETWEEN 50 AND 79 THEN 'manual_stop'
    WHEN kind BETWEEN 80 AND 89 THEN 'bounced' WHEN kind BETWEEN 90 AND 94 THEN 'unsubscribed'
    WHEN kind BETWEEN 95 AND 2499 THEN 'finished' END,
  CASE WHEN kind < 10 THEN 'no_address' END, CASE WHEN kind >= 2500 THEN :now + kind * {_DAY // 1000} END
FROM enrolled
"""
_SUPPRESSIONS = f"""
{_NUMBERS}
INSERT INTO suppressions (id, workspace_id, scope, value, reason)
SELECT CAST(printf('s%015d', i) AS BLOB), :workspace, 'address',
  printf('u%010d@example.net', i * 2654435761 % 4294967296), 'do_not_contact'
FROM n WHERE i % 5003 = 11
"""
