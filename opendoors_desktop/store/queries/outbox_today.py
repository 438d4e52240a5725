"""What the outbox shows beside the plan: emails that wait for a decision, are under way, or left today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from opendoors_desktop.store.queries.outbox import OutgoingRow, page_outgoing
from opendoors_desktop.store.types import as_uuid
from opendoors_desktop.store.unit import Unit

MOST: Final = 500
"""So many emails of a kind are listed; more than a person looks at."""


@dataclass(frozen=True, slots=True)
class HeldEmail:
    """An enrollment whose next email waits for a person: the reason (a stable word) and what it names."""

    enrollment_id: UUID
    contact_id: UUID
    contact: str
    address: str
    sequence_id: UUID
    sequence: str
    step: int | None
    reason: str
    detail: str


_HELD: Final = """
SELECT e.id, e.contact_id, trim(coalesce(c.first_name, '') || ' ' || coalesce(c.last_name, '')), coalesce(c.email, ''),
  s.id, s.name, p.step_order, e.hold_reason, coalesce(e.hold_detail, '')
FROM sequences s JOIN sequence_enrollments e ON e.customer_id = s.customer_id AND e.sequence_id = s.id
  JOIN contacts c ON c.id = e.contact_id LEFT JOIN sequence_steps p ON p.id = e.current_step_id
WHERE s.workspace_id = :workspace_id AND s.status = 'active' AND e.status = 'active' AND e.hold_reason IS NOT NULL
ORDER BY e.id LIMIT :most
"""
_LEFT: Final = """
SELECT o.id FROM email_accounts m JOIN outgoing_emails o ON o.mailbox_id = m.id AND o.first_attempted_at >= :since
WHERE m.workspace_id = :workspace_id AND o.state IN ('sent', 'failed', 'deferred', 'sending')
ORDER BY o.first_attempted_at DESC, o.id DESC LIMIT :most
"""
_COUNTED: Final = """
SELECT o.mailbox_id, count(*) FROM email_accounts m
  JOIN outgoing_emails o ON o.mailbox_id = m.id AND o.first_attempted_at >= :since
WHERE m.workspace_id = :workspace_id AND o.state IN ('sent', 'sending', 'uncertain') GROUP BY o.mailbox_id
"""


def list_held(unit: Unit, workspace_id: UUID) -> list[HeldEmail]:
    """Enrollments of running sequences whose next email waits for a person, the oldest first."""
    return [
        HeldEmail(
            enrollment_id=as_uuid(row[0]),
            contact_id=as_uuid(row[1]),
            contact=row[2] or row[3],
            address=row[3],
            sequence_id=as_uuid(row[4]),
            sequence=row[5],
            step=row[6],
            reason=row[7],
            detail=row[8],
        )
        for row in unit.rows(_HELD, {"workspace_id": workspace_id, "most": MOST})
    ]


def list_uncertain(unit: Unit, workspace_id: UUID) -> list[OutgoingRow]:
    """Emails of which nobody knows whether they went, in the order of the journal."""
    return page_outgoing(unit, workspace_id, states=["uncertain"], limit=MOST)


def list_left(unit: Unit, workspace_id: UUID, since: datetime) -> list[OutgoingRow]:
    """Emails first tried since an instant that were sent, failed, put off, or are being sent; the newest first."""
    params = {"workspace_id": workspace_id, "since": since, "most": MOST}
    keys = [as_uuid(row[0]) for row in unit.rows(_LEFT, params)]
    found = {row.id: row for row in page_outgoing(unit, workspace_id, ids=keys, limit=MOST)} if keys else {}
    return [found[key] for key in keys if key in found]


def count_left(unit: Unit, workspace_id: UUID, since: datetime) -> Mapping[UUID, int]:
    """How many of them count against a cap, by mailbox."""
    rows = unit.rows(_COUNTED, {"workspace_id": workspace_id, "since": since})
    return {as_uuid(row[0]): int(row[1]) for row in rows}
