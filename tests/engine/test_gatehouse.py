"""Which mailboxes a scheduler sends from: those whose lease and secret it has, and only those it was told to."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.errors import SecretError
from opendoors_desktop.domain.mail_host import AuthMethod, MailHost, Security
from opendoors_desktop.domain.mailbox import MailboxStatus
from opendoors_desktop.engine.commands.mailboxes import change_secret
from opendoors_desktop.engine.commands.store_care import check_store
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.loop import RunMode
from opendoors_desktop.store import leases
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.mailboxes import Mailbox
from opendoors_desktop.store.secrets import MemorySecrets
from tests.builders import (
    MeddledPost,
    Room,
    TimedPost,
    add_contacts,
    add_mailbox,
    add_sequence,
    change_mailbox,
    die,
    enroll_all,
    expire_leases,
    journal,
    mailbox_now,
    make_room,
    open_context,
    run_now,
    run_to_death,
    scheduler_of,
    states,
    until,
)
from tests.oracle import check

PASSWORD = AuthMethod.PASSWORD


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


@pytest.fixture(autouse=True)
def _warned(caplog: pytest.LogCaptureFixture) -> None:
    """These tests look at what follows from warnings, not at each of them."""


def locked_room(context: Context, people: int = 2) -> Room:
    """A room whose mailbox needs a password, which isn't on this machine."""
    room = make_room(context, people=people)
    host = MailHost("127.0.0.1", 2525, Security.NONE, "ann")
    change_mailbox(context, room.mailbox, smtp=host, auth=PASSWORD)
    return replace(room, mailbox=mailbox_now(context, room.mailbox))


def holder_of(context: Context, mailbox: Mailbox) -> str | None:
    """The host that holds a mailbox's lease; None where nobody does."""
    with context.store.write() as unit:
        taken = leases.take_lease(unit, mailbox.id, leases.Holder(context.new_id(), "asks", 1))
        if isinstance(taken, leases.HeldBy):
            return taken.host
        leases.release_lease(unit, taken)
    return None


async def test_a_mailbox_whose_secret_is_elsewhere_is_left_to_those_who_have_it(context: Context):
    room = locked_room(context)
    ben = add_mailbox(context, "ben@example.com")
    other = add_sequence(context, ben, name="Other")
    enroll_all(context, other, add_contacts(context, 3, first=10))
    post = TimedPost(room.clock)
    scheduler = scheduler_of(context, post, RunMode.FOREVER)
    running = asyncio.ensure_future(scheduler.run())
    await until(lambda: len(post.captures) == 3)
    assert holder_of(context, room.mailbox) is None
    assert [mailbox_id for mailbox_id, *_ in post.opened] == [ben.id]
    assert mailbox_now(context, room.mailbox).can_send  # nothing is wrong with it

    change_secret(context, room.mailbox.id, "right")
    await until(lambda: len(post.captures) == 5)
    assert [secret for _, settings, secret, _ in post.opened if settings.username == "ann"] == ["right"]
    scheduler.stop()
    await asyncio.wait_for(running, 10)
    check(room, post)


class LockedSecrets(MemorySecrets):
    """A keyring that is locked after so many reads."""

    def __init__(self, reads: int) -> None:
        super().__init__()
        self.reads = reads

    def get(self, name: str) -> str | None:
        if not self.reads:
            raise SecretError("The keyring is locked.", "Unlock it.")
        self.reads -= 1
        return super().get(name)


async def test_a_keyring_that_locks_before_the_login_stops_the_mailbox_with_its_words_and_loses_nothing(
    context: Context,
):
    context = replace(context, secrets=LockedSecrets(reads=1))
    room = locked_room(context)
    context.secrets.set(room.mailbox.secret_name, "right")
    post = TimedPost(room.clock)
    await run_now(context, post)
    stopped = mailbox_now(context, room.mailbox)
    assert (stopped.status, stopped.status_reason) == (MailboxStatus.FAILED, "authentication")
    assert "The keyring is locked. Unlock it." in (stopped.status_detail or "")
    assert (post.opened, journal(context)) == ([], [])
    check(room, post)


async def test_a_keyring_that_is_locked_from_the_start_has_the_mailbox_left_alone(context: Context):
    context = replace(context, secrets=LockedSecrets(reads=0))
    room = locked_room(context)
    post = TimedPost(room.clock)
    await run_now(context, post)
    assert (post.opened, states(context)) == ([], {})
    assert mailbox_now(context, room.mailbox).status is MailboxStatus.ACTIVE
    check(room, post)


async def test_a_scheduler_told_to_send_from_one_mailbox_leaves_the_others_alone(context: Context):
    room = make_room(context, people=2)
    ben = add_mailbox(context, "ben@example.com")
    other = add_sequence(context, ben, name="Other")
    enroll_all(context, other, add_contacts(context, 2, first=10))
    post = TimedPost(room.clock)
    await scheduler_of(context, post, mailboxes=frozenset({"ben@example.com"})).run()
    assert sorted(capture.recipient for capture in post.captures) == ["u10@example.net", "u11@example.net"]
    check(room, post)


async def test_a_lease_is_given_back_at_the_end_so_that_another_need_not_wait(context: Context):
    room = make_room(context, people=1)
    await run_now(context, TimedPost(room.clock))
    assert holder_of(context, room.mailbox) is None


async def test_what_a_dead_scheduler_left_in_a_mailbox_without_a_secret_here_is_settled_when_its_lease_is_over(
    context: Context,
):
    room = locked_room(context, people=3)
    context.secrets.set(room.mailbox.secret_name, "right")
    await run_to_death(context, MeddledPost(room.clock, die, at="transmit"))
    context.secrets.delete(room.mailbox.secret_name)
    with context.store.write() as unit:
        held = leases.take_lease(unit, room.mailbox.id, leases.Holder(context.new_id(), "another", 7))
    assert isinstance(held, leases.Lease)
    before = states(context)
    await run_now(context, post := TimedPost(room.clock))
    assert states(context) == before  # that one lives: it's its affair
    expire_leases(context.store)
    await run_now(context, post)
    assert states(context) == {"uncertain": before["sending"], "planned": before["claimed"]}
    assert post.captures == []
    assert check_store(context).is_sound


async def test_a_mailbox_added_while_the_scheduler_runs_is_taken_at_once(context: Context):
    room = make_room(context, people=1)
    post = TimedPost(room.clock)
    scheduler = scheduler_of(context, post, RunMode.FOREVER)
    running = asyncio.ensure_future(scheduler.run())
    await until(lambda: states(context) == {"sent": 1})
    ben = add_mailbox(context, "ben@example.com")
    with context.store.write() as unit:
        unit.changed(Topic.MAILBOXES)
    other = add_sequence(context, ben, name="Other")
    enroll_all(context, other, add_contacts(context, 2, first=10))
    await until(lambda: states(context) == {"sent": 3})
    scheduler.stop()
    await asyncio.wait_for(running, 10)
    check(room, post)
