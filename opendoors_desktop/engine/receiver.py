"""Reads a mailbox: what is new where an answer may land, taken in by the same unit that notes how far it was read."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor  # noqa: TID251  # reads ahead for as long as a folder is read
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
from opendoors_desktop.engine.inbound_effects import Scenes
from opendoors_desktop.engine.mail_hosts import imap_settings
from opendoors_desktop.engine.sent_folder import look_into_sent
from opendoors_desktop.store import inbox, workspaces
from opendoors_desktop.store.inbox import FolderPlace
from opendoors_desktop.store.mailboxes import Mailbox
from opendoors_desktop.store.unit import Unit

if TYPE_CHECKING:
    from opendoors_desktop.mail.imap import Head, ImapFolder, ImapSession

log = logging.getLogger(__name__)

LOOKS_BACK: Final = timedelta(days=30)
"""How far back a folder is read that never was, or whose UIDs are all new."""

LOOKED_AT_ONCE: Final = 200
"""Mails whose heads are looked at together."""

TAKEN_AT_ONCE: Final = 50
BYTES_AT_ONCE: Final = 8 * 1024 * 1024
"""Mails, and bytes of mails, that one unit takes in with how far the folder was read then."""

Tell = Callable[[Sequence[bytes], tuple[str, ...]], list[Reading | None]]
"""Tells what each of some mails is, waiting for the answers; None for what is none."""


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
            look_into_sent(context, mailbox, session)
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
        if uids:
            known = place = self._take(place, uids)
        end = replace(place, last_uid=max(place.last_uid, (state.uid_next or 1) - 1))
        if end != known:
            self._commit(end, [])
        return end

    def _first_day(self) -> date:
        return (self._context.clock.now() - LOOKS_BACK).date()

    def _take(self, place: FolderPlace, uids: Sequence[int]) -> FolderPlace:
        """Take in mails by portions with how far each brings the folder; the next is fetched while one is committed."""
        portions = self._portions(place, uids)
        with ThreadPoolExecutor(1, "read-ahead") as ahead:
            coming = ahead.submit(next, portions, None)
            while (portion := coming.result()) is not None:
                coming = ahead.submit(next, portions, None)
                self._take_in(place := replace(place, last_uid=portion.last_uid), portion.arrivals)
                self.report = replace(self.report, seen=self.report.seen + portion.seen)
        return place

    def _portions(self, place: FolderPlace, uids: Sequence[int]) -> "Iterator[_Portion]":
        """The mails of these UIDs that may concern us, whole; their heads alone tell whether they do."""
        for start in range(0, len(uids), LOOKED_AT_ONCE):
            looked_at = uids[start : start + LOOKED_AT_ONCE]
            heads = [head for some in self._session.heads(looked_at) for head in some]
            wanted = self._concerning(heads)
            *firsts, last = _small(wanted)
            for some in firsts:
                yield _Portion(self._arrivals(place, some), some[-1].uid, len(some))
            yield _Portion(self._arrivals(place, last), looked_at[-1], len(heads) - len(wanted) + len(last))

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
            scenes = Scenes(unit, self._context)
            for mail in arrivals:
                bucket = take_in(unit, self._context, self._mailbox, mail, scenes)
                if bucket is not None:
                    taken[bucket] += 1
            now = self._context.clock.now()
            inbox.keep_place(unit, self._context.scope.workspace_id, self._mailbox.id, place, now)
            fault("read.before_commit")
        fault("read.after_commit")
        self.report.taken.update(taken)

    def _concerning(self, heads: "Sequence[Head]") -> "list[Head]":
        """Those of mails that answer something of ours, or are of a kind that may without naming it in its head.

        Not those of copies of one that was taken in: from another folder, or under a UID of its own since.
        """
        told = self._tell([head.header for head in heads], self._own_lines)
        with self._context.store.read() as unit:
            return [
                head
                for head, first in zip(heads, told, strict=True)
                if first is not None and self._concerns_us(unit, first, head)
            ]

    def _concerns_us(self, unit: Unit, first: Reading, head: "Head") -> bool:
        if inbox.has_taken(unit, self._mailbox.id, first.message_id, head.received_at, head.size):
            return False
        workspace_id = self._context.scope.workspace_id
        return first.kind is not InboundKind.MESSAGE or bool(inbox.find_sent(unit, workspace_id, wanted_keys(first)))

    def _arrivals(self, place: FolderPlace, heads: "Sequence[Head]") -> list[tuple[Arrival, Reading]]:
        """The mails whole with what each is; without those that are gone, or are none."""
        datas = self._session.messages([head.uid for head in heads]) if heads else {}
        there = [head for head in heads if head.uid in datas]
        told = self._tell([datas[head.uid] for head in there], self._own_lines)
        return [
            (self._arrival(place, head, datas[head.uid]), reading)
            for head, reading in zip(there, told, strict=True)
            if reading is not None
        ]

    def _arrival(self, place: FolderPlace, head: "Head", data: bytes) -> Arrival:
        received_at = head.received_at or self._context.clock.now()
        return Arrival(place.folder, place.uid_validity, head.uid, received_at, data, is_cut=len(data) < head.size)


@dataclass(frozen=True, slots=True)
class _Portion:
    """What one unit takes in: mails that may concern us, and how far they bring the folder."""

    arrivals: Sequence[tuple[Arrival, Reading]]
    last_uid: int
    seen: int


def _small(heads: "Sequence[Head]") -> "list[list[Head]]":
    """Heads in portions whose messages one unit may hold; the last is empty where there is none."""
    portions: list[list[Head]] = [[]]
    size = 0
    for head in heads:
        if portions[-1] and (len(portions[-1]) == TAKEN_AT_ONCE or size + head.size > BYTES_AT_ONCE):
            portions.append([])
            size = 0
        portions[-1].append(head)
        size += head.size
    return portions


def _own_lines(unit: Unit, workspace_id: UUID) -> tuple[str, ...]:
    """What stands in every email of ours: quoted, it says nothing of what the person wants."""
    line = workspaces.get_workspace(unit, workspace_id).opt_out_line
    return (line,) if line else ()
