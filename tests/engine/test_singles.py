"""Emails outside the queue: a person waits for them, so they keep to caps and the gate, not to windows and gaps."""

from collections import Counter, deque
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from opendoors_desktop.domain.send_window import SendWindow
from opendoors_desktop.engine.commands.by_hand import Edited, send_task_email
from opendoors_desktop.engine.commands.sequence_states import activate_sequence, pause_sequence
from opendoors_desktop.engine.commands.trial_emails import send_test
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.queries.tasks import list_tasks
from tests.builders import (
    Room,
    TimedPost,
    email,
    journal,
    make_room,
    open_context,
    run_for,
    run_now,
    standing_of,
    states,
    statuses,
)
from tests.oracle import check

GREYLISTED = ("rcpt", 450, "4.2.0", "Greylisted, please try again later")
UNKNOWN = ("rcpt", 550, "5.1.1", "No such user here")
SPAM = ("dot", 554, "5.7.1", "This looks like spam to us")
OFFICE = SendWindow((True,) * 5 + (False,) * 2, time(9), time(17))


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


@pytest.fixture(autouse=True)
def _warned(caplog: pytest.LogCaptureFixture) -> None:
    """These tests look at what follows from warnings, not at each of them."""


async def room_with_letters(context: Context, people: int = 1, **more: Any) -> tuple[Room, list[UUID]]:
    """A room whose contacts' first step is an email by hand, and the tasks made of it."""
    room = make_room(context, [email(is_manual=True), email(1, "Next")], people=people, **more)
    await run_now(context, TimedPost(room.clock))
    with context.store.read() as unit:
        found = list_tasks(unit, context.scope.workspace_id, states=["open"])
    return room, [each.id for each in found]


async def test_what_is_over_the_mailboxes_cap_waits_for_tomorrow(context: Context):
    room, tasks = await room_with_letters(context, people=3, daily_cap=2)
    queued = [send_task_email(context, task) for task in tasks]
    await run_for(context, post := TimedPost(room.clock), hours=14)
    assert [capture.message_id for capture in post.captures] == [each.message_id for each in queued[:2]]
    await run_for(context, post, hours=10)
    assert queued[2].message_id in {capture.message_id for capture in post.captures}
    assert max(Counter(capture.at.date() for capture in post.captures).values()) == 2
    check(room, post)


async def test_they_wait_for_no_window_and_no_gap(context: Context):
    room, tasks = await room_with_letters(context, people=3, window=OFFICE, gap=timedelta(minutes=30))
    room.clock.advance_to(late := datetime(2026, 3, 2, 22, tzinfo=UTC))
    for task in tasks:
        send_task_email(context, task)
    await run_now(context, post := TimedPost(room.clock))
    assert [capture.at for capture in post.captures] == [late] * 3
    check(room, post)


async def test_a_retry_is_the_same_message_byte_for_byte(context: Context):
    room, [task] = await room_with_letters(context)
    send_task_email(context, task, Edited(body="In my own words"))
    messages: list[bytes] = []
    answers = deque([GREYLISTED, GREYLISTED])

    def answer(mail: Any) -> Any:
        messages.append(mail.message)
        return answers.popleft() if answers else None

    await run_for(context, post := TimedPost(room.clock, answer), hours=3)
    assert len(post.captures) == 1
    assert len(messages) == 3
    assert len(set(messages)) == 1
    check(room, post)


@pytest.mark.parametrize("answer, status", [(UNKNOWN, "bounced"), (SPAM, "stopped")])
async def test_one_that_is_refused_for_good_has_the_effects_of_any_other(context: Context, answer: Any, status: str):
    room, [task] = await room_with_letters(context)
    send_task_email(context, task)
    await run_for(context, post := TimedPost(room.clock, lambda _: answer), days=2)
    assert (states(context), statuses(context)) == ({"failed": 1}, {status: 1})
    assert standing_of(context, room.enrollment_ids[0]).ticket is None
    check(room, post)


async def test_while_its_sequence_is_paused_it_waits_and_goes_behind_the_pause(context: Context):
    room, [task] = await room_with_letters(context)
    queued = send_task_email(context, task)
    pause_sequence(context, room.sequence_id)
    await run_for(context, post := TimedPost(room.clock), hours=2)
    assert (post.captures, states(context)) == ([], {"planned": 1})
    activate_sequence(context, room.sequence_id)
    await run_for(context, post, hours=1)
    assert [capture.message_id for capture in post.captures] == [queued.message_id]
    check(room, post)


async def test_one_queued_while_the_scheduler_sleeps_until_tomorrow_leaves_at_once(context: Context):
    room, [task] = await room_with_letters(context, window=OFFICE)
    evening = room.clock.now() + timedelta(hours=11)
    post = TimedPost(room.clock)

    def queue() -> None:
        send_task_email(context, task)

    room.clock.at(evening, queue)
    await run_for(context, post, hours=12)
    assert [capture.at for capture in post.captures] == [evening]
    check(room, post)


async def test_a_test_is_put_off_like_any_email_and_counts_against_the_days_cap(context: Context):
    room = make_room(context, [email()], people=2, daily_cap=2)
    send_test(context, room.sequence_id, to="boss@example.org")
    await run_now(context, post := TimedPost(room.clock))
    assert len(post.captures) == 2
    assert [row.state for row in journal(context)].count("sent") == 2
    await run_for(context, post, days=1)
    assert len(post.captures) == 3
    check(room, post)
