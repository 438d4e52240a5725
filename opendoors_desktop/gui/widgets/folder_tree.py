"""The tree of folders and sequences: what is open stays open when it changes, and a drop shows where it will land."""

from uuid import UUID

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QDragMoveEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QStyleOptionViewItem, QTreeView, QWidget

from opendoors_desktop.gui.icons import icon_pixmap, pixel_ratio
from opendoors_desktop.gui.models.folder_rows import RowKind, TreeRow
from opendoors_desktop.gui.models.folder_tree import FolderTreeModel, TreeRole
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.tree_delegate import TreeDelegate
from opendoors_desktop.store.queries.folder_tree import FolderTree

OPENS_ALL = 200
"""A tree of so many rows is shown with everything open when it is shown first."""

Index = QModelIndex | QPersistentModelIndex


class FolderTreeView(QTreeView):
    """`chosen` brings the row that became current, `delete_wanted` the one that is to go.

    Answers are held back while a name is being typed.
    """

    chosen = Signal(object)
    delete_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = FolderTreeModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(TreeDelegate(self))
        self.setAccessibleName(self.tr("Folders and sequences"))
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(theme().px(14))
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.setProperty("kind", "panel")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setExpandsOnDoubleClick(True)
        self.setAutoExpandDelay(600)
        self._open: set[tuple[RowKind, UUID | None]] = set()
        self._current: tuple[RowKind, UUID | None] | None = None
        self._scrolled = 0
        self._is_new = True
        self._waiting: FolderTree | None = None
        self._drop_at: QRect | None = None
        self.rows.modelAboutToBeReset.connect(self._keep_place)
        self.rows.modelReset.connect(self._take_place)
        self.selectionModel().currentChanged.connect(self._on_current)

    @property
    def row(self) -> TreeRow | None:
        """The current row."""
        index = self.currentIndex()
        found: TreeRow | None = index.data(TreeRole.ROW) if index.isValid() else None
        return found

    @property
    def folder_id(self) -> UUID | None:
        """The folder that what is made now belongs into: the current one, or that of the current sequence."""
        row = self.row
        if row is None or row.kind is RowKind.ARCHIVE or row.status == "archived":
            return None
        return row.id if row.kind is RowKind.FOLDER else row.folder_id

    def show_tree(self, tree: FolderTree) -> None:
        """Show a tree, at once or when the name that is being typed is done."""
        if self.state() is QAbstractItemView.State.EditingState:
            self._waiting = tree
        else:
            self.rows.show(tree)

    def choose(self, kind: RowKind, key: UUID | None) -> bool:
        """Make a row current and visible; False where there is none."""
        index = self.rows.find(kind, key)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)
        return index.isValid()

    def begin_naming(self) -> None:
        """Let the name of the current row be typed."""
        if self.currentIndex().isValid() and self.currentIndex().flags() & Qt.ItemFlag.ItemIsEditable:
            self.edit(self.currentIndex())

    def event(self, event: QEvent) -> bool:
        """Del means the current row while the tree has the focus."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Delete and self.row is not None:
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                self.delete_wanted.emit(self.row)
                return True
        return super().event(event)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        super().closeEditor(editor, hint)
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.rows.show(waiting)

    # What stays through a change

    def _keep_place(self) -> None:
        self._open |= {row.key for row in self.rows.rows if row.inside and self.isExpanded(self.rows.find(*row.key))}
        self._open -= {
            row.key for row in self.rows.rows if row.inside and not self.isExpanded(self.rows.find(*row.key))
        }
        row = self.row
        self._current = self._current if row is None else row.key
        self._scrolled = self.verticalScrollBar().value()

    def _take_place(self) -> None:
        rows = self.rows.rows
        opens_all = self._is_new and len(rows) <= OPENS_ALL
        self._is_new = self._is_new and not rows
        for row in rows:
            is_open = row.key in self._open or (opens_all and row.kind is RowKind.FOLDER)
            if row.inside and (is_open or self.rows.is_filtered):
                self.expand(self.rows.find(*row.key))
        if self._current is not None:
            index = self.rows.find(*self._current)
            if index.isValid():
                blocked = self.selectionModel().blockSignals(True)
                self.setCurrentIndex(index)
                self.selectionModel().blockSignals(blocked)
                self.viewport().update()
        self.verticalScrollBar().setValue(self._scrolled)

    def _on_current(self, current: QModelIndex) -> None:
        row = current.data(TreeRole.ROW) if current.isValid() else None
        if row is not None:
            self._current = row.key
            self.chosen.emit(row)

    # Painting

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look = theme()
        rect = QRect(0, option.rect.top(), self.viewport().width(), option.rect.height())
        is_current = self.selectionModel().isSelected(self._plain(index))
        if is_current or self._is_under_mouse(option.rect):
            color = "surface-hover"
            if is_current:
                color = "surface-selected" if self.hasFocus() else "surface-selected-inactive"
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color(color))
            painter.drawRoundedRect(rect, 4, 4)
            if is_current:
                painter.setBrush(look.color("accent"))
                edge = QRect(rect.left(), rect.top(), 3, rect.height())
                painter.drawRect(edge if not self.isRightToLeft() else edge.translated(rect.width() - 3, 0))
            painter.restore()
        super().drawRow(painter, option, index)

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        if not self.rows.rowCount(index):
            return
        size = theme().px(13)
        away = "chevron-left" if self.isRightToLeft() else "chevron-right"
        name = "chevron-down" if self.isExpanded(self._plain(index)) else away
        width = self.indentation()
        left = rect.left() if self.isRightToLeft() else rect.right() - width + 1
        place = QRect(QPoint(left, rect.top()), QSize(width, rect.height()))
        corner = place.center() - QPoint(size // 2, size // 2)
        picture = icon_pixmap(name, theme().colors["text-muted"], size, pixel_ratio(painter))
        painter.drawPixmap(corner, picture)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._drop_at is not None and self.state() is QAbstractItemView.State.DraggingState:
            painter = QPainter(self.viewport())
            painter.setPen(QPen(theme().color("accent"), 2))
            painter.drawLine(self._drop_at.topLeft(), self._drop_at.topRight())
            painter.end()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        super().dragMoveEvent(event)
        self._drop_at = self._line_at(event.position().toPoint())
        self.viewport().update()

    def _line_at(self, at: QPoint) -> QRect | None:
        """The line between two rows that a drop would land at; None where it would land on a row."""
        spot = self.dropIndicatorPosition()
        rect = self.visualRect(self.indexAt(at))
        if spot is QAbstractItemView.DropIndicatorPosition.AboveItem:
            return QRect(rect.left(), rect.top(), rect.width(), 1)
        if spot is QAbstractItemView.DropIndicatorPosition.BelowItem:
            return QRect(rect.left(), rect.bottom(), rect.width(), 1)
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.RightButton:  # the menu that follows is of the row under the mouse
            index = self.indexAt(event.position().toPoint())
            if index.isValid():
                self.setCurrentIndex(index)
            return
        super().mousePressEvent(event)

    def _is_under_mouse(self, rect: QRect) -> bool:
        if not self.underMouse():
            return False
        return rect.contains(self.viewport().mapFromGlobal(self.cursor().pos()))

    @staticmethod
    def _plain(index: Index) -> QModelIndex:
        return index if isinstance(index, QModelIndex) else index.model().index(index.row(), 0, index.parent())
