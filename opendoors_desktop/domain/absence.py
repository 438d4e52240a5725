"""Whether a computer was away (asleep, stopped) or its clock was set, told from looks at two clocks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

AWAY_AFTER: Final = timedelta(minutes=5)
"""Being this much later than was meant is an absence; less happens to a busy computer."""

SET_BEYOND: Final = timedelta(minutes=1)
"""A difference between the clocks of less is their drift."""


@dataclass(frozen=True, slots=True)
class Look:
    """A look at both clocks: the wall clock (UTC), and `steady` seconds that nobody sets, sleep counted."""

    at: datetime
    steady: float


@dataclass(frozen=True, slots=True)
class Absence:
    """By the wall clock nobody looked between `since` and `until`.

    `lasted` is how much later than meant that was, 0 if only the clock was set; `set_by` is by how much it was set
    (forward above 0), 0 if it wasn't.
    """

    since: datetime
    until: datetime
    lasted: timedelta
    set_by: timedelta


def find_absence(before: Look, back_by: datetime | None, now: Look) -> Absence | None:
    """The absence between two looks; None if there was none worth telling.

    `back_by` is when the second look was meant to be at the latest, by the wall clock of the first; None: unknown.
    """
    passed = timedelta(seconds=now.steady - before.steady)
    set_by = now.at - before.at - passed
    late = timedelta() if back_by is None else passed - (back_by - before.at)
    is_set, is_away = abs(set_by) >= SET_BEYOND, late >= AWAY_AFTER
    if not is_set and not is_away:
        return None
    return Absence(before.at, now.at, late if is_away else timedelta(), set_by if is_set else timedelta())
