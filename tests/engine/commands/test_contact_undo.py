"""What a person does to contacts is taken back whole: added, edited, tagged, barred."""

import pytest

from opendoors_desktop.domain.enrollment import EnrollmentStatus
from opendoors_desktop.domain.errors import NotFound, NotPossible
from opendoors_desktop.engine.commands import contact_undo, contacts, enrollments, suppressions
from opendoors_desktop.engine.context import Context
from tests.builders import add_mailbox, add_sequence, email, open_context, standing_of


@pytest.fixture
def context(store, tmp_path) -> Context:
    return open_context(store, tmp_path)


@pytest.fixture
def ana(context):
    return contacts.add_contact(context, {"email": "ana@example.com", "first_name": "Ana", "tags": "fair"})


def test_a_contact_that_was_added_is_taken_away_with_its_enrollment(context, ana):
    sequence_id = add_sequence(context, add_mailbox(context), [email()])
    enrollments.enroll(context, sequence_id, [ana.id])

    contact_undo.undo_add(context, ana)

    with pytest.raises(NotFound):
        contacts.find_contact(context, "ana@example.com")


def test_a_contact_that_was_changed_since_stays(context, ana):
    with context.store.write() as unit:
        unit.run("UPDATE contacts SET last_contacted_at = updated_at WHERE id = :id", {"id": ana.id})

    with pytest.raises(NotPossible):
        contact_undo.undo_add(context, ana)
    assert contacts.find_contact(context, "ana@example.com").id == ana.id


def test_fields_tags_and_the_address_are_as_before_an_edit(context, ana):
    edited = contact_undo.edit_contact(
        context, ana.id, {"first_name": "Anna", "email": "anna@example.org", "tags": "vip", "title": "CEO"}
    )
    assert edited.contact.first_name == "Anna"

    contact_undo.undo_edit(context, edited)

    again = contacts.find_contact(context, "ana@example.com")
    assert (again.first_name, again.email, again.tags, again.title) == ("Ana", "ana@example.com", ("fair",), "")


def test_tags_are_given_and_taken_only_where_they_change_and_come_back_in_their_order(context, ana):
    ben = contacts.add_contact(context, {"email": "ben@example.com", "tags": "vip, fair"})

    given = contact_undo.add_tags(context, [ana.id, ben.id], ["VIP"])
    assert given == {ana.id: ("fair",)}
    taken = contact_undo.remove_tags(context, [ana.id, ben.id], ["fair"])
    assert taken == {ana.id: ("fair", "VIP"), ben.id: ("vip", "fair")}

    contact_undo.undo_tags(context, taken)
    contact_undo.undo_tags(context, given)

    assert contacts.find_contact(context, "ana@example.com").tags == ("fair",)
    assert contacts.find_contact(context, "ben@example.com").tags == ("vip", "fair")


def test_barring_ends_the_enrollments_and_its_undo_lets_them_go_on(context, ana):
    sequence_id = add_sequence(context, add_mailbox(context), [email(), email(days=1)])
    (answer,) = enrollments.enroll(context, sequence_id, [ana.id])
    assert answer.enrollment_id is not None
    before = standing_of(context, answer.enrollment_id).enrollment

    barred = contact_undo.bar_contact(context, ana.id)
    assert standing_of(context, answer.enrollment_id).enrollment.status is not EnrollmentStatus.ACTIVE
    assert suppressions.check_suppression(context, "ana@example.com")

    taken_back = contact_undo.undo_bar(context, barred)
    after = standing_of(context, answer.enrollment_id).enrollment
    assert (taken_back.done, taken_back.kept) == (1, 0)
    assert (after.status, after.next_step_scheduled_at) == (before.status, before.next_step_scheduled_at)
    assert suppressions.check_suppression(context, "ana@example.com") == []


def test_an_entry_that_stood_before_is_not_lifted(context, ana):
    suppressions.suppress(context, "ana@example.com")
    contact_undo.undo_bar(context, contact_undo.bar_contact(context, ana.id))
    assert suppressions.check_suppression(context, "ana@example.com")
