"""A workspace: its emergency stop, what stands under every email, its public address, and its settings by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from opendoors_desktop.domain.contact import CUSTOM
from opendoors_desktop.domain.errors import NotFound
from opendoors_desktop.store.types import as_json, as_uuid, json_text, maybe_instant, maybe_uuid
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace as it stands in the store.

    Since `stopped_at` nothing leaves, whoever sends (None: no emergency). `opt_out_line` and `postal_address` stand
    under every email, the line only while it is on; empty texts stand nowhere. `public_url` is None where nobody
    answers links. `fallbacks` stand in for empty fields of contacts, by the names templates use.
    """

    id: UUID
    customer_id: UUID
    name: str
    zone: str
    stopped_at: datetime | None = None
    stopped_by: UUID | None = None
    postal_address: str = ""
    opt_out_line: str = ""
    opt_out_line_is_on: bool = True
    public_url: str | None = None
    fallbacks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WorkspaceKeys:
    """The unguessable keys of a workspace: for the hashes of erased persons, and for signed links."""

    erasure: bytes = field(repr=False)
    tracking: bytes = field(repr=False)


_SELECT: Final = """
SELECT id, customer_id, name, time_zone, emergency_stop_at, emergency_stop_by, postal_address, opt_out_line,
  opt_out_line_is_on, public_url FROM workspaces WHERE id = :id
"""


def get_workspace(unit: Unit, workspace_id: UUID) -> Workspace:
    """The workspace with the fallbacks of its fields; raises NotFound."""
    row = unit.row(_SELECT, {"id": workspace_id})
    if row is None:
        raise _no_such_workspace(workspace_id)
    return Workspace(
        id=as_uuid(row[0]),
        customer_id=as_uuid(row[1]),
        name=row[2],
        zone=row[3],
        stopped_at=maybe_instant(row[4]),
        stopped_by=maybe_uuid(row[5]),
        postal_address=row[6],
        opt_out_line=row[7],
        opt_out_line_is_on=bool(row[8]),
        public_url=row[9],
        fallbacks=_fallbacks(unit, workspace_id),
    )


def get_keys(unit: Unit, workspace_id: UUID) -> WorkspaceKeys:
    """The workspace's keys; raises NotFound."""
    row = unit.row("SELECT erasure_key, tracking_key FROM workspaces WHERE id = :id", {"id": workspace_id})
    if row is None:
        raise _no_such_workspace(workspace_id)
    return WorkspaceKeys(bytes(row[0]), bytes(row[1]))


def is_stopped(unit: Unit, workspace_id: UUID) -> bool:
    """Whether the workspace's emergency stop holds everyone back."""
    row = unit.row("SELECT emergency_stop_at IS NOT NULL FROM workspaces WHERE id = :id", {"id": workspace_id})
    return row is not None and bool(row[0])


def set_stop(unit: Unit, workspace_id: UUID, at: datetime | None, by: UUID | None) -> bool:
    """Pull the emergency stop at an instant, or release it (None); False where it stands so already."""
    return bool(
        unit.run(
            "UPDATE workspaces SET emergency_stop_at = :at, emergency_stop_by = :by"
            f" WHERE id = :id AND emergency_stop_at IS {'NOT NULL' if at is None else 'NULL'}",
            {"at": at, "by": by if at is not None else None, "id": workspace_id},
        )
    )


def update_workspace(unit: Unit, workspace: Workspace, now: datetime) -> None:
    """Write name, zone, postal address, opt-out line and public address; raises NotFound."""
    changed = unit.run(
        "UPDATE workspaces SET name = :name, time_zone = :zone, postal_address = :postal_address,"
        " opt_out_line = :opt_out_line, opt_out_line_is_on = :is_on, public_url = :public_url, updated_at = :now"
        " WHERE id = :id",
        {
            "name": workspace.name,
            "zone": workspace.zone,
            "postal_address": workspace.postal_address,
            "opt_out_line": workspace.opt_out_line,
            "is_on": workspace.opt_out_line_is_on,
            "public_url": workspace.public_url,
            "now": now,
            "id": workspace.id,
        },
    )
    if not changed:
        raise _no_such_workspace(workspace.id)


def set_fallback(
    unit: Unit, workspace_id: UUID, name: str, fallback: str | None, *, row_id: UUID, now: datetime
) -> bool:
    """Let a text stand in for an empty field (None: nothing does); `name` is the one templates use.

    A field of every contact gets its row, under `row_id`, when it first has a fallback; False for an own field
    (`custom.NAME`) that the workspace doesn't have.
    """
    own = name.removeprefix(CUSTOM)
    values = {"workspace_id": workspace_id, "name": own, "fallback": fallback, "now": now, "is_custom": own != name}
    changed = unit.run(
        "UPDATE contact_fields SET fallback = :fallback, updated_at = :now WHERE workspace_id = :workspace_id"
        " AND name = :name AND is_custom = :is_custom AND retired_at IS NULL",
        values,
    )
    if changed or own != name:
        return bool(changed)
    unit.run(
        "INSERT INTO contact_fields (id, workspace_id, name, label, kind, is_custom, fallback, created_at, updated_at)"
        " VALUES (:id, :workspace_id, :name, :label, 'text', :is_custom, :fallback, :now, :now)",
        values | {"id": row_id, "label": name.replace("_", " ").capitalize()},
    )
    return True


def get_setting(unit: Unit, workspace_id: UUID, owner_id: UUID, name: str) -> dict[str, Any] | None:
    """A setting of a workspace (`owner_id` its own key) or of a user in it; None where it was never set."""
    row = unit.row(
        "SELECT value FROM settings WHERE workspace_id = :workspace_id AND owner_id = :owner_id AND name = :name",
        {"workspace_id": workspace_id, "owner_id": owner_id, "name": name},
    )
    return None if row is None else dict(as_json(row[0]))


def put_setting(
    unit: Unit, workspace_id: UUID, owner_id: UUID, name: str, value: Mapping[str, Any], *, by: UUID, now: datetime
) -> None:
    """Set a setting, whether or not it was set before."""
    unit.run(
        "INSERT INTO settings (workspace_id, owner_id, name, value, updated_at, updated_by)"
        " VALUES (:workspace_id, :owner_id, :name, :value, :now, :by)"
        " ON CONFLICT (workspace_id, owner_id, name) DO UPDATE SET value = excluded.value,"
        " updated_at = excluded.updated_at, updated_by = excluded.updated_by",
        {
            "workspace_id": workspace_id,
            "owner_id": owner_id,
            "name": name,
            "value": json_text(dict(value)),
            "now": now,
            "by": by,
        },
    )


def drop_setting(unit: Unit, workspace_id: UUID, owner_id: UUID, name: str) -> None:
    """Have a setting be as if it was never set."""
    unit.run(
        "DELETE FROM settings WHERE workspace_id = :workspace_id AND owner_id = :owner_id AND name = :name",
        {"workspace_id": workspace_id, "owner_id": owner_id, "name": name},
    )


def _fallbacks(unit: Unit, workspace_id: UUID) -> dict[str, str]:
    rows = unit.rows(
        "SELECT name, is_custom, fallback FROM contact_fields WHERE workspace_id = :id AND retired_at IS NULL"
        " AND fallback <> '' ORDER BY name",
        {"id": workspace_id},
    )
    return {(f"{CUSTOM}{name}" if is_custom else name): fallback for name, is_custom, fallback in rows}


def _no_such_workspace(workspace_id: UUID) -> NotFound:
    return NotFound("The workspace isn't in this store.", "Open the store it belongs to.", where=str(workspace_id))
