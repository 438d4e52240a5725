"""The mailboxes of the workspace as a list of cards: address, state, what left of today's cap, and what waits."""

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum
from typing import Any, Final
from uuid import UUID

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyleOptionViewItem

from opendoors_desktop.gui.formats import time_of_day
from opendoors_desktop.gui.mailbox.colors import colors_of
from opendoors_desktop.gui.mailbox.words import sent_of_cap, sentence, state_of, waits
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.row_delegate import Brush, RowDelegate
from opendoors_desktop.gui.widgets.text import plain_tip
from opendoors_desktop.store.queries.mailbox_list import MailboxSight

Index = QModelIndex | QPersistentModelIndex
ROOT: Final = QModelIndex()
HEIGHT: Final = 108


class MailboxRole(IntEnum):
    """What the model answers beyond Qt's own roles."""

    SIGHT = Qt.ItemDataRole.UserRole
    STATE = Qt.ItemDataRole.UserRole + 1
    COLOR = Qt.ItemDataRole.UserRole + 2
    NOW = Qt.ItemDataRole.UserRole + 3


class MailboxModel(QAbstractListModel):
    """The mailboxes as they were read last."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._sights: Sequence[MailboxSight] = ()
        self._colors: dict[UUID, str] = {}
        self._now: datetime | None = None

    def show(self, sights: Sequence[MailboxSight], now: datetime) -> None:
        """Show these, as they stand at `now`; the same mailboxes again keep the view where it is."""
        same = [each.mailbox.id for each in sights] == [each.mailbox.id for each in self._sights]
        if not same:
            self.beginResetModel()
        self._sights, self._now = sights, now
        self._colors = colors_of((each.mailbox.id, each.mailbox.address) for each in sights)
        if not same:
            self.endResetModel()
        elif sights:
            self.dataChanged.emit(self.index(0), self.index(len(sights) - 1))

    def place_of(self, mailbox_id: UUID | None) -> int | None:
        """The row of a mailbox."""
        return next((row for row, each in enumerate(self._sights) if each.mailbox.id == mailbox_id), None)

    def sight(self, index: Index) -> MailboxSight | None:
        """The mailbox at an index; None for no index."""
        return self._sights[index.row()] if index.isValid() and index.row() < len(self._sights) else None

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._sights)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        sight = self.sight(index)
        if sight is None or self._now is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return sight.mailbox.address
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(sight.mailbox.address)
            case Qt.ItemDataRole.AccessibleTextRole:
                return sentence(sight, self._now)
            case MailboxRole.SIGHT:
                return sight
            case MailboxRole.STATE:
                return state_of(sight, self._now)
            case MailboxRole.COLOR:
                return self._colors[sight.mailbox.id]
            case MailboxRole.NOW:
                return self._now
        return None


class CardDelegate(RowDelegate):
    """A card: colour, address and state, whose it is, the bar of today, what waits."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent, HEIGHT)

    def ground(self, painter: Any, option: QStyleOptionViewItem, index: Index) -> None:
        """Nothing: the card has a ground of its own."""

    def draw(self, brush: Brush) -> None:
        look = theme()
        sight: MailboxSight = brush.index.data(MailboxRole.SIGHT)
        edge = "accent" if brush.is_current else "border"
        card = brush.rect.adjusted(look.px(1), look.px(1), -look.px(1), -look.px(7))
        brush.box(card, "surface-raised", look.px(8), edge)
        if brush.is_current:
            brush.box(card.adjusted(1, 1, -1, -1), "surface-raised", look.px(7), edge)
        inner = card.adjusted(look.px(12), look.px(10), -look.px(12), -look.px(8))
        self._head(brush, inner, sight)
        self._today(brush, inner, sight)

    def _head(self, brush: Brush, inner: QRect, sight: MailboxSight) -> None:
        look = theme()
        state = brush.index.data(MailboxRole.STATE)
        line = QRect(inner.left(), inner.top(), inner.width(), look.px(22))
        dot = QRect(line.left(), line.center().y() - look.px(4), look.px(10), look.px(10))
        brush.box(dot, brush.index.data(MailboxRole.COLOR))
        width = brush.pill_width(state.word)
        brush.text(line.adjusted(look.px(18), 0, -width - look.px(8), 0), sight.mailbox.address, "body-strong")
        brush.pill(line.adjusted(line.width() - width, 0, 0, 0), state.word, state.tone, state.icon)
        name = line.translated(0, look.px(22)).adjusted(look.px(18), 0, 0, 0)
        brush.text(name, sight.mailbox.from_name, "small", "text-muted")

    def _today(self, brush: Brush, inner: QRect, sight: MailboxSight) -> None:
        look = theme()
        line = QRect(inner.left() + look.px(18), inner.top() + look.px(45), inner.width() - look.px(18), look.px(20))
        words = sent_of_cap(sight)
        room = look.px(92)
        bar = QRect(line.left(), line.center().y() - look.px(2), line.width() - room, look.px(6))
        brush.box(bar, "chart-track", look.px(3))
        if sight.cap_today and sight.sent_today:
            share = min(1.0, sight.sent_today / sight.cap_today)
            bar.setWidth(max(look.px(6), round(bar.width() * share)))
            brush.box(bar, brush.index.data(MailboxRole.COLOR), look.px(3))
        brush.text(line.adjusted(line.width() - room, 0, 0, 0), words, "small", "text-muted", at_end=True)
        below = line.translated(0, look.px(21))
        held = sight.mailbox.held_until
        now = brush.index.data(MailboxRole.NOW)
        told = waits(sight)
        if held is not None and held > now:
            told = self.tr("Tried again at {time}").format(time=time_of_day(held.astimezone()))
        brush.text(below, told, "small", "text-muted")


class MailboxCards(QListView):
    """The list of cards; J and K go through it like the arrow keys. `chosen` brings the id of the current mailbox."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.cards = MailboxModel(self)
        self.setModel(self.cards)
        self.setItemDelegate(CardDelegate(self))
        self.setAccessibleName(self.tr("Mailboxes"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("kind", "cards")
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setMouseTracking(True)

    def show_sights(self, sights: Sequence[MailboxSight], now: datetime, wanted: UUID | None) -> None:
        """Show these and stay on the mailbox that is `wanted`; the first one where it is gone."""
        self.cards.show(sights, now)
        row = self.cards.place_of(wanted)
        if sights and (row is not None or not self.currentIndex().isValid()):
            self.setCurrentIndex(self.cards.index(row or 0))

    @property
    def current(self) -> MailboxSight | None:
        """The mailbox that is shown."""
        return self.cards.sight(self.currentIndex())

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        sight = self.cards.sight(current)
        if sight is not None:
            self.chosen.emit(sight.mailbox.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1}.get(Qt.Key(event.key()))
        if step is None or event.modifiers():
            super().keyPressEvent(event)
            return
        row = min(max(self.currentIndex().row() + step, 0), self.cards.rowCount() - 1)
        self.setCurrentIndex(self.cards.index(row))

    def sizeHint(self) -> QSize:
        return QSize(theme().px(320), theme().px(HEIGHT) * max(1, self.cards.rowCount()))
