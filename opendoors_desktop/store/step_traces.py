"""What an enrollment has under way at a step, taken back when an edit puts it elsewhere."""

from datetime import datetime
from uuid import UUID

from opendoors_desktop.store.unit import Unit


def withdraw_email(unit: Unit, enrollment_id: UUID, step_id: UUID, round_: int) -> bool:
    """Take back an email that was claimed or waits for another try; what is being sent takes its course."""
    return bool(
        unit.run(
            "UPDATE outgoing_emails SET state = 'planned', retry_at = NULL WHERE kind = 'sequence'"
            " AND enrollment_id = :enrollment_id AND step_id = :step_id AND round = :round"
            " AND state IN ('claimed', 'deferred')",
            {"enrollment_id": enrollment_id, "step_id": step_id, "round": round_},
        )
    )


def cancel_task(unit: Unit, enrollment_id: UUID, step_id: UUID, round_: int, now: datetime) -> bool:
    """Cancel the task that a step made, if it is still open."""
    return bool(
        unit.run(
            "UPDATE tasks SET state = 'cancelled', completed_at = :now, updated_at = :now WHERE state = 'open'"
            " AND enrollment_id = :enrollment_id AND step_id = :step_id AND round = :round",
            {"enrollment_id": enrollment_id, "step_id": step_id, "round": round_, "now": now},
        )
    )
