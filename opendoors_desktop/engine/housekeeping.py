"""Carries enrollments through the steps that need no mailbox: tasks, lanes, delays, and the ends of sequences."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from uuid import UUID

from opendoors_desktop.domain.pacing import NEVER
from opendoors_desktop.domain.sequence import Sequence
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.desk import Room, wakes_first
from opendoors_desktop.engine.stepping import Scene, Surroundings, carry_on, facts_of
from opendoors_desktop.store import enrollments, queue
from opendoors_desktop.store.enrollments import Pair
from opendoors_desktop.store.ledger import Ledger
from opendoors_desktop.store.queue import NO_MAILBOX, Lane, Ticket
from opendoors_desktop.store.unit import Unit

BATCH = 100
"""How many enrollments are moved in one commit, so that no write holds the store for long."""

LOOKS_AGAIN_AFTER = timedelta(seconds=1)


class Housekeeping:
    """Remembers for each running sequence when somebody in it is due without a mailbox."""

    def __init__(self, context: Context, writing: Callable[..., AbstractContextManager[Unit]]) -> None:
        self._context = context
        self._writing = writing
        self._next_at: dict[UUID, datetime] = {}

    def forget(self) -> None:
        """Look into the queue anew: somebody else has changed it."""
        self._next_at.clear()

    def note(self, ticket: Ticket | None) -> None:
        """Take notice of a row that came into a line without a mailbox."""
        if ticket is not None and ticket.mailbox_id == NO_MAILBOX and ticket.sequence_id in self._next_at:
            self._next_at[ticket.sequence_id] = min(self._next_at[ticket.sequence_id], ticket.wake_at)

    def next_look(self) -> datetime | None:
        """When somebody is due next; None if nobody waits here."""
        return wakes_first(self._next_at.values())

    def run(self, room: Room, now: datetime) -> list[Ticket]:
        """Move everybody who is due, one batch a sequence; gives the rows that came into the queue."""
        placed: list[Ticket] = []
        for sequence in room.sequences.values():
            if self._first(sequence, now) <= now:
                placed += self._move_batch(room, sequence, now)
        return placed

    def _first(self, sequence: Sequence, now: datetime) -> datetime:
        known = self._next_at.get(sequence.id)
        if known is None:
            with self._context.store.read() as unit:
                known = queue.first_wake(unit, NO_MAILBOX, sequence.id, Lane.NO_MAILBOX) or NEVER
            self._next_at[sequence.id] = known
        return known

    def _move_batch(self, room: Room, sequence: Sequence, now: datetime) -> list[Ticket]:
        surroundings = Surroundings(room.fallbacks, room.mailboxes)
        pair = Pair(NO_MAILBOX, sequence.id, Lane.NO_MAILBOX)
        with self._writing(beside=True) as unit:
            ledger = Ledger(self._context.new_id)
            scene = Scene(unit, self._context, sequence, surroundings, ledger, now)
            before = enrollments.page_due(unit, self._context.scope.customer_id, pair, now, limit=BATCH, locks=True)
            after = [carry_on(scene, standing, facts_of(scene, standing))[0] for standing in before]
            enrollments.save(unit, before, after)
            ledger.write(unit)
            first = queue.first_wake(unit, NO_MAILBOX, sequence.id, Lane.NO_MAILBOX) or NEVER
        # Nobody of those who are due was free: another scheduler is moving them just now.
        self._next_at[sequence.id] = first if before else max(first, now + LOOKS_AGAIN_AFTER)
        return [standing.ticket for standing in after if standing.ticket is not None]
