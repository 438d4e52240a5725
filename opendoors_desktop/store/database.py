"""The store: one place to read and one to write, on SQLite or Postgres, each call one transaction."""

import logging
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.store.faults import fault_of, is_busy
from opendoors_desktop.store.links import Link, LinkPool, open_postgres_link, open_sqlite_link, to_pyformat
from opendoors_desktop.store.location import Dialect, Location
from opendoors_desktop.store.types import as_instant, list_text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from opendoors_desktop.store.session import SessionSource

Row = tuple[Any, ...]
Params = Mapping[str, Any]
ChangeListener = Callable[[frozenset[Topic]], None]

PATIENCE_SECONDS: Final = 30.0
"""How long a writer waits for another program's transaction on the same file before it says so."""

_NO_PARAMS: Final[Params] = {}
_RAISE_CHANGE: Final = """
INSERT INTO changes (topic, number) VALUES (:topic, 1)
ON CONFLICT (topic) DO UPDATE SET number = changes.number + 1
"""
_CLOCKS: Final = {
    Dialect.SQLITE: "SELECT CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000",
    Dialect.POSTGRES: "SELECT clock_timestamp()",
}

log = logging.getLogger(__name__)
_write_locks: weakref.WeakValueDictionary[str, "_WriteLock"] = weakref.WeakValueDictionary()
_write_locks_guard = threading.Lock()


class _WriteLock:
    """Lets one thread of this process write to a SQLite file at a time, and tells a nested write from a waiting one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner: int | None = None

    def __enter__(self) -> None:
        if self._owner == threading.get_ident():
            raise RuntimeError("A write was begun inside a write; pass the unit on instead.")
        self._lock.acquire()
        self._owner = threading.get_ident()

    def __exit__(self, *_: object) -> None:
        self._owner = None
        self._lock.release()


class Unit:
    """One transaction: plain SQL with `:name` parameters on either database, and a Session where one is wanted.

    UUIDs, aware instants, days, times, booleans, numbers, text, bytes and enum members are taken as parameters; rows
    come back as the driver's tuples, whose values `store.types` reads.
    """

    __slots__ = ("_execute", "_link", "_session", "_sessions", "_topics", "dialect")

    def __init__(self, link: Link, sessions: Callable[[], "SessionSource"]) -> None:
        self.dialect = link.dialect
        self._link = link
        self._execute = link.cursor.execute
        self._sessions = sessions
        self._session: Session | None = None
        self._topics: set[Topic] = set()

    def rows(self, sql: str, params: Params = _NO_PARAMS) -> list[Row]:
        """All rows of a query, or of a change with RETURNING."""
        raise NotImplementedError

    def run(self, sql: str, params: Params = _NO_PARAMS) -> int:
        """Run one statement; gives the number of rows it changed."""
        raise NotImplementedError

    def run_many(self, sql: str, params: Sequence[Params]) -> int:
        """Run one statement for each set of parameters; gives the number of rows changed in all."""
        raise NotImplementedError

    def stream(self, sql: str, params: Params = _NO_PARAMS, size: int = 1000) -> Iterator[Row]:
        """Rows one after another, `size` in memory at a time; to be read to its end inside the unit."""
        raise NotImplementedError

    def listing(self, values: Sequence[object]) -> object:
        """Tags or weekdays as a parameter for their column."""
        raise NotImplementedError

    def row(self, sql: str, params: Params = _NO_PARAMS) -> Row | None:
        """The first row, or None."""
        rows = self.rows(sql, params)
        return rows[0] if rows else None

    @property
    def session(self) -> "Session":
        """A Session on this connection and in this transaction; rows and it end with the unit."""
        if self._session is None:
            self._session = self._sessions().open(self._link)
        return self._session

    def changed(self, *topics: Topic) -> None:
        """Have the counters of these topics rise, once each, in the commit of this unit."""
        self._topics.update(topics)

    def store_now(self) -> datetime:
        """The store's own clock, in UTC, to the millisecond; leases are measured by it."""
        return as_instant(self.rows(_CLOCKS[self.dialect])[0][0])

    def finish(self) -> frozenset[Topic]:
        """Write what is still in memory; gives the topics that changed. Called by the store before it commits."""
        if self._session is not None:
            self._session.flush()
        topics = frozenset(self._topics)
        if topics:
            # In one order everywhere, so that two commits on Postgres never wait for each other in a circle.
            self.run_many(_RAISE_CHANGE, [{"topic": topic.value} for topic in sorted(topics)])
        return topics

    def end(self) -> None:
        """Let go of the rows a Session holds. Called by the store after the commit or rollback."""
        if self._session is not None:
            self._session.close()
            self._session = None


