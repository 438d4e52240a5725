"""The outbox: what needs a person's decision, what is due next, and what left on a day."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.queries.outbox import OutgoingRow, list_attempted, page_outgoing
from opendoors_desktop.store.queries.queue_heads import list_queue_lines
from opendoors_desktop.store.types import as_instant, as_uuid, maybe_instant, maybe_uuid
from opendoors_desktop.store.unit import Row, Unit

__all__ = ["DueEmail", "HeldEmail", "OutgoingRow", "list_attempted", "list_due", "list_held", "list_uncertain"]


@dataclass(frozen=True, slots=True)
class HeldEmail:
    """The next email of an enrollment that waits for a person.

    `reason` is a stable word (`domain.enrollment.HoldReason`), `detail` what it is about: the empty field, the
    colleague, the address. `since` (UTC) is when it was last held; None where no activity tells it.
    """

    enrollment_id: UUID
    contact_id: UUID
    contact: str
    email: str | None
    company: str
    sequence_id: UUID
    sequence: str
    step: int | None
    step_name: str
    reason: str
    detail: str | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class DueEmail:
    """An email that waits for its time in the queue.

    `due_at` (UTC) is when it may go by the sequence alone; pace may make it later, which the forecast tells. `subject`
    is the step's template; an empty one answers in the thread whose subject is `thread_subject`. `zone` is the one the
    contact has in this sequence.
    """

    enrollment_id: UUID
    due_at: datetime
    contact_id: UUID
    contact: str
    email: str | None
    company: str
    zone: str
    sequence_id: UUID
    sequence: str
    step_id: UUID | None
    step: int | None
    step_name: str
    subject: str | None
    thread_subject: str | None
    mailbox_id: UUID
    mailbox: str
    color: str | None


_HELD: Final = """
SELECT e.id, e.contact_id, trim(c.first_name || ' ' || c.last_name), c.email, c.company_name, s.id, s.name,
  p.step_order, p.name, e.hold_reason, e.hold_detail,
  (SELECT max(a.occurred_at) FROM email_activities a
   WHERE a.contact_id = e.contact_id AND a.kind = 'held' AND a.enrollment_id = e.id)
FROM sequence_enrollments e{hint} JOIN sequences s ON s.id = e.sequence_id AND s.customer_id = e.customer_id
  JOIN contacts c ON c.id = e.contact_id LEFT JOIN sequence_steps p ON p.id = e.current_step_id
WHERE e.hold_reason IS NOT NULL AND s.workspace_id = :workspace_id AND e.status = 'active' AND e.id > :after
ORDER BY e.id LIMIT :limit
"""
_HELD_INDEX: Final = {Dialect.SQLITE: " INDEXED BY ix_sequence_enrollments_held", Dialect.POSTGRES: ""}
_DUE: Final = """
SELECT e.id, e.contact_id, trim(c.first_name || ' ' || c.last_name), c.email, c.company_name, e.time_zone, s.id, s.name,
  p.id, p.step_order, p.name, p.subject_template, e.thread_subject, m.id, m.address, m.color, e.wake_at
FROM sequence_enrollments e JOIN sequences s ON s.id = e.sequence_id AND s.customer_id = e.customer_id
  JOIN contacts c ON c.id = e.contact_id JOIN email_accounts m ON m.id = e.wake_mailbox_id
  LEFT JOIN sequence_steps p ON p.id = e.current_step_id
WHERE s.workspace_id = :workspace_id AND e.id IN ({ids})
"""
_FIRST: Final = UUID(int=0)


def list_held(unit: Unit, workspace_id: UUID, *, after: UUID | None = None, limit: int = 200) -> list[HeldEmail]:
    """Active enrollments that wait for a person, by id from behind `after`; reads the held ones alone."""
    params = {"workspace_id": workspace_id, "after": after or _FIRST, "limit": limit}
    return [_held(row) for row in unit.rows(_HELD.format(hint=_HELD_INDEX[unit.dialect]), params)]


def list_uncertain(unit: Unit, workspace_id: UUID, *, after: UUID | None = None, limit: int = 200) -> list[OutgoingRow]:
    """Emails that may have been sent, in the order they came into the journal, from behind `after`."""
    return page_outgoing(unit, workspace_id, states=["uncertain"], after=after, limit=limit)


def list_due(
    unit: Unit, workspace_id: UUID, *, until: datetime | None = None, mailbox_id: UUID | None = None, limit: int = 200
) -> list[DueEmail]:
    """The first `limit` emails of running sequences by due time, those overdue first; `until` (UTC) ends the list.

    Reads the beginning of each line of the queue, however long it is: at most `limit` keys of each mailbox and
    sequence, and one row for each email that is shown.
    """
    tickets = list_queue_lines(unit, workspace_id, limit, until=until, mailbox_id=mailbox_id)[:limit]
    if not tickets:
        return []
    ids = {f"id{number}": ticket.enrollment_id for number, ticket in enumerate(tickets)}
    sql = _DUE.format(ids=", ".join(f":{name}" for name in ids))
    params: dict[str, Any] = {"workspace_id": workspace_id, **ids}
    found = {email.enrollment_id: email for email in map(_due, unit.rows(sql, params))}
    return [found[ticket.enrollment_id] for ticket in tickets if ticket.enrollment_id in found]


def _held(row: Row) -> HeldEmail:
    return HeldEmail(
        enrollment_id=as_uuid(row[0]),
        contact_id=as_uuid(row[1]),
        contact=row[2],
        email=row[3],
        company=row[4],
        sequence_id=as_uuid(row[5]),
        sequence=row[6],
        step=row[7],
        step_name=row[8] or "",
        reason=row[9],
        detail=row[10],
        since=maybe_instant(row[11]),
    )


def _due(row: Row) -> DueEmail:
    return DueEmail(
        enrollment_id=as_uuid(row[0]),
        contact_id=as_uuid(row[1]),
        contact=row[2],
        email=row[3],
        company=row[4],
        zone=row[5],
        sequence_id=as_uuid(row[6]),
        sequence=row[7],
        step_id=maybe_uuid(row[8]),
        step=row[9],
        step_name=row[10] or "",
        subject=row[11],
        thread_subject=row[12],
        mailbox_id=as_uuid(row[13]),
        mailbox=row[14],
        color=row[15],
        due_at=as_instant(row[16]),
    )
