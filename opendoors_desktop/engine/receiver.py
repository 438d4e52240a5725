"""Reads a mailbox: what is new where an answer may land, taken in by the same unit that notes how far it was read."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from opendoors_desktop.domain.errors import InputError, MailError, StoreError
from opendoors_desktop.domain.inbound import InboundKind, Reading
from opendoors_desktop.domain.mail_folder import WATCHED, FolderRole
from opendoors_desktop.domain.matching import wanted_keys
from opendoors_desktop.domain.reaction import Bucket
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.faults import fault
from opendoors_desktop.engine.inbound import Arrival, take_in
from opendoors_desktop.engine.mail_hosts import imap_settings
from opendoors_desktop.store import inbox, workspaces
from opendoors_desktop.store.inbox import FolderPlace
from opendoors_desktop.store.mailboxes import Mailbox
from opendoors_desktop.store.unit import Unit

if TYPE_CHECKING:
    from opendoors_desktop.mail.imap import Head, ImapFolder, ImapSession

log = logging.getLogger(__name__)

LOOKS_BACK: Final = timedelta(days=30)
"""How far back a folder is read that never was, or whose UIDs are all new."""

TAKEN_AT_ONCE: Final = 50
BYTES_AT_ONCE: Final = 8 * 1024 * 1024
"""Mails, and bytes of mails, that one unit takes in with how far the folder was read then."""

Tell = Callable[[bytes, tuple[str, ...]], Reading]
"""Tells what a mail is, waiting for the answer; InputError for what is none."""


@dataclass(frozen=True, slots=True)
class ReadReport:
    """What reading a mailbox came to: messages looked at, and how many ended in each bucket."""

    seen: int = 0
    taken: Counter[Bucket] = field(default_factory=Counter)


def read_mailbox(context: Context, mailbox: Mailbox, secret: str, tell: Tell) -> ReadReport:
    """Read what came into a mailbox since it was read last, and do what follows from it; blocks meanwhile.

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
        with open_session(settings, secret) as session:
            reading = MailboxReading(context, mailbox, session, tell)
            for folder in reading.find_folders():
                reading.read(folder)
    except ImapFault as broken:
        note_read(context, mailbox, broken.text)
        raise MailError(
            f"{mailbox.address} can't be read. {broken.text}",
            "Test the mailbox; nothing is lost, it is read from where it stopped.",
            where=mailbox.address,
            code=f"imap_{broken.cause}",
        ) from None
    note_read(context, mailbox, None)
    return reading.report


def note_read(context: Context, mailbox: Mailbox, error: str | None) -> None:
    """Note with the mailbox that it was read, or what keeps it from being read."""
    with context.store.write() as unit:
        inbox.note_read(unit, mailbox.id, context.clock.now(), error)


