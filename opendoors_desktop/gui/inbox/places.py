"""The places of the inbox at its left edge: what needs a look, each meaning, each mailbox, with how much is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, Final
from uuid import UUID

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyleOptionViewItem

from opendoors_desktop.gui.fonts import metrics_of
from opendoors_desktop.gui.formats import count
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.row_delegate import Brush, RowDelegate
from opendoors_desktop.gui.widgets.text import one_line, plain_tip

Index = QModelIndex | QPersistentModelIndex
ROOT: Final = QModelIndex()
HEIGHT: Final = 28


class PlaceKind(StrEnum):
    """What is listed in a place."""

    NEEDS_A_LOOK = "needs_a_look"
    ALL = "all"
    DONE = "done"
    MEANING = "meaning"
    BUCKET = "bucket"
    MAILBOX = "mailbox"


@dataclass(frozen=True, slots=True)
class Place:
    """A place: `word` is the meaning's or the bucket's stable word, `mailbox_id` the mailbox's."""

    kind: PlaceKind
    word: str = ""
    mailbox_id: UUID | None = None


NEEDS_A_LOOK: Final = Place(PlaceKind.NEEDS_A_LOOK)


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place with its words, its sign in a tone, and how much is in it; without a `place` it is a title.

    A mailbox has a patch of `color` for a sign; `trouble` says what is wrong with it.
    """

    title: str
    place: Place | None = None
    icon: str = ""
    tone: str = "text-muted"
    number: int | None = None
    color: str = ""
    trouble: str = ""


class PlaceRole(IntEnum):
    """What the model answers beyond Qt's own roles."""

    ROW = Qt.ItemDataRole.UserRole


class PlaceModel(QAbstractListModel):
    """The places as they were counted last."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: Sequence[PlaceRow] = ()

    def show(self, rows: Sequence[PlaceRow]) -> None:
        """Show these; the same places again keep the view where it is."""
        same = [(row.title, row.place) for row in rows] == [(row.title, row.place) for row in self._rows]
        if not same:
            self.beginResetModel()
        self._rows = rows
        if not same:
            self.endResetModel()
        elif rows:
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))

    def row(self, index: Index) -> PlaceRow | None:
        """The row at an index; None for no index."""
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def number_of(self, place: Place) -> int | None:
        """The row of a place."""
        return next((number for number, row in enumerate(self._rows) if row.place == place), None)

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        row = self.row(index)
        if row is None or row.place is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index)
        if row is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.title
            case Qt.ItemDataRole.ToolTipRole if row.place is not None:
                return plain_tip("\n".join(part for part in (row.title, row.trouble) if part))
            case Qt.ItemDataRole.AccessibleTextRole:
                parts = (row.title, "" if row.number is None else count(row.number), row.trouble)
                return one_line(", ".join(part for part in parts if part))
            case PlaceRole.ROW:
                return row
        return None


class PlaceDelegate(RowDelegate):
    """Sign, word, number; a title stands alone."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent, HEIGHT)

    def height(self, index: Index) -> int:
        row: PlaceRow = index.data(PlaceRole.ROW)
        return HEIGHT if row.place is not None else HEIGHT + 8

    def ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: PlaceRow = index.data(PlaceRole.ROW)
        if row.place is not None:
            super().ground(painter, option, index)

    def draw(self, brush: Brush) -> None:
        px = theme().px
        row: PlaceRow = brush.index.data(PlaceRole.ROW)
        inner = brush.rect.adjusted(px(16), 0, -px(12), 0)
        if row.place is None:
            brush.text(inner.adjusted(0, px(8), 0, 0), row.title, "small", "text-muted")
            return
        size = px(16)
        sign = QRect(inner.left(), inner.center().y() - size // 2 + 1, size, size)
        if row.color:
            inset = px(3)
            brush.box(sign.adjusted(inset, inset, -inset, -inset), row.color, 2)
        else:
            brush.icon(sign, row.icon, "accent-text" if brush.is_current else row.tone)
        number = "" if row.number is None else count(row.number)
        room = size if row.trouble else metrics_of("small").horizontalAdvance(number) + px(6)
        words = inner.adjusted(size + px(10), 0, -room, 0)
        strong = brush.is_current
        brush.text(words, row.title, "body-strong" if strong else "body", "accent-text" if strong else "text")
        if row.trouble:
            brush.icon(QRect(inner.right() - size, sign.top(), size, size), "triangle-alert", "danger")
        elif number:
            end = inner.adjusted(inner.width() - room, 0, 0, 0)
            brush.text(end, number, "small", "accent-text" if strong else "text-muted", at_end=True)


class PlaceList(QListView):
    """`chosen` brings the place that is current."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._place = NEEDS_A_LOOK
        self.places = PlaceModel(self)
        self.setModel(self.places)
        self.setItemDelegate(PlaceDelegate(self))
        self.setAccessibleName(self.tr("Places"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("kind", "cards")
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @property
    def place(self) -> Place:
        """The place that is chosen."""
        return self._place

    def show_rows(self, rows: Sequence[PlaceRow]) -> None:
        """Show these; the place that was chosen stays so, and where it is gone the first is."""
        self.places.show(rows)
        number = self.places.number_of(self._place)
        self.setCurrentIndex(self.places.index(0 if number is None else number))

    def choose(self, place: Place) -> None:
        """Go to a place, once there is one."""
        self._place = place
        number = self.places.number_of(place)
        if number is not None:
            self.setCurrentIndex(self.places.index(number))

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        row = self.places.row(current)
        if row is not None and row.place is not None and row.place != self._place:
            self._place = row.place
            self.chosen.emit(row.place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        number = self.currentIndex().row() + step
        while (
            0 <= number < self.places.rowCount()
            and self.places.flags(self.places.index(number)) == Qt.ItemFlag.NoItemFlags
        ):
            number += step
        if 0 <= number < self.places.rowCount():
            self.setCurrentIndex(self.places.index(number))
