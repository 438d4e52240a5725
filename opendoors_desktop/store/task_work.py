"""What is written down about a task beside its end: another due instant, notes, the day an outcome asked for."""

from datetime import date, datetime
from uuid import UUID

from opendoors_desktop.store.unit import Unit

_WITH_NOTES = (
    "notes = CASE WHEN :notes = '' THEN notes WHEN notes = '' THEN :notes ELSE notes || :newline || :notes END"
)


def put_off(unit: Unit, task_id: UUID, due_at: datetime, notes: str, now: datetime) -> bool:
    """Give an open task another due instant, its notes grown by `notes`; False when it isn't open any more."""
    return bool(
        unit.run(
            f"UPDATE tasks SET due_at = :due_at, {_WITH_NOTES}, updated_at = :now WHERE id = :id AND state = 'open'",
            {"id": task_id, "due_at": due_at, "notes": notes, "newline": "\n", "now": now},
        )
    )


def note_day(unit: Unit, task_id: UUID, on: date) -> None:
    """Remember the day that was chosen with an outcome."""
    unit.run("UPDATE tasks SET outcome_on = :on WHERE id = :id", {"id": task_id, "on": on})


def link_email(unit: Unit, task_id: UUID, outgoing_id: UUID) -> None:
    """Remember which outgoing email a task came to."""
    unit.run(
        "UPDATE tasks SET outgoing_email_id = :outgoing_id WHERE id = :id",
        {"id": task_id, "outgoing_id": outgoing_id},
    )
