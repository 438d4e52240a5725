"""Moves a store from a file into a database or back, and makes a database's backup, which is a store's file too."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from opendoors_desktop.domain.errors import NotPossible, OpenDoorsError, StoreError
from opendoors_desktop.store.backup_files import Backup, BackupKind, is_whole, new_path, stem_of
from opendoors_desktop.store.faults import fault_of
from opendoors_desktop.store.identity import Doubt
from opendoors_desktop.store.inspection import newer, require_store
from opendoors_desktop.store.links import open_postgres_link
from opendoors_desktop.store.location import Dialect, Location
from opendoors_desktop.store.migrate import (
    SCHEMA,
    Schema,
    connect_file,
    find_postgres_revision,
    put_in_place,
    read_revision,
    set_wal,
    upgrade_schema,
)
from opendoors_desktop.store.transfer import Ends, Tell, fill, finish, is_unchanged, open_ends
from opendoors_desktop.store.types import EPOCH
from opendoors_desktop.store.unit import CLOCKS


@dataclass(frozen=True, slots=True)
class Moved:
    """How many rows of each table the target was found to hold, each the same as in the source."""

    rows: dict[str, int]


def move(source: Location, target: Location, now: datetime, spare_id: UUID, tell: Tell = lambda *_: None) -> Moved:
    """Copy a whole store into an empty database, or into a file that isn't there yet; the source stays as it is.

    Ended at any point, by whatever, it goes on from there when it is called again; until it is whole nothing can open
    the target. Then it is in doubt: nothing is sent from it before a person says so. Raises StoreError, and NotPossible
    where the target holds anything, a scheduler works with the source, or that was changed meanwhile.
    """
    if source.dialect is target.dialect:
        raise NotPossible(
            "A store is moved from a file into a database, or from a database into a file.",
            "To copy a file use “opendoors db backup”.",
            where=target.name,
        )
    with _told(source):
        _require_newest(source)
        filled = _prepare(target)
    with _told(target), _both(source, filled) as ends:
        _require_at_rest(ends, source)
        counted = fill(ends, tell)
        if not is_unchanged(ends, source):
            raise NotPossible(
                "The source was changed while it was copied.",
                "Close every program that works with it, and move again; nothing can open the target until then.",
                where=source.name,
                code="source_changed",
            )
        finish(ends, Doubt.COPIED, now, spare_id)
    if target.dialect is Dialect.SQLITE:
        _uncover(filled.path, target.path)
    return Moved(counted)


def back_up_database(
    location: Location, folder: Path, kind: BackupKind, now: datetime, revision: str = SCHEMA.newest
) -> Backup:
    """Copy a database, as it is at this instant, into a file that is a store of its revision; raises StoreError."""
    path = new_path(folder, stem_of(location), kind, now)
    export_database(location, path, revision)
    return Backup(path, now, kind, path.stat().st_size)


def export_database(location: Location, path: Path, revision: str = SCHEMA.newest) -> None:
    """Copy a database into a new file, put in place when every row was found the same; raises StoreError."""
    draft = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        file = Location(Dialect.SQLITE, str(draft), str(path))
        _make_file(file, revision)
        with _told(location), _both(location, file) as ends:
            fill(ends)
            finish(ends, None, EPOCH)
        if not is_whole(draft):
            raise StoreError("The backup isn't whole.", "Check the disk.", where=str(path), code="backup_failed")
        draft.replace(path)
    except OSError as error:
        raise StoreError(
            "The backup couldn't be made.",
            f"Check the room on the disk and your rights to the folder ({error}).",
            where=str(path),
            code="backup_failed",
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def sees_all(location: Location) -> bool:
    """Whether a database shows this user every row: only the owner's copies are whole. Raises StoreError."""
    with _told(location):
        link = open_postgres_link(location)
        try:
            return not link.cursor.execute("SELECT row_security_active('contacts')").fetchone()[0]
        finally:
            link.close()


@contextmanager
def _told(location: Location) -> Iterator[None]:
    """Turn what the drivers raise into StoreErrors."""
    try:
        yield
    except OpenDoorsError:
        raise
    except Exception as error:
        raise fault_of(error, location) or error from error


@contextmanager
def _both(source: Location, target: Location) -> Iterator[Ends]:
    ends = open_ends(source, target)
    try:
        yield ends
    finally:
        ends.target.close()
        ends.source.close()


def _require_newest(source: Location) -> None:
    """Raise StoreError unless the source is a store of this version; it isn't brought up to date, for it stays."""
    if source.dialect is Dialect.SQLITE:
        if not source.path.exists():
            raise StoreError("There is no store here.", "Check the path.", where=source.name, code="store_missing")
        require_store(source, int(SCHEMA.newest))
        revision: str | None = read_revision(source)
    else:
        revision = find_postgres_revision(source)
    _require_revision(source, revision)


def _require_revision(location: Location, revision: str | None) -> None:
    if revision is None:
        raise StoreError("There is no store in this database.", "Check it.", where=location.name, code="store_missing")
    if revision not in SCHEMA.revisions:
        raise newer(location)
    if revision != SCHEMA.newest:
        raise NotPossible(
            "The store is of an older version.", "Say “opendoors db upgrade” to it first.", where=location.name
        )


def _prepare(target: Location) -> Location:
    """Have an empty store to be filled; gives where it is: of a file, beside it under another name."""
    import psycopg

    if target.dialect is Dialect.POSTGRES:
        revision = find_postgres_revision(target)
        if revision is None:
            upgrade_schema(target, SCHEMA, lambda: psycopg.connect(target.target, connect_timeout=10))
        else:
            _require_revision(target, revision)
        return target
    if target.path.exists():
        raise NotPossible(
            "The target is there already.",
            "Give the path of a file that isn't there yet; nothing was changed.",
            where=target.name,
            code="target_in_use",
        )
    draft = Location(Dialect.SQLITE, str(target.path.with_name(f".{target.path.name}-moving")), target.name)
    if not draft.path.exists():
        _make_file(draft, SCHEMA.newest)
    return draft


def _make_file(location: Location, revision: str) -> None:
    """A file with the tables of a revision, under its name only when they are all there."""
    known = SCHEMA.revisions[: SCHEMA.revisions.index(revision) + 1]
    made = location.path.with_name(f"{location.path.name}-tables")
    made.unlink(missing_ok=True)
    made.touch(mode=0o600)
    upgrade_schema(location, Schema(SCHEMA.folder, known), lambda: connect_file(made))
    made.replace(location.path)


def _require_at_rest(ends: Ends, source: Location) -> None:
    """Raise NotPossible while a scheduler holds a mailbox of the source."""
    clock = CLOCKS[source.dialect]
    if ends.source.run(f"SELECT count(*) FROM mailbox_leases WHERE expires_at > ({clock})")[0][0]:
        raise NotPossible(
            "A scheduler works with the source.",
            "Switch sending off and close every program that uses it, wait a minute, and move again.",
            where=source.name,
            code="source_in_use",
        )


def _uncover(draft: Path, path: Path) -> None:
    set_wal(draft)
    with closing(sqlite3.connect(draft)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    put_in_place(draft, path)
    with suppress(OSError):
        draft.unlink(missing_ok=True)
