"""What mail hosts do to emails under way, on a post that answers as told: what goes again, what stops, what waits."""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from opendoors_desktop.domain.enrollment import HoldReason
from opendoors_desktop.domain.mailbox import MailboxStatus
from opendoors_desktop.domain.send_window import SendWindow
from opendoors_desktop.engine.commands.enrollments import release_hold
from opendoors_desktop.engine.commands.outbox import ResolveAs, resolve
from opendoors_desktop.engine.context import Context
from opendoors_desktop.mail.frames import SmtpFailure, Transmission
from opendoors_desktop.store import mailboxes
from opendoors_desktop.store.database import Store
from tests.builders import (
    Room,
    TimedPost,
    activities,
    add_contacts,
    add_mailbox,
    add_sequence,
    email,
    enroll_all,
    journal,
    mailbox_now,
    make_room,
    open_context,
    run_for,
    run_now,
    standing_of,
    states,
    statuses,
)
from tests.oracle import problems_of

WORKDAY = SendWindow((True,) * 5 + (False,) * 2, time(9), time(17))
GREYLISTED = ("rcpt", 450, "4.2.0", "Greylisted, please try again later")
UNKNOWN = ("rcpt", 550, "5.1.1", "No such user here")
SPAM = ("dot", 554, "5.7.1", "This looks like spam to us")


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


@pytest.fixture(autouse=True)
def _warned(caplog: pytest.LogCaptureFixture) -> None:
    """These tests look at what follows from warnings, not at each of them."""


def in_turn(room: Room, *answers: Any) -> TimedPost:
    """A post that gives these answers one after the other, and takes everything after them."""
    waiting = deque(answers)
    return TimedPost(room.clock, lambda _: waiting.popleft() if waiting else None)


def to(*recipients: str, answer: Any) -> Callable[[Transmission], Any]:
    """An answer for these recipients alone."""
    return lambda transmission: answer if transmission.recipient in recipients else None


def check(room: Room, post: TimedPost, chosen: frozenset[str] = frozenset()) -> None:
    assert problems_of(room.context.store, post.captures, room.context.scope.workspace_id, chosen) == []


async def test_T01_one_of_ten_that_can_not_be_rendered_is_held_and_nine_are_sent_once(context: Context):
    room = make_room(context, people=0)
    people = [*add_contacts(context, 9), *add_contacts(context, 1, first=10, first_name=None)]
    enrolled = enroll_all(context, room.sequence_id, people)
    post = TimedPost(room.clock)
    for _ in range(3):
        await run_now(context, post)
    held = standing_of(context, enrolled[9]).enrollment
    assert states(context) == {"sent": 9}
    assert len(post.captures) == 9
    assert (held.hold, held.hold_detail) == (HoldReason.MISSING_DATA, "first_name")
    check(room, post)


async def test_T02_one_sender_that_is_refused_costs_the_other_senders_nothing(context: Context):
    rooms = []
    for name in ("ann", "ben"):
        mailbox = add_mailbox(context, f"{name}@example.com")
        sequence_id = add_sequence(context, mailbox, name=name)
        people = add_contacts(context, 5, domain=f"{name}.example.net")
        rooms.append(Room(context, mailbox, sequence_id, enroll_all(context, sequence_id, people)))
    refused = ("mail", 554, "5.7.1", "Sender address rejected: not owned by user")
    post = TimedPost(rooms[0].clock, lambda mail: refused if mail.sender == "ann@example.com" else None)
    for _ in range(5):
        await run_for(context, post, minutes=10)
    assert sorted(capture.recipient for capture in post.captures) == [f"u{n}@ben.example.net" for n in range(1, 6)]
    ann = mailbox_now(context, rooms[0].mailbox)
    assert (ann.status, ann.status_reason) == (MailboxStatus.FAILED, "sender_refused")
    left = states(context)
    assert left["sent"] == left["deferred"] + left.get("planned", 0) == 5
    assert left["deferred"] <= 2  # no more than were under way when the first was refused
    assert statuses(context) == {"active": 5, "completed": 5}
    check(rooms[0], post)


