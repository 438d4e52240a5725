"""Mailboxes on a real Dovecot read by the scheduler itself: at once, before it sends, and whatever befalls the host."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.domain.mail_host import MailHost
from opendoors_desktop.domain.mailbox import MailboxStatus
from opendoors_desktop.domain.sign_in import Client, Grant
from opendoors_desktop.engine import receiver_thread
from opendoors_desktop.engine.clock import RealClock, VirtualClock
from opendoors_desktop.engine.commands import sign_ins
from opendoors_desktop.engine.commands.mailboxes import change_secret
from opendoors_desktop.engine.commands.store_care import check_store
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.forecast import forecast
from opendoors_desktop.engine.leave import Leave
from opendoors_desktop.engine.loop import RunMode, Scheduler
from opendoors_desktop.engine.sign_in import SignedIn
from opendoors_desktop.engine.simulation import MAILBOX_IS_READ
from opendoors_desktop.engine.why import Why, why
from opendoors_desktop.store import inbox
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.types import as_uuid
from tests.builders import (
    TimedPost,
    activities,
    add_contacts,
    add_mailbox,
    add_sequence,
    change_mailbox,
    email,
    enroll_all,
    mailbox_now,
    make_room,
    open_context,
    run_now,
    scheduler_of,
    statuses,
    until,
)
from tests.engine.reading_room import Inbox, open_inbox
from tests.fakes.sign_in_host import CLIENT_ID, running_sign_in_host
from tests.fixtures_smtp import authority, free_port
from tests.servers.dovecot import PASSWORD, Dovecot, dovecot, running_dovecot, user

__all__ = ["authority", "dovecot", "user"]

pytestmark = pytest.mark.servers


@pytest.fixture
def context(usual_store: Store, tmp_path: Path) -> Context:
    """A context on the clock on the wall."""
    return open_context(usual_store, tmp_path, RealClock())


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have trouble be over soon."""
    monkeypatch.setattr(receiver_thread, "pause_after", lambda _failures, _chance: timedelta(seconds=0.3))


async def sent_from(context: Context, dovecot: Dovecot, user: str, people: int = 2, *more: float) -> Inbox:
    """Contacts who have had the first of two emails or more, the next a day later, and the mailbox they answer to."""
    room = make_room(context, [email(), *(email(days, None) for days in (1, *more))], people=people)
    post = TimedPost(context.clock)
    await run_now(context, post)
    return open_inbox(context, room.mailbox, post, dovecot, user)


@asynccontextmanager
async def at_work(context: Context, post: TimedPost, **more: object) -> AsyncIterator[Scheduler]:
    """A scheduler that works until the block ends, and is stopped within its five seconds then."""
    scheduler = scheduler_of(context, post, RunMode.FOREVER, **more)
    running = asyncio.create_task(scheduler.run())
    try:
        yield scheduler
    finally:
        scheduler.stop()
        async with asyncio.timeout(10):
            await running


def is_read(context: Context, box: Inbox) -> bool:
    return mailbox_now(context, box.mailbox).last_read_at is not None


async def test_a_reply_ends_its_enrollment_while_the_inbox_is_listened_to(context, dovecot, user):
    box = await sent_from(context, dovecot, user)
    async with at_work(context, box.post):
        await until(lambda: is_read(context, box))
        box.answer(box.post.captures[0])
        await until(lambda: statuses(context) == {"stopped": 1, "active": 1})
        box.answer(box.post.captures[1])
        await until(lambda: statuses(context) == {"stopped": 2})
    assert check_store(context).is_sound


async def test_a_mailbox_is_read_whatever_the_switch_of_sending_says(context, dovecot, user):
    box = await sent_from(context, dovecot, user)
    box.answer(box.post.captures[0])
    scheduler = scheduler_of(context, box.post, RunMode.FOREVER)
    scheduler._ask_leave = lambda: Leave(is_given=False)
    running = asyncio.create_task(scheduler.run())
    await until(lambda: statuses(context) == {"stopped": 1, "active": 1})
    scheduler.stop()
    await running
    assert len(box.post.captures) == 2


async def test_a_paused_mailbox_is_read_as_well(context, dovecot, user):
    box = await sent_from(context, dovecot, user)
    with context.store.write() as unit:
        unit.run("UPDATE email_accounts SET status = 'paused', status_reason = 'person'")
    box.answer(box.post.captures[0])
    async with at_work(context, box.post):
        await until(lambda: statuses(context) == {"stopped": 1, "active": 1})
    assert mailbox_now(context, box.mailbox).status is MailboxStatus.PAUSED


async def test_only_the_one_who_holds_a_mailbox_reads_it(context, dovecot, user):
    box = await sent_from(context, dovecot, user)
    async with at_work(context, box.post):
        await until(lambda: is_read(context, box))
        other = scheduler_of(context, TimedPost(context.clock))
        await other.run()
        assert other._receivers._reading == {}


