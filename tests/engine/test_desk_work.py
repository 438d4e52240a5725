"""A desk's turns where the world around it gives less than was asked for: connections, a folder, a place in time."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from opendoors_desktop.engine.commands.sending import recognise_store
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.loop import RunMode
from opendoors_desktop.engine.machine import remembered_counter
from opendoors_desktop.mail.frames import ConnectFailed, Ready, SmtpFailure, SmtpSettings
from opendoors_desktop.store.database import Store
from tests.builders import (
    TimedPost,
    add_contacts,
    enroll_all,
    journal,
    mailbox_now,
    make_room,
    open_context,
    run_now,
    scheduler_of,
    states,
    until,
)
from tests.oracle import check

TOO_MANY = SmtpFailure("connect", 421, "4.7.0", "Too many connections from you", "reply")


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


class NarrowPost(TimedPost):
    """A post whose mail host gives one connection and refuses any other."""

    def open(self, mailbox_id: UUID, settings: SmtpSettings, secret: str, connections: int) -> None:
        """Open one, and say that there is no more."""
        self.opened.append((mailbox_id, settings, secret, connections))
        self._lines.setdefault(mailbox_id, set()).add(0)
        self._happened(Ready(mailbox_id, 0), ConnectFailed(mailbox_id, TOO_MANY, 1))


async def test_fewer_connections_than_asked_for_are_enough_and_hold_nothing(
    context: Context, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO, "opendoors_desktop")
    room = make_room(context, people=12, connections=4)
    await run_now(context, post := NarrowPost(room.clock))
    assert len(post.captures) == 12
    assert [connections for *_, connections in post.opened] == [4]
    assert mailbox_now(context, room.mailbox).held_until is None
    assert "ann@example.com has 1 connections: Too many connections from you" in caplog.messages
    check(room, post)


async def test_connections_that_the_host_closes_while_idle_are_opened_again_when_there_is_work(context: Context):
    room = make_room(context, people=2, connections=2)
    post = TimedPost(room.clock)
    scheduler = scheduler_of(context, post, RunMode.FOREVER)
    running = asyncio.ensure_future(scheduler.run())
    await until(lambda: states(context) == {"sent": 2})
    post.drop(room.mailbox.id)
    await asyncio.sleep(0.05)
    assert len(post.opened) == 1  # not before somebody is due
    enroll_all(context, room.sequence_id, add_contacts(context, 3, first=10))
    await until(lambda: states(context) == {"sent": 5})
    assert len(post.opened) == 2
    scheduler.stop()
    await asyncio.wait_for(running, 10)
    check(room, post)


async def test_a_data_folder_that_can_not_be_written_to_stops_no_email_and_is_told_once(
    context: Context, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    known = recognise_store(context)
    blocked = tmp_path / "no folder"
    blocked.write_text("a file", encoding="utf-8")
    room = make_room(replace(context, data_dir=blocked), people=9, connections=1)
    await run_now(room.context, post := TimedPost(room.clock))
    assert len(post.captures) == 9
    assert [each.split(":")[0] for each in caplog.messages] == ["an older copy of the store wouldn't be noticed"]
    assert remembered_counter(context.data_dir, known.id) is None
    check(room, post)


async def test_with_a_gap_between_emails_no_more_than_one_connection_is_opened(context: Context):
    room = make_room(context, people=3, connections=4, gap=timedelta(seconds=30))
    await run_now(context, post := TimedPost(room.clock))
    assert [connections for *_, connections in post.opened] == [1]
    assert len([row for row in journal(context) if row.state == "sent"]) == 1
    check(room, post)
