"""What the cells of the tables of a sequence share: their ground, and the tile of a step's type."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QToolTip

from opendoors_desktop.domain.step import StepType
from opendoors_desktop.gui.fonts import metrics_of
from opendoors_desktop.gui.step_words import step_look
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.row_delegate import EDGE, Brush, Index, RowDelegate
from opendoors_desktop.gui.widgets.text import plain_tip

PAD: Final = 12
TILE: Final = 20


class CellDelegate(RowDelegate):
    """Cells of rows that are chosen whole: the accent edge stands before the first one, a hairline below all."""

    def __init__(self, view: QObject, height: int) -> None:
        super().__init__(view, height)
        self._view = view

    def ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, rect = theme(), option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            has_focus = isinstance(self._view, QAbstractItemView) and self._view.hasFocus()
            painter.fillRect(rect, look.color("surface-selected" if has_focus else "surface-selected-inactive"))
            if index.column() == 0:
                edge = QRect(rect.left(), rect.top(), look.px(EDGE), rect.height())
                painter.fillRect(QStyle.visualRect(option.direction, rect, edge), look.color("accent"))
        elif option.state & QStyle.StateFlag.State_MouseOver and index.flags() & Qt.ItemFlag.ItemIsSelectable:
            painter.fillRect(rect, look.color("surface-hover"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), look.color("border"))

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """Words that don't fit are told whole."""
        words = str(index.data() or "")
        is_cut = metrics_of("body").horizontalAdvance(words[:400]) > option.rect.width() - theme().px(2 * PAD)
        if event.type() is QEvent.Type.ToolTip and is_cut:
            QToolTip.showText(event.globalPos(), plain_tip(words), view)
            return True
        return super().helpEvent(event, view, option, index)


def draw_step_tile(brush: Brush, place: QRect, kind: StepType) -> None:
    """The mark of a step's type on its tinted tile, in the middle of the height of a place as wide as the tile."""
    side, inset = place.width(), (place.width() - theme().px(13)) // 2
    spot = QRect(place.left(), place.center().y() - side // 2 + 1, side, side)
    look = step_look(kind)
    brush.box(spot, look.tile, 4)
    brush.icon(spot.adjusted(inset, inset, -inset, -inset), look.icon, look.color)
