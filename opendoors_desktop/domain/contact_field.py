"""A workspace's own fields of a contact: their kinds, and how a value is read from text."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from opendoors_desktop.domain.cells import clean_text
from opendoors_desktop.domain.errors import InputError

CustomValue: TypeAlias = str | int | float | bool
"""What a contact's own field holds: text, a number, yes or no, or a day as `YYYY-MM-DD`."""

MAX_TEXT = 5_000
MAX_NAME = 60
_MAX_DIGITS = 15  # a float keeps so many; longer digits are a number's name, not a number


class FieldKind(StrEnum):
    """What a contact's own field may hold."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class ContactField:
    """A contact's own field: `name` for templates and files (custom.NAME), `label` for people.

    `fallback` stands in for the field in a template where it is empty ("" for none).
    """

    name: str
    label: str
    kind: FieldKind
    fallback: str = ""


class ValueFault(StrEnum):
    """Why a text is no value of a kind; the value is a stable word for programs."""

    TOO_LONG = "too_long"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_DATE = "not_a_date"
    AMBIGUOUS_DATE = "ambiguous_date"
    NOT_A_BOOLEAN = "not_a_boolean"

    @property
    def sentence(self) -> str:
        """What is wrong and what would be right, for a person."""
        return _SENTENCES[self]


_SENTENCES = {
    ValueFault.TOO_LONG: f"The text is longer than {MAX_TEXT:,} characters.",
    ValueFault.NOT_A_NUMBER: f"This is no number of up to {_MAX_DIGITS} digits; write it like 1234.5.",
    ValueFault.NOT_A_DATE: "This is no date; write it like 2026-10-31.",
    ValueFault.AMBIGUOUS_DATE: "Day and month can't be told apart here; write the date like 2026-10-31.",
    ValueFault.NOT_A_BOOLEAN: "This is neither yes nor no.",
}


@dataclass(frozen=True, slots=True)
class Notation:
    """How a column writes what can be read in two ways.

    `decimal` is the mark before the fraction ("." or ","); `day_first` says whether 3/4/2026 is in April (True), in
    March (False), or can't be told (None).
    """

    decimal: str = "."
    day_first: bool | None = None


def field_name(text: str) -> str:
    """The name a template can use for a field called `text`: lower case, words joined by underscores.

    Raises InputError when no letter is left to begin with.
    """
    name = re.sub(r"\W+", "_", text.casefold()).strip("_")[:MAX_NAME].strip("_")
    if not name.isidentifier():
        raise InputError(
            f"“{text}” can't be the name of a field.",
            "Begin it with a letter and use letters, digits and underscores.",
            where=text,
            code="bad_field_name",
        )
    return name


def read_value(kind: FieldKind, text: str, notation: Notation = Notation()) -> CustomValue | ValueFault:
    """The value of `kind` that a non-empty text says, or why it says none."""
    if kind is FieldKind.NUMBER:
        return _read_number(text, notation.decimal)
    if kind is FieldKind.DATE:
        return _read_date(text, notation.day_first)
    if kind is FieldKind.BOOLEAN:
        return _read_boolean(text)
    cleaned = clean_text(text)
    return cleaned if len(cleaned) <= MAX_TEXT else ValueFault.TOO_LONG


def told_notation(samples: list[str], delimiter: str) -> Notation:
    """The notation a column's first values tell.

    Where no number decides, a file parted by semicolons writes its fractions with a comma, as the spreadsheets of
    those countries do.
    """
    return Notation(_told_decimal(samples) or ("," if delimiter == ";" else "."), _told_order(samples))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_YES = _words("true t yes y 1 on x ✓ ✔ ja j wahr oui o vrai sí si verdadero sim s vero tak prawda ano igen da да evet")
_NO = _words("false f no n 0 off - ✗ ✘ nein falsch non faux falso não nao nee nie fałsz nej nei ne nem nu нет hayır")

_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([ '’.,])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d+)?")
_PLAIN = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)")

_ISO = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?:[T ]\d{1,2}[:.]\d{2}.*)?")
_NUMERIC = re.compile(r"(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?:[T ,]+\d{1,2}[:.]\d{2}.*)?")
_WORDED = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th|\.)?[ -]+)?([a-z]{3,9})\.?[ -]+(?:(\d{1,2})(?:st|nd|rd|th)?,?[ -]+)?(\d{4})"
)
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


def _read_number(text: str, decimal: str) -> int | float | ValueFault:
    bare = re.sub(r"[\s\xa0\u202f]", " ", text.strip()).replace("\u2212", "-")
    if not _GROUPED.fullmatch(bare) and not _PLAIN.fullmatch(bare):
        return ValueFault.NOT_A_NUMBER
    mark = _decimal_of(bare) or decimal
    digits = re.sub(rf"[^+\-0-9{mark}]", "", bare).replace(mark, ".")
    if sum(character.isdigit() for character in digits) > _MAX_DIGITS or digits.count(".") > 1:
        return ValueFault.NOT_A_NUMBER
    number = float(digits)
    return int(number) if "." not in digits else number


def _decimal_of(bare: str) -> str | None:
    """The mark before the fraction where the number itself tells it, else None ("1,234" may be either)."""
    last = max(bare.rfind("."), bare.rfind(","))
    if last < 0:
        return None
    mark = bare[last]
    other = "," if mark == "." else "."
    if bare.count(mark) > 1:
        return other
    if other in bare or " " in bare or "'" in bare or "’" in bare:
        return mark
    fraction = len(bare) - last - 1
    whole = last - (bare[0] in "+-")
    return None if fraction == 3 and 1 <= whole <= 3 and bare[:last].lstrip("+-") != "0" else mark


def _told_decimal(samples: list[str]) -> str | None:
    for text in samples:
        bare = text.strip()
        if (_GROUPED.fullmatch(bare) or _PLAIN.fullmatch(bare)) and (mark := _decimal_of(bare)):
            return mark
    return None


def _read_date(text: str, day_first: bool | None) -> str | ValueFault:
    bare = text.strip()
    if match := _ISO.fullmatch(bare):
        return _day(int(match[1]), int(match[3]), int(match[4]))
    if match := _NUMERIC.fullmatch(bare):
        return _numeric_date(int(match[1]), match[2], int(match[3]), match[4], day_first)
    if match := _WORDED.fullmatch(bare.casefold()):
        return _worded_date(match[1] or match[3], match[2], int(match[4]))
    return ValueFault.NOT_A_DATE


def _numeric_date(first: int, mark: str, second: int, year: str, day_first: bool | None) -> str | ValueFault:
    full_year = int(year) if len(year) == 4 else int(year) + (1900 if int(year) >= 70 else 2000)
    if mark == "." or first > 12 or first == second:
        return _day(full_year, second, first)
    if second > 12:
        return _day(full_year, first, second)
    if day_first is None:
        return ValueFault.AMBIGUOUS_DATE
    return _day(full_year, second, first) if day_first else _day(full_year, first, second)


def _worded_date(day: str | None, month: str, year: int) -> str | ValueFault:
    for number, name in enumerate(_MONTHS, 1):
        if day is not None and name.startswith(month):
            return _day(year, number, int(day))
    return ValueFault.NOT_A_DATE


def _day(year: int, month: int, day: int) -> str | ValueFault:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ValueFault.NOT_A_DATE


def _told_order(samples: list[str]) -> bool | None:
    """True when a value shows the day first, False for the month first, None when none shows or they disagree."""
    matches = [match for text in samples if (match := _NUMERIC.fullmatch(text.strip()))]
    shows_day_first = any(int(match[1]) > 12 for match in matches)
    shows_month_first = any(int(match[3]) > 12 for match in matches)
    return shows_day_first if shows_day_first != shows_month_first else None


def _read_boolean(text: str) -> bool | ValueFault:
    word = text.strip().casefold()
    if word in _YES:
        return True
    return False if word in _NO else ValueFault.NOT_A_BOOLEAN