class _SqliteUnit(Unit):
    __slots__ = ()

    def rows(self, sql: str, params: Params = _NO_PARAMS) -> list[Row]:
        return self._execute(sql, params).fetchall()  # type: ignore[no-any-return]

    def run(self, sql: str, params: Params = _NO_PARAMS) -> int:
        return self._execute(sql, params).rowcount  # type: ignore[no-any-return]

    def run_many(self, sql: str, params: Sequence[Params]) -> int:
        return self._link.cursor.executemany(sql, params).rowcount if params else 0

    def stream(self, sql: str, params: Params = _NO_PARAMS, size: int = 1000) -> Iterator[Row]:
        cursor = self._link.connection.cursor()
        cursor.arraysize = size
        yield from cursor.execute(sql, params)

    def listing(self, values: Sequence[object]) -> object:
        return list_text(values)


class _PostgresUnit(Unit):
    __slots__ = ()

    def rows(self, sql: str, params: Params = _NO_PARAMS) -> list[Row]:
        return self._execute(to_pyformat(sql), params).fetchall()  # type: ignore[no-any-return]

    def run(self, sql: str, params: Params = _NO_PARAMS) -> int:
        return self._execute(to_pyformat(sql), params).rowcount  # type: ignore[no-any-return]

    def run_many(self, sql: str, params: Sequence[Params]) -> int:
        if not params:
            return 0
        self._link.cursor.executemany(to_pyformat(sql), params)
        return self._link.cursor.rowcount  # type: ignore[no-any-return]

    def stream(self, sql: str, params: Params = _NO_PARAMS, size: int = 1000) -> Iterator[Row]:
        with self._link.connection.cursor(name="opendoors_stream") as cursor:
            cursor.itersize = size
            yield from cursor.execute(to_pyformat(sql), params)

    def listing(self, values: Sequence[object]) -> object:
        return list(values)

    def finish(self) -> frozenset[Topic]:
        topics = super().finish()
        if topics:
            self.run("SELECT pg_notify('opendoors_changes', :topics)", {"topics": ",".join(sorted(topics))})
        return topics


_UNITS: Final[dict[Dialect, type[Unit]]] = {Dialect.SQLITE: _SqliteUnit, Dialect.POSTGRES: _PostgresUnit}