async def test_fault_34_a_host_killed_in_mid_idle_is_found_again_and_nothing_is_missed(context, authority):
    with running_dovecot(authority) as host:
        box = await sent_from(context, host, "ann@example.com")
        async with at_work(context, box.post):
            await until(lambda: is_read(context, box))
            host.kill()
            await until(lambda: mailbox_now(context, box.mailbox).reading_error)
            box.answer(box.post.captures[0])
            host.start()
            await until(lambda: statuses(context) == {"stopped": 1, "active": 1})
            await until(lambda: mailbox_now(context, box.mailbox).reading_error is None)
            box.answer(box.post.captures[1])
            await until(lambda: statuses(context) == {"stopped": 2})
    assert check_store(context).is_sound


async def test_fault_34_a_new_uid_validity_while_it_listens_counts_nothing_twice(context, dovecot, user):
    box = await sent_from(context, dovecot, user)
    box.answer(box.post.captures[0])
    async with at_work(context, box.post):
        await until(lambda: statuses(context) == {"stopped": 1, "active": 1})
        dovecot.change_uid_validity(user)
        box.answer(box.post.captures[1])
        await until(lambda: statuses(context) == {"stopped": 2})
    with context.store.read() as unit:
        assert unit.rows("SELECT count(*), count(DISTINCT message_id) FROM inbound_emails") == [(2, 2)]
    assert check_store(context).is_sound


async def test_T48_each_mailbox_is_read_with_its_own_secret_and_one_that_fails_stops_no_other(context, dovecot):
    boxes = []
    for number in range(3):
        mailbox = add_mailbox(context, f"box{number}@example.com")
        sequence_id = add_sequence(context, mailbox, [email(), email(1, None)], name=f"Sequence {number}")
        enroll_all(context, sequence_id, add_contacts(context, 1, first=number))
        boxes.append(mailbox)
    post = TimedPost(context.clock)
    await run_now(context, post)
    inboxes = [open_inbox(context, mailbox, post, dovecot, dovecot.spare.pop()) for mailbox in boxes]
    context.secrets.set(boxes[1].secret_name, "wrong-word")
    for box in inboxes:
        box.answer(next(each for each in post.captures if each.mailbox_id == box.mailbox.id))

    async with at_work(context, post):
        await until(lambda: statuses(context) == {"stopped": 2, "active": 1})
        await until(lambda: mailbox_now(context, boxes[1]).reading_error)

    assert [mailbox_now(context, each).reading_error is None for each in boxes] == [True, False, True]


async def test_fault_10_a_wrong_password_is_tried_once_and_again_when_a_person_has_done_something(context, authority):
    with running_dovecot(authority) as host:
        box = await sent_from(context, host, "ann@example.com")
        context.secrets.set(box.mailbox.secret_name, "wrong-word")
        box.answer(box.post.captures[0])
        async with at_work(context, box.post):
            await until(lambda: mailbox_now(context, box.mailbox).reading_error)
            for _ in range(3):  # whatever else changes at the mailbox
                change_mailbox(context, box.mailbox, from_name="Another")
                await asyncio.sleep(0.3)
            assert tries_in(host) == 1
            change_secret(context, box.mailbox.id, PASSWORD)
            await until(lambda: statuses(context) == {"stopped": 1, "active": 1})
        assert "password" not in (mailbox_now(context, box.mailbox).reading_error or "")


def tries_in(host: Dovecot) -> int:
    """How many sign-ins the host has refused."""
    return (host.folder / "dovecot.log").read_text().count("auth failed")


async def test_fault_10_a_token_refused_before_its_time_is_asked_for_anew_once(context, authority):
    with running_sign_in_host() as fake, running_dovecot(authority, f"{fake.base}/introspect") as host:
        fake.living.add("refresh-0")
        fake.opens_for["access-2"] = "ann@example.com"
        box = await sent_from(context, host, "ann@example.com")
        grant = Grant("own", f"{fake.base}/token", Client(CLIENT_ID), ("mail",), "refresh-0")
        sign_ins.keep_sign_in(context, box.mailbox.id, SignedIn(grant, "access-0"))
        box.answer(box.post.captures[0])
        async with at_work(context, box.post):
            await until(lambda: statuses(context) == {"stopped": 1, "active": 1})
        assert mailbox_now(context, box.mailbox).reading_error is None
        assert fake._number == 2


async def test_a_silent_host_keeps_nobody_else_and_not_the_end(context, dovecot, user):
    box = await sent_from(context, dovecot, user)
    silent = add_mailbox(context, "silent@example.com")
    server = socket.create_server(("127.0.0.1", 0))
    there = mailbox_now(context, box.mailbox).imap
    assert there is not None
    open_inbox(context, silent, box.post, dovecot, user)
    change_mailbox(context, silent, imap=replace(there, port=server.getsockname()[1]))
    box.answer(box.post.captures[0])
    async with at_work(context, box.post):
        await until(lambda: statuses(context) == {"stopped": 1, "active": 1})
        assert mailbox_now(context, silent).last_read_at is None
    server.close()


# Read before it is sent ----------------------------------------------------------------------------------------------


