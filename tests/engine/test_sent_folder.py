"""The Sent folder of a real Dovecot: what is found there went, and each email has one copy there, whatever breaks."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from opendoors_desktop.domain.mail_host import AuthMethod, MailHost, Security
from opendoors_desktop.domain.mailbox_presets import host_keeps_sent_copies
from opendoors_desktop.engine.clock import RealClock
from opendoors_desktop.engine.commands.mailboxes import NewMailbox, draft_mailbox
from opendoors_desktop.engine.commands.store_care import check_store
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.loop import RunMode
from opendoors_desktop.engine.mail_hosts import imap_settings
from opendoors_desktop.engine.receiver import read_mailbox
from opendoors_desktop.engine.sent_folder import SentReport, look_into_sent
from opendoors_desktop.mail.imap import ImapFault, ImapSession, open_session
from opendoors_desktop.store import sent_copies
from opendoors_desktop.store.database import Store
from tests.builders import (
    Room,
    TimedPost,
    activities,
    change_mailbox,
    email,
    journal,
    mailbox_now,
    make_room,
    open_context,
    run_now,
    scheduler_of,
    standing_of,
    states,
    statuses,
    until,
)
from tests.engine.reading_room import open_inbox, tell
from tests.fixtures_smtp import authority
from tests.oracle import Capture
from tests.servers.dovecot import PASSWORD, Dovecot, dovecot, user

__all__ = ["authority", "dovecot", "user"]

pytestmark = pytest.mark.servers

LOST = ("dot", 0, "", "The connection broke off")


@pytest.fixture
def context(usual_store: Store, tmp_path: Path) -> Context:
    return open_context(usual_store, tmp_path)


@pytest.fixture(autouse=True)
def _warned(caplog: pytest.LogCaptureFixture) -> None:
    """These tests look at what follows from warnings, not at each of them."""


class Outgoing:
    """A room whose mailbox lies on Dovecot."""

    def __init__(self, context: Context, room: Room, dovecot: Dovecot, user: str) -> None:
        self.context, self.room, self._dovecot, self._user = context, room, dovecot, user
        imap = MailHost("127.0.0.1", dovecot.port, Security.NONE, user)
        smtp = replace(room.mailbox.smtp, username=user)
        change_mailbox(context, room.mailbox, imap=imap, smtp=smtp, auth=AuthMethod.PASSWORD, keeps_sent_copies=False)

    @contextmanager
    def session(self) -> Iterator[ImapSession]:
        """Signed in."""
        settings = imap_settings(mailbox_now(self.context, self.room.mailbox))
        assert settings is not None
        with open_session(settings, PASSWORD) as session:
            yield session

    def look(self) -> SentReport:
        """One look into Sent."""
        with self.session() as session:
            return look_into_sent(self.context, mailbox_now(self.context, self.room.mailbox), session)

    def in_sent(self) -> list[bytes]:
        """What lies in Sent."""
        place = self._dovecot.place_of(self._user, "Sent")
        return [path.read_bytes() for part in ("new", "cur") for path in sorted((place / part).glob("*"))]

    def later(self, **length: float) -> None:
        self.room.clock.advance_to(self.context.clock.now() + timedelta(**length))

    def stored(self) -> list[bytes]:
        with self.context.store.read() as unit:
            return [bytes(row[0]) for row in unit.rows("SELECT message FROM outgoing_messages ORDER BY outgoing_id")]


async def sent_room(context: Context, dovecot: Dovecot, user: str, people: int = 2, post: TimedPost | None = None):
    room = make_room(context, [email(), email(3, None)], people=people)
    await run_now(context, post or TimedPost(room.clock))
    return Outgoing(context, room, dovecot, user)


async def test_each_email_is_copied_once_byte_for_byte_and_seen(context: Context, dovecot: Dovecot, user: str):
    out = await sent_room(context, dovecot, user)
    assert out.look() == SentReport(), "the host has a minute for putting them there itself"
    out.later(minutes=2)

    assert out.look() == SentReport(copied=2)
    assert out.look() == SentReport()

    copies = [message.replace(b"\r\n", b"\n") for message in out.in_sent()]
    assert sorted(copies) == sorted(message.replace(b"\r\n", b"\n") for message in out.stored())
    assert all(path.name.endswith("S") for path in dovecot.place_of(user, "Sent").glob("cur/*"))


async def test_what_the_host_has_put_there_itself_gets_no_second_copy(context: Context, dovecot: Dovecot, user: str):
    out = await sent_room(context, dovecot, user)
    dovecot.deliver(user, out.stored()[0], "Sent", is_seen=True)
    out.later(minutes=2)
    assert out.look() == SentReport(copied=1)
    assert len(out.in_sent()) == 2
    out.later(days=1)
    assert (out.look(), len(out.in_sent())) == (SentReport(), 2)


async def test_killed_between_the_copy_and_its_note_there_is_no_second_one(
    context: Context, dovecot: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
):
    out = await sent_room(context, dovecot, user, people=1)
    out.later(minutes=2)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sent_copies, "note_copied", die)
        with pytest.raises(KeyboardInterrupt):
            out.look()
    assert len(out.in_sent()) == 1

    assert out.look() == SentReport(), "the claim stands"
    out.later(minutes=11)
    assert (out.look(), len(out.in_sent())) == (SentReport(), 1)
    with context.store.read() as unit:
        assert unit.rows("SELECT count(*) FROM outgoing_emails WHERE sent_copy_at IS NULL") == [(0,)]


async def test_two_programs_make_one_copy_of_each(context: Context, dovecot: Dovecot, user: str):
    out = await sent_room(context, dovecot, user, people=6)
    out.later(minutes=2)
    with out.session() as first, out.session() as second:
        mailbox = mailbox_now(context, out.room.mailbox)
        seen = first.uids_of

        def in_between(message_id: str) -> list[int]:
            look_into_sent(context, mailbox, second)
            return seen(message_id)

        first.uids_of = in_between  # the other program works between two steps of this
        look_into_sent(context, mailbox, first)
    assert len(out.in_sent()) == 6


async def test_a_host_that_takes_no_copy_fails_nothing_and_is_asked_later(
    context: Context, dovecot: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
):
    out = await sent_room(context, dovecot, user, people=1)
    out.later(minutes=2)

    def full(*_: object) -> None:
        raise ImapFault("protocol", "Quota exceeded (mailbox for user is full)")

    with monkeypatch.context() as patched:
        patched.setattr(ImapSession, "append_seen", full)
        assert out.look() == SentReport()
    assert states(context) == {"sent": 1}
    out.later(minutes=11)
    assert out.look() == SentReport(copied=1)


async def test_where_the_host_keeps_copies_itself_nothing_is_asked_or_put_there(
    context: Context, dovecot: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
):
    out = await sent_room(context, dovecot, user)
    change_mailbox(context, out.room.mailbox, keeps_sent_copies=True)
    out.later(minutes=2)
    monkeypatch.setattr(ImapSession, "folders", lambda _: pytest.fail("nobody needs to ask"))
    assert (out.look(), out.in_sent()) == (SentReport(), [])


async def test_fault_02_an_uncertain_email_that_lies_in_sent_went_and_the_contact_goes_on(
    context: Context, dovecot: Dovecot, user: str
):
    room = make_room(context, [email(), email(3, None)], people=2)
    await run_now(context, TimedPost(room.clock, lambda _: LOST))
    out = Outgoing(context, room, dovecot, user)
    assert states(context) == {"uncertain": 2}
    assert out.look() == SentReport(), "what isn't there may have gone all the same"
    assert states(context) == {"uncertain": 2}
    dovecot.deliver(user, out.stored()[0], "Sent", is_seen=True)
    change_mailbox(context, room.mailbox, keeps_sent_copies=True)

    assert out.look() == SentReport(settled=1)

    assert states(context) == {"sent": 1, "uncertain": 1}
    assert activities(context, "sent") == 1
    found = next(row for row in journal(context) if row.state == "sent")
    assert found.enrollment_id is not None
    standing = standing_of(context, found.enrollment_id)
    due_at = standing.enrollment.next_step_scheduled_at
    assert (standing.emails_sent, due_at) == (1, context.clock.now() + timedelta(days=3)), "the follow-up comes"
    assert check_store(context).is_sound


async def test_an_answer_to_an_uncertain_email_says_that_it_went(context: Context):
    from tests.builders import TimedPost as Post
    from tests.engine.inbound_rooms import REPLIED, Scene

    room = make_room(context, [email(), email(3, None)])
    await run_now(context, Post(room.clock, lambda _: LOST))
    [row] = journal(context)
    scene = Scene(room, Post(room.clock))
    capture = Capture(row.message_id.strip("<>"), "u1@example.net", context.clock.now())
    assert scene.answer(capture) is not None

    assert states(context) == {"sent": 1}
    assert scene.standing(capture) == REPLIED
    assert scene.totals() == {"sent": 1, "delivered": 1, "replied": 1}
    assert check_store(context).is_sound


async def test_a_mailbox_that_is_read_is_asked_what_went_and_given_its_copies(
    context: Context, dovecot: Dovecot, user: str
):
    out = await sent_room(context, dovecot, user)
    out.later(minutes=2)
    read_mailbox(context, mailbox_now(context, out.room.mailbox), PASSWORD, tell)
    assert len(out.in_sent()) == 2


async def test_fault_02_the_scheduler_itself_finds_what_went_and_still_hears_what_comes(
    usual_store: Store, tmp_path: Path, dovecot: Dovecot, user: str
):
    context = open_context(usual_store, tmp_path, RealClock())
    room = make_room(context, [email(), email(1, None)], people=2)
    await run_now(context, TimedPost(context.clock, lambda _: LOST))
    assert states(context) == {"uncertain": 2}
    box = open_inbox(context, room.mailbox, post := TimedPost(context.clock), dovecot, user)
    out = Outgoing(context, room, dovecot, user)
    with out.session() as session:
        session.open("INBOX")  # Dovecot makes the mailbox, of which the delivery would make a part as another owner
    for message in out.stored():
        dovecot.deliver(user, message, "Sent", is_seen=True)

    scheduler = scheduler_of(context, post, RunMode.FOREVER)
    running = asyncio.create_task(scheduler.run())
    try:
        await until(lambda: states(context) == {"sent": 2})
        box.answer(Capture(journal(context)[0].message_id.strip("<>"), "u1@example.net", context.clock.now()))
        await until(lambda: statuses(context).get("stopped") == 1)
    finally:
        scheduler.stop()
        await asyncio.wait_for(running, 10)
    assert check_store(context).is_sound


def test_the_default_follows_the_host(context: Context):
    assert host_keeps_sent_copies("smtp.gmail.com")
    assert host_keeps_sent_copies("SMTP.office365.com")
    assert not host_keeps_sent_copies("smtp.example.com")
    found = [
        draft_mailbox(context, context.new_id(), NewMailbox("a@example.com", MailHost(host, 587, Security.STARTTLS)))
        for host in ("smtp.gmail.com", "smtp.example.com")
    ]
    assert [mailbox.keeps_sent_copies for mailbox in found] == [True, False]
