"""What a step's own row counts: how often it was executed, how well, and since when it is there."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from opendoors_desktop.store.types import as_instant, as_uuid
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class StepTotals:
    """The counts of one step; `success_rate` in percent, None while nothing was executed."""

    executed: int
    success_rate: float | None
    created_at: datetime
    updated_at: datetime


def read_step_totals(unit: Unit, sequence_id: UUID) -> dict[UUID, StepTotals]:
    """The counts of every step of a sequence, retired ones too, by its key."""
    rows = unit.rows(
        "SELECT id, times_executed, success_rate, created_at, updated_at FROM sequence_steps"
        " WHERE sequence_id = :sequence_id",
        {"sequence_id": sequence_id},
    )
    return {
        as_uuid(row[0]): StepTotals(
            int(row[1] or 0), None if row[2] is None else float(row[2]), as_instant(row[3]), as_instant(row[4])
        )
        for row in rows
    }
