"""Reads a mailbox: what is new where an answer may land, taken in by the same unit that notes how far it was read."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from opendoors_desktop.domain.errors import InputError, MailError
from opendoors_desktop.domain.inbound import InboundKind, Reading
from opendoors_desktop.domain.mail_folder import WATCHED, FolderRole
from opendoors_desktop.domain.matching import wanted_keys
from opendoors_desktop.domain.reaction import Bucket
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.inbound import Arrival, take_in
from opendoors_desktop.engine.mail_hosts import imap_settings
from opendoors_desktop.store import inbox, workspaces
from opendoors_desktop.store.inbox import FolderPlace
from opendoors_desktop.store.mailboxes import Mailbox
from opendoors_desktop.store.unit import Unit

if TYPE_CHECKING:
    from opendoors_desktop.mail.imap import Head, ImapFolder, ImapSession

LOOKS_BACK: Final = timedelta(days=30)
"""How far back a folder is read that never was, or whose UIDs are all new."""

TAKEN_AT_ONCE: Final = 50
"""Mails that one unit takes in, with how far the folder was read then."""

Read = Callable[[bytes, tuple[str, ...]], Awaitable[Reading]]
"""Tells what a mail is; InputError for what is none."""


@dataclass(frozen=True, slots=True)
class ReadReport:
    """What reading a mailbox came to: messages looked at, and how many ended in each bucket."""

    seen: int = 0
    taken: Counter[Bucket] = field(default_factory=Counter)


async def read_mailbox(context: Context, mailbox: Mailbox, secret: str, read: Read) -> ReadReport:
    """Read what came into a mailbox since it was read last, and do what follows from it.

    Ended at any point, it goes on behind the last mail whose effects were committed. Raises MailError where the host
    can't be reached or read; that too is noted with the mailbox.
    """
    from opendoors_desktop.mail.imap import ImapFault, open_session

    settings = imap_settings(mailbox)
    if settings is None:
        raise InputError(
            f"{mailbox.address} has no IMAP host.",
            "Enter the host its mail is read at in Mailboxes.",
            where=mailbox.address,
            code="no_imap",
        )
    try:
        session = await asyncio.to_thread(open_session, settings, secret)
        try:
            report = await _Reader(context, mailbox, session, read).run()
        finally:
            await asyncio.to_thread(session.close)
    except ImapFault as fault:
        _note(context, mailbox, fault.text)
        raise MailError(
            f"{mailbox.address} can't be read. {fault.text}",
            "Test the mailbox; nothing is lost, it is read from where it stopped.",
            where=mailbox.address,
            code=f"imap_{fault.cause}",
        ) from None
    _note(context, mailbox, None)
    return report


def _note(context: Context, mailbox: Mailbox, error: str | None) -> None:
    with context.store.write() as unit:
        inbox.note_read(unit, mailbox.id, context.clock.now(), error)


class _Reader:
    """One reading of all folders."""

    def __init__(self, context: Context, mailbox: Mailbox, session: "ImapSession", read: Read) -> None:
        self._context, self._mailbox = context, mailbox
        self._session, self._read = session, read
        self._report = ReadReport()
        with context.store.read() as unit:
            self._own_lines = _own_lines(unit, context.scope.workspace_id)

    async def run(self) -> ReadReport:
        """Read folder after folder, the inbox first."""
        folders = await asyncio.to_thread(self._session.folders)
        watched = [folder for folder in folders if folder.role in WATCHED]
        for folder in sorted(watched, key=lambda folder: folder.role is not FolderRole.INBOX):
            await self._read_folder(folder)
        return self._report

    async def _read_folder(self, folder: "ImapFolder") -> None:
        state = await asyncio.to_thread(self._session.open, folder.name)
        with self._context.store.read() as unit:
            place = inbox.find_place(unit, self._mailbox.id, folder.name)
        if place is None or place.uid_validity != state.uid_validity:
            role = None if folder.role is None else folder.role.value
            place = FolderPlace(folder.name, role, state.uid_validity, 0)
            uids = await asyncio.to_thread(self._session.uids_since, self._first_day())
        else:
            uids = await asyncio.to_thread(self._session.uids_after, place.last_uid)
        for start in range(0, len(uids), TAKEN_AT_ONCE):
            await self._take(place, uids[start : start + TAKEN_AT_ONCE])
        if not uids:
            last = max(place.last_uid, (state.uid_next or 1) - 1)
            with self._context.store.write() as unit:
                self._keep(unit, replace(place, last_uid=last))

    def _first_day(self) -> date:
        return (self._context.clock.now() - LOOKS_BACK).date()

    async def _take(self, place: FolderPlace, uids: Sequence[int]) -> None:
        """Take in a portion of mails with how far that brings the folder."""
        heads = await asyncio.to_thread(lambda: [head for some in self._session.heads(uids) for head in some])
        arrivals = [found for head in heads if (found := await self._arrival(place, head)) is not None]
        with self._context.store.write() as unit:
            for arrival, reading in arrivals:
                bucket = take_in(unit, self._context, self._mailbox, arrival, reading)
                if bucket is not None:
                    self._report.taken[bucket] += 1
            self._keep(unit, replace(place, last_uid=uids[-1]))
        self._report = ReadReport(self._report.seen + len(heads), self._report.taken)

    async def _arrival(self, place: FolderPlace, head: "Head") -> tuple[Arrival, Reading] | None:
        """A mail that may concern us, whole; its head alone tells whether it does."""
        first = await self._told(head.header)
        if first is None or not self._concerns_us(first):
            return None
        data = await asyncio.to_thread(self._session.message, head.uid)
        reading = None if data is None else await self._told(data)
        if data is None or reading is None:
            return None
        received_at = head.received_at or self._context.clock.now()
        is_cut = len(data) < head.size
        return Arrival(place.folder, place.uid_validity, head.uid, received_at, data, is_cut), reading

    async def _told(self, data: bytes) -> Reading | None:
        try:
            return await self._read(data, self._own_lines)
        except InputError:
            return None

    def _concerns_us(self, head: Reading) -> bool:
        """Whether a mail answers something of ours, or is of a kind that may without naming it in its head."""
        if head.kind is not InboundKind.MESSAGE:
            return True
        with self._context.store.read() as unit:
            return bool(inbox.find_sent(unit, self._context.scope.workspace_id, wanted_keys(head)))

    def _keep(self, unit: Unit, place: FolderPlace) -> None:
        inbox.keep_place(unit, self._context.scope.workspace_id, self._mailbox.id, place, self._context.clock.now())


def _own_lines(unit: Unit, workspace_id: UUID) -> tuple[str, ...]:
    """What stands in every email of ours: quoted, it says nothing of what the person wants."""
    line = workspaces.get_workspace(unit, workspace_id).opt_out_line
    return (line,) if line else ()