class Later:
    """The same on a clock that jumps: what happens between two emails is done by appointment."""

    def __init__(self, box: Inbox) -> None:
        assert isinstance(box.context.clock, VirtualClock)
        self.box, self.clock = box, box.context.clock
        self.context, self.post = box.context, box.post

    def at(self, call: Callable[[], object], **length: float) -> None:
        self.clock.at(self.clock.now() + timedelta(**length), lambda: _do(call))

    async def go_on(self, **length: float) -> None:
        scheduler = scheduler_of(self.context, self.post, RunMode.FOREVER)
        self.at(scheduler.stop, **length)
        async with asyncio.timeout(60):
            await scheduler.run()


def reasons(context: Context) -> list[Why]:
    """Why each contact waits."""
    with context.store.read() as unit:
        keys = [as_uuid(key) for (key,) in unit.rows("SELECT id FROM contacts")]
    return [each for key in keys for each in why(context, key)]


def _do(call: Callable[[], object]) -> None:
    call()


def away(box: Inbox) -> MailHost:
    """Where nobody answers in place of the mailbox's host."""
    there = mailbox_now(box.context, box.mailbox).imap
    assert there is not None
    return replace(there, port=free_port())


@pytest.fixture
async def later(usual_store: Store, tmp_path: Path, dovecot: Dovecot, user: str) -> Later:
    return Later(await sent_from(open_context(usual_store, tmp_path), dovecot, user))


async def test_T26_what_came_into_another_folder_meanwhile_is_read_before_the_next_email_leaves(later):
    first, second = later.post.captures
    later.at(lambda: later.box.answer(first, folder="Junk"), hours=5)
    later.at(lambda: later.box.answer(second, "Please unsubscribe me.", folder="Junk"), hours=6)
    await later.go_on(days=3)
    assert len(later.post.captures) == 2
    assert statuses(later.context) == {"stopped": 1, "unsubscribed": 1}
    assert check_store(later.context).is_sound


async def test_emails_of_a_mailbox_that_can_not_be_read_wait_until_it_can(later):
    there = mailbox_now(later.context, later.box.mailbox).imap
    later.box.answer(later.post.captures[0])
    change_mailbox(later.context, later.box.mailbox, imap=away(later.box))
    await later.go_on(days=3)
    assert len(later.post.captures) == 2
    assert statuses(later.context) == {"active": 2}
    assert [(each.held_by, "can't be read: Nothing answers" in each.reason) for each in reasons(later.context)] == [
        ("mailbox_unread", True),
        ("mailbox_unread", True),
    ]
    planned = list(forecast(later.context))
    assert len(planned) == 2
    assert all(MAILBOX_IS_READ in each.why for each in planned)

    change_mailbox(later.context, later.box.mailbox, imap=there)
    await later.go_on(days=1)
    assert [capture.recipient for capture in later.post.captures[2:]] == [later.post.captures[1].recipient]


async def test_a_setting_has_them_leave_all_the_same(later):
    change_mailbox(later.context, later.box.mailbox, imap=away(later.box), sends_while_imap_is_away=True)
    await later.go_on(days=3)
    assert len(later.post.captures) == 4


async def test_what_is_claimed_is_given_back_when_reading_fails_before_it_is_begun(later, monkeypatch):
    """The host is there when the email is claimed, and gone at the gate."""
    waits = later.post.render

    def go_away(jobs):
        change_mailbox(later.context, later.box.mailbox, imap=away(later.box))
        waits(jobs)

    monkeypatch.setattr(later.post, "render", go_away)
    await later.go_on(days=3)
    assert len(later.post.captures) == 2
    with later.context.store.read() as unit:
        assert unit.rows("SELECT DISTINCT state FROM outgoing_emails WHERE sent_at IS NULL") == [("planned",)]


async def test_fault_16_a_reply_in_the_second_of_the_next_email_is_read_first_or_came_too_late(
    usual_store, tmp_path, dovecot, user
):
    later = Later(await sent_from(open_context(usual_store, tmp_path), dovecot, user, 20, 4))
    for number, capture in enumerate(later.post.captures):
        later.at(partial(later.box.answer, capture), days=1, microseconds=number - 10)
    await later.go_on(days=10)
    later.box.read()  # what the host told of only after the last email had left
    assert activities(later.context, "replied") == 20
    with later.context.store.read() as unit:
        behind = unit.rows(
            "SELECT count(*) FROM outgoing_emails o JOIN email_activities a ON a.enrollment_id = o.enrollment_id"
            " WHERE a.kind = 'replied' AND o.first_attempted_at > a.occurred_at"
        )
    assert behind == [(0,)]
    assert check_store(later.context).is_sound


async def test_a_store_that_can_not_be_written_keeps_the_mails_for_later(context, dovecot, user, monkeypatch, caplog):
    box = await sent_from(context, dovecot, user)
    box.answer(box.post.captures[0])
    keep, faults = inbox.keep_place, iter(range(3))

    def failing(*arguments: object) -> None:
        if next(faults, None) is not None:
            raise StoreError("The disk is full.", "Make room.", code="store_full")
        keep(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(inbox, "keep_place", failing)
    async with at_work(context, box.post):
        await until(lambda: statuses(context) == {"stopped": 1, "active": 1})
    assert check_store(context).is_sound
