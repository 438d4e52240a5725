"""One logged-in SMTP connection: hands messages over one by one and knows at each instant what is certain."""

import asyncio
import re
from collections import deque
from collections.abc import Callable
from typing import Final, cast
from uuid import UUID

from opendoors_desktop.mail.faults import fault, is_armed
from opendoors_desktop.mail.frames import Accepted, Closed, Lost, Refused, SmtpSettings, Transmission
from opendoors_desktop.mail.receipt import answer, server_id

LONGEST_ANSWER: Final = 64 * 1024
GOODBYE_WITHIN: Final = 5.0
_ENVELOPE_ADDRESS = re.compile(r"[!-;=?-~]{1,254}")
Report = Callable[[Accepted | Refused | Lost | Closed], None]


class Dialogue(asyncio.Protocol):
    """The mail transactions of one connection, after login (RFC 5321; RFC 2920 where the server pipelines).

    Every message ends in one Accepted, Refused or Lost. Until the first byte of the body is written it is certainly
    not sent; from then on only the server's answer tells. Whatever doesn't fit (a time-out, an answer nobody asked
    for, one that is none) ends the connection, so that no answer is ever taken for another message's.
    """

    def __init__(
        self, mailbox_id: UUID, number: int, settings: SmtpSettings, extensions: dict[str, str], report: Report
    ) -> None:
        self._mailbox_id = mailbox_id
        self._number = number
        self._settings = settings
        self._pipelines = "pipelining" in extensions
        self._size_limit = int(extensions["size"]) if extensions.get("size", "").isdigit() else 0
        self._report = report
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._lines: list[str] = []
        self._expected: deque[str] = deque()
        self._mail: Transmission | None = None
        self._refusal: tuple[str, int, str, str] | None = None
        self._must_reset = False
        self._leaving = False
        self._told = False
        self._timer: asyncio.TimerHandle | None = None
        self._deadline = 0.0
        self.gone = asyncio.Event()

    def take_over(self, transport: asyncio.Transport) -> bool:
        """Speak on this transport from now on; False if it has closed in the meantime."""
        if transport.is_closing():
            self.gone.set()
            return False
        self._transport = transport
        transport.set_protocol(self)
        self._wait(self._settings.idle_limit)
        return True

    @property
    def is_idle(self) -> bool:
        """True when a message may be handed over."""
        return self._transport is not None and self._mail is None and not self._leaving

    def transmit(self, mail: Transmission) -> None:
        """Hand a message over: MAIL, RCPT, DATA, the body and its dot; the answer is reported."""
        if not self.is_idle:
            phase = "the connection was closed before" if self._mail is None else "another message is under way"
            self._report(Lost(mail.id, self._mailbox_id, self._number, "connect", phase))
            return
        fault("smtp.before_mail")
        problem = self._unsendable(mail)
        if problem is not None:
            self._report(Refused(mail.id, self._mailbox_id, self._number, *problem, is_ready=True))
            return
        self._mail, self._refusal = mail, None
        self._expected.extend(("reset", "mail", "rcpt", "data") if self._must_reset else ("mail", "rcpt", "data"))
        self._must_reset = False
        self._wait(self._settings.reply_timeout)
        if self._pipelines:
            self._write(b"".join([self._command(phase) for phase in self._expected]))
        else:
            self._write(self._command(self._expected[0]))

    def leave(self) -> None:
        """Say QUIT, at once or when the message under way is answered."""
        self._leaving = True
        if self._transport is not None and self._mail is None and not self._expected:
            self._expected.append("quit")
            self._wait(GOODBYE_WITHIN)
            self._write(b"QUIT\r\n")

    def data_received(self, data: bytes) -> None:
        """Cut what came into answers and act on each."""
        self._buffer += data
        while self._transport is not None:
            line, end, rest = self._buffer.partition(b"\n")
            if not end:
                break
            self._buffer = rest
            self._line(line.rstrip(b"\r"))
        if len(self._buffer) > LONGEST_ANSWER or len(self._lines) > 200:
            self._break("the server's answer has no end", "bad_reply")

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        if self._transport is not None:
            self._break(str(exc) if exc is not None and str(exc) else "the server closed the connection", "closed")

    def _line(self, line: bytes) -> None:
        code, joint = line[:3], line[3:4]
        if not (len(code) == 3 and code.isdigit() and code[0] in b"2345" and joint in (b" ", b"-", b"")):
            self._break(f"the server's answer is none: {line[:200].decode('utf-8', 'replace')}", "bad_reply")
            return
        self._lines.append(line[4:].decode("utf-8", "replace"))
        if joint != b"-":
            lines, self._lines = self._lines, []
            self._answer(int(code), lines)

    def _answer(self, code: int, lines: list[str]) -> None:
        """Act on a whole answer: the first that is still expected, or one that nobody asked for."""
        phase = self._expected.popleft() if self._expected else ""
        if phase == "dot":
            self._dot_answered(code, lines)
        elif phase in ("quit", ""):
            _, text = answer(lines)
            self._break(f"{code} {text}", "closed" if phase == "quit" or code == 421 else "bad_reply")
        elif code == 421:
            self._refusal = self._refusal or ("mail" if phase == "reset" else phase, code, *answer(lines))
            self._end_refused(is_ready=False)
        elif code >= 400 or code == 354 if phase == "data" else code // 100 != 3 or phase in ("reset", "lone dot"):
            self._before_body(phase, code, lines)
        else:
            self._expected.appendleft(phase)
            self._break(f"the server's answers are out of step: {code} to {phase.upper()}", "bad_reply")

    def _before_body(self, phase: str, code: int, lines: list[str]) -> None:
        """Act on an answer to a command before the body."""
        self._wait(self._settings.reply_timeout)
        if phase == "rcpt":
            fault("smtp.after_rcpt")
        if code >= 400 and self._refusal is None and phase in ("mail", "rcpt", "data"):
            self._refusal = (phase, code, *answer(lines))
        if phase == "data" and code == 354:
            self._begin_body()
        elif self._expected and (self._pipelines or self._refusal is None):
            if not self._pipelines:
                self._write(self._command(self._expected[0]))
        else:
            self._must_reset = phase != "lone dot"
            self._expected.clear()
            self._end_refused(is_ready=not self._buffer)

    def _begin_body(self) -> None:
        """354 came: hand the body over, or, where the recipient was refused, the lone dot of RFC 2920, 3.1."""
        mail = self._mail
        assert mail is not None
        if self._refusal is None:
            fault("smtp.after_data")
            body = mail.message if mail.message.endswith(b"\r\n") else mail.message + b"\r\n"
            if b"\n." in body or body.startswith(b"."):
                body = (b"\r\n" + body).replace(b"\r\n.", b"\r\n..")[2:]
            self._expected.append("dot")
            self._wait(self._settings.dot_timeout)
            self._hand_over(body)
        elif self._refusal[0] == "rcpt":
            self._expected.append("lone dot")
            self._write(b".\r\n")
        else:
            self._end_refused(is_ready=False)

    def _hand_over(self, body: bytes) -> None:
        if is_armed("smtp.mid_body", "smtp.before_dot"):
            half = len(body) // 2
            self._write(body[:half])
            fault("smtp.mid_body")
            self._write(body[half:])
            fault("smtp.before_dot")
            self._write(b".\r\n")
        else:
            self._write(body + b".\r\n")
        fault("smtp.after_dot")

    def _dot_answered(self, code: int, lines: list[str]) -> None:
        mail = self._mail
        assert mail is not None
        status, text = answer(lines)
        if code // 100 == 3:
            self._expected.appendleft("dot")
            self._break(f"the server's answers are out of step: {code} to the message", "bad_reply")
            return
        fault("smtp.after_reply")
        is_ready = code != 421 and not self._buffer and not self._leaving
        self._mail = None
        if code // 100 == 2:
            where = (mail.id, self._mailbox_id, self._number)
            self._report(Accepted(*where, code, text, server_id(text), is_ready))
        else:
            self._report(Refused(mail.id, self._mailbox_id, self._number, "dot", code, status, text, is_ready))
        self._go_on(is_ready)

    def _end_refused(self, *, is_ready: bool) -> None:
        mail, refusal = self._mail, self._refusal
        assert mail is not None
        assert refusal is not None
        is_ready = is_ready and not self._leaving
        self._mail = None
        self._report(Refused(mail.id, self._mailbox_id, self._number, *refusal, is_ready=is_ready))
        self._go_on(is_ready)

    def _go_on(self, is_ready: bool) -> None:
        """After an answered message: wait for the next, say goodbye, or drop what can't be trusted any more."""
        self._told = not is_ready
        if is_ready:
            self._wait(self._settings.idle_limit)
        elif self._leaving and not self._buffer:
            self.leave()
        else:
            self._drop()

    def _break(self, text: str, cause: str) -> None:
        """The connection is of no use any more: report what became of it, and end it."""
        if self._transport is None:
            return
        mail, phase = self._mail, self._expected[0] if self._expected else ""
        self._mail = None
        self._drop()
        if mail is None:
            if not self._told:
                self._report(Closed(self._mailbox_id, self._number, text))
        elif self._refusal is not None and phase != "dot":
            self._report(Refused(mail.id, self._mailbox_id, self._number, *self._refusal, is_ready=False))
        else:
            where = "mail" if phase == "reset" else phase
            self._report(Lost(mail.id, self._mailbox_id, self._number, where, text, cause))

    def _drop(self) -> None:
        transport, self._transport = self._transport, None
        self._expected.clear()
        self._leaving = True
        if self._timer is not None:
            self._timer.cancel()
        if transport is not None:
            transport.abort()
        self.gone.set()

    def _unsendable(self, mail: Transmission) -> tuple[str, int, str, str] | None:
        """Why a message can't be handed over here, as the answer a server would give."""
        for phase, address in (("mail", mail.sender), ("rcpt", mail.recipient)):
            if _ENVELOPE_ADDRESS.fullmatch(address) is None and (address or phase == "rcpt"):
                return phase, 553, "5.1.3", "The address can't be written in an envelope."
        if self._size_limit and len(mail.message) > self._size_limit:
            return "mail", 552, "5.3.4", f"The host takes messages of at most {self._size_limit:,} bytes."
        if mail.message.count(b"\n") != mail.message.count(b"\r\n") or b"\r" in mail.message.replace(b"\r\n", b""):
            return "data", 554, "5.6.0", "The message has bare line ends."
        return None

    def _command(self, phase: str) -> bytes:
        mail = cast(Transmission, self._mail)
        match phase:
            case "mail":
                return b"MAIL FROM:<%b>\r\n" % mail.sender.encode("ascii")
            case "rcpt":
                return b"RCPT TO:<%b>\r\n" % mail.recipient.encode("ascii")
            case "data":
                return b"DATA\r\n"
        return b"RSET\r\n"

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def _wait(self, seconds: float) -> None:
        """Let the connection be given up at that time from now; one timer runs, moved only to an earlier time."""
        self._deadline = self._loop.time() + seconds
        if self._timer is None or self._timer.when() > self._deadline:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = self._loop.call_at(self._deadline, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._transport is None:
            return
        left = self._deadline - self._loop.time()
        if left > 0:
            self._wait(left)
        elif self.is_idle:
            self.leave()
        else:
            self._break("no answer in time", "timeout")
