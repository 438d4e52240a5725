"""Reading a real Dovecot: nothing changes there, everything new is found, and every trouble has a name."""

import asyncio
import imaplib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from opendoors_desktop.domain.mail_folder import FolderRole
from opendoors_desktop.mail import imap
from opendoors_desktop.mail.imap import ImapFault, ImapFolder, ImapSession, ImapSettings, open_session
from opendoors_desktop.mail.wire_bell import Bell, Shears
from tests.fakes.sign_in_host import running_sign_in_host
from tests.fixtures_smtp import free_port
from tests.servers.dovecot import ODD_PASSWORD, ODD_USER, PASSWORD, Dovecot, dovecot, running_dovecot, user

__all__ = ["dovecot", "user"]

pytestmark = pytest.mark.servers

ANN = "ann@example.com"


def settings(dovecot: Dovecot, user: str = ANN, **changes: object) -> ImapSettings:
    given = ImapSettings("127.0.0.1", dovecot.port, "starttls", user, ca_file=dovecot.ca_file)
    return replace(given, **changes)  # type: ignore[arg-type]


def session(dovecot: Dovecot, user: str = ANN, secret: str = PASSWORD, **changes: object) -> ImapSession:
    return open_session(settings(dovecot, user, **changes), secret)


def mail(number: int, body: str = "Hello") -> bytes:
    head = f"From: x{number}@example.org\r\nSubject: No {number}\r\nMessage-ID: <m{number}@example.org>\r\n"
    return f"{head}\r\n{body}\r\n".encode()


def flags_of(dovecot: Dovecot, user: str) -> list[str]:
    """Where each message lies and what it is marked with, as the Maildir tells."""
    place = dovecot.place_of(user)
    return sorted(
        f"{part}{path.name.partition(':')[2]}" for part in ("new", "cur") for path in (place / part).iterdir()
    )


def cause_of(given: ImapSettings, secret: str = PASSWORD) -> str:
    with pytest.raises(ImapFault) as caught:
        open_session(given, secret)
    assert secret not in f"{caught.value.text}{caught.value!r}"
    return caught.value.cause


# Getting in ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_a_mailbox_is_reached_however_its_host_makes_the_line_safe(dovecot, security):
    port = dovecot.tls_port if security == "tls" else dovecot.port
    with session(dovecot, security=security, port=port) as found:
        assert found.can_idle
        assert ImapFolder("INBOX", FolderRole.INBOX) in found.folders()


def test_a_password_may_hold_any_character(dovecot):
    with session(dovecot, ODD_USER, ODD_PASSWORD) as found:
        assert found.folders()


def test_what_keeps_us_out_is_told_apart(dovecot, authority):
    given = settings(dovecot)
    assert cause_of(given, "wrong-word") == "auth"
    assert cause_of(replace(given, ca_file=None)) == "tls"
    assert cause_of(replace(given, security="tls", port=dovecot.tls_port, ca_file=None)) == "tls"
    assert cause_of(replace(given, port=free_port())) == "refused"
    assert cause_of(replace(given, host="nowhere.example.com")) == "dns"
    assert cause_of(replace(given, auth="oauth"), "any-token") == "busy", "who would know the token is away"


def test_a_token_signs_in_and_one_that_has_ended_does_not(authority):
    with running_sign_in_host() as fake, running_dovecot(authority, f"{fake.base}/introspect") as host:
        fake.opens_for["good-token"] = ANN
        with session(host, secret="good-token", auth="oauth") as found:
            assert found.folders()
        del fake.opens_for["good-token"]
        assert cause_of(settings(host, auth="oauth"), "good-token") == "auth"
        with session(host) as found:
            assert found.folders(), "a password goes on working beside it"


def test_fault_11_no_password_leaves_without_encryption_for_another_computer(dovecot):
    assert cause_of(replace(settings(dovecot), host="192.0.2.1", security="none")) == "plaintext"


# Reading -------------------------------------------------------------------------------------------------------------


