"""Which of the daily backups are kept: the newest of each of the last days that have one, and of the last weeks."""

from collections.abc import Collection, Hashable
from datetime import datetime, timedelta
from typing import Final

DAYS: Final = 7
WEEKS: Final = 4
EVERY: Final = timedelta(days=1)
"""How old the newest may become before another is due."""


def is_due(made: Collection[datetime], now: datetime) -> bool:
    """Whether another backup is to be made; also where the newest is dated in the future, as after a set clock."""
    newest = max(made, default=None)
    return newest is None or not timedelta() <= now - newest < EVERY


def kept(made: Collection[datetime]) -> frozenset[datetime]:
    """Of backups made at these instants (in one zone) those that stay; the others may go."""
    newest_first = sorted(made, reverse=True)
    days: dict[Hashable, datetime] = {}
    weeks: dict[Hashable, datetime] = {}
    for at in newest_first:
        days.setdefault(at.date(), at)
        weeks.setdefault(at.isocalendar()[:2], at)
    return frozenset([*list(days.values())[:DAYS], *list(weeks.values())[:WEEKS]])
