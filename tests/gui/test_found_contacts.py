"""Gathering what a filter finds: shown as it is found, all of it in the end, anew when something changed."""

import pytest

from opendoors_desktop.engine.commands import contacts
from opendoors_desktop.gui.jobs import Reading
from opendoors_desktop.gui.models import found_contacts
from opendoors_desktop.gui.models.found_contacts import FoundContacts
from opendoors_desktop.store.queries import contact_search
from opendoors_desktop.store.queries.contact_list import ContactOrder
from opendoors_desktop.store.queries.contact_search import ContactFilter
from opendoors_desktop.store.queries.places import START
from tests.fixtures_store import NOW

FAIR = ContactFilter(tag="fair")


@pytest.fixture
def ask(room):
    """Calls something with a Reading of the room's store."""

    def call(question, *more):
        with room.context.store.read() as unit:
            return question(Reading(unit, room.context.scope, NOW), *more)

    return call


@pytest.fixture(autouse=True)
def people(room, monkeypatch):
    """Forty people, every third at the fair; a walk goes through five at a time and stops for whoever looks."""
    monkeypatch.setattr(contact_search, "FEW", 0)
    monkeypatch.setattr(contact_search, "STRIDE", 5)
    monkeypatch.setattr(found_contacts, "FIRST_SECONDS", 0)
    for number in range(40):
        add(room, number, "" if number % 3 else "fair")


def add(room, number, tags):
    contacts.add_contact(room.context, {"email": f"u{number:02}@example.com", "tags": tags})


def climb_to_the_end(ask, found, place=START):
    while True:
        climbed = ask(found.climb, place)
        if climbed.total is not None:
            return climbed.total
        place = climbed.places[-1] if climbed.places else place


def emails(rows):
    return [row.line.email for row in rows]


def test_the_first_are_shown_before_all_are_found_and_then_the_rest(ask):
    found = FoundContacts(FAIR, ContactOrder.ADDED, is_descending=False)

    first = ask(found.page, START, 0, 256)
    assert emails(first) == ["u00@example.com", "u03@example.com"]

    ask(found.count)
    assert climb_to_the_end(ask, found) == 14
    assert found.is_all
    assert emails(ask(found.page, START, 0, 256)) == [f"u{number:02}@example.com" for number in range(0, 40, 3)]
    assert emails(ask(found.page, START, 12, 256)) == ["u36@example.com", "u39@example.com"]
    assert len(found.ids) == 14


def test_who_came_meanwhile_is_found_when_it_is_counted_anew(ask, room):
    found = FoundContacts(FAIR, ContactOrder.ADDED, is_descending=True)
    ask(found.page, START, 0, 256)
    ask(found.count)
    climb_to_the_end(ask, found)
    add(room, 41, "fair")
    ask(found.count)
    assert climb_to_the_end(ask, found) == 15
    assert emails(ask(found.page, START, 0, 1)) == ["u41@example.com"]


def test_of_too_many_the_first_are_gathered_and_it_says_so(ask, monkeypatch):
    monkeypatch.setattr(found_contacts, "MOST", 4)
    found = FoundContacts(FAIR, ContactOrder.ADDED, is_descending=False)
    ask(found.page, START, 0, 256)
    total = climb_to_the_end(ask, found)
    assert 4 <= total < 14
    assert not found.is_all


def test_words_are_found_in_one_step(ask):
    found = FoundContacts(ContactFilter("u1"), ContactOrder.ADDED, is_descending=False)
    assert len(ask(found.page, START, 0, 256)) == 10
    assert climb_to_the_end(ask, found) == 10
