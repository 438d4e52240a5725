"""A store and its copies."""

from dataclasses import replace

import pytest

from opendoors_desktop.store.database import Store
from opendoors_desktop.store.identity import (
    Doubt,
    Identity,
    add_identity,
    confirm,
    doubt_of,
    find_identity,
    note_doubt,
    raise_sending_counter,
)
from opendoors_desktop.store.tenancy import Scope
from tests.fixtures_store import NOW


@pytest.fixture
def identity(store: Store, new_id) -> Identity:
    with store.write() as unit:
        return add_identity(unit, new_id(), "machine-a", NOW)


@pytest.mark.parametrize(
    "machine, remembered, is_shared, doubt",
    [
        ("machine-a", None, False, None),
        ("machine-a", 6, False, None),
        ("machine-a", 7, False, None),
        ("machine-a", 8, False, Doubt.PUT_BACK),
        ("machine-b", None, False, Doubt.COPIED),
        ("machine-b", 8, False, Doubt.COPIED),
        ("machine-b", None, True, None),
        ("machine-b", 8, True, Doubt.PUT_BACK),
    ],
)
def test_T08_a_copy_is_told_by_the_machine_and_by_what_the_machine_remembers(
    new_id, machine: str, remembered: int | None, is_shared: bool, doubt: Doubt | None
):
    known = Identity(new_id(), "machine-a", 7, NOW)
    assert doubt_of(known, machine, remembered, is_shared=is_shared) is doubt


def test_a_doubt_stays_until_a_person_clears_it(new_id):
    doubted = Identity(new_id(), "machine-a", 7, NOW, Doubt.PUT_BACK, NOW)
    assert doubt_of(doubted, "machine-a", 7, is_shared=False) is Doubt.PUT_BACK


def test_a_new_store_has_no_identity_until_it_is_given_one(store: Store, new_id):
    with store.read() as unit:
        assert find_identity(unit) is None
    key = new_id()
    with store.write() as unit:
        given = add_identity(unit, key, "machine-a", NOW)
    assert given == Identity(key, "machine-a", 0, NOW)
    with store.write() as unit:
        assert add_identity(unit, new_id(), "machine-b", NOW) == given
    with store.read() as unit:
        assert find_identity(unit) == given


def test_the_counter_rises_with_the_emails_that_are_begun(store: Store, identity: Identity):
    with store.write() as unit:
        assert raise_sending_counter(unit) == 1
        assert raise_sending_counter(unit, 20) == 21
    with store.read() as unit:
        assert find_identity(unit) == replace(identity, sending_counter=21)


def test_fault_25_a_doubted_store_sends_nowhere_until_it_is_confirmed(store: Store, identity: Identity, scope: Scope):
    with store.write() as unit:
        unit.run(
            "INSERT INTO machines (workspace_id, machine_id, sending_is_on) VALUES (:id, 'machine-a', :yes)",
            {"id": scope.workspace_id, "yes": True},
        )
        note_doubt(unit, Doubt.COPIED, NOW)
    with store.write() as unit:
        assert unit.rows("SELECT sending_is_on FROM machines") == [(False,)]
        found = find_identity(unit)
        assert found is not None
        assert (found.doubt, found.doubted_at) == (Doubt.COPIED, NOW)
        note_doubt(unit, Doubt.PUT_BACK, NOW)
        assert find_identity(unit) == found
        confirm(unit, "machine-b", 40)
        assert find_identity(unit) == replace(identity, machine_id="machine-b", sending_counter=40)
        confirm(unit, "machine-b", 3)
        assert find_identity(unit) == replace(identity, machine_id="machine-b", sending_counter=40)
