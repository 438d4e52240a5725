"""Suppressing and lifting, and what becomes of those it concerns."""

import pytest

from opendoors_desktop.domain.enrollment import EnrollmentStatus
from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.suppression import SuppressionReason, SuppressionScope
from opendoors_desktop.engine.commands import suppressions
from opendoors_desktop.engine.commands.contacts import add_contact
from opendoors_desktop.engine.commands.enrollments import enroll
from opendoors_desktop.engine.commands.suppressions import check_suppression, lift, list_suppressions, suppress
from opendoors_desktop.store import enrollments
from opendoors_desktop.store.steps import save_steps
from tests.fixtures_store import NOW
from tests.sequence_builders import add_example_mailbox, add_example_sequence, email, key, no_variables


@pytest.fixture
def enrolled(context):
    """Four contacts of two domains in a running sequence of one email; gives their ids."""
    scope, store = context.scope, context.store
    mailbox = add_example_mailbox(store, scope)
    add_example_sequence(store, scope, key(500))
    with store.write() as unit:
        save_steps(unit, key(500), (email(1, key(500), mailbox_id=mailbox.id),), no_variables, NOW)
        unit.run("UPDATE sequences SET status = 'active' WHERE id = :id", {"id": key(500)})
    names = ("a@x.example.com", "b@x.example.com", "c@y.example.com", "d@zx.example.com")
    made = [add_contact(context, {"email": name}).id for name in names]
    enroll(context, key(500), made)
    return made


def states(context, contact_ids):
    found = []
    with context.store.read() as unit:
        for contact_id in contact_ids:
            (standing,) = enrollments.standings_of_contact(unit, context.scope.customer_id, contact_id)
            found.append(standing.enrollment.status)
    return found


@pytest.mark.parametrize("text", ["Ana@X.example.com", " <ana@x.example.com> ", "müller@x.example.com"])
def test_an_address_is_suppressed_in_every_spelling(any_context, text):
    context = any_context
    done = suppress(context, text, detail="asked on the phone")
    assert done.is_new
    assert (done.suppression.scope, done.suppression.reason) == (
        SuppressionScope.ADDRESS,
        SuppressionReason.DO_NOT_CONTACT,
    )
    assert check_suppression(context, text.strip().upper()) == [done.suppression]
    assert not suppress(context, text).is_new
    assert list(list_suppressions(context)) == [done.suppression]


@pytest.mark.parametrize("text", ["X.Example.com", "@x.example.com"])
def test_a_domain_is_suppressed_whole(any_context, text):
    context = any_context
    done = suppress(context, text)
    assert (done.suppression.scope, done.suppression.value) == (SuppressionScope.DOMAIN, "x.example.com")
    assert check_suppression(context, "anybody@x.example.com") == [done.suppression]
    assert check_suppression(context, "anybody@y.x.example.com") == []


def test_what_is_neither_is_refused(context):
    with pytest.raises(InputError) as caught:
        suppress(context, "nobody")
    assert caught.value.code == "bad_address"
    with pytest.raises(InputError) as caught:
        suppress(context, "a@x.example.com", SuppressionReason.ERASED)
    assert caught.value.code == "bad_reason"


def test_do_not_contact_ends_what_runs(context, enrolled, monkeypatch):
    monkeypatch.setattr(suppressions, "BATCH", 1)
    assert suppress(context, "x.example.com").enrollments == 2
    assert states(context, enrolled) == [EnrollmentStatus.STOPPED] * 2 + [EnrollmentStatus.ACTIVE] * 2
    assert suppress(context, "C@y.example.com", SuppressionReason.UNSUBSCRIBED).enrollments == 1
    assert states(context, enrolled)[2] is EnrollmentStatus.UNSUBSCRIBED


def test_lifting_opens_nothing_that_ended(context, enrolled):
    suppress(context, "x.example.com")
    suppress(context, "y.example.com", SuppressionReason.UNSUBSCRIBED)
    assert lift(context, "x.example.com", SuppressionReason.UNSUBSCRIBED) == 0
    assert lift(context, "x.example.com") == 1
    assert lift(context, "x.example.com") == 0
    assert check_suppression(context, "a@x.example.com") == []
    assert states(context, enrolled)[0] is EnrollmentStatus.STOPPED
    assert [entry.value for entry in list_suppressions(context)] == ["y.example.com"]
    assert suppress(context, "x.example.com").is_new


def test_lists_page_by_page(context, monkeypatch):
    monkeypatch.setattr(suppressions, "BATCH", 2)
    for number in range(5):
        suppress(context, f"a{number}@x.example.com")
    assert [entry.value for entry in list_suppressions(context)] == [f"a{number}@x.example.com" for number in range(5)]
