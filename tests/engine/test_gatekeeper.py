"""The last gate: what somebody changes between the claim and the first byte keeps an email from leaving, by any path.

Each act is done by another program while the message is made, so that this scheduler has heard nothing of it.
"""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.enrollment import HoldReason
from opendoors_desktop.domain.send_window import SendWindow
from opendoors_desktop.domain.step import StepResult
from opendoors_desktop.domain.suppression import SuppressionReason
from opendoors_desktop.engine.commands.by_hand import send_task_email
from opendoors_desktop.engine.commands.contacts import add_contact, erase_contact, update_contact
from opendoors_desktop.engine.commands.enrollments import (
    enroll,
    pause_enrollment,
    release_hold,
    remove_enrollment,
    resume_enrollment,
)
from opendoors_desktop.engine.commands.mailboxes import pause_mailbox, resume_mailbox
from opendoors_desktop.engine.commands.outbox import EmailState, list_outgoing
from opendoors_desktop.engine.commands.sending import release, stop_everything
from opendoors_desktop.engine.commands.sequence_states import activate_sequence, pause_sequence, stop_sequence
from opendoors_desktop.engine.commands.store_care import check_store
from opendoors_desktop.engine.commands.suppressions import lift, suppress
from opendoors_desktop.engine.commands.trial_emails import send_test
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.queries.tasks import list_tasks
from tests.builders import (
    MeddledPost,
    Room,
    TimedPost,
    activities,
    add_contacts,
    elsewhere,
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
)
from tests.fixtures_store import NOW
from tests.oracle import check as check_sending

Act = Callable[[Context, Room], object]
GREYLISTED = ("rcpt", 450, "4.2.0", "Greylisted, please try again later")
OFFICE = SendWindow((True,) * 5 + (False,) * 2, time(9), time(17))


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


def check(room: Room, *posts: TimedPost) -> None:
    check_sending(room, *posts)
    assert check_store(room.context).is_sound


async def meddled(room: Room, act: Act, **length: float) -> MeddledPost:
    """What leaves while another program does `act` between a claim and the gate; it is heard of at the next claim."""
    with elsewhere(room.context) as other, pytest.MonkeyPatch.context() as patch:
        patch.setattr("opendoors_desktop.engine.loop.NOTICES_EVERY", 3600.0)
        post = MeddledPost(room.clock, lambda: act(other, room), lambda: tell(room.context))
        await run_for(room.context, post, **(length or {"minutes": 1}))
    return post


def tell(context: Context) -> None:
    """Have the scheduler look at what others have changed."""
    with context.store.write() as unit:
        unit.changed(Topic.SETTINGS)


def replied(context: Context, room: Room) -> None:
    with context.store.write() as unit:
        unit.run(
            "UPDATE sequence_enrollments SET replied_at = :now WHERE id = :id",
            {"now": context.clock.now(), "id": room.enrollment_ids[0]},
        )
        unit.changed(Topic.ENROLLMENTS)


WAITS: dict[str, tuple[Act, Act]] = {
    "emergency stop": (lambda c, _: stop_everything(c), lambda c, _: release(c)),
    "mailbox paused": (lambda c, r: pause_mailbox(c, r.mailbox.id), lambda c, r: resume_mailbox(c, r.mailbox.id)),
    "sequence paused": (
        lambda c, r: pause_sequence(c, r.sequence_id),
        lambda c, r: activate_sequence(c, r.sequence_id),
    ),
    "enrollment paused": (
        lambda c, r: pause_enrollment(c, r.enrollment_ids[0]),
        lambda c, r: resume_enrollment(c, r.enrollment_ids[0]),
    ),
    "new address": (
        lambda c, r: update_contact(c, contact_of(r), {"email": "new@example.net"}),
        lambda c, r: release_hold(c, r.enrollment_ids[0]),
    ),
}


def contact_of(room: Room) -> UUID:
    return standing_of(room.context, room.enrollment_ids[0]).enrollment.contact_id


