"""Between the instants of UTC and what the clocks and calendars of a zone show.

Instants are aware datetimes in UTC, wall-clock times naive ones. A wall-clock time that doesn't exist means the first
one that does, one that occurs twice the first.
"""

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import count, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_MIDNIGHT = time()


def as_utc(instant: datetime) -> datetime:
    """The same instant in UTC; raises ValueError for a datetime without a zone, which is no instant."""
    if instant.tzinfo is UTC:
        return instant
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return instant.astimezone(UTC)


def instant_of(zone: "ZoneInfo", wall: datetime) -> datetime:
    """The instant at which the clocks of a zone show a wall-clock time, or a later one first."""
    first, second = both_readings(zone, wall)
    return first if first <= second else clock_change(zone, second, first)


def local_day(zone: "ZoneInfo", instant: datetime) -> date:
    """The date on a zone's calendars at an instant."""
    at = instant if instant.tzinfo is UTC else as_utc(instant)
    starts, days = _days_of(zone, at.toordinal())
    return days[bisect_right(starts, at) - 1]


def next_day_starts(zone: "ZoneInfo", instant: datetime) -> datetime:
    """The first instant after the given one at which a zone's calendars show a later date."""
    at = as_utc(instant)
    today = local_day(zone, at)
    return next(
        starts
        for ordinal in count(at.toordinal())
        for starts, day in zip(*_days_of(zone, ordinal), strict=True)
        if starts > at and day > today
    )


def days_later(zone: "ZoneInfo", instant: datetime, days: int) -> datetime:
    """The instant at which a zone's clocks show the same time some days later, or a later one first."""
    later = instant + days * _DAY
    leaves, arrives = steady_offset(zone, instant.toordinal()), steady_offset(zone, later.toordinal())
    if leaves is None or arrives is None:
        return instant_of(zone, instant.astimezone(zone).replace(tzinfo=None) + days * _DAY)
    return later if leaves == arrives else later + (leaves - arrives)


@lru_cache(maxsize=8192)
def steady_offset(zone: "ZoneInfo", ordinal: int) -> timedelta | None:
    """How far a zone is from UTC on a date of UTC and the two days around it; None where its clocks change near it.

    It is looked at 6.5 days apart, and changes are further apart than that.
    """
    begins = datetime.combine(date.fromordinal(ordinal), _MIDNIGHT, UTC)
    offsets = {(begins + days * _DAY).astimezone(zone).utcoffset() for days in (-3, 3.5)}
    return offsets.pop() if len(offsets) == 1 else None


@lru_cache(maxsize=8192)
def _days_of(zone: "ZoneInfo", ordinal: int) -> tuple[tuple[datetime, ...], tuple[date, ...]]:
    """How the local date runs through one date of UTC: from which instant on which day it is."""
    begins = datetime.combine(date.fromordinal(ordinal), _MIDNIGHT, UTC)
    looked_at = {begins}
    midnight = datetime.combine(begins.astimezone(zone).date(), _MIDNIGHT)
    for ahead in (0, 1, 2):
        first, second = both_readings(zone, midnight + ahead * _DAY)
        looked_at |= {first, second}
        if first != second:
            looked_at.add(clock_change(zone, min(first, second), max(first, second)))
    seen = [(at, at.astimezone(zone).date()) for at in sorted(looked_at) if begins <= at < begins + _DAY]
    kept = [seen[0]] + [now for before, now in pairwise(seen) if now[1] != before[1]]
    return tuple(at for at, _ in kept), tuple(day for _, day in kept)


def both_readings(zone: "ZoneInfo", wall: datetime) -> tuple[datetime, datetime]:
    """A wall-clock time read by the clocks before and after a change near it.

    Equal where no change is near, rising where the time occurs twice, falling where it doesn't exist.
    """
    before = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    after = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return before, after


def clock_change(zone: "ZoneInfo", before: datetime, after: datetime) -> datetime:
    """The clock change in (before, after], by halving; changes fall on whole seconds."""
    low, high = before.replace(microsecond=0), after.replace(microsecond=0)
    new = high.astimezone(zone).utcoffset()
    while high - low > _SECOND:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == new:
            high = middle
        else:
            low = middle
    return high


def place_of(zone: str) -> str:
    """The place a zone is named after: "New York" for `America/New_York`."""
    return zone.rpartition("/")[2].replace("_", " ")
