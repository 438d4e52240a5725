"""The claim queue: who waits for an instant, kept per (mailbox, sequence, lane) in the order of their claim.

A row stands only for an enrollment that waits for a time; who waits for a person, is paused or has ended has none. The
key of a row is known from its enrollment, so the table needs no second index and its cost stays that of one B-tree.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from uuid import UUID

from opendoors_desktop.domain.values import maker
from opendoors_desktop.store.types import EPOCH, NIL, as_instant
from opendoors_desktop.store.unit import Unit

NO_MAILBOX = NIL
"""The mailbox of steps that need none; any scheduler may take them."""


class Lane(IntEnum):
    """Follow-ups go before first emails; steps without a mailbox, and retries, wait in lanes of their own.

    A retry has its place in the day's counts already, so a cap that is reached closes the other lanes and not this one.
    """

    FOLLOW_UP = 0
    FIRST = 1
    NO_MAILBOX = 2
    RETRY = 3


@dataclass(frozen=True, slots=True)
class Ticket:
    """One row of the queue: this enrollment is to be looked at when `wake_at` (UTC) has come."""

    mailbox_id: UUID
    sequence_id: UUID
    lane: Lane
    wake_at: datetime
    enrollment_id: UUID


make_ticket = maker(Ticket)
"""Makes a row from all its fields: one is made at every step of every contact."""

_PUT = """
INSERT INTO claim_queue (mailbox_id, sequence_id, lane, wake_at, enrollment_id)
VALUES (:mailbox_id, :sequence_id, :lane, :wake_at, :enrollment_id)
"""
_REMOVE = """
DELETE FROM claim_queue WHERE mailbox_id = :mailbox_id AND sequence_id = :sequence_id AND lane = :lane
AND wake_at = :wake_at AND enrollment_id = :enrollment_id
"""
_FIRST = """
SELECT wake_at FROM claim_queue WHERE mailbox_id = :mailbox_id AND sequence_id = :sequence_id AND lane = :lane
  AND (wake_at, enrollment_id) > (:after_at, :after_id)
ORDER BY wake_at LIMIT 1
"""


def put(unit: Unit, tickets: Iterable[Ticket]) -> None:
    """Add rows; an enrollment has one at most, which the caller keeps by removing the old one first."""
    unit.run_set(_PUT, [_values(ticket) for ticket in tickets])


def remove(unit: Unit, tickets: Iterable[Ticket]) -> None:
    """Take rows out; one that isn't there is no fault."""
    unit.run_set(_REMOVE, [_values(ticket) for ticket in tickets])


def first_wake(
    unit: Unit, mailbox_id: UUID, sequence_id: UUID, lane: Lane, *, behind: Ticket | None = None
) -> datetime | None:
    """When the first of a pair's lane, or the first `behind` one of it, is to be looked at (UTC); None for nobody."""
    row = unit.row(
        _FIRST,
        {
            "mailbox_id": mailbox_id,
            "sequence_id": sequence_id,
            "lane": int(lane),
            "after_at": EPOCH if behind is None else behind.wake_at,
            "after_id": NIL if behind is None else behind.enrollment_id,
        },
    )
    return None if row is None else as_instant(row[0])


def _values(ticket: Ticket) -> dict[str, object]:
    return {
        "mailbox_id": ticket.mailbox_id,
        "sequence_id": ticket.sequence_id,
        "lane": int(ticket.lane),
        "wake_at": ticket.wake_at,
        "enrollment_id": ticket.enrollment_id,
    }
