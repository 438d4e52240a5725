"""Scheduler, children and a real mail host together: what the host has got and what the store says of it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from opendoors_desktop.domain.mail_host import MailHost, Security
from opendoors_desktop.domain.mailbox import MailboxStatus
from opendoors_desktop.engine.clock import RealClock
from opendoors_desktop.engine.commands.sending import recognise_store, sending_status, switch_sending_on
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.loop import RunMode, Scheduler, SchedulerOptions
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.types import as_uuid
from tests.builders import (
    Room,
    add_contacts,
    change_mailbox,
    email,
    enroll_all,
    expire_leases,
    journal,
    mailbox_now,
    make_room,
    open_context,
    states,
    until,
)
from tests.fixtures_smtp import Sink, running_sink
from tests.oracle import captures_in, problems_of


@pytest.fixture
def context(usual_store: Store, tmp_path: Path) -> Context:
    return open_context(usual_store, tmp_path, RealClock())


def check(room: Room, *sinks: Sink) -> None:
    captures = [capture for sink in sinks for capture in captures_in(sink.folder)]
    assert problems_of(room.context.store, captures, room.context.scope.workspace_id) == []


async def send(context: Context, **options: Any) -> None:
    """Send what is due over the real wire."""
    options = {"mode": RunMode.UNTIL_IDLE, **options}
    await asyncio.wait_for(Scheduler(context, SchedulerOptions(**options)).run(), 30)


async def test_the_message_that_is_stored_is_the_one_that_left_byte_for_byte(context: Context):
    html = email(subject="Größe, {{ first_name }}", body_template="<p>Ça va?</p>\n.\n..dots", body_is_html=True)
    with running_sink() as sink:
        room = make_room(context, [html], people=12, port=sink.port, connections=3)
        await send(context)
        check(room, sink)
        with context.store.read() as unit:
            stored = {
                as_uuid(row[0]): bytes(row[1])
                for row in unit.rows("SELECT outgoing_id, message FROM outgoing_messages")
            }
        captured = sink.captured()
    assert len(stored) == len(captured) == 12
    for message in stored.values():
        (left,) = [each for each in captured if message.replace(b"\r\n", b"\n").rstrip() in each]
        assert left


async def test_fault_02_drops_behind_the_dot_are_uncertain_and_a_sound_host_gets_only_the_rest(
    context: Context, caplog: pytest.LogCaptureFixture
):
    with running_sink("-q", ".") as dropping, running_sink() as sound:
        room = make_room(context, people=9, port=dropping.port, connections=1)
        scheduler = Scheduler(context, SchedulerOptions())
        running = asyncio.ensure_future(scheduler.run())
        await until(lambda: states(context).get("uncertain", 0) >= 5)
        change_mailbox(context, room.mailbox, smtp=MailHost("127.0.0.1", sound.port, Security.NONE))
        await until(lambda: sum(states(context).get(state, 0) for state in ("uncertain", "sent")) == 9)
        scheduler.stop()
        await asyncio.wait_for(running, 20)
        check(room, dropping, sound)
        assert states(context)["uncertain"] == len(captures_in(dropping.folder))
        assert {row.attempts for row in journal(context)} == {1}


async def test_fault_06_421_in_mid_session_blames_nobody_and_holds_the_mailbox(
    context: Context, caplog: pytest.LogCaptureFixture
):
    with running_sink("-Q", "mail") as sink:
        room = make_room(context, people=6, port=sink.port, connections=2)
        await send(context)
        check(room, sink)
    held = mailbox_now(context, room.mailbox)
    assert (held.status, held.held_attempts) == (MailboxStatus.ACTIVE, 1)
    assert set(states(context)) <= {"deferred", "planned"}


async def test_T90_fault_03_an_end_during_a_slow_answer_is_over_in_seconds_and_sends_nothing_again(
    context: Context, caplog: pytest.LogCaptureFixture
):
    with running_sink("-W", ".:25") as slow, running_sink() as sound:
        room = make_room(context, people=4, port=slow.port, connections=2)
        scheduler = Scheduler(context, SchedulerOptions(drain_seconds=0.5))
        running = asyncio.ensure_future(scheduler.run())
        await until(lambda: states(context).get("sending") == 2)
        await until(lambda: len(captures_in(slow.folder)) == 2)
        scheduler.stop()
        await asyncio.wait_for(running, 5)
        assert states(context) == {"uncertain": 2, "planned": 2}
        change_mailbox(context, room.mailbox, smtp=MailHost("127.0.0.1", sound.port, Security.NONE))
        expire_leases(context.store)
        await send(context)
        assert states(context) == {"uncertain": 2, "sent": 2}
        check(room, slow, sound)


async def test_T86_a_host_that_closes_idle_sessions_costs_nothing(context: Context):
    with running_sink("-T", "1") as sink:
        room = make_room(context, [email(), email(0, None)], people=3, port=sink.port, connections=1)
        scheduler = Scheduler(context, SchedulerOptions())
        running = asyncio.ensure_future(scheduler.run())
        await until(lambda: states(context) == {"sent": 6})
        await asyncio.sleep(1.5)  # the host has lost its patience by now
        enroll_all(context, room.sequence_id, add_contacts(context, 2, first=50))
        await until(lambda: states(context) == {"sent": 10})
        scheduler.stop()
        await asyncio.wait_for(running, 10)
        check(room, sink)


@pytest.mark.sqlite
async def test_T08_a_copied_store_sends_nothing_until_a_person_has_looked(context: Context, tmp_path: Path):
    room = make_room(context, people=2)
    recognise_store(context)
    switch_sending_on(context)
    assert sending_status(context).may_send
    elsewhere = Context(
        context.store, context.clock, context.new_id, context.scope, context.secrets, tmp_path / "another machine"
    )
    elsewhere.data_dir.mkdir()
    recognise_store(elsewhere)
    status = sending_status(elsewhere)
    assert not status.may_send
    assert status.doubt is not None
    assert {each.state for each in journal(context)} == set()
    assert status.overdue_count == len(room.enrollment_ids)
    switch_sending_on(elsewhere)
    assert sending_status(elsewhere).may_send
