"""The one place where the command line prints: results on standard output, everything else on standard error."""

import json
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from itertools import islice
from pathlib import PurePath
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from opendoors_desktop.domain.errors import OpenDoorsError

T = TypeVar("T")
Columns = Mapping[str, Callable[[T], object]]
"""The columns of a table: what stands over each, and what it shows of an item."""

PAGE = 200
"""So many lines of a table are looked at for the width of its columns."""

WIDEST = 60
"""Characters of a cell that is followed by another; the rest is cut off."""


class Status(IntEnum):
    """What the exit status of a command says."""

    DONE = 0
    IN_PART = 1
    BAD_INPUT = 2
    STORE = 3
    UNREACHABLE = 4
    BUG = 70
    INTERRUPTED = 130


def plain(value: object) -> Any:
    """A value as JSON knows it: instants in RFC 3339 and UTC, lengths of time in seconds, values as objects.

    Raises TypeError for what has no such form.
    """
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, UUID | ZoneInfo | PurePath):
        return str(value)
    return _plain_members(value)


def _plain_members(value: object) -> Any:
    if isinstance(value, Mapping):
        return {str(name): plain(member) for name, member in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(member) for member in value)
    if isinstance(value, Iterable) and not isinstance(value, bytes):
        return [plain(member) for member in value]
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def print_json(value: object) -> None:
    """A value as one line of JSON on standard output."""
    print(json.dumps(plain(value), ensure_ascii=False), flush=True)


def print_lines(lines: Iterable[str]) -> None:
    """Lines for a person, on standard output."""
    for line in lines:
        print(line, flush=True)


def table(items: Iterable[T], columns: Columns[T]) -> Iterator[str]:
    """The lines of a table, its headings first; nothing where there are no items.

    Widths are those of the first page and grow with later ones, so that a long list comes as it is read.
    """
    stream = iter(items)
    widths = [_width(heading) for heading in columns]
    is_first = True
    while page := list(islice(stream, PAGE)):
        rows = [[_cell(show(item)) for show in columns.values()] for item in page]
        widths = [max(width, *(_width(row[place]) for row in rows)) for place, width in enumerate(widths)]
        if is_first:
            yield _line([heading.upper() for heading in columns], widths)
            is_first = False
        for row in rows:
            yield _line(row, widths)


def details(values: Mapping[str, object]) -> Iterator[str]:
    """One line for each named value, the names in a column; empty values are left out."""
    shown = {name: told(value) for name, value in values.items()}
    width = max((len(name) for name in shown), default=0)
    for name, text in shown.items():
        if text:
            first, *more = text.splitlines()
            yield f"{name:<{width}}  {first}"
            yield from (f"{'':<{width}}  {line}" for line in more)


def told(value: object) -> str:
    """A value as a person reads it; what others wrote comes without characters that steer a terminal."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(told(member) for member in value)
    return harmless(str(plain(value)))


def harmless(text: str) -> str:
    """The text with its line ends and letters, and a blank for each other control or direction character."""
    return "".join(" " if _steers(character) else character for character in text)


def _steers(character: str) -> bool:
    return character != "\n" and unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _cell(value: object) -> str:
    return " ".join(told(value).split())


def _width(text: str) -> int:
    """How many places a terminal gives to the text; letters of East Asia take two, marks none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    last = len(cells) - 1
    parts = [cell if place == last else _fitted(cell, min(widths[place], WIDEST)) for place, cell in enumerate(cells)]
    return "  ".join(parts).rstrip()


def _fitted(cell: str, width: int) -> str:
    while _width(cell) > width:
        cell = cell[:-2] + "…"
    return cell + " " * (width - _width(cell))


def tell(sentence: str) -> None:
    """Say something to a person, on standard error."""
    print(harmless(sentence), file=sys.stderr, flush=True)


def tell_error(error: OpenDoorsError, *, as_json: bool) -> None:
    """Say what went wrong and what to do next, on standard error; as JSON for a program."""
    if as_json:
        tell_fault(error.code, error.title, error.advice, error.where)
        return
    names_its_place = not error.where or error.advice.startswith(f"{error.where}:")
    tell(error.title if names_its_place else f"{error.where}: {error.title}")
    if error.advice:
        tell(error.advice)


def tell_fault(code: str, title: str, advice: str = "", where: str = "") -> None:
    """An error as the one JSON object a program reads on standard error."""
    print(json.dumps({"error": fault(code, title, advice, where)}, ensure_ascii=False), file=sys.stderr, flush=True)


def fault(code: str, title: str, advice: str = "", where: str = "") -> dict[str, str]:
    """An error, or why one of many was left out, as programs read it."""
    return {"code": code, "title": title, "advice": advice, "where": where}
