"""The first workspace of a store."""

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.tenancy import DEFAULT_OUTCOMES, Scope, add_member, find_role, find_scope
from opendoors_desktop.store.types import as_json, as_time, as_uuid, as_weekdays
from tests.fixtures_store import NOW, found_workspace


def test_a_new_store_has_no_scope_until_it_is_founded(store: Store):
    with store.read() as unit:
        assert find_scope(unit) is None
    scope = found_workspace(store)
    with store.read() as unit:
        assert find_scope(unit) == scope
        assert find_scope(unit, "robin@example.com") == scope
        assert find_scope(unit, "somebody@example.com") is None


def test_founding_twice_changes_nothing(store: Store):
    first = found_workspace(store)
    assert found_workspace(store) == first
    with store.read() as unit:
        assert unit.rows("SELECT count(*) FROM workspaces") == [(1,)]
        assert unit.rows("SELECT count(*) FROM schedules") == [(1,)]


def test_the_founder_owns_the_workspace(store: Store, scope: Scope):
    with store.read() as unit:
        assert find_role(unit, scope.workspace_id, scope.user_id) == "owner"
        assert find_role(unit, scope.workspace_id, scope.customer_id) is None


def test_a_role_given_again_replaces_the_one_before(store: Store, scope: Scope):
    with store.write() as unit:
        add_member(unit, scope.workspace_id, scope.user_id, "viewer", NOW)
    with store.read() as unit:
        assert find_role(unit, scope.workspace_id, scope.user_id) == "viewer"


def test_a_workspace_starts_with_eight_ways_to_end_a_call_on_the_keys_1_to_8(store: Store, scope: Scope):
    with store.read() as unit:
        rows = unit.rows(
            "SELECT name, key_number, effect, effect_detail FROM outcomes WHERE kind = 'call' ORDER BY sort_order"
        )
    assert [row[1] for row in rows] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert {row[0]: as_json(row[3]) for row in rows}["no_answer"] == {"working_days": 1}
    assert len(DEFAULT_OUTCOMES) > len(rows)


def test_a_workspace_starts_with_working_hours_from_monday_to_friday(store: Store, scope: Scope):
    with store.read() as unit:
        row = unit.row("SELECT workspace_id, time_zone, days, window_start, window_end, is_default FROM schedules")
    assert row is not None
    assert as_uuid(row[0]) == scope.workspace_id
    assert row[1] == "Europe/Berlin"
    assert as_weekdays(row[2]) == (True, True, True, True, True, False, False)
    assert (as_time(row[3]).hour, as_time(row[4]).hour) == (9, 17)
    assert row[5]


def test_founding_tells_of_the_new_workspace(store: Store):
    heard: list[frozenset[Topic]] = []
    store.on_change(heard.append)
    found_workspace(store)
    assert heard == [frozenset({Topic.WORKSPACE, Topic.SETTINGS})]
