"""Mail hosts that answer late, through the whole scheduler: children, wire and journal; with waits of seconds.

What ships waits ten minutes behind the dot; here the wait is shorter in the same proportion to the answer.
"""

import asyncio
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from opendoors_desktop.engine.clock import RealClock
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.loop import RunMode
from opendoors_desktop.engine.mail_hosts import smtp_settings
from opendoors_desktop.engine.post import Post
from opendoors_desktop.mail.frames import SmtpSettings
from opendoors_desktop.store.database import Store
from tests.builders import (
    Room,
    add_contacts,
    add_mailbox,
    add_sequence,
    enroll_all,
    journal,
    mailbox_now,
    make_room,
    open_context,
    scheduler_of,
    states,
    until,
)
from tests.fixtures_smtp import greet, read_message, running_sink, talking_server
from tests.oracle import captures_in, problems_of

pytestmark = pytest.mark.slow


class ImpatientPost(Post):
    """The post itself, with a shorter wait behind the dot than it is told."""

    def __init__(self, dot_timeout: float) -> None:
        super().__init__()
        self._dot_timeout = dot_timeout
        self.told: list[float] = []

    def open(self, mailbox_id: UUID, settings: SmtpSettings, secret: str, connections: int) -> None:
        """Ask for connections that wait so long."""
        self.told.append(settings.dot_timeout)
        settings = msgspec.structs.replace(settings, dot_timeout=self._dot_timeout)
        super().open(mailbox_id, settings, secret, connections)


@pytest.fixture
def context(usual_store: Store, tmp_path: Path) -> Context:
    return open_context(usual_store, tmp_path, RealClock())


def other_room(context: Context, port: int, people: int) -> Room:
    """A second mailbox with a sequence and people of its own."""
    mailbox = add_mailbox(context, "ben@example.com", port=port)
    sequence_id = add_sequence(context, mailbox, name="Other")
    contacts = add_contacts(context, people, domain="example.org")
    return Room(context, mailbox, sequence_id, enroll_all(context, sequence_id, contacts))


def states_of(room: Room) -> dict[str, int]:
    """The states of the emails of one room."""
    own = set(room.enrollment_ids)
    found = [row.state for row in journal(room.context) if row.enrollment_id in own]
    return {state: found.count(state) for state in set(found)}


async def test_fault_03_an_answer_later_than_the_wait_is_uncertain_and_other_mailboxes_go_on_meanwhile(
    context: Context,
):
    with running_sink("-W", ".:7") as slow, running_sink() as quick:
        room = make_room(context, port=slow.port, people=2, connections=2)
        other = other_room(context, quick.port, people=30)
        post = ImpatientPost(6.0)  # 600 s to 700 s, a hundred times as fast
        running = asyncio.ensure_future(scheduler_of(context, post, RunMode.UNTIL_IDLE).run())
        await until(lambda: states_of(other) == {"sent": 30})
        assert states_of(room) == {"sending": 2}  # still waited for
        await asyncio.wait_for(running, 60)
        assert states_of(room) == {"uncertain": 2}
        assert {row.attempts for row in journal(context)} == {1}
        assert mailbox_now(context, room.mailbox).can_send
        captures = [capture for sink in (slow, quick) for capture in captures_in(sink.folder)]
        assert len(captures) == 32
        assert problems_of(context.store, captures, context.scope.workspace_id) == []


async def test_fault_03_a_slow_answer_within_the_wait_is_waited_for(context: Context):
    with running_sink("-W", ".:2") as slow:
        room = make_room(context, port=slow.port, people=2, connections=2)
        post = ImpatientPost(13.0)  # 90 s are well within 600 s
        await asyncio.wait_for(scheduler_of(context, post, RunMode.UNTIL_IDLE).run(), 60)
        assert states(context) == {"sent": 2}
        assert problems_of(context.store, captures_in(slow.folder), context.scope.workspace_id) == []
        assert len(room.enrollment_ids) == 2


async def test_fault_03_what_ships_waits_ten_minutes_behind_the_dot(context: Context):
    with running_sink() as sink:
        room = make_room(context, port=sink.port)
        post = ImpatientPost(600.0)
        await asyncio.wait_for(scheduler_of(context, post, RunMode.UNTIL_IDLE).run(), 60)
    assert post.told == [600.0] == [smtp_settings(room.mailbox).dot_timeout]


async def test_T87_an_answer_behind_the_wait_is_never_taken_for_the_next_emails(context: Context):
    bodies: list[str] = []
    connections = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await greet(reader, writer)
        while line := await reader.readline():
            if line[:4].upper() != b"DATA":
                writer.write(b"250 2.0.0 Ok\r\n")
                continue
            writer.write(b"354 Go on\r\n")
            message = await read_message(reader)
            bodies.append(next(line for line in message.decode().splitlines() if line.startswith("Message-ID: ")))
            number = len(bodies)
            if number == 2:
                await asyncio.sleep(2.0)
            writer.write(f"250 2.0.0 Ok: queued as N{number}\r\n".encode())

    async with talking_server(talk) as port:
        make_room(context, port=port, people=4, connections=1)
        await asyncio.wait_for(scheduler_of(context, ImpatientPost(1.0), RunMode.UNTIL_IDLE).run(), 60)
        await asyncio.sleep(1.5)  # the late answer has been given by now, to nobody
    by_id = {f"Message-ID: {row.message_id}": row for row in journal(context)}
    found = [by_id[body] for body in bodies]
    assert [row.state for row in found] == ["sent", "uncertain", "sent", "sent"]
    assert [row.smtp_text for row in found if row.state == "sent"] == [f"Ok: queued as N{n}" for n in (1, 3, 4)]
    assert connections == 2
