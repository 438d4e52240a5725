"""Companies: what contacts of one mail domain share."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.store.contacts import in_list, list_of
from opendoors_desktop.store.types import as_uuid
from opendoors_desktop.store.unit import Unit


def ensure_companies(
    unit: Unit, workspace_id: UUID, names: Mapping[str, str], *, new_id: Callable[[], UUID], now: datetime
) -> dict[str, UUID]:
    """The companies of these domains, made where they are missing; by domain.

    `names` gives for each domain (lower-case A-labels, no free-mail host) a name or ""; a company without a name takes
    it.
    """
    unit.run_many(
        "INSERT INTO companies (id, workspace_id, domain, name, created_at, updated_at)"
        " VALUES (:id, :workspace_id, :domain, :name, :now, :now)"
        " ON CONFLICT (workspace_id, domain) DO UPDATE SET name = excluded.name, updated_at = excluded.updated_at"
        " WHERE companies.name = '' AND excluded.name <> ''",
        [
            {"id": new_id(), "workspace_id": workspace_id, "domain": domain, "name": name, "now": now}
            for domain, name in sorted(names.items())
        ],
    )
    if names:
        unit.changed(Topic.CONTACTS)
    rows = unit.rows(
        f"SELECT domain, id FROM companies WHERE workspace_id = :workspace_id AND {in_list(unit, 'domain')}",
        {"workspace_id": workspace_id, "values": list_of(unit, names)},
    )
    return {domain: as_uuid(key) for domain, key in rows}
