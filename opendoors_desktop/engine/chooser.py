"""Who leaves a mailbox next: asks the heads of its lines by the rules of pace, for scheduler and forecast alike."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from opendoors_desktop.domain.action import Send
from opendoors_desktop.domain.decision import waits_since_last_email
from opendoors_desktop.domain.enrollment import Enrollment
from opendoors_desktop.domain.pace_rules import own_holds
from opendoors_desktop.domain.pacing import (
    Candidate,
    Departure,
    MailboxLimits,
    PaceBook,
    SequenceLimits,
    allot,
    mailbox_opens_at,
    pair_opens_at,
)
from opendoors_desktop.domain.sequence import Sequence
from opendoors_desktop.store.queue import Lane

LineKey = tuple[UUID, Lane]
"""A line of a mailbox: the sequence and the lane."""


class WaitingLine(Protocol):
    """Those who wait in one lane of a sequence, in the order of their claim."""

    def head(self, now: datetime) -> Candidate | None:
        """The first who is due and ready to be sent; on the way there, who isn't is moved to where it belongs."""

    def put_off(self, until: datetime) -> None:
        """Have the head, which turns out not to be ready, wait until an instant."""

    def next_at(self) -> datetime | None:
        """Nobody is due before this instant; None where that isn't known yet, NEVER if nobody waits."""


class Chooser:
    """Chooses departures from one mailbox at one instant; `later` holds when to look again after the last one."""

    def __init__(
        self,
        limits: MailboxLimits,
        sequences: Mapping[UUID, SequenceLimits],
        book: PaceBook,
        lines: Mapping[LineKey, WaitingLine],
    ) -> None:
        """The caller enters each departure in `book` and takes its head out of the line before it asks again."""
        self._limits = limits
        self._sequences = sequences
        self._book = book
        self._lines = lines
        self._pairs = [(sequences[key], lane, line) for (key, lane), line in lines.items()]
        self.later: list[datetime | None] = []

    def next_departure(self, now: datetime) -> Departure | None:
        """Who goes next at this instant, or None when nobody may."""
        opens = mailbox_opens_at(self._limits, self._book, now).at
        while True:
            heads = self._heads(opens, now)
            departure = allot(self._limits, self._sequences, self._book, heads, now)
            if departure is None or departure.at <= now:
                return departure
            own_at, _ = own_holds(self._limits, self._book, departure.candidate).settle(now)
            if own_at <= now:
                self.later.append(departure.at)
                return None
            self._lines[key_of(departure.candidate)].put_off(own_at)

    def _heads(self, opens: datetime, now: datetime) -> list[Candidate]:
        """The heads of all lines that are open; a closed one isn't read, retries' lanes are always open."""
        self.later = []
        heads: list[Candidate] = []
        for sequence, lane, line in self._pairs:
            known = line.next_at()
            if known is not None and known > now:
                self.later.append(known)
                continue
            if lane is not Lane.RETRY:
                pair = pair_opens_at(sequence, self._book, lane is Lane.FIRST, now)
                if max(opens, pair.at) > now:
                    self.later.append(max(opens, pair.at))
                    continue
            head = line.head(now)
            if head is None:
                self.later.append(line.next_at())
            else:
                heads.append(head)
        return heads


class Recipient(Protocol):
    """What pace looks at beside an enrollment: its contact's company and last automatic email."""

    @property
    def company_id(self) -> UUID | None:
        """Whose company."""
        ...

    @property
    def last_automatic(self) -> tuple[datetime, UUID] | None:
        """When it left, and of which sequence it was."""
        ...


def candidate_of(
    sequence: Sequence, enrollment: Enrollment, decision: Send, recipient: Recipient, days_off: frozenset[date]
) -> Candidate:
    """An email that is due, as the rules of pace see it; `days_off` are its mailbox's."""
    return Candidate(
        enrollment_id=enrollment.id,
        sequence_id=sequence.id,
        step_id=decision.step.id,
        contact_id=enrollment.contact_id,
        company_id=recipient.company_id,
        is_first=decision.is_first,
        due_at=decision.due_at,
        calendar=sequence.calendar(enrollment.zone, days_off),
        last_automatic=recipient.last_automatic,
        waits_since_last=waits_since_last_email(sequence.flow, enrollment, decision.step),
    )


def key_of(candidate: Candidate) -> LineKey:
    """The line a candidate of a sequence waits in."""
    assert candidate.sequence_id is not None  # only emails of sequences stand in lines
    if candidate.is_retry:
        return candidate.sequence_id, Lane.RETRY
    return candidate.sequence_id, Lane.FIRST if candidate.is_first else Lane.FOLLOW_UP
