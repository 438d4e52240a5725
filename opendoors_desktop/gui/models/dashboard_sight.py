"""What a dashboard shows at one moment, read in one go off the main thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from opendoors_desktop.domain.goal import GoalProgress, goal_progress
from opendoors_desktop.gui.jobs import Reading
from opendoors_desktop.gui.widgets.day_chart import DayBar
from opendoors_desktop.store.queries.sequence_dashboard import Dashboard, DayFigures, list_days, read_dashboard
from opendoors_desktop.store.queries.sequence_facts import SequenceFacts, find_facts

MOST_BARS: Final = 130
"""So many days have a bar each; more are shown by the week."""

WEEK: Final = 7


class Span(IntEnum):
    """How many days back the chart of days goes; 0 is from the start."""

    WHOLE = 0
    LAST_7 = 7
    LAST_30 = 30
    LAST_90 = 90


@dataclass(frozen=True, slots=True)
class DashboardSight:
    """A dashboard with the days of a span, as of `now` (UTC); `today` is the day in the sequence's zone."""

    dashboard: Dashboard
    facts: SequenceFacts
    days: tuple[DayFigures, ...]
    this_week: int
    goal: GoalProgress
    now: datetime
    today: date


def read_sight(
    reading: Reading, sequence_id: UUID, span: Span, known: Sequence[DayFigures] = ()
) -> DashboardSight | None:
    """Everything at once, so that its numbers fit each other; None where the sequence isn't there any more.

    `known` are days that were read for the same span before: those that are over needn't be read again.
    """
    unit, workspace_id = reading.unit, reading.scope.workspace_id
    dashboard = read_dashboard(unit, workspace_id, sequence_id)
    facts = find_facts(unit, workspace_id, sequence_id)
    if dashboard is None or facts is None:
        return None
    zone = ZoneInfo(facts.zone)
    today = reading.now.astimezone(zone).date()
    started = dashboard.sequence.activated_at
    started_on = None if started is None else started.astimezone(zone).date()
    first = _first_day(span, today, started_on)
    over = [each for each in known if first <= each.day < today]
    begin = over[-1].day + timedelta(days=1) if over and over[0].day == first else first
    days = [*(over if begin > first else ()), *list_days(unit, workspace_id, sequence_id, begin, today)]
    week = list_days(unit, workspace_id, sequence_id, today - timedelta(days=WEEK - 1), today)
    goal = goal_progress(
        target=dashboard.sequence.goal_target,
        deadline=dashboard.sequence.goal_deadline,
        reached=dashboard.sequence.goal_reached,
        started_on=started_on,
        today=today,
        is_working_day=lambda day: facts.sending_days[day.weekday()],
    )
    enrolled = sum(each.enrolled for each in week)
    return DashboardSight(dashboard, facts, tuple(days), enrolled, goal, reading.now, today)


def day_bars(sight: DashboardSight) -> tuple[list[DayBar], bool]:
    """The bars of the chart of days, and whether each is a week: working days, and others on which something was."""
    sending = sight.facts.sending_days
    shown = [each for each in sight.days if sending[each.day.weekday()] or each.sent or each.replied]
    if len(shown) <= MOST_BARS:
        return [DayBar(each.day, each.sent, each.replied, each.day == sight.today) for each in shown], False
    weeks: dict[date, DayBar] = {}
    for each in shown:
        monday = each.day - timedelta(days=each.day.weekday())
        so_far = weeks.get(monday, DayBar(monday, 0, 0))
        is_now = so_far.is_today or each.day == sight.today
        weeks[monday] = DayBar(monday, so_far.sent + each.sent, so_far.replied + each.replied, is_now)
    return list(weeks.values()), True


def _first_day(span: Span, today: date, started_on: date | None) -> date:
    if span is not Span.WHOLE:
        return today - timedelta(days=span.value - 1)
    return today if started_on is None else min(started_on, today)
