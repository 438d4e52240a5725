"""Countries by code and by name."""

import pytest
from phonenumbers.geodata.locale import LOCALE_DATA

from opendoors_desktop.domain.country import country_code


@pytest.mark.parametrize(
    "text, code",
    [
        ("DE", "DE"),
        (" de ", "DE"),
        ("U.S.A.", "US"),
        ("deu", "DE"),
        ("Germany", "DE"),
        ("Deutschland", "DE"),
        ("ALLEMAGNE", "DE"),
        ("Norwegen", "NO"),
        ("UK", "GB"),
        ("Great Britain", "GB"),
        ("Österreich", "AT"),
        ("Osterreich", "AT"),
        ("Brasil", "BR"),
        ("भारत", "IN"),
        ("日本", "JP"),
        ("Ελλάδα", "GR"),
        ("Atlantis", None),
        ("", None),
        ("12", None),
    ],
)
def test_finds_the_code(text, code):
    assert country_code(text) == code


def test_no_name_is_that_of_two_countries():
    owners: dict[str, set[str]] = {}
    for code, names in LOCALE_DATA.items():
        for name in names.values():
            if not name.startswith("*"):
                owners.setdefault(name.casefold(), set()).add(code)
    assert {name for name, codes in owners.items() if len(codes) > 1} == set()
