"""Sessions of SQLAlchemy on connections that the store itself opened, begun and commits."""

import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from opendoors_desktop.store.links import Link
from opendoors_desktop.store.location import Dialect


class SessionSource:
    """Opens Sessions that join the transaction of a link; makes the engine they need once a store."""

    def __init__(self, spare_link: Callable[[], Link], dialect: Dialect) -> None:
        self._here = threading.local()
        self._engine = self._make_engine(dialect)
        # SQLAlchemy asks the server for its version at the first connection and rolls back: let that be a spare one.
        spare = spare_link()
        try:
            self._connect(spare)
        finally:
            spare.close()

    def open(self, link: Link) -> Session:
        """A Session whose work is committed or rolled back with the link's transaction."""
        if link.orm is None:
            link.orm = self._connect(link)
        return Session(bind=link.orm, autoflush=True, expire_on_commit=False)

    def _connect(self, link: Link) -> Any:
        self._here.connection = link.connection
        try:
            return self._engine.connect()
        finally:
            self._here.connection = None

    def _make_engine(self, dialect: Dialect) -> Engine:
        url = "sqlite://" if dialect is Dialect.SQLITE else "postgresql+psycopg://"
        return create_engine(url, creator=lambda: self._here.connection, poolclass=NullPool, pool_reset_on_return=None)
