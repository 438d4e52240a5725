"""Tables as the program has them: rows of one height, whole rows chosen, a box to check where rows can be checked."""

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QStyle, QStyleOptionViewItem, QTableView, QWidget

from opendoors_desktop.gui.theme import keeper, theme
from opendoors_desktop.gui.widgets.cells import CellDelegate
from opendoors_desktop.gui.widgets.row_delegate import Brush, Index

ROW_HEIGHT = 30
PADDING = 8
BOX = 16
TICKED = Qt.ItemDataRole.CheckStateRole


class TableDelegate(CellDelegate):
    """Cells of rows that are chosen whole, with a box before the first one where rows can be checked.

    Subclasses say in `sign` what stands before a cell's words, and in `tone` what colour they have.
    """

    def __init__(self, view: QTableView) -> None:
        super().__init__(view, ROW_HEIGHT)

    def draw(self, brush: Brush) -> None:
        index, gap = brush.index, theme().px(PADDING)
        place = brush.rect.adjusted(gap, 0, -gap, 0)
        ticked = index.data(TICKED)
        if ticked is not None:
            self._draw_box(brush, is_on=Qt.CheckState(ticked) is Qt.CheckState.Checked)
            place.setLeft(place.left() + theme().px(BOX + PADDING))
        place.setLeft(place.left() + self.sign(brush, place))
        align = Qt.AlignmentFlag(index.data(Qt.ItemDataRole.TextAlignmentRole) or 0)
        at_end = bool(align & Qt.AlignmentFlag.AlignRight)
        brush.text(place, index.data(Qt.ItemDataRole.DisplayRole) or "", "body", self.tone(index), at_end=at_end)

    def sign(self, _brush: Brush, _place: QRect) -> int:
        """Draw what stands before the words; gives how much room it took."""
        return 0

    def tone(self, _index: Index) -> str:
        """The token of the words' colour."""
        return "text"

    def ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if is_checked(index):
            painter.fillRect(option.rect, theme().color("surface-hover"))
        super().ground(painter, option, index)

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        """A click into the box of a row checks it."""
        if not isinstance(event, QMouseEvent) or event.type() is not QEvent.Type.MouseButtonRelease:
            return False
        room = QRect(option.rect.topLeft(), QSize(theme().px(BOX + 2 * PADDING), option.rect.height()))
        room = QStyle.visualRect(option.direction, option.rect, room)
        if index.data(TICKED) is None or not room.contains(event.position().toPoint()):
            return False
        return toggle_check(model, index)

    @staticmethod
    def _draw_box(brush: Brush, *, is_on: bool) -> None:
        size, rect = theme().px(BOX), brush.rect
        square = QRect(rect.left() + theme().px(PADDING), rect.center().y() - size // 2 + 1, size, size)
        brush.box(square, "accent" if is_on else "surface", 3, "accent" if is_on else "border-control")
        if is_on:
            brush.icon(square.adjusted(2, 2, -2, -2), "check", "on-accent")


def is_checked(index: Index) -> bool:
    """Whether the row of an index is checked."""
    ticked = index.siblingAtColumn(0).data(TICKED) if isinstance(index, QModelIndex) else None
    return ticked is not None and Qt.CheckState(ticked) is Qt.CheckState.Checked


def toggle_check(model: QAbstractItemModel, index: Index) -> bool:
    """Check a row, or take its check away."""
    is_on = Qt.CheckState(index.data(TICKED)) is Qt.CheckState.Checked
    return model.setData(index, Qt.CheckState.Unchecked if is_on else Qt.CheckState.Checked, TICKED)


class RowTable(QTableView):
    """A table of whole rows: Tab leaves it, Space checks the current row, Enter is told by `activated`."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setItemDelegate(TableDelegate(self))
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        columns = self.horizontalHeader()
        columns.setHighlightSections(False)
        columns.setMinimumSectionSize(theme().px(56))
        self._take_heights()
        keeper().changed.connect(self._take_heights)

    def _take_heights(self) -> None:
        self.verticalHeader().setMinimumSectionSize(theme().px(ROW_HEIGHT))
        self.verticalHeader().setDefaultSectionSize(theme().px(ROW_HEIGHT))

    def current_rows(self) -> list[int]:
        """The numbers of the chosen rows, from the top."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index: Any = self.currentIndex()
        if index.isValid() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activated.emit(index)
        elif index.isValid() and event.key() == Qt.Key.Key_Space and index.siblingAtColumn(0).data(TICKED) is not None:
            toggle_check(self.model(), index.siblingAtColumn(0))
        else:
            super().keyPressEvent(event)
