"""The tags of a workspace."""

from uuid import UUID

from opendoors_desktop.store.unit import Unit


def list_tags(unit: Unit, workspace_id: UUID, limit: int = 500) -> list[str]:
    """Tags that were ever given, by name, whatever its case; the first `limit` of them."""
    rows = unit.rows(
        "SELECT name FROM tags WHERE workspace_id = :workspace_id ORDER BY lower(name), name LIMIT :limit",
        {"workspace_id": workspace_id, "limit": limit},
    )
    return [row[0] for row in rows]
