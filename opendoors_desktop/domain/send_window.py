"""When an email may leave and a task comes due: windows, working days and delays in a contact's own zone.

Everything given and returned as an instant is an aware datetime in UTC; days and wall-clock times are those of the
calendar's zone. A wall-clock time that doesn't exist means the first one that does, one that occurs twice the first.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.local_time import as_utc, both_readings, clock_change, days_later, instant_of, local_day

MONDAY_TO_FRIDAY = (True, True, True, True, True, False, False)
TASKS_COME_DUE_AT = time(9)
LOOKS_AHEAD = timedelta(days=400)

_DAY = timedelta(days=1)
_MIDNIGHT = time()
_WEEKS_KEPT = 40

# One week of openings: where each begins and where it ends, both rising.
_Week = tuple[tuple[datetime, ...], tuple[datetime, ...]]


class NoOpening(InputError):
    """A sending window that never opens within the next 400 days."""

    code = "no_opening"


class BadWindow(InputError):
    """A sending window that means nothing: see `window_problems`."""

    code = "bad_window"


@dataclass(frozen=True, slots=True)
class SendWindow:
    """The days and hours in which emails leave."""

    days: tuple[bool, bool, bool, bool, bool, bool, bool] = MONDAY_TO_FRIDAY  # Monday first
    start: time | None = None  # the first wall-clock time inside
    end: time | None = None  # the first one outside; before `start` it is the next day's, yet belongs to this day


@dataclass(frozen=True, slots=True)
class Delay:
    """How long a step waits: days at equal wall-clock time first, then hours and minutes as elapsed time."""

    days: int = 0
    hours: int = 0
    minutes: int = 0


def window_problems(window: SendWindow) -> tuple[str, ...]:
    """Say what is wrong with a window, one sentence a fault; empty when it can be used."""
    problems = []
    if (window.start is None) != (window.end is None):
        problems.append("The sending window has one end only: give both times, or neither for the whole day.")
    elif window.start is not None and window.start == window.end:
        problems.append("The sending window starts and ends at the same time: leave both empty for the whole day.")
    if not any(window.days):
        problems.append("No sending day is chosen: choose at least one day of the week.")
    return tuple(problems)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A sending window where somebody lives, without the days off; raises BadWindow for a window with problems."""

    zone: ZoneInfo
    window: SendWindow = SendWindow()
    holidays: frozenset[date] = frozenset()
    timetable: "_Timetable" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Find the timetable, which equal calendars share."""
        object.__setattr__(self, "timetable", _timetable(self.zone, self.window, self.holidays))


class _Timetable:
    """The openings of one calendar as instants, worked out a week at a time and kept for the weeks last asked for.

    Threads may share it: a week is worked out twice at worst, and both answers are equal.
    """

    __slots__ = ("_holidays", "_lasts", "_opens", "_weeks", "_zone", "open_on")

    def __init__(self, zone: ZoneInfo, window: SendWindow, holidays: frozenset[date]) -> None:
        self._zone = zone
        self._holidays = holidays
        start = datetime.combine(date.min, window.start or _MIDNIGHT)
        lasts = datetime.combine(date.min, window.end or _MIDNIGHT) - start
        self._lasts = lasts if lasts > timedelta() else lasts + _DAY
        opens_after = start - datetime.combine(date.min, _MIDNIGHT)
        # The sending days that can touch a week (counted from its Monday), and how long after its start each opens:
        # other zones are up to a day off, and a window over midnight ends a day later.
        self._opens = tuple((n, n * _DAY + opens_after) for n in range(-2, 9) if window.days[n % 7])
        self._weeks: dict[int, _Week] = {}
        self.open_on: dict[int, tuple[datetime, datetime]] = {}
        """An opening met lately on a date of UTC (its ordinal): most instants asked for lie in one of these."""

    def week(self, number: int) -> _Week:
        """The openings that touch one week of UTC, Monday to Monday, counted from the first Monday of year 1."""
        found = self._weeks.get(number)
        if found is None:
            found = self._work_out(number)
            if len(self._weeks) >= _WEEKS_KEPT:
                self._weeks, self.open_on = {}, {}
            self._weeks[number] = found
        return found

    def _work_out(self, number: int) -> _Week:
        monday = number * 7 + 1
        begins = datetime.combine(date.fromordinal(monday), _MIDNIGHT, UTC)
        days = self._opens
        if self._holidays:
            days = tuple(day for day in days if date.fromordinal(monday + day[0]) not in self._holidays)
        offset = self._steady_offset(begins)
        if offset is None:
            wall = begins.replace(tzinfo=None)
            openings = [stretch for _, opens_after in days for stretch in self._openings(wall + opens_after)]
        else:
            midnight, lasts = begins - offset, self._lasts
            openings = [((opens := midnight + opens_after), opens + lasts) for _, opens_after in days]
        ends = begins + 7 * _DAY
        touching = [stretch for stretch in openings if stretch[0] < ends and stretch[1] > begins]
        return tuple(opens for opens, _ in touching), tuple(closes for _, closes in touching)

    def _steady_offset(self, begins: datetime) -> timedelta | None:
        """The zone's distance from UTC if no clock change is near; it looks 6.5 days apart, changes are further."""
        offsets = {(begins + timedelta(days=days)).astimezone(self._zone).utcoffset() for days in (-3, 3.5, 10)}
        return offsets.pop() if len(offsets) == 1 else None

    def _openings(self, start: datetime) -> list[tuple[datetime, datetime]]:
        """What one day opens near a clock change: nothing, one stretch, or two where the start's hour occurs twice.

        Between the two the clock shows times before the start once more; those are outside.
        """
        opens, again = both_readings(self._zone, start)
        closes = instant_of(self._zone, start + self._lasts)
        if opens >= again:
            stretches = [(instant_of(self._zone, start), closes)]
        else:
            stretches = [(opens, min(closes, clock_change(self._zone, opens, again))), (again, closes)]
        return [(a, b) for a, b in stretches if a < b]


