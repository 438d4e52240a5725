"""Opens a store: makes a new one, brings an older one up to date behind a backup, refuses what it can't be sure of."""

import logging
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.store.backup import back_up
from opendoors_desktop.store.backup_files import BACKUP_FOLDER, BackupKind
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.faults import fault_of
from opendoors_desktop.store.identity import Doubt
from opendoors_desktop.store.inspection import (
    WAIT_SECONDS,
    damaged,
    newer,
    remember_clean_close,
    require_store,
)
from opendoors_desktop.store.links import open_postgres_link
from opendoors_desktop.store.location import Dialect, Location, parse_location
from opendoors_desktop.store.revisions import REVISIONS
from opendoors_desktop.store.types import as_instant
from opendoors_desktop.store.unit import CLOCKS

if TYPE_CHECKING:
    from opendoors_desktop.store.cache import Cache

log = logging.getLogger(__name__)

MONTHS_AHEAD: Final = 3
"""For how many months to come Postgres has a partition of activities ready."""


@dataclass(frozen=True, slots=True)
class Schema:
    """The revisions this program knows, oldest first, and the folder they lie in."""

    folder: Path
    revisions: tuple[str, ...]

    @property
    def newest(self) -> str:
        """The revision a store is brought to."""
        return self.revisions[-1]


def _revisions_folder() -> Path:
    package = Path(__file__).resolve().parent.parent
    installed = package / "_migrations"
    return installed if installed.is_dir() else package.parent / "migrations"


SCHEMA: Final = Schema(_revisions_folder(), REVISIONS)


def open_store(
    url: str,
    *,
    create: bool = True,
    schema: Schema = SCHEMA,
    backups: Path | None = None,
    cache: "Cache | None" = None,
) -> Store:
    """The store at a URL or path, at the newest revision.

    A file or an empty database that isn't a store yet is made one if `create`. An older one is backed up before it is
    brought up to date: a file beside itself, a database into the folder `backups` (None: not at all). Answers of a
    database are remembered in `cache` (None: in memory).

    Raises StoreError, and leaves all as it was, when the store is missing, damaged, newer, another program's,
    read-only, locked, being moved, or its disk or server fails.
    """
    location = parse_location(url)
    if location.dialect is Dialect.SQLITE:
        _prepare_sqlite(location, schema, create=create)
        return Store(location, lambda: remember_clean_close(location))
    _prepare_postgres(location, schema, backups, create=create)
    store = Store(location, cache=cache)
    make_partitions(store)
    return store


def make_partitions(store: Store, months: int = MONTHS_AHEAD) -> int:
    """Have Postgres make the partitions of activities for this month and `months` more; gives how many were new."""
    if store.dialect is Dialect.SQLITE:
        return 0
    with store.write() as unit:
        return int(unit.rows("SELECT opendoors_make_activity_partitions(:months)", {"months": months})[0][0])


def _prepare_sqlite(location: Location, schema: Schema, *, create: bool) -> None:
    if not location.path.exists() and not location.path.is_symlink():
        if not create:
            raise StoreError(
                "There is no store here.",
                "Check the path; a new store is made when the program is opened with it.",
                where=location.name,
                code="store_missing",
            )
        _create_file(location, schema)
        return
    require_store(location, int(schema.newest))
    revision = read_revision(location)
    if revision not in schema.revisions:
        raise newer(location)
    if revision != schema.newest:
        kept = _back_up_before(location)
        log.info("bringing %s from revision %s to %s; backup in %s", location.name, revision, schema.newest, kept)
        upgrade_schema(location, schema, lambda: connect_file(location.path))
    set_wal(location.path)


def read_revision(location: Location) -> str:
    """The revision a store's file is at; raises StoreError where it says none."""
    try:
        with closing(connect_file(location.path)) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
            raise damaged(location) from error  # our mark is in the header, but the table is not there
        raise fault_of(error, location) or error from error
    if row is None:
        raise damaged(location)
    return str(row[0])


