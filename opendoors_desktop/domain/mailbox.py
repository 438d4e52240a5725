"""What a mailbox may send: its limits, its ramp-up, and when it has to pause itself."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

BOUNCE_RATE_LOOKS_AT = 100
BOUNCE_RATE_PAUSES_OVER = 5
POLICY_REFUSALS_PAUSE_AT = 3


class MailboxStatus(StrEnum):
    """Whether a mailbox sends."""

    ACTIVE = "active"
    PAUSED = "paused"  # by a person, or by itself with a reason
    FAILED = "failed"  # the host refuses it: wrong credentials, sender not allowed


class PauseReason(StrEnum):
    """Why a mailbox stopped sending by itself."""

    AUTHENTICATION = "authentication"
    SENDER_REFUSED = "sender_refused"
    POLICY = "policy"  # three refusals for policy or content in a row
    BLOCKED = "blocked"
    BOUNCE_RATE = "bounce_rate"


@dataclass(frozen=True, slots=True)
class Ramp:
    """A slow start: `first_cap` emails on the first day, `step_per_day` more on each day after it."""

    starts_on: date
    first_cap: int
    step_per_day: int


@dataclass(frozen=True, slots=True)
class MailboxLimits:
    """What holds for a mailbox over all sequences; None is no limit, 0 is nothing at all."""

    mailbox_id: UUID
    zone: ZoneInfo  # whose midnight ends the mailbox's day
    daily_cap: int | None = None
    hourly_cap: int | None = None  # in any 60 minutes, which is stricter than by the clock's hour
    gap: timedelta = timedelta()  # the least time between two emails, before jitter
    ramp: Ramp | None = None
    company_cap: int | None = None  # emails a day to the people of one company


def ramped_on(ramp: Ramp, day: date) -> int:
    """How many emails the ramp-up allows on a day; before its first day as on it."""
    return ramp.first_cap + ramp.step_per_day * max((day - ramp.starts_on).days, 0)


def cap_on(limits: MailboxLimits, day: date) -> int | None:
    """How many emails may leave on a day: the daily cap, lowered by the ramp-up; None is no limit."""
    if limits.ramp is None:
        return limits.daily_cap
    ramped = ramped_on(limits.ramp, day)
    return ramped if limits.daily_cap is None else min(ramped, limits.daily_cap)


def is_bouncing_too_much(bounced: int) -> bool:
    """Whether a mailbox has to pause: over 5 % of its last 100 emails bounced hard.

    With fewer sent so far it is still the sixth bounce that counts, so that one bad address among ten stops nobody.
    """
    return bounced * 100 > BOUNCE_RATE_PAUSES_OVER * BOUNCE_RATE_LOOKS_AT
