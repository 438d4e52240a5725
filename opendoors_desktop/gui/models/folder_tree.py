"""The tree of folders and sequences as a model: its rows follow the store, and are named and moved in place."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final
from uuid import UUID

from PySide6.QtCore import (
    QAbstractItemModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from opendoors_desktop.gui.formats import count
from opendoors_desktop.gui.models.folder_rows import RowKind, TreeRow, rows_of
from opendoors_desktop.gui.widgets.states import state_word
from opendoors_desktop.gui.widgets.text import one_line, plain_tip
from opendoors_desktop.store.queries.folder_tree import FolderTree, TreeFolder

Index = QModelIndex | QPersistentModelIndex
MIME: Final = "application/x-opendoors-tree"
NOWHERE: Final = QModelIndex()


class TreeRole(IntEnum):
    """What the delegate asks for beside Qt's own roles."""

    ROW = Qt.ItemDataRole.UserRole + 1
    IS_CUT = Qt.ItemDataRole.UserRole + 2


@dataclass(frozen=True, slots=True)
class TreeMove:
    """A row that is to lie in a folder (None: at the top), a folder among them before another (None: behind all)."""

    row: TreeRow
    folder_id: UUID | None
    before_id: UUID | None = None


class FolderTreeModel(QAbstractItemModel):
    """Shows what `show` is given; `renamed` and `dropped` tell what a person wants, the store then tells what is so."""

    renamed = Signal(object, str)
    dropped = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tree = FolderTree()
        self._rows: tuple[TreeRow, ...] = ()
        self._top: tuple[int, ...] = ()
        self._words = ""
        self._cut: tuple[RowKind, UUID | None] | None = None

    # What is shown

    @property
    def rows(self) -> tuple[TreeRow, ...]:
        """All rows, depth-first."""
        return self._rows

    @property
    def folders(self) -> tuple[TreeFolder, ...]:
        """All folders by their order, whether they are shown or not."""
        return self._tree.folders

    @property
    def is_filtered(self) -> bool:
        """Whether only some rows are shown."""
        return bool(self._words.split())

    def show(self, tree: FolderTree) -> None:
        """Show a tree; where only names, states and figures differ from what is shown, no row moves."""
        self._tree = tree
        self._renew()

    def filter(self, words: str) -> None:
        """Show only what has these words in its name."""
        self._words = words
        self._renew()

    def cut(self, row: TreeRow | None) -> None:
        """Mark a row that is about to be moved, or none."""
        self._cut = None if row is None else row.key
        self._tell_all()

    def find(self, kind: RowKind, key: UUID | None) -> QModelIndex:
        """Where a folder or sequence stands; an index of nowhere if it isn't shown."""
        number = next((n for n, row in enumerate(self._rows) if row.key == (kind, key)), None)
        return NOWHERE if number is None else self._index(number)

    def _renew(self) -> None:
        rows = rows_of(self._tree, self._words)
        if rows == self._rows:
            return
        if [(row.key, row.above) for row in rows] == [(row.key, row.above) for row in self._rows]:
            self._rows = rows
            self._tell_all()
            return
        self.beginResetModel()
        self._rows = rows
        self._top = tuple(number for number, row in enumerate(rows) if row.above == -1)
        self.endResetModel()

    def _tell_all(self) -> None:
        """Say of every row that it may look different."""
        for number in [-1, *(number for number, row in enumerate(self._rows) if row.inside)]:
            inside = self._top if number == -1 else self._rows[number].inside
            if inside:
                self.dataChanged.emit(self._index(inside[0]), self._index(inside[-1]))

    # What Qt asks

    def index(self, row: int, column: int, parent: Index = NOWHERE) -> QModelIndex:
        inside = self._top if not parent.isValid() else self._rows[parent.internalId()].inside
        if column or not 0 <= row < len(inside):
            return QModelIndex()
        return self.createIndex(row, 0, inside[row])

    def parent(self, index: Index = NOWHERE) -> Any:  # Qt has a second one without arguments
        above = self._rows[index.internalId()].above if index.isValid() else -1
        return QModelIndex() if above == -1 else self._index(above)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return len(self._top) if not parent.isValid() else len(self._rows[parent.internalId()].inside)

    def columnCount(self, _parent: Index = NOWHERE) -> int:
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.internalId()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return row.name or self.tr("Archive")
            case TreeRole.ROW:
                return row
            case TreeRole.IS_CUT:
                return row.key == self._cut
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(row.name)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._sentence(row)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        name = str(value).strip()
        row = self._rows[index.internalId()]
        if role != Qt.ItemDataRole.EditRole or not name or name == row.name:
            return False
        self.renamed.emit(row, name)
        return False  # the new name is shown when the store has it

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        row = self._rows[index.internalId()]
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if row.kind is RowKind.ARCHIVE or row.status == "archived":
            return usual
        own = usual | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsDragEnabled
        return own | Qt.ItemFlag.ItemIsDropEnabled if row.kind is RowKind.FOLDER else own

    # Drag and drop

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        rows = [self._rows[index.internalId()] for index in indexes]
        text = "\n".join(f"{row.kind.value} {row.id}" for row in rows)
        data.setData(MIME, QByteArray(text.encode()))
        data.setText("\n".join(one_line(row.name) for row in rows))
        return data

    def canDropMimeData(self, data: QMimeData, _action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        return bool(self._moves(data, row, parent))

    def dropMimeData(self, data: QMimeData, _action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        moves = self._moves(data, row, parent)
        if moves:
            self.dropped.emit(moves)
        return False  # rows move when the store has moved them

    def allows(self, moved: TreeRow, folder_id: UUID | None) -> bool:
        """Whether a row may lie in that folder: none lies in itself or in what lies in it."""
        if moved.kind is not RowKind.FOLDER:
            return moved.kind is RowKind.SEQUENCE
        folders = {folder.id: folder.parent_id for folder in self._tree.folders}
        while folder_id is not None and folder_id != moved.id:
            folder_id = folders.get(folder_id)
        return folder_id is None

    def _moves(self, data: QMimeData, place: int, parent: Index) -> tuple[TreeMove, ...]:
        """What a drop would move where; nothing where any of it isn't allowed."""
        into = self._rows[parent.internalId()] if parent.isValid() else None
        if into is not None and into.kind is not RowKind.FOLDER:
            return ()
        folder_id = None if into is None else into.id
        inside = self._top if into is None else into.inside
        behind = self._rows[inside[place]] if 0 <= place < len(inside) else None
        before_id = behind.id if behind is not None and behind.kind is RowKind.FOLDER else None
        words = bytes(data.data(MIME).data()).decode("ascii", "replace").splitlines()
        rows = [row for row in self._rows if f"{row.kind.value} {row.id}" in words]
        if not rows or not all(self.allows(row, folder_id) for row in rows):
            return ()
        return tuple(TreeMove(row, folder_id, before_id if row.kind is RowKind.FOLDER else None) for row in rows)

    def _index(self, number: int) -> QModelIndex:
        return self.createIndex(self._rows[number].place, 0, number)

    def _sentence(self, row: TreeRow) -> str:
        if row.kind is RowKind.SEQUENCE:
            people = self.tr("%n contacts", "", row.count)
            return self.tr("{name}, sequence, {state}, {people}").format(
                name=one_line(row.name), state=state_word(row.status), people=people
            )
        inside = self.tr("%n sequences", "", row.count)
        if row.kind is RowKind.ARCHIVE:
            return self.tr("Archive, {inside}").format(inside=inside)
        return self.tr("{name}, folder, {inside}").format(name=one_line(row.name), inside=inside)


def right_text(row: TreeRow) -> str:
    """What stands at the end of a row: the word of a draft, else the count."""
    return state_word(row.status) if row.status == "draft" else count(row.count)
