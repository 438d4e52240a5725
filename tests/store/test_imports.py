"""Imports in the store: progress, reports and what undoing needs, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from opendoors_desktop.domain.contact import Contact
from opendoors_desktop.store import contacts, imports
from opendoors_desktop.store.imports import ImportBatch, ImportCounts, ImportState
from tests.fixtures_store import NOW

PROBLEM = {"line": 3, "column": "email", "code": "no_at", "message": "“x”: no address"}


@pytest.fixture
def batch(new_id):
    return ImportBatch(
        new_id(), "people.csv", b"\x01" * 32, ImportState.RUNNING, {"tags": ["x"]}, ImportCounts(), 0, (), NOW, None
    )


@pytest.fixture
def ana(scope, new_id):
    return Contact(new_id(), scope.workspace_id, "ana@x.example.com", created_at=NOW, updated_at=NOW)


def test_an_import_is_kept_as_it_goes(store, scope, batch):
    with store.write() as unit:
        imports.add_batch(unit, scope.workspace_id, batch, by=scope.user_id)
    counts = ImportCounts(5, 1, 1, 1, 2, 17)
    with store.write() as unit:
        imports.save_progress(unit, batch.id, counts, 2, options=batch.options)
    with store.read() as unit:
        found = imports.find_batch(unit, scope.workspace_id, batch.id)
        assert found == replace(batch, counts=counts, problem_count=2, options={"tags": ["x"], "next_line": 17})
    with store.write() as unit:
        imports.save_progress(
            unit,
            batch.id,
            counts,
            2,
            state=ImportState.DONE,
            options=batch.options,
            problems=[PROBLEM],
            finished_at=NOW + timedelta(minutes=1),
        )
        (found,) = imports.list_batches(unit, scope.workspace_id)
        assert (found.state, found.problems, found.finished_at) == (
            ImportState.DONE,
            (PROBLEM,),
            NOW + timedelta(minutes=1),
        )
        imports.set_undone(unit, batch.id, NOW)
        assert imports.list_batches(unit, scope.workspace_id)[0].state is ImportState.UNDONE


def test_an_unknown_import_is_none(store, scope, new_id):
    with store.read() as unit:
        assert imports.find_batch(unit, scope.workspace_id, new_id()) is None


def test_the_first_state_before_is_kept(store, scope, batch, ana):
    once = replace(ana, city="Lyon", custom={"a": 1})
    twice = replace(once, city="Rome")
    with store.write() as unit:
        imports.add_batch(unit, scope.workspace_id, batch, by=scope.user_id)
        contacts.add_contacts(unit, [ana], by=None)
        imports.keep_before(unit, batch.id, [(ana, once)], NOW)
        imports.keep_before(unit, batch.id, [(once, twice)], NOW)
        assert imports.take_changes(unit, scope.workspace_id, batch.id, limit=5) == [
            (ana, {"city": "", "custom": {}}, NOW)
        ]
        assert imports.take_changes(unit, scope.workspace_id, batch.id, limit=5) == []


def test_what_an_import_made_is_paged_and_removed(store, scope, batch, ana, new_id):
    made = [replace(ana, id=new_id(), email=f"u{n}@x.example.com", import_batch_id=batch.id) for n in range(3)]
    with store.write() as unit:
        contacts.add_contacts(unit, [ana, *made], by=None)
        first = imports.page_created(unit, scope.workspace_id, batch.id, limit=2)
        rest = imports.page_created(unit, scope.workspace_id, batch.id, after=first[-1].id, limit=2)
        assert [*first, *rest] == made
        assert imports.is_untouched(unit, made[0])
        imports.remove_contact(unit, made[0])
        assert not imports.is_untouched(unit, made[0])
        assert contacts.count_contacts(unit, scope.workspace_id) == 3
