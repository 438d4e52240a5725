"""Saved versions of sequences."""

from datetime import timedelta

import pytest

from opendoors_desktop.domain.errors import NotFound
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.sequence_versions import Version, add_version, get_version, list_versions
from opendoors_desktop.store.tenancy import Scope
from tests.fixtures_store import NOW
from tests.sequence_builders import add_example_sequence, key

LATER = NOW + timedelta(hours=1)


def test_every_saved_version_can_be_looked_at(store: Store, scope: Scope):
    add_example_sequence(store, scope, key(500))
    documents: dict[int, dict[str, object]] = {
        1: {"name": "Größe", "steps": []},
        2: {"name": "Other", "steps": [{"type": "email"}]},
    }
    with store.write() as unit:
        for number, at, by in ((1, NOW, scope.user_id), (2, LATER, None)):
            add_version(unit, key(number), key(500), number, documents[number], summary=f"Save {number}", by=by, now=at)
    with store.read() as unit:
        assert list_versions(unit, key(500)) == [
            Version(2, LATER, None, "Save 2"),
            Version(1, NOW, scope.user_id, "Save 1"),
        ]
        assert [get_version(unit, key(500), number) for number in (1, 2)] == list(documents.values())
        assert list_versions(unit, key(501)) == []
        with pytest.raises(NotFound) as caught:
            get_version(unit, key(500), 3)
    assert caught.value.where == "3"
