"""The computers that work with a store, as the others see them: whether sending was switched on there, and when."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from opendoors_desktop.store.types import maybe_instant
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class KnownMachine:
    """A computer: its word, what people call it, and its switch as it was last told."""

    id: str
    name: str
    sending_is_on: bool
    changed_at: datetime | None


def note_switch(unit: Unit, workspace_id: UUID, machine: KnownMachine, *, by: UUID) -> None:
    """Tell the others how a computer's switch stands."""
    unit.run(
        "INSERT INTO machines (workspace_id, machine_id, name, sending_is_on, sending_changed_at, sending_changed_by,"
        " last_seen_at, created_at) VALUES (:workspace_id, :id, :name, :is_on, :at, :by, :at, :at)"
        " ON CONFLICT (workspace_id, machine_id) DO UPDATE SET name = excluded.name,"
        " sending_is_on = excluded.sending_is_on, sending_changed_at = excluded.sending_changed_at,"
        " sending_changed_by = excluded.sending_changed_by, last_seen_at = excluded.last_seen_at",
        {
            "workspace_id": workspace_id,
            "id": machine.id,
            "name": machine.name,
            "is_on": machine.sending_is_on,
            "at": machine.changed_at,
            "by": by,
        },
    )


def list_machines(unit: Unit, workspace_id: UUID) -> list[KnownMachine]:
    """The computers that ever switched sending on or off, by name."""
    rows = unit.rows(
        "SELECT machine_id, name, sending_is_on, sending_changed_at FROM machines WHERE workspace_id = :id"
        " ORDER BY name, machine_id",
        {"id": workspace_id},
    )
    return [KnownMachine(row[0], row[1], bool(row[2]), maybe_instant(row[3])) for row in rows]
