"""Mailboxes whose owner signed in in the browser: fresh tokens for each session, and what happens when they end."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from opendoors_desktop.domain.mail_host import AuthMethod, MailHost, Security
from opendoors_desktop.domain.mailbox import MailboxStatus, PauseReason
from opendoors_desktop.domain.sign_in import Client, Grant
from opendoors_desktop.engine.commands import sign_ins
from opendoors_desktop.engine.commands.mailboxes import change_secret
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.sign_in import SignedIn
from opendoors_desktop.mail.frames import SmtpFailure
from opendoors_desktop.store.database import Store
from tests.builders import Room, TimedPost, change_mailbox, mailbox_now, make_room, open_context, run_for, run_now
from tests.fakes.sign_in_host import CLIENT_ID, FakeSignInHost, running_sign_in_host
from tests.oracle import check

REFUSED = SmtpFailure("auth", 535, "5.7.3", "Authentication unsuccessful", "reply")


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


@pytest.fixture(autouse=True)
def _warned(caplog: pytest.LogCaptureFixture) -> None:
    """These tests look at what follows from warnings, not at each of them."""


@pytest.fixture
def fake() -> Iterator[FakeSignInHost]:
    with running_sign_in_host() as running:
        running.living.add("refresh-0")
        yield running


@pytest.fixture
def room(context: Context, fake: FakeSignInHost) -> Room:
    """Two contacts and a mailbox that signs in by a grant of the host."""
    room = make_room(context, people=2)
    host = MailHost("127.0.0.1", 2525, Security.NONE, "ann@example.com")
    change_mailbox(context, room.mailbox, smtp=host)
    sign_ins.keep_sign_in(context, room.mailbox.id, signed_in(fake))
    return replace(room, mailbox=mailbox_now(context, room.mailbox))


def signed_in(fake: FakeSignInHost, token: str = "refresh-0") -> SignedIn:
    return SignedIn(Grant("own", f"{fake.base}/token", Client(CLIENT_ID), ("mail",), token), "access-0")


def test_a_mailbox_with_a_password_changes_to_a_sign_in_and_back(context: Context, fake, room: Room):
    assert (room.mailbox.auth, room.mailbox.oauth_provider) == (AuthMethod.OAUTH, "own")
    assert sign_ins.find_client(context, "own") == Client(CLIENT_ID)
    assert sign_ins.find_client(context, "google") is None

    change_secret(context, room.mailbox.id, "a password")

    after = mailbox_now(context, room.mailbox)
    assert (after.auth, after.oauth_provider) == (AuthMethod.PASSWORD, None)
    assert sign_ins.find_client(context, "own") is None


def test_a_grant_that_cannot_be_read_is_no_client_to_use_again(context: Context, room: Room):
    context.secrets.set(room.mailbox.secret_name, "not a grant")
    assert sign_ins.find_client(context, "own") is None


async def test_sessions_are_opened_with_a_token_and_never_with_the_grant(context: Context, fake, room: Room):
    post = TimedPost(room.clock)
    await run_now(context, post)

    assert len(post.captures) == 2
    assert {secret for _, _, secret, _ in post.opened} == {"access-1"}
    assert {settings.auth for _, settings, _, _ in post.opened} == {"oauth"}
    check(room, post)


async def test_a_sign_in_that_was_ended_stops_the_mailbox_says_why_and_loses_nothing(
    context: Context, fake, room: Room
):
    fake.living.clear()
    post = TimedPost(room.clock)
    await run_for(context, post, hours=1)

    stopped = mailbox_now(context, room.mailbox)
    assert (stopped.status, stopped.status_reason) == (MailboxStatus.FAILED, PauseReason.AUTHENTICATION.value)
    assert "Sign in again" in (stopped.status_detail or "")
    assert post.captures == []

    fake.living.add("refresh-9")
    sign_ins.keep_sign_in(context, room.mailbox.id, signed_in(fake, "refresh-9"))
    await run_for(context, post, hours=1)

    assert mailbox_now(context, room.mailbox).status is MailboxStatus.ACTIVE
    assert len(post.captures) == 2
    check(room, post)


async def test_a_sign_in_host_that_is_away_holds_the_mailbox_and_it_goes_on_by_itself(
    context: Context, fake, room: Room
):
    fake.nonsense = b"<html>hotel</html>"
    post = TimedPost(room.clock)
    await run_for(context, post, minutes=4)
    held = mailbox_now(context, room.mailbox)
    assert (held.status, held.held_attempts > 0, post.captures) == (MailboxStatus.ACTIVE, True, [])

    fake.nonsense = None
    await run_for(context, post, hours=3)

    assert len(post.captures) == 2
    check(room, post)


async def test_a_token_refused_before_its_time_is_asked_for_anew_before_anybody_is_bothered(
    context: Context, fake, room: Room
):
    post = TimedPost(room.clock)
    post.failures[room.mailbox.id] = REFUSED
    await run_for(context, post, minutes=4)
    assert mailbox_now(context, room.mailbox).status is MailboxStatus.ACTIVE

    del post.failures[room.mailbox.id]
    await run_for(context, post, hours=3)

    assert [secret for _, _, secret, _ in post.opened][-1] != "access-1"
    assert len(post.captures) == 2
    check(room, post)


async def test_a_fresh_token_that_is_refused_too_stops_the_mailbox(context: Context, fake, room: Room):
    post = TimedPost(room.clock)
    post.failures[room.mailbox.id] = REFUSED
    await run_for(context, post, hours=3)

    stopped = mailbox_now(context, room.mailbox)
    assert (stopped.status, stopped.status_reason) == (MailboxStatus.FAILED, PauseReason.AUTHENTICATION.value)
    assert len(fake.renewals) == 2
