"""A row of a file becomes a ContactDraft, or a RowProblem that says what is wrong with it and where."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from opendoors_desktop.domain.address import AddressFault, parse_address
from opendoors_desktop.domain.cells import clean_line, clean_text, is_unclean, unguard_formula
from opendoors_desktop.domain.contact import (
    CUSTOM,
    MAX_LENGTHS,
    TEXT_FIELDS,
    ContactDraft,
    clean_tag,
    join_tags,
    split_name,
)
from opendoors_desktop.domain.contact_field import CustomValue, Notation, ValueFault, read_value
from opendoors_desktop.domain.import_columns import Column, ColumnPlan

_SHOWN = 60  # characters of a value that a message repeats
_MAX_EMAIL_CELL = 1_000
_REMEMBERED = 10_000
_SEPARATORS = re.compile("[,;|\n]")
_LEFT_OUT = "The row was left out."


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row: `line` of the file where the row begins, from 1; `column` by its name, or None for all.

    `code` is a stable word for programs, `message` a sentence for a person that says what became of the row.
    """

    line: int
    column: str | None
    code: str
    message: str


class ReadRow(NamedTuple):
    """What a row gave: a draft, or None for a row that is left out; and what is wrong in either case."""

    draft: ContactDraft | None
    problems: Sequence[RowProblem] = ()


class _TextColumn(NamedTuple):
    place: int
    field: str
    limit: int
    name: str


