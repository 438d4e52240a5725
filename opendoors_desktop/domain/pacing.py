"""Who leaves next from a mailbox, and when: every limit, in one place, as pure functions of what left and what waits.

All instants are aware datetimes in UTC. A cap of None is no limit, a cap of 0 lets nothing through. Counted are emails
on the day of their first attempt; a retry keeps the place its first attempt took.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from opendoors_desktop.domain.local_time import local_day, next_day_starts
from opendoors_desktop.domain.mailbox import MailboxLimits, Ramp, cap_on, ramped_on
from opendoors_desktop.domain.pace_book import Attempt, PaceBook, SharedCounts, jitter_share
from opendoors_desktop.domain.send_window import Calendar, NoOpening, next_open

__all__ = [
    "LATENESS", "NEVER", "Attempt", "Candidate", "Departure", "MailboxLimits", "Opening", "PaceBook", "Ramp", "Rule",
    "SequenceLimits", "SharedCounts", "allot", "candidate_at", "cap_on", "jitter", "mailbox_opens_at", "pair_opens_at",
]  # fmt: skip

NEVER = datetime.max.replace(tzinfo=UTC)

# How late an email may leave and still be on its slot: a slot planned for 10:00:00 stays that although the scheduler
# woke at 10:00:00.4, so that the next ones don't drift from their forecast.
LATENESS = timedelta(seconds=10)

_DAY = timedelta(days=1)
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


@dataclass(frozen=True, slots=True)
class Candidate:
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


@dataclass(frozen=True, slots=True)
class Opening:
    """The earliest instant (NEVER: none) and the rule that allows none before it."""

    at: datetime
    rule: Rule


@dataclass(frozen=True, slots=True)
class Departure:
    """Who goes next: may leave from `at` on, and takes the slot `slot_at`, at most 10 seconds before it."""

    candidate: Candidate
    at: datetime
    rule: Rule
    slot_at: datetime


# A floor is an instant nothing may leave before; a gate takes an instant to the first one not before it that it allows.
_Floors = list[tuple[Rule, datetime]]
_Gates = list[tuple[Rule, Callable[[datetime], datetime]]]


def jitter(mailbox_id: UUID, enrollment_id: UUID, step_id: UUID, gap: timedelta) -> timedelta:
    """By how much an email lengthens the gap behind it: under half of it, and always the same for the same ids."""
    return gap * jitter_share(mailbox_id, enrollment_id, step_id)


def mailbox_opens_at(limits: MailboxLimits, book: PaceBook, now: datetime) -> Opening:
    """When the mailbox lets anything through, as far as that hangs on it alone."""
    slot_at, rule = _settle(*_mailbox_rules(limits, book, None), now)
    return Opening(slot_at, rule)


def pair_opens_at(sequence: SequenceLimits, book: PaceBook, is_first: bool, now: datetime) -> Opening:
    """When a sequence lets first emails, or follow-ups, through this mailbox; before then none of them is read."""
    slot_at, rule = _settle(*_sequence_rules(sequence, book, is_first, None), now)
    return Opening(slot_at, rule)


def candidate_at(
    limits: MailboxLimits, sequence: SequenceLimits | None, book: PaceBook, candidate: Candidate, now: datetime
) -> Opening:
    """The earliest instant at which one email may leave by all rules, were it the next of its mailbox."""
    departure = _depart(limits, sequence, book, candidate, now)
    return Opening(departure.at, departure.rule)


def allot(
    limits: MailboxLimits,
    sequences: Mapping[UUID, SequenceLimits],
    book: PaceBook,
    heads: Sequence[Candidate],
    now: datetime,
) -> Departure | None:
    """Who of those waiting goes next, and when; None if nobody ever may.

    The earliest goes; of several at one instant an urgent one before a retry before a follow-up before a first email,
    then the one due first, then by enrollment. The caller enters it in the book and asks again.
    """
    best: Departure | None = None
    for candidate in heads:
        sequence = None if candidate.sequence_id is None else sequences[candidate.sequence_id]
        departure = _depart(limits, sequence, book, candidate, now)
        if (
            best is None
            or departure.at < best.at
            or (departure.at == best.at and _rank(candidate) < _rank(best.candidate))
        ):
            best = departure
    return None if best is None or best.at >= NEVER else best


def _rank(candidate: Candidate) -> tuple[bool, bool, bool, datetime, int]:
    return (
        not candidate.urgent,
        not candidate.is_retry,
        candidate.is_first,
        candidate.due_at,
        candidate.enrollment_id.int,
    )


def _depart(
    limits: MailboxLimits, sequence: SequenceLimits | None, book: PaceBook, candidate: Candidate, now: datetime
) -> Departure:
    """Place one email: on its slot if that is to come or was missed by seconds only, else on the first one from now."""
    floors, gates = _mailbox_rules(limits, book, candidate)
    for more_floors, more_gates in (
        ([], []) if sequence is None else _sequence_rules(sequence, book, candidate.is_first, candidate),
        _own_rules(limits, book, candidate),
    ):
        floors += more_floors
        gates += more_gates
    begins, waits_for = candidate.due_at, Rule.DUE
    if candidate.pinned_at is not None:
        begins, waits_for = candidate.pinned_at, Rule.PINNED
    late = now - LATENESS
    slot_at, rule = _settle(floors, gates, max(begins, late))
    if slot_at < now:
        again, rule = _settle(floors, gates, now)
        if again > now or slot_at <= late:
            slot_at = again
    if slot_at <= now:
        rule = Rule.NONE
    elif rule is Rule.NONE:
        rule = waits_for
    at = max(slot_at, now)
    if book.last is not None and not candidate.urgent and book.last.left_at + limits.gap > at:
        at, rule = book.last.left_at + limits.gap, Rule.GAP
    return Departure(candidate, at, rule, slot_at)


def _settle(floors: _Floors, gates: _Gates, at: datetime) -> tuple[datetime, Rule]:
    """The first instant from `at` on that every rule allows, and the last rule that had to move it."""
    rule = Rule.NONE
    for name, floor in floors:
        if floor > at:
            at, rule = floor, name
    gives_up = NEVER if at >= NEVER - _LOOKS_AHEAD else at + _LOOKS_AHEAD
    is_moving = True
    while is_moving:
        is_moving = False
        for name, gate in gates:
            if at >= gives_up:
                return NEVER, rule
            opens = gate(at)
            if opens > at:
                at, rule, is_moving = opens, name, True
    return at, rule


def _mailbox_rules(limits: MailboxLimits, book: PaceBook, candidate: Candidate | None) -> tuple[_Floors, _Gates]:
    """The rules of the mailbox: hourly cap and gap as floors, daily cap and ramp-up as gates."""
    floors: _Floors = []
    gates: _Gates = []
    last = book.last
    if limits.gap and last is not None and not (candidate is not None and candidate.urgent):
        floors.append((Rule.GAP, last.slot_at + limits.gap * (1 + last.share)))
    if limits.hourly_cap is not None:
        opens = NEVER if limits.hourly_cap <= 0 else book.hour_opens_at(limits.hourly_cap, candidate)
        if opens is not None:
            floors.append((Rule.HOURLY_CAP, opens))
    if candidate is None or not candidate.is_retry:
        if limits.daily_cap is not None:
            _limit_days(Rule.DAILY_CAP, limits.daily_cap, limits.zone, book.used_on, floors, gates)
        if limits.ramp is not None:
            ramped = partial(ramped_on, limits.ramp)
            gates.append((Rule.RAMP, partial(_day_with_room, limits.zone, book.used_on, ramped)))
    return floors, gates


def _sequence_rules(
    sequence: SequenceLimits, book: PaceBook, is_first: bool, candidate: Candidate | None
) -> tuple[_Floors, _Gates]:
    """The rules of the sequence: throttle as a floor, emails and new contacts a day as gates."""
    floors: _Floors = []
    gates: _Gates = []
    sequence_id = sequence.sequence_id
    if sequence.throttle and not (candidate is not None and candidate.urgent):
        last = book.last_slot(sequence_id, candidate)
        if last is not None:
            floors.append((Rule.THROTTLE, last + sequence.throttle))
    if candidate is not None and candidate.is_retry:
        return floors, gates
    shared = book.shared
    if sequence.max_per_day is not None:
        used_on = partial(shared.sequences.used, sequence_id)
        _limit_days(Rule.SEQUENCE_CAP, sequence.max_per_day, sequence.zone, used_on, floors, gates)
    if is_first and sequence.max_new_per_day is not None:
        used_on = partial(shared.new_contacts.used, sequence_id)
        _limit_days(Rule.NEW_CONTACTS_CAP, sequence.max_new_per_day, sequence.zone, used_on, floors, gates)
    return floors, gates


def _own_rules(limits: MailboxLimits, book: PaceBook, candidate: Candidate) -> tuple[_Floors, _Gates]:
    """The rules that hang on whom it goes to: company, one automatic email a day, window."""
    floors: _Floors = []
    gates: _Gates = []
    if limits.company_cap is not None and candidate.company_id is not None and not candidate.is_retry:
        used_on = partial(book.shared.companies.used, candidate.company_id)
        _limit_days(Rule.COMPANY_CAP, limits.company_cap, limits.zone, used_on, floors, gates)
    last = _last_automatic(book, candidate)
    if last is not None:
        gates.append((Rule.CONTACT_DAY, partial(_another_day, candidate.calendar.zone, last)))
    if not candidate.urgent:
        gates.append((Rule.WINDOW, partial(_window, candidate.calendar)))
    return floors, gates


def _limit_days(
    rule: Rule, cap: int, zone: ZoneInfo, used_on: Callable[[date], int], floors: _Floors, gates: _Gates
) -> None:
    """Add a cap a day to the rules; one of nothing at all is a floor that is never reached."""
    if cap <= 0:
        floors.append((rule, NEVER))
    else:
        gates.append((rule, partial(_day_with_room, zone, used_on, lambda _: cap)))


def _last_automatic(book: PaceBook, candidate: Candidate) -> datetime | None:
    """The contact's last automatic email, if this one must not follow it on the same day."""
    if candidate.sequence_id is None or candidate.contact_id is None:
        return None
    last = candidate.last_automatic
    noted = book.shared.contacts.get(candidate.contact_id)
    if noted is not None and (last is None or noted[0] > last[0]):
        last = noted
    if last is None:
        return None
    is_quick_follow_up = not candidate.is_first and candidate.waits_since_last < _DAY
    if last[1] == candidate.sequence_id and (candidate.is_retry or is_quick_follow_up):
        return None
    return last[0]


def _day_with_room(
    zone: ZoneInfo, used_on: Callable[[date], int], cap_on_day: Callable[[date], int], at: datetime
) -> datetime:
    """The instant itself if its day has room, else the start of the next day."""
    day = local_day(zone, at)
    return at if used_on(day) < cap_on_day(day) else next_day_starts(zone, at)


def _another_day(zone: ZoneInfo, last_at: datetime, at: datetime) -> datetime:
    """The instant itself if its day isn't that of the last email to the contact, else the next day's start."""
    return next_day_starts(zone, at) if local_day(zone, at) == local_day(zone, last_at) else at


def _window(calendar: Calendar, at: datetime) -> datetime:
    try:
        return next_open(calendar, at)
    except NoOpening:
        return NEVER
