"""Copies a whole store from a SQLite file to Postgres or back: row by row, resumable, compared at its end."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.errors import NotPossible, StoreError
from opendoors_desktop.store.faults import fault_of
from opendoors_desktop.store.identity import Doubt
from opendoors_desktop.store.location import Dialect, Location
from opendoors_desktop.store.transfer_ends import FIRST, End, PostgresEnd, Row, SqliteEnd, Table, list_tables
from opendoors_desktop.store.types import EPOCH, NIL

Tell = Callable[[str, int, int], object]
"""Told after each page of rows: the table, how many of its rows are there, and of how many."""

_BATCH: Final = 1 << 128


@dataclass(frozen=True, slots=True)
class Ends:
    """What is copied from and to, both open; `tables` in the order they are copied in."""

    source: End
    target: End
    tables: Sequence[Table]


def open_ends(source: Location, target: Location) -> Ends:
    """Open a SQLite store and a Postgres store of one revision, whichever is the source; raises StoreError."""
    file, database = (source, target) if source.dialect is Dialect.SQLITE else (target, source)
    with closing(sqlite3.connect(f"{file.path.as_uri()}?mode=rw", uri=True)) as connection:
        tables = list_tables(connection)
    postgres = PostgresEnd(database, writes=database is target)
    try:
        if database is target and not postgres.lock():
            raise NotPossible("Another program fills this database.", "Wait until it is done.", where=target.name)
        sqlite = SqliteEnd(file, postgres.kinds, writes=file is target)
    except BaseException:
        postgres.close()
        raise
    return Ends(sqlite, postgres, tables) if file is source else Ends(postgres, sqlite, tables)


def fill(ends: Ends, tell: Tell = lambda *_: None) -> dict[str, int]:
    """Copy what isn't in the target yet, a page of rows a commit, and compare all of it; gives the rows of each table.

    A target half-filled from another source, or from this one before it was changed, is emptied first. While it is
    filled it says so itself, and can't be opened as a store (`Doubt.MOVING`). Raises StoreError where a row doesn't
    fit, NotPossible where the target holds anything else.
    """
    _require_ready(ends)
    is_begun = bool(ends.target.count(_named(ends, FIRST[0])))
    if is_begun and not _is_same_source(ends):
        empty(ends)
        is_begun = False
    if not is_begun:
        _begin(ends)
    for table in ends.tables:
        if table.name not in FIRST:
            _copy(ends, table, tell)
    return _compare(ends)


def finish(ends: Ends, doubt: Doubt | None, now: datetime, spare_id: UUID = NIL) -> None:
    """Make the filled target a store again: in doubt, with sending off on every machine, or (None) as the source is.

    It keeps the key of the source, so that whichever of the two sends first makes the other doubted; one that has none
    yet gives its copy `spare_id`.
    """
    target = ends.target
    identity = _named(ends, FIRST[0])
    before = list(ends.source.read(identity))
    target.run("DELETE FROM store_identity")
    if doubt is not None:
        before = before or [_blank(identity, spare_id)]
        before = [_with(identity, row, doubt=doubt.value, doubted_at=now) for row in before]
        target.run("UPDATE machines SET sending_is_on = (1 = 0)")
    target.write(identity, before)
    target.commit()


def empty(ends: Ends) -> None:
    """Take out all that an earlier transfer put in."""
    for table in reversed(ends.tables):
        ends.target.run(f'DELETE FROM "{table.name}"')
    ends.target.commit()


def is_unchanged(ends: Ends, source: Location) -> bool:
    """Whether nothing was written into the source since it was opened for the transfer."""
    fresh = open_ends_again(ends, source)
    try:
        return all(list(fresh.read(_named(ends, name))) == list(ends.source.read(_named(ends, name))) for name in FIRST)
    finally:
        fresh.close()


def open_ends_again(ends: Ends, source: Location) -> End:
    """The source as it is now, beside the state of it that is copied."""
    if isinstance(ends.source, PostgresEnd):
        return PostgresEnd(source, writes=False)
    return SqliteEnd(source, ends.source.kinds, writes=False)


def _require_ready(ends: Ends) -> None:
    """Raise NotPossible unless the target is empty, or half-filled by a transfer before."""
    found = list(ends.target.read(_named(ends, FIRST[0])))
    if found and _field(ends, found[0], "doubt") == Doubt.MOVING.value:
        return
    held = next((table.name for table in ends.tables if ends.target.count(table)), None)
    if held is not None:
        raise NotPossible(
            "The target holds data of its own.",
            "Give an empty database, or the path of a file that isn't there yet; nothing was changed.",
            where=held,
            code="target_in_use",
        )


def _is_same_source(ends: Ends) -> bool:
    """Whether the target was begun from this source, which hasn't changed since."""
    changes = _named(ends, FIRST[1])
    return _mark(ends) == list(ends.target.read(_named(ends, FIRST[0]))) and sorted(
        ends.source.read(changes)
    ) == sorted(ends.target.read(changes))


