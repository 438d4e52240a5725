"""The variables that may be put into a text, in a list beside the cursor: what each says, and who lacks it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from opendoors_desktop.gui.card_words import variable_word
from opendoors_desktop.gui.fonts import font_of, metrics_of
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.text import one_line

WIDTH, ROWS = 300, 7
_NAME, _ASIDE, _IS_LACKING = (Qt.ItemDataRole.UserRole + number for number in (1, 2, 3))


@dataclass(frozen=True, slots=True)
class Offer:
    """A variable to choose: its name, what it says for the contact of the preview, how many contacts lack it."""

    name: str
    value: str = ""
    lacking: int = 0


class VariableList(QFrame):
    """`taken` brings the offer that a person chose; the focus stays in the text."""

    taken = Signal(object)

    def __init__(self, field: QWidget) -> None:
        super().__init__(field.window())
        self._field = field
        self.setProperty("kind", "card")
        self.rows = QListWidget()
        self.rows.setAccessibleName(self.tr("Variables"))
        self.rows.setAccessibleIdentifier("variables")
        self.rows.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.rows.setUniformItemSizes(True)
        self.rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.rows.setItemDelegate(_Rows(self.rows))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme().px(4) for _ in range(4)))
        column.addWidget(self.rows)
        self.rows.itemClicked.connect(lambda _item: self._take())
        self.hide()

    def show_offers(self, offers: Sequence[Offer], typed: str, below: QPoint) -> None:
        """Open below a place of the field, narrowed to what is typed."""
        self.rows.clear()
        for offer in offers:
            item = QListWidgetItem(variable_word(offer.name), self.rows)
            aside = one_line(offer.value, 60)
            if offer.lacking:
                aside = self.tr("%n empty, fallback needed", "", offer.lacking)
            item.setData(_NAME, offer)
            item.setData(_ASIDE, aside)
            item.setData(_IS_LACKING, bool(offer.lacking))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.text()}, {aside}" if aside else item.text())
        if not self.narrow(typed):
            self.hide()
            return
        self._place(below)
        self.show()
        self.raise_()

    def narrow(self, typed: str) -> bool:
        """Show the variables that what is typed is found in; whether there are any."""
        wanted = typed.casefold()
        first = -1
        for number in range(self.rows.count()):
            item = self.rows.item(number)
            names = f"{item.text()} {item.data(_NAME).name}".casefold()
            item.setHidden(wanted not in names)
            first = number if first < 0 and not item.isHidden() else first
        self.rows.setCurrentRow(first)
        return first >= 0

    def press(self, key: Qt.Key) -> None:
        """Up and down go through the list, Enter and Tab take what is chosen."""
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._go(1 if key == Qt.Key.Key_Down else -1)
        else:
            self._take()

    def _go(self, way: int) -> None:
        number = self.rows.currentRow() + way
        while 0 <= number < self.rows.count():
            if not self.rows.item(number).isHidden():
                self.rows.setCurrentRow(number)
                return
            number += way

    def _take(self) -> None:
        item = self.rows.currentItem()
        if item is not None:
            self.taken.emit(item.data(_NAME))

    def _place(self, below: QPoint) -> None:
        look, window = theme(), self.window()
        size = QSize(look.px(WIDTH), min(ROWS, self.rows.count()) * look.px(30) + look.px(10))
        viewport = getattr(self._field, "viewport", lambda: self._field)()
        at = viewport.mapTo(window, below) + QPoint(0, look.px(4))
        if at.y() + size.height() > window.height():
            at.setY(max(0, at.y() - size.height() - look.px(28)))
        at.setX(max(0, min(at.x(), window.width() - size.width() - look.px(8))))
        self.setGeometry(QRect(at, size))


class _Rows(QStyledItemDelegate):
    """A variable, and at the end of its row what it says or who lacks it."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(theme().px(200), theme().px(30))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        look, place = theme(), option.rect.adjusted(theme().px(8), 0, -theme().px(8), 0)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, look.color("surface-selected"))
        direction = option.direction
        words, aside = index.data(), index.data(_ASIDE) or ""
        begin = QStyle.visualAlignment(direction, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        end = QStyle.visualAlignment(direction, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(font_of("body"))
        painter.setPen(look.color("text"))
        painter.drawText(place, int(begin | Qt.AlignmentFlag.AlignAbsolute), words)
        room = place.width() - metrics_of("body").horizontalAdvance(words) - look.px(16)
        painter.setFont(font_of("small"))
        painter.setPen(look.color("warning" if index.data(_IS_LACKING) else "text-muted"))
        shown = metrics_of("small").elidedText(aside, Qt.TextElideMode.ElideRight, max(0, room))
        painter.drawText(place, int(end | Qt.AlignmentFlag.AlignAbsolute), shown)
