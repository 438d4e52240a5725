"""Goes through an SMTP session up to where a message would begin, and tells each phase as it is reached."""

import asyncio
from collections.abc import Callable

from aiosmtplib import SMTP

from opendoors_desktop.mail.frames import SmtpSettings
from opendoors_desktop.mail.smtp import Login


class Rehearsal(Login):
    """A session that only asks: connect, encrypt, sign in, and whether the host takes mail from `sender`.

    `reached` is called with the word of each phase when it begins; "starttls" stands for the encryption of either kind.
    """

    def __init__(self, settings: SmtpSettings, sender: str, reached: Callable[[str], None]) -> None:
        super().__init__(settings)
        self._sender = sender
        self._reached = reached

    async def run(self, secret: str) -> None:
        """Go through it and say goodbye; raises ConnectError, whose failure names the phase."""
        transport, _ = await self.log_in(secret)
        transport.close()

    def _begin(self, phase: str) -> None:
        super()._begin(phase)
        self._reached(phase)

    def _is_wired(self) -> None:
        if self.settings.security == "tls":
            self._reached("starttls")

    async def _is_signed_in(self, client: SMTP) -> None:
        self._begin("mail")
        await client.mail(self._sender)
        await client.rset()


def rehearse(settings: SmtpSettings, sender: str, secret: str, reached: Callable[[str], None]) -> "asyncio.Task[None]":
    """Begin a rehearsal in the running loop; the task raises ConnectError."""
    return asyncio.ensure_future(Rehearsal(settings, sender, reached).run(secret))