@pytest.mark.parametrize("what", WAITS)
async def test_what_stops_sending_is_seen_by_the_gate_and_the_email_goes_when_it_is_over(context: Context, what: str):
    room = make_room(context)
    stop, cure = WAITS[what]
    post = await meddled(room, stop)
    assert post.captures == []
    assert states(context) == {"planned": 1}
    assert [row.attempts for row in journal(context)] == [0]
    check(room, post)
    cure(context, room)
    await run_for(context, post, minutes=1)
    assert states(context) == {"sent": 1}
    assert statuses(context) == {"completed": 1}
    check(room, post)


@pytest.mark.parametrize("reason", [SuppressionReason.UNSUBSCRIBED, SuppressionReason.HARD_BOUNCE])
@pytest.mark.parametrize("target", ["u1@example.net", "example.net"])
async def test_who_was_suppressed_meanwhile_gets_nothing(context: Context, target: str, reason: SuppressionReason):
    room = make_room(context)
    post = await meddled(room, lambda c, _: suppress(c, target, reason))
    assert post.captures == []
    assert states(context) == {"cancelled": 1}
    assert "active" not in statuses(context)
    check(room, post)


async def test_who_was_suppressed_and_is_no_longer_is_written_to(context: Context):
    room = make_room(context, stop_on_unsubscribe=False)
    post = await meddled(
        room, lambda c, _: (suppress(c, "u1@example.net", SuppressionReason.UNSUBSCRIBED), lift(c, "u1@example.net"))
    )
    assert states(context) == {"sent": 1}
    check(room, post)


async def test_who_has_replied_meanwhile_gets_no_more(context: Context):
    room = make_room(context, [email(), email(1, None)])
    await run_now(context, first := TimedPost(room.clock))
    room.clock.advance_to(room.clock.now() + timedelta(days=1))
    post = await meddled(room, replied, hours=1)
    assert post.captures == []
    assert len(first.captures) == 1
    assert standing_of(context, room.enrollment_ids[0]).enrollment.completion_reason == "replied"
    check(room, first, post)


async def test_who_has_replied_goes_on_where_the_sequence_does_not_stop_for_it(context: Context):
    room = make_room(context, [email(), email(1, None)], stop_on_reply=False)
    await run_now(context, first := TimedPost(room.clock))
    room.clock.advance_to(room.clock.now() + timedelta(days=1))
    post = await meddled(room, replied, hours=1)
    assert len(first.captures) == len(post.captures) == 1
    check(room, first, post)


@pytest.mark.parametrize(
    "act", [lambda c, r: stop_sequence(c, r.sequence_id), lambda c, r: remove_enrollment(c, r.enrollment_ids[0])]
)
async def test_what_has_ended_meanwhile_stays_ended(context: Context, act: Act):
    room = make_room(context, people=2)
    post = await meddled(room, act)
    assert all(capture.recipient != "u1@example.net" for capture in post.captures)
    assert "active" not in statuses(context)
    check(room, post)


async def test_an_email_of_a_round_that_is_over_is_cancelled_and_the_new_rounds_goes(context: Context):
    room = make_room(context, [email(), email(1, None)], allows_new_round=True)
    await run_now(context, first := TimedPost(room.clock))
    room.clock.advance_to(room.clock.now() + timedelta(days=1))

    def begin_again(other: Context, _: Room) -> None:
        remove_enrollment(other, room.enrollment_ids[0])
        assert [each.refusal for each in enroll(other, room.sequence_id, [contact_of(room)])] == [None]

    post = await meddled(room, begin_again)
    await run_for(context, post, days=3)
    assert [(row.round, row.state) for row in journal(context)] == [
        (1, "sent"), (1, "cancelled"), (2, "sent"), (2, "sent"),
    ]  # fmt: skip
    check(room, first, post)


async def test_a_window_that_closed_while_the_message_was_made_lets_it_go_the_next_day(context: Context):
    room = make_room(context, window=OFFICE)
    room.clock.advance_to(datetime(2026, 3, 2, 16, 59, 59, tzinfo=UTC))
    post = await meddled(room, lambda _, r: r.clock.advance_to(datetime(2026, 3, 2, 17, tzinfo=UTC)), days=1)
    assert [capture.at for capture in post.captures] == [datetime(2026, 3, 3, 9, tzinfo=UTC)]
    check(room, post)


