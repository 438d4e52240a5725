"""Each rule of pace by itself: what may hold an email back, as floors and gates on the instants it may leave at.

A floor is an instant before which nothing leaves; a gate takes an instant to the first one from it on that it allows.
All instants are aware datetimes in UTC. A cap of None is no limit, a cap of 0 lets nothing through.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from opendoors_desktop.domain.local_time import local_day, next_day_starts
from opendoors_desktop.domain.mailbox import MailboxLimits, Ramp, ramped_on
from opendoors_desktop.domain.pace_book import DayCounts, PaceBook
from opendoors_desktop.domain.send_window import Calendar, NoOpening, next_open

ALWAYS = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)

_DAY = timedelta(days=1)
_TWO_DAYS = timedelta(days=2)
_LOOKS_AHEAD = timedelta(days=400)


class Rule(StrEnum):
    """What holds an email back."""

    NONE = "none"
    DUE = "due"  # its time hasn't come
    PINNED = "pinned"  # a person gave it a time
    WINDOW = "window"
    GAP = "gap"
    THROTTLE = "throttle"
    HOURLY_CAP = "hourly_cap"
    DAILY_CAP = "daily_cap"
    RAMP = "ramp"
    SEQUENCE_CAP = "sequence_cap"
    NEW_CONTACTS_CAP = "new_contacts_cap"
    COMPANY_CAP = "company_cap"
    CONTACT_DAY = "contact_day"


@dataclass(frozen=True, slots=True)
class SequenceLimits:
    """What holds for the emails of one sequence."""

    sequence_id: UUID
    zone: ZoneInfo  # whose midnight ends the sequence's day
    max_per_day: int | None = None
    max_new_per_day: int | None = None
    throttle: timedelta = timedelta()  # the least time between two of its emails from one mailbox


class Candidate(NamedTuple):
    """An email that waits to leave; outside of sequences `sequence_id` is None and both other ids are the email's."""

    enrollment_id: UUID
    sequence_id: UUID | None
    step_id: UUID
    contact_id: UUID | None
    company_id: UUID | None
    is_first: bool  # the enrollment's first email
    due_at: datetime
    calendar: Calendar
    urgent: bool = False  # "send now": no window, no least time between emails; every cap holds
    pinned_at: datetime | None = None  # takes the place of `due_at`
    last_automatic: tuple[datetime, UUID] | None = None  # the contact's last automatic email: when, of which sequence
    waits_since_last: timedelta = timedelta()  # all waits since the enrollment's email before, delay steps included
    is_retry: bool = False  # it was attempted before and keeps its place in the counts


@dataclass(slots=True)
class Holds:
    """The latest floor, with its rule, and the gates of some rules together."""

    floor: datetime = ALWAYS
    floor_rule: Rule = Rule.NONE
    gates: tuple[tuple[Rule, Callable[[datetime], datetime]], ...] = ()

    def not_before(self, rule: Rule, instant: datetime) -> None:
        """Add a floor."""
        if instant > self.floor:
            self.floor, self.floor_rule = instant, rule

    def gate(self, rule: Rule, opens: Callable[[datetime], datetime]) -> None:
        """Add a gate."""
        self.gates = (*self.gates, (rule, opens))

    def limit_days(self, rule: Rule, cap: int | None, zone: ZoneInfo, counts: DayCounts, scope: UUID) -> None:
        """Add a cap on what `counts` has for `scope` in a day of `zone`; nothing at all is a floor never reached."""
        if cap is None:
            return
        if cap > 0:
            self.gate(rule, partial(_day_with_room, zone, counts, scope, cap))
        else:
            self.not_before(rule, NEVER)

    def also(self, other: "Holds") -> "Holds":
        """These rules and others together, as a new value."""
        later = self if self.floor >= other.floor else other
        return Holds(later.floor, later.floor_rule, self.gates + other.gates)

    def settle(self, at: datetime) -> tuple[datetime, Rule]:
        """The first instant from `at` on that every rule allows, and the last rule that had to move it.

        NEVER, if there is none within 400 days.
        """
        rule = Rule.NONE
        if self.floor > at:
            at, rule = self.floor, self.floor_rule
        begins, agreed = at, None
        while at != agreed and at < NEVER:
            agreed = at
            for name, opens_at in self.gates:
                opens = opens_at(at)
                if opens > at:
                    at, rule = opens, name
                    if at - begins >= _LOOKS_AHEAD:
                        return NEVER, rule
        return at, rule


