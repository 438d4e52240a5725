"""A message's way over the wire: what each answer, silence or break means, and that nothing is ever mixed up."""

import asyncio
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opendoors_desktop.mail.frames import Accepted, Closed, Lost, Refused
from opendoors_desktop.mail.smtp_dialogue import Dialogue
from tests.fixtures_smtp import greet, read_message, running_mail_host, running_sink, talking_server
from tests.mail.smtp_lines import MAILBOX, line_to, mail
from tests.mail.smtp_lines import settings as plain

PIPELINING = ("PIPELINING", "SIZE 20000")


def server(*exchanges, extensions=PIPELINING):
    """A server that, after EHLO, waits for the end of each first item and says the second."""

    async def talk(reader, writer):
        await greet(reader, writer, *extensions)
        for end, says in exchanges:
            if end:
                await reader.readuntil(end)
            if says is None:
                return
            writer.write(says)
        await reader.read()

    return talk


ENVELOPE = (b"DATA\r\n", b"250 ok\r\n250 ok\r\n354 go\r\n")
DOT = b"\r\n.\r\n"


@pytest.mark.parametrize("pipelining", [True, False])
async def test_messages_go_one_after_the_other_and_arrive_as_they_are(pipelining):
    with running_sink(*(() if pipelining else ("-p",))) as sink:
        async with line_to(sink.port) as line:
            for number in range(5):
                found = await line.send(mail(number, text=b".dot\r\n..two\r\n.\r\nend"))
                assert isinstance(found, Accepted)
                assert (found.id, found.code, found.is_ready) == (UUID(int=number), 250, True)

        captured = sink.captured()

    assert len(captured) == 5
    assert all(b"\n.dot\n..two\n.\nend\n" in message for message in captured)


async def test_the_server_keeps_byte_for_byte_what_was_built():
    message = msgspec.structs.replace(mail(), message=b".first: x\r\nSubject: y\r\n\r\n.\r\n..\r\n.x")
    async with running_mail_host() as host, line_to(host.port) as line:
        assert isinstance(await line.send(message), Accepted)

    assert host.taken == [("ann@example.com", ["bob@example.net"], message.message + b"\r\n")]


async def test_fault_02_a_drop_between_the_dot_and_its_answer_is_unknown():
    with running_sink("-q", ".") as sink:
        for number in range(5):
            async with line_to(sink.port) as line:
                found = await line.send(mail(number))
                assert isinstance(found, Lost)
                assert (found.id, found.phase, found.cause) == (UUID(int=number), "dot", "closed")
        assert len(sink.captured()) == 5


async def test_fault_03_a_slow_answer_to_the_dot_is_waited_for():
    with running_sink("-W", ".:2") as sink:
        async with line_to(sink.port, reply_timeout=0.2, dot_timeout=5.0) as line:
            assert isinstance(await line.send(mail()), Accepted)


async def test_fault_03_T87_beyond_the_wait_it_is_unknown_and_the_connection_is_thrown_away():
    with running_sink("-W", ".:2") as sink:
        async with line_to(sink.port, dot_timeout=0.2) as line:
            found = await line.send(mail(1))
            assert isinstance(found, Lost)
            assert (found.phase, found.cause) == ("dot", "timeout")
            later = await line.send(mail(2))
            assert isinstance(later, Lost)
            assert (later.id, later.phase) == (UUID(int=2), "connect")
            assert line.reports.empty()


class SkippingLoop(asyncio.SelectorEventLoop):
    """A loop whose clock a test sets forward by adding to `skipped`, in seconds."""

    skipped = 0.0

    def time(self) -> float:
        return super().time() + self.skipped