def use_up(context: Context, kind: str, scope_id: UUID, count: int) -> None:
    """Count emails that other mailboxes have begun today."""
    with context.store.write() as unit:
        unit.run(
            "INSERT INTO pace_counts (kind, scope_id, day, used) VALUES (:kind, :scope_id, :day, :used)",
            {"kind": kind, "scope_id": scope_id, "day": NOW.date(), "used": count},
        )


@pytest.mark.parametrize(
    "kind, limit", [("sequence_day", "max_emails_per_day"), ("sequence_new_day", "max_new_per_day")]
)
async def test_a_cap_that_other_mailboxes_used_up_meanwhile_holds_until_tomorrow(
    context: Context, kind: str, limit: str
):
    settings: Any = {limit: 2}
    room = make_room(context, people=3, connections=3, **settings)
    post = await meddled(room, lambda c, r: use_up(c, kind, r.sequence_id, 1), hours=1)
    assert len(post.captures) == 1
    assert states(context) == {"sent": 1, "planned": 1}  # the third was never claimed
    await run_for(context, post, days=1)
    assert states(context) == {"sent": 3}
    check(room, post)


async def test_a_companys_cap_that_other_mailboxes_used_up_meanwhile_holds_its_people_alone(context: Context):
    room = make_room(context, people=0, connections=2, company_cap=1)
    company = add_contact(context, {"email": "zoe@corp.example", "first_name": "Zoe"})
    assert company.company_id is not None
    enroll_all(context, room.sequence_id, [company.id, *add_contacts(context, 1)])
    company_id = company.company_id
    post = await meddled(room, lambda c, _: use_up(c, "company_day", company_id, 1), hours=1)
    assert [capture.recipient for capture in post.captures] == ["u1@example.net"]
    await run_for(context, post, days=1)
    assert sorted(capture.recipient for capture in post.captures) == ["u1@example.net", "zoe@corp.example"]
    check(room, post)


@pytest.mark.parametrize("change", ["status = 'stopped', completion_reason = 'manual_stop'", "round = 2"])
async def test_an_email_whose_enrollment_is_over_never_leaves_though_nobody_cancelled_it(context: Context, change: str):
    room = make_room(context)

    def write(other: Context, _: Room) -> None:
        with other.store.write() as unit:
            unit.run(f"UPDATE sequence_enrollments SET {change}")
            unit.changed(Topic.ENROLLMENTS)

    post = await meddled(room, write)
    assert post.captures == []
    assert states(context) == {"cancelled": 1}


async def test_who_was_decided_anew_to_wait_for_the_email_stands_in_the_queue_when_it_is_given_back(context: Context):
    room = make_room(context)

    def change_and_stop(other: Context, _: Room) -> None:
        pause_enrollment(other, room.enrollment_ids[0])
        resume_enrollment(other, room.enrollment_ids[0])
        stop_everything(other)

    post = await meddled(room, change_and_stop)
    assert (post.captures, states(context)) == ([], {"planned": 1})
    check(room, post)
    release(context)
    await run_for(context, post, minutes=1)
    assert states(context) == {"sent": 1}
    check(room, post)


async def test_retries_that_are_given_back_keep_their_places_in_the_days_cap(
    context: Context, caplog: pytest.LogCaptureFixture
):
    room = make_room(context, people=3, connections=1, daily_cap=2)
    closing = ("mail", 421, "4.3.2", "Closing the channel")
    answers = deque([GREYLISTED, GREYLISTED, closing])
    post = TimedPost(room.clock, lambda _: answers.popleft() if answers else None)
    await run_for(context, post, hours=5)
    assert [row.state for row in journal(context)] == ["sent", "sent"]
    assert {row.attempts for row in journal(context)} == {2}
    await run_for(context, post, days=1)
    assert states(context) == {"sent": 3}
    check(room, post)


