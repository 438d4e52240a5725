"""What stopping a sequence did to the people in it, found again so that it can be undone."""

from collections.abc import Collection
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


def cancelled_in(unit: Unit, sequence_id: UUID) -> list[UUID]:
    """The emails of active and paused enrollments, in their present round, that are cancelled already."""
    rows = unit.rows(
        "SELECT o.id FROM sequence_enrollments e JOIN outgoing_emails o ON o.enrollment_id = e.id AND o.round = e.round"
        " WHERE e.sequence_id = :id AND e.status IN ('active', 'paused') AND o.kind = 'sequence'"
        " AND o.state = 'cancelled' ORDER BY o.id",
        {"id": sequence_id},
    )
    return [as_uuid(row[0]) for row in rows]


def cancelled_of(unit: Unit, enrollment_id: UUID, round_: int) -> list[UUID]:
    """The emails of one enrollment's round that are cancelled already."""
    rows = unit.rows(
        "SELECT id FROM outgoing_emails WHERE enrollment_id = :id AND round = :round AND kind = 'sequence'"
        " AND state = 'cancelled' ORDER BY id",
        {"id": enrollment_id, "round": round_},
    )
    return [as_uuid(row[0]) for row in rows]


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


def is_engaged_elsewhere(unit: Unit, enrollment_id: UUID) -> bool:
    """Whether another sequence has an enrollment's contact for itself by now, so that it can't be engaged again."""
    row = unit.row(
        """SELECT 1 FROM sequence_enrollments e JOIN sequence_enrollments o ON o.contact_id = e.contact_id
             AND o.customer_id = e.customer_id AND o.id <> e.id AND o.is_exclusive AND o.status IN ('active', 'paused')
           WHERE e.id = :id AND e.is_exclusive LIMIT 1""",
        {"id": enrollment_id},
    )
    return row is not None


def reopen_work(
    unit: Unit, enrollment_id: UUID, round_: int, at: datetime, cancelled_before: Collection[UUID] = ()
) -> None:
    """Open the tasks that were cancelled at an instant, and let unsent emails be claimed again.

    `cancelled_before` are emails that were cancelled before the stop, which stay so.
    """
    unit.run(
        "UPDATE tasks SET state = 'open', completed_at = NULL, updated_at = :at"
        " WHERE enrollment_id = :id AND round = :round AND state = 'cancelled' AND completed_at = :at",
        {"id": enrollment_id, "round": round_, "at": at},
    )
    rows = unit.rows(
        "SELECT id FROM outgoing_emails WHERE enrollment_id = :id AND round = :round AND kind = 'sequence'"
        " AND state = 'cancelled'",
        {"id": enrollment_id, "round": round_},
    )
    reopened = [key for key in (as_uuid(row[0]) for row in rows) if key not in cancelled_before]
    unit.run_many("UPDATE outgoing_emails SET state = 'planned' WHERE id = :id", [{"id": key} for key in reopened])
