"""The time zones of contacts, for lists that tell when something reaches them by their own clocks."""

from collections.abc import Collection
from uuid import UUID

from opendoors_desktop.store.types import as_uuid
from opendoors_desktop.store.unit import Unit


def find_zones(unit: Unit, workspace_id: UUID, contact_ids: Collection[UUID]) -> dict[UUID, str]:
    """The zones (keys of zoneinfo) of these contacts, some hundreds at most; who has none known is left out."""
    if not contact_ids:
        return {}
    keys = {f"id{place}": key for place, key in enumerate(contact_ids)}
    rows = unit.rows(
        f"SELECT id, zone FROM contacts WHERE id IN ({', '.join(f':{name}' for name in keys)})"
        " AND workspace_id = :workspace_id AND zone IS NOT NULL",
        {"workspace_id": workspace_id, **keys},
    )
    return {as_uuid(row[0]): row[1] for row in rows}
