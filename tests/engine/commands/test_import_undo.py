"""Undoing an import: what it made goes, what it changed comes back, what was touched since stays."""

from datetime import timedelta

import pytest

from opendoors_desktop.domain.contact import OnDuplicate
from opendoors_desktop.domain.errors import NotFound, NotPossible
from opendoors_desktop.engine.commands import import_undo
from opendoors_desktop.engine.commands.contact_imports import import_contacts
from opendoors_desktop.engine.commands.contacts import find_contact, list_contacts, update_contact
from opendoors_desktop.engine.commands.enrollments import enroll
from opendoors_desktop.engine.commands.import_undo import Undone, list_imports, undo_import
from opendoors_desktop.engine.import_report import ImportOptions
from opendoors_desktop.store import contacts
from opendoors_desktop.store.imports import ImportState
from opendoors_desktop.store.steps import save_steps
from tests.fixtures_store import NOW
from tests.sequence_builders import add_example_mailbox, add_example_sequence, email, key, no_variables

OVERWRITE = ImportOptions(overrides=(("plan", "custom.plan"),), on_duplicate=OnDuplicate.OVERWRITE)


@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "people.csv"
        path.write_text(content, encoding="utf-8")
        return path

    return write


def undo(context, report):
    assert report.batch_id is not None
    return undo_import(context, report.batch_id)


def plain(context):
    """The contacts without what undoing may not put back: when they were written last."""
    return {c.email: (c.city, c.zone, c.tags, dict(c.custom), c.company_id) for c in list_contacts(context)}


def test_fault_35_all_is_as_it_was(any_context, file, monkeypatch):
    context = any_context
    monkeypatch.setattr(import_undo, "BATCH", 1)
    clock = context.clock
    header = "email,city,plan,tags,country\n"
    import_contacts(
        context, file(header + "a@x.example.com,Rome,x,old,\nb@gmail.com,,,,\nc@x.example.com,,,,\n"), OVERWRITE
    )
    before = plain(context)
    clock.advance_to(NOW + timedelta(days=1))
    rows = "A@x.example.com,Lyon,y,new,DE\nb@gmail.com,Bonn,,,\nnew@z.example.com,,,,\na@x.example.com,Kyiv,,,\n"
    report = import_contacts(context, file(header + rows), OVERWRITE)
    assert report.counts.updated == 3
    assert plain(context) != before
    clock.advance_to(NOW + timedelta(days=2))
    assert undo(context, report) == Undone(removed=1, restored=2, kept=0)
    assert plain(context) == before
    assert [batch.state for batch in list_imports(context)] == [ImportState.UNDONE, ImportState.DONE]
    with pytest.raises(NotPossible):
        undo(context, report)


def test_what_was_changed_since_stays(context, file):
    import_contacts(context, file("email,city\na@x.example.com,\nb@x.example.com,\n"))
    context.clock.advance_to(NOW + timedelta(days=1))
    report = import_contacts(
        context, file("email,city\na@x.example.com,Rome\nb@x.example.com,Oslo\nc@x.example.com,\nd@x.example.com,\n")
    )
    context.clock.advance_to(NOW + timedelta(days=2))
    for address in ("a@x.example.com", "c@x.example.com"):
        update_contact(context, find_contact(context, address).id, {"title": "CTO"})
    with context.store.write() as unit:
        contacts.archive(unit, [find_contact(context, "b@x.example.com").id], NOW)
    assert undo(context, report) == Undone(removed=1, restored=0, kept=3)
    assert {contact.email for contact in list_contacts(context)} == {"a@x.example.com", "c@x.example.com"}


def test_a_deleted_contact_that_came_back_goes_again(any_context, file):
    context = any_context
    import_contacts(context, file("email,city\na@x.example.com,\n"))
    with context.store.write() as unit:
        contacts.archive(unit, [contact.id for contact in list_contacts(context)], NOW)
    context.clock.advance_to(NOW + timedelta(days=1))
    report = import_contacts(context, file("email,city\na@x.example.com,\n"))
    assert len(list(list_contacts(context))) == 1
    assert undo(context, report) == Undone(removed=0, restored=1, kept=0)
    assert list(list_contacts(context)) == []


def test_enrollments_that_were_never_contacted_go_along(context, file):
    scope, store = context.scope, context.store
    mailbox = add_example_mailbox(store, scope)
    add_example_sequence(store, scope, key(500))
    with store.write() as unit:
        save_steps(unit, key(500), (email(1, key(500), mailbox_id=mailbox.id),), no_variables, NOW)
        unit.run("UPDATE sequences SET status = 'active' WHERE id = :id", {"id": key(500)})
    report = import_contacts(context, file("email\na@x.example.com\nb@x.example.com\nc@x.example.com\n"))
    made = list(list_contacts(context))
    enroll(context, key(500), [contact.id for contact in made])
    with store.write() as unit:
        unit.run("UPDATE sequence_enrollments SET total_emails_sent = 1 WHERE contact_id = :id", {"id": made[0].id})
        unit.run(
            "INSERT INTO notes (id, workspace_id, contact_id, body) VALUES (:id, :workspace_id, :contact_id, 'called')",
            {"id": key(2), "workspace_id": scope.workspace_id, "contact_id": made[1].id},
        )
    assert undo(context, report) == Undone(removed=1, restored=0, kept=2)
    with store.read() as unit:
        assert unit.row("SELECT count(*) FROM sequence_enrollments") == (2,)
        assert unit.row("SELECT total_enrolled FROM sequences WHERE id = :id", {"id": key(500)}) == (2,)
        assert unit.row("SELECT count(*) FROM claim_queue") == (2,)


def test_after_thirty_days_it_is_too_late(context, file):
    report = import_contacts(context, file("email\na@x.example.com\n"))
    context.clock.advance_to(NOW + timedelta(days=30, seconds=1))
    with pytest.raises(NotPossible) as caught:
        undo(context, report)
    assert "30 days" in caught.value.title
    with pytest.raises(NotFound):
        undo_import(context, context.new_id())