async def test_T06_connections_that_fail_after_a_sleep_are_made_again_and_one_message_leaves(context: Context):
    room = make_room(context)
    post = TimedPost(room.clock)
    room.clock.advance_to(room.clock.now() + timedelta(minutes=15))
    post.failures[room.mailbox.id] = SmtpFailure("connect", 0, "", "Network is unreachable", "refused")
    room.clock.at(room.clock.now() + timedelta(minutes=12), post.failures.clear)
    await run_for(context, post, hours=3)
    assert len(post.opened) == 3  # at once, after 5 minutes, after 15 more
    assert len(post.captures) == 1
    assert states(context) == {"sent": 1}


async def test_T09_a_host_that_drops_out_in_the_middle_gets_the_rest_and_no_repeats(context: Context):
    room = make_room(context, people=100, connections=3)
    closing = ("mail", 421, "4.3.2", "Too much for now, closing the channel")
    post = TimedPost(room.clock)
    post.answer = lambda _: closing if len(post.captures) == 25 and room.clock.now().hour == 9 else None
    await run_for(context, post, hours=4)
    assert len(post.captures) == 100
    assert states(context) == {"sent": 100}
    check(room, post)


async def test_T20_fault_07_an_unknown_user_is_one_attempt_a_bounce_and_a_suppression(context: Context):
    room = make_room(context, [email(), email(1)], people=3)
    post = TimedPost(room.clock, to("u2@example.net", answer=UNKNOWN))
    await run_for(context, post, days=5)
    assert [row.attempts for row in journal(context) if row.state == "failed"] == [1]
    assert sorted({capture.recipient for capture in post.captures}) == ["u1@example.net", "u3@example.net"]
    assert statuses(context) == {"bounced": 1, "completed": 2}
    with context.store.read() as unit:
        assert unit.rows("SELECT value, reason FROM suppressions") == [("u2@example.net", "hard_bounce")]
    check(room, post)


async def test_T21_a_limit_on_mails_per_session_costs_time_and_no_attempts(context: Context):
    room = make_room(context, people=20)
    post = TimedPost(room.clock)
    in_session = 0

    def answer(_: Transmission) -> Any:
        nonlocal in_session
        in_session += 1
        if in_session <= 8:
            return None
        in_session = 0
        return ("mail", 451, "", "Mails per session limit exceeded")

    post.answer = answer
    await run_for(context, post, hours=6)
    assert states(context) == {"sent": 20}
    assert {row.attempts for row in journal(context)} == {1}
    check(room, post)


async def test_T22_fault_06_a_421_cools_the_whole_mailbox_down_with_one_notice(
    context: Context, caplog: pytest.LogCaptureFixture
):
    room = make_room(context, people=12, connections=4)
    post = TimedPost(room.clock, lambda _: ("mail", 421, "4.7.0", "Try again later, closing connection"))
    begun = room.clock.now()
    await run_for(context, post, minutes=4)
    held = mailbox_now(context, room.mailbox)
    assert held.held_until == begun + timedelta(minutes=5)
    assert held.held_attempts == 1
    assert len([each for each in caplog.messages if "waits until" in each]) >= 1
    assert activities(context, "failed") == activities(context, "bounced") == 0
    post.answer = lambda _: None
    await run_for(context, post, hours=1)
    assert states(context) == {"sent": 12}
    check(room, post)


async def test_T22_an_hourly_limit_is_spread_and_never_exceeded(context: Context):
    room = make_room(context, people=90, hourly_cap=60, gap=timedelta(seconds=40))
    post = TimedPost(room.clock)
    await run_for(context, post, hours=3)
    times = [capture.at for capture in post.captures]
    assert len(times) == 90
    assert all(b - a >= timedelta(seconds=40) for a, b in pairwise(times))
    assert len({b - a for a, b in pairwise(times)}) > 50  # no two gaps alike
    check(room, post)


@pytest.mark.parametrize("cause, text", [("dns", "No address for mail.invalid"), ("refused", "Connection refused")])
async def test_T23_T30_a_host_that_can_not_be_reached_is_told_and_tried_again(
    context: Context, cause: str, text: str, caplog: pytest.LogCaptureFixture
):
    room = make_room(context, people=2)
    post = TimedPost(room.clock)
    post.failures[room.mailbox.id] = SmtpFailure("connect", 0, "", text, cause)
    await run_for(context, post, minutes=10)
    assert text in caplog.text
    assert mailbox_now(context, room.mailbox).held_until is not None
    assert states(context) == {}  # nothing was claimed for a mailbox that can't send
    post.failures.clear()
    await run_for(context, post, hours=2)  # nobody does anything, and it goes
    assert states(context) == {"sent": 2}


