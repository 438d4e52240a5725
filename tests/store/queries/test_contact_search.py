"""Finding contacts: the same as going through all of them one by one, and never more of them than a few thousand."""

from datetime import timedelta
from uuid import UUID

import pytest

from opendoors_desktop.engine.commands import contacts, enrollments, suppressions
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.queries import contact_list, contact_search
from opendoors_desktop.store.queries.contact_list import ContactOrder
from opendoors_desktop.store.queries.contact_search import ContactFilter
from opendoors_desktop.store.queries.contact_states import ContactState
from opendoors_desktop.store.queries.places import START, Place
from tests.builders import add_mailbox, add_sequence, email, open_context
from tests.fixtures_store import NOW


@pytest.fixture
def context(store, tmp_path) -> Context:
    """Forty people, every third tagged, every fourth in a sequence, every fifth written to."""
    context = open_context(store, tmp_path)
    sequence_id = add_sequence(context, add_mailbox(context), [email()])
    for number in range(40):
        mixed = number * 17 % 41
        made = contacts.add_contact(
            context,
            {
                "email": f"u{mixed:02}@example.com",
                "first_name": ["Maren", "mario", "Éva", "Omar"][number % 4],
                "last_name": ["Okafor", "Marlow", "lind", "100%_sure"][mixed % 4],
                "company": f"Firm {mixed % 9}",
                "tags": "Fair, vip" if number % 3 == 0 else "",
            },
        )
        if number % 4 == 0:
            enrollments.enroll(context, sequence_id, [made.id])
        if number % 5 == 0:
            with context.store.write() as unit:
                at = NOW - timedelta(hours=mixed)
                unit.run("UPDATE contacts SET last_contacted_at = :at WHERE id = :id", {"at": at, "id": made.id})
    suppressions.suppress(context, "u03@example.com")
    with context.store.write() as unit:
        for number, change in enumerate(CHANGES):
            address = f"u{number * 4 * 17 % 41:02}@example.com"
            assert unit.run(f"UPDATE sequence_enrollments SET {change} WHERE contact_id = {_ID_AT}", {"email": address})
    return context


_ID_AT = "(SELECT id FROM contacts WHERE email_key = :email)"
CHANGES = [
    "hold_reason = 'no_address'",
    "status = 'paused'",
    "status = 'stopped', completion_reason = 'replied'",
    "status = 'stopped', completion_reason = 'manual_stop'",
    "status = 'completed', completion_reason = 'finished'",
    "status = 'bounced', completion_reason = 'bounced'",
    "status = 'unsubscribed', completion_reason = 'unsubscribed'",
]
"""What becomes of the first who are in the sequence; those behind them stay active."""


FILTERS = [
    ContactFilter("mar"),
    ContactFilter("MAR fir"),
    ContactFilter("100%_"),
    ContactFilter("éva"),
    ContactFilter("nobody"),
    ContactFilter("mar", tag="fair"),
    ContactFilter("m", state=ContactState.ACTIVE),
    ContactFilter(tag="VIP"),
    ContactFilter(state=ContactState.ACTIVE, tag="fair"),
    ContactFilter(state=ContactState.NOT_ENROLLED, tag="fair"),
    *(ContactFilter(state=state) for state in ContactState),
]


def fits(line, wanted):
    parts = [part.lower() for part in (line.first_name, line.last_name, line.company, line.email)]
    return (
        all(any(part.startswith(word) for part in parts) for word in wanted.words.lower().split())
        and (not wanted.tag or wanted.tag.lower() in [tag.lower() for tag in line.tags])
        and (wanted.state is None or line.state is wanted.state)
    )


def find(context, wanted, order, is_descending) -> tuple[UUID, ...]:
    """All that is found, by an index or by walking."""
    with context.store.read() as unit:
        found = contact_search.find_contacts(
            unit, context.scope.workspace_id, wanted, order, is_descending=is_descending
        )
        if found is not None:
            assert found.is_all
            return found.ids
        ids: tuple[UUID, ...] = ()
        place: Place | None = START
        length = contact_search.STRIDE
        while place is not None:
            stride = contact_search.walk_contacts(
                unit, context.scope.workspace_id, wanted, order, place, is_descending=is_descending, stride=length
            )
            ids, place, length = (*ids, *stride.ids), stride.place, stride.next
        return ids


