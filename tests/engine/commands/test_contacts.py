"""Contacts by hand: added, changed, tagged, erased; and what that does to their enrollments."""

import pytest

from opendoors_desktop.domain.contact_field import ContactField, FieldKind
from opendoors_desktop.domain.enrollment import EnrollmentStatus, HoldReason
from opendoors_desktop.domain.errors import InputError, NotFound
from opendoors_desktop.domain.suppression import SuppressionReason, SuppressionScope
from opendoors_desktop.engine.commands.contacts import (
    BATCH,
    add_contact,
    erase_contact,
    find_contact,
    list_contacts,
    show_contact,
    tag_contacts,
    untag_contacts,
    update_contact,
)
from opendoors_desktop.engine.commands.enrollments import enroll
from opendoors_desktop.engine.commands.suppressions import check_suppression, suppress
from opendoors_desktop.store import contacts, enrollments
from opendoors_desktop.store.steps import save_steps
from tests.fixtures_store import NOW
from tests.sequence_builders import add_example_mailbox, add_example_sequence, email, key

ANA = {"email": "Ana@Acme.example.com", "first_name": " Ana\n", "state": "Ohio", "country": "USA", "tags": "vip, ,VIP"}


def add_own_field(context, name, kind):
    with context.store.write() as unit:
        field = ContactField(name, name.title(), kind, "soon")
        contacts.add_own_fields(unit, context.scope.workspace_id, [(context.new_id(), field)], NOW)


@pytest.fixture
def sequence(context):
    """A running sequence of two emails, of which the second greets by first name."""
    scope, store = context.scope, context.store
    mailbox = add_example_mailbox(store, scope)
    sequence_id = key(500)
    steps = (
        email(1, sequence_id, mailbox_id=mailbox.id, variables=frozenset({"first_name"})),
        email(2, sequence_id, mailbox_id=mailbox.id),
    )
    add_example_sequence(store, scope, sequence_id)
    with store.write() as unit:
        save_steps(unit, sequence_id, steps, lambda step: step.variables, NOW)
        unit.run("UPDATE sequences SET status = 'active' WHERE id = :id", {"id": sequence_id})
    return sequence_id


def only_enrollment(context, contact_id):
    with context.store.read() as unit:
        (standing,) = enrollments.standings_of_contact(unit, context.scope.customer_id, contact_id)
    return standing


def test_adds_a_contact(any_context):
    context = any_context
    add_own_field(context, "size", FieldKind.NUMBER)
    ana = add_contact(context, {**ANA, "custom.size": "1.5", "phone": ""})
    assert find_contact(context, "ana@acme.example.com") == ana
    assert (ana.email, ana.first_name, ana.zone, ana.tags) == (
        "Ana@acme.example.com",
        "Ana",
        "America/New_York",
        ("vip",),
    )
    assert ana.custom == {"size": 1.5}
    assert ana.company_id is not None
    assert ana.owner_id == context.scope.user_id
    assert add_contact(context, {"email": "bo@gmail.com", "custom.size": " "}).company_id is None


@pytest.mark.parametrize(
    "values, code",
    [
        ({}, "empty"),
        ({"email": " "}, "empty"),
        ({"email": "nonsense"}, "no_at"),
        ({"email": "ana@acme.example.com"}, "contact_exists"),
        ({"email": "b@x.example.com", "first_name": "x" * 300}, "too_long"),
        ({"email": "b@x.example.com", "nonsense": "x"}, "unknown_field"),
        ({"email": "b@x.example.com", "custom.size": "big"}, "not_a_number"),
        ({"email": "b@x.example.com", "time_zone": "Mars/Olympus"}, "unknown_zone"),
    ],
)
def test_refuses_what_can_not_be_used(context, values, code):
    add_own_field(context, "size", FieldKind.NUMBER)
    add_contact(context, ANA)
    with pytest.raises(InputError) as caught:
        add_contact(context, values)
    assert caught.value.code == code
    assert len(list(list_contacts(context))) == 1


def test_changes_a_contact(any_context):
    context = any_context
    add_own_field(context, "size", FieldKind.NUMBER)
    add_own_field(context, "plan", FieldKind.TEXT)
    ana = add_contact(context, {**ANA, "custom.size": "1", "custom.plan": "pro"})
    values = {
        "first_name": "",
        "tags": "new",
        "custom.size": "",
        "time_zone": "europe/PARIS",
        "email": "ana@acme.example.com",
    }
    new = update_contact(context, ana.id, values)
    assert new == find_contact(context, str(ana.id))
    assert (new.first_name, new.tags, new.custom, new.zone) == ("", ("new",), {"plan": "pro"}, "Europe/Paris")
    assert new.email == "ana@acme.example.com"
    assert update_contact(context, ana.id, {}) == new
    with pytest.raises(NotFound):
        update_contact(context, context.new_id(), {})


def test_a_new_address_must_be_free_and_whole(context):
    ana, bo = add_contact(context, ANA), add_contact(context, {"email": "bo@x.example.com"})
    for values, code in (({"email": bo.email}, "contact_exists"), ({"email": ""}, "empty"), ({"email": "x"}, "no_at")):
        with pytest.raises(InputError) as caught:
            update_contact(context, ana.id, values)
        assert caught.value.code == code


