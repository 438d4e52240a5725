"""The left pane of the Sequences page: the tree with its filter, and everything that is done to its rows."""

from collections.abc import Callable, Mapping
from uuid import UUID

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from opendoors_desktop.gui import sequence_commands as commands
from opendoors_desktop.gui.icons import icon
from opendoors_desktop.gui.models.folder_rows import RowKind, TreeRow
from opendoors_desktop.gui.models.folder_tree import TreeMove
from opendoors_desktop.gui.pages.move_dialog import MoveDialog
from opendoors_desktop.gui.sequence_commands import Named, short
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import add_search_sign, icon_button
from opendoors_desktop.gui.widgets.folder_colors import color_icon, folder_colors
from opendoors_desktop.gui.widgets.folder_tree import FolderTreeView
from opendoors_desktop.gui.widgets.text import Label, Line
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.store.queries.folder_tree import FolderTree


class SequenceTree(QFrame):
    """`chosen` brings the row that became current, `menu_wanted` the sequence whose menu is asked for and where."""

    chosen = Signal(object)
    menu_wanted = Signal(object, QPoint)

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self._cut: TreeRow | None = None
        self._naming: UUID | None = None
        self.setProperty("kind", "panel")
        self.tree = FolderTreeView()
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.tr("Filter sequences"))
        self.filter.setAccessibleName(self.tr("Filter sequences"))
        self.filter.setClearButtonEnabled(True)
        add_search_sign(self.filter)
        self.footer = Label("", "small", "muted")
        self._lay_out()
        self.filter.textChanged.connect(self.tree.rows.filter)
        self.filter.returnPressed.connect(self.tree.setFocus)
        self.tree.chosen.connect(self.chosen)
        self.tree.delete_wanted.connect(self._on_delete)
        self.tree.rows.renamed.connect(self._rename)
        self.tree.rows.dropped.connect(self._move)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._on_menu)

    def _lay_out(self) -> None:
        look = theme()
        head = QHBoxLayout()
        head.setContentsMargins(look.px(14), 0, look.px(8), 0)
        head.addWidget(Label(self.tr("Sequences"), "heading"), 1)
        self.new_folder = icon_button("folder-plus", self.tr("New folder"), self.add_folder)
        self.new_sequence = icon_button("plus", self.tr("New sequence"), self.add_sequence)
        head.addWidget(self.new_folder)
        head.addWidget(self.new_sequence)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = QWidget()
        top.setFixedHeight(look.px(52))
        top.setLayout(head)
        column.addWidget(top)
        field = QHBoxLayout()
        field.setContentsMargins(look.px(10), 0, look.px(10), look.px(8))
        field.addWidget(self.filter)
        column.addLayout(field)
        rows = QHBoxLayout()
        rows.setContentsMargins(look.px(6), 0, look.px(6), 0)
        rows.addWidget(self.tree)
        column.addLayout(rows, 1)
        column.addWidget(Line())
        foot = QHBoxLayout()
        foot.setContentsMargins(look.px(14), look.px(6), look.px(14), look.px(6))
        foot.addWidget(self.footer)
        column.addLayout(foot)

    def show_tree(self, tree: FolderTree) -> None:
        """Show a tree; a folder or sequence that was just made is chosen, and its name may be typed."""
        self.tree.show_tree(tree)
        counts = tree.counts
        self.footer.setText(
            ", ".join(
                (
                    self.tr("%n active", "", counts.get("active", 0)),
                    self.tr("%n paused", "", counts.get("paused", 0)),
                    self.tr("%n drafts", "", counts.get("draft", 0)),
                )
            )
        )
        if self._naming is not None:
            found = self.tree.choose(RowKind.FOLDER, self._naming) or self.tree.choose(RowKind.SEQUENCE, self._naming)
            if found:
                self._naming = None
                self.tree.setFocus()
                self.tree.begin_naming()

    # What is done to rows

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """The actions that work on the current row."""
        row = self.tree.row
        found: dict[str, Callable[[], object]] = {"folder.new": self.add_folder, "sequence.new": self.add_sequence}
        if row is None or row.kind is RowKind.ARCHIVE or row.status == "archived":
            return found
        found |= {
            "sequence.rename": self.tree.begin_naming,
            "edit.cut": self.cut,
            "tree.move": self.choose_folder,
            "tree.up": lambda: self.step(-1),
            "tree.down": lambda: self.step(1),
        }
        if self._cut is not None:
            found["edit.paste"] = self.paste
        return found

    def add_folder(self) -> None:
        """Make a folder where a person is, and let its name be typed."""
        self._bench.do(commands.add_folder(self.tr("New folder"), self.tree.folder_id), then=self._name_next)

    def add_sequence(self) -> None:
        """Make a draft where a person is, and let its name be typed."""
        self._bench.do(commands.add_sequence(self.tr("New sequence"), self.tree.folder_id), then=self._name_next)

    def remove_folder(self) -> None:
        """Delete the current folder; what lies in it moves up."""
        row = self.tree.row
        if row is not None and row.id is not None:
            told = self.tr("{name} is removed; what lay in it moved up").format(name=short(row.name))
            self._bench.do(commands.delete_folder(Named(row.id, row.name)), told)

    def _on_delete(self, row: TreeRow) -> None:
        if row.kind is RowKind.FOLDER:
            self.remove_folder()
        elif row.kind is RowKind.SEQUENCE:
            self._bench.actions["sequence.archive"].trigger()

    def cut(self) -> None:
        """Take up the current row, to be put into another folder."""
        self._cut = self.tree.row
        self.tree.rows.cut(self._cut)
        if self._cut is not None:
            self._bench.notices.announce(self.tr("{name} is cut").format(name=short(self._cut.name)))
        self.chosen.emit(self.tree.row)

    def paste(self) -> None:
        """Put what was cut into the current folder."""
        row, folder_id = self._cut, self.tree.folder_id
        self._cut = None
        self.tree.rows.cut(None)
        if row is not None and self.tree.rows.allows(row, folder_id):
            self._move((TreeMove(row, folder_id),))

    def step(self, way: int) -> None:
        """Move the current folder among its siblings, or the current sequence to the folder above or below."""
        row = self.tree.row
        if row is None or row.kind is RowKind.ARCHIVE:
            return
        folders = self.tree.rows.folders
        if row.kind is RowKind.SEQUENCE:
            above = [each.id for each in self.tree.rows.rows if each.kind is RowKind.FOLDER]
            places: list[UUID | None] = [*above, None]  # those in no folder stand below all folders
            place = places.index(row.folder_id) + way if row.folder_id in places else -1
            if 0 <= place < len(places):
                self._move((TreeMove(row, places[place]),))
            return
        ids: list[UUID | None] = [each.id for each in folders if each.parent_id == row.folder_id]
        place = ids.index(row.id) + way if row.id in ids else -1
        if 0 <= place < len(ids):
            others = [key for key in ids if key != row.id]
            self._move((TreeMove(row, row.folder_id, others[place] if place < len(others) else None),))

    def choose_folder(self) -> None:
        """Ask into which folder the current row is to be put."""
        row = self.tree.row
        if row is not None:
            self.choose_folder_for([row])

    def choose_folder_for(self, rows: list[TreeRow]) -> None:
        """Ask into which folder rows are to be put."""
        dialog = MoveDialog(self, self.tree.rows, rows)
        dialog.decided.connect(lambda folder_id: self._move(tuple(TreeMove(row, folder_id) for row in rows)))
        dialog.open()

    def _rename(self, row: TreeRow, name: str) -> None:
        if row.id is not None:
            told = self.tr("{name} is called {new} now").format(name=short(row.name), new=short(name))
            self._bench.do(commands.rename(row.kind, Named(row.id, row.name), name), told)

    def _move(self, moves: tuple[TreeMove, ...]) -> None:
        folder = next((each for each in self.tree.rows.folders if each.id == moves[0].folder_id), None)
        place = self.tr("the top") if folder is None else short(folder.name)
        if len(moves) == 1:
            told = self.tr("{name} is moved to {place}").format(name=short(moves[0].row.name), place=place)
        else:
            told = self.tr("{count} sequences are moved to {place}").format(count=len(moves), place=place)
        self._bench.do(commands.move_rows(moves), told)

    def _name_next(self, key: UUID) -> None:
        self._naming = key

    # The menu of a row

    def _on_menu(self, at: QPoint) -> None:
        row = self.tree.row
        place = self.tree.viewport().mapToGlobal(at)
        if row is not None and row.kind is RowKind.SEQUENCE:
            self.menu_wanted.emit(row, place)
        else:
            self.folder_menu().popup(place)

    def folder_menu(self) -> QMenu:
        """The menu of the current folder, or of no row at all."""
        row = self.tree.row
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._bench.actions.add_to(menu, ["sequence.new", "folder.new"])
        if row is None or row.kind is not RowKind.FOLDER or row.id is None:
            return menu
        menu.addSeparator()
        self._bench.actions.add_to(
            menu, ["sequence.rename", "edit.cut", "edit.paste", "tree.move", "tree.up", "tree.down"]
        )
        colors = menu.addMenu(self.tr("Colour"))
        target = Named(row.id, row.name)
        for kept, name in folder_colors():
            colors.addAction(
                color_icon(kept), name, lambda kept=kept: self._bench.do(commands.color_folder(target, kept))
            )
        colors.addAction(self.tr("None"), lambda: self._bench.do(commands.color_folder(target, None)))
        menu.addAction(icon("trash-2"), self.tr("Remove folder"), self.remove_folder)
        return menu
