"""The mails of the inbox in sections, read by pages from the place where the last one ended."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from opendoors_desktop.gui.formats import count
from opendoors_desktop.gui.inbox.words import Look
from opendoors_desktop.gui.jobs import Jobs, Query, Reading
from opendoors_desktop.gui.widgets.text import plain_tip

Index = QModelIndex | QPersistentModelIndex
ROOT: Final = QModelIndex()
PAGE: Final = 60
"""Mails of one page."""
MOST_AGAIN: Final = 600
"""So many mails are read again at once when something changed; those behind them when they are scrolled to."""

M = TypeVar("M")


class MailRole(IntEnum):
    """What the model answers beyond Qt's own roles."""

    ROW = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class MailRow(Generic[M]):
    """A mail with its words; `sentence` is what screen readers say. `mail` is what it was made from."""

    key: UUID
    who: str
    company: str
    at: str
    subject: str
    line: str
    look: Look
    is_unread: bool
    sentence: str
    mail: M


@dataclass(frozen=True, slots=True)
class SectionRow:
    """The line above a section: its name, and how many mails it has (None: nobody counted)."""

    title: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Section(Generic[M]):
    """Mails under one line: `page` reads those behind a mail (None: from the first on), at most so many."""

    title: str
    page: Callable[[Reading, M | None, int], Sequence[MailRow[M]]]
    count: int | None = None


@dataclass(frozen=True, slots=True)
class _Part(Generic[M]):
    """What is read of a section: its mails, and whether there are no more."""

    rows: tuple[MailRow[M], ...] = ()
    is_whole: bool = False


class MailListModel(QAbstractListModel):
    """`answered` says that what was asked for is there, `failed` brings what went wrong.

    Mails that were shown stay until others come.
    """

    answered = Signal()
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._sections: Sequence[Section[Any]] = ()
        self._parts: list[_Part[Any]] = []
        self._rows: list[MailRow[Any] | SectionRow] = []
        self._query = Query(jobs, self)
        self._query.answered.connect(self._on_answered)
        self._query.failed.connect(self.failed)
        self._more = Query(jobs, self)
        self._more.answered.connect(self._on_more)
        self._more.failed.connect(self.failed)
        self._is_reading_more = False

    def show(self, sections: Sequence[Section[Any]]) -> None:
        """Show other sections from their beginning."""
        self._ask(sections, PAGE)

    def refresh(self, sections: Sequence[Section[Any]]) -> None:
        """Read the sections again, as far as they were read before."""
        known = sum(len(part.rows) for part in self._parts)
        self._ask(sections, max(PAGE, min(known, MOST_AGAIN)))

    @property
    def mails(self) -> list[MailRow[Any]]:
        """The mails that are here, in order."""
        return [row for row in self._rows if isinstance(row, MailRow)]

    def mail(self, index: Index) -> MailRow[Any] | None:
        """The mail at an index; None for a section's line and for no index."""
        row = self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None
        return row if isinstance(row, MailRow) else None

    def place_of(self, key: UUID) -> int | None:
        """The row of a mail."""
        return next((n for n, row in enumerate(self._rows) if isinstance(row, MailRow) and row.key == key), None)

    def beside(self, row: int, step: int) -> int | None:
        """The next row with a mail, up (-1) or down (1)."""
        row += step
        while 0 <= row < len(self._rows) and not isinstance(self._rows[row], MailRow):
            row += step
        return row if 0 <= row < len(self._rows) else None

    def show_read(self, key: UUID) -> None:
        """Show a mail as read before the store says so."""
        place = self.place_of(key)
        row = None if place is None else self._rows[place]
        if place is not None and isinstance(row, MailRow) and row.is_unread:
            self._rows[place] = replace(row, is_unread=False)
            self.dataChanged.emit(self.index(place), self.index(place))

    # Reading

    def _ask(self, sections: Sequence[Section[Any]], limit: int) -> None:
        self._more.drop()
        self._is_reading_more = False
        self._query.ask(lambda reading: (sections, _read(reading, sections, [_Part()] * len(sections), limit)))

    def _on_answered(self, answer: tuple[Sequence[Section[Any]], list[_Part[Any]]]) -> None:
        sections, parts = answer
        rows = _rows_of(sections, parts)
        self._sections, self._parts = sections, parts
        if rows != self._rows:
            self._take(rows)
        self.answered.emit()

    def _take(self, rows: list[MailRow[Any] | SectionRow]) -> None:
        """Show other rows; where they are the same mails in the same order the view stays where it is."""
        same = [_key(row) for row in rows] == [_key(row) for row in self._rows]
        if not same:
            self.beginResetModel()
        self._rows = rows
        if not same:
            self.endResetModel()
        elif rows:
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and not self._is_reading_more and any(not part.is_whole for part in self._parts)

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._is_reading_more = True
            sections, parts = self._sections, list(self._parts)
            self._more.ask(lambda reading: _read(reading, sections, parts, PAGE))

    def _on_more(self, parts: list[_Part[Any]]) -> None:
        self._is_reading_more = False
        rows = _rows_of(self._sections, parts)
        first, last = len(self._rows), len(rows) - 1
        self._parts = parts
        if last >= first:
            self.beginInsertRows(ROOT, first, last)
            self._rows = rows
            self.endInsertRows()

    # What Qt asks

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.mail(index) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.who if isinstance(row, MailRow) else row.title
            case Qt.ItemDataRole.ToolTipRole if isinstance(row, MailRow):
                return plain_tip("\n".join(part for part in (row.who, row.company, row.subject) if part))
            case Qt.ItemDataRole.AccessibleTextRole:
                return row.sentence if isinstance(row, MailRow) else self._spoken(row)
            case MailRole.ROW:
                return row
        return None

    @staticmethod
    def _spoken(row: SectionRow) -> str:
        return row.title if row.count is None else f"{row.title}, {count(row.count)}"


def _read(
    reading: Reading, sections: Sequence[Section[Any]], parts: Sequence[_Part[Any]], limit: int
) -> list[_Part[Any]]:
    """The parts with one page more: of the first section that isn't whole, then of those behind it."""
    found: list[_Part[Any]] = []
    for section, part in zip(sections, parts, strict=True):
        if part.is_whole or limit <= 0:
            found.append(part)
            continue
        last = part.rows[-1].mail if part.rows else None
        rows = section.page(reading, last, limit)
        found.append(_Part((*part.rows, *rows), len(rows) < limit))
        limit -= len(rows)
    return found


def _rows_of(sections: Sequence[Section[Any]], parts: Sequence[_Part[Any]]) -> list[MailRow[Any] | SectionRow]:
    rows: list[MailRow[Any] | SectionRow] = []
    for section, part in zip(sections, parts, strict=True):
        if part.rows:
            rows += [SectionRow(section.title, section.count), *part.rows]
    return rows


def _key(row: MailRow[Any] | SectionRow) -> object:
    return row.key if isinstance(row, MailRow) else row.title
