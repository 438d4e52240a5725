"""Connections of a store: opened with the settings it relies on, kept for reuse, driven by plain BEGIN and COMMIT."""

import re
import sqlite3
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import StrEnum
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final

from opendoors_desktop.store.location import Dialect, Location
from opendoors_desktop.store.types import register_sqlite_adapters

BUSY_MILLISECONDS: Final = 5000
WRITER_CACHE: Final = 16_000
"""KiB of a SQLite file that a connection keeps: a writer the pages that one commit changes."""
READER_CACHE: Final = 5_000
"""A reader the upper floors of its indexes; the system keeps the rest, once for all of them."""
POSTGRES_SETTINGS: Final = {
    "connect_timeout": 10,
    "application_name": "opendoors",
    # A cut line must end a call, not hang it: the lease of a mailbox runs out meanwhile.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}

_TOKENS = re.compile(
    r"""('(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ | \$(\w*)\$.*?\$\2\$ | ::) | :([A-Za-z_]\w*) | %""",
    re.DOTALL | re.VERBOSE,
)

register_sqlite_adapters()


@lru_cache(maxsize=4096)
def to_pyformat(sql: str) -> str:
    """`:name` as `%(name)s`; literals, quoted names, comments, dollar quotes and `::type` stay as they are."""
    return _TOKENS.sub(_pyformat_token, sql)


@lru_cache(maxsize=4096)
def to_positions(sql: str) -> tuple[str, Callable[[Mapping[str, Any]], Any]]:
    """`:name` as `?`, and what takes the values out of a mapping in that order; SQLite binds those faster."""
    text, names = with_names(sql, lambda _: "?"), names_in(sql)
    if len(names) > 1:
        return text, itemgetter(*names)
    return text, lambda params: [params[name] for name in names]


def with_names(sql: str, place: Callable[[str], str]) -> str:
    """The text with each `:name` as `place` writes it; all else stays as it is."""
    return _TOKENS.sub(lambda match: place(match[3]) if match[3] else match[0], sql)


@lru_cache(maxsize=4096)
def names_in(sql: str) -> tuple[str, ...]:
    """The names of the parameters in their order, one that comes again named again."""
    return tuple(match[3] for match in _TOKENS.finditer(sql) if match[3])


def _pyformat_token(match: re.Match[str]) -> str:
    if match[3]:
        return f"%({match[3]})s"
    return (match[1] or "%").replace("%", "%%")


class Link:
    """One connection of one thread at a time, with the cursor all its calls share."""

    __slots__ = ("connection", "cursor", "dialect", "errors", "orm")

    def __init__(self, connection: Any, dialect: Dialect, errors: type[Exception]) -> None:
        self.connection = connection
        self.cursor = connection.cursor()
        self.dialect = dialect
        self.errors = errors
        self.orm: Any = None

    def is_in_transaction(self) -> bool:
        """Whether a BEGIN is open."""
        if self.dialect is Dialect.SQLITE:
            return bool(self.connection.in_transaction)
        return str(self.connection.info.transaction_status.name) != "IDLE"

    def close(self) -> None:
        """Let go of the connection; what it had open is rolled back."""
        # The other side may be gone already: there is nothing left to lose then.
        with suppress(self.errors):
            self.connection.close()


class LinkPool:
    """Idle connections of one kind, the last one used first; opens another when all are taken."""

    def __init__(self, opener: Callable[[], Link]) -> None:
        self._opener = opener
        self._idle: list[Link] = []
        self._lock = threading.Lock()
        self._is_closed = False

    def take(self) -> Link:
        """An idle connection, or a new one; raises what the driver raises when none can be had."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._opener()

    def has_idle(self) -> bool:
        """Whether the next one taken was opened before."""
        return bool(self._idle)

    def give(self, link: Link) -> None:
        """Put a sound connection back."""
        with self._lock:
            if not self._is_closed:
                self._idle.append(link)
                return
        link.close()

    def drop_idle(self) -> None:
        """Close what is idle, after one of the pool was found dead."""
        with self._lock:
            links, self._idle = self._idle, []
        for link in links:
            link.close()

    def close(self) -> None:
        """Close what is idle now and what comes back later."""
        with self._lock:
            self._is_closed = True
        self.drop_idle()


def open_sqlite_link(location: Location, *, writes: bool) -> Link:
    """A connection to an existing file in WAL mode: every commit on the disk, foreign keys; readers can't write."""
    connection = sqlite3.connect(
        f"{location.path.as_uri()}?mode=rw",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=BUSY_MILLISECONDS / 1000,
        cached_statements=512,
    )
    try:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA cache_size=-{WRITER_CACHE if writes else READER_CACHE}")
        if writes:
            connection.execute("PRAGMA journal_size_limit=67108864")
        else:
            connection.execute("PRAGMA query_only=ON")
    except BaseException:
        connection.close()
        raise
    return Link(connection, Dialect.SQLITE, sqlite3.Error)


def open_postgres_link(location: Location) -> Link:
    """A connection that speaks UTC, whose commits are written when they are answered; raises psycopg's errors."""
    import psycopg
    from psycopg.types.string import TextLoader

    connection = psycopg.connect(location.target, autocommit=True, **POSTGRES_SETTINGS)  # type: ignore[arg-type]
    # JSON comes as text, as from SQLite: most of it is empty, and need not be read at all.
    connection.adapters.register_loader("jsonb", TextLoader)
    try:
        connection.execute(_POSTGRES_SETTINGS)
    except BaseException:
        connection.close()
        raise
    return Link(connection, Dialect.POSTGRES, psycopg.Error)


_POSTGRES_SETTINGS = """
SELECT set_config('TimeZone', 'UTC', false), set_config('lock_timeout', '30s', false),
  set_config('idle_in_transaction_session_timeout', '10min', false),
  set_config('synchronous_commit', CASE s WHEN 'off' THEN 'on' ELSE s END, false)
FROM current_setting('synchronous_commit') s
"""
"""A server that answers commits before they are written could forget that an email was begun, and it would go twice."""

_POSTGRES_WRITE = (
    "BEGIN; SET LOCAL idle_in_transaction_session_timeout = '15s'; SELECT pg_advisory_xact_lock(7304202611);"
    " SELECT set_config('transaction_timeout', '20s', true) WHERE current_setting('server_version_num')::int >= 170000"
)
"""One write at a time, as on SQLite: what a unit reads stays so until it has written what follows from it.

Writes are short and never wait for the network. One whose laptop sleeps or has left the network is ended by the
database, long before those who wait for it give up; one that stood still amid many rows isn't idle to the database, and
is ended from Postgres 17 on.
"""

_POSTGRES_BESIDE = _POSTGRES_WRITE.replace("xact_lock", "xact_lock_shared")
"""As that, but side by side with others of its kind, which have rows of their own: leased, or locked one by one."""


class Begin(StrEnum):
    """What a transaction is begun for."""

    READ = "read"
    WRITE = "write"
    BESIDE = "beside"


BEGINS: Final = {
    Dialect.SQLITE: {Begin.READ: "BEGIN", Begin.WRITE: "BEGIN IMMEDIATE", Begin.BESIDE: "BEGIN IMMEDIATE"},
    Dialect.POSTGRES: {
        Begin.READ: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        Begin.WRITE: _POSTGRES_WRITE,
        Begin.BESIDE: _POSTGRES_BESIDE,
    },
}
"""The words with which each database begins it."""