class RowReader:
    """Reads the rows of one file by one plan.

    `find_zone` gives the zone that a text names, in its right spelling, or None.
    """

    def __init__(self, plan: ColumnPlan, find_zone: Callable[[str], str | None]) -> None:
        email = plan.column_of("email")
        assert email is not None
        self._width = len(plan.columns)
        self._email = email
        self._texts = tuple(
            _TextColumn(column.index, column.field, MAX_LENGTHS[column.field], column.name)
            for column in plan.columns
            if column.field in TEXT_FIELDS
        )
        self._whole_name = plan.column_of("full_name")
        self._tags = plan.column_of("tags")
        self._own = tuple(
            (column, column.field.removeprefix(CUSTOM))
            for column in plan.columns
            if column.field and column.field.startswith(CUSTOM)
        )
        self._plan = plan
        self._find_zone = find_zone
        self._tags_read: dict[str, tuple[str, ...]] = {}

    def read(self, line: int, cells: Sequence[str]) -> ReadRow:
        """The draft of a row that begins in `line`; values that can't be used are named, or leave the row out."""
        problems: list[RowProblem] = []
        if len(cells) != self._width:
            fitted = self._fit(line, cells, problems)
            if fitted is None:
                return ReadRow(None, problems)
            cells = fitted
        whole = "".join(cells)
        unclean = is_unclean(whole)
        if unclean and (damaged := self._damaged(line, cells)):
            return ReadRow(None, [damaged])
        values: dict[str, str] = {}
        for index, field, limit, name in self._texts:
            if text := cells[index]:
                if text[0] == "'":
                    text = unguard_formula(text)
                text = clean_line(text) if unclean else text.strip()
                if len(text) > limit:
                    return ReadRow(None, [_too_long(line, name, len(text), limit)])
                values[field] = text
        return self._finish(line, cells, values, problems)

    def _finish(self, line: int, cells: Sequence[str], values: dict[str, str], problems: list[RowProblem]) -> ReadRow:
        text = cells[self._email.index]
        if text[:1] == "'":
            text = unguard_formula(text)
        address = parse_address(text) if len(text) <= _MAX_EMAIL_CELL else AddressFault.TOO_LONG
        if isinstance(address, AddressFault):
            return ReadRow(None, [_bad_address(line, self._email.name, text, address)])
        if zone := values.get("time_zone"):
            values["time_zone"] = self._zone(line, zone, problems)
        if self._whole_name and (fault := self._add_name(line, cells[self._whole_name.index], values)):
            return ReadRow(None, [fault])
        tags = self._read_tags(cells[self._tags.index]) if self._tags else ()
        custom = self._read_own(line, cells, problems) if self._own else {}
        if isinstance(custom, RowProblem):
            return ReadRow(None, [custom])
        return ReadRow(ContactDraft(email=address, tags=tags, custom=custom, **values), problems)

    def _fit(self, line: int, cells: Sequence[str], problems: list[RowProblem]) -> Sequence[str] | None:
        """The cells of a row of another width than the header's; None when values may stand in wrong columns."""
        count = len(cells)
        if count < self._width:
            message = f"The row has {count} values for {self._width} columns; those at its end were taken as empty."
            problems.append(RowProblem(line, None, "short_row", message))
            return [*cells, *[""] * (self._width - count)]
        if not any(map(str.strip, cells[self._width :])):
            return cells[: self._width]
        message = (
            f"The row has {count} values for {self._width} columns, so they may stand in the wrong ones; put quotes "
            f"round a value that holds the separator. {_LEFT_OUT}"
        )
        problems.append(RowProblem(line, None, "long_row", message))
        return None

    def _damaged(self, line: int, cells: Sequence[str]) -> RowProblem | None:
        """Bytes that the file's encoding doesn't know come as half characters (PEP 383)."""
        for column in self._plan.columns:
            if any("\udc80" <= character <= "\udcff" for character in cells[column.index]):
                message = f"The text has bytes that are not in the file's encoding. {_LEFT_OUT}"
                return RowProblem(line, column.name, "undecodable", message)
        return None

    def _zone(self, line: int, text: str, problems: list[RowProblem]) -> str:
        known = self._find_zone(text)
        if known is None:
            column = self._plan.column_of("time_zone")
            message = f"There is no time zone “{_shown(text)}”; write it like Europe/Paris. The zone was left empty."
            problems.append(RowProblem(line, column.name if column else None, "unknown_zone", message))
        return known or ""

    def _add_name(self, line: int, cell: str, values: dict[str, str]) -> RowProblem | None:
        """First and last name from a whole one, where the row doesn't say them by themselves."""
        if values.get("first_name") or values.get("last_name"):
            return None
        text = clean_line(unguard_formula(cell))
        if len(text) > MAX_LENGTHS["last_name"]:
            column = self._plan.column_of("full_name")
            return _too_long(line, column.name if column else "", len(text), MAX_LENGTHS["last_name"])
        values["first_name"], values["last_name"] = split_name(text)
        return None

    def _read_tags(self, cell: str) -> tuple[str, ...]:
        """The tags in a cell; most files have few different ones, so they are remembered."""
        tags = self._tags_read.get(cell)
        if tags is None:
            tags = join_tags(
                (), (clean_tag(unguard_formula(tag.strip())) for tag in _SEPARATORS.split(clean_text(cell)))
            )
            if len(self._tags_read) < _REMEMBERED:
                self._tags_read[cell] = tags
        return tags

    def _read_own(
        self, line: int, cells: Sequence[str], problems: list[RowProblem]
    ) -> dict[str, CustomValue] | RowProblem:
        own: dict[str, CustomValue] = {}
        for column, name in self._own:
            text = unguard_formula(cells[column.index])
            if not text.strip():
                continue
            value = read_value(self._plan.kinds[name], text, self._plan.notations.get(name, Notation()))
            if value is ValueFault.TOO_LONG:
                return RowProblem(line, column.name, value, f"{value.sentence} {_LEFT_OUT}")
            if isinstance(value, ValueFault):
                problems.append(_bad_value(line, column, text, value))
            elif value != "":
                own[name] = value
        return own


def _bad_address(line: int, column: str, text: str, fault: AddressFault) -> RowProblem:
    quoted = f"“{_shown(text)}”: " if text.strip() else ""
    return RowProblem(line, column, fault.value, f"{quoted}{fault.sentence} {_LEFT_OUT}")


def _bad_value(line: int, column: Column, text: str, fault: ValueFault) -> RowProblem:
    return RowProblem(line, column.name, fault.value, f"“{_shown(text)}”: {fault.sentence} The field was left empty.")


def _too_long(line: int, column: str, length: int, limit: int) -> RowProblem:
    return RowProblem(line, column, "too_long", f"The text has {length:,} characters; {limit:,} fit. {_LEFT_OUT}")


def _shown(text: str) -> str:
    cleaned = clean_line(text[: _SHOWN * 2])
    return cleaned if len(cleaned) <= _SHOWN else f"{cleaned[: _SHOWN - 1]}…"
