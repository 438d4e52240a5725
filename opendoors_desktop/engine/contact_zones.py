"""Tells contacts' time zones by the tables that ship with the time zone database."""

from collections.abc import Callable
from functools import cache
from importlib import resources
from zoneinfo import available_timezones

from opendoors_desktop.domain.zones import ZoneTables, read_zone_tables, zone_of

ZoneOf = Callable[[str, str, str, str], str | None]
"""The zone told from a given zone, state, country and phone number, each "" where it is not known."""


@cache
def zone_tables(year: int) -> ZoneTables:
    """The tables as they hold from `year` on; read once."""
    text = resources.files("tzdata").joinpath("zoneinfo", "zone1970.tab").read_text(encoding="utf-8")
    return read_zone_tables(text, available_timezones(), year)


def zone_teller(year: int) -> ZoneOf:
    """What tells the zone of a contact in `year`."""
    tables = zone_tables(year)
    known = frozenset(tables.names.values())

    def tell(given: str, state: str, country: str, phone: str) -> str | None:
        return given if given in known else zone_of(tables, given, state, country, phone)

    return tell