@pytest.mark.parametrize("seconds, is_taken", [(90, True), (595, True), (601, False), (700, False)])
def test_fault_03_the_wait_that_ships_is_ten_minutes_by_the_loops_own_clock(seconds, is_taken):
    loop = SkippingLoop()

    async def talk(reader, writer):
        await greet(reader, writer)
        for answer in (b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"):
            await reader.readline()
            writer.write(answer)
        await read_message(reader)
        loop.skipped += seconds
        await asyncio.sleep(0.05)  # time for the other side to see how late it is
        writer.write(b"250 at last\r\n")
        await reader.read()

    async def send():
        async with talking_server(talk) as port, line_to(port) as line:
            line.dialogue.transmit(mail())
            return await line.reports.get()

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        found = runner.run(send())
    if is_taken:
        assert isinstance(found, Accepted)
        assert found.text == "at last"
    else:
        assert isinstance(found, Lost)
        assert (found.phase, found.cause) == ("dot", "timeout")


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("phase", ["mail", "rcpt", "data"])
async def test_fault_04_a_drop_before_the_body_is_certainly_not_sent(phase, pipelining):
    with running_sink("-q", phase, *(() if pipelining else ("-p",))) as sink:
        async with line_to(sink.port) as line:
            found = await line.send(mail())

        assert isinstance(found, Lost)
        assert (found.phase, found.cause) == (phase, "closed")
        assert sink.captured() == []


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("phase", ["mail", "rcpt", "data", "."])
async def test_fault_06_421_in_mid_session_ends_the_connection_and_blames_nobody(phase, pipelining):
    with running_sink("-Q", phase, *(() if pipelining else ("-p",))) as sink:
        async with line_to(sink.port) as line:
            found = await line.send(mail())

    assert isinstance(found, Refused)
    assert (found.phase, found.code, found.is_ready) == ("dot" if phase == "." else phase, 421, False)


@pytest.mark.parametrize("pipelining", [True, False])
async def test_fault_07_a_refused_recipient_leaves_the_session_for_the_next(pipelining):
    flags = () if pipelining else ("-p",)
    with running_sink("-f", "rcpt", "-B", "550 5.1.1 no such user", *flags) as sink:
        async with line_to(sink.port) as line:
            for number in range(3):
                found = await line.send(mail(number))
                assert isinstance(found, Refused)
                assert (found.phase, found.code, found.status, found.text) == ("rcpt", 550, "5.1.1", "no such user")
                assert found.is_ready


async def test_fault_07_the_next_recipient_of_the_same_session_gets_its_message():
    async def talk(reader, writer):
        await greet(reader, writer, *PIPELINING)
        await reader.readuntil(b"DATA\r\n")
        writer.write(b"250 ok\r\n550 5.1.1 who?\r\n503 5.5.1 no recipients\r\n")
        assert (await reader.readuntil(b"DATA\r\n")).startswith(b"RSET\r\nMAIL FROM")
        writer.write(b"250 reset\r\n250 ok\r\n250 ok\r\n354 go\r\n")
        await read_message(reader)
        writer.write(b"250 2.0.0 Ok: queued as X1\r\n")
        assert (await reader.readuntil(b"DATA\r\n")).startswith(b"MAIL FROM")
        writer.write(b"250 ok\r\n250 ok\r\n354 go\r\n")
        await read_message(reader)
        writer.write(b"250 ok\r\n")
        await reader.read()

    async with talking_server(talk) as port, line_to(port) as line:
        assert isinstance(await line.send(mail(1)), Refused)
        second = await line.send(mail(2))
        assert isinstance(second, Accepted)
        assert second.server_id == "X1"
        assert isinstance(await line.send(mail(3)), Accepted)


async def test_a_lone_dot_answers_354_where_the_recipient_was_refused():
    async def talk(reader, writer):
        await greet(reader, writer, *PIPELINING)
        await reader.readuntil(b"DATA\r\n")
        writer.write(b"250 ok\r\n550 5.1.1 who?\r\n354 go on\r\n")
        assert await reader.readline() == b".\r\n"
        writer.write(b"554 no valid recipients\r\n")
        assert (await reader.readuntil(b"DATA\r\n")).startswith(b"MAIL FROM")
        writer.write(b"250 ok\r\n250 ok\r\n354 go\r\n")
        await read_message(reader)
        writer.write(b"250 ok\r\n")
        await reader.read()

    async with talking_server(talk) as port, line_to(port) as line:
        found = await line.send(mail(1))
        assert isinstance(found, Refused)
        assert (found.phase, found.code, found.is_ready) == ("rcpt", 550, True)
        assert isinstance(await line.send(mail(2)), Accepted)


async def test_354_after_a_refused_sender_ends_the_connection_without_a_dot():
    seen = []

    async def talk(reader, writer):
        await greet(reader, writer, *PIPELINING)
        await reader.readuntil(b"DATA\r\n")
        writer.write(b"550 5.7.1 not you\r\n250 ok\r\n354 go on\r\n")
        seen.append(await reader.read())

    async with talking_server(talk) as port, line_to(port) as line:
        found = await line.send(mail())

    assert isinstance(found, Refused)
    assert (found.phase, found.code, found.is_ready) == ("mail", 550, False)
    assert seen == [b""]


async def test_fault_08_a_refused_message_is_told_with_the_servers_words():
    with running_sink("-f", ".", "-B", "554 5.7.1 spam content") as sink:
        async with line_to(sink.port) as line:
            for number in range(2):
                found = await line.send(mail(number))
                assert isinstance(found, Refused)
                assert (found.phase, found.code, found.status, found.text) == ("dot", 554, "5.7.1", "spam content")
                assert found.is_ready


async def test_fault_05_a_4xx_is_a_refusal_for_now():
    with running_sink("-r", "rcpt", "-b", "450 4.2.0 greylisted") as sink:
        async with line_to(sink.port) as line:
            found = await line.send(mail())

    assert isinstance(found, Refused)
    assert (found.phase, found.code, found.status) == ("rcpt", 450, "4.2.0")


async def test_a_drop_at_quit_changes_nothing_that_was_accepted():
    with running_sink("-q", "quit") as sink:
        async with line_to(sink.port) as line:
            assert isinstance(await line.send(mail()), Accepted)
            line.dialogue.leave()
            assert isinstance(await line.next(), Closed)


@pytest.mark.parametrize(
    "answers,phase",
    [
        ((), "mail"),
        ((b"250 ok\r\n",), "rcpt"),
        ((b"250 ok\r\n250 ok\r\n",), "data"),
        ((b"250 ok\r\n250 ok\r\n3",), "data"),
        ((b"250-ok\r\n250-more\r\n",), "mail"),
    ],
)
async def test_silence_before_the_body_is_certainly_not_sent(answers, phase):
    async with (
        talking_server(server(*((b"DATA\r\n" if not n else b"", a) for n, a in enumerate(answers)))) as port,
        line_to(port, reply_timeout=0.2) as line,
    ):
        found = await line.send(mail())

    assert isinstance(found, Lost)
    assert (found.phase, found.cause) == (phase, "timeout")


async def test_silence_after_a_refusal_is_still_that_refusal():
    talk = server((b"DATA\r\n", b"250 ok\r\n550 5.1.1 who?\r\n"))
    async with talking_server(talk) as port, line_to(port, reply_timeout=0.2) as line:
        found = await line.send(mail())

    assert isinstance(found, Refused)
    assert (found.phase, found.code, found.is_ready) == ("rcpt", 550, False)


@pytest.mark.parametrize(
    "says,phase",
    [
        (b"<html>\r\n", "mail"),
        (b"250 ok\r\nhello\r\n", "rcpt"),
        (b"199 odd\r\n", "mail"),
        (b"354 too early\r\n", "mail"),
        (b"250 ok\r\n250 ok\r\n250 ok\r\n", "data"),
        (b"250 ok\r\n250 ok\r\n334 ok\r\n", "data"),
        (b"25\r\n", "mail"),
        (b"x" * 70_000, "mail"),
        (b"250-more\r\n" * 300, "mail"),
    ],
)
async def test_an_answer_that_is_none_before_the_body_is_certainly_not_sent(says, phase):
    async with talking_server(server((b"DATA\r\n", says))) as port, line_to(port) as line:
        found = await line.send(mail())

    assert isinstance(found, Lost)
    assert (found.phase, found.cause) == (phase, "bad_reply")


@pytest.mark.parametrize("says", [b"<html>\r\n", b"354 what?\r\n", b"\x00\xff\r\n", b"55\r\n", b"\r\n"])
async def test_an_answer_that_is_none_to_the_dot_is_unknown(says):
    async with talking_server(server(ENVELOPE, (DOT, says))) as port, line_to(port) as line:
        found = await line.send(mail())

    assert isinstance(found, Lost)
    assert (found.phase, found.cause) == ("dot", "bad_reply")


async def test_an_answer_in_pieces_and_on_several_lines_is_one():
    talk = server(ENVELOPE, (DOT, b"25"), (b"", b"0-2.0.0 first\r"), (b"", b"\n250 2.0.0 queued as Z9\r\n"))
    async with talking_server(talk) as port, line_to(port) as line:
        found = await line.send(mail())

    assert isinstance(found, Accepted)
    assert (found.text, found.server_id) == ("first queued as Z9", "Z9")


async def test_T87_an_answer_too_many_is_never_taken_for_the_next_messages():
    talk = server(ENVELOPE, (DOT, b"250 one\r\n250 again\r\n"), ENVELOPE, (DOT, b"250 two\r\n"))
    async with talking_server(talk) as port, line_to(port) as line:
        first = await line.send(mail(1))
        assert isinstance(first, Accepted)
        assert (first.text, first.is_ready) == ("one", False)
        second = await line.send(mail(2))
        assert isinstance(second, Lost)
        assert second.phase == "connect"


async def test_T87_what_nobody_asked_for_ends_an_idle_connection():
    async def talk(reader, writer):
        await greet(reader, writer, *PIPELINING)
        await asyncio.sleep(0.1)
        writer.write(b"250 hello?\r\n")
        await reader.read()

    async with talking_server(talk) as port, line_to(port) as line:
        found = await line.next()

    assert isinstance(found, Closed)
    assert found.mailbox_id == MAILBOX


async def test_T86_an_idle_connection_that_the_server_closes_is_noticed():
    async def talk(reader, writer):
        await greet(reader, writer, *PIPELINING)
        await asyncio.sleep(0.1)
        writer.write(b"421 4.4.2 timeout, bye\r\n")

    async with talking_server(talk) as port, line_to(port) as line:
        found = await line.next()
        assert isinstance(found, Closed)
        assert "timeout, bye" in found.text
        assert isinstance(await line.send(mail()), Lost)


async def test_T86_a_connection_idle_for_too_long_says_goodbye():
    with running_sink() as sink:
        async with line_to(sink.port, idle_limit=0.2) as line:
            assert isinstance(await line.next(), Closed)
            assert line.dialogue.gone.is_set()
            assert line.reports.empty()


async def test_a_goodbye_that_is_not_answered_ends_all_the_same(monkeypatch):
    monkeypatch.setattr("opendoors_desktop.mail.smtp_dialogue.GOODBYE_WITHIN", 0.1)
    async with talking_server(server((b"QUIT\r\n", b""))) as port, line_to(port) as line:
        line.dialogue.leave()
        line.dialogue.leave()
        assert isinstance(await line.next(), Closed)


async def test_leaving_waits_for_the_message_under_way():
    async def talk(reader, writer):
        await greet(reader, writer, *PIPELINING)
        await reader.readuntil(b"DATA\r\n")
        writer.write(b"250 ok\r\n250 ok\r\n354 go\r\n")
        await read_message(reader)
        await asyncio.sleep(0.1)
        writer.write(b"250 ok\r\n")
        assert await reader.readline() == b"QUIT\r\n"
        writer.write(b"221 bye\r\n")

    async with talking_server(talk) as port, line_to(port) as line:
        line.dialogue.transmit(mail())
        line.dialogue.leave()
        found = await line.next()
        assert isinstance(found, Accepted)
        assert not found.is_ready
        await line.dialogue.gone.wait()
        assert line.reports.empty()


async def test_one_message_at_a_time():
    with running_sink("-W", ".:1") as sink:
        async with line_to(sink.port) as line:
            line.dialogue.transmit(mail(1))
            line.dialogue.transmit(mail(2))
            refused, taken = await line.next(), await line.next()

    assert isinstance(refused, Lost)
    assert (refused.id, refused.phase) == (UUID(int=2), "connect")
    assert isinstance(taken, Accepted)


@pytest.mark.parametrize(
    "change,phase,code",
    [
        ({"recipient": "bob@example.net>\r\nRCPT TO:<x@example.org"}, "rcpt", 553),
        ({"recipient": "müller@example.net"}, "rcpt", 553),
        ({"recipient": ""}, "rcpt", 553),
        ({"sender": "ann @example.com"}, "mail", 553),
        ({"message": b"a\nb\r\n"}, "data", 554),
        ({"message": b"a\rb\r\n"}, "data", 554),
        ({"message": b"x" * 20_001}, "mail", 552),
    ],
)
async def test_what_cannot_be_handed_over_is_refused_before_a_word_is_said(change, phase, code):
    seen = []

    async def talk(reader, writer):
        await greet(reader, writer, *PIPELINING)
        seen.append(await reader.read())

    async with talking_server(talk) as port, line_to(port) as line:
        found = await line.send(msgspec.structs.replace(mail(), **change))
        assert isinstance(found, Refused)
        assert (found.phase, found.code, found.is_ready) == (phase, code, True)

    assert seen in ([b""], [b"QUIT\r\n"])


async def test_an_empty_sender_is_the_null_sender():
    async with running_mail_host() as host, line_to(host.port) as line:
        assert isinstance(await line.send(msgspec.structs.replace(mail(), sender="")), Accepted)

    assert host.taken[0][0] in ("", "<>")


async def test_a_large_message_arrives_whole():
    text = b"\r\n".join(b"%06d " % number + b"x" * 60 for number in range(60_000))
    async with running_mail_host(data_size_limit=None) as host, line_to(host.port) as line:
        assert isinstance(await line.send(mail(text=text)), Accepted)

    assert host.taken[0][2].endswith(text + b"\r\n")


class Wire(asyncio.Transport):
    """A transport that keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.is_aborted = False

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self.protocol = protocol

    def is_closing(self) -> bool:
        return self.is_aborted

    def write(self, data: Any) -> None:
        assert not self.is_aborted
        self.written += data

    def abort(self) -> None:
        self.is_aborted = True


ANSWERS = st.sampled_from(
    [
        *(b"250 ok\r\n", b"250 ok\r\n", b"250 ok\r\n250 ok\r\n354 go\r\n", b"354 go\r\n", b"354 go\r\n"),
        *(b"250-a\r\n250 b\r\n", b"550 5.1.1 no\r\n", b"450 later\r\n", b"421 bye\r\n", b"221 bye\r\n", b"334 ?\r\n"),
        *(b"\r\n", b"<html>\r\n", b"25", b"0 ok\r\n", b"250", b"\xff\r\n", b"lost", b"late", b"next"),
    ]
)


@given(answers=st.lists(ANSWERS, max_size=12), pipelines=st.booleans())
@settings(max_examples=400)
async def test_whatever_a_server_says_each_message_has_one_fate_and_it_is_true(answers, pipelines):
    reports: list[Accepted | Refused | Lost | Closed] = []
    extensions = {"pipelining": ""} if pipelines else {}
    dialogue, wire = Dialogue(MAILBOX, 0, plain(1), extensions, reports.append), Wire()
    dialogue.take_over(wire)
    told = []
    for number in range(1, 4):
        told.append(number)
        dialogue.transmit(mail(number, text=b"body-%d" % number))
        while answers and not any(
            isinstance(one, Accepted | Refused | Lost) and one.id.int == number for one in reports
        ):
            answer = answers.pop(0)
            if wire.is_aborted or answer == b"lost":
                dialogue.connection_lost(None)
            elif answer == b"late":
                dialogue._deadline = 0.0
                dialogue._look()
            elif answer != b"next":
                dialogue.data_received(answer)
        if not answers:
            break
    dialogue.connection_lost(None)

    fates = [one for one in reports if not isinstance(one, Closed)]
    assert sorted(one.id.int for one in fates) == told
    for one in fates:
        phase = "dot" if isinstance(one, Accepted) else one.phase
        assert (b"body-%d\r\n.\r\n" % one.id.int in wire.written) == (phase == "dot")
        assert not (isinstance(one, Refused) and one.code < 400)
    assert sum(isinstance(one, Closed) for one in reports) <= 1
    assert dialogue.gone.is_set()
