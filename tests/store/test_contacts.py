"""Contacts in the store: written, found, paged, on both databases."""

from dataclasses import replace

import pytest

from opendoors_desktop.domain.contact import Contact
from opendoors_desktop.domain.contact_field import ContactField, FieldKind
from opendoors_desktop.domain.errors import NotFound
from opendoors_desktop.store import contacts
from opendoors_desktop.store.check import recount
from opendoors_desktop.store.companies import ensure_companies
from opendoors_desktop.store.erasure import erase_person
from opendoors_desktop.store.imports import remove_contact
from tests.fixtures_store import NOW


@pytest.fixture
def make(scope, new_id):
    def contact(email, **more):
        return Contact(new_id(), scope.workspace_id, email, created_at=NOW, updated_at=NOW, **more)

    return contact


def add(store, *made):
    with store.write() as unit:
        contacts.add_contacts(unit, made, by=None)


def test_a_contact_comes_back_as_it_went_in(store, scope, make, new_id):
    with store.write() as unit:
        made = ensure_companies(unit, scope.workspace_id, {"x.example.com": "X"}, new_id=new_id, now=NOW)
    ana = make(
        "Ana@x.example.com",
        first_name="Ana “A”",
        last_name="Ślązak",
        company="X & Co",
        title="CTO",
        phone="+49 30 1",
        linkedin_url="https://www.linkedin.com/in/ana",
        city="Łódź",
        state="",
        country="PL",
        time_zone="Europe/Warsaw",
        zone="Europe/Warsaw",
        tags=("vip", "été"),
        custom={"plan": "pro", "seats": 3, "score": 1.5, "is_partner": True},
        company_id=made["x.example.com"],
        owner_id=scope.user_id,
        source="import",
        import_batch_id=new_id(),
    )
    add(store, ana)
    with store.read() as unit:
        assert contacts.get_contact(unit, scope.workspace_id, ana.id) == ana
        assert contacts.find_by_keys(unit, scope.workspace_id, ["ana@x.example.com", "else"]) == {
            "ana@x.example.com": ana
        }
        assert contacts.count_contacts(unit, scope.workspace_id) == 1
        assert {row[0] for row in unit.rows("SELECT name FROM tags")} == {"vip", "été"}


def test_a_contact_may_have_no_address(store, scope, make):
    one, two = make("", first_name="One"), make("", first_name="Two")
    add(store, one, two)
    with store.read() as unit:
        assert contacts.get_contact(unit, scope.workspace_id, one.id) == one
        assert contacts.find_contact(unit, scope.workspace_id, "Two") == two


def test_writing_back_wakes_an_archived_contact(store, scope, make):
    ana = make("ana@x.example.com")
    add(store, ana)
    with store.write() as unit:
        contacts.archive(unit, [ana.id], NOW)
        contacts.archive(unit, [], NOW)
    with store.read() as unit:
        assert contacts.find_by_keys(unit, scope.workspace_id, ["ana@x.example.com"]) == {}
        found = contacts.find_by_keys(unit, scope.workspace_id, ["ana@x.example.com"], with_archived=True)
        assert found["ana@x.example.com"].is_archived
        with pytest.raises(NotFound):
            contacts.get_contact(unit, scope.workspace_id, ana.id)
    with store.write() as unit:
        contacts.update_contacts(unit, [replace(ana, city="Lyon", custom={"a": 1})], by=scope.user_id)
        contacts.update_contacts(unit, [], by=None)
        contacts.add_contacts(unit, [], by=None)
    with store.read() as unit:
        assert contacts.get_contact(unit, scope.workspace_id, ana.id).city == "Lyon"


def test_pages_by_id(store, scope, make):
    made = [make(f"u{number}@x.example.com", tags=("Even",) if number % 2 == 0 else ()) for number in range(5)]
    add(store, *made)
    with store.read() as unit:
        first = contacts.page_contacts(unit, scope.workspace_id, limit=2)
        rest = contacts.page_contacts(unit, scope.workspace_id, after=first[-1].id)
        assert [*first, *rest] == made
        assert contacts.page_contacts(unit, scope.workspace_id, tag="EVEN") == made[::2]


def test_contacts_are_indexed_by_tag_whatever_becomes_of_them(store, scope, make):
    many = [make(f"u{number}@x.example.com", tags=("Été", "VIP")) for number in range(1200)]
    ana, ben, cy = (make(f"{name}@x.example.com", tags=("Straße", "vip")) for name in ("ana", "ben", "cy"))

    def tagged(tag):
        with store.read() as unit:
            assert recount(unit, scope.workspace_id) == []
            return {each.email[0] for each in contacts.page_contacts(unit, scope.workspace_id, limit=5000, tag=tag)}

    add(store, ana, ben, cy, *many)
    assert tagged("STRASSE") == {"a", "b", "c"}
    assert tagged("été") == {"u"}
    with store.write() as unit:
        renewed = [replace(each, tags=("vip",)) for each in many] + [replace(ana, tags=("new", "Straße"))]
        contacts.update_contacts(unit, renewed, by=None)
        remove_contact(unit, ben)
        erase_person(unit, scope.workspace_id, cy.id, ["cy@x.example.com"], NOW)
    assert (tagged("vip"), tagged("été"), tagged("straße"), tagged("New")) == ({"u"}, set(), {"a"}, {"a"})
    with store.write() as unit:
        contacts.archive(unit, [ana.id], NOW)
    assert tagged("new") == set()
    with store.write() as unit:
        contacts.update_contacts(unit, [replace(ana, tags=("new",))], by=None)
    assert (tagged("new"), tagged("straße")) == ({"a"}, set())


def test_finds_the_contacts_of_a_domain_and_of_no_other(store, scope, make):
    made = [make(name) for name in ("a@x.example.com", "b@x.example.com", "c@y.x.example.com", "d@zx.example.com")]
    add(store, *made)
    with store.read() as unit:
        at = [contacts.ids_at(unit, scope.workspace_id, "x.example.com", is_domain=True)]
        at.append(contacts.ids_at(unit, scope.workspace_id, "d@zx.example.com", is_domain=False))
    assert at == [[made[0].id, made[1].id], [made[3].id]]


def test_own_fields_are_made_once(store, scope, new_id):
    plan, seats = ContactField("plan", "Plan", FieldKind.TEXT, "none"), ContactField("seats", "Seats", FieldKind.NUMBER)
    with store.write() as unit:
        contacts.add_own_fields(unit, scope.workspace_id, [(new_id(), plan), (new_id(), seats)], NOW)
        contacts.add_own_fields(unit, scope.workspace_id, [(new_id(), replace(plan, label="Else"))], NOW)
        assert contacts.own_fields(unit, scope.workspace_id) == [plan, seats]


def test_companies_are_made_once_and_named_late(store, scope, new_id):
    def ensure(unit, names):
        return ensure_companies(unit, scope.workspace_id, names, new_id=new_id, now=NOW)

    with store.write() as unit:
        first = ensure(unit, {"a.example.com": "", "b.example.com": "B"})
        second = ensure(unit, {"a.example.com": "A", "b.example.com": "Else"})
        assert second == first
        assert ensure(unit, {}) == {}
        assert unit.rows("SELECT name FROM companies ORDER BY domain") == [("A",), ("B",)]
