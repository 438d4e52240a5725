"""Hears of changes in a store, whoever made them: another thread, another program or another laptop."""

from typing import Final

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.faults import fault_of
from opendoors_desktop.store.links import Link, open_postgres_link, open_sqlite_link
from opendoors_desktop.store.location import Dialect

_NUMBERS: Final = "SELECT topic, number FROM changes"
_TOPICS: Final = {topic.value: topic for topic in Topic}


class ChangeWatch:
    """Remembers the counters of the topics and tells which have risen; for one thread, with a connection of its own.

    A look costs next to nothing while nothing happens: SQLite is asked for its `data_version`, Postgres for notices
    that came in. A look after a lost connection compares the counters, so nothing is missed.
    """

    def __init__(self, store: Store) -> None:
        """Changes count from now on; raises StoreError where the store can't be reached."""
        self._location = store.location
        self._link: Link | None = None
        self._version: object = None
        self._numbers: dict[str, int] = {}
        self.look()

    def look(self) -> frozenset[Topic]:
        """The topics that changed since the last look; raises StoreError while the store is away."""
        try:
            return self._look()
        except Exception as error:
            self.close()
            raise fault_of(error, self._location) or error from error

    def close(self) -> None:
        """Let go of the connection; a later look opens another."""
        if self._link is not None:
            self._link.close()
            self._link = None

    def _look(self) -> frozenset[Topic]:
        is_fresh = self._link is None
        if self._link is None:
            self._link = self._open()
        if not self._has_news(self._link) and not is_fresh:
            return frozenset()
        numbers: dict[str, int] = dict(self._link.cursor.execute(_NUMBERS).fetchall())
        risen = {name for name, number in numbers.items() if number != self._numbers.get(name)}
        self._numbers = numbers
        return frozenset(_TOPICS[name] for name in risen if name in _TOPICS)

    def _open(self) -> Link:
        if self._location.dialect is Dialect.SQLITE:
            return open_sqlite_link(self._location, writes=False)
        link = open_postgres_link(self._location)
        link.cursor.execute("LISTEN opendoors_changes")
        return link

    def _has_news(self, link: Link) -> bool:
        if link.dialect is Dialect.POSTGRES:
            # A line that was cut shows only when something is asked over it.
            link.cursor.execute("SELECT 1")
            return bool(list(link.connection.notifies(timeout=0)))
        before, self._version = self._version, link.cursor.execute("PRAGMA data_version").fetchone()
        return before != self._version
