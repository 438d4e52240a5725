"""Absences told from two clocks: sleep and stops move both, whoever sets the wall clock moves one."""

from datetime import UTC, datetime, timedelta

import pytest

from opendoors_desktop.domain.absence import AWAY_AFTER, SET_BEYOND, Look, find_absence

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
NAP = timedelta(seconds=30)
NONE = timedelta()


def absence(passed: timedelta, wall: timedelta | None = None, back_by: datetime | None = START + NAP):
    """The absence after so much time, in which the wall clock went on by as much or by `wall`."""
    now = Look(START + (passed if wall is None else wall), 100 + passed.total_seconds())
    return find_absence(Look(START, 100), back_by, now)


@pytest.mark.parametrize("passed", [NONE, NAP, NAP + AWAY_AFTER - SECOND])
def test_a_wait_as_long_as_was_meant_is_no_absence(passed):
    assert absence(passed) is None


def test_fault_28_being_back_much_later_than_meant_is_an_absence():
    found = absence(NAP + 2 * HOUR)

    assert found is not None
    assert (found.since, found.until) == (START, START + NAP + 2 * HOUR)
    assert (found.lasted, found.set_by) == (2 * HOUR, NONE)


def test_the_limits_themselves_count():
    assert absence(NAP + AWAY_AFTER) is not None
    assert absence(NAP, NAP + SET_BEYOND) is not None


@pytest.mark.parametrize("by", [3 * DAY, -DAY, HOUR, -HOUR])
def test_fault_26_a_clock_that_was_set_is_told_with_its_direction(by):
    found = absence(NAP, NAP + by)

    assert found is not None
    assert (found.lasted, found.set_by) == (NONE, by)
    assert found.until - found.since == NAP + by


def test_the_drift_of_two_clocks_is_none():
    assert absence(NAP, NAP + SET_BEYOND - SECOND) is None
    assert absence(NAP, NAP - SET_BEYOND + SECOND) is None


def test_sleep_and_a_clock_set_after_it_are_told_together():
    found = absence(NAP + HOUR, NAP + HOUR + DAY)

    assert found is not None
    assert (found.lasted, found.set_by) == (HOUR, DAY)


def test_of_a_wait_whose_end_was_unknown_only_the_clock_can_be_told():
    assert absence(9 * DAY, back_by=None) is None
    assert absence(9 * DAY, 8 * DAY, back_by=None) is not None