def test_T47_reading_leaves_every_message_as_it_was(dovecot, user):
    for number in range(12):
        dovecot.deliver(user, mail(number))
    with session(dovecot, user) as found:
        found.open("INBOX")  # a Maildir's messages move from new to cur once they are listed
        before = flags_of(dovecot, user)
        uids = found.uids_after(0)
        heads = [head for some in found.heads(uids) for head in some]
        bodies = found.messages(uids)

    assert len(heads) == len(bodies) == 12
    assert flags_of(dovecot, user) == before
    assert not [name for name in before if name.endswith("S")]


def test_only_what_came_behind_a_uid_is_found(dovecot, user):
    dovecot.deliver(user, mail(1))
    dovecot.deliver(user, mail(2))
    with session(dovecot, user) as found:
        state = found.open("INBOX")
        uids = found.uids_after(0)
        assert (state.count, state.uid_next) == (2, uids[-1] + 1)
        assert found.uids_after(uids[0]) == [uids[1]]
        assert found.uids_after(uids[1]) == []
        found.open("Sent")  # a folder that is open isn't asked about
        before = found.marks_of(["INBOX", "Junk", "Gone"])
        assert before == {"INBOX": (state.uid_validity, state.uid_next), "Junk": before["Junk"]}
        dovecot.deliver(user, mail(3))
        assert found.marks_of(["INBOX"])["INBOX"].uid_next == (state.uid_next or 0) + 1


def test_a_head_tells_size_and_instant_and_the_body_is_fetched_alone(dovecot, user):
    dovecot.deliver(user, mail(1, "x" * 5000))
    with session(dovecot, user) as found:
        found.open("INBOX")
        [[head]] = list(found.heads(found.uids_after(0)))
        [message] = found.messages([head.uid]).values()

    assert head.header.endswith(b"Message-ID: <m1@example.org>\r\n\r\n")
    assert head.size == len(message) > 5000
    assert head.received_at is not None
    assert abs(head.received_at - datetime.now(UTC)) < timedelta(hours=1)  # noqa: TID251  # Dovecot's clock is real


def test_heads_come_in_portions_and_what_was_expunged_meanwhile_is_left_out(dovecot, user, monkeypatch):
    monkeypatch.setattr(imap, "HEADS_AT_ONCE", 3)
    for number in range(7):
        dovecot.deliver(user, mail(number))
    with session(dovecot, user) as found:
        found.open("INBOX")
        uids = found.uids_after(0)
        portions = found.heads([*uids, uids[-1] + 50])
        assert len(next(portions)) == 3
        with imaplib.IMAP4("127.0.0.1", dovecot.port) as other:
            other.login(user, PASSWORD)
            other.select("INBOX")
            other.uid("STORE", str(uids[4]), "+FLAGS", "\\Deleted")
            other.expunge()
        assert sum(len(heads) for heads in portions) in {3, 4}, "Dovecot may still know what it has shown"
        assert found.messages([uids[-1] + 50]) == {}


def test_fault_34_a_long_message_is_cut_and_a_long_head_too(dovecot, user, monkeypatch):
    monkeypatch.setattr(imap, "MOST_MESSAGE", 1000)
    monkeypatch.setattr(imap, "MOST_HEAD", 40)
    dovecot.deliver(user, mail(1, "y" * 50_000))
    with session(dovecot, user) as found:
        found.open("INBOX")
        [[head]] = list(found.heads(found.uids_after(0)))
        assert len(head.header) == 40
        assert [len(data) for data in found.messages([head.uid]).values()] == [1000]
        assert head.size > 50_000


def test_fault_34_a_new_uid_validity_is_seen(dovecot, user):
    dovecot.deliver(user, mail(1))
    with session(dovecot, user) as found:
        before = found.open("INBOX").uid_validity
    dovecot.change_uid_validity(user)
    with session(dovecot, user) as found:
        assert found.open("INBOX").uid_validity != before
        assert len(found.uids_after(0)) == 1


