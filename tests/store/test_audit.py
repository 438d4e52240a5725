"""The book of who did what."""

from datetime import timedelta

from opendoors_desktop.store.audit import AuditEntry, add_entry, list_entries
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.tenancy import Scope
from tests.fixtures_store import NOW
from tests.sequence_builders import key


def test_entries_are_read_newest_first(store: Store, scope: Scope):
    entries = [
        AuditEntry(key(1), scope.workspace_id, NOW, scope.user_id, "window", "sequence_activated", "sequence", key(9)),
        AuditEntry(
            key(2), scope.workspace_id, NOW + timedelta(hours=1), None, "api", "stopped", detail={"why": ["é", 1]}
        ),
    ]
    with store.write() as unit:
        for entry in entries:
            add_entry(unit, entry)
    with store.read() as unit:
        assert list_entries(unit, scope.workspace_id) == entries[::-1]
        assert list_entries(unit, scope.workspace_id, key(9)) == entries[:1]
        assert list_entries(unit, scope.workspace_id, limit=1) == entries[1:]
        assert list_entries(unit, key(1)) == []
