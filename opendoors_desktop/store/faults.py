"""Turns what a database driver raises into StoreErrors that say what is wrong, where, and what to do."""

import sqlite3
from typing import NamedTuple

from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.store.location import Location


class _Words(NamedTuple):
    code: str
    title: str
    advice: str


_BUSY = _Words(
    "store_busy",
    "Another program is using the store.",
    "Wait until it is done, or close it, and try again; nothing was changed.",
)
_FULL = _Words(
    "store_full", "The disk of the store is full.", "Make room on the disk and try again; nothing was changed."
)
_READ_ONLY = _Words(
    "store_read_only",
    "The store can only be read here.",
    "Give yourself the right to write to the file and its folder, or move the store to a folder of your own.",
)
_DAMAGED = _Words(
    "store_damaged",
    "The store is damaged.",
    "The file was left as it is. “opendoors db restore” puts back the last backup from the folder “backups” beside it.",
)
_DISK = _Words(
    "store_disk",
    "The disk of the store gave an error.",
    "Check the disk, then start again; what was not confirmed was not written.",
)
_MISSING = _Words(
    "store_missing",
    "The store can't be opened.",
    "Check that the file and its folder are there and may be read.",
)
_AWAY = _Words(
    "store_away",
    "The database can't be reached.",
    "Check that its server runs and that the network is up; the program goes on by itself when it answers.",
)
_DENIED = _Words(
    "store_denied",
    "The database refuses this user.",
    "Check the user's name and password, and ask the owner of the database for the rights.",
)
_ADDRESS = _Words(
    "store_url", "The address of the database can't be read.", "Write it like postgresql://user@host:5432/database."
)
_NO_DATABASE = _Words(
    "store_missing", "There is no such database on the server.", "Check the name, or create the database first."
)

_SQLITE = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_IOERR: _DISK,
    sqlite3.SQLITE_CANTOPEN: _MISSING,
}
_POSTGRES_CLASSES = {
    "08": _AWAY,
    "57": _AWAY,
    "28": _DENIED,
    "3F": _DENIED,
    "3D": _NO_DATABASE,
    "55": _BUSY,
    "40": _BUSY,
    "58": _DISK,
    "XX": _DAMAGED,
}
_POSTGRES_STATES = {
    "42501": _DENIED,
    "53100": _FULL,
    "53300": _AWAY,
    "25006": _READ_ONLY,
    "25P03": _AWAY,
    "25P04": _AWAY,
}
_CONNECT_TEXTS = (
    ("password authentication failed", _DENIED),
    ("no password supplied", _DENIED),
    ("no pg_hba.conf entry", _DENIED),
    ("permission denied for database", _DENIED),
    ("does not exist", _NO_DATABASE),
    ("Servname not supported", _ADDRESS),  # the port is a word
    ("invalid port number", _ADDRESS),
    ("invalid integer value", _ADDRESS),
)


def fault_of(error: BaseException, location: Location) -> StoreError | None:
    """The StoreError behind a driver's error; None where it is no fault of the world but a bug or a broken rule."""
    if isinstance(error, sqlite3.Error):
        words = _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    else:
        cause = getattr(error, "orig", None)
        if isinstance(cause, BaseException):
            return fault_of(cause, location)
        words = _postgres_words(error)
    if words is None:
        return None
    return StoreError(words.title, words.advice, where=location.name, code=words.code)


def _postgres_words(error: BaseException) -> _Words | None:
    if type(error).__module__.partition(".")[0] != "psycopg":
        return None
    state = getattr(error, "sqlstate", None)
    if state:
        return _POSTGRES_STATES.get(state) or _POSTGRES_CLASSES.get(state[:2])
    if not any(base.__name__ == "OperationalError" for base in type(error).__mro__):
        return None
    text = str(error)
    return next((words for part, words in _CONNECT_TEXTS if part in text), _AWAY)


def is_busy(error: BaseException) -> bool:
    """Whether SQLite says that another connection holds the file."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return isinstance(error, sqlite3.OperationalError) and code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def broken_rule(error: BaseException) -> str | None:
    """What a row broke, if the store refused it for a rule of its own: a constraint's name, or SQLite's words for it.

    Postgres names the constraint or unique index; SQLite gives the columns (`table.column, …`) of a unique key and the
    name of a check. None for any other error. Errors that come by way of the ORM are looked through.
    """
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, sqlite3.IntegrityError):
        return str(cause).partition(": ")[2] or str(cause)
    if str(getattr(cause, "sqlstate", "")).startswith("23"):
        return getattr(getattr(cause, "diag", None), "constraint_name", None) or str(cause)
    return None
