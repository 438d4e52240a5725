"""What is written down of an answer, whatever became of the enrollment while its email was on the wire."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from opendoors_desktop.domain.enrollment import HoldReason
from opendoors_desktop.engine.commands.by_hand import send_task_email
from opendoors_desktop.engine.commands.contacts import update_contact
from opendoors_desktop.engine.commands.enrollments import (
    enroll,
    pause_enrollment,
    release_hold,
    remove_enrollment,
    resume_enrollment,
)
from opendoors_desktop.engine.commands.outbox import ResolveAs, resolve
from opendoors_desktop.engine.commands.sequence_edits import edit_steps
from opendoors_desktop.engine.commands.sequence_states import activate_sequence, pause_sequence
from opendoors_desktop.engine.commands.sequences import show_sequence
from opendoors_desktop.engine.commands.store_care import check_store
from opendoors_desktop.engine.commands.trial_emails import send_test
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.loop import RunMode
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.queries.tasks import list_tasks
from tests.builders import (
    MeddledPost,
    Room,
    TimedPost,
    activities,
    elsewhere,
    email,
    expire_leases,
    journal,
    make_room,
    open_context,
    run_for,
    run_now,
    scheduler_of,
    standing_of,
    states,
    statuses,
    until,
)
from tests.oracle import check as check_sending

TAKEN = None
GREYLISTED = ("rcpt", 450, "4.2.0", "Greylisted, please try again later")
UNKNOWN = ("rcpt", 550, "5.1.1", "No such user here")
SPAM = ("dot", 554, "5.7.1", "This looks like spam to us")
FULL = ("rcpt", 452, "4.2.2", "Mailbox full")
LOST = "dot"
TOO_MUCH = "{{ 'a' * 10 ** 9 }}"
"""A text of which no message can be made."""


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


@pytest.fixture(autouse=True)
def _warned(caplog: pytest.LogCaptureFixture) -> None:
    """These tests look at what follows from warnings, not at each of them."""


def check(room: Room, *posts: TimedPost) -> None:
    check_sending(room, *posts)
    assert check_store(room.context).is_sound


async def answered(room: Room, act: Callable[[Context], object], *answers: Any) -> MeddledPost:
    """What left when another program did `act` while the first email was on the wire, and the answers came after it."""
    waiting = deque(answers)
    with elsewhere(room.context) as other:
        post = MeddledPost(
            room.clock,
            lambda: act(other),
            at="transmit",
            answer=lambda _: waiting.popleft() if waiting else TAKEN,
        )
        await run_for(room.context, post, minutes=1)
    return post


def contact_of(room: Room) -> UUID:
    return standing_of(room.context, room.enrollment_ids[0]).enrollment.contact_id


def totals(context: Context) -> tuple[int, ...]:
    """Sent, delivered and bounced contacts of the only sequence."""
    with context.store.read() as unit:
        [row] = unit.rows("SELECT total_sent, total_delivered, total_bounced FROM sequences")
    return tuple(int(each) for each in row)


# An enrollment that ended meanwhile -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer, state",
    [(TAKEN, "sent"), (GREYLISTED, "cancelled"), (UNKNOWN, "failed"), (SPAM, "failed"), (LOST, "uncertain")],
)
async def test_who_was_removed_while_the_email_was_on_the_wire_stays_removed(context: Context, answer: Any, state: str):
    room = make_room(context, [email(), email(1, None)])
    post = await answered(room, lambda other: remove_enrollment(other, room.enrollment_ids[0]), answer)
    await run_for(context, post, days=3)
    assert states(context) == {state: 1}
    assert statuses(context) == {"stopped": 1}
    assert totals(context)[0] == (1 if state == "sent" else 0)
    check(room, post)


async def test_an_address_that_turns_out_to_be_bad_is_suppressed_though_its_enrollment_is_over(context: Context):
    room = make_room(context)
    post = await answered(room, lambda other: remove_enrollment(other, room.enrollment_ids[0]), UNKNOWN)
    with context.store.read() as unit:
        assert unit.rows("SELECT value, reason FROM suppressions") == [("u1@example.net", "hard_bounce")]
    assert activities(context, "bounced") == 1
    check(room, post)


@pytest.mark.parametrize("answer, state", [(TAKEN, "sent"), (GREYLISTED, "cancelled"), (LOST, "uncertain")])
async def test_a_round_begun_meanwhile_goes_its_own_way(context: Context, answer: Any, state: str):
    room = make_room(context, allows_new_round=True)

    def begin_again(other: Context) -> None:
        remove_enrollment(other, room.enrollment_ids[0])
        assert [each.refusal for each in enroll(other, room.sequence_id, [contact_of(room)])] == [None]

    post = await answered(room, begin_again, answer)
    await run_for(context, post, days=2)
    assert [(row.round, row.state) for row in journal(context)] == [(1, state), (2, "sent")]
    assert standing_of(context, room.enrollment_ids[0]).emails_sent == (2 if state == "sent" else 1)
    check(room, post)


# One that was paused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [TAKEN, GREYLISTED])
async def test_who_was_paused_meanwhile_stays_paused_and_goes_on_when_resumed(context: Context, answer: Any):
    room = make_room(context, [email(), email(1, None)])
    post = await answered(room, lambda other: pause_enrollment(other, room.enrollment_ids[0]), answer)
    await run_for(context, post, days=2)
    assert statuses(context) == {"paused": 1}
    assert len(post.captures) == (1 if answer is TAKEN else 0)
    resume_enrollment(context, room.enrollment_ids[0])
    await run_for(context, post, days=4)
    assert (states(context), statuses(context)) == ({"sent": 2}, {"completed": 1})
    check(room, post)


async def test_a_sequence_paused_meanwhile_has_its_email_recorded_and_goes_on_when_resumed(context: Context):
    room = make_room(context, [email(), email(1, None)])
    post = await answered(room, lambda other: pause_sequence(other, room.sequence_id))
    await run_for(context, post, days=2)
    assert states(context) == {"sent": 1}
    activate_sequence(context, room.sequence_id)
    await run_for(context, post, days=4)
    assert statuses(context) == {"completed": 1}
    check(room, post)


# An answer that comes too late ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("decision", [ResolveAs.SENT, ResolveAs.RESEND])
@pytest.mark.parametrize("answer", [TAKEN, GREYLISTED, UNKNOWN, SPAM, LOST])
async def test_a_late_answer_changes_nothing_that_was_settled_by_others(
    context: Context, answer: Any, decision: ResolveAs
):
    room = make_room(context)
    slow = TimedPost(room.clock, lambda _: answer)
    slow.is_held = True
    sleeper = scheduler_of(context, slow, RunMode.FOREVER)
    sleeping = asyncio.ensure_future(sleeper.run())
    await until(lambda: slow.held)
    expire_leases(context.store)
    await run_now(context, TimedPost(room.clock))
    assert states(context) == {"uncertain": 1}
    resolve(context, journal(context)[0].id, decision)
    settled = journal(context)
    slow.is_held = False
    slow.release()
    sleeper.stop()
    await asyncio.wait_for(sleeping, 10)
    assert journal(context) == settled
    assert check_store(context).is_sound


# Bounces --------------------------------------------------------------------------------------------------------------


async def test_a_follow_up_that_bounces_hard_counts_the_contact_as_bounced_and_as_sent(context: Context):
    room = make_room(context, [email(), email(1, None)], people=2)
    await run_now(context, post := TimedPost(room.clock))
    post.answer = lambda mail: UNKNOWN if mail.recipient == "u1@example.net" else TAKEN
    await run_for(context, post, days=2)
    assert totals(context) == (2, 2, 1)
    assert statuses(context) == {"bounced": 1, "completed": 1}
    check(room, post)


async def test_with_stop_on_bounce_off_the_emails_of_who_bounced_are_skipped(context: Context):
    room = make_room(context, [email(), email(1, None), email(1, None)], stop_on_bounce=False)
    post = TimedPost(room.clock, lambda _: UNKNOWN)
    await run_for(context, post, days=4)
    assert (states(context), statuses(context)) == ({"failed": 1}, {"completed": 1})
    assert activities(context, "step_skipped") >= 2
    check(room, post)


async def test_three_soft_bounces_behind_an_email_that_went_end_the_enrollment_as_bounced(context: Context):
    room = make_room(context, [email(), email(1), email(1), email(1), email(1)])
    await run_now(context, post := TimedPost(room.clock))
    post.answer = lambda _: FULL
    await run_for(context, post, days=40)
    assert states(context) == {"sent": 1, "failed": 3}
    assert statuses(context) == {"bounced": 1}
    assert totals(context) == (1, 1, 1)
    with context.store.read() as unit:
        assert unit.rows("SELECT value FROM suppressions") == []
    check(room, post)


async def test_an_email_that_went_between_soft_bounces_begins_their_row_anew(context: Context):
    subjects = ("One", "Two", "Three", "Four", "Five")
    room = make_room(context, [email(1, subject) for subject in subjects])
    post = TimedPost(room.clock, lambda mail: TAKEN if b"Subject: Three" in mail.message else FULL)
    await run_for(context, post, days=60)
    assert states(context) == {"failed": 4, "sent": 1}
    assert statuses(context) == {"completed": 1}
    check(room, post)


# No message can be made -----------------------------------------------------------------------------------------------


async def test_who_ended_while_no_message_could_be_made_is_not_held(context: Context):
    room = make_room(context, [email(body_template=TOO_MUCH)])
    with elsewhere(context) as other:
        post = MeddledPost(room.clock, lambda: remove_enrollment(other, room.enrollment_ids[0]))
        await run_for(context, post, minutes=1)
    assert statuses(context) == {}
    assert activities(context, "held") == 0
    assert states(context).get("claimed", 0) == 0
    check(room, post)


async def test_a_retry_to_a_new_address_of_which_no_message_can_be_made_is_held(context: Context):
    room = make_room(context)
    post = TimedPost(room.clock, lambda _: GREYLISTED)
    await run_now(context, post)
    update_contact(context, contact_of(room), {"email": "new@example.net"})
    [step] = show_sequence(context, room.sequence_id).flow.ordered
    edit_steps(context, room.sequence_id, [replace(step, body_template=TOO_MUCH)])
    release_hold(context, room.enrollment_ids[0])
    await run_for(context, post, hours=1)
    held = standing_of(context, room.enrollment_ids[0])
    assert (held.enrollment.hold, held.ticket) == (HoldReason.INCOMPLETE_STEP, None)
    edit_steps(context, room.sequence_id, [step])
    release_hold(context, room.enrollment_ids[0])
    post.answer = lambda _: TAKEN
    await run_for(context, post, hours=1)
    assert [capture.recipient for capture in post.captures] == ["new@example.net"]
    check(room, post)


async def test_an_email_by_hand_of_which_no_message_can_be_made_fails_and_with_it_the_enrollment(context: Context):
    room = make_room(context, [email(is_manual=True, body_template=TOO_MUCH), email(1, None)])
    post = TimedPost(room.clock)
    await run_now(context, post)
    with context.store.read() as unit:
        [found] = list_tasks(unit, context.scope.workspace_id, states=["open"])
    send_task_email(context, found.id)
    await run_for(context, post, days=2)
    assert post.captures == []
    assert (states(context), statuses(context)) == ({"failed": 1}, {"stopped": 1})
    assert standing_of(context, room.enrollment_ids[0]).enrollment.completion_reason == "failed"
    assert activities(context, "failed") == 1
    check(room, post)


async def test_a_test_of_which_no_message_can_be_made_fails_alone(context: Context):
    room = make_room(context, [email(5, body_template=TOO_MUCH)])
    send_test(context, room.sequence_id, to="boss@example.org")
    post = TimedPost(room.clock)
    await run_for(context, post, minutes=1)
    [row] = journal(context)
    assert (row.state, row.enrollment_id) == ("failed", None)
    assert (row.failure_kind or "").startswith("template")
    assert statuses(context) == {"active": 1}
    check(room, post)


# Totals ---------------------------------------------------------------------------------------------------------------


async def test_a_step_that_is_done_in_time_counts_as_done_at_its_slot_and_late_when_it_went(context: Context):
    room = make_room(context, [email(), email(1, None)])
    started = room.clock.now()
    room.clock.advance_to(started + timedelta(days=3))  # the machine was off
    await run_now(context, post := TimedPost(room.clock))
    due = standing_of(context, room.enrollment_ids[0]).enrollment.next_step_scheduled_at
    assert due == started + timedelta(days=4)
    check(room, post)
