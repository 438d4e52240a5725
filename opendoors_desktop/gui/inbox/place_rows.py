"""The rows of the places: counted, with what is wrong with a mailbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from opendoors_desktop.domain.meaning import Meaning
from opendoors_desktop.gui.inbox.places import NEEDS_A_LOOK, Place, PlaceKind, PlaceRow
from opendoors_desktop.gui.inbox.words import MEANINGS, meaning_word
from opendoors_desktop.gui.jobs import Reading
from opendoors_desktop.gui.mailbox.colors import colors_of
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP, one_line
from opendoors_desktop.store.queries.inbox import MailCounts, ReadMailbox, count_mails, list_read_mailboxes

MACHINES: Final = (
    ("bounce", QT_TRANSLATE_NOOP("Inbox", "Bounce"), "mail-x", "danger"),
    ("receipt", QT_TRANSLATE_NOOP("Inbox", "Automatic"), "bot", "neutral"),
    ("challenge_response", QT_TRANSLATE_NOOP("Inbox", "Asks for proof"), "shield-question", "warning"),
    ("complaint", QT_TRANSLATE_NOOP("Inbox", "Spam report"), "flag", "danger"),
    ("unmatched", QT_TRANSLATE_NOOP("Inbox", "Not matched"), "unlink", "warning"),
)
"""What machines write and what nobody knows: word, title, sign and tone; there where there is any."""

ALWAYS: Final = frozenset({"bounce"})


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """The places at `now`; `read_at` is when a mailbox was read last, `trouble` what isn't read ("" where all is)."""

    now: datetime
    rows: tuple[PlaceRow, ...]
    to_look_at: int
    has_mails: bool
    mailbox_ids: tuple[UUID, ...]
    read_at: datetime | None
    trouble: str


def read_places(reading: Reading) -> PlaceFacts:
    """Count them."""
    workspace_id = reading.scope.workspace_id
    counts = count_mails(reading.unit, workspace_id, reading.now)
    boxes = list_read_mailboxes(reading.unit, workspace_id)
    read = [box.read_at for box in boxes if box.read_at is not None]
    return PlaceFacts(
        now=reading.now,
        rows=(*_first(counts), *_kinds(counts), *_mailboxes(counts, boxes)),
        to_look_at=counts.to_look_at,
        has_mails=bool(counts.total),
        mailbox_ids=tuple(box.id for box in boxes if box.is_read),
        read_at=max(read, default=None),
        trouble=_trouble(boxes),
    )


def _first(counts: MailCounts) -> list[PlaceRow]:
    return [
        PlaceRow(_tr("Needs a look"), NEEDS_A_LOOK, "inbox", number=counts.to_look_at),
        PlaceRow(_tr("All mails"), Place(PlaceKind.ALL), "layers", number=counts.total),
        PlaceRow(_tr("Done"), Place(PlaceKind.DONE), "check-check", number=counts.done),
    ]


def _kinds(counts: MailCounts) -> list[PlaceRow]:
    rows = [PlaceRow(_tr("By meaning"))]
    for meaning, look in MEANINGS.items():
        number = counts.kinds.get(meaning.value, 0)
        rows.append(PlaceRow(meaning_word(meaning), _kind(meaning.value), look.icon, look.tone, number))
        if meaning is Meaning.UNSUBSCRIBE:
            rows += _machines(counts)
    return rows


def _machines(counts: MailCounts) -> list[PlaceRow]:
    return [
        PlaceRow(_tr(title), _kind(word), icon, tone, counts.kinds.get(word, 0))
        for word, title, icon, tone in MACHINES
        if word in ALWAYS or counts.kinds.get(word)
    ]


def _kind(word: str) -> Place:
    return Place(PlaceKind.MEANING, word)


def _mailboxes(counts: MailCounts, boxes: Sequence[ReadMailbox]) -> list[PlaceRow]:
    if not boxes:
        return []
    colors = colors_of((box.id, box.address) for box in boxes)
    rows = [PlaceRow(_tr("Mailboxes"))]
    for box in boxes:
        place = Place(PlaceKind.MAILBOX, mailbox_id=box.id)
        number = counts.mailboxes.get(box.id, 0)
        trouble = one_line(box.error or "", 200)
        rows.append(PlaceRow(one_line(box.address, 100), place, "", "", number, colors[box.id], trouble))
    return rows


def _trouble(boxes: Sequence[ReadMailbox]) -> str:
    failing = [box for box in boxes if box.error]
    if not failing:
        return ""
    words = _tr("{mailbox} isn’t read: {error}")
    return words.format(mailbox=one_line(failing[0].address, 100), error=one_line(failing[0].error or "", 200))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Inbox", text)
