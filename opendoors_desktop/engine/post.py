"""The parent's side of the two children: one renders and builds, one speaks SMTP; both are fed, watched, restarted."""

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID

from opendoors_desktop.engine.child import child_environment
from opendoors_desktop.engine.poster import Poster
from opendoors_desktop.engine.renderer import Renderer, RenderLimits
from opendoors_desktop.mail.frames import PostEvent, RenderJob, SmtpSettings, TemplateSource, Transmission


class Post:
    """Makes messages and hands them over, without ever blocking the loop it was started in.

    Everything but `start` and `close` is a plain call that returns at once; what happens comes back as events:
    wait for `wake`, then `take()`. Each render job ends in exactly one Built or RenderFailed, each transmission in
    exactly one Accepted, Refused or Lost, whatever happens to the children.
    """

    def __init__(self, *, limits: RenderLimits | None = None, environment: Mapping[str, str] | None = None) -> None:
        surroundings = child_environment(environment)
        self.wake = asyncio.Event()
        self._events: list[PostEvent] = []
        self._renderer = Renderer(self._happened, limits or RenderLimits(), surroundings)
        self._poster = Poster(self._happened, surroundings)

    async def start(self) -> None:
        """Start both children; OSError where no process can be started."""
        await asyncio.gather(self._renderer.start(), self._poster.start())

    async def close(self, patience: float = 600.0) -> None:
        """End both children: rendering at once, SMTP when the messages under way are answered (at most `patience` s).

        What came of those can still be taken afterwards; whatever had no answer is Lost.
        """
        await self._renderer.close()
        await self._poster.close(patience)

    def define_template(self, source: TemplateSource) -> None:
        """Make a template known under its id; again is no fault. Some thousands are remembered, the oldest go."""
        self._renderer.define(source)

    def render(self, jobs: Sequence[RenderJob]) -> None:
        """Ask for messages; answers come in order unless a job had to be tried again."""
        self._renderer.render(jobs)

    def open(self, mailbox_id: UUID, settings: SmtpSettings, secret: str, connections: int) -> None:
        """Bring the mailbox to that many connections: Ready for each new one, or one ConnectFailed."""
        self._poster.open(mailbox_id, settings, secret, connections)

    def close_mailbox(self, mailbox_id: UUID) -> None:
        """Let the mailbox's connections go, each when its message is over; each one says Closed."""
        self._poster.close_mailbox(mailbox_id)

    def transmit(self, mailbox_id: UUID, connection: int, transmission: Transmission) -> None:
        """Hand a message over on a connection that was Ready (or whose last answer said `is_ready`)."""
        self._poster.transmit(mailbox_id, connection, transmission)

    def take(self) -> list[PostEvent]:
        """What happened since the last call, oldest first; never waits."""
        events, self._events = self._events, []
        self.wake.clear()
        return events

    def _happened(self, events: Sequence[PostEvent]) -> None:
        self._events.extend(events)
        if self._events:
            self.wake.set()
