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
