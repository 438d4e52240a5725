"""Which days are off: the public holidays of a country, with what a workspace added to them or works on."""

import logging
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.holidays import OwnDay, list_own_days
from opendoors_desktop.store.sequences import HolidaysOf
from opendoors_desktop.store.unit import Unit

YEARS_BACK = 1
YEARS_AHEAD = 3
"""A window is looked for 400 days ahead, a delay may be longer; what lies further off has no holidays yet."""

LONGEST_PART = 10
"""Characters of a part's code that the store holds; a handful of places that go by their full name are left out."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Country:
    """A country whose holidays are known: its two letters, its name in English, and the codes of its parts."""

    code: str
    name: str
    subdivisions: tuple[str, ...]


def holidays_of(context: Context, unit: Unit) -> HolidaysOf:
    """The days off by country and part, around the present year, as the workspace sees them in this unit."""
    return day_table(list_own_days(unit, context.scope.workspace_id), context.clock.now().year)


def day_table(own_days: list[OwnDay], year: int) -> HolidaysOf:
    """The days off by country and part from the year before `year` to three years after, each worked out once.

    A workspace's own day of a country counts for all its parts; one of no country counts everywhere.
    """

    @lru_cache(maxsize=64)
    def days_of(country: str, part: str) -> frozenset[date]:
        days = set(public_holidays(country, part, year)) if country else set()
        mine = [own for own in own_days if own.country in {"", country}]
        days.update(own.day for own in mine if not own.is_working)
        days.difference_update(own.day for own in mine if own.is_working)
        return frozenset(days)

    return days_of


@lru_cache(maxsize=256)
def public_holidays(country: str, part: str, year: int) -> frozenset[date]:
    """The public holidays around a year; none, and a warning, for a country or part that isn't known any more."""
    import holidays

    years = range(year - YEARS_BACK, year + YEARS_AHEAD + 1)
    try:
        return frozenset(holidays.country_holidays(country, subdiv=part or None, years=years))
    except NotImplementedError:
        log.warning("no holidays are known for %s %s", country, part)
        return frozenset()


def check_country(country: str | None, part: str | None) -> None:
    """Raise InputError unless the holidays of that country, and of that part of it, are known; None is fine."""
    if country is None:
        if part:
            raise InputError(
                f"“{part}” needs its country.", "Give the country's two letters as well.", where=part, code="no_country"
            )
        return
    known = {each.code: each for each in countries()}
    if country not in known:
        raise InputError(
            f"No holidays are known for a country “{country}”.",
            "Give the two letters of ISO 3166, such as DE, or none.",
            where=country,
            code="unknown_country",
        )
    if part and part not in known[country].subdivisions:
        parts = ", ".join(known[country].subdivisions) or "none"
        raise InputError(
            f"“{part}” is no part of {known[country].name} with holidays of its own.",
            f"Known are: {parts}.",
            where=part,
            code="unknown_subdivision",
        )


@lru_cache(maxsize=1)
def countries() -> tuple[Country, ...]:
    """All countries whose holidays are known, by name."""
    import holidays
    from holidays.registry import COUNTRIES

    names = {codes[1]: _spaced(codes[0]) for codes in COUNTRIES.values()}
    parts = holidays.list_supported_countries(include_aliases=False)
    known = [
        Country(code, name, tuple(sorted(part for part in parts.get(code, ()) if len(part) <= LONGEST_PART)))
        for code, name in names.items()
    ]
    return tuple(sorted(known, key=lambda country: country.name))


def _spaced(name: str) -> str:
    """`UnitedStates` as two words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