def test_messages_are_found_by_their_message_id_and_by_their_day(dovecot, user):
    for number in range(3):
        dovecot.deliver(user, mail(number))
    with session(dovecot, user) as found:
        found.open("INBOX")
        uids = found.uids_after(0)
        assert found.uids_of("<m1@example.org>") == [uids[1]]
        assert found.uids_of("<other@example.org>") == []
        today = datetime.now(UTC).date()  # noqa: TID251
        assert found.uids_since(today - timedelta(days=1)) == uids
        assert found.uids_since(today + timedelta(days=2)) == []


def test_a_copy_of_what_we_sent_lies_read_in_the_sent_folder_and_nothing_else_changed(dovecot, user):
    dovecot.deliver(user, mail(1))
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    with session(dovecot, user) as found:
        sent = next(folder.name for folder in found.folders() if folder.role is FolderRole.SENT)
        found.append_seen(sent, mail(9), at)
        found.open(sent)
        [[head]] = list(found.heads(found.uids_of("<m9@example.org>")))
        assert head.received_at == at
    assert [name for name in flags_of(dovecot, user) if "S" in name] == []


def test_folders_with_names_of_any_script_are_told_and_opened(dovecot, user):
    with imaplib.IMAP4("127.0.0.1", dovecot.port) as other:
        other.login(user, PASSWORD)
        other.create("Entw&APw-rfe")
    with session(dovecot, user) as found:
        folders = {folder.name: folder.role for folder in found.folders()}
        assert folders["Entwürfe"] is FolderRole.DRAFTS
        assert folders["Junk"] is FolderRole.JUNK
        assert found.open("Entwürfe").count == 0


def test_a_folder_that_is_gone_is_told_so(dovecot, user):
    with session(dovecot, user) as found, pytest.raises(ImapFault) as caught:
        found.open("Gone")
    assert caught.value.cause == "protocol"


# Waiting -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def bell() -> Iterator[Bell]:
    own = Bell()
    yield own
    own.close()


def later(call: Callable[..., object], *arguments: object) -> threading.Thread:  # noqa: TID251
    """Have somebody else do something in a moment."""
    timer = threading.Timer(0.3, call, arguments)  # noqa: TID251
    timer.start()
    return timer


def test_a_delivery_ends_the_waiting_at_once(dovecot, user, bell):
    dovecot.deliver(user, mail(1))
    with session(dovecot, user) as found:
        found.open("INBOX")
        begun: list[float] = []
        delivery = later(dovecot.deliver, user, mail(2))
        assert found.idle(20, bell, lambda: begun.append(time.monotonic()))
        assert 0 < time.monotonic() - begun[0] < 5
        delivery.join()
        assert len(found.uids_after(0)) == 2


def test_what_arrived_between_reading_and_waiting_is_not_slept_through(dovecot, user, bell):
    dovecot.deliver(user, mail(1))
    with session(dovecot, user) as found:
        found.open("INBOX")
        uids = found.uids_after(0)
        dovecot.deliver(user, mail(2))
        begun: list[bool] = []
        assert found.idle(20, bell, lambda: begun.append(True))
        assert len(found.uids_after(uids[-1])) == 1
        dovecot.deliver(user, mail(3))
        list(found.heads(uids))  # the server may tell of the arrival beside this answer
        assert found.idle(20, bell)


def test_waiting_ends_when_nothing_comes_and_when_the_bell_rings(dovecot, user, bell):
    with session(dovecot, user) as found:
        found.open("INBOX")
        assert not found.idle(0.2, bell)
        ringing = later(bell.ring)
        assert not found.idle(500, bell)
        ringing.join()
        assert not found.idle(500, bell), "a bell that was rung before is heard too"
        assert found.uids_after(0) == []
        found.leave()
        assert set(found.marks_of(["INBOX"])) == {"INBOX"}


