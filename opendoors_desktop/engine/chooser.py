"""Who leaves a mailbox next: asks the heads of its lines by the rules of pace, for scheduler and forecast alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from opendoors_desktop.domain.action import Send
from opendoors_desktop.domain.decision import waits_since_last_email
from opendoors_desktop.domain.enrollment import Enrollment
from opendoors_desktop.domain.pace_rules import Holds, mailbox_holds, own_holds, sequence_holds
from opendoors_desktop.domain.pacing import (
    Candidate,
    Departure,
    MailboxLimits,
    PaceBook,
    SequenceLimits,
    all_holds,
    depart,
    goes_before,
)
from opendoors_desktop.domain.sequence import Sequence
from opendoors_desktop.store.queue import Lane

LineKey = tuple[UUID, Lane]
"""A line of a mailbox: the sequence and the lane."""


class WaitingLine(Protocol):
    """Those who wait in one lane of a sequence, in the order of their claim."""

    def head(self, now: datetime) -> Candidate | None:
        """The first who is due and is to be sent; on the way there, who isn't is moved to where it belongs."""

    def put_off(self, until: datetime) -> None:
        """Have the head, which turns out not to be ready, wait until an instant."""

    def next_at(self) -> datetime | None:
        """Nobody is due before this instant; None where that isn't known yet, NEVER if nobody waits."""


@dataclass(slots=True)
class _Door:
    """A line with what holds for it; `ready` is its head, once that is found to be held by nothing of its own.

    It was found closed until `opens_at`, and isn't asked before: what leaves meanwhile never opens it earlier.
    """

    sequence: SequenceLimits
    lane: Lane
    line: WaitingLine
    ready: Candidate | None = None
    opens_at: datetime | None = None


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
        self._book = book
        self._doors = [_Door(sequences[key], lane, line) for (key, lane), line in lines.items()]
        self.later: list[datetime | None] = []

    def next_departure(self, now: datetime) -> Departure | None:
        """Who goes next at this instant, or None when nobody may."""
        while True:
            departure, door = self._first(now)
            if departure is None or door is None:
                return None
            if departure.at <= now:
                door.ready = None
                return departure
            own_at, _ = own_holds(self._limits, self._book, departure.candidate).settle(now)
            if own_at <= now:
                self.later.append(departure.at)
                return None
            door.ready = None
            door.line.put_off(own_at)

    def _first(self, now: datetime) -> tuple[Departure | None, _Door | None]:
        """Who goes first of the heads of all lines that are open, and by which door."""
        self.later = []
        usual = mailbox_holds(self._limits, self._book, None)
        first: tuple[Departure | None, _Door | None] = (None, None)
        for door in self._doors:
            known = door.line.next_at() if door.ready is None else None
            if door.opens_at is not None and (known is None or known < door.opens_at):
                known = door.opens_at
            if known is not None and known > now:
                self.later.append(known)
                continue
            departure = self._departure(door, usual, now)
            if departure is not None and goes_before(departure, first[0]):
                first = departure, door
        return first

    def _departure(self, door: _Door, usual: Holds, now: datetime) -> Departure | None:
        """When a line's head goes. A closed line isn't read; retries' lines are always open."""
        is_retry = door.lane is Lane.RETRY
        holds = usual
        if not is_retry:
            holds = sequence_holds(door.sequence, self._book, door.lane is Lane.FIRST, None, usual)
            opens, _ = holds.settle(now)
            door.opens_at = opens if opens > now else None
            if door.opens_at is not None:
                self.later.append(opens)
                return None
        found = self._head(door, now)
        if found is None:
            return None
        candidate, own, is_open = found
        if is_retry or candidate.urgent:
            holds = all_holds(self._limits, door.sequence, self._book, candidate)
            return depart(self._limits, holds, self._book, candidate, now)
        return depart(self._limits, holds.also(own), self._book, candidate, now, may_go_now=is_open)

    def _head(self, door: _Door, now: datetime) -> tuple[Candidate, Holds, bool] | None:
        """The head of a line that is open, with its own rules, and whether they were just seen to let it go now.

        Who is held by those at first sight is put off.
        """
        if door.ready is not None:
            return door.ready, own_holds(self._limits, self._book, door.ready), False
        while (head := door.line.head(now)) is not None:
            own = own_holds(self._limits, self._book, head)
            own_at, _ = own.settle(now)
            if own_at <= now:
                door.ready = head
                return head, own, True
            door.line.put_off(own_at)
        self.later.append(door.line.next_at())
        return None


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
