"""A mailbox on a real Dovecot read with all that follows: each mail once, whatever ends the reading in between."""

from dataclasses import replace
from pathlib import Path

import pytest

from opendoors_desktop.domain.errors import InputError, MailError
from opendoors_desktop.domain.reaction import Bucket
from opendoors_desktop.engine import receiver
from opendoors_desktop.engine.commands.readings import read_once
from opendoors_desktop.engine.commands.store_care import check_store
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.inbound import take_in
from opendoors_desktop.store.database import Store
from tests.builders import (
    TimedPost,
    change_mailbox,
    email,
    mailbox_now,
    make_room,
    open_context,
    run_for,
    run_now,
    statuses,
)
from tests.engine.reading_room import Inbox, open_inbox
from tests.fixtures_smtp import authority, free_port
from tests.servers.dovecot import Dovecot, dovecot, user

__all__ = ["authority", "dovecot", "user"]

pytestmark = pytest.mark.servers


@pytest.fixture
def context(usual_store: Store, tmp_path: Path) -> Context:
    return open_context(usual_store, tmp_path)


@pytest.fixture(autouse=True)
def _warned(caplog: pytest.LogCaptureFixture) -> None:
    """These tests look at what follows from warnings, not at each of them."""


@pytest.fixture
async def box(context: Context, dovecot: Dovecot, user: str) -> Inbox:
    room = make_room(context, [email(), email(3, None)], people=4)
    post = TimedPost(room.clock)
    await run_now(context, post)
    return open_inbox(context, room.mailbox, post, dovecot, user)


async def test_what_came_in_is_taken_in_wherever_it_landed_and_the_rest_is_left(box: Inbox):
    first, second, third, _ = box.post.captures
    box.answer(first)
    box.answer(second, "Please unsubscribe me.", folder="Junk")
    box.deliver("From: friend@example.net\nSubject: Dinner?\nMessage-ID: <d@x>\n\nTonight?\n")
    box.deliver("From: nobody\n\n")

    report = box.read()

    assert report.seen == 4
    assert dict(report.taken) == {Bucket.REPLY: 1, Bucket.UNSUBSCRIBE: 1}
    assert statuses(box.context) == {"stopped": 1, "unsubscribed": 1, "active": 2}
    assert mailbox_now(box.context, box.mailbox).last_read_at == box.context.clock.now()
    await run_for(box.context, box.post, days=10)
    assert {capture.recipient for capture in box.post.captures[4:]} == {third.recipient, box.post.captures[3].recipient}
    assert check_store(box.context).is_sound


async def test_a_second_reading_looks_at_what_is_new_alone(box: Inbox):
    first, second, *_ = box.post.captures
    box.answer(first)
    box.read()
    box.answer(second)

    again = box.read()

    assert (again.seen, dict(again.taken)) == (1, {Bucket.REPLY: 1})
    assert (box.read()).seen == 0


async def test_fault_34_after_a_new_uid_validity_nothing_is_counted_again(box: Inbox, dovecot: Dovecot, user: str):
    box.answer(box.post.captures[0])
    box.read()
    dovecot.change_uid_validity(user)

    again = box.read()

    assert (again.seen, dict(again.taken)) == (1, {})
    assert statuses(box.context)["stopped"] == 1


async def test_the_same_mail_in_two_folders_counts_once(box: Inbox):
    capture = box.post.captures[0]
    for folder in ("INBOX", "Junk"):
        box.deliver(f"From: {capture.recipient}\nIn-Reply-To: <{capture.message_id}>\n\nYes.\n", folder)

    assert dict((box.read()).taken) == {Bucket.REPLY: 1}


async def test_killed_in_mid_reading_nothing_is_skipped_or_counted_twice(box: Inbox, monkeypatch):
    monkeypatch.setattr(receiver, "TAKEN_AT_ONCE", 1)
    for capture in box.post.captures:
        box.answer(capture)
    lives = iter(range(100))

    def die_at_times(*arguments: object) -> object:
        found = take_in(*arguments)  # type: ignore[arg-type]
        if next(lives) % 2:
            raise KeyboardInterrupt
        return found

    monkeypatch.setattr(receiver, "take_in", die_at_times)
    for _ in range(10):
        try:
            box.read()
            break
        except KeyboardInterrupt:
            continue

    assert statuses(box.context) == {"stopped": 4}
    with box.context.store.read() as unit:
        assert unit.rows("SELECT count(*), count(DISTINCT message_id) FROM inbound_emails") == [(4, 4)]
    assert check_store(box.context).is_sound


async def test_T48_a_host_that_is_away_is_said_and_noted_and_read_later(box: Inbox):
    there = mailbox_now(box.context, box.mailbox).imap
    assert there is not None
    change_mailbox(box.context, box.mailbox, imap=replace(there, port=free_port()))
    with pytest.raises(MailError) as caught:
        box.read()
    assert caught.value.code == "imap_refused"
    assert "Nothing answers" in (mailbox_now(box.context, box.mailbox).reading_error or "")

    change_mailbox(box.context, box.mailbox, imap=there)
    box.answer(box.post.captures[0])
    assert (box.read()).taken[Bucket.REPLY] == 1
    assert mailbox_now(box.context, box.mailbox).reading_error is None


async def test_a_mailbox_without_an_imap_host_says_so(box: Inbox):
    change_mailbox(box.context, box.mailbox, imap=None)
    with pytest.raises(InputError) as caught:
        box.read()
    assert caught.value.code == "no_imap"


async def test_the_command_reads_with_the_secret_and_the_child_that_tells_what_mails_are(box: Inbox):
    box.answer(box.post.captures[0])
    report = await read_once(box.context, box.mailbox.id)
    assert dict(report.taken) == {Bucket.REPLY: 1}
