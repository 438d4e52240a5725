"""Whether a goal is on course, by the working days gone by."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.goal import GoalState, goal_progress

MONDAY = date(2026, 3, 2)


def is_weekday(day):
    return day.weekday() < 5


def progress(reached, today, target=10, deadline=MONDAY + timedelta(days=11), started_on=MONDAY):
    return goal_progress(
        target=target,
        deadline=deadline,
        reached=reached,
        started_on=started_on,
        today=today,
        is_working_day=is_weekday,
    )


def test_the_target_is_spread_over_the_working_days_of_two_weeks():
    assert progress(0, MONDAY).state is GoalState.ON_COURSE
    assert progress(0, MONDAY + timedelta(days=1)).state is GoalState.BEHIND
    assert progress(1, MONDAY + timedelta(days=1)).state is GoalState.ON_COURSE
    middle = progress(5, MONDAY + timedelta(days=7))
    assert (middle.state, middle.expected, middle.working_days_left) == (GoalState.ON_COURSE, 5, 5)
    assert progress(4, MONDAY + timedelta(days=5)).state is GoalState.BEHIND
    last = progress(9, MONDAY + timedelta(days=11))
    assert (last.state, last.expected, last.working_days_left) == (GoalState.ON_COURSE, 9, 1)


def test_after_the_deadline_a_goal_is_missed_unless_it_was_reached():
    after = MONDAY + timedelta(days=12)
    assert progress(9, after).state is GoalState.MISSED
    assert progress(10, after).state is GoalState.REACHED
    assert progress(12, MONDAY).state is GoalState.REACHED


def test_without_a_target_there_is_none_and_without_a_deadline_or_start_it_is_open():
    assert progress(3, MONDAY, target=None).state is GoalState.NONE
    assert progress(3, MONDAY, deadline=None).state is GoalState.OPEN
    assert progress(3, MONDAY, started_on=None).state is GoalState.OPEN


@pytest.mark.parametrize("deadline", [MONDAY - timedelta(days=1), MONDAY + timedelta(days=5)])
def test_a_stretch_without_working_days_expects_nothing_yet(deadline):
    saturday = MONDAY + timedelta(days=5)
    come = goal_progress(
        target=5, deadline=deadline, reached=0, started_on=saturday, today=deadline, is_working_day=is_weekday
    )
    assert come.expected == 0


@given(st.integers(0, 20), st.integers(-5, 40))
def test_more_reached_is_never_worse(reached, days):
    order = [GoalState.MISSED, GoalState.BEHIND, GoalState.ON_COURSE, GoalState.REACHED]
    today = MONDAY + timedelta(days=days)
    assert order.index(progress(reached + 1, today).state) >= order.index(progress(reached, today).state)
