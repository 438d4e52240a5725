"""Asks into which folder something is to be put: all folders by their paths, found by typing."""

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialogButtonBox, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from opendoors_desktop.domain.folder import Folder, path_of
from opendoors_desktop.gui.models.folder_rows import TreeRow
from opendoors_desktop.gui.models.folder_tree import FolderTreeModel
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.dialog import Dialog
from opendoors_desktop.gui.widgets.text import one_line
from opendoors_desktop.store.queries.folder_tree import TreeFolder


class MoveDialog(Dialog):
    """`decided` brings the folder's key, None for the top."""

    decided = Signal(object)

    def __init__(self, parent: QWidget, model: FolderTreeModel, moved: Sequence[TreeRow]) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Move to folder"))
        self.words = QLineEdit()
        self.words.setPlaceholderText(self.tr("Filter folders"))
        self.words.setAccessibleName(self.tr("Filter folders"))
        self.places = QListWidget()
        self.places.setAccessibleName(self.tr("Folders"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        move = buttons.button(QDialogButtonBox.StandardButton.Ok)
        move.setText(self.tr("Move here"))
        move.setProperty("kind", "primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().px(16)] * 4)
        column.setSpacing(theme().px(12))
        for part in (self.words, self.places, buttons):
            column.addWidget(part)
        self.resize(theme().px(420), theme().px(420))
        for key, path in _places(model.folders, self.tr("At the top")):
            if all(model.allows(row, key) for row in moved):
                item = QListWidgetItem(path, self.places)
                item.setData(Qt.ItemDataRole.UserRole, key)
        self.places.setCurrentRow(0)
        self.words.textChanged.connect(self._filter)
        self.words.returnPressed.connect(self.accept)
        self.places.itemActivated.connect(lambda _item: self.accept())
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.accepted.connect(self._decide)

    def _filter(self, words: str) -> None:
        wanted = words.casefold().split()
        for number in range(self.places.count()):
            item = self.places.item(number)
            item.setHidden(not all(word in item.text().casefold() for word in wanted))
        shown = (n for n in range(self.places.count()) if not self.places.item(n).isHidden())
        self.places.setCurrentRow(next(shown, -1))

    def _decide(self) -> None:
        item = self.places.currentItem()
        if item is not None:
            self.decided.emit(item.data(Qt.ItemDataRole.UserRole))


def _places(folders: Sequence[TreeFolder], top: str) -> list[tuple[UUID | None, str]]:
    """Every folder with its path, the top first, in the order of paths."""
    known = {folder.id: Folder(folder.id, folder.name, folder.parent_id) for folder in folders}
    paths = [(key, " › ".join(one_line(name, 200) for name in path_of(key, known))) for key in known]
    return [(None, top), *sorted(paths, key=lambda each: each[1].casefold())]
