"""The store: one place to read and one to write, on SQLite or Postgres, each call one transaction."""

import logging
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.store.faults import fault_of, is_busy
from opendoors_desktop.store.links import BEGINS, Begin, Link, LinkPool, open_postgres_link, open_sqlite_link
from opendoors_desktop.store.location import Dialect, Location
from opendoors_desktop.store.unit import UNITS, Params, Row, Unit

if TYPE_CHECKING:
    from opendoors_desktop.store.cache import Cache, StoreMemory
    from opendoors_desktop.store.session import SessionSource

__all__ = ["ChangeListener", "Dialect", "Params", "Row", "Store", "Unit"]

ChangeListener = Callable[[frozenset[Topic]], None]

PATIENCE_SECONDS: Final = 30.0
"""How long a writer waits for another program's transaction on the same file before it says so."""

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


class Store:
    """An opened store; safe to share between threads. Made by `Store.open`, ended by `close`."""

    def __init__(
        self, location: Location, on_close: Callable[[], None] | None = None, cache: "Cache | None" = None
    ) -> None:
        """A store that is known to be there and of this version; `Store.open` makes sure of it first.

        `cache` is what a database's answers are remembered in (None: memory); a file needs none.
        """
        self.location = location
        self._on_close = on_close
        self.dialect = location.dialect
        self._listeners: list[ChangeListener] = []
        self._session_source: SessionSource | None = None
        self._session_guard = threading.Lock()
        self._waiting_since: float | None = None
        self._cache = cache
        self._memory: StoreMemory | None = None
        self._readers = LinkPool(lambda: self._open_link(writes=False))
        if self.dialect is Dialect.SQLITE:
            self._writers = LinkPool(lambda: self._open_link(writes=True))
            with _write_locks_guard:
                self._write_lock = _write_locks.setdefault(str(location.path.resolve()), _WriteLock())
        else:
            self._writers = self._readers

    @classmethod
    def open(
        cls, url: str, *, create: bool = True, backups: Path | None = None, cache: "Cache | None" = None
    ) -> "Store":
        """Open the store at a URL or path, made or brought up to date first; `backups` as `open_store` takes it.

        `cache` is what a team remembers answers in together.

        Raises StoreError.
        """
        from opendoors_desktop.store.migrate import open_store

        return open_store(url, create=create, backups=backups, cache=cache)

    @contextmanager
    def read(self) -> Iterator[Unit]:
        """A unit that sees one state of the store from its first query to its end, and can't write."""
        with self._unit(self._readers, writes=False) as unit:
            yield unit

    @contextmanager
    def write(self, *, beside: bool = False) -> Iterator[Unit]:
        """A unit whose changes are all kept when the block ends, and none when it raises.

        Nobody else writes meanwhile; on Postgres those units may that are `beside` each other, each of which writes
        only what follows from rows that no other one touches: those of a leased mailbox, or rows it has locked.
        On SQLite it holds the file from its begin, after at most PATIENCE_SECONDS of waiting for other programs. Raises
        StoreError for faults of the store; a broken rule of the store comes through as the driver's error.
        """
        if self.dialect is Dialect.POSTGRES:
            with self._unit(self._writers, writes=True, beside=beside) as unit:
                yield unit
            return
        with self._write_lock, self._unit(self._writers, writes=True) as unit:
            yield unit

    @property
    def waiting_since(self) -> float | None:
        """Since when, in seconds of `time.monotonic`, a writer waits for another program's transaction; None: no one.

        Known of a SQLite file alone, and safe to ask from any thread.
        """
        return self._waiting_since

    def clock_now(self, unit: Unit) -> datetime:
        """As `unit.store_now()`."""
        return unit.store_now()

    def on_change(self, listener: ChangeListener) -> Callable[[], None]:
        """Have `listener` called with the changed topics after each commit of this store, in the thread that wrote.

        The call that is given back ends that.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

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
    def _unit(self, pool: LinkPool, *, writes: bool, beside: bool = False) -> Iterator[Unit]:
        try:
            link = self._begin(pool, Begin.BESIDE if beside else Begin.WRITE if writes else Begin.READ)
        except Exception as error:
            raise fault_of(error, self.location) or error from error
        unit = UNITS[self.dialect](link, self._sessions)
        unit.memory = None if writes else self._remember()
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
            for listener in tuple(self._listeners):
                listener(topics)

    def _remember(self) -> "StoreMemory | None":
        if self._memory is None and self.dialect is Dialect.POSTGRES:
            from opendoors_desktop.store.cache import Cache, StoreMemory

            self._memory = StoreMemory(self._cache or Cache.in_memory(), self.location.name)
        return self._memory

    def _begin(self, pool: LinkPool, how: Begin) -> Link:
        """A connection with its transaction begun; an idle one that turns out dead is replaced by a new one."""
        may_be_stale = self.dialect is Dialect.POSTGRES and pool.has_idle()
        try:
            return self._begin_on(pool, how)
        except Exception as error:
            if not may_be_stale:
                raise
            log.info("a connection to %s was lost meanwhile: %s", self.location.name, error)
        return self._begin_on(pool, how)

    def _begin_on(self, pool: LinkPool, how: Begin) -> Link:
        link = pool.take()
        may_wait = self.dialect is Dialect.SQLITE and how is not Begin.READ
        try:
            if may_wait:
                self._waiting_since = time.monotonic()
            self._wait_for_turn(link, BEGINS[link.dialect][how])
        except BaseException:
            link.close()
            pool.drop_idle()
            raise
        finally:
            if may_wait:
                self._waiting_since = None
        return link

    def _wait_for_turn(self, link: Link, begin: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
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
