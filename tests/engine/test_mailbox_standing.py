"""How a mailbox fares by the answers to its emails: rows of refusals, in the order in which the answers came."""

import asyncio
from collections import deque
from pathlib import Path
from typing import Any

import pytest

from opendoors_desktop.domain.mailbox import MailboxStatus
from opendoors_desktop.engine.context import Context
from opendoors_desktop.mail.frames import SmtpFailure
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.mailboxes import Mailbox
from tests.builders import Room, TimedPost, mailbox_now, make_room, open_context, run_for, run_now, states, until
from tests.oracle import problems_of

SPAM = ("dot", 554, "5.7.1", "This looks like spam to us")
POLICY = ("rcpt", 550, "5.7.1", "Rejected by policy")
UNKNOWN = ("rcpt", 550, "5.1.1", "No such user here")
TAKEN = None


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


@pytest.fixture(autouse=True)
def _warned(caplog: pytest.LogCaptureFixture) -> None:
    """These tests look at what follows from warnings, not at each of them."""


async def answered_at_once(room: Room, *answers: Any) -> Mailbox:
    """The mailbox after these answers came in one turn, in this order, to as many emails that were under way."""
    waiting = deque(answers)
    post = TimedPost(room.clock, lambda _: waiting.popleft() if waiting else TAKEN)
    post.is_held = True
    running = asyncio.ensure_future(run_now(room.context, post))
    await until(lambda: len(post.held) == len(answers))
    post.is_held = False
    post.release()
    await running
    assert problems_of(room.context.store, post.captures, room.context.scope.workspace_id) == []
    return mailbox_now(room.context, room.mailbox)


@pytest.mark.parametrize(
    "answers, row",
    [
        ((SPAM, TAKEN, SPAM, POLICY), 2),
        ((TAKEN, SPAM, SPAM, TAKEN), 0),
        ((SPAM, SPAM, TAKEN, SPAM), 1),
        ((SPAM, UNKNOWN, POLICY), 2),
    ],
)
async def test_an_accepted_email_between_refusals_of_one_turn_ends_their_row(
    context: Context, answers: tuple[Any, ...], row: int
):
    room = make_room(context, people=len(answers), connections=len(answers))
    mailbox = await answered_at_once(room, *answers)
    assert (mailbox.status, mailbox.policy_streak) == (MailboxStatus.ACTIVE, row)


async def test_three_refusals_of_one_turn_pause_the_mailbox_though_an_accepted_email_came_before_and_behind(
    context: Context,
):
    room = make_room(context, people=6, connections=5)
    mailbox = await answered_at_once(room, TAKEN, SPAM, POLICY, SPAM, TAKEN)
    assert (mailbox.status, mailbox.status_reason) == (MailboxStatus.PAUSED, "policy")
    assert states(context) == {"sent": 2, "failed": 3, "planned": 1}


async def test_a_row_of_refusals_goes_on_from_one_turn_to_the_next(context: Context):
    room = make_room(context, people=4, connections=1)
    answers = deque([SPAM, SPAM])
    post = TimedPost(room.clock, lambda _: answers.popleft() if answers else SPAM)
    await run_for(context, post, minutes=1)
    mailbox = mailbox_now(context, room.mailbox)
    assert (mailbox.status, mailbox.policy_streak) == (MailboxStatus.PAUSED, 3)
    assert states(context).get("sent", 0) == 0


async def test_an_accepted_email_ends_the_row_of_the_hosts_faults(context: Context):
    room = make_room(context, people=2, connections=1)
    post = TimedPost(room.clock)
    post.failures[room.mailbox.id] = SmtpFailure("connect", 0, "", "Connection refused", "refused")
    await run_for(context, post, minutes=6)
    assert mailbox_now(context, room.mailbox).held_attempts == 2
    post.failures.clear()
    await run_for(context, post, hours=1)
    well = mailbox_now(context, room.mailbox)
    assert (well.held_attempts, well.held_until) == (0, None)
    assert states(context) == {"sent": 2}
