"""How numbers, shares, days and times are written for a person, in the person's own language and zone."""

from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

from opendoors_desktop.domain.local_time import place_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

NOTHING = "–"
"""What stands where there is no number."""


def count(number: int) -> str:
    """A whole number with the signs that part its thousands."""
    return QLocale().toString(number)


def percent(share: float | None, digits: int = 1) -> str:
    """A share from 0 to 1 in percent; a dash of nothing."""
    if share is None:
        return NOTHING
    return _tr("{number}%").format(number=QLocale().toString(100 * share, "f", digits))


def day(on: date) -> str:
    """A day of this year or near it: its number and month."""
    return QLocale().toString(QDate(on.year, on.month, on.day), "d MMM")


def time_of_day(at: datetime) -> str:
    """The time on the clock that `at` is told by."""
    return _time(at.hour, at.minute, QLocale().name())


@lru_cache(maxsize=1440)
def _time(hour: int, minute: int, _locale: str) -> str:
    return QLocale().toString(QTime(hour, minute), QLocale.FormatType.ShortFormat)


def here(at: datetime, zone: tzinfo | None = None) -> datetime:
    """An instant on this person's clock; `zone` in place of the computer's own."""
    return at.astimezone(zone)


def when(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """An instant as seen from another: "Today 10:42", "Tomorrow 09:00", "14 Sep 10:42"; both are aware."""
    local = here(at, zone)
    away = (local.date() - here(now, zone).date()).days
    time = time_of_day(local)
    if away == 0:
        return _tr("Today {time}").format(time=time)
    if away == 1:
        return _tr("Tomorrow {time}").format(time=time)
    if away == -1:
        return _tr("Yesterday {time}").format(time=time)
    return _tr("{day} {time}").format(day=day(local.date()), time=time)


def their_time(at: datetime, zone: "ZoneInfo") -> str:
    """An instant on the clock of a contact, with the place: "10:42 in Oslo".

    A zone is read from a file when it is first made: have that done where the rows are read.
    """
    return _tr("{time} in {place}").format(time=time_of_day(at.astimezone(zone)), place=place_of(zone.key))


def since(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """An instant for the middle of a sentence: the time alone where it is of today."""
    local = here(at, zone)
    return time_of_day(local) if local.date() == here(now, zone).date() else when(at, now, zone)


def due_since(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Since when something is due: "Due since 10:42" of today, "Due since 14 Sep" of a day before."""
    local = here(at, zone)
    is_today = local.date() == here(now, zone).date()
    return _tr("Due since {time}").format(time=time_of_day(local) if is_today else day(local.date()))


def due(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """When something is due: as `when`, or since when it is late."""
    return when(at, now, zone) if at >= now else due_since(at, now, zone)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Formats", text)
