"""The steps of sequences: read as a whole flow, saved as a whole flow."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.flow import Flow, renumber
from opendoors_desktop.domain.step import Step
from opendoors_desktop.store.step_rows import COLUMNS, as_step, values_of
from opendoors_desktop.store.types import as_uuid
from opendoors_desktop.store.unit import Unit

VariablesOf = Callable[[Step], frozenset[str]]
"""Names the fields that a step's texts can't do without; the texts are read on another floor."""

_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM sequence_steps"
_INSERT: Final = f"""
INSERT INTO sequence_steps ({", ".join(COLUMNS)}, customer_id, workspace_id, created_at, updated_at)
SELECT {", ".join(f":{name}" for name in COLUMNS)}, customer_id, workspace_id, :now, :now
FROM sequences WHERE id = :sequence_id
"""
_UPDATE: Final = f"""
UPDATE sequence_steps SET {", ".join(f"{name} = :{name}" for name in COLUMNS[2:])}, updated_at = :now
WHERE id = :id AND sequence_id = :sequence_id
"""
DEFINITIONS: Final = (Topic.WORKSPACE, Topic.SEQUENCES, Topic.MAILBOXES, Topic.SETTINGS, Topic.TEMPLATES)
"""What the definition of a sequence is made of: while none of them changes, what was read of it holds."""

_HISTORY: Final = """
SELECT s.id FROM sequence_steps s WHERE s.id = :id AND (
  s.times_executed > 0
  OR EXISTS (SELECT 1 FROM step_totals t WHERE t.step_id = s.id)
  OR EXISTS (SELECT 1 FROM tasks t WHERE t.sequence_id = s.sequence_id AND t.step_id = s.id)
  OR EXISTS (SELECT 1 FROM sequence_enrollments e WHERE e.sequence_id = s.sequence_id
    AND (e.current_step_id = s.id OR e.start_step_id = s.id OR CAST(e.records AS TEXT) LIKE :mention)))
"""


def read_flow(unit: Unit, sequence_id: UUID) -> Flow:
    """All steps of a sequence, the retired ones too."""
    sql = f"{_SELECT} WHERE sequence_id = :id ORDER BY step_order, id"
    rows = unit.known_rows(DEFINITIONS, sql, {"id": sequence_id})
    return Flow(tuple(as_step(row) for row in rows))


def read_flows(unit: Unit, workspace_id: UUID, statuses: Collection[str]) -> dict[UUID, Flow]:
    """The flows of all sequences of a workspace that are in one of these states."""
    if not statuses:
        return {}
    names = {f"status_{number}": status for number, status in enumerate(statuses)}
    rows = unit.known_rows(
        DEFINITIONS,
        f"{_SELECT} WHERE sequence_id IN (SELECT id FROM sequences WHERE workspace_id = :workspace_id"
        f" AND status IN ({', '.join(f':{name}' for name in names)})) ORDER BY step_order, id",
        {"workspace_id": workspace_id, **names},
    )
    steps: dict[UUID, list[Step]] = {}
    for step in map(as_step, rows):
        steps.setdefault(step.sequence_id, []).append(step)
    return {sequence_id: Flow(tuple(found)) for sequence_id, found in steps.items()}


def save_steps(
    unit: Unit, sequence_id: UUID, steps: Collection[Step], variables_of: VariablesOf, now: datetime
) -> Flow:
    """Make these the steps of a sequence, numbered depth-first from 1; gives the flow as it stands in the store.

    Steps that are not among them go: with history they are retired at `now`, else deleted. `variables` of each live
    step are told anew by `variables_of`. A step that belongs to another sequence raises ValueError.
    """
    unit.changed(Topic.SEQUENCES)
    if any(step.sequence_id != sequence_id for step in steps):
        raise ValueError("a step of another sequence")
    before = read_flow(unit, sequence_id)
    wanted = {step.id for step in steps}
    gone = [step for step in before.steps if step.id not in wanted]
    kept = with_history(unit, [step.id for step in gone])
    retired = [_retired(step, kept | wanted, now) for step in gone if step.id in kept]
    told = [step if step.retired_at else replace(step, variables=variables_of(step)) for step in steps]
    flow = Flow(tuple(sorted(renumber([*told, *retired]), key=lambda step: (step.order, step.id))))
    _write(unit, before, flow, now)
    unit.run_many(
        "DELETE FROM sequence_steps WHERE id = :id", [{"id": step.id} for step in gone if step.id not in kept]
    )
    return flow


def with_history(unit: Unit, step_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of the steps that anyone has been through, waits at, or has a task or figures from."""
    found = [unit.row(_HISTORY, {"id": key, "mention": f"%{key.hex}%"}) for key in step_ids]
    return frozenset(as_uuid(row[0]) for row in found if row is not None)


def _retired(step: Step, stay: Collection[UUID], now: datetime) -> Step:
    """The step kept for its figures; its lane is left behind where the conditional step of that lane goes for good."""
    in_lane = step.parent_id in stay
    return replace(
        step,
        retired_at=step.retired_at or now,
        parent_id=step.parent_id if in_lane else None,
        branch=step.branch if in_lane else None,
    )


def _write(unit: Unit, before: Flow, flow: Flow, now: datetime) -> None:
    """Insert and update what differs; new conditional steps before the steps of their lanes."""
    fresh = [step for step in (*flow.ordered, *_others(flow)) if step.id not in before.by_id]
    changed = [step for step in flow.steps if step.id in before.by_id and step != before.by_id[step.id]]
    for sql, steps in ((_INSERT, fresh), (_UPDATE, changed)):
        dressed = [values_of(step) for step in steps]
        unit.run_many(sql, [{**each, "variables": unit.listing(each["variables"]), "now": now} for each in dressed])


def _others(flow: Flow) -> list[Step]:
    """The steps that no live lane holds, each behind the step whose lane it stands in."""
    placed = {step.id for step in flow.ordered}
    return sorted((step for step in flow.steps if step.id not in placed), key=lambda step: _depth(flow, step))


def _depth(flow: Flow, step: Step) -> int:
    depth = 0
    while step.parent_id is not None and step.parent_id in flow.by_id and depth < len(flow.steps):
        step = flow.by_id[step.parent_id]
        depth += 1
    return depth
