"""Whether a sequence is on course for its goal: what was reached, what should have been by now, and by when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class GoalState(StrEnum):
    """Where a sequence stands with its goal."""

    NONE = "none"
    OPEN = "open"
    ON_COURSE = "on_course"
    BEHIND = "behind"
    REACHED = "reached"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class GoalProgress:
    """What was reached of the target; `expected` is what a steady pace would have reached by today, else None."""

    state: GoalState
    reached: int
    target: int | None
    expected: float | None = None
    working_days_left: int | None = None


def goal_progress(
    *,
    target: int | None,
    deadline: date | None,
    reached: int,
    started_on: date | None,
    today: date,
    is_working_day: Callable[[date], bool],
) -> GoalProgress:
    """How a goal stands on a day of the sequence's zone.

    On course means: at least the share of the target that the working days gone by have of those from the start to the
    deadline, both included. Without a target there is no goal, without a deadline or a start it is open.
    """
    if target is None:
        return GoalProgress(GoalState.NONE, reached, None)
    if reached >= target:
        return GoalProgress(GoalState.REACHED, reached, target)
    if deadline is None or started_on is None:
        return GoalProgress(GoalState.OPEN, reached, target)
    if today > deadline:
        return GoalProgress(GoalState.MISSED, reached, target, float(target), 0)
    days = [started_on + timedelta(days=ahead) for ahead in range(max(0, (deadline - started_on).days) + 1)]
    working = [day for day in days if is_working_day(day)]
    gone = sum(1 for day in working if day < today)
    expected = target * gone / len(working) if working else 0.0
    state = GoalState.ON_COURSE if reached >= expected else GoalState.BEHIND
    return GoalProgress(state, reached, target, expected, len(working) - gone)
