"""What fell due and hasn't left."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from opendoors_desktop.store.types import as_instant, as_uuid
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Overdue:
    """An enrollment whose step was due at `due_at` (UTC)."""

    enrollment_id: UUID
    due_at: datetime
    address: str
    sequence: str


_FROM: Final = """
FROM claim_queue q
JOIN sequences s ON s.id = q.sequence_id
JOIN sequence_enrollments e ON e.id = q.enrollment_id AND e.customer_id = s.customer_id
JOIN contacts c ON c.id = e.contact_id
WHERE s.workspace_id = :workspace_id AND s.status = 'active' AND q.wake_at <= :now
"""


def count_overdue(unit: Unit, workspace_id: UUID, now: datetime) -> int:
    """How many steps of running sequences were due by `now` and haven't been done."""
    row = unit.row(f"SELECT count(*) {_FROM}", {"workspace_id": workspace_id, "now": now})
    return 0 if row is None else int(row[0])


def list_overdue(unit: Unit, workspace_id: UUID, now: datetime, limit: int) -> list[Overdue]:
    """The first of them, the one due longest first."""
    rows = unit.rows(
        f"SELECT e.id, q.wake_at, c.email, s.name {_FROM} ORDER BY q.wake_at, e.id LIMIT :limit",
        {"workspace_id": workspace_id, "now": now, "limit": limit},
    )
    return [Overdue(as_uuid(row[0]), as_instant(row[1]), row[2] or "", row[3]) for row in rows]
