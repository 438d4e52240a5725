"""A connection for tests, with what it reported; and messages to hand over."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from opendoors_desktop.mail.frames import Accepted, Closed, Lost, Refused, SmtpSettings, Transmission
from opendoors_desktop.mail.smtp import Login
from opendoors_desktop.mail.smtp_dialogue import Dialogue

MAILBOX = UUID(int=1)
Event = Accepted | Refused | Lost | Closed


def settings(port: int, **changes: Any) -> SmtpSettings:
    """Plain SMTP to loopback without login; `changes` by field."""
    return SmtpSettings(**{"host": "127.0.0.1", "port": port, "security": "none", "auth": "none", **changes})


def mail(number: int = 1, recipient: str = "bob@example.net", text: bytes = b"Hi") -> Transmission:
    """A small message."""
    message = b"Subject: %d\r\nMessage-ID: <%d@example.com>\r\n\r\n%b\r\n" % (number, number, text)
    return Transmission(UUID(int=number), "ann@example.com", recipient, message)


class Line:
    """A dialogue and the reports it made, taken one by one."""

    def __init__(self, dialogue: Dialogue, reports: "asyncio.Queue[Event]") -> None:
        self.dialogue = dialogue
        self.reports = reports

    async def next(self) -> Event:
        """The next report; fails after ten seconds."""
        async with asyncio.timeout(10):
            return await self.reports.get()

    async def send(self, message: Transmission) -> Event:
        """Hand a message over and wait for what becomes of it."""
        self.dialogue.transmit(message)
        return await self.next()


@asynccontextmanager
async def line_to(port: int, secret: str = "", **changes: Any) -> AsyncIterator[Line]:
    """A logged-in connection to a server on loopback, left at the end."""
    given = settings(port, **changes)
    transport, extensions = await Login(given).log_in(secret)
    reports: asyncio.Queue[Event] = asyncio.Queue()
    dialogue = Dialogue(MAILBOX, 0, given, extensions, reports.put_nowait)
    assert dialogue.take_over(transport)
    try:
        yield Line(dialogue, reports)
    finally:
        dialogue.leave()
        transport.abort()
        async with asyncio.timeout(10):
            await dialogue.gone.wait()
