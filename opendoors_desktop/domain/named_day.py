"""The day that a text names: until when somebody is away, or when they want to hear again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from opendoors_desktop.domain.calendar_words import (
    MONTHS,
    NEXT_DAY,
    NEXT_MONTH,
    NEXT_WEEK,
    NEXT_YEAR,
    NUMBERS,
    QUARTER_WORDS,
    UNITS,
    WEEKDAYS,
)
from opendoors_desktop.domain.server_wordings import plain

LONGEST_READ: Final = 6000
_YEARS: Final = range(1970, 2200)
FURTHEST: Final = timedelta(days=560)
JUST_OVER: Final = timedelta(days=7)
"""How long ago a day without a year may be before it means that of the next year."""


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day, and the words that name it."""

    on: date
    words: str


@dataclass(frozen=True, slots=True)
class _Found:
    on: date
    at: int
    end: int
    is_loose: bool = False  # figures that may be no date at all ("3.11")


def _words(table: object) -> str:
    return "|".join(sorted(map(re.escape, table), key=len, reverse=True))  # type: ignore[call-overload]


_MONTH = _words(MONTHS)
_ORDINAL = r"(?:st|nd|rd|th|er|o|ª|º|\.)?"
_OF = r"(?:\s*(?:of|de|del|di|den|,)?\s*|[-/])"
_YEAR = r"(?:[,.]?\s*(?:de |del )?((?:19|20)\d\d|'\d\d)(?!\d))?"
_FORMS: Final = (
    ("ymd", re.compile(r"(?<!\d)(20\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")),
    ("dmy", re.compile(r"(?<![\d.])(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?((?:19|20)?\d\d)(?!\d)")),
    ("named", re.compile(rf"(?<!\d)(\d{{1,2}}){_ORDINAL}{_OF}({_MONTH})\b\.?{_YEAR}")),
    ("american", re.compile(rf"\b({_MONTH})\b\.?\s*(?:the )?(\d{{1,2}})(?:st|nd|rd|th)?(?![\d:.]*\d){_YEAR}")),
    ("dm", re.compile(r"(?<![\d./])(\d{1,2})([./])\s?(\d{1,2})(?!\.\d)(?:\.|(?![\d/]))(?!\d)")),
    ("md", re.compile(r"(?<!\d)(\d{1,2})月(\d{1,2})")),
)
_WEEKDAY = re.compile(rf"\b({_words(WEEKDAYS)})\b")
_RELATIVE = re.compile(
    rf"\b(?:({_words(NEXT_DAY)})|({_words(NEXT_WEEK)})|({_words(NEXT_MONTH)})|({_words(NEXT_YEAR)}))(?!\w)"
)
_SPAN = re.compile(
    rf"\b(?:in|for|after|dans|apres|pendant|en|dentro de|despues de|tra|fra|fra|dopo|per|daqui a|em|"
    rf"over|za|om|na|nach|fur|efter|через)"
    rf"\s+(?:about |ca\.? |etwa |the next |circa )?(\d{{1,2}}|{_words(NUMBERS)})\s+({_words(UNITS)})\b"
)
_QUARTER = re.compile(
    rf"\b(?:q([1-4])|([1-4])(?:st|nd|rd|th|\.|er|o|e|:e)?\s*(?:{QUARTER_WORDS}))(?:\s*/?\s*(20\d\d))?"
)
_MONTH_ALONE = re.compile(
    rf"\b(?:in|im|until|till|bis|en|au mois de|in|a|em|w|i|after|nach|apres|ab|from|od|des|a partir de|"
    rf"desde|vanaf|tot)\s+(?:early |late |mid[- ]|anfang |ende |mitte |debut |fin |principios de |"
    rf"finales de |inizio |fine |begin |eind |poczatku )?({_MONTH})\b(?!\s*\d{{1,2}}(?!\d))(?:\s+("
    rf"(?:19|20)\d\d))?"
)