class MailboxReading:
    """Reads the folders of one session, each as often as it is asked; `report` counts all of it."""

    def __init__(self, context: Context, mailbox: Mailbox, session: "ImapSession", tell: Tell) -> None:
        self._context, self._mailbox = context, mailbox
        self._session, self._tell = session, tell
        self._own_lines: tuple[str, ...] = ()
        self.report = ReadReport()

    def find_folders(self) -> "list[ImapFolder]":
        """The folders an answer may land in, the inbox first."""
        watched = [folder for folder in self._session.folders() if folder.role in WATCHED]
        return sorted(watched, key=lambda folder: folder.role is not FolderRole.INBOX)

    def read(self, folder: "ImapFolder") -> FolderPlace:
        """Open a folder and take in what is new there; how far it is read now."""
        state = self._session.open(folder.name)
        with self._context.store.read() as unit:
            self._own_lines = _own_lines(unit, self._context.scope.workspace_id)
            known = inbox.find_place(unit, self._mailbox.id, folder.name)
        if known is None or known.uid_validity != state.uid_validity:
            role = None if folder.role is None else folder.role.value
            place = FolderPlace(folder.name, role, state.uid_validity, 0)
            uids = self._session.uids_since(self._first_day())
        else:
            place = known
            uids = self._session.uids_after(place.last_uid)
        for start in range(0, len(uids), TAKEN_AT_ONCE):
            place = self._take(place, uids[start : start + TAKEN_AT_ONCE])
        end = replace(place, last_uid=max(place.last_uid, (state.uid_next or 1) - 1))
        if end != known:
            self._commit(end, [])
        return end

    def _first_day(self) -> date:
        return (self._context.clock.now() - LOOKS_BACK).date()

    def _take(self, place: FolderPlace, uids: Sequence[int]) -> FolderPlace:
        """Take in a portion of mails with how far that brings the folder."""
        arrivals: list[tuple[Arrival, Reading]] = []
        size = 0
        for head in (head for some in self._session.heads(uids) for head in some):
            found = self._arrival(place, head)
            self.report = replace(self.report, seen=self.report.seen + 1)
            if found is not None:
                arrivals.append(found)
                size += len(found[0].data)
            if size >= BYTES_AT_ONCE:
                self._take_in(place := replace(place, last_uid=head.uid), arrivals)
                arrivals, size = [], 0
        self._take_in(place := replace(place, last_uid=uids[-1]), arrivals)
        return place

    def _take_in(self, place: FolderPlace, arrivals: Sequence[tuple[Arrival, Reading]]) -> None:
        """Commit mails with the place they bring us to; one that the program can't take in is passed by alone."""
        try:
            self._commit(place, arrivals)
        except StoreError:
            raise
        except Exception:
            log.exception("mails of %s can't be taken in", self._mailbox.address)
            if len(arrivals) > 1:
                for each in arrivals:
                    self._take_in(replace(place, last_uid=each[0].uid), [each])
            self._commit(place, [])

    def _commit(self, place: FolderPlace, arrivals: Sequence[tuple[Arrival, Reading]]) -> None:
        taken: Counter[Bucket] = Counter()
        with self._context.store.write() as unit:
            for arrival, reading in arrivals:
                bucket = take_in(unit, self._context, self._mailbox, arrival, reading)
                if bucket is not None:
                    taken[bucket] += 1
            now = self._context.clock.now()
            inbox.keep_place(unit, self._context.scope.workspace_id, self._mailbox.id, place, now)
            fault("read.before_commit")
        fault("read.after_commit")
        self.report.taken.update(taken)

    def _arrival(self, place: FolderPlace, head: "Head") -> tuple[Arrival, Reading] | None:
        """A mail that may concern us and wasn't taken in before, whole; its head alone tells whether it is one."""
        first = self._told(head.header)
        if first is None or not self._concerns_us(first, head):
            return None
        data = self._session.message(head.uid)
        reading = None if data is None else self._told(data)
        if data is None or reading is None:
            return None
        received_at = head.received_at or self._context.clock.now()
        is_cut = len(data) < head.size
        return Arrival(place.folder, place.uid_validity, head.uid, received_at, data, is_cut), reading

    def _told(self, data: bytes) -> Reading | None:
        try:
            return self._tell(data, self._own_lines)
        except InputError:
            return None

    def _concerns_us(self, first: Reading, head: "Head") -> bool:
        """Whether a mail answers something of ours, or is of a kind that may without naming it in its head.

        Not so a copy of one that was taken in: from another folder, or under a UID of its own since.
        """
        workspace_id = self._context.scope.workspace_id
        with self._context.store.read() as unit:
            if inbox.has_taken(unit, self._mailbox.id, first.message_id, head.received_at):
                return False
            is_plain = first.kind is InboundKind.MESSAGE
            return not is_plain or bool(inbox.find_sent(unit, workspace_id, wanted_keys(first)))


def _own_lines(unit: Unit, workspace_id: UUID) -> tuple[str, ...]:
    """What stands in every email of ours: quoted, it says nothing of what the person wants."""
    line = workspaces.get_workspace(unit, workspace_id).opt_out_line
    return (line,) if line else ()
