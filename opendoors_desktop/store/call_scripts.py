"""What to say in a call: texts with variables, shared in a workspace."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from opendoors_desktop.store.types import as_tags, as_uuid, maybe_instant
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class CallScript:
    """A script; `variables` are the fields its text can't do without."""

    id: UUID
    name: str
    body: str
    variables: frozenset[str]
    retired_at: datetime | None = None


def list_scripts(unit: Unit, workspace_id: UUID) -> dict[UUID, CallScript]:
    """All scripts of a workspace by their keys, retired ones too: steps may still refer to them."""
    rows = unit.rows(
        "SELECT id, name, body, variables, retired_at FROM call_scripts WHERE workspace_id = :id ORDER BY name, id",
        {"id": workspace_id},
    )
    return {
        as_uuid(row[0]): CallScript(as_uuid(row[0]), row[1], row[2], frozenset(as_tags(row[3])), maybe_instant(row[4]))
        for row in rows
    }


def put_script(unit: Unit, workspace_id: UUID, script: CallScript, *, by: UUID, now: datetime) -> None:
    """Write a script, a new one or one that is there."""
    unit.run(
        "INSERT INTO call_scripts (id, workspace_id, name, body, variables, retired_at, created_at, created_by,"
        " updated_at, updated_by) VALUES (:id, :workspace_id, :name, :body, :variables, :retired_at, :now, :by, :now,"
        " :by) ON CONFLICT (id) DO UPDATE SET name = excluded.name, body = excluded.body,"
        " variables = excluded.variables, retired_at = excluded.retired_at, updated_at = excluded.updated_at,"
        " updated_by = excluded.updated_by",
        {
            "id": script.id,
            "workspace_id": workspace_id,
            "name": script.name,
            "body": script.body,
            "variables": unit.listing(sorted(script.variables)),
            "retired_at": script.retired_at,
            "now": now,
            "by": by,
        },
    )


def sequences_reading(unit: Unit, script_id: UUID) -> list[UUID]:
    """The sequences with a live step that has the script."""
    rows = unit.rows(
        "SELECT DISTINCT sequence_id FROM sequence_steps WHERE call_script_id = :id AND retired_at IS NULL",
        {"id": script_id},
    )
    return sorted(as_uuid(row[0]) for row in rows)