class Store:
    """An opened store; safe to share between threads. Made by `Store.open`, ended by `close`."""

    def __init__(self, location: Location, on_close: Callable[[], None] | None = None) -> None:
        """A store that is known to be there and of this version; `Store.open` makes sure of it first."""
        self.location = location
        self._on_close = on_close
        self.dialect = location.dialect
        self._listeners: list[ChangeListener] = []
        self._session_source: SessionSource | None = None
        self._session_guard = threading.Lock()
        self._readers = LinkPool(lambda: self._open_link(writes=False))
        if self.dialect is Dialect.SQLITE:
            self._writers = LinkPool(lambda: self._open_link(writes=True))
            with _write_locks_guard:
                self._write_lock = _write_locks.setdefault(str(location.path.resolve()), _WriteLock())
        else:
            self._writers = self._readers

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> "Store":
        """Open the store at a URL or path, made or brought up to date first; raises StoreError."""
        from opendoors_desktop.store.migrate import open_store

        return open_store(url, create=create)

    @contextmanager
    def read(self) -> Iterator[Unit]:
        """A unit that sees one state of the store from its first query to its end, and can't write."""
        with self._unit(self._readers, writes=False) as unit:
            yield unit

    @contextmanager
    def write(self) -> Iterator[Unit]:
        """A unit whose changes are all kept when the block ends, and none when it raises.

        On SQLite it holds the file from its begin, after at most PATIENCE_SECONDS of waiting for other programs. Raises
        StoreError for faults of the store; a broken rule of the store comes through as the driver's error.
        """
        if self.dialect is Dialect.POSTGRES:
            with self._unit(self._writers, writes=True) as unit:
                yield unit
            return
        with self._write_lock, self._unit(self._writers, writes=True) as unit:
            yield unit

    def clock_now(self, unit: Unit) -> datetime:
        """As `unit.store_now()`."""
        return unit.store_now()

    def on_change(self, listener: ChangeListener) -> None:
        """Have `listener` called with the changed topics after each commit of this store, in the thread that wrote."""
        self._listeners.append(listener)

    def close(self) -> None:
        """Close every connection; units still open end with theirs."""
        self._readers.close()
        self._writers.close()
        if self._on_close is not None:
            self._on_close()

    def _open_link(self, *, writes: bool) -> Link:
        if self.dialect is Dialect.SQLITE:
            return open_sqlite_link(self.location, writes=writes)
        return open_postgres_link(self.location)

    def _sessions(self) -> "SessionSource":
        with self._session_guard:
            if self._session_source is None:
                from opendoors_desktop.store.session import SessionSource

                self._session_source = SessionSource(lambda: self._open_link(writes=False), self.dialect)
            return self._session_source

    @contextmanager
    def _unit(self, pool: LinkPool, *, writes: bool) -> Iterator[Unit]:
        try:
            link = self._begin(pool, writes=writes)
        except Exception as error:
            raise fault_of(error, self.location) or error from error
        unit = _UNITS[self.dialect](link, self._sessions)
        topics: frozenset[Topic] = frozenset()
        is_sound = False
        try:
            yield unit
            if writes:
                topics = unit.finish()
            link.cursor.execute("COMMIT")
            is_sound = True
        except BaseException as error:
            is_sound = _roll_back(link)
            fault = None if isinstance(error, StoreError) else fault_of(error, self.location)
            if fault is not None:
                raise fault from error
            raise
        finally:
            unit.end()
            if is_sound:
                pool.give(link)
            else:
                link.close()
                pool.drop_idle()
        if topics:
            for listener in self._listeners:
                listener(topics)

    def _begin(self, pool: LinkPool, *, writes: bool) -> Link:
        """A connection with its transaction begun; one found dead is replaced, a busy file waited for."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        for is_last in (False, True):
            link = pool.take()
            try:
                self._begin_on(link, link.begin_write if writes else link.begin_read, deadline)
            except BaseException:
                link.close()
                pool.drop_idle()
                if is_last or self.dialect is Dialect.SQLITE:
                    raise
            else:
                return link
        raise AssertionError("unreachable")

    def _begin_on(self, link: Link, begin: str, deadline: float) -> None:
        while True:
            try:
                link.cursor.execute(begin)
            except sqlite3.OperationalError as error:
                # SQLite has waited its busy timeout already: ask again, in a new place of its queue.
                if not is_busy(error) or time.monotonic() >= deadline:
                    raise
                log.info("the store %s is held by another program; waiting", self.location.name)
            else:
                return


def _roll_back(link: Link) -> bool:
    """Undo an open transaction; False if the connection is no longer fit for use."""
    try:
        if link.is_in_transaction():
            link.cursor.execute("ROLLBACK")
    except link.errors:
        log.debug("a connection was lost while rolling back", exc_info=True)
        return False
    return True
