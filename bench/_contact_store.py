"""Makes stores with many contacts fast: rows written by SQL alone, past the program, their orders scattered."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bench._claim_store import indexes_of
from bench._workspace import make_store
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.types import microseconds_of


def make_contacts(folder: Path, count: int) -> Path:
    """A store in `folder` with so many contacts; gives its file. Keys rise as those of the program do."""
    context: Context = make_store(folder, port=2525, connections=8).context
    now = microseconds_of(context.clock.now())
    context.store.close()
    path = folder / "bench.db"
    values = {"count": count, "workspace": context.scope.workspace_id.bytes, "now": now}
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-1500000;")
        indexes = indexes_of(database, "contacts")
        for name, _ in indexes:
            database.execute(f"DROP INDEX {name}")
        database.execute("BEGIN")
        database.execute(_CONTACTS, values)
        for _, sql in indexes:
            database.execute(sql)
        database.execute("COMMIT")
        database.execute("PRAGMA journal_mode=WAL")
    return path


_DAY = 86_400_000_000  # microseconds

# The numbers are spread by multiplying with odd constants, so that no order of the list is that of the rows.
_CONTACTS = f"""
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count),
  spread(i, a, b, c) AS (SELECT i, i * 2654435761 % 4294967296, i * 40503 % 1000003, i * 69069 % 99991 FROM n)
INSERT INTO contacts (id, workspace_id, email, email_key, first_name, last_name, company_name, title, country, zone,
  tags, last_contacted_at, created_at, updated_at)
SELECT CAST(printf('c%015d', i) AS BLOB), :workspace, printf('u%010d@example.net', a), printf('u%010d@example.net', a),
  char(65 + c % 26) || 'nna' || (c % 97), char(65 + b % 26) || 'smith' || (b % 10007), 'Firm ' || c, 'VP Sales', 'FR',
  'Europe/Paris', CASE WHEN i % 10 = 0 THEN '["lead"]' WHEN i % 4999 = 0 THEN '["fair"]' ELSE '[]' END,
  CASE WHEN i % 3 > 0 THEN :now - a % {90 * _DAY} END, :now - {_DAY}, :now - {_DAY}
FROM spread
"""
