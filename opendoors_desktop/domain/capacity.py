"""Which limit binds: how many emails a sequence can send on a working day by each of its limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from opendoors_desktop.domain.mailbox import MailboxLimits, cap_on, ramped_on
from opendoors_desktop.domain.pace_rules import Rule
from opendoors_desktop.domain.send_window import SendWindow

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_MEAN_STRETCH = 1.25  # the least gap is lengthened by up to half of itself


@dataclass(frozen=True, slots=True)
class DayLimit:
    """What one rule lets through on a working day; `address` is the mailbox's it belongs to, "" for the sequence's.

    `is_of_first` says that only first emails are limited.
    """

    rule: Rule
    emails: int
    address: str = ""
    is_of_first: bool = False


@dataclass(frozen=True, slots=True)
class Outlet:
    """A mailbox that takes part in a sequence."""

    address: str
    limits: MailboxLimits


@dataclass(frozen=True, slots=True)
class Demand:
    """The limits of a sequence itself; None is none."""

    window: SendWindow
    max_per_day: int | None
    max_new_per_day: int | None
    throttle: timedelta


def window_length(window: SendWindow) -> timedelta:
    """How long the window is open on a day, clock changes aside."""
    if window.start is None or window.end is None:
        return _DAY
    length = datetime.combine(date.min, window.end) - datetime.combine(date.min, window.start)
    return length if length > timedelta() else length + _DAY


def limit_of_outlet(outlet: Outlet, demand: Demand, day: date) -> DayLimit | None:
    """The tightest limit on what one mailbox sends for the sequence on a day; None where nothing limits it."""
    limits, length = outlet.limits, window_length(demand.window)
    found: list[tuple[int, Rule]] = []
    daily = cap_on(limits, day)
    if daily is not None:
        is_ramp = limits.ramp is not None and ramped_on(limits.ramp, day) == daily
        found.append((daily, Rule.RAMP if is_ramp else Rule.DAILY_CAP))
    if limits.hourly_cap is not None:
        found.append((int(limits.hourly_cap * (length / _HOUR)), Rule.HOURLY_CAP))
    if limits.gap:
        found.append((int(length / (limits.gap * _MEAN_STRETCH)) + 1, Rule.GAP))
    if demand.throttle:
        found.append((-(-length // demand.throttle), Rule.THROTTLE))
    if not found:
        return None
    emails, rule = min(found)
    return DayLimit(rule, emails, outlet.address)


def limits_a_day(outlets: Sequence[Outlet], demand: Demand, day: date) -> tuple[DayLimit, ...]:
    """Every limit on what the sequence sends on a day, those that bind first.

    The tightest limits of its mailboxes add up: where all have one and the sum isn't above the sequence's own limit, it
    is the mailboxes that bind, else the sequence.
    """
    of_outlets = [limit_of_outlet(outlet, demand, day) for outlet in outlets]
    by_mailbox = [limit for limit in of_outlets if limit is not None]
    own = [] if demand.max_per_day is None else [DayLimit(Rule.SEQUENCE_CAP, demand.max_per_day)]
    first = [] if demand.max_new_per_day is None else [demand.max_new_per_day]
    of_first = [DayLimit(Rule.NEW_CONTACTS_CAP, emails, is_of_first=True) for emails in first]
    is_bound = bool(by_mailbox) and None not in of_outlets
    if is_bound and all(sum(limit.emails for limit in by_mailbox) <= limit.emails for limit in own):
        return (*by_mailbox, *own, *of_first)
    return (*own, *by_mailbox, *of_first)
