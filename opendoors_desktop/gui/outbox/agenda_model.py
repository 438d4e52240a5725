"""The rows of a day: hours, what left, the present instant, and what will leave."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from opendoors_desktop.gui.formats import here, their_time, time_of_day
from opendoors_desktop.gui.outbox.words import server_words, state_of, step_words
from opendoors_desktop.gui.widgets.text import one_line, plain_tip
from opendoors_desktop.store.queries.outbox import OutgoingRow

if TYPE_CHECKING:
    from opendoors_desktop.engine.agenda import PlannedEmail

Index = QModelIndex | QPersistentModelIndex
ROOT: Final = QModelIndex()
Key = tuple[UUID, UUID]


class RowKind(StrEnum):
    """What a row is."""

    HOUR = "hour"
    NOW = "now"
    PLANNED = "planned"
    LEFT = "left"


class AgendaRole(IntEnum):
    """What the model answers beyond Qt's own roles."""

    ROW = Qt.ItemDataRole.UserRole
    COLOR = Qt.ItemDataRole.UserRole + 1
    SUBJECT = Qt.ItemDataRole.UserRole + 2
    IS_HOLLOW = Qt.ItemDataRole.UserRole + 3


@dataclass(frozen=True, slots=True)
class AgendaRow:
    """One row with its words; `at` is told by the person's own clock, `place` by the contact's."""

    kind: RowKind
    at: str
    title: str = ""
    aside: str = ""
    below: str = ""
    place: str = ""
    subject: str = ""
    variant: str = ""
    mailbox_id: UUID | None = None
    planned: "PlannedEmail | None" = None
    left: OutgoingRow | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What makes it the same row after a refresh."""
        if self.planned is not None:
            return ("planned", self.planned.enrollment_id, self.planned.step_id)
        return ("left", self.left.id) if self.left is not None else (self.kind, self.at)


def planned_row(email: "PlannedEmail", zone: tzinfo | None) -> AgendaRow:
    """The row of an email that will leave."""
    return AgendaRow(
        RowKind.PLANNED,
        time_of_day(here(email.at, zone)),
        one_line(email.contact, 200),
        one_line(email.company, 200),
        one_line(step_words(email.sequence, email.step), 300),
        their_time(email.at, email.zone),
        "",
        one_line(email.variant or "", 12),
        email.mailbox_id,
        planned=email,
    )


def left_row(row: OutgoingRow, zone: tzinfo | None) -> AgendaRow:
    """The row of an email that was tried."""
    at = row.sent_at or row.last_attempted_at or row.first_attempted_at
    told = state_of(row)[0] if row.state == "sent" else server_words(row) or state_of(row)[0]
    return AgendaRow(
        RowKind.LEFT,
        "" if at is None else time_of_day(here(at, zone)),
        one_line(row.contact_name or row.to_address, 200),
        "",
        one_line(step_words(row.sequence, row.step), 300),
        one_line(told, 300),
        one_line(row.subject or "", 300),
        one_line(row.variant or "", 12),
        row.mailbox_id,
        left=row,
    )


def planned_rows(emails: Iterable["PlannedEmail"], zone: tzinfo | None) -> dict[date, list[AgendaRow]]:
    """The rows of each day of a plan, with an hour's line in front of its first email."""
    days: dict[date, list[AgendaRow]] = {}
    hour: tuple[date, int] | None = None
    for email in emails:
        local = here(email.at, zone)
        rows = days.setdefault(local.date(), [])
        if (local.date(), local.hour) != hour:
            hour = (local.date(), local.hour)
            rows.append(AgendaRow(RowKind.HOUR, time_of_day(local.replace(minute=0))))
        rows.append(planned_row(email, zone))
    return days


def with_now(planned: Sequence[AgendaRow], now: datetime, zone: tzinfo | None) -> list[AgendaRow]:
    """Today's planned rows with the line of the present: in front of them, behind the header of its own hour."""
    local = here(now, zone)
    line = AgendaRow(RowKind.NOW, time_of_day(local))
    is_in_hour = bool(planned) and planned[0].at == time_of_day(local.replace(minute=0))
    place = 1 if is_in_hour else 0
    return [*planned[:place], line, *planned[place:]]


class AgendaModel(QAbstractListModel):
    """The rows that were made last; subjects come later, as they are rendered."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: Sequence[AgendaRow] = ()
        self._colors: Mapping[UUID, str] = {}
        self._subjects: Mapping[Key, str] = {}
        self._is_hollow = False

    @property
    def rows(self) -> Sequence[AgendaRow]:
        """What is shown."""
        return self._rows

    def show_rows(self, rows: Sequence[AgendaRow], colors: Mapping[UUID, str]) -> None:
        """Show these in place of the ones before."""
        self.beginResetModel()
        self._rows, self._colors = rows, colors
        self.endResetModel()

    def show_subjects(self, subjects: Mapping[Key, str]) -> None:
        """Show the subjects that are known now."""
        self._subjects = subjects
        self._tell()

    def show_hollow(self, is_hollow: bool) -> None:
        """Whether times are only what would be: nothing leaves now."""
        if is_hollow != self._is_hollow:
            self._is_hollow = is_hollow
            self._tell()

    def place_of(self, key: tuple[object, ...]) -> int | None:
        """The row of a key."""
        return next((place for place, row in enumerate(self._rows) if row.key == key), None)

    def row(self, index: Index) -> AgendaRow | None:
        """The row at an index; None for no index."""
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        row = self.row(index)
        if row is None or row.kind in (RowKind.HOUR, RowKind.NOW):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index)
        if row is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.title or row.at
            case Qt.ItemDataRole.ToolTipRole:
                words = "\n".join(part for part in (row.title, row.aside, self._subject(row), row.place) if part)
                return plain_tip(words)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._sentence(row)
            case AgendaRole.ROW:
                return row
            case AgendaRole.COLOR:
                return self._colors.get(row.mailbox_id) if row.mailbox_id is not None else None
            case AgendaRole.SUBJECT:
                return self._subject(row)
            case AgendaRole.IS_HOLLOW:
                return self._is_hollow
        return None

    def _subject(self, row: AgendaRow) -> str:
        if row.planned is None:
            return row.subject
        return self._subjects.get((row.planned.enrollment_id, row.planned.step_id), "")

    def _sentence(self, row: AgendaRow) -> str:
        if row.kind is RowKind.HOUR:
            return row.at
        if row.kind is RowKind.NOW:
            return self.tr("Now, {time}").format(time=row.at)
        state = self.tr("planned") if row.left is None else state_of(row.left)[0]
        parts = (row.at, row.title, row.aside, row.below, self._subject(row), row.place, state)
        return ", ".join(part for part in parts if part)

    def _tell(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))