# Emails outside the queue ---------------------------------------------------------------------------------------------


async def room_with_letter(context: Context, **more: Any) -> tuple[Room, UUID]:
    """A room whose contact's first step is an email by hand, made into a task."""
    room = make_room(context, [email(is_manual=True), email(1, "Again")], **more)
    await run_now(context, TimedPost(room.clock))
    with context.store.read() as unit:
        [found] = list_tasks(unit, context.scope.workspace_id, states=["open"])
    return room, found.id


async def test_an_email_by_hand_to_who_was_suppressed_meanwhile_is_taken_back_and_its_step_skipped(context: Context):
    room, task_id = await room_with_letter(context, stop_on_unsubscribe=False)
    send_task_email(context, task_id)
    post = await meddled(room, lambda c, _: suppress(c, "u1@example.net", SuppressionReason.UNSUBSCRIBED), days=2)
    assert post.captures == []
    assert states(context) == {"cancelled": 1}
    skipped = standing_of(context, room.enrollment_ids[0]).enrollment.records
    assert [record.result for record in skipped] == [StepResult.SKIPPED] * 2
    assert activities(context, "step_skipped") == 2
    check(room, post)


async def test_an_email_by_hand_to_an_address_that_changed_meanwhile_is_taken_back(context: Context):
    room, task_id = await room_with_letter(context)
    send_task_email(context, task_id)
    with context.store.write() as unit:  # as an import does, that fills in an address
        unit.run("UPDATE contacts SET email = :new, email_key = :new", {"new": "new@example.net"})
    post = TimedPost(room.clock)
    await run_for(context, post, days=2)
    assert journal(context)[0].state == "cancelled"
    assert [capture.recipient for capture in post.captures] == ["new@example.net"]
    check(room, post)


async def test_an_email_by_hand_waits_for_the_end_of_a_stop_and_goes_then(context: Context):
    room, task_id = await room_with_letter(context)
    queued = send_task_email(context, task_id)
    post = await meddled(room, lambda c, _: stop_everything(c))
    assert (post.captures, states(context)) == ([], {"planned": 1})
    release(context)
    await run_for(context, post, minutes=1)
    assert [capture.message_id for capture in post.captures] == [queued.message_id]
    check(room, post)


async def test_a_test_to_an_erased_persons_address_does_not_leave(context: Context):
    room = make_room(context, [email(5)], people=0)
    gone = add_contact(context, {"email": "gone@example.net", "first_name": "Gil"})
    send_test(context, room.sequence_id, to="gone@example.net")
    post = await meddled(room, lambda c, _: erase_contact(c, gone.id))
    assert post.captures == []
    assert [row.state for row in list_outgoing(context, states=[EmailState.CANCELLED])] == ["cancelled"]
    check(room, post)


async def test_who_is_held_meanwhile_waits_out_of_the_queue_until_somebody_lets_go(context: Context):
    room = make_room(context)
    post = await meddled(room, lambda c, r: update_contact(c, contact_of(r), {"email": "new@example.net"}))
    held = standing_of(context, room.enrollment_ids[0])
    assert (held.enrollment.hold, held.ticket) == (HoldReason.ADDRESS_CHANGED, None)
    release_hold(context, room.enrollment_ids[0])
    await run_for(context, post, minutes=1)
    assert [capture.recipient for capture in post.captures] == ["new@example.net"]
    check(room, post)


async def test_an_address_that_changed_unnoticed_is_held_for_a_look(context: Context):
    room = make_room(context)

    def fill_in(other: Context, _: Room) -> None:
        with other.store.write() as unit:
            unit.run("UPDATE contacts SET email = :new, email_key = :new", {"new": "new@example.net"})
            unit.changed(Topic.CONTACTS)

    post = await meddled(room, fill_in)
    held = standing_of(context, room.enrollment_ids[0])
    assert (held.enrollment.hold, held.ticket) == (HoldReason.ADDRESS_CHANGED, None)
    assert (post.captures, states(context)) == ([], {"planned": 1})
    check(room, post)
