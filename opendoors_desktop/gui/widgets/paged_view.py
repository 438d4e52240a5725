"""A table view for lists of any length: rows of one height, a check column, keys, and columns that are remembered."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QRect, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from opendoors_desktop.gui.fonts import metrics_of
from opendoors_desktop.gui.models.paged_table import PagedTable
from opendoors_desktop.gui.models.row_table import Index
from opendoors_desktop.gui.theme import keeper, theme
from opendoors_desktop.gui.widgets.column_fit import fitted, left_out
from opendoors_desktop.gui.widgets.column_painter import ColumnPainter
from opendoors_desktop.gui.widgets.text import one_line, plain_tip


class _Inert(QStyledItemDelegate):
    """Leaves clicks to the view, which takes the whole check cell for its box."""

    def editorEvent(
        self, _event: QEvent, _model: QAbstractItemModel, _option: QStyleOptionViewItem, _index: Index
    ) -> bool:
        return False


class PagedView(QTableView):
    """Shows a PagedTable and tells it what is in sight.

    `order_wanted` brings the order a clicked header sorts by and whether it falls, `opened` the row that Enter or a
    double click opens.
    """

    order_wanted = Signal(str, bool)
    opened = Signal(int)

    def __init__(self, model: PagedTable[Any], name: str, painted_by: Callable[[QWidget], ColumnPainter]) -> None:
        """`name` is what screen readers call the table; `painted_by` makes what paints it, given this view."""
        super().__init__()
        self._model = model
        self._painter = painted_by(self)
        self._hovered = -1
        self._is_drawn = self._has_own_widths = False
        self.setModel(model)
        self.setItemDelegate(_Inert(self))
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._order = ("", False)
        self._lay_out_header()
        self._take_heights()
        self.verticalScrollBar().valueChanged.connect(self._tell_sight)
        model.rowsInserted.connect(self._tell_sight)
        model.modelReset.connect(self._on_reset)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))
        keeper().changed.connect(self._on_theme)

    # Columns

    def _lay_out_header(self) -> None:
        header = self.horizontalHeader()
        header.setSectionsMovable(False)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(theme().px(28))
        header.setSectionsClickable(True)
        header.setStretchLastSection(True)
        header.sectionClicked.connect(self._on_header)
        for number, column in enumerate(self._model.columns):
            self.setColumnWidth(number, theme().px(column.width))
        header.sectionResized.connect(self._on_resized)
        header.viewport().installEventFilter(self)

    def _on_resized(self, *_: int) -> None:
        """A width that is drawn with the mouse is a person's; the last column's follows, and so do those that fit."""
        if self._is_drawn:
            self._keep_widths()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.horizontalHeader().viewport() and isinstance(event, QMouseEvent):
            self._is_drawn = bool(event.buttons())
        return super().eventFilter(watched, event)

    def _keep_widths(self) -> None:
        """Leave all columns as wide as they are from now on, whatever room there is, and none out."""
        if not self._has_own_widths:
            self._has_own_widths = True
            for number in range(len(self._model.columns)):
                self.setColumnHidden(number, False)

    def _fit(self) -> None:
        """Have the columns share the room there is."""
        if self._has_own_widths:
            return
        px, columns = theme().px, self._model.columns
        room = self.viewport().width()
        narrowest = [px(column.least or column.width) for column in columns]
        gone = left_out(narrowest, [column.goes for column in columns], room)
        kept = [number for number in range(len(columns)) if number not in gone]
        wanted = [px(columns[number].width) for number in kept]
        least = [px(columns[number].least) if columns[number].least else 0 for number in kept]
        for number in range(len(columns)):
            self.setColumnHidden(number, number in gone)
        for number, width in zip(kept, fitted(wanted, least, room), strict=True):
            self.setColumnWidth(number, width)

    def own_widths(self) -> dict[str, int]:
        """The widths a person gave, to be given to `take_widths` in a later run; none where they follow the room."""
        return self.widths() if self._has_own_widths else {}

    def widths(self) -> dict[str, int]:
        """The width of each column by its name."""
        return {column.name: self.columnWidth(number) for number, column in enumerate(self._model.columns)}

    def take_widths(self, widths: Mapping[str, int]) -> None:
        """Take up widths of an earlier run; columns it doesn't know keep theirs."""
        if widths:
            self._keep_widths()
        for number, column in enumerate(self._model.columns):
            if column.name in widths:
                self.setColumnWidth(number, widths[column.name])

    def show_order(self, order: str, *, is_descending: bool) -> None:
        """Mark in the header what the list is sorted by."""
        self._order = (order, is_descending)
        names = [column.order for column in self._model.columns]
        falling = Qt.SortOrder.DescendingOrder if is_descending else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicatorShown(order in names)
        if order in names:
            self.horizontalHeader().setSortIndicator(names.index(order), falling)

    def _on_header(self, section: int) -> None:
        order = self._model.columns[section].order
        if order:
            self.order_wanted.emit(order, self._order == (order, False))

    # Sight

    def chosen_index(self) -> QModelIndex:
        """The row a person has chosen; an invalid index where none is. Having the focus alone chooses none."""
        return self.currentIndex() if self.selectionModel().hasSelection() else QModelIndex()

    def rows_in_sight(self) -> tuple[int, int]:
        """The numbers of the first and last row that can be seen."""
        first = max(0, self.verticalScrollBar().value())
        return first, first + self.viewport().height() // max(1, self.rowHeight(0) or 1)

    def _tell_sight(self, *_: object) -> None:
        self._model.look_at(*self.rows_in_sight())

    def _on_reset(self) -> None:
        self.scrollToTop()
        self._tell_sight()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self._tell_sight()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows that are to be painted: their grounds, then column by column, then the lines between them."""
        painter = QPainter(self.viewport())
        height, width = self.verticalHeader().defaultSectionSize(), self.viewport().width()
        area = event.rect()
        begin = self.verticalScrollBar().value()
        first, last = area.top() // height, min(area.bottom() // height, self._model.rowCount() - 1 - begin)
        rows = [(number * height, self._model.row_at(begin + number)) for number in range(first, last + 1)]
        self._paint_grounds(painter, begin, rows)
        for number in range(len(self._model.columns)):
            left, wide = self.columnViewportPosition(number), self.columnWidth(number)
            if wide and left <= area.right() and left + wide > area.left():
                self._painter.paint_column(painter, number, QRect(left, first * height, wide, height), rows)
        line = self._painter.look.color("border")
        for top, _ in rows:
            painter.fillRect(0, top + height - 1, width, 1, line)

    def _paint_grounds(self, painter: QPainter, begin: int, rows: Sequence[tuple[int, Any]]) -> None:
        height, width = self.verticalHeader().defaultSectionSize(), self.viewport().width()
        current = self.chosen_index().row() - begin
        has_checks = self._model.checked.is_any
        for top, row in rows:
            number = top // height
            is_lifted = number + begin == self._hovered or (
                has_checks and row is not None and self._model.is_checked(row)
            )
            if number == current or is_lifted:
                ground = QRect(0, top, width, height)
                self._painter.paint_ground(painter, ground, is_current=number == current, has_focus=self.hasFocus())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(int(event.position().y())))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            self.viewport().update()

    # Keys and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, row = event.key(), self.currentIndex().row()
        if key == Qt.Key.Key_Space and row >= 0:
            self._toggle(row)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0:
            self.opened.emit(row)
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self._model.check_all(is_on=True)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and self._model.rowCount():
            last = self._model.rowCount() - 1
            self.setCurrentIndex(self._model.index(0 if key == Qt.Key.Key_Home else last, 0))
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and self._model.columns[index.column()].name == "check":
            self._toggle(index.row())

    def _toggle(self, row: int) -> None:
        found = self._model.row_at(row)
        if found is not None:
            self._model.check(row, row, is_on=not self._model.is_checked(found))

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """As any table's; without a current row the first key goes to the first in sight."""
        if not self.currentIndex().isValid() and self._model.rowCount():
            return self._model.index(self.rows_in_sight()[0], 0)
        return super().moveCursor(action, modifiers)

    def viewportEvent(self, event: QEvent) -> bool:
        """The tooltip of a cell has all of a text that doesn't fit."""
        if not isinstance(event, QHelpEvent) or event.type() is not QEvent.Type.ToolTip:
            return super().viewportEvent(event)
        index = self.indexAt(event.pos())
        text = one_line(str(index.data() or "")) if index.isValid() else ""
        room = self.columnWidth(index.column()) - 2 * self._painter.look.margin
        is_cut = metrics_of("body").horizontalAdvance(text) > room
        QToolTip.showText(event.globalPos(), plain_tip(text) if is_cut else "", self.viewport())
        return True

    def _on_theme(self) -> None:
        self._painter.forget()
        self._take_heights()
        self.viewport().update()

    def _take_heights(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._painter.row_height())
        self.horizontalHeader().setFixedHeight(theme().px(30))
