"""What stopping a sequence did to the people in it, found again so that it can be undone."""

from datetime import datetime
from uuid import UUID

from opendoors_desktop.store.types import as_instant, as_uuid
from opendoors_desktop.store.unit import Unit


def paused_in(unit: Unit, sequence_id: UUID) -> dict[UUID, datetime]:
    """The enrollments that are paused, with the instant since when (UTC)."""
    rows = unit.rows(
        "SELECT id, paused_at FROM sequence_enrollments WHERE sequence_id = :id AND status = 'paused'"
        " AND paused_at IS NOT NULL ORDER BY id",
        {"id": sequence_id},
    )
    return {as_uuid(row[0]): as_instant(row[1]) for row in rows}


def stopped_at(unit: Unit, sequence_id: UUID, at: datetime) -> list[UUID]:
    """The enrollments that were stopped with their sequence at an instant and may be engaged again.

    A contact that another sequence has for itself by now is left out.
    """
    rows = unit.rows(
        """SELECT e.id FROM sequence_enrollments e WHERE e.sequence_id = :id AND e.status = 'stopped'
             AND e.completion_reason = 'manual_stop' AND e.completed_at = :at
             AND NOT (e.is_exclusive AND EXISTS (SELECT 1 FROM sequence_enrollments o
               WHERE o.contact_id = e.contact_id AND o.customer_id = e.customer_id AND o.is_exclusive
                 AND o.status IN ('active', 'paused')))
           ORDER BY e.id""",
        {"id": sequence_id, "at": at},
    )
    return [as_uuid(row[0]) for row in rows]


def reopen_work(unit: Unit, enrollment_id: UUID, round_: int, at: datetime) -> None:
    """Open the tasks that were cancelled at an instant, and let unsent emails be claimed again."""
    unit.run(
        "UPDATE tasks SET state = 'open', completed_at = NULL, updated_at = :at"
        " WHERE enrollment_id = :id AND round = :round AND state = 'cancelled' AND completed_at = :at",
        {"id": enrollment_id, "round": round_, "at": at},
    )
    unit.run(
        "UPDATE outgoing_emails SET state = 'planned' WHERE enrollment_id = :id AND round = :round"
        " AND kind = 'sequence' AND state = 'cancelled'",
        {"id": enrollment_id, "round": round_},
    )
