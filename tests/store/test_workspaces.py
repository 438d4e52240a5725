"""A workspace and its settings in the store."""

from dataclasses import replace
from datetime import timedelta

import pytest

from opendoors_desktop.domain.errors import NotFound
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.tenancy import Scope
from opendoors_desktop.store.workspaces import (
    get_keys,
    get_setting,
    get_workspace,
    is_stopped,
    put_setting,
    set_fallback,
    set_stop,
    update_workspace,
)
from tests.fixtures_store import NOW
from tests.sequence_builders import key

LATER = NOW + timedelta(hours=2)


def test_what_a_person_sets_comes_back(store: Store, scope: Scope):
    with store.read() as unit:
        fresh = get_workspace(unit, scope.workspace_id)
    assert (fresh.name, fresh.zone, fresh.opt_out_line_is_on) == ("Example Workspace", "Europe/Berlin", True)
    changed = replace(
        fresh,
        name="Büro",
        zone="America/Lima",
        postal_address="1 Example Street\nExampletown",
        opt_out_line="Tell me to stop.",
        opt_out_line_is_on=False,
        public_url="https://mail.example.com",
    )
    with store.write() as unit:
        update_workspace(unit, changed, LATER)
    with store.read() as unit:
        assert get_workspace(unit, scope.workspace_id) == changed


def test_the_emergency_stop_is_pulled_and_released_once(store: Store, scope: Scope):
    with store.write() as unit:
        assert not is_stopped(unit, scope.workspace_id)
        assert set_stop(unit, scope.workspace_id, NOW, scope.user_id)
        assert not set_stop(unit, scope.workspace_id, LATER, None)
        assert is_stopped(unit, scope.workspace_id)
        found = get_workspace(unit, scope.workspace_id)
        assert (found.stopped_at, found.stopped_by) == (NOW, scope.user_id)
        assert set_stop(unit, scope.workspace_id, None, scope.user_id)
        assert not set_stop(unit, scope.workspace_id, None, scope.user_id)
        assert get_workspace(unit, scope.workspace_id).stopped_by is None
        assert not is_stopped(unit, key(1))


def test_fallbacks_have_the_names_that_templates_use(store: Store, scope: Scope):
    with store.write() as unit:
        unit.run(
            "INSERT INTO contact_fields (id, workspace_id, name, label, is_custom)"
            " VALUES (:id, :w, 'plan', 'Plan', :y)",
            {"id": key(1), "w": scope.workspace_id, "y": True},
        )
        assert set_fallback(unit, scope.workspace_id, "first_name", "there", row_id=key(2), now=NOW)
        assert set_fallback(unit, scope.workspace_id, "first_name", "you", row_id=key(3), now=NOW)
        assert set_fallback(unit, scope.workspace_id, "custom.plan", "basic", row_id=key(4), now=NOW)
        assert not set_fallback(unit, scope.workspace_id, "custom.unknown", "x", row_id=key(5), now=NOW)
        assert get_workspace(unit, scope.workspace_id).fallbacks == {"custom.plan": "basic", "first_name": "you"}
        assert set_fallback(unit, scope.workspace_id, "first_name", None, row_id=key(6), now=NOW)
        assert get_workspace(unit, scope.workspace_id).fallbacks == {"custom.plan": "basic"}


def test_settings_are_kept_per_owner(store: Store, scope: Scope):
    with store.write() as unit:
        assert get_setting(unit, scope.workspace_id, scope.user_id, "view") is None
        for value in ({"rows": 1}, {"rows": [True, None, "é"]}):
            put_setting(unit, scope.workspace_id, scope.user_id, "view", value, by=scope.user_id, now=NOW)
        assert get_setting(unit, scope.workspace_id, scope.user_id, "view") == {"rows": [True, None, "é"]}
        assert get_setting(unit, scope.workspace_id, scope.workspace_id, "view") is None


def test_the_keys_are_read_but_never_shown(store: Store, scope: Scope):
    with store.read() as unit:
        keys = get_keys(unit, scope.workspace_id)
    assert (keys.erasure, keys.tracking) == (bytes(range(32)), bytes(range(32)))
    assert repr(keys) == "WorkspaceKeys()"


def test_an_unknown_workspace_is_said_to_be_none(store: Store, scope: Scope):
    with store.write() as unit:
        known = get_workspace(unit, scope.workspace_id)
        for call in (
            lambda: get_workspace(unit, key(1)),
            lambda: get_keys(unit, key(1)),
            lambda: update_workspace(unit, replace(known, id=key(1)), NOW),
        ):
            with pytest.raises(NotFound):
                call()
