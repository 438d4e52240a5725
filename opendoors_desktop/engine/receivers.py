"""Which mailboxes are read from here: one receiver each, begun, ended and asked by the scheduler."""

import asyncio
import logging
from collections.abc import Callable, Container
from time import monotonic
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.read_times import ReadState
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.desk import Room
from opendoors_desktop.engine.mail_reader import MailReader
from opendoors_desktop.engine.receiver import Tell
from opendoors_desktop.engine.receiver_thread import Ending, Receiver
from opendoors_desktop.store import inbox, mailbox_use
from opendoors_desktop.store.mailboxes import Mailbox

log = logging.getLogger(__name__)

LOOKS_EVERY: Final = 15.0
"""Seconds between two looks at who else holds mailboxes, while nothing is heard."""

ENDS_WITHIN: Final = 3.0


class Receivers:
    """Has each mailbox read that this machine can sign in to and no other scheduler holds, whatever is sent.

    A mailbox that nobody holds may be read by several programs at once: each mail is taken in once all the same. All
    calls are made in one asyncio loop; `changed` is called in threads.
    """

    def __init__(self, context: Context, addresses: frozenset[str], changed: Callable[[], object]) -> None:
        """`addresses` limits it to these mailboxes; empty: all of the workspace."""
        self._context = context
        self._addresses = addresses
        self._changed = changed
        self._reading: dict[UUID, Receiver] = {}
        self._leaving: list[Receiver] = []
        self._known: Room | None = None
        self._looks_at = 0.0
        self._reader: MailReader | None = None
        self._tell: Tell | None = None

    @property
    def are_beginning(self) -> bool:
        """Whether any mailbox is being read for the first time."""
        return any(receiver.is_beginning for receiver in self._reading.values())

    async def keep(self, room: Room, mine: Container[UUID]) -> None:
        """Begin and end receivers by what the room and the leases say; `mine` are the mailboxes whose lease is ours."""
        if room is self._known and monotonic() < self._looks_at:
            return
        is_new = room is not self._known
        self._known, self._looks_at = room, monotonic() + LOOKS_EVERY
        wanted = self._wanted(room, mine)
        for key in self._reading.keys() - wanted.keys():
            self._end(key)
        tell = await self._start_reader() if wanted else None
        if tell is not None:
            for mailbox in wanted.values():
                self._keep(mailbox, tell, is_new=is_new)

    def state_of(self, mailbox: Mailbox) -> ReadState:
        """Whether a mailbox may be sent from as far as reading goes; it is read at once where that is needed."""
        if mailbox.imap is None:
            return ReadState.READ
        receiver = self._reading.get(mailbox.id)
        state = ReadState.AWAY if receiver is None else receiver.ask()
        return ReadState.READ if state is ReadState.AWAY and mailbox.sends_while_imap_is_away else state

    def doubt(self) -> None:
        """The computer was away: every line is made anew."""
        for receiver in self._reading.values():
            receiver.doubt()

    def stop(self) -> None:
        """Have all end; `end` waits for that."""
        for key in list(self._reading):
            self._end(key)

    async def end(self) -> None:
        """End all of it; one that can't be ended is left behind, and touches nothing any more."""
        self.stop()
        left = await asyncio.to_thread(_join, self._leaving)
        for receiver in left:
            log.info("the receiver of %s is left behind", receiver.mailbox.address)
        if self._reader is not None:
            await self._reader.close()
            self._reader = self._tell = None

    def _wanted(self, room: Room, mine: Container[UUID]) -> dict[UUID, Mailbox]:
        boxes = [box for box in room.mailboxes.values() if box.imap is not None and self._is_allowed(box)]
        if not boxes:
            return {}
        with self._context.store.read() as unit:
            held = {each.mailbox_id for each in mailbox_use.living_leases(unit, self._context.scope.workspace_id)}
        return {box.id: box for box in boxes if box.id in mine or box.id not in held}

    def _is_allowed(self, mailbox: Mailbox) -> bool:
        return not self._addresses or mailbox.address in self._addresses

    def _keep(self, mailbox: Mailbox, tell: Tell, *, is_new: bool) -> None:
        receiver = self._reading.get(mailbox.id)
        if receiver is not None:
            has_changed = _how(mailbox) != _how(receiver.mailbox)
            if not (has_changed or self._is_worth_a_try(receiver, is_new=is_new)):
                return
            self._end(mailbox.id)
        self._reading[mailbox.id] = fresh = Receiver(self._context, mailbox, tell, self._changed)
        fresh.start()

    def _is_worth_a_try(self, receiver: Receiver, *, is_new: bool) -> bool:
        """Whether what ended a receiver may be over: a person did something about the mailbox."""
        if receiver.ended is Ending.NOT_HERE:
            return is_new
        if receiver.ended is None or not receiver.is_noted:
            return False
        with self._context.store.read() as unit:
            return not inbox.is_unreadable(unit, receiver.mailbox.id)

    def _end(self, key: UUID) -> None:
        receiver = self._reading.pop(key)
        receiver.stop()
        self._leaving = [each for each in (*self._leaving, receiver) if each.is_alive]

    async def _start_reader(self) -> Tell | None:
        """The child that tells what mails are, started once; None where no process can be started now."""
        if self._tell is None:
            reader = MailReader()
            try:
                await reader.start()
            except OSError as error:
                log.warning("no mailbox is read: the process that reads mails can't be started: %s", error)
                await reader.close()
                return None
            self._reader, self._tell = reader, reader.from_threads()
        return self._tell


def _how(mailbox: Mailbox) -> object:
    """What a mailbox's receiver has to be begun anew for."""
    return mailbox.imap, mailbox.auth, mailbox.address


def _join(receivers: list[Receiver]) -> list[Receiver]:
    ends_at = monotonic() + ENDS_WITHIN
    return [each for each in receivers if not each.join(max(0.0, ends_at - monotonic()))]
