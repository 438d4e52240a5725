"""Mailboxes in the store."""

from dataclasses import fields, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from opendoors_desktop.domain.errors import InputError, NotFound
from opendoors_desktop.domain.mail_host import AuthMethod, MailHost, Security
from opendoors_desktop.domain.mailbox import MailboxLimits, MailboxStatus, Ramp
from opendoors_desktop.domain.sequence import MailboxShare
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.mailboxes import (
    Mailbox,
    add_mailbox,
    find_mailbox,
    get_mailbox,
    hold,
    list_mailboxes,
    retire_mailbox,
    set_policy_streak,
    set_state,
    update_mailbox,
)
from opendoors_desktop.store.sequence_changes import update_sequence_settings
from opendoors_desktop.store.sequence_settings import SequenceSettings
from opendoors_desktop.store.sequences import get_record
from opendoors_desktop.store.tenancy import Scope
from tests.fixtures_store import NOW
from tests.sequence_builders import add_example_mailbox, add_example_sequence, key

LATER = NOW + timedelta(hours=2)


def full_mailbox(mailbox: Mailbox) -> Mailbox:
    """The mailbox with every setting changed."""
    return replace(
        mailbox,
        address="Rép@exämple.com",
        smtp=MailHost("mail.example.com", 465, Security.TLS, "user@example.com"),
        imap=MailHost("imap.example.com", 993, Security.TLS, "user@example.com"),
        limits=MailboxLimits(
            mailbox.id, ZoneInfo("Asia/Tokyo"), 80, 0, timedelta(seconds=90), Ramp(date(2026, 3, 2), 5, 2), 3
        ),
        from_name="Robin “R” Example",
        reply_to="answers@example.com",
        signature_html="<p>Robin</p>",
        signature_text="Robin\n--",
        color="#aabbcc",
        provider="gmail",
        auth=AuthMethod.OAUTH,
        oauth_provider="google",
        sent_folder="Gesendet",
        keeps_sent_copies=False,
        sends_while_imap_is_away=True,
        days_off=frozenset({date(2026, 12, 24), date(2026, 12, 31)}),
        connections=5,
    )


def reread(store: Store, scope: Scope, mailbox: Mailbox) -> Mailbox:
    with store.read() as unit:
        return get_mailbox(unit, scope.workspace_id, mailbox.id)


def test_every_setting_of_a_mailbox_comes_back(store: Store, scope: Scope):
    plain = add_example_mailbox(store, scope)
    assert reread(store, scope, plain) == replace(plain, status_since=NOW)
    full = full_mailbox(plain)
    with store.write() as unit:
        update_mailbox(unit, full, by=scope.user_id, now=LATER)
    assert reread(store, scope, plain) == replace(full, status_since=NOW)
    told = {"id", "customer_id", "workspace_id", "user_id", "status", "status_reason", "status_detail", "status_since"}
    told |= {"held_until", "held_attempts", "policy_streak", "last_read_at", "reading_error", "retired_at"}
    told.add("reading_error_since")
    same = {each.name for each in fields(Mailbox) if getattr(plain, each.name) == getattr(full, each.name)}
    assert same == told


def test_no_secret_is_in_the_store_only_its_name(store: Store, scope: Scope):
    mailbox = add_example_mailbox(store, scope)
    assert mailbox.secret_name == f"mailbox:{mailbox.id}"
    with store.read() as unit:
        assert unit.row("SELECT secret_name FROM email_accounts") == (mailbox.secret_name,)


def test_a_mailbox_is_found_by_any_spelling_of_its_address_or_by_id(store: Store, scope: Scope):
    mailbox = add_example_mailbox(store, scope, address="Rep@Example.com")
    with store.read() as unit:
        for text in ("rep@example.com", " REP@EXAMPLE.COM ", str(mailbox.id)):
            found = find_mailbox(unit, scope.workspace_id, text)
            assert found is not None
            assert found.id == mailbox.id
        assert find_mailbox(unit, scope.workspace_id, "nobody@example.com") is None
        assert find_mailbox(unit, scope.workspace_id, str(key(1))) is None
        assert find_mailbox(unit, key(1), "rep@example.com") is None
        with pytest.raises(NotFound):
            get_mailbox(unit, key(1), mailbox.id)