async def test_T24_fault_08_what_policy_refuses_fails_for_good_and_is_listed_for_a_person(context: Context):
    room = make_room(context, [email(), email(1)], people=2)
    post = TimedPost(room.clock, to("u1@example.net", answer=SPAM))
    await run_for(context, post, days=4)
    failed = standing_of(context, room.enrollment_ids[0]).enrollment
    assert (failed.status.value, failed.completion_reason.value) == ("stopped", "failed")  # type: ignore[union-attr]
    row = next(each for each in journal(context) if each.state == "failed")
    assert (row.failure_kind, row.attempts, row.smtp_text) == ("content", 1, SPAM[3])
    with context.store.read() as unit:
        assert unit.rows("SELECT value FROM suppressions") == []
    assert len(post.captures) == 2  # both emails of the other contact
    check(room, post)


async def test_fault_08_three_refusals_for_policy_in_a_row_pause_the_mailbox_which_says_why(context: Context):
    room = make_room(context, people=8, connections=1)
    post = in_turn(room, SPAM, None, SPAM, SPAM, SPAM)
    await run_for(context, post, hours=1)
    paused = mailbox_now(context, room.mailbox)
    assert (paused.status, paused.status_reason) == (MailboxStatus.PAUSED, "policy")
    assert states(context)["failed"] == 4
    assert len(post.captures) == 1
    assert statuses(context) == {"stopped": 4, "completed": 1, "active": 3}
    check(room, post)
    with context.store.write() as unit:
        mailboxes.set_state(unit, room.mailbox.id, MailboxStatus.ACTIVE, room.clock.now(), reason=None)
    await run_for(context, post, hours=1)
    assert statuses(context) == {"stopped": 4, "completed": 4}
    check(room, post)


async def test_fault_02_a_drop_behind_the_dot_is_uncertain_and_sent_again_only_by_choice(context: Context):
    room = make_room(context, [email(), email(1, None)], people=6)
    post = in_turn(room, *["dot"] * 5)
    await run_for(context, post, days=3)
    assert states(context) == {"uncertain": 5, "sent": 2}
    assert len(post.captures) == 7  # all left: five of them nobody knows of, and one contact got both
    assert activities(context, "uncertain") == 5
    uncertain = [row for row in journal(context) if row.state == "uncertain"]
    assert {row.attempts for row in uncertain} == {1}
    check(room, post)

    for row in uncertain[:3]:
        resolve(context, row.id, ResolveAs.SENT)
    for row in uncertain[3:]:
        resolve(context, row.id, ResolveAs.RESEND)
    await run_for(context, post, days=3)
    again = [capture.message_id for capture in post.captures if capture.message_id in {r.message_id for r in uncertain}]
    assert sorted(again.count(row.message_id) for row in uncertain) == [1, 1, 1, 2, 2]
    assert states(context) == {"sent": 12}
    assert statuses(context) == {"completed": 6}
    check(room, post, frozenset(row.message_id for row in uncertain[3:]))


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data"])
async def test_fault_04_T06_a_drop_before_the_body_is_tried_again_as_the_same_message(context: Context, phase: str):
    room = make_room(context)
    ids: list[bytes] = []

    def answer(transmission: Transmission) -> str | None:
        ids.append(transmission.message)
        return phase if len(ids) <= 2 else None

    post = TimedPost(room.clock, answer)
    await run_for(context, post, hours=3)
    assert len(post.captures) == 1
    assert len(ids) == 3
    assert len(set(ids)) == 1
    assert states(context) == {"sent": 1}


