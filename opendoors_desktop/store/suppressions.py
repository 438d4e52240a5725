"""Suppressions: the addresses, domains and erased persons that must not be written to."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.suppression import Suppression, SuppressionReason, SuppressionScope
from opendoors_desktop.store.contacts import in_list, list_of
from opendoors_desktop.store.types import as_instant, as_uuid
from opendoors_desktop.store.unit import Row, Unit

_SELECT = "SELECT id, scope, value, reason, source, suppressed_at FROM suppressions"
_ACTIVE = "workspace_id = :workspace_id AND lifted_at IS NULL"


def add_suppression(
    unit: Unit,
    workspace_id: UUID,
    suppression: Suppression,
    *,
    by: UUID | None = None,
    contact_id: UUID | None = None,
    detail: str | None = None,
    inbound_id: UUID | None = None,
) -> bool:
    """Suppress; False where that value is suppressed for that reason already, which then stays as it is."""
    added = unit.run(
        "INSERT INTO suppressions (id, workspace_id, scope, value, reason, source, detail, contact_id,"
        " inbound_email_id, suppressed_at, created_by) VALUES (:id, :workspace_id, :scope, :value, :reason, :source,"
        " :detail, :contact_id, :inbound_id, :at, :by) ON CONFLICT DO NOTHING",
        {
            "id": suppression.id,
            "workspace_id": workspace_id,
            "scope": suppression.scope.value,
            "value": suppression.value,
            "reason": suppression.reason.value,
            "source": suppression.source,
            "detail": detail,
            "contact_id": contact_id,
            "inbound_id": inbound_id,
            "at": suppression.suppressed_at,
            "by": by,
        },
    )
    if added:
        unit.changed(Topic.SUPPRESSIONS)
    return added > 0


def lift_suppressions(
    unit: Unit,
    workspace_id: UUID,
    scope: SuppressionScope,
    value: str,
    *,
    by: UUID | None,
    now: datetime,
    reason: SuppressionReason | None = None,
) -> int:
    """Lift what suppresses a value, for one reason or (None) for all but that of an erased person; gives the number."""
    which = "reason <> 'erased'" if reason is None else "reason = :reason"
    params = {"workspace_id": workspace_id, "scope": scope.value, "value": value, "by": by, "now": now}
    lifted = unit.run(
        f"UPDATE suppressions SET lifted_at = :now, lifted_by = :by WHERE {_ACTIVE} AND scope = :scope"
        f" AND value = :value AND {which}",
        params if reason is None else {**params, "reason": reason.value},
    )
    if lifted:
        unit.changed(Topic.SUPPRESSIONS)
    return lifted


def lift_entry(unit: Unit, workspace_id: UUID, entry_id: UUID, *, by: UUID, now: datetime) -> str | None:
    """Lift one entry; its value, or None where it is lifted already."""
    rows = unit.rows(
        f"UPDATE suppressions SET lifted_at = :now, lifted_by = :by WHERE {_ACTIVE} AND id = :id RETURNING value",
        {"workspace_id": workspace_id, "id": entry_id, "by": by, "now": now},
    )
    unit.changed(Topic.SUPPRESSIONS)
    return rows[0][0] if rows else None


def renew_entry(unit: Unit, workspace_id: UUID, entry_id: UUID) -> str | None:
    """Have an entry that was lifted bind again, unless another does by now; its value, or None for no such entry."""
    key = {"workspace_id": workspace_id, "id": entry_id}
    unit.run(
        "UPDATE suppressions SET lifted_at = NULL, lifted_by = NULL WHERE workspace_id = :workspace_id AND id = :id"
        " AND NOT EXISTS (SELECT 1 FROM suppressions o WHERE o.workspace_id = suppressions.workspace_id"
        " AND o.scope = suppressions.scope AND o.value = suppressions.value AND o.reason = suppressions.reason"
        " AND o.lifted_at IS NULL)",
        key,
    )
    unit.changed(Topic.SUPPRESSIONS)
    row = unit.row("SELECT value FROM suppressions WHERE workspace_id = :workspace_id AND id = :id", key)
    return None if row is None else row[0]


def suppressions_of(unit: Unit, workspace_id: UUID, email_key: str, erased_hash: str) -> list[Suppression]:
    """What keeps a normalised address from being written to: its own, its domain's, and that of an erased person."""
    # Said whole for each scope: with the workspace outside the brackets SQLite would read its whole list.
    scopes = (("address", "key"), ("domain", "domain"), ("hash", "hash"))
    alternatives = " OR ".join(f"{_ACTIVE} AND scope = '{scope}' AND value = :{name}" for scope, name in scopes)
    rows = unit.rows(
        f"{_SELECT} WHERE {alternatives} ORDER BY suppressed_at, id",
        {
            "workspace_id": workspace_id,
            "key": email_key,
            "domain": email_key.rpartition("@")[2],
            "hash": erased_hash,
        },
    )
    return [_as_suppression(row) for row in rows]


def page_suppressions(
    unit: Unit, workspace_id: UUID, *, after: UUID | None = None, limit: int = 1000
) -> list[Suppression]:
    """Active suppressions by id from behind `after`, `limit` at most."""
    where, params = "", {"workspace_id": workspace_id, "limit": limit}
    if after is not None:
        where, params = " AND id > :after", {**params, "after": after}
    rows = unit.rows(f"{_SELECT} WHERE {_ACTIVE}{where} ORDER BY id LIMIT :limit", params)
    return [_as_suppression(row) for row in rows]


def has_erased(unit: Unit, workspace_id: UUID) -> bool:
    """Whether anybody was ever erased here."""
    row = unit.row(
        f"SELECT 1 FROM suppressions WHERE {_ACTIVE} AND scope = 'hash' LIMIT 1", {"workspace_id": workspace_id}
    )
    return row is not None


def erased_among(unit: Unit, workspace_id: UUID, hashes: Iterable[str]) -> set[str]:
    """Those of the keyed hashes that are erased persons'."""
    rows = unit.rows(
        f"SELECT value FROM suppressions WHERE {_ACTIVE} AND scope = 'hash' AND {in_list(unit, 'value')}",
        {"workspace_id": workspace_id, "values": list_of(unit, hashes)},
    )
    return {row[0] for row in rows}


def erasure_key(unit: Unit, workspace_id: UUID) -> bytes:
    """The workspace's key for the hashes of erased persons."""
    row = unit.row("SELECT erasure_key FROM workspaces WHERE id = :id", {"id": workspace_id})
    assert row is not None
    return bytes(row[0])


def _as_suppression(row: Row) -> Suppression:
    return Suppression(
        as_uuid(row[0]), SuppressionScope(row[1]), row[2], SuppressionReason(row[3]), row[4], as_instant(row[5])
    )


def addresses_of(unit: Unit, workspace_id: UUID, contact_ids: Sequence[UUID]) -> list[str]:
    """The normalised addresses of contacts, former ones and others too."""
    keys: list[str] = []
    for contact_id in contact_ids:
        params = {"workspace_id": workspace_id, "id": contact_id}
        for table, column in (("contacts", "id"), ("contact_addresses", "contact_id")):
            rows = unit.rows(
                f"SELECT email_key FROM {table} WHERE workspace_id = :workspace_id AND {column} = :id", params
            )
            keys.extend(row[0] for row in rows if row[0])
    return keys
