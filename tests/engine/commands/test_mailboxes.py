"""Mailboxes added, changed, tried, paused and removed."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest

from opendoors_desktop.domain.enrollment import Enrollment, EnrollmentStatus, HoldReason
from opendoors_desktop.domain.errors import InputError, NotFound, NotPossible
from opendoors_desktop.domain.mail_host import AuthMethod, MailHost, Security
from opendoors_desktop.domain.mailbox import MailboxStatus, Ramp
from opendoors_desktop.domain.sequence import MailboxShare
from opendoors_desktop.engine.commands.enrollments import pause_enrollment
from opendoors_desktop.engine.commands.mailboxes import (
    NewMailbox,
    Removed,
    add_mailbox,
    change_mailbox,
    change_secret,
    list_mailboxes,
    pause_mailbox,
    remove_mailbox,
    require_secret,
    resume_mailbox,
    show_mailbox,
)
from opendoors_desktop.engine.commands.sequences import change_settings
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.mailboxes import set_state
from tests.engine.sequence_rooms import ADDRESS, FIRST, actions, add_people, only, rewrite, standings, start_sequence
from tests.engine.sequence_rooms import add_mailbox as add_room_mailbox
from tests.fakes.keyring import MemoryKeyring
from tests.fixtures_store import NOW
from tests.sequence_builders import add_example_mailbox, key

HOST = MailHost("smtp.example.com", 587)
NEW = NewMailbox("rep@example.com", HOST, "s3cret")
SECRET_WORD = "s3cret"


@pytest.fixture(autouse=True)
def _empty_keyring() -> None:
    """What another test kept under the same key isn't this one's."""
    MemoryKeyring.entries.clear()


def test_a_secret_goes_to_the_keyring_and_never_into_the_store(any_context: Context):
    new = replace(
        NEW, imap=MailHost("imap.example.com", 993, Security.TLS), from_name="Rep", daily_cap=50, connections=3
    )
    mailbox_id = add_mailbox(any_context, new)
    found = show_mailbox(any_context, "REP@example.com")
    assert found.id == mailbox_id
    assert (found.auth, found.smtp.username, found.from_name, found.connections) == (
        AuthMethod.PASSWORD, "rep@example.com", "Rep", 3,
    )  # fmt: skip
    assert found.imap is not None
    assert found.imap.username == "rep@example.com"
    assert (found.limits.daily_cap, found.limits.zone.key) == (50, "Europe/Berlin")
    assert any_context.secrets.get(f"mailbox:{mailbox_id}") == SECRET_WORD
    assert require_secret(any_context, found) == SECRET_WORD
    assert SECRET_WORD not in repr(new)
    assert actions(any_context) == ["mailbox_added"]
    with any_context.store.read() as unit:
        rows = unit.rows("SELECT * FROM email_accounts") + unit.rows("SELECT * FROM audit_log")
    assert SECRET_WORD not in repr(rows)


def test_a_host_on_this_computer_may_need_no_secret(context: Context):
    host = MailHost("127.0.0.1", 2525, Security.NONE)
    add_mailbox(context, NewMailbox("rep@example.com", host, ""))
    found = show_mailbox(context, "rep@example.com")
    assert (found.auth, found.smtp) == (AuthMethod.NONE, host)
    assert context.secrets.get(found.secret_name) is None
    assert require_secret(context, found) == ""
    with pytest.raises(InputError, match="password is empty"):
        add_mailbox(context, NewMailbox("two@example.com", host, "", auth=AuthMethod.PASSWORD))


def test_everything_wrong_with_a_mailbox_is_told_at_once(context: Context):
    bad = NewMailbox(
        "no address",
        MailHost("bad host", 0, Security.NONE),
        "x",
        imap=MailHost("", 70_000, Security.TLS),
        from_name="two\nlines",
        reply_to="nobody",
        connections=0,
        daily_cap=-1,
        hourly_cap=2_000_000,
        gap=timedelta(seconds=0.5),
        company_cap=-5,
    )
    with pytest.raises(InputError) as caught:
        add_mailbox(context, bad)
    assert caught.value.code == "bad_mailbox"
    assert len(caught.value.advice.splitlines()) == 13
    assert list_mailboxes(context) == []
    with pytest.raises(InputError, match=r"port of the SMTP host"):
        add_mailbox(context, replace(NEW, smtp=MailHost("smtp.example.com", 0)))


def test_a_second_mailbox_of_an_address_is_refused_and_its_secret_forgotten(any_context: Context):
    first = add_mailbox(any_context, NEW)
    ids = any_context.new_id
    given: list[UUID] = []

    def watched() -> UUID:
        given.append(ids())
        return given[-1]

    with pytest.raises(InputError) as caught:
        add_mailbox(replace(any_context, new_id=watched), replace(NEW, address="REP@Example.com", secret="other"))
    assert caught.value.code == "mailbox_exists"
    assert any_context.secrets.get(f"mailbox:{first}") == SECRET_WORD
    assert any_context.secrets.get(f"mailbox:{given[0]}") is None


def test_changed_settings_are_checked_and_saved(any_context: Context):
    mailbox_id = add_mailbox(any_context, NEW)
    ramp = Ramp(NOW.date(), 10, 5)
    after = change_mailbox(any_context, mailbox_id, lambda each: replace(each, limits=replace(each.limits, ramp=ramp)))
    assert after.limits.ramp == ramp
    assert show_mailbox(any_context, NEW.address) == after
    count = len(actions(any_context))
    assert change_mailbox(any_context, mailbox_id, lambda each: each) == after
    assert len(actions(any_context)) == count
    for change, words in (
        ({"signature_html": "x" * 100_001}, "signature"),
        ({"signature_text": "\0"}, "NUL"),
        ({"days_off": frozenset(NOW.date() + timedelta(days=day) for day in range(1001))}, "days off"),
        ({"limits": replace(after.limits, ramp=Ramp(NOW.date(), -1, 0))}, "ramp-up"),
    ):
        with pytest.raises(InputError, match=words):
            change_mailbox(any_context, mailbox_id, partial(replace, **change))


def test_a_new_secret_lets_a_mailbox_go_on_that_failed(any_context: Context):
    mailbox_id = add_mailbox(any_context, NEW)
    with any_context.store.write() as unit:
        set_state(unit, mailbox_id, MailboxStatus.FAILED, NOW, reason="authentication")
    with pytest.raises(InputError):
        change_secret(any_context, mailbox_id, "")
    change_secret(any_context, mailbox_id, "new")
    assert any_context.secrets.get(f"mailbox:{mailbox_id}") == "new"
    assert show_mailbox(any_context, NEW.address).can_send
    pause_mailbox(any_context, mailbox_id)
    change_secret(any_context, mailbox_id, "newer")
    assert show_mailbox(any_context, NEW.address).status is MailboxStatus.PAUSED


def test_a_mailbox_is_paused_and_resumed(any_context: Context):
    mailbox_id = add_mailbox(any_context, NEW)
    with pytest.raises(NotPossible, match="is active"):
        resume_mailbox(any_context, mailbox_id)
    pause_mailbox(any_context, mailbox_id)
    found = show_mailbox(any_context, NEW.address)
    assert (found.status, found.status_reason, found.can_send) == (MailboxStatus.PAUSED, "person", False)
    with pytest.raises(NotPossible, match="is paused"):
        pause_mailbox(any_context, mailbox_id)
    resume_mailbox(any_context, mailbox_id)
    assert show_mailbox(any_context, NEW.address).can_send
    assert actions(any_context)[-2:] == ["mailbox_paused", "mailbox_active"]


def test_what_is_not_there_cannot_be_changed(context: Context):
    with pytest.raises(NotFound):
        show_mailbox(context, "rep@example.com")
    for call in (pause_mailbox, resume_mailbox, remove_mailbox):
        with pytest.raises(NotFound):
            call(context, key(1))
    mailbox_id = add_mailbox(context, NEW)
    remove_mailbox(context, mailbox_id)
    with pytest.raises(NotPossible, match="was removed"):
        resume_mailbox(context, mailbox_id)


def test_a_removed_mailbox_s_secret_is_forgotten(any_context: Context):
    mailbox_id = add_mailbox(any_context, NEW)
    assert remove_mailbox(any_context, mailbox_id) == Removed()
    assert any_context.secrets.get(f"mailbox:{mailbox_id}") is None
    assert list_mailboxes(any_context) == []
    assert actions(any_context)[-1] == "mailbox_removed"


def test_people_not_yet_written_to_go_to_another_mailbox_threads_wait(any_context: Context):
    old = add_room_mailbox(any_context)
    other = add_example_mailbox(any_context.store, any_context.scope, 2)
    sequence_id = start_sequence(any_context, people=3)
    new, threaded, paused = standings(any_context, sequence_id)
    rewrite(any_context, threaded, threaded.enrollment)
    with any_context.store.write() as unit:
        unit.run("UPDATE sequence_enrollments SET total_emails_sent = 1 WHERE id = :id", {"id": threaded.enrollment.id})
    pause_enrollment(any_context, paused.enrollment.id)
    assert remove_mailbox(any_context, old.id, other.id) == Removed(moved=2, left=1)
    moved, waits, rests = standings(any_context, sequence_id)
    assert [each.enrollment.mailbox_id for each in (moved, waits, rests)] == [other.id, old.id, other.id]
    assert moved.ticket is not None
    assert moved.ticket.mailbox_id == other.id
    assert rests.ticket is None
    assert rests.enrollment.status is EnrollmentStatus.PAUSED
    assert new.ticket is not None
    with any_context.store.read() as unit:
        assert unit.rows("SELECT count(*) FROM claim_queue") == [(2,)]


def test_without_a_choice_the_sequence_chooses_or_they_are_held(any_context: Context):
    old = add_room_mailbox(any_context)
    other = add_example_mailbox(any_context.store, any_context.scope, 2)
    sequence_id = start_sequence(any_context, people=1)
    shares = (MailboxShare(other.id),)
    change_settings(any_context, sequence_id, lambda each: replace(each, shares=shares))
    assert remove_mailbox(any_context, old.id) == Removed(moved=1)
    assert only(any_context, sequence_id).mailbox_id == other.id
    assert remove_mailbox(any_context, other.id) == Removed(moved=1)
    found = only(any_context, sequence_id)
    assert (found.mailbox_id, found.hold) == (None, HoldReason.NO_MAILBOX)


def add_email(context: Context, found: Enrollment, email_id: UUID, state: str) -> None:
    """Put the email of an enrollment's current step there."""
    with context.store.write() as unit:
        unit.run(
            "INSERT INTO outgoing_emails (id, customer_id, workspace_id, kind, state, enrollment_id, sequence_id,"
            " step_id, round, contact_id, mailbox_id, to_address, message_id, planned_at) VALUES (:id, :customer_id,"
            " :workspace_id, 'sequence', :state, :enrollment_id, :sequence_id, :step_id, 1, :contact_id,"
            " :mailbox_id, 'a@example.org', :message_id, :now)",
            {
                "id": email_id,
                "customer_id": context.scope.customer_id,
                "workspace_id": context.scope.workspace_id,
                "state": state,
                "enrollment_id": found.id,
                "sequence_id": found.sequence_id,
                "step_id": found.current_step_id,
                "contact_id": found.contact_id,
                "mailbox_id": found.mailbox_id,
                "message_id": f"<{email_id}@example.com>",
                "now": NOW,
            },
        )


