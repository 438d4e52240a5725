"""A post without processes or network: renders in place, and its mail hosts answer what the test says."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from opendoors_desktop.mail.frames import (
    Accepted,
    ChildStarted,
    Closed,
    ConnectFailed,
    Lost,
    PostEvent,
    Ready,
    Refused,
    RenderFailed,
    RenderJob,
    SmtpFailure,
    SmtpSettings,
    TemplateSource,
    Transmission,
    packed,
)
from opendoors_desktop.mail.maker import Maker

Answer = Callable[[Transmission], "tuple[str, int, str, str] | str | None"]


class FakePost:
    """Stands in for engine.post.Post: same calls, same events; what it delivered is in `delivered`.

    `answer(transmission)` decides: None accepts, (phase, code, status, text) refuses, a bare phase loses the
    connection there ("dot": the message is captured all the same, its fate unknown). With `is_held` answers wait for
    `release()`. `failures` by mailbox make `open` fail.
    """

    def __init__(self, answer: Answer = lambda _: None, failures: Mapping[UUID, SmtpFailure] | None = None) -> None:
        self.wake = asyncio.Event()
        self.answer = answer
        self.failures = dict(failures or {})
        self.delivered: list[tuple[UUID, Transmission]] = []
        self.is_held = False
        self.opened: list[tuple[UUID, SmtpSettings, str, int]] = []
        self._maker = Maker()
        self._events: list[PostEvent] = []
        self._lines: dict[UUID, set[int]] = {}
        self._waiting: list[tuple[UUID, int, Transmission]] = []

    async def start(self) -> None:
        """Be there."""
        self._happened(ChildStarted("render", 0), ChildStarted("post", 0))

    async def close(self, patience: float = 600.0) -> None:
        """Answer what is under way and close all lines."""
        self.release()
        for mailbox_id in list(self._lines):
            self.close_mailbox(mailbox_id)

    def define_template(self, source: TemplateSource) -> None:
        """Know a template."""
        self._maker.define(source)

    def render(self, jobs: Sequence[RenderJob]) -> None:
        """Make the messages at once."""
        for job in jobs:
            try:
                packed(job)
            except (TypeError, ValueError, OverflowError) as error:
                self._happened(RenderFailed(job.id, "bad_value", "A field holds what can't be written.", str(error)))
            else:
                self._happened(self._maker.make(job))

    def open(self, mailbox_id: UUID, settings: SmtpSettings, secret: str, connections: int) -> None:
        """Bring the mailbox to that many lines, or fail as told."""
        self.opened.append((mailbox_id, settings, secret, connections))
        lines = self._lines.setdefault(mailbox_id, set())
        failure = self.failures.get(mailbox_id)
        if failure is not None:
            self._happened(ConnectFailed(mailbox_id, failure, len(lines)))
            return
        while len(lines) < connections:
            number = next(number for number in range(connections) if number not in lines)
            lines.add(number)
            self._happened(Ready(mailbox_id, number))

    def close_mailbox(self, mailbox_id: UUID) -> None:
        """Close the mailbox's idle lines; busy ones go with their answer."""
        busy = {number for mailbox, number, _ in self._waiting if mailbox == mailbox_id}
        for number in sorted(self._lines.pop(mailbox_id, set()) - busy):
            self._happened(Closed(mailbox_id, number, "221 Bye"))

    def transmit(self, mailbox_id: UUID, connection: int, transmission: Transmission) -> None:
        """Hand over; the answer comes at once unless answers are held."""
        if connection not in self._lines.get(mailbox_id, ()):
            text = "the connection was closed before"
            self._happened(Lost(transmission.id, mailbox_id, connection, "connect", text))
            return
        self._waiting.append((mailbox_id, connection, transmission))
        if not self.is_held:
            self.release()

    @property
    def held(self) -> list[Transmission]:
        """What was handed over and has no answer yet."""
        return [transmission for _, _, transmission in self._waiting]

    def release(self) -> None:
        """Give the answers that were held back."""
        waiting, self._waiting = self._waiting, []
        for mailbox_id, number, transmission in waiting:
            self._happened(self._answered(mailbox_id, number, transmission))

    def drop(self, mailbox_id: UUID) -> None:
        """The server closes the mailbox's idle lines."""
        for number in sorted(self._lines.pop(mailbox_id, set())):
            self._happened(Closed(mailbox_id, number, "421 timeout"))

    def take(self) -> list[PostEvent]:
        """What happened since the last call."""
        events, self._events = self._events, []
        self.wake.clear()
        return events

    def _answered(self, mailbox_id: UUID, number: int, transmission: Transmission) -> Accepted | Refused | Lost:
        lines = self._lines.get(mailbox_id, set())
        where = (transmission.id, mailbox_id, number)
        answer = self.answer(transmission)
        if isinstance(answer, str):
            lines.discard(number)
            if answer == "dot":
                self.delivered.append((mailbox_id, transmission))
            return Lost(*where, answer, "the server closed the connection")
        if answer is not None:
            phase, code, status, text = answer
            is_ready = code != 421 and number in lines
            if not is_ready:
                lines.discard(number)
            return Refused(*where, phase, code, status, text, is_ready)
        self.delivered.append((mailbox_id, transmission))
        return Accepted(*where, 250, "Ok: queued as FAKE1", "FAKE1", number in lines)

    def _happened(self, *events: PostEvent) -> None:
        self._events.extend(events)
        if self._events:
            self.wake.set()
