"""When a mailbox counts as read, how often it is looked at, and how long a host that failed is left alone."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

FRESH_FOR: Final = timedelta(seconds=60)
"""So long after its folders answered a mailbox may be sent from."""

LOOKS_EVERY: Final = timedelta(seconds=60)
"""How often a mailbox is looked at whose host tells nothing by itself."""

LOOKS_BESIDE_IDLE_EVERY: Final = timedelta(minutes=2)
"""How often the other folders are looked at while the inbox is listened to; before each email they are anyway."""

IDLES_FOR: Final = timedelta(minutes=25)
"""IDLE is begun anew before the half hour after which a server may hang up (RFC 2177)."""

FIRST_PAUSE: Final = timedelta(seconds=2)
LONGEST_PAUSE: Final = timedelta(minutes=5)


class ReadState(StrEnum):
    """How a mailbox stands for who wants to send from it."""

    READ = "read"
    UNDER_WAY = "under_way"  # it is read soon, and that is told
    AWAY = "away"  # it can't be read; when it can, that is told


@dataclass(frozen=True, slots=True)
class ReadTimes:
    """How far a mailbox is known, in seconds of a steady clock; None where never.

    All that had come into the inbox at `inbox_at`, and into the other folders at `others_at`, is read; what comes into
    the inbox since is told by the host itself while it `is_listening`.
    """

    inbox_at: float | None = None
    others_at: float | None = None
    is_listening: bool = False

    def are_fresh(self, now: float) -> bool:
        """Whether the mailbox may be sent from at `now`, by the same clock."""
        return (self.is_listening or _is_near(self.inbox_at, now)) and _is_near(self.others_at, now)


def pause_after(failures: int, chance: float) -> timedelta:
    """How long to wait after so many failures in a row (1 or more): doubled each time, up to a bound.

    `chance`, from 0 to 1, moves it by up to a quarter either way, so that many don't come back at once.
    """
    plain: timedelta = min(FIRST_PAUSE * 2 ** min(failures - 1, 20), LONGEST_PAUSE)
    return plain * (0.75 + chance / 2)


def _is_near(at: float | None, now: float) -> bool:
    return at is not None and now - at <= FRESH_FOR.total_seconds()
