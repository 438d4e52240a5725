"""The post child as the parent sees it: which connections live, what is under way, and what its death means."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from opendoors_desktop.engine.child import Keeper, child_command
from opendoors_desktop.mail.frames import (
    Accepted,
    ChildEnded,
    Close,
    Closed,
    ConnectFailed,
    FromPost,
    Lost,
    Open,
    PostEvent,
    Ready,
    Refused,
    SmtpFailure,
    SmtpSettings,
    Transmission,
    Transmit,
    from_post_decoder,
)

WORKER = "opendoors_desktop.mail.worker"
_GONE = "the sending process ended"


class Poster:
    """Feeds the post child; each transmission ends in exactly one Accepted, Refused or Lost."""

    def __init__(self, happened: Callable[[Sequence[PostEvent]], None], environment: Mapping[str, str]) -> None:
        self._happened = happened
        self._asked: dict[UUID, Open] = {}
        self._living: set[tuple[UUID, int]] = set()
        self._under_way: dict[UUID, tuple[UUID, int]] = {}
        self._keeper = Keeper(
            child_command(WORKER, ["post"]),
            from_post_decoder,
            environment,
            on_up=self._up,
            on_values=self._heard,
            on_down=self._down,
        )

    async def start(self) -> None:
        """Start the child; OSError where no process can be started."""
        await self._keeper.start()

    async def close(self, patience: float) -> None:
        """Let the child finish what is under way, at most `patience` seconds; what has no answer then is Lost."""
        await self._keeper.close(patience)
        self._happened(self._bury())

    @property
    def pid(self) -> int | None:
        """The living child's number."""
        return self._keeper.pid

    def open(self, mailbox_id: UUID, settings: SmtpSettings, secret: str, connections: int) -> None:
        """Ask for connections; while no child runs the wish is kept for the next one."""
        wish = Open(mailbox_id, settings, secret, connections)
        if sum(mailbox == mailbox_id for mailbox, _ in self._living) < connections:
            self._asked[mailbox_id] = wish
        self._keeper.send(wish)

    def close_mailbox(self, mailbox_id: UUID) -> None:
        """Let go of a mailbox's connections."""
        self._asked.pop(mailbox_id, None)
        self._keeper.send(Close(mailbox_id))

    def transmit(self, mailbox_id: UUID, connection: int, transmission: Transmission) -> None:
        """Hand a message over; without such a connection it is Lost before it began."""
        if (mailbox_id, connection) not in self._living:
            text = "the connection was closed before"
            self._happened([Lost(transmission.id, mailbox_id, connection, "connect", text)])
            return
        self._under_way[transmission.id] = (mailbox_id, connection)
        self._keeper.send(Transmit(mailbox_id, connection, transmission))

    def _up(self) -> None:
        for wish in self._asked.values():
            self._keeper.send(wish)

    def _heard(self, values: list[FromPost]) -> None:
        for value in values:
            match value:
                case Accepted() | Refused() | Lost():
                    self._under_way.pop(value.id, None)
                    if not (isinstance(value, Accepted | Refused) and value.is_ready):
                        self._living.discard((value.mailbox_id, value.connection))
                case Ready():
                    self._asked.pop(value.mailbox_id, None)
                    self._living.add((value.mailbox_id, value.connection))
                case ConnectFailed():
                    self._asked.pop(value.mailbox_id, None)
                case Closed():
                    self._living.discard((value.mailbox_id, value.connection))
                case _:
                    pass
        self._happened(values)

    def _down(self, text: str) -> None:
        """Whatever was handed to the child may have left: unknown. Idle connections are closed; none is reopened."""
        failure = SmtpFailure("connect", 0, "", _GONE, "closed")
        events = self._bury()
        events += [ConnectFailed(mailbox, failure, 0) for mailbox in self._asked]
        self._asked.clear()
        self._happened([*events, ChildEnded("post", text)])

    def _bury(self) -> list[PostEvent]:
        events: list[PostEvent] = [Lost(key, *where, "dot", _GONE) for key, where in self._under_way.items()]
        busy = set(self._under_way.values())
        events += [Closed(*where, _GONE) for where in sorted(self._living - busy)]
        self._under_way.clear()
        self._living.clear()
        return events
