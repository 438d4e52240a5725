"""Backups of the store: made daily and by hand, listed, and put back, also where the store can't be opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from opendoors_desktop.domain.backup_rotation import is_due
from opendoors_desktop.domain.errors import NotFound, NotPossible
from opendoors_desktop.engine.clock import VirtualClock
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store import backup, backup_files
from opendoors_desktop.store.backup_files import Backup, BackupKind
from opendoors_desktop.store.location import Dialect, Location, parse_location
from opendoors_desktop.store.migrate import SCHEMA
from opendoors_desktop.store.move import back_up_database, export_database, sees_all
from opendoors_desktop.store.restore import put_back


@dataclass(frozen=True, slots=True)
class PutBack:
    """What was put back, and where the file that stood there is kept (None: none did)."""

    backup: Path
    replaced: Path | None


def back_up(context: Context, target: Path | None = None) -> Path:
    """Make a backup now, in the folder of backups or as a new file `target`; gives its path. Raises StoreError.

    Raises NotPossible where the file is there already.
    """
    if target is None:
        return _back_up(context, BackupKind.BY_HAND).path
    if target.exists():
        raise NotPossible(f"{target} is there already.", "Choose another name for the backup.", where=str(target))
    if context.store.dialect is Dialect.POSTGRES:
        export_database(context.store.location, target.absolute())
    else:
        backup.copy_store(context.store.location.path, target.absolute())
    return target


def back_up_if_due(context: Context) -> Path | None:
    """Make the day's backup unless there is one, and let older ones go; gives its path. Raises StoreError."""
    daily = [each.made_at for each in backups_of(context) if each.kind is BackupKind.DAILY]
    if not is_due(daily, context.clock.now()):
        return None
    made = _back_up(context, BackupKind.DAILY)
    backup.rotate(folder_of(context), backup_files.stem_of(context.store.location))
    return made.path


def keep_backed_up(context: Context, *, is_server: bool = False) -> None:
    """As `back_up_if_due`, to be called every hour; a store on a virtual clock is a test's or the tour's, and isn't.

    A database is copied by a program without a window alone (`is_server`), and only for its owner: nobody else sees all
    of its rows, and no window draws a team's whole store over the network.
    """
    if isinstance(context.clock, VirtualClock):
        return
    if context.store.dialect is Dialect.POSTGRES and not (is_server and sees_all(context.store.location)):
        return
    back_up_if_due(context)


def list_backups(url: str, data_dir: Path) -> Sequence[Backup]:
    """The backups of the store at a URL, newest first; it needn't be one that can be opened."""
    location = parse_location(url)
    return backup_files.list_backups(backup_files.backup_folder(location, data_dir), backup_files.stem_of(location))


def backups_of(context: Context) -> Sequence[Backup]:
    """The backups of the store that is open, newest first."""
    location = context.store.location
    return backup_files.list_backups(folder_of(context), backup_files.stem_of(location))


def folder_of(context: Context) -> Path:
    """Where the backups of the store that is open lie."""
    return backup_files.backup_folder(context.store.location, context.data_dir)


def find_last_backup(url: str, data_dir: Path) -> Backup | None:
    """The newest backup whose pages are whole; None where there is none, or the store isn't a file."""
    location = parse_location(url)
    if location.dialect is Dialect.POSTGRES:
        return None
    return backup_files.last_backup(backup_files.backup_folder(location, data_dir), backup_files.stem_of(location))


def restore(url: str, data_dir: Path, now: datetime, chosen: Path | None = None) -> PutBack:
    """Put a backup in the store's place, the last good one unless a file is chosen; no program may have it open.

    Sending is off until a person has looked. Raises StoreError, and NotFound where there is no backup.
    """
    location = parse_location(url)
    if location.dialect is Dialect.POSTGRES:
        raise NotPossible(
            "A database isn't put back over what it holds.",
            "“opendoors db move BACKUP URL” fills an empty database from a backup.",
            where=location.name,
        )
    found = chosen if chosen is not None else _last(url, data_dir, location)
    if not found.is_file():
        raise NotFound(f"There is no file {found}.", "“opendoors db info” lists the backups.", where=str(found))
    folder = backup_files.backup_folder(location, data_dir)
    return PutBack(found, put_back(location, found.absolute(), folder, now, int(SCHEMA.newest)))


def _last(url: str, data_dir: Path, location: Location) -> Path:
    last = find_last_backup(url, data_dir)
    if last is None:
        raise NotFound(
            "There is no good backup of this store.",
            "Name the file of one you keep elsewhere: “opendoors db restore FILE”.",
            where=location.name,
        )
    return last.path


def _back_up(context: Context, kind: BackupKind) -> Backup:
    location = context.store.location
    folder = backup_files.backup_folder(location, context.data_dir)
    make = back_up_database if location.dialect is Dialect.POSTGRES else backup.back_up
    return make(location, folder, kind, context.clock.now())
