"""A workspace's own days off."""

from dataclasses import replace
from datetime import date

from opendoors_desktop.store.database import Store
from opendoors_desktop.store.holidays import OwnDay, list_own_days, put_own_day, remove_own_day
from opendoors_desktop.store.tenancy import Scope
from tests.fixtures_store import NOW
from tests.sequence_builders import key


def test_own_days_are_added_changed_and_removed(store: Store, scope: Scope):
    party = OwnDay(key(1), date(2026, 7, 3), "Summer party")
    worked = OwnDay(key(2), date(2026, 5, 14), "Worked on", "DE", is_working=True)
    with store.write() as unit:
        for own in (party, worked):
            put_own_day(unit, scope.workspace_id, own, NOW)
        assert list_own_days(unit, scope.workspace_id) == [worked, party]
        put_own_day(unit, scope.workspace_id, replace(party, id=key(3), name="Party"), NOW)
        assert list_own_days(unit, scope.workspace_id) == [worked, replace(party, name="Party")]
        assert remove_own_day(unit, scope.workspace_id, date(2026, 7, 3))
        assert not remove_own_day(unit, scope.workspace_id, date(2026, 5, 14))
        assert remove_own_day(unit, scope.workspace_id, date(2026, 5, 14), "DE")
        assert list_own_days(unit, scope.workspace_id) == []
