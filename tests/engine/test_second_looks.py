"""What a second look at the send path found: each of these once went wrong in it."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from opendoors_desktop.domain.suppression import EmailKind
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.desk import Desk, Job
from opendoors_desktop.mail.frames import Built, RenderFailed, Transmission
from opendoors_desktop.store import singles
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.singles import Single
from tests.builders import (
    TimedPost,
    add_mailbox,
    expire_leases,
    journal,
    mailbox_now,
    make_room,
    open_context,
    run_for,
    run_now,
    scheduler_of,
    states,
)

BUSY = ("rcpt", 451, "4.7.1", "greylisted, please try again later")
GOING_DOWN = ("mail", 421, "4.3.2", "closing for maintenance")


@pytest.fixture
def room_context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


async def test_T30_an_email_by_hand_that_was_put_off_goes_again_by_itself(room_context: Context) -> None:
    mailbox = add_mailbox(room_context)
    scope, key = room_context.scope, room_context.new_id()
    single = Single(
        outgoing_id=key,
        kind=EmailKind.TEST,
        contact_id=None,
        enrollment_id=None,
        sequence_id=None,
        step_id=None,
        round=1,
        to_address="ann@example.com",
        to_name="Ann",
        message_id=f"<{key.hex}@example.com>",
        in_reply_to=None,
        draft={"subject": "Test", "body": "Hello", "is_html": False},
        planned_at=room_context.clock.now(),
    )
    with room_context.store.write() as unit:
        singles.plan(unit, single, mailbox.id, (scope.customer_id, scope.workspace_id))
    tries: list[Transmission] = []

    def busy_twice(transmission: Transmission) -> tuple[str, int, str, str] | None:
        tries.append(transmission)
        return BUSY if len(tries) < 3 else None

    await run_for(room_context, TimedPost(room_context.clock, busy_twice), hours=3)
    assert states(room_context) == {"sent": 1}
    assert len({each.message for each in tries}) == 1


async def test_fault_06_many_answers_of_one_outage_hold_the_mailbox_once(
    room_context: Context, caplog: pytest.LogCaptureFixture
) -> None:
    room = make_room(room_context, people=6, connections=6)
    post = TimedPost(room.clock, lambda _: GOING_DOWN)
    begun = room.clock.now()
    await run_now(room_context, post)
    held = mailbox_now(room_context, room.mailbox)
    assert held.held_attempts == 1
    assert held.held_until == begun + timedelta(minutes=5)
    assert sum("waits until" in record.message for record in caplog.records) == 1
    assert {row.retry_at for row in journal(room_context) if row.state == "deferred"} == {held.held_until}


async def test_a_retry_to_an_address_that_was_changed_says_so_in_its_own_head(room_context: Context) -> None:
    room = make_room(room_context, people=1)
    answers = iter([BUSY])
    post = TimedPost(room.clock, lambda _: next(answers, None))
    await run_now(room_context, post)
    with room_context.store.write() as unit:
        unit.run("UPDATE contacts SET email = 'new@example.org', email_key = 'new@example.org'")
    await run_for(room_context, post, hours=1)
    (_, last), (row,) = post.delivered[-1], journal(room_context)
    assert (row.state, last.recipient) == ("sent", "new@example.org")
    assert b"new@example.org" in last.message.split(b"\r\n\r\n")[0]
    with room_context.store.read() as unit:
        assert unit.rows("SELECT to_address FROM outgoing_emails") == [("new@example.org",)]


async def test_an_answer_that_comes_after_the_lease_was_lost_is_written_down(room_context: Context) -> None:
    room = make_room(room_context, people=1)
    post = TimedPost(room.clock)
    scheduler = scheduler_of(room_context, post)
    await post.start()
    scheduler._loop = None
    while not scheduler._desks or not next(iter(scheduler._desks.values())).sending:
        post.is_held = True
        await scheduler._turn()
    expire_leases(room_context.store)
    with room_context.store.write() as unit:
        unit.run("UPDATE mailbox_leases SET fencing = fencing + 1")
    scheduler._gatehouse._renew_at = 0.0
    await scheduler._turn()
    assert states(room_context) == {"uncertain": 1}
    post.release()
    await scheduler._turn()
    assert states(room_context) == {"sent": 1}


def test_a_message_made_by_an_older_order_is_none_of_the_job_s() -> None:
    desk, job = Desk.__new__(Desk), Job.__new__(Job)
    desk.orders, desk.claimed, desk.results = {}, {UUID(int=1): job}, []
    job.outgoing_id, job.message, job.order_id, job.single = UUID(int=1), None, None, None
    desk.order(job, UUID(int=7))
    desk.built_for(Built(UUID(int=1), b"old", b"", ""))
    desk.not_built(RenderFailed(UUID(int=6), "template_error", "old"))
    assert job.message is None
    assert desk.results == []
    desk.not_built(RenderFailed(UUID(int=7), "template_error", "new"))
    assert [each.id for each in desk.results] == [UUID(int=1)]
