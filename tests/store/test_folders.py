"""Folders in the store."""

from dataclasses import replace

import pytest

from opendoors_desktop.domain.errors import NotFound
from opendoors_desktop.domain.folder import Folder
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.folders import add_folder, delete_folder, get_folder, list_folders, update_folder
from opendoors_desktop.store.sequence_changes import update_sequence_settings
from opendoors_desktop.store.sequence_settings import SequenceSettings
from opendoors_desktop.store.sequences import get_record
from opendoors_desktop.store.tenancy import Scope
from tests.fixtures_store import NOW
from tests.sequence_builders import add_example_sequence, key

TOP = Folder(key(1), "Top")
MIDDLE = Folder(key(2), "Middle", key(1), "What lies here", "#a0b1c2", 7)
LOW = Folder(key(3), "Low", key(2))


def add(store: Store, scope: Scope, *folders: Folder) -> None:
    with store.write() as unit:
        for folder in folders:
            add_folder(unit, (scope.customer_id, scope.workspace_id), folder, by=scope.user_id, now=NOW)


def test_a_folder_comes_back_as_it_was(store: Store, scope: Scope):
    add(store, scope, TOP, MIDDLE)
    changed = replace(MIDDLE, name="Mitte", parent_id=None, description=None, color=None, sort_order=-1)
    with store.write() as unit:
        assert list_folders(unit, scope.workspace_id) == {key(1): TOP, key(2): MIDDLE}
        update_folder(unit, scope.workspace_id, changed, NOW)
        assert get_folder(unit, scope.workspace_id, key(2)) == changed


def test_what_lies_in_a_deleted_folder_moves_to_its_parent(store: Store, scope: Scope):
    add(store, scope, TOP, MIDDLE, LOW)
    add_example_sequence(store, scope, key(500))
    with store.write() as unit:
        settings = SequenceSettings("Example", scope.user_id, folder_id=key(2))
        update_sequence_settings(unit, scope.workspace_id, key(500), settings, by=scope.user_id, now=NOW)
        assert delete_folder(unit, scope.workspace_id, key(2), NOW) == (1, 1)
        assert list_folders(unit, scope.workspace_id) == {key(1): TOP, key(3): replace(LOW, parent_id=key(1))}
        assert get_record(unit, scope.workspace_id, key(500)).settings.folder_id == key(1)
        assert delete_folder(unit, scope.workspace_id, key(1), NOW) == (1, 1)
        assert get_record(unit, scope.workspace_id, key(500)).settings.folder_id is None


def test_a_folder_of_another_workspace_is_not_there(store: Store, scope: Scope):
    add(store, scope, TOP)
    with store.write() as unit:
        for call in (
            lambda: get_folder(unit, key(9), TOP.id),
            lambda: update_folder(unit, key(9), TOP, NOW),
            lambda: delete_folder(unit, key(9), TOP.id, NOW),
        ):
            with pytest.raises(NotFound):
                call()
        assert list_folders(unit, key(9)) == {}
