"""The time zone a contact lives in: as given, or told from state, phone or country where these name one."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import phonenumbers

from opendoors_desktop.domain.country import country_code
from opendoors_desktop.domain.state_zones import STATE_ZONES

_DAYS_LOOKED_AT = 731


@dataclass(frozen=True, slots=True)
class ZoneTables:
    """What the time zone database says of names and countries."""

    names: Mapping[str, str]  # by their letters without case: "europe/berlin" -> "Europe/Berlin"
    countries: Mapping[str, str]  # "DE" -> "Europe/Berlin"; only countries in which all clocks agree
    year: int  # from which on they have to agree


def read_zone_tables(zone_tab: str, names: Iterable[str], year: int) -> ZoneTables:
    """The tables from the text of zone1970.tab, the names of all zones, and the year it is."""
    rows = [line.split("\t") for line in zone_tab.splitlines() if line and not line.startswith("#")]
    # A country's own zone comes before one that it shares with the country named first in that row.
    own = [(row[0].split(",")[0], row[2]) for row in rows]
    shared = [(code, row[2]) for row in rows for code in row[0].split(",")[1:]]
    by_country: dict[str, list[str]] = {}
    for code, zone in own + shared:
        by_country.setdefault(code, []).append(zone)
    agreed = {code: _agreed(tuple(zones), year) for code, zones in by_country.items()}
    return ZoneTables(
        {_folded(name): name for name in names},
        {code: zone for code, zone in agreed.items() if zone is not None},
        year,
    )


def zone_of(tables: ZoneTables, given: str, state: str, country: str, phone: str) -> str | None:
    """The zone of a contact by these fields (empty: unknown), the first that tells one; None if none does.

    A state is asked for in the United States, Canada, Australia and Brazil; it needs its country, unless its name is
    written out. A phone tells one where all places it can be in have the same clocks.
    """
    return (
        find_zone(tables, given)
        or _zone_of_state(state, country)
        or _zone_of_phone(phone, country, tables.year)
        or tables.countries.get(country_code(country) or "")
    )


def find_zone(tables: ZoneTables, text: str) -> str | None:
    """The zone a text names, in whatever case and with blanks or underscores; None if it names none."""
    return tables.names.get(_folded(text))


def _zone_of_state(state: str, country: str) -> str | None:
    word = _bare(state)
    code = country_code(country)
    if code is not None:
        return _states().get((code, word))
    is_written_out = len(word) > 3
    zones = {zone for (_, name), zone in _states().items() if name == word} if is_written_out else set()
    return zones.pop() if len(zones) == 1 else None


def _zone_of_phone(phone: str, country: str, year: int) -> str | None:
    if not phone.strip():
        return None
    try:
        number = phonenumbers.parse(phone, country_code(country))
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    from phonenumbers.timezone import UNKNOWN_TIMEZONE, time_zones_for_number  # large, and not always needed

    zones = tuple(time_zones_for_number(number))
    return None if UNKNOWN_TIMEZONE in zones else _agreed(zones, year)


@lru_cache(maxsize=2048)
def _agreed(zones: tuple[str, ...], year: int) -> str | None:
    """The first of some zones if the clocks of all of them agree on every day of this year and the next, else None."""
    if len(zones) == 1:
        return zones[0]
    clocks = [ZoneInfo(zone) for zone in zones]
    noons = (datetime(year, 1, 1, 12, tzinfo=UTC) + timedelta(days=days) for days in range(_DAYS_LOOKED_AT))
    agree = all(len({noon.astimezone(clock).utcoffset() for clock in clocks}) == 1 for noon in noons)
    return zones[0] if agree else None


@cache
def _states() -> dict[tuple[str, str], str]:
    return {(country, _bare(word)): zone for (country, word), zone in STATE_ZONES.items()}


def _folded(name: str) -> str:
    return re.sub(r"\s+", "_", name.strip()).casefold()


def _bare(text: str) -> str:
    """Letters alone, without case and accents, so that spellings compare."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if character.isalpha())