def test_an_address_has_one_mailbox_until_it_is_removed(store: Store, scope: Scope):
    first = add_example_mailbox(store, scope, 1, "rep@example.com")
    with pytest.raises(InputError) as caught:
        add_example_mailbox(store, scope, 2, "REP@example.com")
    assert caught.value.code == "mailbox_exists"
    with store.write() as unit:
        retire_mailbox(unit, first.id, by=scope.user_id, now=LATER)
    second = add_example_mailbox(store, scope, 2, "rep@example.com")
    with store.read() as unit:
        assert [each.id for each in list_mailboxes(unit, scope.workspace_id)] == [second.id]
        assert len(list_mailboxes(unit, scope.workspace_id, with_retired=True)) == 2
        found = find_mailbox(unit, scope.workspace_id, str(first.id))
        assert found is not None
        assert not found.can_send


def test_mailboxes_are_listed_by_address(store: Store, scope: Scope):
    for number, name in enumerate(["carla", "Anna", "ben"]):
        add_example_mailbox(store, scope, number, f"{name}@example.com")
    with store.read() as unit:
        assert [each.address[0] for each in list_mailboxes(unit, scope.workspace_id)] == ["A", "b", "c"]


def test_a_state_is_noted_with_its_reason_and_only_once(store: Store, scope: Scope):
    mailbox = add_example_mailbox(store, scope)
    assert mailbox.can_send
    with store.write() as unit:
        for at in (LATER, LATER + timedelta(hours=1)):
            is_new = set_state(
                unit, mailbox.id, MailboxStatus.FAILED, at, reason="authentication", detail="535 5.7.8 no"
            )
            assert is_new is (at == LATER)
    found = reread(store, scope, mailbox)
    assert (found.status, found.status_reason, found.status_detail) == ("failed", "authentication", "535 5.7.8 no")
    assert found.status_since == LATER
    assert not found.can_send
    with store.write() as unit:
        assert set_state(unit, mailbox.id, MailboxStatus.FAILED, LATER, reason="sender_refused")


def test_a_mailbox_that_is_started_anew_has_no_hold_and_no_streak(store: Store, scope: Scope):
    mailbox = add_example_mailbox(store, scope)
    with store.write() as unit:
        hold(unit, mailbox.id, LATER, 3)
        set_policy_streak(unit, mailbox.id, 2)
        set_state(unit, mailbox.id, MailboxStatus.PAUSED, NOW, reason="policy")
    found = reread(store, scope, mailbox)
    assert (found.held_until, found.held_attempts, found.policy_streak) == (LATER, 3, 2)
    with store.write() as unit:
        set_state(unit, mailbox.id, MailboxStatus.ACTIVE, LATER, reason=None)
    found = reread(store, scope, mailbox)
    assert (found.held_until, found.held_attempts, found.policy_streak, found.status_reason) == (None, 0, 0, None)


def test_a_removed_mailbox_gets_no_more_contacts(store: Store, scope: Scope):
    mailbox, other = (add_example_mailbox(store, scope, number) for number in (1, 2))
    add_example_sequence(store, scope, key(500))
    shares = (MailboxShare(mailbox.id), MailboxShare(other.id))
    settings = SequenceSettings("Example", scope.user_id, default_mailbox_id=mailbox.id, shares=shares)
    with store.write() as unit:
        update_sequence_settings(unit, scope.workspace_id, key(500), settings, by=scope.user_id, now=NOW)
        retire_mailbox(unit, mailbox.id, by=scope.user_id, now=LATER)
        retire_mailbox(unit, mailbox.id, by=scope.user_id, now=LATER + timedelta(days=1))
    with store.read() as unit:
        left = get_record(unit, scope.workspace_id, key(500)).settings
    assert (left.default_mailbox_id, left.shares) == (None, (MailboxShare(other.id),))
    assert reread(store, scope, mailbox).retired_at == LATER


def test_an_unknown_mailbox_cannot_be_updated(store: Store, scope: Scope):
    mailbox = add_example_mailbox(store, scope)
    with store.write() as unit, pytest.raises(NotFound):
        update_mailbox(unit, replace(mailbox, id=key(1)), by=scope.user_id, now=NOW)


def test_add_mailbox_keeps_what_it_is_given(store: Store, scope: Scope):
    mailbox = full_mailbox(add_example_mailbox(store, scope))
    second = replace(mailbox, id=key(2), limits=replace(mailbox.limits, mailbox_id=key(2)))
    with store.write() as unit:
        add_mailbox(unit, second, by=scope.user_id, now=LATER)
    assert reread(store, scope, second) == replace(second, status_since=LATER)
