"""Which days are off."""

import logging
from dataclasses import replace
from datetime import date

import pytest

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.engine.commands.sequences import change_settings
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.holiday_tables import (
    check_country,
    countries,
    day_table,
    holidays_of,
    public_holidays,
)
from opendoors_desktop.store.holidays import OwnDay, put_own_day
from tests.engine.sequence_rooms import only, start_sequence
from tests.fixtures_store import NOW
from tests.sequence_builders import key

EPIPHANY = date(2026, 1, 6)
UNITY = date(2026, 10, 3)


def test_a_country_has_its_holidays_and_its_parts_more():
    days_of = day_table([], 2026)
    assert UNITY in days_of("DE", "")
    assert EPIPHANY not in days_of("DE", "")
    assert EPIPHANY in days_of("DE", "BY")
    assert days_of("", "") == frozenset()
    assert {day.year for day in days_of("DE", "")} == {2025, 2026, 2027, 2028, 2029}
    assert days_of("DE", "BY") is days_of("DE", "BY")


def test_own_days_are_added_and_taken_out_by_country():
    own = [
        OwnDay(key(1), date(2026, 7, 3)),
        OwnDay(key(2), date(2026, 7, 4), country="DE"),
        OwnDay(key(3), UNITY, country="DE", is_working=True),
    ]
    days_of = day_table(own, 2026)
    assert days_of("", "") == {date(2026, 7, 3)}
    assert {date(2026, 7, 3), date(2026, 7, 4)} <= days_of("DE", "BY")
    assert UNITY not in days_of("DE", "BY")
    assert date(2026, 7, 4) not in days_of("FR", "")


def test_a_country_that_is_no_longer_known_has_none_and_says_so(caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.WARNING):
        assert public_holidays("XX", "", 2026) == frozenset()
    assert "no holidays are known for XX" in caplog.text


@pytest.mark.parametrize(
    "country, part, code",
    [
        ("XX", None, "unknown_country"),
        ("DE", "XX", "unknown_subdivision"),
        (None, "BY", "no_country"),
        ("MC", "X", "unknown_subdivision"),
    ],
)
def test_an_unknown_country_or_part_is_refused(country: str | None, part: str | None, code: str):
    with pytest.raises(InputError) as caught:
        check_country(country, part)
    assert caught.value.code == code


def test_known_ones_are_fine():
    check_country(None, None)
    check_country("DE", None)
    check_country("DE", "BY")


def test_countries_have_names_and_codes_that_the_store_can_hold():
    known = {country.code: country for country in countries()}
    assert known["US"].name == "United States"
    assert "BY" in known["DE"].subdivisions
    assert all(len(code) == 2 for code in known)
    assert all(len(part) <= 10 for country in known.values() for part in country.subdivisions)


def test_a_workspace_s_day_off_moves_its_emails(any_context: Context):
    with any_context.store.write() as unit:
        put_own_day(unit, any_context.scope.workspace_id, OwnDay(key(1), NOW.date()), NOW)
        assert NOW.date() in holidays_of(any_context, unit)("", "")
    sequence_id = start_sequence(any_context, people=1)
    assert only(any_context, sequence_id).next_step_scheduled_at == NOW.replace(day=3, hour=0)
    change_settings(any_context, sequence_id, lambda each: replace(each, days_off=frozenset({date(2026, 3, 3)})))
    assert only(any_context, sequence_id).next_step_scheduled_at == NOW.replace(day=4, hour=0)
