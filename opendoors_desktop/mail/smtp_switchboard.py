"""All SMTP connections of the post child: opens them mailbox by mailbox, hands messages on, lets them go."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from opendoors_desktop.mail.frames import (
    Close,
    ConnectFailed,
    FromPost,
    Lost,
    Open,
    Ready,
    SmtpFailure,
    ToPost,
    Transmit,
)
from opendoors_desktop.mail.smtp import ConnectError, Login
from opendoors_desktop.mail.smtp_dialogue import Dialogue


@dataclass(slots=True)
class _Mailbox:
    wish: Open
    lines: dict[int, Dialogue] = field(default_factory=dict)
    opening: asyncio.Task[None] | None = None

    def living(self) -> int:
        """How many connections live, after forgetting the gone ones."""
        for number in [number for number, line in self.lines.items() if line.gone.is_set()]:
            del self.lines[number]
        return len(self.lines)

    def free_number(self) -> int:
        """The smallest number no living connection has."""
        return next(number for number in range(len(self.lines) + 1) if number not in self.lines)


class Switchboard:
    """Does what the parent's frames say and reports what happens; nothing here waits but its own tasks."""

    def __init__(self, report: Callable[[FromPost], None]) -> None:
        self._report = report
        self._mailboxes: dict[UUID, _Mailbox] = {}
        self._leaving: set[Dialogue] = set()

    def handle(self, value: ToPost) -> None:
        """Act on one value of a frame."""
        match value:
            case Transmit(mailbox_id=mailbox_id, connection=number, transmission=mail):
                box = self._mailboxes.get(mailbox_id)
                line = box.lines.get(number) if box is not None else None
                if line is None:
                    self._report(Lost(mail.id, mailbox_id, number, "connect", "the connection was closed before"))
                else:
                    line.transmit(mail)
            case Open():
                self._open(value)
            case Close(mailbox_id=mailbox_id):
                self._close(mailbox_id)

    async def close(self) -> None:
        """Begin nothing new, finish what is under way, say goodbye everywhere."""
        openings = [box.opening for box in self._mailboxes.values() if box.opening is not None]
        for mailbox_id in list(self._mailboxes):
            self._close(mailbox_id)
        await asyncio.gather(*openings, return_exceptions=True)
        await asyncio.gather(*(line.gone.wait() for line in self._leaving))

    def _open(self, wish: Open) -> None:
        box = self._mailboxes.get(wish.mailbox_id)
        if box is not None and (box.wish.settings, box.wish.secret) != (wish.settings, wish.secret):
            self._close(wish.mailbox_id)
            box = None
        if box is None:
            box = self._mailboxes[wish.mailbox_id] = _Mailbox(wish)
        box.wish = wish
        if box.opening is None or box.opening.done():
            box.opening = asyncio.get_running_loop().create_task(self._fill(box))

    def _close(self, mailbox_id: UUID) -> None:
        box = self._mailboxes.pop(mailbox_id, None)
        if box is None:
            return
        if box.opening is not None:
            box.opening.cancel()
        self._leaving = {line for line in self._leaving if not line.gone.is_set()}
        for line in box.lines.values():
            self._leaving.add(line)
            line.leave()

    async def _fill(self, box: _Mailbox) -> None:
        """Open what is missing, the first connection alone: what is wrong with it is wrong with all."""
        while (missing := box.wish.connections - box.living()) > 0:
            alone = not box.lines
            failures = await asyncio.gather(*(self._add(box) for _ in range(1 if alone else missing)))
            failure = next((failure for failure in failures if failure is not None), None)
            if failure is not None:
                self._report(ConnectFailed(box.wish.mailbox_id, failure, box.living()))
                return

    async def _add(self, box: _Mailbox) -> SmtpFailure | None:
        settings, mailbox_id = box.wish.settings, box.wish.mailbox_id
        try:
            transport, extensions = await Login(settings).log_in(box.wish.secret)
        except ConnectError as error:
            return error.failure
        number = box.free_number()
        line = Dialogue(mailbox_id, number, settings, extensions, self._report)
        if not line.take_over(transport):
            return SmtpFailure("auth", 0, "", "The server closed the connection after the login.", "closed")
        box.lines[number] = line
        self._report(Ready(mailbox_id, number))
        return None
