"""The goal of a sequence as it is kept with each enrollment: when it was reached."""

from datetime import datetime
from uuid import UUID

from opendoors_desktop.store.unit import Unit


def note_goal(unit: Unit, customer_id: UUID, enrollment_id: UUID, at: datetime) -> bool:
    """Remember that an enrollment reached its sequence's goal; False where that was known."""
    return bool(
        unit.run(
            "UPDATE sequence_enrollments SET goal_achieved_at = :at"
            " WHERE customer_id = :customer_id AND id = :id AND goal_achieved_at IS NULL",
            {"at": at, "customer_id": customer_id, "id": enrollment_id},
        )
    )


def forget_goal(unit: Unit, customer_id: UUID, enrollment_id: UUID) -> None:
    """Let an enrollment not have reached its sequence's goal after all."""
    unit.run(
        "UPDATE sequence_enrollments SET goal_achieved_at = NULL WHERE customer_id = :customer_id AND id = :id",
        {"customer_id": customer_id, "id": enrollment_id},
    )
