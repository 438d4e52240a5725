"""One transaction as the floors see it: plain SQL with `:name` parameters on either database; free of SQLAlchemy."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.store.links import Link, names_in, to_positions, to_pyformat
from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.row_sets import make_rows, make_set
from opendoors_desktop.store.types import as_instant, list_text

if TYPE_CHECKING:
    from opendoors_desktop.store.cache import StoreMemory

Row = tuple[Any, ...]
Params = Mapping[str, Any]

_NO_PARAMS: Final[Params] = {}
_RAISE_CHANGE: Final = """
INSERT INTO changes (topic, number) VALUES (:topic, 1)
ON CONFLICT (topic) DO UPDATE SET number = changes.number + 1
"""
CLOCKS: Final = {
    Dialect.SQLITE: "SELECT CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000",
    Dialect.POSTGRES: "SELECT clock_timestamp()",
}
"""The database's own clock, which `types.as_instant` reads."""


class Sessions(Protocol):
    """What gives a unit its Session; `store.session` does."""

    def open(self, link: Link) -> Any:
        """A Session of SQLAlchemy in the transaction of the link."""


class Unit(ABC):
    """One transaction: plain SQL with `:name` parameters on either database, and a Session where one is wanted.

    UUIDs, aware instants, days, times, booleans, numbers, text, bytes and enum members are taken as parameters; rows
    come back as the driver's tuples, whose values `store.types` reads.
    """

    __slots__ = ("_execute", "_link", "_numbers", "_session", "_sessions", "_topics", "dialect", "memory")

    def __init__(self, link: Link, sessions: Callable[[], Sessions]) -> None:
        self.dialect = link.dialect
        self._link = link
        self._execute = link.cursor.execute
        self._sessions = sessions
        self._session: Any = None
        self._topics: set[Topic] = set()
        self._numbers: dict[str, int] | None = None
        self.memory: StoreMemory | None = None
        """Where answers are remembered; a unit that writes has none, since it may have changed what it asks for."""

    @abstractmethod
    def rows(self, sql: str, params: Params = _NO_PARAMS) -> list[Row]:
        """All rows of a query, or of a change with RETURNING."""

    @abstractmethod
    def run(self, sql: str, params: Params = _NO_PARAMS) -> int:
        """Run one statement; gives the number of rows it changed."""

    @abstractmethod
    def run_many(self, sql: str, params: Sequence[Params]) -> int:
        """Run one statement for each set of parameters; gives the number of rows changed in all."""

    @abstractmethod
    def run_set(self, sql: str, params: Sequence[Params]) -> int:
        """As `run_many` for sets of parameters that meet rows of their own each, in any order; the faster way.

        `sql` is an INSERT of VALUES, or an UPDATE or DELETE with one WHERE; no parameter is a list.
        """

    @abstractmethod
    def stream(self, sql: str, params: Params = _NO_PARAMS, size: int = 1000) -> Iterator[Row]:
        """Rows one after another, `size` in memory at a time; to be read to its end inside the unit."""

    @abstractmethod
    def listing(self, values: Sequence[object]) -> object:
        """Tags or weekdays as a parameter for their column."""

    def row(self, sql: str, params: Params = _NO_PARAMS) -> Row | None:
        """The first row, or None."""
        rows = self.rows(sql, params)
        return rows[0] if rows else None

    def known_rows(self, topics: Iterable[Topic], sql: str, params: Params = _NO_PARAMS) -> list[Row]:
        """As `rows`; an answer from before will do while none of the topics it is made of has changed since.

        The topics' numbers are read in the unit's own state of the store, and are part of the question.
        """
        if self.memory is None:
            return self.rows(sql, params)
        if self._numbers is None:
            self._numbers = dict(self.rows("SELECT topic, number FROM changes"))
        risen = [self._numbers.get(topic.value, 0) for topic in topics]
        question = (self.memory.place(self), risen, sql, sorted(params.items()))
        return self.memory.cache.rows(question, lambda: self.rows(sql, params))

    @property
    def session(self) -> Any:
        """A `sqlalchemy.orm.Session` on this connection and in this transaction; it and its rows end with the unit."""
        if self._session is None:
            self._session = self._sessions().open(self._link)
        return self._session

    def changed(self, *topics: Topic) -> None:
        """Have the counters of these topics rise, once each, in the commit of this unit."""
        self._topics.update(topics)

    def store_now(self) -> datetime:
        """The store's own clock, in UTC, to the millisecond; leases are measured by it."""
        return as_instant(self.rows(CLOCKS[self.dialect])[0][0])

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
        if not params:
            return 0
        text, values_of = to_positions(sql)
        return self._link.cursor.executemany(text, map(values_of, params)).rowcount  # type: ignore[no-any-return]

    def run_set(self, sql: str, params: Sequence[Params]) -> int:
        if not params:
            return 0
        text, _ = to_positions(sql)
        return self._link.cursor.executemany(text, make_rows(names_in(sql), params)).rowcount  # type: ignore[no-any-return]

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

    def run_set(self, sql: str, params: Sequence[Params]) -> int:
        made = make_set(self._link, sql, params)
        if made is None:
            return self.run_many(sql, params)
        return self._execute(*made).rowcount  # type: ignore[no-any-return]

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


UNITS: Final[dict[Dialect, type[Unit]]] = {Dialect.SQLITE: _SqliteUnit, Dialect.POSTGRES: _PostgresUnit}
