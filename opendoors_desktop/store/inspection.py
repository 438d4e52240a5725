"""Looks at a SQLite file before it is opened, so that what is no store, newer or damaged is left untouched."""

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.store.faults import fault_of
from opendoors_desktop.store.location import Dialect, Location

APPLICATION_ID: Final = 0x4F44444B
"""Bytes 68 to 71 of the header of every store file ("ODDK")."""

CHECK_SECONDS: Final = 2.0
"""How long opening may take for a check of the file's pages; what isn't looked at by then shows when it is read."""

WAIT_SECONDS: Final = 5.0
"""How long to wait for another program that holds the whole file."""

_MAGIC: Final = b"SQLite format 3\0"
_PUT_BACK = "The file was left as it is. "


@dataclass(frozen=True, slots=True)
class Header:
    """What the first 100 bytes of a SQLite file say (sqlite.org/fileformat2.html, section 1.3)."""

    page_size: int
    page_count: int
    application_id: int
    user_version: int


def read_header(location: Location) -> Header:
    """The header of an existing file; raises StoreError for what is no SQLite file, empty, a folder or unreadable."""
    path = location.path
    try:
        if path.is_dir():
            raise StoreError(
                "The store's path is a folder.", "Give the path of a file in it.", where=location.name, code="store_url"
            )
        with path.open("rb") as file:
            head = file.read(100)
    except OSError as error:
        raise _unreadable(location, error) from error
    if not head.strip(b"\0"):
        raise damaged(location, "The store's file is empty.")
    if len(head) < 100 or not head.startswith(_MAGIC):
        raise _foreign(location)
    page_size = int.from_bytes(head[16:18])
    return Header(
        page_size=65536 if page_size == 1 else page_size,
        page_count=int.from_bytes(head[28:32]),
        application_id=int.from_bytes(head[68:72]),
        user_version=int.from_bytes(head[60:64]),
    )


def require_store(location: Location, newest: int) -> Header:
    """The header of a file that is a store of version `newest` or older, may be written to and looks whole.

    Raises StoreError otherwise; the file isn't opened by SQLite before its header says that it is ours.
    """
    header = read_header(location)
    if header.application_id != APPLICATION_ID:
        raise _foreign(location)
    if header.user_version > newest:
        raise newer(location)
    path = location.path
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        raise StoreError(
            "The store can only be read here.",
            "Give yourself the right to write to the file and its folder, or move it to a folder of your own.",
            where=location.name,
            code="store_read_only",
        )
    if not _has_log(path) and path.stat().st_size < header.page_size * header.page_count:
        raise damaged(location, "The store's file is cut off.")
    if not _was_closed_clean(path):
        _check_pages(location)
    return header


def is_fit_as_it_is(location: Location, newest: int) -> bool:
    """Whether a file can be read without another look: a store of version `newest`, closed clean and untouched since.

    Raises StoreError for what `read_header` refuses.
    """
    header = read_header(location)
    return (
        header.application_id == APPLICATION_ID and header.user_version == newest and _was_closed_clean(location.path)
    )


def remember_clean_close(location: Location) -> None:
    """Note size and time of the closed file beside it; while they stay the same it needs no check when it is opened."""
    path = location.path
    # Only a shortcut: without the note the next start checks the file.
    with suppress(OSError):
        if not _has_log(path):
            _note_of(path).write_text(json.dumps(_fingerprint(path)), encoding="ascii")


def damaged(location: Location, title: str = "The store is damaged.") -> StoreError:
    """The error for a file that can't be trusted, naming the last good backup beside it."""
    from opendoors_desktop.store.backup_files import BACKUP_FOLDER

    folder = location.path.parent / BACKUP_FOLDER
    otherwise = f"No backup lies in {folder}: copy one you keep elsewhere into its place, or move it away."
    advice = f"{_PUT_BACK}{_offer(location) or otherwise}"
    return StoreError(title, advice, where=location.name, code="store_damaged")


def newer(location: Location) -> StoreError:
    """The error for a store that a later version of the program made."""
    advice = "Update this program, or open the store with the version that made it; it was left as it is."
    return StoreError(
        "The store was made by a newer version of OpenDoors Desktop.",
        f"{advice} {_offer(location)}".strip(),
        where=location.name,
        code="store_newer",
    )


def _offer(location: Location) -> str:
    """The sentence that offers the last good backup of a file; "" where there is none."""
    # Loaded when something is wrong: a store that is fit is read without.
    from opendoors_desktop.store.backup_files import BACKUP_FOLDER, last_backup, stem_of

    if location.dialect is Dialect.POSTGRES:
        return ""
    backup = last_backup(location.path.parent / BACKUP_FOLDER, stem_of(location))
    return "" if backup is None else f"“opendoors db restore” puts back the last backup, {backup.path}."


def _foreign(location: Location) -> StoreError:
    advice = "Give the path of a store, or of a file that isn't there yet; this one was left as it is."
    return StoreError(
        "This file is no store of OpenDoors Desktop.",
        f"{advice} {_offer(location)}".strip(),
        where=location.name,
        code="store_foreign",
    )


def _unreadable(location: Location, error: OSError) -> StoreError:
    return StoreError(
        "The store can't be read.",
        f"Check the file and your rights to it ({error.strerror or error}).",
        where=location.name,
        code="store_missing",
    )


def _check_pages(location: Location) -> None:
    """Raise StoreError when SQLite finds a page that makes no sense, within CHECK_SECONDS."""
    if _has_log(location.path):
        verdict = _ask_pages(location, "mode=ro")
    else:
        # Immutable, so that no file is made beside one that may be damaged; but then others must not write meanwhile.
        verdict = _ask_pages(location, "mode=ro&immutable=1")
        if verdict != "ok" and location.path.with_name(f"{location.path.name}-shm").exists():
            verdict = _ask_pages(location, "mode=ro")
    if verdict != "ok":
        raise damaged(location)


def _ask_pages(location: Location, how: str) -> str:
    uri = f"{location.path.as_uri()}?{how}"
    try:
        with (
            closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=WAIT_SECONDS)) as connection,
            _interrupted_after(connection, CHECK_SECONDS),
        ):
            return str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            return "ok"
        raise fault_of(error, location) or error from error
    except sqlite3.DatabaseError as error:
        return str(error)


@contextmanager
def _interrupted_after(connection: sqlite3.Connection, seconds: float) -> Iterator[None]:
    """End whatever the connection does in the block after so long; SQLite asks no progress handler within a check."""
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(seconds):
            connection.interrupt()

    thread = threading.Thread(target=watch, name="check", daemon=True)  # noqa: TID251  # only for as long as the check
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _has_log(path: Path) -> bool:
    """Whether a write-ahead log with content lies beside the file: it is in use, or was when the program died."""
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _was_closed_clean(path: Path) -> bool:
    try:
        return not _has_log(path) and json.loads(_note_of(path).read_text(encoding="ascii")) == _fingerprint(path)
    except (OSError, ValueError):
        return False


def _note_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-closed")


def _fingerprint(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]
