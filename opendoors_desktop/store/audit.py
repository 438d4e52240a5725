"""The book of who did what to which record, and by which door; append-only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from opendoors_desktop.store.types import as_instant, as_json, as_uuid, json_text, maybe_uuid
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line: at `at`, `user_id` did `action` to the object; `source` is the door (window, command line, API …)."""

    id: UUID
    workspace_id: UUID
    at: datetime
    user_id: UUID | None
    source: str
    action: str
    object_kind: str | None = None
    object_id: UUID | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


def add_entry(unit: Unit, entry: AuditEntry) -> None:
    """Write one line."""
    unit.run(
        "INSERT INTO audit_log (id, workspace_id, occurred_at, user_id, source, action, object_kind, object_id, detail)"
        " VALUES (:id, :workspace_id, :at, :user_id, :source, :action, :object_kind, :object_id, :detail)",
        {
            "id": entry.id,
            "workspace_id": entry.workspace_id,
            "at": entry.at,
            "user_id": entry.user_id,
            "source": entry.source,
            "action": entry.action,
            "object_kind": entry.object_kind,
            "object_id": entry.object_id,
            "detail": json_text(dict(entry.detail)),
        },
    )


def list_entries(unit: Unit, workspace_id: UUID, object_id: UUID | None = None, limit: int = 200) -> list[AuditEntry]:
    """The newest lines first, of one object or of the whole workspace, `limit` at most."""
    where = "" if object_id is None else " AND object_id = :object_id"
    rows = unit.rows(
        "SELECT id, workspace_id, occurred_at, user_id, source, action, object_kind, object_id, detail FROM audit_log"
        f" WHERE workspace_id = :workspace_id{where} ORDER BY occurred_at DESC, id DESC LIMIT :limit",
        {"workspace_id": workspace_id, "limit": limit} | ({} if object_id is None else {"object_id": object_id}),
    )
    return [
        AuditEntry(
            as_uuid(row[0]),
            as_uuid(row[1]),
            as_instant(row[2]),
            maybe_uuid(row[3]),
            row[4],
            row[5],
            row[6],
            maybe_uuid(row[7]),
            as_json(row[8]) or {},
        )
        for row in rows
    ]
