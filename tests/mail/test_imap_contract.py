"""What a session may rely on, asked of a real Dovecot and of the tour's own inboxes alike."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from opendoors_desktop.domain.mail_folder import FolderRole
from opendoors_desktop.engine.demo.inbox_server import InboxServer, running_inbox_server
from opendoors_desktop.mail import imap
from opendoors_desktop.mail.imap import FolderMark, ImapFault, ImapFolder, ImapSettings, open_session
from opendoors_desktop.mail.wire_bell import Bell
from tests.servers.dovecot import PASSWORD, dovecot, user

__all__ = ["dovecot", "user"]

pytestmark = pytest.mark.servers

NAME = "mira@outreach.example.com"


@dataclass(frozen=True)
class Host:
    """A mail host with one mailbox: how it is reached, and how a mail gets there."""

    settings: ImapSettings
    deliver: Callable[[bytes], object]


@contextmanager
def tour_host() -> Iterator[Host]:
    loop = asyncio.new_event_loop()
    server, over, up = InboxServer([NAME]), asyncio.Event(), threading.Event()

    async def serve() -> None:
        async with running_inbox_server(server):
            up.set()
            await over.wait()

    def deliver(data: bytes) -> None:
        loop.call_soon_threadsafe(server.deliver, NAME, data, datetime.now(UTC))  # noqa: TID251  # as a real host does

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))  # noqa: TID251  # another program
    thread.start()
    assert up.wait(5)
    try:
        yield Host(ImapSettings("127.0.0.1", server.port, "none", NAME), deliver)
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(5)
        loop.close()


@pytest.fixture(params=["dovecot", "tour"])
def host(request: pytest.FixtureRequest) -> Iterator[Host]:
    if request.param == "tour":
        with tour_host() as own:
            yield own
        return
    real, name = request.getfixturevalue("dovecot"), request.getfixturevalue("user")
    settings = ImapSettings("127.0.0.1", real.port, "starttls", name, ca_file=real.ca_file)
    yield Host(settings, lambda data: real.deliver(name, data))


def mail(number: int, body: str = "Hello") -> bytes:
    head = f"From: x{number}@example.org\r\nSubject: No {number}\r\nMessage-ID: <m{number}@example.org>\r\n"
    return f"{head}\r\n{body}\r\n".encode()


def test_mails_are_found_fetched_and_told_apart(host: Host, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(imap, "MOST_MESSAGE", 1000)
    for number in range(3):
        host.deliver(mail(number, "x" * 2000 * number))
    with open_session(host.settings, PASSWORD) as session:
        assert session.can_idle
        assert ImapFolder("INBOX", FolderRole.INBOX) in session.folders()
        state = session.open("INBOX")
        uids = session.uids_after(0)
        assert (state.count, state.uid_next, len(uids)) == (3, uids[-1] + 1, 3)
        assert session.uids_after(uids[0]) == uids[1:]
        assert session.uids_after(uids[-1]) == []
        assert session.uids_of("<m1@example.org>") == [uids[1]]
        assert session.uids_of("<other@example.org>") == []
        today = datetime.now(UTC).date()  # noqa: TID251
        assert session.uids_since(today - timedelta(days=1)) == uids
        assert session.uids_since(today + timedelta(days=2)) == []
        [heads] = session.heads(uids)
        assert [head.header for head in heads] == [mail(number).partition(b"Hello")[0] for number in range(3)]
        assert [head.size for head in heads] == [len(mail(number, "x" * 2000 * number)) for number in range(3)]
        assert all(head.received_at and head.received_at.date() >= today - timedelta(days=1) for head in heads)
        assert session.messages([*uids, uids[-1] + 9]) == {
            uid: mail(number, "x" * 2000 * number)[:1000] for number, uid in enumerate(uids)
        }
        session.leave()
        assert session.marks_of(["INBOX", "Gone"]) == {"INBOX": FolderMark(state.uid_validity, state.uid_next)}


def test_arrivals_end_the_waiting_and_none_is_slept_through(host: Host):
    bell = Bell()
    with open_session(host.settings, PASSWORD) as session:
        session.open("INBOX")
        assert session.uids_after(0) == []
        assert not session.idle(0.2, bell)
        assert session.idle(20, bell, lambda: host.deliver(mail(1)))
        uids = session.uids_after(0)
        assert len(uids) == 1
        host.deliver(mail(2))
        assert session.idle(20, bell)
        assert len(session.uids_after(uids[-1])) == 1
        bell.ring()
        assert not session.idle(500, bell)
    bell.close()


def test_a_folder_that_is_gone_and_a_stranger_are_refused(host: Host):
    with open_session(host.settings, PASSWORD) as session, pytest.raises(ImapFault) as caught:
        session.open("Gone")
    assert caught.value.cause == "protocol"
    with pytest.raises(ImapFault) as caught:
        open_session(ImapSettings("127.0.0.1", host.settings.port, host.settings.security, "nobody@example.net",
                                  ca_file=host.settings.ca_file), "x")  # fmt: skip
    assert caught.value.cause == "auth"
