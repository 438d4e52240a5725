"""Makes backups of a store while it is in use; a copy counts as one when it was found whole and complete."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from opendoors_desktop.domain.backup_rotation import kept
from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.store.backup_files import Backup, BackupKind, list_backups, new_path, stem_of
from opendoors_desktop.store.location import Location

STEP_PAGES: Final = 500
"""How many pages are copied at a time; two megabytes, between which others have the disk."""

Between = Callable[[], object]


def back_up(location: Location, folder: Path, kind: BackupKind, now: datetime) -> Backup:
    """Copy the store's file into the folder of backups, under a name of its own; raises StoreError."""
    path = new_path(folder, stem_of(location), kind, now)
    copy_store(location.path, path)
    return Backup(path, now, kind, path.stat().st_size)


def copy_store(source: Path, target: Path, between: Between = lambda: None) -> None:
    """Copy a store's file as it is at this instant to a new file, put in place when it was found whole.

    Others go on reading and writing meanwhile: what they commit isn't in the copy. `between` is called between two
    steps of pages. Raises StoreError, leaving nothing behind.
    """
    draft = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        _copy_pages(source, draft, between)
        sync_file(draft)
        draft.replace(target)
    except (OSError, sqlite3.Error) as error:
        for rest in (draft, draft.with_name(f"{draft.name}-journal")):
            with suppress(OSError):
                rest.unlink(missing_ok=True)
        raise StoreError(
            "The backup couldn't be made.",
            f"Check the room on the disk and your rights to the folder ({error}); the store was left as it is.",
            where=str(target),
            code="backup_failed",
        ) from error


def _copy_pages(source: Path, draft: Path, between: Between) -> None:
    # A backup on a disk that can only be read has no log to look at either.
    way = "mode=rw" if os.access(source, os.W_OK) and os.access(source.parent, os.W_OK) else "mode=ro&immutable=1"
    live = sqlite3.connect(f"{source.as_uri()}?{way}", uri=True, isolation_level=None)
    with closing(live), closing(sqlite3.connect(draft, isolation_level=None)) as copy:
        live.execute("PRAGMA query_only=ON")
        # The draft is nothing until it is found whole: it is written as it comes, and to the disk in small parts, so
        # that no commit of the store has to wait behind hundreds of megabytes.
        for setting in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1000"):
            copy.execute(f"PRAGMA {setting}")
        # The first read of the transaction settles what is copied, so that no commit makes the copy begin anew.
        live.execute("BEGIN")
        rows = count_rows(live)

        def step(*_: int) -> None:
            sync_file(draft)
            between()

        live.backup(copy, pages=STEP_PAGES, progress=step)
        live.execute("COMMIT")
        copy.execute("PRAGMA journal_mode=DELETE")
        found = [line for (line,) in copy.execute("PRAGMA quick_check(1)")]
        if found != ["ok"] or count_rows(copy) != rows:
            raise sqlite3.DatabaseError(f"the copy isn't whole: {found[0]}")


def count_rows(connection: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table of a file holds."""
    names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names.fetchall()}


def rotate(folder: Path, stem: str) -> list[Path]:
    """Delete the daily backups that later ones stand for; gives their paths. One that can't be deleted stays."""
    daily = [backup for backup in list_backups(folder, stem) if backup.kind is BackupKind.DAILY]
    stays = kept([backup.made_at for backup in daily])
    gone = []
    for backup in daily:
        if backup.made_at not in stays:
            with suppress(OSError):
                backup.path.unlink()
                gone.append(backup.path)
    return gone


def sync_file(path: Path) -> None:
    """Have on the disk what was written to the file."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
