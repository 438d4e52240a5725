"""Tasks: what people are to do, and how it ended; their texts are templates until somebody looks at them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from opendoors_desktop.store.types import as_instant, as_json, as_uuid, maybe_instant, maybe_uuid
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task of a step about to be made; unique on (enrollment, step, round)."""

    id: UUID
    customer_id: UUID
    workspace_id: UUID
    kind: str
    enrollment_id: UUID | None
    sequence_id: UUID | None
    step_id: UUID | None
    round: int
    contact_id: UUID | None
    assignee_id: UUID | None
    title: str
    description: str
    linkedin_action: str | None
    linkedin_message: str | None
    call_script_id: UUID | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Task:
    """A task as it stands; `outcome` is the name of the outcome a person chose."""

    id: UUID
    workspace_id: UUID
    kind: str
    state: str
    enrollment_id: UUID | None
    sequence_id: UUID | None
    step_id: UUID | None
    round: int
    contact_id: UUID | None
    assignee_id: UUID | None
    title: str
    description: str
    linkedin_action: str | None
    linkedin_message: str | None
    due_at: datetime | None
    outcome: str | None
    notes: str
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call or task may end, and what that does to the sequence."""

    id: UUID
    kind: str
    name: str
    label: str
    effect: str
    effect_detail: dict[str, Any]
    is_success: bool
    goal_event: str | None


_ADD = """
INSERT INTO tasks (id, customer_id, workspace_id, kind, state, enrollment_id, sequence_id, step_id, round, contact_id,
  assignee_id, title, description, linkedin_action, linkedin_message, call_script_id, due_at, created_at, updated_at)
VALUES (:id, :customer_id, :workspace_id, :kind, 'open', :enrollment_id, :sequence_id, :step_id, :round, :contact_id,
  :assignee_id, :title, :description, :linkedin_action, :linkedin_message, :call_script_id, :due_at, :now, :now)
ON CONFLICT (enrollment_id, step_id, round) DO NOTHING
"""
_COLUMNS = """
  t.id, t.workspace_id, t.kind, t.state, t.enrollment_id, t.sequence_id, t.step_id, t.round, t.contact_id,
  t.assignee_id, t.title, t.description, t.linkedin_action, t.linkedin_message, t.due_at, o.name,
  t.notes, t.completed_at
  FROM tasks t LEFT JOIN outcomes o ON o.id = t.outcome_id
"""


def add_task(unit: Unit, task: NewTask, now: datetime) -> bool:
    """Write an open task; False when the step has made one for this enrollment and round already."""
    values = {name: getattr(task, name) for name in NewTask.__slots__}
    return unit.run(_ADD, values | {"now": now}) == 1


def find_task(unit: Unit, workspace_id: UUID, task_id: UUID) -> Task | None:
    """The task of that id in the workspace, or None."""
    row = unit.row(
        f"SELECT {_COLUMNS} WHERE t.workspace_id = :workspace_id AND t.id = :id",
        {"workspace_id": workspace_id, "id": task_id},
    )
    return None if row is None else _task(row)


def page_open_tasks(unit: Unit, workspace_id: UUID, due_before: datetime | None = None, limit: int = 500) -> list[Task]:
    """The open tasks of a workspace by due instant, those without one last; `due_before` leaves out later ones."""
    where = "" if due_before is None else " AND t.due_at < :due_before"
    rows = unit.rows(
        f"SELECT {_COLUMNS} WHERE t.workspace_id = :workspace_id AND t.state = 'open'{where}"
        " ORDER BY t.due_at IS NULL, t.due_at, t.id LIMIT :limit",
        {"workspace_id": workspace_id, "limit": limit} | ({} if due_before is None else {"due_before": due_before}),
    )
    return [_task(row) for row in rows]


def next_due_task_at(unit: Unit, workspace_id: UUID) -> datetime | None:
    """When the first open task is due (UTC); None when there is none with a time."""
    row = unit.row(
        "SELECT min(due_at) FROM tasks WHERE workspace_id = :workspace_id AND state = 'open'",
        {"workspace_id": workspace_id},
    )
    return None if row is None else maybe_instant(row[0])


def due_by_enrollment(unit: Unit, workspace_id: UUID) -> dict[UUID, datetime]:
    """When the open task of each enrollment that has one is due (UTC)."""
    rows = unit.rows(
        "SELECT enrollment_id, due_at FROM tasks WHERE workspace_id = :workspace_id AND state = 'open'"
        " AND enrollment_id IS NOT NULL ORDER BY due_at",
        {"workspace_id": workspace_id},
    )
    return {as_uuid(row[0]): as_instant(row[1]) for row in rows if row[1] is not None}


def list_outcomes(unit: Unit, workspace_id: UUID, kind: str) -> list[Outcome]:
    """The outcomes a task of this kind may end with, in their order."""
    return [
        Outcome(as_uuid(row[0]), row[1], row[2], row[3], row[4], as_json(row[5]) or {}, bool(row[6]), row[7])
        for row in unit.rows(
            "SELECT id, kind, name, label, effect, effect_detail, is_success, goal_event FROM outcomes"
            " WHERE workspace_id = :workspace_id AND kind = :kind AND retired_at IS NULL ORDER BY sort_order, name",
            {"workspace_id": workspace_id, "kind": kind},
        )
    ]


def close_task(
    unit: Unit, task_id: UUID, state: str, *, outcome_id: UUID | None, notes: str, user_id: UUID, now: datetime
) -> bool:
    """End an open task as done or skipped; False when it isn't open any more."""
    return (
        unit.run(
            """UPDATE tasks SET state = :state, outcome_id = :outcome_id, completed_at = :now, completed_by = :user_id,
                 notes = CASE WHEN :notes = '' THEN notes ELSE :notes END, updated_at = :now
               WHERE id = :id AND state = 'open'""",
            {
                "id": task_id,
                "state": state,
                "outcome_id": outcome_id,
                "notes": notes,
                "user_id": user_id,
                "now": now,
            },
        )
        == 1
    )


def put_off_task(unit: Unit, task_id: UUID, due_at: datetime, now: datetime) -> bool:
    """Give an open task another due instant; False when it isn't open any more."""
    return (
        unit.run(
            "UPDATE tasks SET due_at = :due_at, updated_at = :now WHERE id = :id AND state = 'open'",
            {"id": task_id, "due_at": due_at, "now": now},
        )
        == 1
    )


def cancel_open(unit: Unit, enrollment_id: UUID, now: datetime) -> int:
    """Cancel the open tasks of an enrollment that ends; gives their number."""
    return unit.run(
        "UPDATE tasks SET state = 'cancelled', completed_at = :now, updated_at = :now"
        " WHERE enrollment_id = :id AND state = 'open'",
        {"id": enrollment_id, "now": now},
    )


def _task(row: tuple[Any, ...]) -> Task:
    return Task(
        id=as_uuid(row[0]),
        workspace_id=as_uuid(row[1]),
        kind=row[2],
        state=row[3],
        enrollment_id=maybe_uuid(row[4]),
        sequence_id=maybe_uuid(row[5]),
        step_id=maybe_uuid(row[6]),
        round=int(row[7]),
        contact_id=maybe_uuid(row[8]),
        assignee_id=maybe_uuid(row[9]),
        title=row[10],
        description=row[11],
        linkedin_action=row[12],
        linkedin_message=row[13],
        due_at=maybe_instant(row[14]),
        outcome=row[15],
        notes=row[16],
        completed_at=maybe_instant(row[17]),
    )
