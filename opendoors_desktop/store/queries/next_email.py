"""The email that is first to leave: when it is due, and whether today's cap or its sending window keeps it back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.local_time import next_day_starts
from opendoors_desktop.domain.send_window import Calendar, SendWindow, next_open
from opendoors_desktop.store.outbox import OPEN
from opendoors_desktop.store.queries.mailbox_list import MailboxSight
from opendoors_desktop.store.queries.queue_heads import QueueHead, list_queue_heads
from opendoors_desktop.store.sequence_settings import days_of
from opendoors_desktop.store.types import as_instant, as_uuid, maybe_time, maybe_uuid
from opendoors_desktop.store.unit import Row, Unit

LOOKS_AT: Final = 60
"""So many heads of lines are looked at, the earliest first."""


class WaitsFor(StrEnum):
    """What keeps an email back once it is due, beside pace."""

    CAP = "cap"
    WINDOW = "window"


@dataclass(frozen=True, slots=True)
class NextEmail:
    """The email that may leave first, due at `due_at` (UTC): when it leaves is up to pace, which the plan tells.

    It can't leave before `not_before`, for what `waits_for` says (None: nothing known, and both times are the same);
    holidays aren't looked at. `step` is the number of its step; an email by hand has neither sequence nor step.
    """

    due_at: datetime
    contact_id: UUID | None
    contact: str
    enrollment_id: UUID | None
    sequence_id: UUID | None
    sequence: str | None
    step: int | None
    mailbox: str
    not_before: datetime
    waits_for: WaitsFor | None


_ENROLLED: Final = """
SELECT e.contact_id, trim(c.first_name || ' ' || c.last_name), c.email, e.id, s.id, s.name, p.step_order, m.address,
  e.time_zone, s.sending_days, s.sending_window_start, s.sending_window_end
FROM sequences s JOIN sequence_enrollments e ON e.customer_id = s.customer_id AND e.id = :enrollment_id
  JOIN contacts c ON c.id = e.contact_id JOIN email_accounts m ON m.id = :mailbox_id
  LEFT JOIN sequence_steps p ON p.id = e.current_step_id
WHERE s.id = :sequence_id AND s.workspace_id = :workspace_id
"""
_BY_HAND: Final = f"""
SELECT o.contact_id, trim(coalesce(c.first_name, '') || ' ' || coalesce(c.last_name, '')), o.to_address,
  o.enrollment_id, o.sequence_id, s.name, p.step_order, m.address, coalesce(o.retry_at, o.planned_at), o.mailbox_id
FROM outgoing_emails o JOIN email_accounts m ON m.id = o.mailbox_id LEFT JOIN contacts c ON c.id = o.contact_id
  LEFT JOIN sequences s ON s.id = o.sequence_id LEFT JOIN sequence_steps p ON p.id = o.step_id
WHERE o.{OPEN} AND o.state IN ('planned', 'deferred')
  AND o.workspace_id = :workspace_id AND (o.kind <> 'sequence' OR o.draft IS NOT NULL) AND m.status = 'active'
  AND coalesce(o.retry_at, o.planned_at) IS NOT NULL
ORDER BY coalesce(o.retry_at, o.planned_at), o.id LIMIT 1
"""


def find_next_email(unit: Unit, workspace_id: UUID, sights: Iterable[MailboxSight], now: datetime) -> NextEmail | None:
    """The email that may leave first of all that wait in mailboxes that send; None when none waits.

    `sights` are the workspace's mailboxes at `now`. Costs a row for each head of a line that is due before it.
    """
    sending = {sight.mailbox.id: sight for sight in sights if sight.mailbox.can_send}
    first = _by_hand(unit, workspace_id, sending, now)
    heads = [head for head in list_queue_heads(unit, workspace_id) if head.mailbox_id in sending]
    for head in heads[:LOOKS_AT]:
        if first is not None and first.not_before <= head.due_at:
            break
        found = _of_head(unit, workspace_id, head, sending[head.mailbox_id], now)
        if found is not None and (first is None or found.not_before < first.not_before):
            first = found
    return first


def _by_hand(unit: Unit, workspace_id: UUID, sending: dict[UUID, MailboxSight], now: datetime) -> NextEmail | None:
    """The first email outside the queue: a person waits for it, so it keeps to caps alone."""
    row = unit.row(_BY_HAND, {"workspace_id": workspace_id})
    if row is None:
        return None
    due_at, sight = as_instant(row[8]), sending.get(as_uuid(row[9]))
    free_at = due_at if sight is None else _free_at(sight, due_at, now)
    return _next(row, due_at, free_at, WaitsFor.CAP if free_at > due_at else None)


def _of_head(unit: Unit, workspace_id: UUID, head: QueueHead, sight: MailboxSight, now: datetime) -> NextEmail | None:
    """The email at the head of a line; None where it is gone, or its window never opens."""
    key = {
        "workspace_id": workspace_id,
        "sequence_id": head.sequence_id,
        "enrollment_id": head.enrollment_id,
        "mailbox_id": head.mailbox_id,
    }
    row = unit.row(_ENROLLED, key)
    if row is None:
        return None
    free_at = head.due_at if head.is_retry else _free_at(sight, head.due_at, now)
    try:
        opens_at = _opens_at(row, max(free_at, now))
    except InputError:
        return None
    if free_at > head.due_at:
        return _next(row, head.due_at, opens_at, WaitsFor.CAP)
    if opens_at > max(free_at, now):
        return _next(row, head.due_at, opens_at, WaitsFor.WINDOW)
    return _next(row, head.due_at, head.due_at, None)


def _free_at(sight: MailboxSight, due_at: datetime, now: datetime) -> datetime:
    """From when on the mailbox's cap leaves room: its next day, where today's is used up."""
    is_used_up = sight.cap_today is not None and sight.sent_today >= sight.cap_today
    return max(due_at, next_day_starts(sight.mailbox.limits.zone, now)) if is_used_up else due_at


def _opens_at(row: Row, instant: datetime) -> datetime:
    """When the sequence's window is open where the contact is, from an instant on."""
    window = SendWindow(days_of(row[9]), maybe_time(row[10]), maybe_time(row[11]))
    return next_open(Calendar(ZoneInfo(row[8]), window), instant)


def _next(row: Row, due_at: datetime, not_before: datetime, waits_for: WaitsFor | None) -> NextEmail:
    return NextEmail(
        due_at=due_at,
        contact_id=maybe_uuid(row[0]),
        contact=row[1] or row[2] or "",
        enrollment_id=maybe_uuid(row[3]),
        sequence_id=maybe_uuid(row[4]),
        sequence=row[5],
        step=row[6],
        mailbox=row[7],
        not_before=not_before,
        waits_for=waits_for,
    )
