"""The two ends of a transfer: every table of a store read and written row by row, on SQLite and on Postgres."""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from opendoors_desktop.store.column_kinds import Kind, kind_of
from opendoors_desktop.store.links import Link, open_postgres_link
from opendoors_desktop.store.location import Location

FIRST: Final = ("store_identity", "changes")
"""They tell whose rows a half-filled store holds, so they are there before any other."""

LEFT_OUT: Final = frozenset({"alembic_version"})
PAGE: Final = 5000
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a store: its columns in order, its key, and whether its rows refer to each other."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    refers_to_itself: bool


def list_tables(connection: sqlite3.Connection) -> list[Table]:
    """Every table of a store, the two of FIRST at the front, each behind all that its rows refer to."""
    names = [
        name
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
        )
        if name not in LEFT_OUT
    ]
    parents = {name: {row[2] for row in connection.execute(f'PRAGMA foreign_key_list("{name}")')} for name in names}
    ordered: list[str] = [name for name in FIRST if name in names]
    while len(ordered) < len(names):
        ready = [n for n in names if n not in ordered and parents[n] - {n} <= set(ordered)]
        if not ready:
            raise ValueError("tables refer to each other in a circle")
        ordered += ready
    return [_table(connection, name, name in parents[name]) for name in ordered]


def _table(connection: sqlite3.Connection, name: str, refers_to_itself: bool) -> Table:
    columns = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
    key = sorted((row[5], row[1]) for row in columns if row[5])
    return Table(name, tuple(row[1] for row in columns), tuple(column for _, column in key), refers_to_itself)


class End(ABC):
    """One store of a transfer; `kinds` by table and column."""

    kinds: Mapping[str, Mapping[str, Kind]]

    @abstractmethod
    def count(self, table: Table) -> int:
        """How many rows the table holds."""

    @abstractmethod
    def read(self, table: Table, skip: int = 0) -> Iterator[Row]:
        """The rows in the order of their key, without the first `skip`; the values as their kinds give them."""

    @abstractmethod
    def write(self, table: Table, rows: Sequence[Row]) -> None:
        """Add rows, in the transaction that `commit` ends."""

    @abstractmethod
    def run(self, sql: str) -> list[Row]:
        """Run one statement that both databases read alike; gives its rows, none where it has none."""

    @abstractmethod
    def commit(self) -> None:
        """Keep what was written, and begin anew."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the store; what wasn't kept is undone."""

    def pages(self, table: Table, skip: int = 0) -> Iterator[list[Row]]:
        """As `read`, in pages; a table whose rows refer to each other comes as one."""
        rows = self.read(table, skip)
        while page := list(islice(rows, None if table.refers_to_itself else PAGE)):
            yield page

    def _ordered(self, table: Table, skip: int) -> str:
        columns = ", ".join(f'"{column}"' for column in table.columns)
        key = ", ".join(f'"{column}"' for column in table.key)
        return f'SELECT {columns} FROM "{table.name}" ORDER BY {key} LIMIT {2**62} OFFSET {skip}'

    def _of(self, table: Table) -> list[Kind]:
        return [self.kinds[table.name][column] for column in table.columns]


class SqliteEnd(End):
    """A store's file; one that is written to is nobody else's."""

    def __init__(self, location: Location, kinds: Mapping[str, Mapping[str, Kind]], *, writes: bool) -> None:
        self.kinds = kinds
        path = location.path
        self.connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None)
        if writes:
            self.connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            self.connection.execute("PRAGMA synchronous=FULL")
        else:
            self.connection.execute("PRAGMA query_only=ON")
        self._begin = "BEGIN IMMEDIATE" if writes else "BEGIN"
        self.connection.execute(self._begin)

    def count(self, table: Table) -> int:
        """As every end."""
        return int(self.connection.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()[0])

    def read(self, table: Table, skip: int = 0) -> Iterator[Row]:
        """As every end."""
        loads = [kind.from_sqlite for kind in self._of(table)]
        for row in self.connection.execute(self._ordered(table, skip)):
            yield tuple(None if value is None else load(value) for load, value in zip(loads, row, strict=True))

    def write(self, table: Table, rows: Sequence[Row]) -> None:
        """As every end."""
        dumps = [kind.to_sqlite for kind in self._of(table)]
        columns = ", ".join(f'"{column}"' for column in table.columns)
        self.connection.executemany(
            f'INSERT INTO "{table.name}" ({columns}) VALUES ({", ".join("?" * len(table.columns))})',
            (tuple(None if v is None else dump(v) for dump, v in zip(dumps, row, strict=True)) for row in rows),
        )

    def run(self, sql: str) -> list[Row]:
        """As every end."""
        return self.connection.execute(sql).fetchall()

    def commit(self) -> None:
        """As every end."""
        self.connection.execute("COMMIT")
        self.connection.execute(self._begin)

    def close(self) -> None:
        """As every end."""
        self.connection.close()


class PostgresEnd(End):
    """A database, as its owner sees it: a role that sees a part of the rows only is refused by the database."""

    def __init__(self, location: Location, *, writes: bool) -> None:
        self._link: Link = open_postgres_link(location)
        self._begin = "BEGIN" if writes else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        try:
            self._execute("SET row_security = off")
            self._execute("SET idle_in_transaction_session_timeout = 0")
            self._execute(self._begin)
            self.kinds = self._read_kinds()
        except BaseException:
            self._link.close()
            raise

    def lock(self) -> bool:
        """Have this end written to by nobody else's transfer; False where another one does."""
        return bool(self.run("SELECT pg_try_advisory_lock(7304202612)")[0][0])

    def count(self, table: Table) -> int:
        """As every end."""
        return int(self.run(f'SELECT count(*) FROM "{table.name}"')[0][0])

    def read(self, table: Table, skip: int = 0) -> Iterator[Row]:
        """As every end."""
        loads = [kind.from_postgres for kind in self._of(table)]
        with self._link.connection.cursor(name="opendoors_transfer") as cursor:
            cursor.itersize = PAGE
            for row in cursor.execute(self._ordered(table, skip)):
                yield tuple(None if value is None else load(value) for load, value in zip(loads, row, strict=True))

    def write(self, table: Table, rows: Sequence[Row]) -> None:
        """As every end."""
        dumps = [kind.to_postgres for kind in self._of(table)]
        columns = ", ".join(f'"{column}"' for column in table.columns)
        with self._link.cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row([None if v is None else dump(v) for dump, v in zip(dumps, row, strict=True)])

    def run(self, sql: str) -> list[Row]:
        """As every end."""
        cursor = self._link.cursor.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []

    def commit(self) -> None:
        """As every end."""
        self._execute("COMMIT")
        self._execute(self._begin)

    def close(self) -> None:
        """As every end."""
        with suppress(self._link.errors):
            self._execute("ROLLBACK")
        self._link.close()

    def _execute(self, sql: str) -> None:
        self._link.cursor.execute(sql)

    def _read_kinds(self) -> dict[str, dict[str, Kind]]:
        found: dict[str, dict[str, Kind]] = {}
        rows = self.run(
            "SELECT c.relname, a.attname, format_type(a.atttypid, NULL) FROM pg_attribute a"
            " JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped"
        )
        for table, column, kind in rows:
            found.setdefault(table, {})[column] = kind_of(kind)
        return found