def test_a_new_address_keeps_the_old_one_and_may_go_back(context):
    ana = add_contact(context, ANA)
    new = update_contact(context, ana.id, {"email": "ana@new.example.com"})
    assert new.company_id != ana.company_id
    assert find_contact(context, "ana@acme.example.com").id == ana.id
    assert find_contact(context, "ana@new.example.com").id == ana.id
    back = update_contact(context, ana.id, {"email": "ana@acme.example.com"})
    assert back.company_id == ana.company_id


def test_a_new_address_holds_the_next_email_for_a_look(context, sequence):
    ana = add_contact(context, ANA)
    enroll(context, sequence, [ana.id])
    assert only_enrollment(context, ana.id).ticket is not None
    update_contact(context, ana.id, {"email": "ana@new.example.com"})
    held = only_enrollment(context, ana.id)
    assert held.ticket is None
    assert (held.enrollment.hold, held.enrollment.hold_detail) == (HoldReason.ADDRESS_CHANGED, "Ana@acme.example.com")


def test_a_corrected_address_opens_what_bounced(context, sequence):
    ana = add_contact(context, ANA)
    enroll(context, sequence, [ana.id])
    suppress(context, ana.email, SuppressionReason.HARD_BOUNCE, source="bounce")
    assert only_enrollment(context, ana.id).enrollment.status is EnrollmentStatus.BOUNCED
    update_contact(context, ana.id, {"email": "anna@acme.example.com"})
    opened = only_enrollment(context, ana.id).enrollment
    assert (opened.status, opened.hold) == (EnrollmentStatus.ACTIVE, HoldReason.ADDRESS_CHANGED)


def test_a_filled_field_lets_go_of_who_was_held_for_it(context, sequence):
    ana = add_contact(context, {**ANA, "first_name": ""})
    enroll(context, sequence, [ana.id])
    assert only_enrollment(context, ana.id).enrollment.hold is HoldReason.MISSING_DATA
    update_contact(context, ana.id, {"first_name": "Ana"})
    free = only_enrollment(context, ana.id)
    assert free.enrollment.hold is None
    assert free.ticket is not None


def test_finds_by_address_id_or_name(any_context):
    context = any_context
    ana = add_contact(context, {**ANA, "last_name": "Silva"})
    for text in ("ANA@acme.example.com", str(ana.id), " Ana Silva "):
        assert find_contact(context, text) == ana
    with pytest.raises(NotFound):
        find_contact(context, "Bo")
    with pytest.raises(NotFound):
        find_contact(context, str(context.new_id()))
    add_contact(context, {"email": "other@x.example.com", "first_name": "Ana", "last_name": "Silva"})
    with pytest.raises(InputError) as caught:
        find_contact(context, "Ana Silva")
    assert caught.value.code == "ambiguous_contact"


def test_lists_page_by_page(context):
    made = [add_contact(context, {"email": f"u{number}@x.example.com"}).id for number in range(BATCH + 1)]
    assert [contact.id for contact in list_contacts(context)] == made
    assert tag_contacts(context, made, ["all"]) == len(made)
    assert [contact.id for contact in list_contacts(context, tag="ALL")] == made
    assert untag_contacts(context, made[:1], ["ALL"]) == 1
    assert untag_contacts(context, made[:1], ["ALL"]) == 0


def test_tagging_nobody_known_is_refused(context):
    with pytest.raises(NotFound):
        tag_contacts(context, [context.new_id()], ["x"])


def test_shows_what_keeps_a_contact_from_being_written_to(any_context):
    context = any_context
    add_contact(context, ANA)
    suppress(context, "acme.example.com")
    sight = show_contact(context, "ana@acme.example.com")
    assert [entry.scope for entry in sight.suppressions] == [SuppressionScope.DOMAIN]


def test_erasing_ends_enrollments_and_leaves_a_hash(any_context):
    context = any_context
    ana = add_contact(context, ANA)
    with context.store.write() as unit:
        contacts.keep_former_address(unit, ana, "ana@old.example.com", NOW)
    suppress(context, ana.email, SuppressionReason.UNSUBSCRIBED)
    erase_contact(context, ana.id)
    assert list(list_contacts(context)) == []
    for address in ("ana@acme.example.com", "Ana@old.example.com"):
        assert [(entry.scope, entry.reason) for entry in check_suppression(context, address)] == [
            (SuppressionScope.HASH, SuppressionReason.ERASED)
        ]
    with pytest.raises(NotFound):
        erase_contact(context, ana.id)


def test_erasing_ends_what_runs(context, sequence):
    ana = add_contact(context, ANA)
    enroll(context, sequence, [ana.id])
    erase_contact(context, ana.id)
    ended = only_enrollment(context, ana.id)
    assert ended.enrollment.status is EnrollmentStatus.STOPPED
    assert ended.address == ""
    assert {value for name, value in ended.fields.items() if name not in {"tags", "email"}} == {""}
    assert (ended.fields["tags"], ended.fields["email"]) == ((), None)
