"""Where a contact lives, told from what is known, and not told where it could be two places."""

from importlib.resources import files
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.zones import ZoneTables, find_zone, read_zone_tables, zone_of


@pytest.fixture(scope="module")
def tables() -> ZoneTables:
    zone_tab = files("tzdata").joinpath("zoneinfo", "zone1970.tab").read_text(encoding="utf-8")
    return read_zone_tables(zone_tab, available_timezones(), 2026)


@pytest.mark.parametrize(
    "text, zone",
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (" europe/BERLIN ", "Europe/Berlin"),
        ("America/New York", "America/New_York"),
        ("utc", "UTC"),
        ("Berlin", None),
        ("", None),
    ],
)
def test_a_zone_is_found_by_its_name(tables: ZoneTables, text: str, zone: str | None) -> None:
    assert find_zone(tables, text) == zone


@pytest.mark.parametrize(
    "fields, zone",
    [
        (("Asia/Tokyo", "CA", "US", "+1 212 555 0100"), "Asia/Tokyo"),
        (("Middle/Earth", "CA", "US", "+1 212 555 0100"), "America/Los_Angeles"),
        (("", "TX", "US", "+1 915 555 0100"), "America/Denver"),  # the state has two, El Paso one
        (("", "", "US", "+1 415 555 0100"), "America/Los_Angeles"),
        (("", "", "", "+49 30 123456"), "Europe/Berlin"),
        (("", "", "Germany", "030 123456"), "Europe/Berlin"),
        (("", "", "DE", ""), "Europe/Berlin"),  # shares a zone with a neighbour, all clocks agree
        (("", "", "Deutschland", "not a number"), "Europe/Berlin"),
        (("", "", "Japan", "1"), "Asia/Tokyo"),
        (("", "", "Japan", "12"), "Asia/Tokyo"),
        (("", "", "FR", ""), "Europe/Paris"),
        (("", "", "US", ""), None),
        (("", "", "US", "+1 800 555 0199"), None),  # free of charge from everywhere
        (("", "", "ES", ""), None),  # the Canary Islands are an hour behind
        (("", "", "RU", ""), None),
        (("", "TX", "US", ""), None),
        (("", "", "", ""), None),
        (("", "", "Atlantis", "12"), None),
        (("", "California", "", ""), "America/Los_Angeles"),
        (("", "são paulo", "", ""), "America/Sao_Paulo"),
        (("", "Sao Paulo", "Brasil", ""), "America/Sao_Paulo"),
        (("", "CA", "", ""), None),  # a state or a country
        (("", "N.S.W.", "Australia", ""), "Australia/Sydney"),
        (("", "Bavaria", "DE", ""), "Europe/Berlin"),
        (("", "Bavaria", "", ""), None),
        (("", "Ontario", "Canada", ""), "America/Toronto"),
    ],
)
def test_a_zone_is_told_from_the_first_field_that_names_one(
    tables: ZoneTables, fields: tuple[str, str, str, str], zone: str | None
) -> None:
    assert zone_of(tables, *fields) == zone


def test_countries_tell_a_zone_where_all_their_clocks_agree(tables: ZoneTables) -> None:
    assert tables.countries["DE"] == "Europe/Berlin"
    assert tables.countries["IN"] == "Asia/Kolkata"
    assert tables.countries["GB"] == "Europe/London"
    assert not {"US", "CA", "AU", "BR", "RU", "MX", "ID", "ES", "PT", "NZ", "CN"} & set(tables.countries)
    assert len(tables.countries) > 200


def test_every_zone_that_a_phone_can_tell_is_one_to_be_found() -> None:
    from phonenumbers.tzdata import TIMEZONE_DATA

    told = {zone for zones in TIMEZONE_DATA.values() for zone in zones}
    assert told <= available_timezones()


def test_every_zone_a_country_tells_is_a_zone(tables: ZoneTables) -> None:
    assert set(tables.countries.values()) <= set(tables.names.values())


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_any_text_tells_a_zone_or_none(tables: ZoneTables, state: str, country: str, phone: str) -> None:
    zone = zone_of(tables, "", state, country, phone)
    assert zone is None or zone in available_timezones()
