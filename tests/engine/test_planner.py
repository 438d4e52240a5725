"""Who leaves a mailbox next, and what happens to those at the head of a line who turn out not to be ready."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.enrollment import HoldReason
from opendoors_desktop.domain.step import StepResult
from opendoors_desktop.domain.suppression import SuppressionReason
from opendoors_desktop.engine.commands.enrollments import pause_enrollment, release_hold, resume_enrollment
from opendoors_desktop.engine.commands.outbox import ResolveAs, resolve
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store import enrollments
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.standings import Standing
from tests.builders import (
    Room,
    TimedPost,
    add_contacts,
    add_mailbox,
    add_sequence,
    email,
    enroll_all,
    journal,
    make_room,
    open_context,
    run_for,
    run_now,
    standing_of,
    states,
    statuses,
    task,
)
from tests.oracle import check

SPAM = ("dot", 554, "5.7.1", "This looks like spam to us")


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


@pytest.fixture(autouse=True)
def _warned(caplog: pytest.LogCaptureFixture) -> None:
    """These tests look at what follows from warnings, not at each of them."""


# Order ----------------------------------------------------------------------------------------------------------------


async def test_oldest_due_goes_first_and_follow_ups_before_first_emails(context: Context):
    room = make_room(context, [email(), email(1, None)], people=2, connections=1)
    await run_now(context, first := TimedPost(room.clock))
    room.clock.advance_to(room.clock.now() + timedelta(hours=12))
    enroll_all(context, room.sequence_id, add_contacts(context, 2, first=10))  # due earlier than the follow-ups
    room.clock.advance_to(room.clock.now() + timedelta(days=1))
    await run_now(context, post := TimedPost(room.clock))
    names = [capture.recipient.partition("@")[0] for capture in post.captures]
    assert names == ["u1", "u2", "u10", "u11"]
    check(room, first, post)


async def test_a_line_of_more_people_than_are_read_at_once_is_sent_to_its_end_each_once(context: Context):
    room = make_room(context, people=130, connections=4)
    await run_now(context, post := TimedPost(room.clock))
    assert len({capture.recipient for capture in post.captures}) == len(post.captures) == 130
    check(room, post)


async def test_two_sequences_of_one_mailbox_take_turns_by_their_due_times(context: Context):
    room = make_room(context, people=3, connections=1)
    other = add_sequence(context, room.mailbox, name="Other")
    room.clock.advance_to(room.clock.now() + timedelta(minutes=1))
    enroll_all(context, other, add_contacts(context, 3, first=10))
    room.clock.advance_to(room.clock.now() + timedelta(minutes=1))
    enroll_all(context, room.sequence_id, add_contacts(context, 3, first=20))
    await run_now(context, post := TimedPost(room.clock))
    names = [int(capture.recipient.partition("@")[0][1:]) // 10 for capture in post.captures]
    assert names == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    check(room, post)


# Heads that aren't ready ----------------------------------------------------------------------------------------------


async def test_a_head_that_may_not_be_written_to_today_steps_aside_for_those_behind_it(context: Context):
    room = make_room(context, people=2, connections=1)
    other = add_sequence(context, room.mailbox, name="Other", allows_parallel=True)
    shared = standing_of(context, room.enrollment_ids[0]).enrollment.contact_id
    room.clock.advance_to(room.clock.now() + timedelta(minutes=1))
    enroll_all(context, other, [shared, *add_contacts(context, 2, first=10)])
    await run_now(context, post := TimedPost(room.clock))
    assert {capture.recipient for capture in post.captures} == {f"u{n}@example.net" for n in (1, 2, 10, 11)}
    assert len(post.captures) == 4
    await run_for(context, post, days=1)
    assert [capture.recipient for capture in post.captures].count("u1@example.net") == 2
    check(room, post)


async def test_a_head_whose_conditions_changed_is_moved_on_and_those_behind_it_go(context: Context):
    room = make_room(context, [email(1), task(), email(1, None)], people=3, stop_on_unsubscribe=False)
    with context.store.write() as unit:  # told to nobody: who is due finds out
        unit.run(
            "INSERT INTO suppressions (id, workspace_id, scope, value, reason, source, suppressed_at)"
            " VALUES (:id, :workspace, 'address', 'u1@example.net', :reason, 'test', :now)",
            {
                "id": context.new_id(),
                "workspace": context.scope.workspace_id,
                "reason": SuppressionReason.UNSUBSCRIBED.value,
                "now": context.clock.now(),
            },
        )
    await run_for(context, post := TimedPost(room.clock), days=1, hours=1)
    assert sorted(capture.recipient for capture in post.captures) == ["u2@example.net", "u3@example.net"]
    assert standing_of(context, room.enrollment_ids[0]).enrollment.records[0].result is StepResult.SKIPPED
    check(room, post)


async def test_a_head_that_lacks_a_field_by_now_is_held_and_those_behind_it_go(context: Context):
    room = make_room(context, people=3)
    with context.store.write() as unit:
        unit.run("UPDATE contacts SET first_name = '' WHERE email_key = 'u2@example.net'")
    await run_now(context, post := TimedPost(room.clock))
    held = standing_of(context, room.enrollment_ids[1])
    assert (held.enrollment.hold, held.ticket) == (HoldReason.MISSING_DATA, None)
    assert states(context) == {"sent": 2}
    check(room, post)


async def test_a_retry_goes_to_the_mailbox_the_contact_was_moved_to(context: Context):
    room = make_room(context)
    await run_now(context, TimedPost(room.clock, lambda _: ("rcpt", 450, "4.2.0", "Greylisted, try again later")))
    [before] = journal(context)
    pause_enrollment(context, room.enrollment_ids[0])
    room.clock.advance_to(room.clock.now() + timedelta(hours=1))
    resume_enrollment(context, room.enrollment_ids[0])
    await run_for(context, post := TimedPost(room.clock), hours=2)
    [after] = journal(context)
    assert (after.id, after.message_id, after.state) == (before.id, before.message_id, "sent")
    assert after.attempts == 2
    check(room, post)


# What the journal knows already ---------------------------------------------------------------------------------------


def put_back(context: Context, before: Standing) -> None:
    """Have an enrollment stand as it stood, as if what happened to its email had never been written there."""
    with context.store.write() as unit:
        now = enrollments.find_standing(unit, context.scope.customer_id, before.enrollment.id)
        assert now is not None
        enrollments.save(unit, [now], [before])
        unit.changed(Topic.ENROLLMENTS)


async def known_already(context: Context, answer: Any) -> tuple[Room, TimedPost]:
    """A room whose contact stands before an email that the journal has settled with that answer."""
    room = make_room(context, [email(), email(1, "Second")])
    before = standing_of(context, room.enrollment_ids[0])
    post = TimedPost(room.clock, lambda _: answer)
    await run_now(context, post)
    put_back(context, before)
    post.answer = lambda _: None
    return room, post


async def test_an_email_that_is_sent_already_is_not_sent_again_and_the_next_goes_in_its_time(context: Context):
    room, post = await known_already(context, None)
    await run_for(context, post, hours=20)  # until the contact may be written to again
    assert len(post.captures) == 1
    records = standing_of(context, room.enrollment_ids[0]).enrollment.records
    assert [(record.result, record.detail) for record in records] == [(StepResult.SENT, "found in the journal")]
    await run_for(context, post, days=2)
    assert [row.state for row in journal(context)] == ["sent", "sent"]
    assert len({capture.message_id for capture in post.captures}) == len(post.captures) == 2


async def test_an_email_that_has_failed_already_ends_the_enrollment_for_a_person_to_look_at(context: Context):
    room, post = await known_already(context, SPAM)
    await run_for(context, post, days=2)
    assert (post.captures, states(context)) == ([], {"failed": 1})
    assert standing_of(context, room.enrollment_ids[0]).enrollment.completion_reason == "failed"


async def test_an_email_whose_fate_is_unknown_already_still_waits_for_a_person(context: Context):
    room, post = await known_already(context, "dot")
    await run_for(context, post, days=2)
    assert (len(post.captures), states(context), statuses(context)) == (1, {"uncertain": 1}, {"active": 1})
    waits = standing_of(context, room.enrollment_ids[0])
    assert (waits.enrollment.next_step_scheduled_at, waits.ticket) == (None, None)
    resolve(context, journal(context)[0].id, ResolveAs.SENT)
    await run_for(context, post, days=2)
    assert statuses(context) == {"completed": 1}


async def test_an_email_that_was_cancelled_already_holds_its_contact_for_a_look(context: Context):
    room, post = await known_already(context, "dot")
    with context.store.write() as unit:
        unit.run("UPDATE outgoing_emails SET state = 'cancelled'")
    await run_for(context, post, days=2)
    assert states(context) == {"cancelled": 1}
    held = standing_of(context, room.enrollment_ids[0])
    assert (held.enrollment.hold, held.ticket) == (HoldReason.HELD, None)
    release_hold(context, room.enrollment_ids[0])
    await run_for(context, post, days=1)
    assert states(context) == {"cancelled": 1}  # still nobody decided that it may go


async def test_another_mailbox_is_not_kept_waiting_by_what_is_put_right(context: Context):
    _, post = await known_already(context, None)
    ben = add_mailbox(context, "ben@example.com")
    other = add_sequence(context, ben, name="Other")
    enroll_all(context, other, add_contacts(context, 5, first=10))
    await run_now(context, post)
    assert len(post.captures) == 6
