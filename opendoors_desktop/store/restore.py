"""Puts a backup into the place of a SQLite store: what stood there is kept, and nothing leaves unseen."""

import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.store.backup import copy_store
from opendoors_desktop.store.backup_files import BackupKind, is_whole, new_path, stem_of
from opendoors_desktop.store.faults import is_busy
from opendoors_desktop.store.identity import Doubt
from opendoors_desktop.store.inspection import APPLICATION_ID, newer, read_header
from opendoors_desktop.store.location import Dialect, Location
from opendoors_desktop.store.types import microseconds_of

_SIDES = ("-wal", "-shm", "-journal", "-closed")


def put_back(location: Location, backup: Path, folder: Path, now: datetime, newest: int) -> Path | None:
    """Make a backup the store at `location`; gives where in `folder` the file that stood there is kept, if any.

    `newest` is the newest version this program knows. The backup itself stays as it is. The store that comes of it is
    in doubt: it sends nothing until a person says so. Raises StoreError and changes nothing where the backup is no
    whole store, or another program has the present store open.
    """
    require_backup(backup, newest)
    draft = location.path.with_name(f".{location.path.name}-restoring")
    with suppress(OSError):
        draft.unlink(missing_ok=True)
    copy_store(backup, draft)
    try:
        _doubt(draft, now)
        replaced = None
        if location.path.exists():
            _require_alone(location)
            replaced = new_path(folder, stem_of(location), BackupKind.REPLACED, now)
            _set_aside(location.path, replaced)
        draft.replace(location.path)
    except OSError as error:
        raise StoreError(
            "The backup couldn't be put back.",
            f"Check the room on the disk and your rights to the folder ({error}).",
            where=location.name,
            code="restore_failed",
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return replaced


def require_backup(backup: Path, newest: int) -> None:
    """Raise StoreError unless the file is a whole store of this version or an older one."""
    location = Location(Dialect.SQLITE, str(backup), str(backup))
    header = read_header(location)
    if header.application_id == APPLICATION_ID and header.user_version > newest:
        raise newer(location)
    if header.application_id != APPLICATION_ID or not is_whole(backup):
        raise StoreError(
            "This file is no whole backup of a store.",
            "“opendoors db info” lists the backups; nothing was changed.",
            where=str(backup),
            code="backup_damaged",
        )


def _doubt(path: Path, now: datetime) -> None:
    """Write into the copy that it is an older state, so that it sends nothing by itself on any computer."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "UPDATE store_identity SET doubt = ?, doubted_at = ?", (Doubt.PUT_BACK.value, microseconds_of(now))
        )
        connection.execute("UPDATE machines SET sending_is_on = 0")


def _require_alone(location: Location) -> None:
    """Raise StoreError where another program has the file open.

    A file that SQLite can't read is nobody's: no program works with it.
    """
    try:
        with closing(sqlite3.connect(f"{location.path.as_uri()}?mode=rw", uri=True, timeout=0.5)) as connection:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.DatabaseError as error:
        if is_busy(error):
            raise StoreError(
                "The store is open in another program.",
                "Close every window and scheduler that uses it, then put the backup back; nothing was changed.",
                where=location.name,
                code="store_busy",
            ) from error


def _set_aside(path: Path, replaced: Path) -> None:
    """Keep the file, with its log if it has one, under another name; the old name stays until the new file takes it."""
    replaced.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        replaced.hardlink_to(path)
    except OSError:  # a file system without hard links
        shutil.copy2(path, replaced)
    for side in _SIDES:
        beside = path.with_name(f"{path.name}{side}")
        if not beside.exists():
            continue
        if side in {"-wal", "-journal"}:
            beside.replace(replaced.with_name(f"{replaced.name}{side}"))
        else:
            beside.unlink()
