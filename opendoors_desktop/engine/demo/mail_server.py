"""The tour's mail server: real SMTP on loopback that keeps what it takes, puts some off first, and refuses a few."""

import asyncio
import re
import warnings
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs

from aiosmtpd.smtp import SMTP, Envelope, Session

from opendoors_desktop.engine.clock import Clock
from opendoors_desktop.engine.demo.evidence import Letter, Refusal
from opendoors_desktop.engine.demo.marks import plain

HOST = "127.0.0.1"
PUT_OFF = "451 4.7.1 Please try again in a few minutes"
NOBODY = "550 5.1.1 There is nobody of that name here"
TAKEN = "250 2.0.0 Ok: queued as {number}"


class MailServer:
    """Keeps every mail and every refusal with the instant by `clock`; tells others apart by their address alone.

    `slow` recipients are put off that many times before anything is taken for them, `unknown` ones aren't there. With
    a `folder` each mail is written there as it came. `on_letter` is told of each.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        slow: Mapping[str, int] | None = None,
        unknown: frozenset[str] = frozenset(),
        folder: Path | None = None,
        on_letter: Callable[[Letter], object] = lambda _: None,
    ) -> None:
        self.port = 0
        self.letters: list[Letter] = []
        self.refusals: list[Refusal] = []
        self._clock = clock
        self._slow = dict(slow or {})
        self._unknown = unknown
        self._folder = folder
        self.on_letter = on_letter

    async def handle_RCPT(  # noqa: N802  (aiosmtpd calls it so)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        """Let a recipient pass, put it off, or refuse it."""
        recipient = address.lower()
        answer = ""
        if recipient in self._unknown:
            answer = NOBODY
        elif self._slow.get(recipient, 0):
            self._slow[recipient] -= 1
            answer = PUT_OFF
        if answer:
            sender = (envelope.mail_from or "").lower()
            self.refusals.append(Refusal(sender, recipient, self._clock.now(), int(answer[:3])))
            return answer
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(rcpt_options)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail."""
        content = cast(bytes, envelope.content)
        message = message_from_bytes(content, policy=policy.default)
        for recipient in envelope.rcpt_tos:
            letter = Letter(
                sender=(envelope.mail_from or "").lower(),
                recipient=recipient.lower(),
                message_id=str(message["Message-ID"]).strip(),
                received_at=self._clock.now(),
                text=readable(message),
                subject=str(message["Subject"] or ""),
                opt_out=_opt_out(message),
            )
            self.letters.append(letter)
            self.on_letter(letter)
        number = len(self.letters)
        if self._folder is not None:
            (self._folder / f"{number:05d}.eml").write_bytes(content)
        return TAKEN.format(number=f"{number:05d}")


def readable(message: EmailMessage) -> str:
    """Subject and text of a mail with single spaces; of one in HTML and text, the text."""
    body = message.get_body(preferencelist=("plain", "html"))
    text = "" if body is None else body.get_content()
    return plain(f"{message['Subject'] or ''} {text}")


def _opt_out(message: EmailMessage) -> str:
    target = _MAILTO.search(str(message["List-Unsubscribe"] or ""))
    return "" if target is None else parse_qs(target[1]).get("subject", [""])[0]


_MAILTO = re.compile(r"<mailto:[^?>]*\?([^>]*)>")


@asynccontextmanager
async def running_mail_server(server: MailServer) -> AsyncIterator[MailServer]:
    """Have a server listen on a free port of loopback, in this loop, while the block runs."""
    loop = asyncio.get_running_loop()
    talks: list[SMTP] = []

    def answer() -> SMTP:
        options: dict[str, Any] = {"hostname": "mail.example.com", "ident": "ESMTP", "loop": loop}
        with warnings.catch_warnings(action="ignore"):  # of what aiosmtpd will do about logging in, which nobody does
            talks.append(SMTP(server, **options))
        return talks[-1]

    listening = await loop.create_server(answer, HOST, 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for talk in talks:
            if isinstance(talk.transport, asyncio.Transport):
                talk.transport.abort()
        await asyncio.sleep(0.01)  # aborted connections end in the next turns