@pytest.mark.parametrize("is_descending", [False, True])
@pytest.mark.parametrize("order", ContactOrder)
def test_what_is_found_is_what_the_whole_list_would_give_in_its_order(context, order, is_descending, monkeypatch):
    monkeypatch.setattr(contact_search, "STRIDE", 8)
    monkeypatch.setattr(contact_search, "LONGEST_STRIDE", 11)
    with context.store.read() as unit:
        whole = contact_list.page_contacts(unit, context.scope.workspace_id, order, is_descending=is_descending)
    assert {each.state for each in whole} == set(ContactState)
    right = [[each.id for each in whole if fits(each, wanted)] for wanted in FILTERS]
    assert [list(find(context, wanted, order, is_descending)) for wanted in FILTERS] == right
    monkeypatch.setattr(contact_search, "FEW", 0)
    assert [list(find(context, wanted, order, is_descending)) for wanted in FILTERS] == right


def test_who_is_barred_with_a_whole_domain_is_found(context):
    contacts.add_contact(context, {"email": "zoe@northfold.example"})
    suppressions.suppress(context, "northfold.example")
    found = find(context, ContactFilter(state=ContactState.DO_NOT_CONTACT), ContactOrder.EMAIL, False)
    with context.store.read() as unit:
        lines = contact_search.read_contacts(unit, context.scope.workspace_id, found)
    assert [line.email for line in lines] == ["u03@example.com", "zoe@northfold.example"]


@pytest.mark.parametrize("wanted", [ContactFilter(tag="rare"), ContactFilter(state=ContactState.HELD)])
def test_a_walk_for_a_tag_or_a_state_reads_only_who_has_it(context, wanted, monkeypatch):
    held = contacts.add_contact(context, {"email": "zoe@example.com", "tags": "rare"})
    monkeypatch.setattr(contact_search, "FEW", 0)
    with context.store.read() as unit:
        read = []
        rows = unit.rows

        def note(sql, params):
            found = rows(sql, params)
            read.extend(found)
            return found

        monkeypatch.setattr(type(unit), "rows", lambda _, sql, params=None: note(sql, params or {}))
        stride = contact_search.walk_contacts(unit, context.scope.workspace_id, wanted, ContactOrder.NAME, START)
    assert (held.id in stride.ids) is (wanted.tag == "rare")
    assert len(stride.ids) == 1
    assert stride.place is None
    assert len(read) < 8


def test_more_than_the_index_is_asked_for_is_told_to_be_not_all(context, monkeypatch):
    monkeypatch.setattr(contact_search, "MOST", 5)
    with context.store.read() as unit:
        found = contact_search.find_contacts(unit, context.scope.workspace_id, ContactFilter("m"), ContactOrder.NAME)
    assert found is not None
    assert not found.is_all
    assert 5 <= len(found.ids) <= 20


def test_a_state_that_many_are_in_is_walked_through(context, monkeypatch):
    monkeypatch.setattr(contact_search, "FEW", 2)
    with context.store.read() as unit:
        wanted = ContactFilter(state=ContactState.ACTIVE)
        assert contact_search.find_contacts(unit, context.scope.workspace_id, wanted, ContactOrder.NAME) is None


def test_T85_a_letter_typed_reads_a_few_thousand_contacts_whatever_their_number(context, monkeypatch):
    monkeypatch.setattr(contact_search, "MOST", 6)
    with context.store.read() as unit:
        read = []
        rows = unit.rows

        def count(sql, params):
            found = rows(sql, params)
            read.append(len(found))
            return found

        monkeypatch.setattr(type(unit), "rows", lambda _, sql, params=None: count(sql, params or {}))
        contact_search.find_contacts(unit, context.scope.workspace_id, ContactFilter("u"), ContactOrder.EMAIL)
    assert sum(read) <= 4 * 6


def test_contacts_are_read_in_the_order_they_are_asked_for_and_the_deleted_are_left_out(context):
    with context.store.read() as unit:
        page = contact_list.page_contacts(unit, context.scope.workspace_id, ContactOrder.EMAIL, limit=4)
    contacts.erase_contact(context, page[1].id)
    ids = [page[2].id, page[1].id, page[0].id]
    with context.store.read() as unit:
        assert [each.id for each in contact_search.read_contacts(unit, context.scope.workspace_id, ids)] == [
            ids[0],
            ids[2],
        ]
        assert contact_search.read_contacts(unit, context.scope.workspace_id, []) == ()