_BACK_BEFORE = re.compile(
    r"(?:\b(?:back|return(?:ing|s)?|resum\w+|reachable|available|in the office again|be in|wieder\w*|"
    r"zuruck|erreichbar|ruckkehr|"
    r"retour|reviens|revenir|serai|joignable|regres\w+|vuel\w+|volver\w*|vuelta|disponible|"
    r"reincorpor\w+|rientr\w+|torn\w+|ritorno|disponibile|"
    r"reperibile|retorn\w+|volt\w+|regresso|disponivel|terug\w*|bereikbaar|aanwezig|wrac\w+|wroc\w+|"
    r"powro\w+|dostepn\w+|obecn\w+|tillbaka|ater|nas|"
    r"tilbage|tilbake|вернусь|возвращ\w+|на связи|буду)\b[^.!?\n]{0,32})$"
)
_UNTIL_BEFORE = re.compile(
    r"(?:\b(?:until|till|til|through|thru|to|up to|and|bis|einschliesslich|inkl|jusqu.?\s?(?:au|a|"
    r"en)?|au|hasta|al|fino|sino|ate|ao?|tot|t/m|en met|do|"
    r"dnia|till|t\.?o\.?m\.?|fram|til|по|до)\b(?:[^.!?\n\w]|\b(?:and|including|incl|inclusive|to|the|"
    r"zum|den|dem|le|el|il|o|de|dia|al|op|met|en|och|med|dnia|"
    rf"on|einschliesslich|inkl|compris|y|incluido|{_words(WEEKDAYS)})\b){{0,8}}|[-–]\s*)$"
)
_FROM_BEFORE = re.compile(
    r"\b(?:from|since|starting|as of|between|vom|seit|ab|zwischen|du|depuis|des|desde|del|dal|dall.|"
    r"de|van|vanaf|od|fran|fra|с|dated|sent|on your|"
    r"of your|e-?mail of|nachricht vom|mail vom)\b[^.!?\n\w]{0,3}(?:\b(?:the|dem|den|le|el|il|dia|dnia|"
    rf"{_words(WEEKDAYS)})\b[^\w]{{0,3}}){{0,2}}$"
)
_BACK_AFTER = re.compile(
    r"^[^.!?\n]{0,50}?\b(?:back|return|again|wieder|zuruck|erreichbar|retour|de nouveau|a nouveau|"
    r"vuelta|nuevo|di nuovo|rientro|novamente|terug|weer|ponownie|"
    r"znowu|tillbaka|igen|ater|tilbage|tilbake)\b"
)


def return_day(text: str, written_on: date) -> NamedDay | None:
    """The day somebody who is away names as the end of it, in a mail written on that day; None if there is none.

    A day of coming back goes before the last day away. Days long past or far ahead aren't meant, nor is any in a mail
    whose date is nonsense.
    """
    if written_on.year not in _YEARS:
        return None
    bare = plain(text[:LONGEST_READ])
    scored: list[tuple[int, date, int, _Found]] = []
    days = list(_days(bare, written_on))
    for number, found in enumerate(days):
        score = _score(bare, found, days[number + 1].at if number + 1 < len(days) else len(bare))
        if score > 0 and written_on - timedelta(days=1) <= found.on <= written_on + FURTHEST:
            scored.append((score, found.on, -found.at, found))
    if not scored:
        return None
    best = max(score for score, *_ in scored)
    at_best = [entry for entry in scored if entry[0] == best]
    _, on, _, found = max(at_best, key=lambda entry: entry[2] if best == _BACK else entry[1].toordinal())
    return NamedDay(on, _around(bare, found))


def later_day(text: str, written_on: date) -> NamedDay | None:
    """The first day to come that a text names, whatever it says of it; None if there is none."""
    if written_on.year not in _YEARS:
        return None
    bare = plain(text[:LONGEST_READ])
    coming = [found for found in _days(bare, written_on) if written_on < found.on <= written_on + FURTHEST]
    return NamedDay(coming[0].on, _around(bare, coming[0])) if coming else None


_OTHER_WORDS: Final = frozenset("may mar set out dic gen sie lis mai des mag paz".split())
"""Names of months that are words of their own as well."""

_BACK, _UNTIL, _PLAIN = 3, 2, 1
_OF_THE_NEXT: Final = 22
"""Characters before a day whose words belong to it, not to the day before."""


def _score(text: str, found: _Found, next_at: int) -> int:
    """How surely a day is that of the return: 0 for one that isn't. The next day named begins at `next_at`."""
    before = text[max(0, found.at - 70) : found.at]
    after = text[found.end : min(found.end + 60, next_at - _OF_THE_NEXT if next_at < len(text) else next_at)]
    if _BACK_BEFORE.search(before) and not _UNTIL_BEFORE.search(before[-14:]):
        return _BACK
    if _BACK_AFTER.match(after) and not _UNTIL_BEFORE.search(before):
        return _BACK
    if _UNTIL_BEFORE.search(before):
        return _UNTIL
    return 0 if found.is_loose or _FROM_BEFORE.search(before) else _PLAIN


def _around(text: str, found: _Found) -> str:
    return " ".join(text[max(0, found.at - 30) : found.end + 12].split())


