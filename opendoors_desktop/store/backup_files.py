"""Where backups of a store lie, how they are named, and what of them can be trusted."""

import hashlib
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from opendoors_desktop.store.location import Dialect, Location

BACKUP_FOLDER: Final = "backups"
"""The folder of backups, beside a store's file; of a database it lies in the data folder."""

_STAMP: Final = "%Y%m%dT%H%M%SZ"


class BackupKind(StrEnum):
    """Why a backup was made; the word stands in the name of its file."""

    DAILY = "daily"
    BY_HAND = "by-hand"
    UPGRADE = "upgrade"
    """Before a migration."""
    REPLACED = "replaced"
    """What stood in the store's place before a backup was put back: kept, whatever its state, and never offered."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A file that was once a whole store; `made_at` in UTC."""

    path: Path
    made_at: datetime
    kind: BackupKind
    size: int


def backup_folder(location: Location, data_dir: Path) -> Path:
    """Where the backups of a store lie."""
    if location.dialect is Dialect.POSTGRES:
        return data_dir / BACKUP_FOLDER
    return location.path.parent / BACKUP_FOLDER


def stem_of(location: Location) -> str:
    """What the names of a store's backups begin with."""
    if location.dialect is Dialect.SQLITE:
        return location.path.stem
    address = location.name.partition("?")[0]
    database = re.sub(r"\W+", "-", address.rpartition("/")[2]) or "database"
    return f"{database}-{hashlib.sha256(location.name.encode()).hexdigest()[:8]}"


def new_path(folder: Path, stem: str, kind: BackupKind, at: datetime) -> Path:
    """A name that no backup in the folder has."""
    stamp = at.astimezone(UTC).strftime(_STAMP)
    path, number = folder / f"{stem}-{stamp}-{kind}.db", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{stamp}-{kind}-{number}.db"
    return path


def list_backups(folder: Path, stem: str) -> list[Backup]:
    """The backups of a store, newest first; what else lies in the folder is passed by."""
    pattern = re.compile(rf"{re.escape(stem)}-(\d{{8}}T\d{{6}}Z)-({'|'.join(BackupKind)})(-\d+)?\.db")
    found = []
    for path in folder.glob("*.db") if folder.is_dir() else ():
        match = pattern.fullmatch(path.name)
        if match is not None:
            made_at = datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)
            found.append(Backup(path, made_at, BackupKind(match[2]), path.stat().st_size))
    return sorted(found, key=lambda backup: (backup.made_at, backup.path.name), reverse=True)


def last_backup(folder: Path, stem: str) -> Backup | None:
    """The newest backup that can be put back and whose pages are whole; None where there is none."""
    candidates = (backup for backup in list_backups(folder, stem) if backup.kind is not BackupKind.REPLACED)
    return next((backup for backup in candidates if is_whole(backup.path)), None)


def is_whole(path: Path) -> bool:
    """Whether SQLite finds nothing wrong with the pages of a file; it is read alone and left as it is."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.Error:
        return False
