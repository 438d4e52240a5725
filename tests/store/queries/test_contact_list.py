"""The list of contacts: the same people in every order from wherever it is read, and the state each is in."""

from dataclasses import replace
from datetime import timedelta

import pytest

from opendoors_desktop.engine.commands import contacts, enrollments, suppressions
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.queries import contact_list
from opendoors_desktop.store.queries.contact_list import ContactOrder
from opendoors_desktop.store.queries.contact_states import ContactState
from opendoors_desktop.store.queries.places import START
from tests.builders import add_mailbox, add_sequence, email, open_context
from tests.fixtures_store import NOW

COUNT = 60


@pytest.fixture
def context(store, tmp_path) -> Context:
    return open_context(store, tmp_path)


@pytest.fixture
def many(context, monkeypatch) -> Context:
    """Sixty contacts with equal names among them, a third of them never contacted; a place every seven."""
    monkeypatch.setattr(contact_list, "STEP", 7)
    for number in range(COUNT):
        mixed = number * 37 % 61
        made = contacts.add_contact(
            context,
            {
                "email": f"u{mixed:02}@example.com",
                "first_name": "aB"[mixed % 2] + f"nna{mixed % 5}",
                "last_name": ["Lind", "lind", "Okafor", ""][mixed % 4],
                "company": f"Firm {mixed % 9}",
            },
        )
        if number % 3:
            with context.store.write() as unit:
                at = NOW - timedelta(hours=mixed)
                unit.run("UPDATE contacts SET last_contacted_at = :at WHERE id = :id", {"at": at, "id": made.id})
    return context


KEYS = {
    ContactOrder.NAME: lambda each: (each.last_name.lower(), each.first_name.lower(), each.id),
    ContactOrder.EMAIL: lambda each: (each.email, each.id),
    ContactOrder.COMPANY: lambda each: (each.company.lower(), each.id),
    ContactOrder.ADDED: lambda each: each.id,
    ContactOrder.LAST_CONTACTED: lambda each: (
        each.last_contacted_at or NOW - timedelta(days=9999),
        each.id,
    ),
}


@pytest.mark.parametrize("is_descending", [False, True])
@pytest.mark.parametrize("order", ContactOrder)
def test_a_page_from_any_place_is_what_the_whole_list_holds_there(many, order, is_descending):
    with many.store.read() as unit:
        workspace_id = many.scope.workspace_id

        def page(place=START, skip=0, limit=1000):
            return contact_list.page_contacts(
                unit, workspace_id, order, is_descending=is_descending, place=place, skip=skip, limit=limit
            )

        whole = page()
        assert whole == tuple(sorted(whole, key=KEYS[order], reverse=is_descending))
        assert len({each.id for each in whole}) == COUNT == contact_list.count_contacts(unit, workspace_id)

        places, total = [START], None
        while total is None:
            climbed = contact_list.climb_contacts(
                unit, workspace_id, order, is_descending=is_descending, place=places[-1], most=3
            )
            places, total = [*places, *climbed.places], climbed.total
        assert total == COUNT
        assert len(places) >= COUNT // 7
        for place in places:
            assert page(place) == whole[place.position :]
            assert page(place, 5, 4) == whole[place.position + 5 : place.position + 9]
        for skip in range(COUNT + 1):
            assert page(skip=skip, limit=3) == whole[skip : skip + 3]


def test_the_list_leaves_out_who_was_deleted_or_erased_or_is_of_another_workspace(context):
    kept, gone, erased = (contacts.add_contact(context, {"email": f"{name}@example.com"}) for name in "abc")
    contacts.erase_contact(context, erased.id)
    with context.store.write() as unit:
        unit.run("UPDATE contacts SET archived_at = :now WHERE id = :id", {"now": NOW, "id": gone.id})
    with context.store.read() as unit:
        listed = contact_list.page_contacts(unit, context.scope.workspace_id, ContactOrder.NAME)
        assert [each.id for each in listed] == [kept.id]
        assert contact_list.count_contacts(unit, context.scope.workspace_id) == 1
        assert contact_list.count_contacts(unit, context.new_id()) == 0


def test_a_contact_s_state_is_what_matters_most_of_all_its_sequences(context):
    mailbox = add_mailbox(context)
    one, other = (add_sequence(context, mailbox, [email()], name=name, allows_parallel=True) for name in ("One", "Two"))
    known = {
        name: contacts.add_contact(context, {"email": f"{name}@{domain}", "first_name": first_name})
        for name, domain, first_name in (
            ("new", "example.com", "Ana"),
            ("active", "example.com", "Ana"),
            ("paused", "example.com", "Ana"),
            ("both", "example.com", "Ana"),
            ("nameless", "example.com", ""),
            ("never", "example.com", "Ana"),
            ("barred", "example.org", "Ana"),
        )
    }
    answers = enrollments.enroll(
        context, one, [known[name].id for name in ("active", "paused", "both", "nameless", "never")]
    )
    enrollments.enroll(context, other, [known["both"].id])
    for answer in answers[1:3]:
        assert answer.enrollment_id is not None
        enrollments.pause_enrollment(context, answer.enrollment_id)
    suppressions.suppress(context, "never@example.com")
    suppressions.suppress(context, "example.org")

    with context.store.read() as unit:
        listed = contact_list.page_contacts(unit, context.scope.workspace_id, ContactOrder.EMAIL)
    assert {each.email.partition("@")[0]: each.state for each in listed} == {
        "new": ContactState.NOT_ENROLLED,
        "active": ContactState.ACTIVE,
        "paused": ContactState.PAUSED,
        "both": ContactState.ACTIVE,
        "nameless": ContactState.HELD,
        "never": ContactState.DO_NOT_CONTACT,
        "barred": ContactState.DO_NOT_CONTACT,
    }


def test_a_line_is_called_by_its_address_where_no_name_is_known(context):
    contacts.add_contact(context, {"email": "ana@example.com"})
    with context.store.read() as unit:
        [line] = contact_list.page_contacts(unit, context.scope.workspace_id, ContactOrder.NAME)
    assert line.name == "ana@example.com"
    assert replace(line, first_name="Ana").name == "Ana"