def _days(text: str, written_on: date) -> Iterator[_Found]:
    """Every day the text names, in its order; of readings that overlap the first form's stands."""
    found: list[_Found] = []
    for form, pattern in _FORMS:
        for match in pattern.finditer(text):
            on = _dated(form, match, written_on)
            if on is not None and not _overlaps(found, match):
                is_loose = form == "dm" and not match[0].endswith(".")
                found.append(_Found(on, match.start(), match.end(), is_loose))
    for on, match in (*_relative(text, written_on), *_loose(text, written_on)):
        if not _overlaps(found, match):
            found.append(_Found(on, match.start(), match.end()))
    for match in _WEEKDAY.finditer(text):
        if not _overlaps(found, match) and not any(0 <= one.at - match.end() <= 14 for one in found):
            ahead = (WEEKDAYS[match[1]] - written_on.weekday() - 1) % 7 + 1
            found.append(_Found(written_on + timedelta(days=ahead), match.start(), match.end()))
    yield from sorted(found, key=lambda one: one.at)


def _overlaps(found: list[_Found], match: re.Match[str]) -> bool:
    return any(one.at < match.end() and match.start() < one.end for one in found)


def _dated(form: str, match: re.Match[str], written_on: date) -> date | None:
    """The day that a match of that form means, or None for one that doesn't exist."""
    match form:
        case "ymd":
            return _day(int(match[1]), int(match[2]), int(match[3]))
        case "named":
            return _with_year(match[3], MONTHS[match[2]], int(match[1]), written_on)
        case "american":
            return _with_year(match[3], MONTHS[match[1]], int(match[2]), written_on)
        case "md":
            return _with_year(None, int(match[1]), int(match[2]), written_on)
        case "dmy":
            return _in_figures(int(match[1]), int(match[3]), match[4], match[2], written_on)
    return _in_figures(int(match[1]), int(match[3]), None, match[2], written_on)


def _in_figures(first: int, second: int, year: str | None, mark: str, written_on: date) -> date | None:
    """A day in figures: with dots the day stands first, else the reading that lies nearer ahead is taken."""
    daily = _with_year(year, second, first, written_on)
    monthly = None if mark == "." else _with_year(year, first, second, written_on)
    ahead = [day for day in (daily, monthly) if day is not None and day >= written_on]
    return min(ahead, default=daily or monthly)


def _with_year(year: str | None, month: int, day: int, written_on: date) -> date | None:
    """That day of the year named; without one, of this year, or of the next if it is well over."""
    if year:
        digits = int(year.strip("'"))
        return _day(digits + 2000 if digits < 100 else digits, month, day)
    this = _day(written_on.year, month, day)
    if this is None or this < written_on - JUST_OVER:
        return _day(written_on.year + 1, month, day)
    return this


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _relative(text: str, written_on: date) -> Iterator[tuple[date, re.Match[str]]]:
    """Tomorrow, next week, next month, next year, in three weeks."""
    for match in _RELATIVE.finditer(text):
        if match[1]:
            yield written_on + timedelta(days=1), match
        elif match[2]:
            yield written_on + timedelta(days=7 - written_on.weekday()), match
        elif match[3]:
            yield _months_on(written_on, 1), match
        else:
            yield date(written_on.year + 1, 1, 2), match
    for match in _SPAN.finditer(text):
        count = int(match[1]) if match[1].isdigit() else NUMBERS[match[1]]
        unit = UNITS[match[2]]
        whole = (
            _months_on(written_on, count, written_on.day) if unit == 30 else written_on + timedelta(days=count * unit)
        )
        yield whole, match


def _loose(text: str, written_on: date) -> Iterator[tuple[date, re.Match[str]]]:
    """A quarter, or a month alone: its first day."""
    for match in _QUARTER.finditer(text):
        yield _first_of(match[3], (int(match[1] or match[2]) - 1) * 3 + 1, written_on), match
    for match in _MONTH_ALONE.finditer(text):
        if match[1] not in _OTHER_WORDS:
            yield _first_of(match[2], MONTHS[match[1]], written_on), match


def _first_of(year: str | None, month: int, written_on: date) -> date:
    """The first day of a month, of the year named or the next that comes."""
    first = date(int(year) if year else written_on.year, month, 1)
    return first if year or first >= written_on - JUST_OVER else first.replace(year=first.year + 1)


def _months_on(day: date, months: int, of_month: int = 1) -> date:
    """The day that many months later, the first of it or its own number as far as the month has it."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(of_month, last.day))
