"""The zones of states: each a zone that exists, no state twice, none where the state doesn't tell."""

from zoneinfo import available_timezones

import pytest

from opendoors_desktop.domain.state_zones import STATE_ZONES


def test_every_zone_exists_and_every_state_has_a_code_and_a_name() -> None:
    assert set(STATE_ZONES.values()) <= available_timezones()
    assert {country for country, _ in STATE_ZONES} == {"US", "CA", "AU", "BR"}
    assert len(STATE_ZONES) % 2 == 0
    codes = {word for _, word in STATE_ZONES if word.isupper()}
    assert all(2 <= len(code) <= 3 for code in codes)


@pytest.mark.parametrize(
    "country, state, zone",
    [
        ("US", "CA", "America/Los_Angeles"),
        ("US", "California", "America/Los_Angeles"),
        ("CA", "QC", "America/Toronto"),
        ("AU", "WA", "Australia/Perth"),
        ("US", "WA", "America/Los_Angeles"),
        ("BR", "SC", "America/Sao_Paulo"),
        ("US", "SC", "America/New_York"),
    ],
)
def test_a_state_has_the_zone_of_its_country(country: str, state: str, zone: str) -> None:
    assert STATE_ZONES[country, state] == zone


@pytest.mark.parametrize("state", ["FL", "TX", "TN", "KY", "IN", "ND", "SD", "NE", "ID"])
def test_a_state_with_two_clocks_tells_nothing(state: str) -> None:
    assert ("US", state) not in STATE_ZONES