def mailbox_holds(limits: MailboxLimits, book: PaceBook, candidate: Candidate | None) -> Holds:
    """The rules of the mailbox for one email, or for any that is neither urgent nor a retry."""
    holds = Holds()
    last = book.last
    if limits.gap and last is not None and (candidate is None or not candidate.urgent):
        holds.not_before(Rule.GAP, last.slot_at + limits.gap * (1 + last.share))
    if limits.hourly_cap is not None:
        opens = NEVER if limits.hourly_cap <= 0 else book.hour_opens_at(limits.hourly_cap, candidate)
        holds.not_before(Rule.HOURLY_CAP, ALWAYS if opens is None else opens)
    if candidate is None or not candidate.is_retry:
        holds.limit_days(Rule.DAILY_CAP, limits.daily_cap, limits.zone, book.days, book.mailbox_id)
        if limits.ramp is not None:
            holds.gate(Rule.RAMP, partial(_ramped_day, limits.zone, book, limits.ramp))
    return holds


def sequence_holds(
    sequence: SequenceLimits,
    book: PaceBook,
    is_first: bool,
    candidate: Candidate | None,
    beside: Holds | None = None,
) -> Holds:
    """The rules of a sequence for one email, or for any first one or follow-up that is neither urgent nor a retry.

    They come behind those they are put `beside` (the mailbox's).
    """
    holds = Holds() if beside is None else Holds(beside.floor, beside.floor_rule, beside.gates)
    own_id = sequence.sequence_id
    last = book.last_slot(own_id, candidate)
    if sequence.throttle and last is not None and (candidate is None or not candidate.urgent):
        holds.not_before(Rule.THROTTLE, last + sequence.throttle)
    if candidate is None or not candidate.is_retry:
        shared = book.shared
        holds.limit_days(Rule.SEQUENCE_CAP, sequence.max_per_day, sequence.zone, shared.sequences, own_id)
        if is_first:
            cap = sequence.max_new_per_day
            holds.limit_days(Rule.NEW_CONTACTS_CAP, cap, sequence.zone, shared.new_contacts, own_id)
    return holds


def own_holds(limits: MailboxLimits, book: PaceBook, candidate: Candidate) -> Holds:
    """The rules that hang on whom an email goes to: company, one automatic email a day, window."""
    holds = Holds()
    if candidate.company_id is not None and not candidate.is_retry:
        companies = book.shared.companies
        holds.limit_days(Rule.COMPANY_CAP, limits.company_cap, limits.zone, companies, candidate.company_id)
    last = _last_automatic(book, candidate)
    if last is not None:
        holds.gate(Rule.CONTACT_DAY, partial(_another_day, candidate.calendar.zone, last))
    if not candidate.urgent:
        holds.gate(Rule.WINDOW, partial(_window, candidate.calendar))
    return holds


def _last_automatic(book: PaceBook, candidate: Candidate) -> datetime | None:
    """The contact's last automatic email, if this one must not follow it on the same day."""
    if candidate.sequence_id is None or candidate.contact_id is None:
        return None
    last = candidate.last_automatic
    noted = book.shared.contacts.get(candidate.contact_id.int)
    if noted is not None and (last is None or noted[0] > last[0]):
        last = noted
    if last is None:
        return None
    is_quick_follow_up = not candidate.is_first and candidate.waits_since_last < _DAY
    if (candidate.is_retry or is_quick_follow_up) and last[1] == candidate.sequence_id:
        return None
    if candidate.due_at - last[0] >= _TWO_DAYS and not candidate.urgent and candidate.pinned_at is None:
        return None  # its own time is on another day anyway
    return last[0]


def _day_with_room(zone: ZoneInfo, counts: DayCounts, scope: UUID, cap: int, at: datetime) -> datetime:
    """The instant itself if its day has room, else the start of the next day."""
    return at if counts.used(scope, local_day(zone, at)) < cap else next_day_starts(zone, at)


def _ramped_day(zone: ZoneInfo, book: PaceBook, ramp: Ramp, at: datetime) -> datetime:
    """The same with the cap that the ramp-up gives the day."""
    day = local_day(zone, at)
    return at if book.used_on(day) < ramped_on(ramp, day) else next_day_starts(zone, at)


def _another_day(zone: ZoneInfo, last_at: datetime, at: datetime) -> datetime:
    """The instant itself if its day isn't that of the last email to the contact, else the next day's start."""
    return next_day_starts(zone, at) if local_day(zone, at) == local_day(zone, last_at) else at


def _window(calendar: Calendar, at: datetime) -> datetime:
    try:
        return next_open(calendar, at)
    except NoOpening:
        return NEVER
