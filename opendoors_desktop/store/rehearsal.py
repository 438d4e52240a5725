"""Remembers contacts as a dry run would have made them, on disk, so that a million fit, and leaves nothing behind."""

import sqlite3
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self

import msgspec

from opendoors_desktop.domain.address import address_key
from opendoors_desktop.domain.contact import Contact
from opendoors_desktop.store.types import json_text


class Rehearsal:
    """Contacts by normalised address, in a temporary file that SQLite itself removes; a context manager."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, contact BLOB NOT NULL) WITHOUT ROWID")
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(Contact).decode

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def find(self, keys: Sequence[str]) -> dict[str, Contact]:
        """The remembered contacts of these normalised addresses."""
        rows = self._connection.execute(
            "SELECT key, contact FROM seen WHERE key IN (SELECT value FROM json_each(?))", [json_text(list(keys))]
        )
        return {key: self._decode(raw) for key, raw in rows}

    def keep(self, contacts: Iterable[Contact]) -> None:
        """Remember contacts as they would be now."""
        self._connection.execute("BEGIN")
        self._connection.executemany(
            "INSERT INTO seen (key, contact) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET contact = excluded.contact",
            [(address_key(contact.email), self._encode(contact)) for contact in contacts],
        )
        self._connection.execute("COMMIT")
