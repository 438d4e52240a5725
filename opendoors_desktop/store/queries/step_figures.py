"""What came of the steps of a sequence: emails by variant, tasks by how they ended, and who waits where now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from opendoors_desktop.store.queries.enrolled import find_sequence_key, in_sequence
from opendoors_desktop.store.types import as_uuid, maybe_uuid
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class EmailCounts:
    """What came of the emails of a step or of one of its variants; opens, clicks and replies are those of people."""

    sent: int = 0
    delivered: int = 0
    opened: int = 0
    clicked: int = 0
    replied: int = 0
    positive: int = 0
    bounced: int = 0
    opted_out: int = 0


@dataclass(frozen=True, slots=True)
class StepFigures:
    """What came of one step.

    `executed` and `succeeded` are what its success rate is made of: of a conditional step those who were decided, and
    those who took *yes*. Of its tasks `due` were made and not cancelled, `done` are over, `reached` of them with an
    outcome that is a success. `variants` has the emails by variant, the empty word standing for no A/B test.
    """

    executed: int = 0
    succeeded: int = 0
    emails: EmailCounts = EmailCounts()
    variants: Mapping[str, EmailCounts] = field(default_factory=dict)
    due: int = 0
    done: int = 0
    skipped: int = 0
    reached: int = 0


_COLUMNS: Final = ("sent", "delivered", "opened", "clicked", "replied", "positive", "bounced", "unsubscribed")
_STEPS: Final = """
SELECT id, times_executed, times_succeeded FROM sequence_steps
WHERE sequence_id = :sequence_id AND workspace_id = :workspace_id
"""
_EMAILS: Final = f"""
SELECT t.step_id, t.variant_id, {", ".join(f"t.{name}" for name in _COLUMNS)}
FROM sequence_steps p JOIN step_totals t ON t.step_id = p.id
WHERE p.sequence_id = :sequence_id AND p.workspace_id = :workspace_id ORDER BY t.step_id, t.variant_id
"""
_TASKS: Final = """
SELECT t.step_id, t.state, t.outcome_id, count(*) FROM tasks t
WHERE t.sequence_id = :sequence_id AND t.step_id IS NOT NULL GROUP BY t.step_id, t.state, t.outcome_id
"""
_SUCCESSES: Final = "SELECT id FROM outcomes WHERE workspace_id = :workspace_id AND is_success = :yes"


def read_step_figures(unit: Unit, workspace_id: UUID, sequence_id: UUID) -> dict[UUID, StepFigures]:
    """The figures of every step of a sequence, the retired ones too; an empty answer for one that isn't there.

    Emails are read from totals. Tasks are counted in their index: some 60 ms for every million of them, so a card that
    is refreshed often asks at the pace of its figures, not of every change.
    """
    here = {"workspace_id": workspace_id, "sequence_id": sequence_id}
    steps = {as_uuid(row[0]): (int(row[1] or 0), int(row[2] or 0)) for row in unit.rows(_STEPS, here)}
    variants: dict[UUID, dict[str, EmailCounts]] = {}
    for step_id, variant, *counts in unit.rows(_EMAILS, here):
        variants.setdefault(as_uuid(step_id), {})[variant] = EmailCounts(*map(int, counts))
    tasks = _tasks(unit, here) if steps else {}
    return {
        step_id: StepFigures(
            executed, succeeded, _sum(variants.get(step_id, {})), variants.get(step_id, {}), **tasks.get(step_id, {})
        )
        for step_id, (executed, succeeded) in steps.items()
    }


def count_at_steps(unit: Unit, workspace_id: UUID, sequence_id: UUID) -> dict[UUID, int]:
    """How many active contacts each step is the next of, by the steps of which it is more than none.

    Counted in an index: some 70 ms for 200,000 enrollments under way, too slow to be asked at every change.
    """
    key = find_sequence_key(unit, workspace_id, sequence_id)
    if key is None:
        return {}
    steps = [as_uuid(row[0]) for row in unit.rows(_STEPS, {"workspace_id": workspace_id, "sequence_id": sequence_id})]
    # One sum for each step, since grouping would sort what the index holds in the order of time.
    sums = [f"sum(CASE WHEN e.current_step_id = :step{number} THEN 1 ELSE 0 END)" for number in range(len(steps))]
    own = key | {f"step{number}": step_id for number, step_id in enumerate(steps)}
    where = f"FROM sequence_enrollments e WHERE {in_sequence(unit)} AND e.status = 'active'"
    row = unit.row(f"SELECT {', '.join(sums)} {where}", own) if steps else None
    return {step_id: int(number) for step_id, number in zip(steps, row or (), strict=False) if number}


def _tasks(unit: Unit, here: Mapping[str, UUID]) -> dict[UUID, dict[str, int]]:
    """How many tasks of each step are due, done, skipped and reached."""
    rows = unit.rows(_SUCCESSES, {"workspace_id": here["workspace_id"], "yes": True})
    successes = {as_uuid(row[0]) for row in rows}
    counted: dict[UUID, dict[str, int]] = {}
    for raw_id, state, outcome_id, number in unit.rows(_TASKS, here):
        own = counted.setdefault(as_uuid(raw_id), {"due": 0, "done": 0, "skipped": 0, "reached": 0})
        own["due"] += number if state != "cancelled" else 0
        if state in {"done", "skipped"}:
            own[state] += number
        own["reached"] += number if state == "done" and maybe_uuid(outcome_id) in successes else 0
    return counted


def _sum(variants: Mapping[str, EmailCounts]) -> EmailCounts:
    names = EmailCounts.__slots__
    return EmailCounts(*(sum(getattr(each, name) for each in variants.values()) for name in names))