def set_wal(path: Path) -> None:
    """Have the file keep a write-ahead log from now on; no reader may be in the way yet."""
    with closing(connect_file(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")


def _create_file(location: Location, schema: Schema) -> None:
    """Make the store under another name and put it in place whole, so that a crash never leaves half of one."""
    path = location.path
    if not path.parent.exists():  # a mistyped path shall not become a second, empty store
        raise StoreError(
            f"There is no folder {path.parent}.",
            "Check the store's path, or make the folder first.",
            where=location.name,
            code="store_missing",
        )
    try:
        with tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as folder:
            made = Path(folder) / path.name
            made.touch()
            upgrade_schema(location, schema, lambda: connect_file(made))
            set_wal(made)
            put_in_place(made, path)
    except OSError as error:
        raise StoreError(
            "The store can't be made here.",
            f"Choose a folder that you may write to and that has room ({error.strerror or error}).",
            where=location.name,
            code="store_missing",
        ) from error


def put_in_place(made: Path, path: Path) -> None:
    """Give the file its name; a store that another program made there in the meantime stays."""
    try:
        path.hardlink_to(made)
    except FileExistsError:
        log.info("another program made the store %s at the same time", path)
    except OSError:
        # A file system without hard links.
        if not path.exists():
            made.rename(path)


def _back_up_before(location: Location) -> Path:
    """Copy the file as it is into the folder of backups, named by SQLite's clock; raises StoreError."""
    with closing(connect_file(location.path)) as connection:
        now = as_instant(connection.execute(CLOCKS[Dialect.SQLITE]).fetchone()[0])
    return back_up(location, location.path.parent / BACKUP_FOLDER, BackupKind.UPGRADE, now).path


def connect_file(path: Path) -> sqlite3.Connection:
    """A plain connection to a file that is there, each of whose commits is on the disk."""
    connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=WAIT_SECONDS)
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def _prepare_postgres(location: Location, schema: Schema, backups: Path | None, *, create: bool) -> None:
    import psycopg

    try:
        revision, doubt = _look_into(location)
        if revision is None and not create:
            raise StoreError(
                "There is no store in this database yet.",
                "Make one with “opendoors team init”, or check the name of the database.",
                where=location.name,
                code="store_missing",
            )
        if revision is not None and revision not in schema.revisions:
            raise newer(location)
        if doubt == Doubt.MOVING.value:
            raise StoreError(
                "A store is being moved into this database, and isn't whole yet.",
                "Say the same “opendoors db move” again: it goes on where it ended.",
                where=location.name,
                code="store_moving",
            )
        if revision is not None and revision != schema.newest and backups is not None:
            _back_up_database_before(location, backups, revision)
        if revision != schema.newest:
            upgrade_schema(location, schema, lambda: psycopg.connect(location.target, connect_timeout=10))
    except psycopg.ProgrammingError as error:
        fault = fault_of(error, location)
        if fault is None and error.sqlstate is None:
            fault = StoreError(
                "The address of the database can't be read.",
                f"Write it like postgresql://user@host/database ({error}).",
                where=location.name,
                code="store_url",
            )
        raise fault or error from error
    except psycopg.Error as error:
        raise fault_of(error, location) or error from error


def _back_up_database_before(location: Location, backups: Path, revision: str) -> None:
    from opendoors_desktop.store.move import back_up_database

    link = open_postgres_link(location)
    try:
        now = as_instant(link.cursor.execute(CLOCKS[Dialect.POSTGRES]).fetchone()[0])
    finally:
        link.close()
    kept = back_up_database(location, backups, BackupKind.UPGRADE, now, revision).path
    log.info("bringing %s up to date from revision %s; backup in %s", location.name, revision, kept)


def find_postgres_revision(location: Location) -> str | None:
    """The revision of the store in a database, None in an empty one; raises StoreError for what can't hold a store."""
    return _look_into(location)[0]


def _look_into(location: Location) -> tuple[str | None, str | None]:
    """The revision of the store in a database, and the doubt about it."""
    link = open_postgres_link(location)
    try:
        ask = link.cursor.execute
        version = link.connection.info.server_version
        encoding = ask("SHOW server_encoding").fetchone()[0]
        if version < 130000 or encoding != "UTF8":
            raise StoreError(
                "This database can't hold a store.",
                f"It needs Postgres 13 or later with UTF8 (this is {version // 10000} with {encoding}).",
                where=location.name,
                code="store_url",
            )
        if ask("SELECT to_regclass('alembic_version') IS NULL OR to_regclass('store_identity') IS NULL").fetchone()[0]:
            if ask("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()").fetchone()[0]:
                raise StoreError(
                    "This database holds another program's tables.",
                    "Make an empty database for the store; this one was left as it is.",
                    where=location.name,
                    code="store_foreign",
                )
            return None, None
        row = ask("SELECT version_num FROM alembic_version").fetchone()
        identity = ask("SELECT doubt FROM store_identity").fetchone()
        return str(row[0]) if row else None, identity[0] if identity else None
    finally:
        link.close()


def upgrade_schema(location: Location, schema: Schema, connect: Callable[[], Any]) -> None:
    """Run the revisions that are missing, all in one transaction; raises StoreError for faults of disk and server."""
    import alembic.command
    import alembic.config
    import sqlalchemy as sa
    from sqlalchemy.pool import NullPool

    config = alembic.config.Config()
    config.set_main_option("script_location", str(schema.folder).replace("%", "%%"))
    url = "sqlite://" if location.dialect is Dialect.SQLITE else "postgresql+psycopg://"
    engine = sa.create_engine(url, creator=connect, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            alembic.command.upgrade(config, schema.newest)
    except sa.exc.DBAPIError as error:
        raise fault_of(error, location) or error from error
    finally:
        engine.dispose()
