"""The workspace's own fields of contacts."""

from uuid import UUID

from opendoors_desktop.store.unit import Unit


def list_own_fields(unit: Unit, workspace_id: UUID) -> list[str]:
    """Their names, in their order."""
    rows = unit.rows(
        "SELECT name FROM contact_fields WHERE workspace_id = :workspace_id AND is_custom = :yes"
        " AND retired_at IS NULL ORDER BY sort_order, name",
        {"workspace_id": workspace_id, "yes": True},
    )
    return [str(name) for (name,) in rows]
