"""What happened, in the order it was written down."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from opendoors_desktop.store.types import as_instant, as_json, as_uuid, maybe_uuid
from opendoors_desktop.store.unit import Row, Unit


@dataclass(frozen=True, slots=True)
class Happening:
    """One activity with the names of what it is about; `step` is the number of its step."""

    id: UUID
    at: datetime
    kind: str
    contact_id: UUID | None
    contact: str | None
    sequence_id: UUID | None
    sequence: str | None
    step: int | None
    mailbox: str | None
    outgoing_id: UUID | None
    detail: dict[str, Any]


_SELECT: Final = """
SELECT a.id, a.occurred_at, a.kind, a.contact_id, c.email, a.sequence_id, s.name, p.step_order, m.address,
  a.outgoing_email_id, a.detail
FROM email_activities a LEFT JOIN contacts c ON c.id = a.contact_id LEFT JOIN sequences s ON s.id = a.sequence_id
  LEFT JOIN sequence_steps p ON p.id = a.step_id LEFT JOIN email_accounts m ON m.id = a.mailbox_id
WHERE a.workspace_id = :workspace_id AND a.id > :after AND a.occurred_at >= :since ORDER BY a.id LIMIT :limit
"""


def page_happenings(unit: Unit, workspace_id: UUID, after: UUID, since: datetime, limit: int = 1000) -> list[Happening]:
    """Activities that were written down after the one with the key `after` and happened at `since` or later."""
    values = {"workspace_id": workspace_id, "after": after, "since": since, "limit": limit}
    return [_happening(row) for row in unit.rows(_SELECT, values)]


def _happening(row: Row) -> Happening:
    return Happening(
        id=as_uuid(row[0]),
        at=as_instant(row[1]),
        kind=row[2],
        contact_id=maybe_uuid(row[3]),
        contact=row[4],
        sequence_id=maybe_uuid(row[5]),
        sequence=row[6],
        step=row[7],
        mailbox=row[8],
        outgoing_id=maybe_uuid(row[9]),
        detail=as_json(row[10]) or {},
    )