async def test_fault_05_greylisting_is_retried_at_growing_pauses_inside_the_window(context: Context):
    room = make_room(context, [email(), email(0, None)], window=WORKDAY)
    room.clock.advance_to(datetime(2026, 3, 2, 16, 30, tzinfo=UTC))
    tries: list[datetime] = []

    def answer(_: Transmission) -> Any:
        tries.append(room.clock.now())
        return GREYLISTED if len(tries) <= 4 else None

    post = TimedPost(room.clock, answer)
    await run_for(context, post, days=2)
    clock = [(at.day, at.hour, at.minute) for at in tries]
    assert clock[:5] == [(2, 16, 30), (2, 16, 35), (2, 16, 50), (3, 9, 0), (3, 10, 0)]
    assert len({capture.message_id for capture in post.captures}) == 2
    assert states(context) == {"sent": 2}
    check(room, post)


async def test_fault_10_wrong_credentials_stop_the_mailbox_after_one_try_and_lose_nothing(context: Context):
    room = make_room(context, people=3)
    post = TimedPost(room.clock)
    post.failures[room.mailbox.id] = SmtpFailure("auth", 535, "5.7.8", "Username and Password not accepted", "reply")
    await run_for(context, post, days=1)
    assert len(post.opened) == 1
    stopped = mailbox_now(context, room.mailbox)
    assert (stopped.status, stopped.status_reason) == (MailboxStatus.FAILED, "authentication")
    assert statuses(context) == {"active": 3}
    check(room, post)
    post.failures.clear()
    with context.store.write() as unit:
        mailboxes.set_state(unit, room.mailbox.id, MailboxStatus.ACTIVE, room.clock.now(), reason=None)
    await run_for(context, post, hours=1)
    assert states(context) == {"sent": 3}


async def test_fault_38_no_field_of_a_contact_makes_a_header_and_the_others_go(context: Context):
    room = make_room(context, people=0)
    people = add_contacts(context, 3)
    nasty = "Ana\r\nBcc: eve@example.com\r\n\r\nHi"
    with context.store.write() as unit:
        unit.run("UPDATE contacts SET first_name = :name WHERE id = :id", {"name": nasty, "id": people[1]})
    messages: list[bytes] = []
    post = TimedPost(room.clock, lambda mail: messages.append(mail.message))
    enroll_all(context, room.sequence_id, people)
    await run_now(context, post)
    assert all(b"\nbcc:" not in message.partition(b"\r\n\r\n")[0].lower() for message in messages)
    assert all(mail.recipient != "eve@example.com" for _, mail in post.delivered)
    assert len(messages) in {2, 3}
    check(room, post)


@pytest.mark.parametrize(
    "text", ["{{ ''.__class__.__mro__ }}", "{% for a in range(99999) %}{{ a }}{% endfor %}", "{{ 'a' * 10 ** 9 }}"]
)
async def test_fault_39_a_hostile_template_holds_its_step_and_nothing_leaves(context: Context, text: str):
    room = make_room(context, [email(subject="Hi", body_template=text)], people=2)
    post = TimedPost(room.clock)
    await run_now(context, post)
    held = [standing_of(context, key).enrollment.hold for key in room.enrollment_ids]
    assert held == [HoldReason.INCOMPLETE_STEP] * 2
    assert post.captures == []
    assert {row.state for row in journal(context)} <= {"planned"}
    check(room, post)


async def test_T27_a_text_that_was_taken_away_parks_its_step_once(context: Context):
    room = make_room(context, [email(body_template="{{ nothing.there }}")])
    post = TimedPost(room.clock)
    for _ in range(4):
        await run_for(context, post, days=1)
    assert activities(context, "held") == 1
    assert activities(context, "sent") == 0
    release_hold(context, room.enrollment_ids[0])
    await run_for(context, post, days=1)
    assert activities(context, "held") == 2
    assert [(row.state, row.attempts) for row in journal(context)] in ([], [("planned", 0)])
    check(room, post)


async def test_a_mailbox_that_is_full_for_days_ends_the_step_and_the_third_in_a_row_the_enrollment(context: Context):
    room = make_room(context, [email(), email(1), email(1), email(1)])
    post = TimedPost(room.clock, lambda _: ("rcpt", 452, "4.2.2", "Mailbox full"))
    await run_for(context, post, days=40)
    assert states(context) == {"failed": 3}
    assert statuses(context) == {"bounced": 1}
    check(room, replace_captures(post))


def replace_captures(post: TimedPost) -> TimedPost:
    assert post.captures == []
    return post