def _mark(ends: Ends) -> list[Row]:
    """The identity of the source, as the target bears it while it is filled."""
    identity = _named(ends, FIRST[0])
    own = list(ends.source.read(identity)) or [_blank(identity, NIL)]
    return [_with(identity, own[0], doubt=Doubt.MOVING.value, doubted_at=None)]


def _blank(identity: Table, key: UUID) -> Row:
    """The identity of a store that no machine has looked at yet."""
    blank = {"single_row": 1, "id": key, "machine_id": "", "sending_counter": 0, "created_at": EPOCH}
    return tuple(blank.get(column) for column in identity.columns)


def _begin(ends: Ends) -> None:
    ends.target.write(_named(ends, FIRST[0]), _mark(ends))
    changes = _named(ends, FIRST[1])
    ends.target.write(changes, list(ends.source.read(changes)))
    ends.target.commit()


def _copy(ends: Ends, table: Table, tell: Tell) -> None:
    there, of = ends.target.count(table), ends.source.count(table)
    for page in ends.source.pages(table, there):
        try:
            ends.target.write(table, page)
            ends.target.commit()
        except Exception as error:
            raise _unfit(table, error) from error
        there += len(page)
        tell(table.name, there, of)


def _unfit(table: Table, error: Exception) -> Exception:
    """What to say of a page that the target refused; a fault of the world as it is told everywhere."""
    known = fault_of(error, Location(Dialect.SQLITE, "", table.name))
    if known is not None:
        return known
    first = str(error).partition("\n")[0]
    return StoreError(
        f"A row of {table.name} doesn't fit into the target.",
        f"It says: {first}. Mend that row in the source, and move again: what was copied is kept.",
        where=table.name,
        code="move_failed",
    )


def _compare(ends: Ends) -> dict[str, int]:
    """Count and compare the rows of every table; raises StoreError where one differs, the target emptied."""
    counted: dict[str, int] = {}
    for table in ends.tables:
        if table.name == FIRST[0]:
            continue
        theirs, ours = (digest(end, table) for end in (ends.source, ends.target))
        if theirs != ours:
            with suppress(Exception):
                empty(ends)
            raise StoreError(
                f"The rows of {table.name} aren't the same in the target ({theirs[0]} and {ours[0]}).",
                "Close every program that works with either store, and move again; the source is untouched.",
                where=table.name,
                code="move_failed",
            )
        counted[table.name] = ours[0]
    if isinstance(ends.target, SqliteEnd) and ends.target.run("PRAGMA foreign_key_check"):
        raise StoreError(
            "The copy has rows that refer to nothing.",
            "“opendoors db check” on the source lists them; it is untouched.",
            code="move_failed",
        )
    return counted


def digest(end: End, table: Table) -> tuple[int, int]:
    """How many rows a table has and what their contents come to, whatever their order."""
    plain = [end.kinds[table.name][column].plain for column in table.columns]
    number = total = 0
    for row in end.read(table):
        text = repr([None if value is None else form(value) for form, value in zip(plain, row, strict=True)])
        total += int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest())
        number += 1
    return number, total % _BATCH


def _named(ends: Ends, name: str) -> Table:
    return next(table for table in ends.tables if table.name == name)


def _field(ends: Ends, row: Row, column: str) -> object:
    return dict(zip(_named(ends, FIRST[0]).columns, row, strict=True))[column]


def _with(table: Table, row: Row, **values: object) -> Row:
    named: Iterable[tuple[str, object]] = zip(table.columns, row, strict=True)
    return tuple(values.get(column, value) for column, value in named)