def test_an_email_claimed_but_not_sent_is_taken_back_with_its_person(any_context: Context):
    old = add_room_mailbox(any_context)
    other = add_example_mailbox(any_context.store, any_context.scope, 2)
    sequence_id = start_sequence(any_context, people=1)
    found = only(any_context, sequence_id)
    add_email(any_context, found, key(60), "claimed")
    remove_mailbox(any_context, old.id, other.id)
    with any_context.store.read() as unit:
        assert unit.rows("SELECT state FROM outgoing_emails") == [("planned",)]
    (standing,) = standings(any_context, sequence_id)
    assert standing.ticket is not None
    assert standing.ticket.mailbox_id == other.id


def test_whoever_an_email_was_begun_for_stays_with_the_mailbox(any_context: Context):
    old = add_room_mailbox(any_context)
    other = add_example_mailbox(any_context.store, any_context.scope, 2)
    sequence_id = start_sequence(any_context, people=2)
    tried, new = (each.enrollment for each in standings(any_context, sequence_id))
    add_email(any_context, tried, key(60), "deferred")
    add_email(any_context, new, key(61), "claimed")
    with any_context.store.write() as unit:
        unit.run("UPDATE outgoing_emails SET first_attempted_at = :now WHERE id = :id", {"now": NOW, "id": key(60)})
    assert remove_mailbox(any_context, old.id, other.id) == Removed(moved=1, left=1)
    assert [each.enrollment.mailbox_id for each in standings(any_context, sequence_id)] == [old.id, other.id]


def test_a_mailbox_that_steps_name_is_not_removed(context: Context):
    box = add_room_mailbox(context)
    start_sequence(context, FIRST | {"email_account": ADDRESS}, people=1)
    with pytest.raises(NotPossible) as caught:
        remove_mailbox(context, box.id)
    assert caught.value.code == "mailbox_named"


def test_people_stay_with_their_mailbox_when_another_is_removed(context: Context):
    other = add_example_mailbox(context.store, context.scope, 2)
    sequence_id = start_sequence(context, people=1)
    before = standings(context, sequence_id)
    add_people(context, sequence_id, 1, first=2)
    assert remove_mailbox(context, other.id) == Removed()
    assert standings(context, sequence_id)[0] == before[0]
