"""Who leaves next from a mailbox, and when: pure functions of the limits, of what left and of what waits.

All instants are aware datetimes in UTC. Emails count on the day of their first attempt; a retry keeps the place that
its first attempt took.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from opendoors_desktop.domain.mailbox import MailboxLimits, Ramp, cap_on
from opendoors_desktop.domain.pace_book import Attempt, PaceBook, SharedCounts, jitter_share
from opendoors_desktop.domain.pace_rules import (
    NEVER,
    Candidate,
    Holds,
    Rule,
    SequenceLimits,
    mailbox_holds,
    own_holds,
    sequence_holds,
)

__all__ = [
    "LATENESS", "NEVER", "Attempt", "Candidate", "Departure", "MailboxLimits", "Opening", "PaceBook", "Ramp", "Rule",
    "SequenceLimits", "SharedCounts", "all_holds", "allot", "candidate_at", "cap_on", "depart", "goes_before", "jitter",
    "mailbox_opens_at", "pair_opens_at",
]  # fmt: skip

# How late an email may leave and still be on its slot: a slot planned for 10:00:00 stays that although the scheduler
# woke at 10:00:00.4, so that the next ones don't drift from their forecast.
LATENESS = timedelta(seconds=10)


class Opening(NamedTuple):
    """The earliest instant (NEVER: none) and the rule that allows none before it."""

    at: datetime
    rule: Rule


class Departure(NamedTuple):
    """Who goes next: may leave from `at` on, and takes the slot `slot_at`, at most 10 seconds before it."""

    candidate: Candidate
    at: datetime
    rule: Rule
    slot_at: datetime


def jitter(mailbox_id: UUID, enrollment_id: UUID, step_id: UUID, gap: timedelta) -> timedelta:
    """By how much an email lengthens the gap behind it: under half of it, and always the same for the same ids."""
    return gap * jitter_share(mailbox_id, enrollment_id, step_id)


def mailbox_opens_at(
    limits: MailboxLimits, book: PaceBook, now: datetime, candidate: Candidate | None = None
) -> Opening:
    """When the mailbox lets anything through, as far as that hangs on it alone; or this one, urgent or a retry."""
    return Opening(*mailbox_holds(limits, book, candidate).settle(now))


def pair_opens_at(
    sequence: SequenceLimits, book: PaceBook, is_first: bool, now: datetime, candidate: Candidate | None = None
) -> Opening:
    """When a sequence lets first emails, or follow-ups, through this mailbox; before then none of them is read.

    With a `candidate`, when it lets this one through, which may be urgent or a retry.
    """
    return Opening(*sequence_holds(sequence, book, is_first, candidate).settle(now))


def candidate_at(
    limits: MailboxLimits, sequence: SequenceLimits | None, book: PaceBook, candidate: Candidate, now: datetime
) -> Opening:
    """The earliest instant at which one email may leave by all rules, were it the next of its mailbox."""
    departure = depart(limits, all_holds(limits, sequence, book, candidate), book, candidate, now)
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
        departure = depart(limits, all_holds(limits, sequence, book, candidate), book, candidate, now)
        if goes_before(departure, best):
            best = departure
    return best


def goes_before(departure: Departure, other: Departure | None) -> bool:
    """Whether one goes next rather than another (None: nobody else); one that may never go doesn't at all."""
    return departure.at < NEVER and (other is None or _rank(departure) < _rank(other))


def _rank(departure: Departure) -> tuple[datetime, bool, bool, bool, datetime, int]:
    candidate = departure.candidate
    return (
        departure.at,
        not candidate.urgent,
        not candidate.is_retry,
        candidate.is_first,
        candidate.due_at,
        candidate.enrollment_id.int,
    )


def all_holds(limits: MailboxLimits, sequence: SequenceLimits | None, book: PaceBook, candidate: Candidate) -> Holds:
    """Every rule that may hold one email: those of its mailbox, of its sequence, and its own."""
    holds = mailbox_holds(limits, book, candidate)
    if sequence is not None:
        holds = sequence_holds(sequence, book, candidate.is_first, candidate, holds)
    return holds.also(own_holds(limits, book, candidate))


def depart(
    limits: MailboxLimits,
    holds: Holds,
    book: PaceBook,
    candidate: Candidate,
    now: datetime,
    *,
    may_go_now: bool = False,
) -> Departure:
    """Place one email by `holds`, all rules for it, of which the caller may know already that they let it go now.

    It goes on its slot if that is to come or was missed by seconds only, else on the first one from now.
    """
    begins, waits_for = candidate.due_at, Rule.DUE
    if candidate.pinned_at is not None:
        begins, waits_for = candidate.pinned_at, Rule.PINNED
    late = now - LATENESS
    slot_at, rule = (now, Rule.NONE) if may_go_now and begins == now else holds.settle(max(begins, late))
    if slot_at < now:
        again, rule = holds.settle(now)
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
