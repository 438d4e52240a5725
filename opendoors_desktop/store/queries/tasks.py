"""What people are to do: tasks with contact and sequence, and how they may end."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from opendoors_desktop.store.types import as_json, as_uuid, maybe_day, maybe_instant, maybe_uuid
from opendoors_desktop.store.unit import Row, Unit


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task in a list; its texts are templates still. `outcome_on` is the day an outcome asked for."""

    id: UUID
    kind: str
    state: str
    title: str
    due_at: datetime | None
    contact_id: UUID | None
    contact_email: str | None
    contact_name: str
    sequence_id: UUID | None
    sequence: str | None
    enrollment_id: UUID | None
    assignee: str | None
    outcome: str | None
    outcome_on: date | None
    notes: str
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One way a kind of task may end, with the key it has and what it does to the sequence."""

    id: UUID
    kind: str
    name: str
    label: str
    key_number: int | None
    effect: str
    detail: dict[str, Any]
    is_success: bool
    asks_for_date: bool
    goal_event: str | None


_TASKS: Final = """
SELECT t.id, t.kind, t.state, t.title, t.due_at, t.contact_id, c.email,
  trim(coalesce(c.first_name, '') || ' ' || coalesce(c.last_name, '')), t.sequence_id, s.name, t.enrollment_id, u.name,
  o.name, t.outcome_on, t.notes, t.completed_at
FROM tasks t LEFT JOIN contacts c ON c.id = t.contact_id LEFT JOIN sequences s ON s.id = t.sequence_id
  LEFT JOIN users u ON u.id = t.assignee_id LEFT JOIN outcomes o ON o.id = t.outcome_id
WHERE t.workspace_id = :workspace_id
"""
_OUTCOMES: Final = """
SELECT id, kind, name, label, key_number, effect, effect_detail, is_success, asks_for_date, goal_event FROM outcomes
WHERE workspace_id = :workspace_id AND retired_at IS NULL
"""


def list_tasks(
    unit: Unit,
    workspace_id: UUID,
    *,
    states: Collection[str] = (),
    kinds: Collection[str] = (),
    due_before: datetime | None = None,
    contact_id: UUID | None = None,
    limit: int = 500,
) -> list[TaskRow]:
    """Tasks by due instant, those without one last, `limit` at most; filters that are empty or None leave none out."""
    where = ""
    params: dict[str, object] = {"workspace_id": workspace_id, "limit": limit}
    for name, values in (("state", states), ("kind", kinds)):
        if values:
            where += f" AND t.{name} IN ({', '.join(f':{name}{place}' for place in range(len(values)))})"
            params |= {f"{name}{place}": value for place, value in enumerate(values)}
    if due_before is not None:
        where += " AND t.due_at < :due_before"
        params["due_before"] = due_before
    if contact_id is not None:
        where += " AND t.contact_id = :contact_id"
        params["contact_id"] = contact_id
    rows = unit.rows(f"{_TASKS}{where} ORDER BY t.due_at IS NULL, t.due_at, t.id LIMIT :limit", params)
    return [_task(row) for row in rows]


def list_outcomes(unit: Unit, workspace_id: UUID, kind: str | None = None) -> list[OutcomeRow]:
    """The outcomes of a workspace in use, in their order; those of one kind of task where it is given."""
    where = "" if kind is None else " AND kind = :kind"
    params = {"workspace_id": workspace_id} | ({} if kind is None else {"kind": kind})
    rows = unit.rows(f"{_OUTCOMES}{where} ORDER BY kind, sort_order, name", params)
    return [_outcome(row) for row in rows]


def _outcome(row: Row) -> OutcomeRow:
    return OutcomeRow(
        id=as_uuid(row[0]),
        kind=row[1],
        name=row[2],
        label=row[3],
        key_number=row[4],
        effect=row[5],
        detail=as_json(row[6]) or {},
        is_success=bool(row[7]),
        asks_for_date=bool(row[8]),
        goal_event=row[9],
    )


def _task(row: Row) -> TaskRow:
    return TaskRow(
        id=as_uuid(row[0]),
        kind=row[1],
        state=row[2],
        title=row[3],
        due_at=maybe_instant(row[4]),
        contact_id=maybe_uuid(row[5]),
        contact_email=row[6],
        contact_name=row[7],
        sequence_id=maybe_uuid(row[8]),
        sequence=row[9],
        enrollment_id=maybe_uuid(row[10]),
        assignee=row[11],
        outcome=row[12],
        outcome_on=maybe_day(row[13]),
        notes=row[14],
        completed_at=maybe_instant(row[15]),
    )
