"""The days of the plan as bars: what left, what will, from which mailbox; and how full the chosen day is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any, Final
from uuid import UUID

from PySide6.QtCore import (
    QAbstractListModel,
    QDate,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QFrame, QListView

from opendoors_desktop.gui.formats import count
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.row_delegate import Brush, RowDelegate

Index = QModelIndex | QPersistentModelIndex
ROOT: Final = QModelIndex()
SOFT: Final = {"chart-1": "chart-1-soft", "chart-2": "chart-2-soft"}
"""The paler token of what is only planned, where a colour has one."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one mailbox sends on a day; `cap` None is no cap."""

    mailbox_id: UUID
    address: str
    color: str
    sent: int
    planned: int
    cap: int | None


@dataclass(frozen=True, slots=True)
class Day:
    """One day with each mailbox's share."""

    on: date
    shares: tuple[Share, ...]

    @property
    def to_go(self) -> int:
        """How many emails will leave."""
        return sum(share.planned for share in self.shares)

    @property
    def sent(self) -> int:
        """How many left."""
        return sum(share.sent for share in self.shares)


class DayRole(IntEnum):
    """What the model answers beyond Qt's own roles."""

    DAY = Qt.ItemDataRole.UserRole
    MOST = Qt.ItemDataRole.UserRole + 1


class DayModel(QAbstractListModel):
    """The days that were counted last."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._days: Sequence[Day] = ()

    def show_days(self, days: Sequence[Day]) -> None:
        """Show these."""
        same = len(days) == len(self._days)
        if not same:
            self.beginResetModel()
        self._days = days
        if not same:
            self.endResetModel()
        elif days:
            self.dataChanged.emit(self.index(0), self.index(len(days) - 1))

    def day(self, index: Index) -> Day | None:
        """The day at an index; None for no index."""
        return self._days[index.row()] if index.isValid() and index.row() < len(self._days) else None

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._days)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        day = self.day(index)
        if day is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return day_name(day.on)
            case Qt.ItemDataRole.AccessibleTextRole:
                words = self.tr("{day}: {sent} sent, {planned} to go")
                return words.format(day=long_name(day.on), sent=count(day.sent), planned=count(day.to_go))
            case DayRole.DAY:
                return day
            case DayRole.MOST:
                return max((each.sent + each.to_go for each in self._days), default=0)
        return None


class DayDelegate(RowDelegate):
    """Day, bar, number."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent, 38)

    def draw(self, brush: Brush) -> None:
        look = theme()
        day: Day = brush.index.data(DayRole.DAY)
        most = max(1, brush.index.data(DayRole.MOST))
        inner = brush.rect.adjusted(look.px(16), 0, -look.px(12), 0)
        brush.text(QRect(inner.left(), inner.top(), look.px(62), inner.height()), day_name(day.on), "body-strong")
        room = look.px(44)
        brush.text(inner.adjusted(inner.width() - room, 0, 0, 0), count(day.to_go), "body-strong", at_end=True)
        start, end = inner.left() + look.px(66), inner.right() - room
        bar = QRect(start, inner.center().y() - look.px(3), end - start, look.px(8))
        brush.box(bar, "chart-track", 2)
        for share in day.shares:
            for number, color in ((share.sent, share.color), (share.planned, SOFT.get(share.color, share.color))):
                width = round((end - inner.left() - look.px(66)) * number / most)
                if width:
                    brush.box(QRect(start, bar.top(), width, bar.height()), color, 0)
                    start += width


class DayList(QListView):
    """`chosen` brings the day that is current."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.days = DayModel(self)
        self.setModel(self.days)
        self.setItemDelegate(DayDelegate(self))
        self.setAccessibleName(self.tr("Days"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("kind", "cards")
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @property
    def current(self) -> Day | None:
        """The day that is chosen."""
        return self.days.day(self.currentIndex())

    def show_days(self, days: Sequence[Day]) -> None:
        """Show these; the first is chosen where none is."""
        row = max(0, self.currentIndex().row())
        self.days.show_days(days)
        self.setMaximumHeight(self.sizeHintForRow(0) * len(days) if days else 0)
        if days:
            self.setCurrentIndex(self.days.index(min(row, len(days) - 1)))

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.chosen.emit(self.days.day(current))


def days_between(
    days: Sequence[date],
    boxes: Sequence[tuple[UUID, str, str, int | None]],
    planned: Mapping[tuple[date, UUID], int],
    sent_today: Mapping[UUID, int],
) -> list[Day]:
    """The days with each mailbox's share; `boxes` are ids, addresses, colours and caps, the first day is today."""
    return [
        Day(
            on,
            tuple(
                Share(key, address, color, sent_today.get(key, 0) if place == 0 else 0, planned.get((on, key), 0), cap)
                for key, address, color, cap in boxes
            ),
        )
        for place, on in enumerate(days)
    ]


def day_name(on: date) -> str:
    """A day in a few letters: "14 Wed"."""
    return QLocale().toString(QDate(on.year, on.month, on.day), "d ddd")


def long_name(on: date) -> str:
    """A day as a title: "Wednesday 14 October"."""
    return QLocale().toString(QDate(on.year, on.month, on.day), "dddd d MMMM")
