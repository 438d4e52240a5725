"""The zones of the contacts of a list."""

from uuid import UUID

from opendoors_desktop.domain.ids import IdSource
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.queries.contact_zones import find_zones
from opendoors_desktop.store.tenancy import Scope
from tests.fixtures_store import NOW


def test_zones_are_found_for_those_who_have_one_known(store: Store, scope: Scope, new_id: IdSource):
    keys = [new_id() for _ in range(3)]
    with store.write() as unit:
        unit.run_many(
            "INSERT INTO contacts (id, workspace_id, zone, created_at, updated_at)"
            " VALUES (:id, :workspace_id, :zone, :now, :now)",
            [
                {"id": key, "workspace_id": scope.workspace_id, "zone": zone, "now": NOW}
                for key, zone in zip(keys, ("Asia/Tokyo", None, "Europe/Oslo"), strict=True)
            ],
        )
    with store.read() as unit:
        assert find_zones(unit, scope.workspace_id, keys) == {keys[0]: "Asia/Tokyo", keys[2]: "Europe/Oslo"}
        assert find_zones(unit, scope.workspace_id, [keys[1], new_id()]) == {}
        assert find_zones(unit, new_id(), keys) == {}
        assert find_zones(unit, scope.workspace_id, []) == {}
        assert all(isinstance(key, UUID) for key in find_zones(unit, scope.workspace_id, set(keys)))