@lru_cache(maxsize=512)
def _timetable(zone: ZoneInfo, window: SendWindow, holidays: frozenset[date]) -> _Timetable:
    problems = window_problems(window)
    if problems:
        raise BadWindow(problems[0], "Open the sequence's settings and correct the sending window.")
    return _Timetable(zone, window, holidays)


def next_open(calendar: Calendar, instant: datetime) -> datetime:
    """The smallest instant not before the given one that lies inside the window on a working day.

    Raises NoOpening when there is none within 400 days.
    """
    at = instant if instant.tzinfo is UTC else as_utc(instant)
    timetable, today = calendar.timetable, at.toordinal()
    known = timetable.open_on.get(today)
    if known is not None and known[0] <= at < known[1]:
        return at
    for number in range((today - 1) // 7, (today - 1) // 7 + LOOKS_AHEAD.days // 7 + 2):
        starts, ends = timetable.week(number)
        found = bisect_right(ends, at)
        if found < len(ends):
            timetable.open_on[today] = starts[found], ends[found]
            return max(at, starts[found])
    raise NoOpening(
        "The sending window doesn't open within the next 400 days",
        "Check the sending days, the holidays and the days off of the mailbox.",
        where=calendar.zone.key,
    )


def is_open(calendar: Calendar, instant: datetime) -> bool:
    """Whether an email may leave at this instant."""
    at = as_utc(instant)
    starts, ends = calendar.timetable.week((at.toordinal() - 1) // 7)
    found = bisect_right(ends, at)
    return found < len(ends) and starts[found] <= at


def closes_at(calendar: Calendar, instant: datetime) -> datetime | None:
    """The first instant from `next_open` on that is outside; None if it stays open for 400 days."""
    at = next_open(calendar, instant)
    gives_up = at + LOOKS_AHEAD
    while at < gives_up:
        starts, ends = calendar.timetable.week((at.toordinal() - 1) // 7)
        found = bisect_right(ends, at)
        if found == len(ends) or starts[found] > at:
            return at
        at = ends[found]
    return None


def is_working_day(calendar: Calendar, day: date) -> bool:
    """Whether a day is a sending day and no holiday."""
    return calendar.window.days[day.weekday()] and day not in calendar.holidays


def add_working_days(calendar: Calendar, day: date, days: int) -> date:
    """The n-th working day after a day; the day itself for 0. Raises NoOpening after 400 days without one."""
    idle = 0
    while days > 0:
        day += _DAY
        if is_working_day(calendar, day):
            days -= 1
            idle = 0
        else:
            idle += 1
            if idle > LOOKS_AHEAD.days:
                raise NoOpening(
                    "There is no working day within the next 400 days",
                    "Check the sending days, the holidays and the days off of the mailbox.",
                    where=calendar.zone.key,
                )
    return day


def add_delay(calendar: Calendar, start: datetime, delay: Delay, working_days: bool) -> datetime:
    """When a delay is over that runs from `start`: days (calendar or working ones), then hours and minutes."""
    at = start if start.tzinfo is UTC else as_utc(start)
    if delay.days:
        days = delay.days
        if working_days:
            day = local_day(calendar.zone, at)
            days = (add_working_days(calendar, day, days) - day).days
        at = days_later(calendar.zone, at, days)
    if delay.hours or delay.minutes:
        at += timedelta(hours=delay.hours, minutes=delay.minutes)
    return at


def task_due(calendar: Calendar, instant: datetime, not_before: datetime | None = None) -> datetime:
    """When a task comes due whose delay is over at `instant`: its day, or the next working day, at the window's start.

    Without a window that is 09:00. The day counts, so this may be earlier on the day than `instant`, but never before
    `not_before`.
    """
    day = local_day(calendar.zone, instant)
    if not is_working_day(calendar, day):
        day = add_working_days(calendar, day, 1)
    starts = calendar.window.start if calendar.window.start is not None else TASKS_COME_DUE_AT
    due = instant_of(calendar.zone, datetime.combine(day, starts))
    return due if not_before is None else max(due, as_utc(not_before))


def shift_after_pause(due_at: datetime, paused_at: datetime, resumed_at: datetime) -> datetime:
    """Where a due instant goes after a pause: as much later as the pause was long: the remaining wait is kept."""
    return due_at + max(resumed_at - paused_at, timedelta())