def test_a_line_that_is_cut_ends_whatever_waits_on_it(dovecot, user, bell):
    shears = Shears()
    with open_session(settings(dovecot, user), PASSWORD, shears) as found:
        found.open("INBOX")
        cut = later(shears.cut)
        with pytest.raises(ImapFault) as caught:
            found.idle(20, bell)
        cut.join()
    assert caught.value.cause == "closed"
    with pytest.raises(ImapFault):
        open_session(settings(dovecot, user), PASSWORD, shears)


@pytest.mark.parametrize("security", ["none", "tls"])
def test_a_host_that_takes_the_call_and_says_nothing_is_cut_off(security):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        shears = Shears()
        cut = later(shears.cut)
        given = ImapSettings("127.0.0.1", silent.getsockname()[1], security, ANN)
        with pytest.raises(ImapFault):
            open_session(given, PASSWORD, shears)
        cut.join()


def test_fault_34_a_host_killed_in_mid_idle_is_noticed_and_found_again(authority, bell):
    with running_dovecot(authority) as host:
        host.deliver(ANN, mail(1))
        with session(host) as found:
            found.open("INBOX")
            death = later(host.kill)
            with pytest.raises(ImapFault) as caught:
                found.idle(20, bell)
            death.join()
        assert caught.value.cause == "closed"
        host.start()
        with session(host) as found:
            found.open("INBOX")
            assert len(found.uids_after(0)) == 1


# Hosts that aren't what they say -------------------------------------------------------------------------------------


class Talker:
    """A server that says what it is told, line by line, to one client."""

    def __init__(self, *answers: bytes) -> None:
        self.port = 0
        self._answers = answers
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)  # noqa: TID251  # another program
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._talk, "127.0.0.1", 0), self._loop
        ).result(5)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK hello\r\n")
        answers = iter(self._answers)
        while line := await reader.readline():
            tag, command = line.split()[:2]
            if command == b"CAPABILITY":
                writer.write(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + tag + b" OK these\r\n")
            else:
                if command == b"AUTHENTICATE":
                    writer.write(b"+ \r\n")
                    await reader.readline()
                writer.write(next(answers, b"* BYE\r\n").replace(b"TAG", tag))
        writer.close()

    def close(self) -> None:
        async def end() -> None:
            self._server.close()

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


SIGNED_IN = b"TAG OK signed in\r\n"
OPENED = b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 2] ok\r\nTAG OK [READ-ONLY] done\r\n"


def read_one(given: ImapSettings) -> None:
    with open_session(given, PASSWORD) as found:
        found.open("INBOX")
        list(found.heads([1]))


def talk_with(*answers: bytes) -> str:
    """The cause that reading one message of a strange server ends with."""
    server = Talker(*answers)
    try:
        given = ImapSettings("127.0.0.1", server.port, "none", ANN, timeout=5)
        with pytest.raises(ImapFault) as caught:
            read_one(given)
        return caught.value.cause
    finally:
        server.close()


@pytest.mark.parametrize(
    "answers,cause",
    [
        ((SIGNED_IN, OPENED, b"* 1 FETCH (UID 1 BODY[HEADER]<0> {1073741824}\r\nxx"), "closed"),
        ((SIGNED_IN, OPENED, b"* 1 FETCH (UID 1 BODY[HEADER]<0> \xff((((\r\nTAG OK\r\n"), "protocol"),
        ((SIGNED_IN, b"* 1 EXISTS\r\nTAG OK done\r\n"), "protocol"),
        ((SIGNED_IN, b"* BYE over\r\n"), "closed"),
        ((b"TAG NO [AUTHENTICATIONFAILED] no\r\n",), "auth"),
        ((b"TAG NO [UNAVAILABLE] Temporary authentication failure\r\n",), "busy"),
        ((b"TAG NO [ALERT] Too many simultaneous connections. (Failure)\r\n",), "busy"),
    ],
)
def test_fault_34_whatever_a_host_says_ends_in_one_word(answers, cause):
    assert talk_with(*answers) == cause
