"""Which daily backups stay."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.backup_rotation import DAYS, WEEKS, is_due, kept

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_one_is_due_when_there_is_none_or_the_newest_is_a_day_old():
    assert is_due([], NOON)
    assert not is_due([NOON - timedelta(hours=23, minutes=59)], NOON)
    assert is_due([NOON - timedelta(days=3), NOON - timedelta(days=1)], NOON)


def test_a_backup_from_the_future_keeps_none_from_being_made():
    assert is_due([NOON + timedelta(days=300)], NOON)


def test_seven_days_and_four_weeks_stay():
    made = [NOON - timedelta(days=day) for day in range(60)]
    stays = kept(made)
    assert stays == {*made[:7], NOON - timedelta(days=8), NOON - timedelta(days=15), NOON}
    assert {at.isocalendar()[:2] for at in stays} == {(2026, week) for week in (7, 8, 9, 10)}


def test_days_without_the_program_dont_use_up_what_stays():
    made = [NOON - timedelta(days=30 * month) for month in range(20)]
    assert kept(made) == set(made[:7])


@given(st.lists(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))))
def test_the_newest_always_stays_and_what_stays_is_bounded(made: list[datetime]):
    stays = kept(made)
    assert stays <= set(made)
    assert len(stays) <= DAYS + WEEKS
    assert not made or max(made) in stays
    assert kept(stays) == stays
