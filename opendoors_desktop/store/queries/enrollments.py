"""Contacts in sequences as lists show them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from opendoors_desktop.store.types import as_uuid, maybe_instant
from opendoors_desktop.store.unit import Row, Unit


@dataclass(frozen=True, slots=True)
class EnrollmentRow:
    """An enrollment with the names of contact and sequence; `step` is the number of its current step."""

    id: UUID
    contact_id: UUID
    contact_email: str | None
    contact_name: str
    sequence_id: UUID
    sequence: str
    status: str
    completion_reason: str | None
    round: int
    step: int | None
    next_step_scheduled_at: datetime | None
    hold_reason: str | None
    hold_detail: str | None
    waiting_until: datetime | None
    enrolled_at: datetime | None
    completed_at: datetime | None
    emails_sent: int


_SELECT: Final = """
SELECT e.id, e.contact_id, c.email, trim(c.first_name || ' ' || c.last_name), e.sequence_id, s.name, e.status,
  e.completion_reason, e.round, p.step_order, e.next_step_scheduled_at, e.hold_reason, e.hold_detail, e.waiting_until,
  e.enrolled_at, e.completed_at, e.total_emails_sent
FROM sequence_enrollments e JOIN contacts c ON c.id = e.contact_id JOIN sequences s ON s.id = e.sequence_id
  LEFT JOIN sequence_steps p ON p.id = e.current_step_id
WHERE e.customer_id = :customer_id AND e.workspace_id = :workspace_id
"""


def page_enrollments(
    unit: Unit,
    owners: tuple[UUID, UUID],
    *,
    sequence_id: UUID | None = None,
    contact_id: UUID | None = None,
    statuses: Collection[str] = (),
    held_only: bool = False,
    with_hidden: bool = False,
    after: UUID | None = None,
    limit: int = 500,
) -> list[EnrollmentRow]:
    """Enrollments by id from behind `after`, `limit` at most; `owners` are customer and workspace, no status: all."""
    where = ""
    params: dict[str, object] = {"customer_id": owners[0], "workspace_id": owners[1], "limit": limit}
    if statuses:
        where += f" AND e.status IN ({', '.join(f':status{place}' for place in range(len(statuses)))})"
        params |= {f"status{place}": status for place, status in enumerate(statuses)}
    for name, value in (("sequence_id", sequence_id), ("contact_id", contact_id)):
        if value is not None:
            where += f" AND e.{name} = :{name}"
            params[name] = value
    if held_only:
        where += " AND e.hold_reason IS NOT NULL AND e.status = 'active'"
    if not with_hidden:
        where += " AND e.is_hidden = :no"
        params["no"] = False
    if after is not None:
        where += " AND e.id > :after"
        params["after"] = after
    rows = unit.rows(f"{_SELECT}{where} ORDER BY e.id LIMIT :limit", params)
    return [_enrollment(row) for row in rows]


def find_enrollment(unit: Unit, owners: tuple[UUID, UUID], enrollment_id: UUID) -> EnrollmentRow | None:
    """One enrollment, a hidden one too; None where there is none of that id. `owners` are customer and workspace."""
    params = {"customer_id": owners[0], "workspace_id": owners[1], "id": enrollment_id}
    row = unit.row(f"{_SELECT} AND e.id = :id", params)
    return None if row is None else _enrollment(row)


def _enrollment(row: Row) -> EnrollmentRow:
    return EnrollmentRow(
        id=as_uuid(row[0]),
        contact_id=as_uuid(row[1]),
        contact_email=row[2],
        contact_name=row[3],
        sequence_id=as_uuid(row[4]),
        sequence=row[5],
        status=row[6],
        completion_reason=row[7],
        round=int(row[8]),
        step=row[9],
        next_step_scheduled_at=maybe_instant(row[10]),
        hold_reason=row[11],
        hold_detail=row[12],
        waiting_until=maybe_instant(row[13]),
        enrolled_at=maybe_instant(row[14]),
        completed_at=maybe_instant(row[15]),
        emails_sent=int(row[16] or 0),
    )
