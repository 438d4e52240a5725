"""Draws the rows of the tree: icon or state mark, the name, and how much is in it at the far end."""

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionViewItem, QWidget

from opendoors_desktop.gui.fonts import metrics_of
from opendoors_desktop.gui.icons import icon_pixmap, pixel_ratio
from opendoors_desktop.gui.models.folder_rows import RowKind, TreeRow
from opendoors_desktop.gui.models.folder_tree import TreeRole, right_text
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.folder_colors import shown_color
from opendoors_desktop.gui.widgets.row_delegate import Brush, Index, RowDelegate
from opendoors_desktop.gui.widgets.states import paint_state_mark

HEIGHT, GAP, ICON = 28, 8, 16
LONGEST_NAME = 255


class TreeDelegate(RowDelegate):
    """Rows of one height; the tree draws their ground, since it goes on under what is left of a row."""

    def __init__(self, tree: QWidget) -> None:
        super().__init__(tree, HEIGHT)
        self._open = False

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self._open = bool(option.state & QStyle.StateFlag.State_Open)
        super().paint(painter, option, index)

    def ground(self, _painter: QPainter, _option: QStyleOptionViewItem, _index: Index) -> None:
        """Nothing: the tree has drawn it."""

    def draw(self, brush: Brush) -> None:
        look = theme()
        row: TreeRow = brush.index.data(TreeRole.ROW)
        rect = brush.rect.adjusted(0, 0, -look.px(2 * GAP), 0)
        if brush.index.data(TreeRole.IS_CUT):
            brush.painter.setOpacity(0.5)
        self._draw_sign(brush, rect, row)
        end = right_text(row)
        width = metrics_of("small").horizontalAdvance(end) + 2
        brush.text(
            QRect(rect.right() - width, rect.top(), width, rect.height()), end, "small", "text-muted", at_end=True
        )
        start = look.px(ICON + GAP) if row.kind is not RowKind.SEQUENCE else look.px(2 * GAP + 2)
        role, color = ("body-strong", "accent-text") if brush.is_current else ("body", "text")
        brush.text(
            rect.adjusted(start, 0, -width - look.px(GAP), 0),
            brush.index.data(Qt.ItemDataRole.DisplayRole),
            role,
            color,
        )

    def _draw_sign(self, brush: Brush, rect: QRect, row: TreeRow) -> None:
        look = theme()
        if row.kind is RowKind.SEQUENCE:
            spot = brush.placed(QRect(rect.left() + look.px(2), rect.top(), look.px(8), rect.height()))
            paint_state_mark(brush.painter, QPointF(spot.center()) + QPointF(0.5, 0.5), row.status)
            return
        size = look.px(ICON)
        name = "archive" if row.kind is RowKind.ARCHIVE else "folder-open" if self._open else "folder"
        spot = brush.placed(QRect(QPoint(rect.left(), rect.center().y() - size // 2), QSize(size, size)))
        ratio = pixel_ratio(brush.painter)
        brush.painter.drawPixmap(spot.topLeft(), icon_pixmap(name, shown_color(row.color), size, ratio))

    # Naming in place

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setMaxLength(LONGEST_NAME)
        editor.setProperty("place", "row")
        editor.setAccessibleName(self.tr("Name"))
        editor.setText(index.data(Qt.ItemDataRole.EditRole))
        editor.selectAll()
        return editor

    def setEditorData(self, _editor: QWidget, _index: Index) -> None:
        """Nothing: the editor begins with the name, and no refresh may take away what is being typed."""

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        start = theme().px(ICON)
        editor.setGeometry(
            QStyle.visualRect(option.direction, option.rect, option.rect.adjusted(start, 0, -theme().px(GAP), 0))
        )
