"""Reads a JSON value from outside and collects every fault with its path, instead of stopping at the first.

Paths are written as in `$.steps[2].conditions` (JSONPath, RFC 9535, in its short form).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

from opendoors_desktop.domain.errors import InputError

E = TypeVar("E", bound=StrEnum)

_SHOWN = 60
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class JsonFault:
    """One thing that is wrong: where, and what would be right."""

    path: str
    reason: str


class BadJson(InputError):
    """A JSON value that can't be used; `faults` holds everything that is wrong with it, in reading order."""

    code = "bad_json"

    def __init__(self, what: str, faults: Iterable[JsonFault]) -> None:
        self.faults = tuple(faults)
        count = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        lines = [f"{fault.path}: {fault.reason}" for fault in self.faults]
        super().__init__(f"{what}: {count}.", "\n".join(lines), where=self.faults[0].path)


def shown(value: object) -> str:
    """A value as a fault quotes it: JSON's own words, and not too long."""
    words = {True: "true", False: "false", None: "null"}
    if value is None or isinstance(value, bool):
        return words[value]
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = f"“{value}”" if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def read_date(text: str) -> date | None:
    """The day that a text of the form YYYY-MM-DD names, None where it names none."""
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


class JsonObject:
    """One JSON object that is being read: members are taken by name, faults go to a shared list.

    Every `get` method gives the member, or the default where it is missing, null or faulty. `close` then reports the
    members nobody asked for.
    """

    def __init__(self, value: object, path: str, faults: list[JsonFault]) -> None:
        self.path = path
        self.faults = faults
        self.is_object = isinstance(value, dict)
        self._members: dict[str, Any] = value if isinstance(value, dict) else {}
        self._asked: set[str] = set()
        if not self.is_object:
            self.fault("", f"this must be an object, not {shown(value)}")

    def at(self, name: str) -> str:
        """The path of a member; of the object itself for an empty name."""
        return f"{self.path}.{name}" if name else self.path

    def fault(self, name: str, reason: str) -> None:
        """Put down that a member (or, with an empty name, the object) is wrong."""
        self.faults.append(JsonFault(self.at(name), reason))

    def has(self, name: str) -> bool:
        """Whether the member is there and not null."""
        return self.raw(name) is not None

    def is_null(self, name: str) -> bool:
        """Whether the member is there and says null."""
        return name in self._members and self.raw(name) is None

    def raw(self, name: str) -> Any:
        """The member as it is; None where it is missing."""
        self._asked.add(name)
        return self._members.get(name)

    def require(self, name: str, what: str) -> bool:
        """Whether the member is there; puts down a fault where it isn't."""
        if not self.has(name) and self.is_object:
            self.fault(name, f"missing: {what}")
        return self.has(name)

    def get_text(self, name: str, longest: int, default: str | None = None) -> str | None:
        """A text of at most `longest` characters, without NUL."""
        value = self.raw(name)
        if value is None:
            return default
        if not isinstance(value, str):
            self.fault(name, f"this must be a text, not {shown(value)}")
        elif len(value) > longest:
            self.fault(name, f"{len(value):,} characters; at most {longest:,} are allowed")
        elif "\0" in value:
            self.fault(name, "a text can't hold the character NUL")
        else:
            return value
        return default

    def get_flag(self, name: str, default: bool) -> bool:
        """True or false."""
        value = self.raw(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.fault(name, f"this must be true or false, not {shown(value)}")
        return default

    def get_whole(self, name: str, least: int, most: int, default: int | None = None) -> int | None:
        """A whole number from `least` to `most`."""
        value = self.raw(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault(name, f"this must be a whole number, not {shown(value)}")
        elif not least <= value <= most:
            self.fault(name, f"{shown(value)} is not between {least} and {most:,}")
        else:
            return value
        return default

    def get_choice(self, name: str, kind: type[E], default: E | None = None) -> E | None:
        """One of the words of an enum."""
        value = self.raw(name)
        if value is None:
            return default
        for word in kind:
            if word.value == value:
                return word
        self.fault(name, f"{shown(value)} is none of {', '.join(kind)}")
        return default

    def get_list(self, name: str, longest: int) -> list[tuple[str, Any]]:
        """The items of a list, each with its path; at most `longest` of them."""
        value = self.raw(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(name, f"this must be a list, not {shown(value)}")
            return []
        if len(value) > longest:
            self.fault(name, f"{len(value):,} items; at most {longest:,} are allowed")
        return [(f"{self.at(name)}[{index}]", item) for index, item in enumerate(value[:longest])]

    def get_texts(self, name: str, longest: int, each: int) -> tuple[str, ...]:
        """A list of texts that are not empty, each of at most `each` characters."""
        found = []
        for path, item in self.get_list(name, longest):
            if isinstance(item, str) and item.strip() and len(item) <= each and "\0" not in item:
                found.append(item)
            else:
                self.faults.append(JsonFault(path, f"this must be a text of 1 to {each} characters, not {shown(item)}"))
        return tuple(found)

    def get_date(self, name: str) -> date | None:
        """A day as YYYY-MM-DD."""
        text = self.get_text(name, 100)
        if text is None:
            return None
        found = read_date(text)
        if found is None:
            self.fault(name, f"this must be a day like 2026-10-31, not {shown(text)}")
        return found

    def get_time(self, name: str) -> time | None:
        """A wall-clock time as HH:MM."""
        text = self.get_text(name, 100)
        if text is None:
            return None
        match = _TIME.fullmatch(text)
        if match is None:
            self.fault(name, f"this must be a time like 09:30, not {shown(text)}")
        return None if match is None else time(int(match[1]), int(match[2]))

    def close(self) -> None:
        """Report the members that mean nothing here."""
        for name in self._members:
            if name not in self._asked:
                short = str(name)[:_SHOWN]
                near = get_close_matches(short, self._asked, 1)
                hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(self._asked))}"
                self.faults.append(JsonFault(self.at(short), f"nothing of this name is known here; {hint}"))
