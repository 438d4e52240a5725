"""Sequences as lists show them: state, figures, who is in them, and how far their goal is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from opendoors_desktop.store.queries.enrolled import of_sequence
from opendoors_desktop.store.types import as_instant, as_tags, as_uuid, maybe_day, maybe_instant, maybe_uuid
from opendoors_desktop.store.unit import Row, Unit

TOTALS: Final = ("enrolled", "sent", "delivered", "opened", "clicked", "replied", "bounced", "unsubscribed")


@dataclass(frozen=True, slots=True)
class SequenceRow:
    """A sequence in a list; `totals` count contacts, `goal_reached` those for whom its goal was logged."""

    id: UUID
    name: str
    status: str
    folder_id: UUID | None
    folder: str | None
    owner: str | None
    tags: tuple[str, ...]
    steps: int
    active: int
    paused: int
    totals: dict[str, int]
    goal_type: str | None
    goal_target: int | None
    goal_deadline: date | None
    goal_reached: int
    activated_at: datetime | None
    updated_at: datetime


_COUNT: Final = "(SELECT count(*) FROM sequence_enrollments e WHERE {of_sequence} AND"
_SELECT: Final = f"""
SELECT s.id, s.name, s.status, s.folder_id, f.name, u.name, s.tags,
  (SELECT count(*) FROM sequence_steps p WHERE p.sequence_id = s.id AND p.retired_at IS NULL),
  {_COUNT} e.status = 'active'), {_COUNT} e.status = 'paused'), {_COUNT} e.goal_achieved_at IS NOT NULL),
  {", ".join(f"s.total_{name}" for name in TOTALS)}, s.goal_type, s.goal_target, s.goal_deadline, s.activated_at,
  s.updated_at
FROM sequences s LEFT JOIN sequence_folders f ON f.id = s.folder_id LEFT JOIN users u ON u.id = s.owner_id
WHERE s.workspace_id = :workspace_id
"""


def list_sequences(
    unit: Unit,
    workspace_id: UUID,
    *,
    statuses: Collection[str] = (),
    folder_id: UUID | None = None,
    with_goal_only: bool = False,
) -> list[SequenceRow]:
    """The sequences of a workspace by name; no statuses: all but the archived ones."""
    where = " AND s.status <> 'archived'"
    params: dict[str, object] = {"workspace_id": workspace_id}
    if statuses:
        where = f" AND s.status IN ({', '.join(f':status{place}' for place in range(len(statuses)))})"
        params |= {f"status{place}": status for place, status in enumerate(statuses)}
    if folder_id is not None:
        where += " AND s.folder_id = :folder_id"
        params["folder_id"] = folder_id
    if with_goal_only:
        where += " AND s.goal_type IS NOT NULL"
    return [_sequence(row) for row in unit.rows(f"{_select(unit)}{where} ORDER BY lower(s.name), s.id", params)]


def find_sequence(unit: Unit, workspace_id: UUID, sequence_id: UUID) -> SequenceRow | None:
    """One sequence with its figures, an archived one too; None where there is none of that id."""
    row = unit.row(f"{_select(unit)} AND s.id = :id", {"workspace_id": workspace_id, "id": sequence_id})
    return None if row is None else _sequence(row)


def _select(unit: Unit) -> str:
    return _SELECT.format(of_sequence=of_sequence(unit))


def _sequence(row: Row) -> SequenceRow:
    behind = 11 + len(TOTALS)
    return SequenceRow(
        id=as_uuid(row[0]),
        name=row[1],
        status=row[2] or "draft",
        folder_id=maybe_uuid(row[3]),
        folder=row[4],
        owner=row[5],
        tags=as_tags(row[6]),
        steps=int(row[7]),
        active=int(row[8]),
        paused=int(row[9]),
        goal_reached=int(row[10]),
        totals={name: int(value or 0) for name, value in zip(TOTALS, row[11:behind], strict=True)},
        goal_type=row[behind],
        goal_target=row[behind + 1],
        goal_deadline=maybe_day(row[behind + 2]),
        activated_at=maybe_instant(row[behind + 3]),
        updated_at=as_instant(row[behind + 4]),
    )
