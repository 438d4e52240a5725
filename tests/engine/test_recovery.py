"""What a scheduler that died leaves behind, and how the next one settles it: nothing is sent twice, nobody is lost."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from opendoors_desktop.domain.mailbox import MailboxStatus
from opendoors_desktop.engine.commands.by_hand import send_task_email
from opendoors_desktop.engine.commands.enrollments import (
    enroll,
    pause_enrollment,
    remove_enrollment,
    resume_enrollment,
)
from opendoors_desktop.engine.commands.mailboxes import pause_mailbox
from opendoors_desktop.engine.commands.outbox import ResolveAs, resolve
from opendoors_desktop.engine.commands.store_care import check_store
from opendoors_desktop.engine.commands.trial_emails import send_test
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.queries.tasks import list_tasks
from tests.builders import (
    MeddledPost,
    Room,
    TimedPost,
    activities,
    die,
    email,
    journal,
    mailbox_now,
    make_room,
    open_context,
    run_for,
    run_now,
    run_to_death,
    standing_of,
    states,
    statuses,
)
from tests.oracle import check as check_sending


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


def check(room: Room, *posts: TimedPost) -> None:
    check_sending(room, *posts)
    assert check_store(room.context).is_sound


async def dies(room: Room, at: str) -> None:
    """Let a scheduler die before anything has left: after the claim (`render`) or the leave to send (`transmit`)."""
    post = MeddledPost(room.clock, die, at=at)
    await run_to_death(room.context, post)
    assert post.captures == []


async def test_who_was_claimed_stands_in_the_queue_again_and_is_written_to_once(context: Context):
    room = make_room(context, people=4, connections=2)
    await dies(room, "render")
    assert states(context) == {"claimed": 4}
    post = TimedPost(room.clock)
    await run_now(context, post)
    assert states(context) == {"sent": 4}
    assert {row.attempts for row in journal(context)} == {1}
    assert activities(context, "uncertain") == 0
    check(room, post)


async def test_what_was_being_sent_is_uncertain_and_waits_for_a_person(context: Context):
    room = make_room(context, [email(), email(1, None)], people=3, connections=2)
    await dies(room, "transmit")
    assert states(context) == {"claimed": 1, "sending": 2}
    post = TimedPost(room.clock)
    await run_for(context, post, days=3)
    assert states(context) == {"uncertain": 2, "sent": 2}
    assert activities(context, "uncertain") == 2
    uncertain = [row for row in journal(context) if row.state == "uncertain"]
    waiting = [standing_of(context, row.enrollment_id) for row in uncertain if row.enrollment_id is not None]
    assert [(each.enrollment.next_step_scheduled_at, each.ticket) for each in waiting] == [(None, None)] * 2
    for row in uncertain:
        resolve(context, row.id, ResolveAs.RESEND)
    await run_for(context, post, days=3)
    assert statuses(context) == {"completed": 3}
    check(room, post)


async def test_two_deaths_in_a_row_make_nothing_uncertain_twice(context: Context):
    room = make_room(context, people=6, connections=2)
    await dies(room, "transmit")
    await dies(room, "transmit")
    await dies(room, "render")
    post = TimedPost(room.clock)
    await run_now(context, post)
    assert states(context) == {"uncertain": 4, "sent": 2}
    assert activities(context, "uncertain") == 4
    check(room, post)


async def test_who_was_paused_after_the_death_stays_so_and_is_written_to_when_resumed(context: Context):
    room = make_room(context)
    await dies(room, "render")
    pause_enrollment(context, room.enrollment_ids[0])
    post = TimedPost(room.clock)
    await run_now(context, post)
    assert (states(context), statuses(context)) == ({"planned": 1}, {"paused": 1})
    resume_enrollment(context, room.enrollment_ids[0])
    await run_now(context, post)
    assert states(context) == {"sent": 1}
    check(room, post)


async def test_who_was_decided_anew_after_the_death_is_not_forgotten(context: Context):
    room = make_room(context, [email(), email(1, None)])
    await run_now(context, first := TimedPost(room.clock))
    room.clock.advance_to(room.clock.now() + timedelta(days=1))
    await dies(room, "render")
    pause_enrollment(context, room.enrollment_ids[0])
    resume_enrollment(context, room.enrollment_ids[0])
    assert standing_of(context, room.enrollment_ids[0]).ticket is None  # it waits for the email that was claimed
    post = TimedPost(room.clock)
    await run_now(context, post)
    assert states(context) == {"sent": 2}
    check(room, first, post)


async def test_a_round_begun_after_the_death_goes_its_own_way(context: Context):
    room = make_room(context, allows_new_round=True)
    contact_id = standing_of(context, room.enrollment_ids[0]).enrollment.contact_id
    await dies(room, "transmit")
    remove_enrollment(context, room.enrollment_ids[0])
    assert [each.refusal for each in enroll(context, room.sequence_id, [contact_id])] == [None]
    post = TimedPost(room.clock)
    await run_for(context, post, days=2)
    assert [(row.round, row.state) for row in journal(context)] == [(1, "uncertain"), (2, "sent")]
    assert statuses(context) == {"completed": 1}
    check(room, post)


async def test_what_died_in_a_mailbox_that_was_paused_since_is_settled_and_nothing_leaves(context: Context):
    room = make_room(context, people=3, connections=2)
    await dies(room, "transmit")
    pause_mailbox(context, room.mailbox.id)
    post = TimedPost(room.clock)
    await run_now(context, post)
    assert states(context) == {"planned": 1, "uncertain": 2}
    assert (post.captures, mailbox_now(context, room.mailbox).status) == ([], MailboxStatus.PAUSED)
    check(room, post)


# Emails outside the queue ---------------------------------------------------------------------------------------------


async def letter_of(room: Room) -> UUID:
    """The task of a contact whose step is an email by hand."""
    await run_now(room.context, TimedPost(room.clock))
    with room.context.store.read() as unit:
        [found] = list_tasks(unit, room.context.scope.workspace_id, states=["open"])
    return found.id


async def test_an_email_by_hand_that_was_claimed_goes_once_and_takes_no_place_in_the_queue(context: Context):
    room = make_room(context, [email(is_manual=True)])
    queued = send_task_email(context, await letter_of(room))
    await dies(room, "render")
    post = TimedPost(room.clock)
    await run_now(context, post)
    assert [capture.message_id for capture in post.captures] == [queued.message_id]
    assert statuses(context) == {"completed": 1}
    check(room, post)


async def test_an_email_by_hand_that_was_being_sent_is_uncertain(context: Context):
    room = make_room(context, [email(is_manual=True)])
    send_task_email(context, await letter_of(room))
    await dies(room, "transmit")
    post = TimedPost(room.clock)
    await run_for(context, post, days=2)
    assert (post.captures, states(context), statuses(context)) == ([], {"uncertain": 1}, {"active": 1})
    resolve(context, journal(context)[0].id, ResolveAs.SENT)
    assert statuses(context) == {"completed": 1}


async def test_a_test_that_was_being_sent_is_uncertain_and_counts_nowhere(context: Context):
    room = make_room(context, [email(5)], people=0)
    send_test(context, room.sequence_id, to="boss@example.org")
    await dies(room, "transmit")
    post = TimedPost(room.clock)
    await run_for(context, post, days=1)
    assert (post.captures, states(context)) == ([], {"uncertain": 1})
    assert activities(context, "uncertain") == 0
    check(room, post)
