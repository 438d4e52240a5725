"""The panes of the Sequences page: the tree, a folder's sequences or an opened sequence, and the text of a step."""

from collections.abc import Callable, Iterator, Mapping
from uuid import UUID

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSplitter, QStackedWidget, QToolButton, QWidget

from opendoors_desktop.domain.folder import Folder, path_of
from opendoors_desktop.gui.body_page import Body
from opendoors_desktop.gui.jobs import Query, Reading
from opendoors_desktop.gui.models.folder_rows import RowKind, TreeRow
from opendoors_desktop.gui.page import Page
from opendoors_desktop.gui.pages.folder_view import FolderView, Shelf
from opendoors_desktop.gui.pages.sequence_actions import SequenceActions, Target
from opendoors_desktop.gui.pages.sequence_tree import SequenceTree
from opendoors_desktop.gui.pages.sequence_view import DASHBOARD, STEPS, SequenceView
from opendoors_desktop.gui.pages.step_inspector import StepInspector
from opendoors_desktop.gui.sequence_commands import short
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.text import one_line
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.store.queries.folder_tree import FolderTree, read_folder_tree

TREE, INSPECTOR = 248, 408
HIDES_RIGHT, HIDES_LEFT = 1280, 1100
"""Below these widths of the window a pane is only shown when it is asked for, in design pixels."""


class SequencesBody(Body):
    """Three panes; the right one belongs to the steps of an opened sequence."""

    def __init__(self, bench: Workbench, page: Page) -> None:
        super().__init__(bench, page)
        self.tree = SequenceTree(bench)
        self.actions_of = SequenceActions(bench, self)
        self.main = QStackedWidget()
        self._wanted: UUID | None = None
        self._known: dict[UUID, Folder] = {}
        self._wants_left = {False: True, True: False}
        self._wants_right = True
        self._is_narrow = (False, False)
        self._is_made = False
        self._query = Query(bench.jobs, self)

    def parts(self) -> Iterator[Callable[[], None]]:
        """What is left to be made."""
        yield self._lay_out
        yield self._make_folder
        yield self._add_folder
        yield self._make_sequence
        yield self._add_sequence
        yield self._add_inspector
        yield self._bind

    def _lay_out(self) -> None:
        self.splitter = QSplitter()
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.splitter)
        self._put_in(self.tree, 180)

    def _put_in(self, pane: QWidget, least: int) -> None:
        pane.setMinimumWidth(theme().px(least))
        self.splitter.addWidget(pane)

    def _make_folder(self) -> None:
        self.folder = FolderView(self.bench)

    def _add_folder(self) -> None:
        self.main.addWidget(self.folder)
        self._put_in(self.main, 360)

    def _make_sequence(self) -> None:
        self.sequence = SequenceView(self.bench)

    def _add_sequence(self) -> None:
        self.main.addWidget(self.sequence)

    def _add_inspector(self) -> None:
        self.inspector = StepInspector(self.bench)
        self.inspector.hide()
        self._put_in(self.inspector, 340)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([theme().px(TREE), theme().px(800), theme().px(INSPECTOR)])

    def _bind(self) -> None:
        self._query.answered.connect(self._on_tree)
        self._query.failed.connect(self._on_failed)
        self.tree.chosen.connect(self._on_row)
        self.tree.menu_wanted.connect(lambda _row, at: self._show_menu(at))
        self.folder.opened.connect(self.open_sequence)
        self.folder.targets_changed.connect(self.handlers_changed)
        self.folder.action_wanted.connect(self._trigger)
        self.folder.menu_wanted.connect(self._show_menu)
        self.sequence.handlers_changed.connect(self.handlers_changed)
        self.sequence.action_wanted.connect(self._trigger)
        self.sequence.menu_wanted.connect(self._show_menu)
        self.sequence.gone.connect(self._show_folder)
        self.sequence.tab_changed.connect(lambda _tab: self._show_panes())
        self.sequence.steps.step_chosen.connect(self.inspector.show_step)
        self.sequence.steps.text_wanted.connect(self._on_text_wanted)
        self.inspector.handlers_changed.connect(self.handlers_changed)
        drafts = self.inspector.writing.drafts
        drafts.changed.connect(lambda: self.sequence.steps.canvas.show_unsaved(drafts.steps))
        drafts.changed.connect(self.handlers_changed)
        self.actions_of.made.connect(self.open_sequence)
        for button in self._tree_buttons:
            button.clicked.connect(lambda _checked: self._toggle_left())
        self._is_made = True
        self._follow_width()

    # What is shown

    def refresh(self) -> None:
        """Ask for the tree; each pane asks for its own."""
        self._query.ask_again(self._read_tree)

    def show_what(self, **what: object) -> None:
        """Open the sequence that is given as `sequence_id`."""
        if isinstance(what.get("sequence_id"), UUID):
            self.open_sequence(what["sequence_id"])

    def open_sequence(self, sequence_id: object) -> None:
        """Open a sequence, as soon as the tree has it."""
        assert isinstance(sequence_id, UUID)
        self._wanted = sequence_id
        self.tree.filter.clear()
        if not self._choose_wanted():
            self.refresh()

    @staticmethod
    def _read_tree(reading: Reading) -> FolderTree:
        return read_folder_tree(reading.unit, reading.scope.workspace_id)

    def _on_tree(self, tree: FolderTree) -> None:
        self._known = {each.id: Folder(each.id, each.name, each.parent_id) for each in tree.folders}
        self.tree.show_tree(tree)
        if self._choose_wanted():
            return
        if self.tree.tree.row is None:
            self._show_folder()
        else:
            self._on_row(self.tree.tree.row)

    def _on_failed(self, error: Exception) -> None:
        retry = push_button(self.tr("Retry"), self.refresh, kind="primary")
        self.folder.faces.show_error(error, retry)

    def _choose_wanted(self) -> bool:
        wanted = self._wanted
        if wanted is None or not self.tree.tree.choose(RowKind.SEQUENCE, wanted):
            return False
        self._wanted = None
        return True

    def _on_row(self, row: TreeRow | None) -> None:
        if row is not None and row.kind is RowKind.SEQUENCE and row.id is not None:
            path = " › ".join(one_line(name, 200) for name in self._path(row.folder_id))
            self.main.setCurrentWidget(self.sequence)
            self.sequence.show_sequence(row.id, row.name, row.status, path or self.tr("Sequences"))
        else:
            self._show_folder(row)
        self._show_panes()
        self.handlers_changed.emit()

    def _show_folder(self, row: TreeRow | None = None) -> None:
        self.main.setCurrentWidget(self.folder)
        if row is None:
            self.folder.show_shelf(Shelf(self.tr("All sequences")))
        elif row.kind is RowKind.ARCHIVE:
            self.folder.show_shelf(Shelf(self.tr("Archive"), is_archive=True))
        else:
            name = " › ".join(one_line(each, 200) for each in self._path(row.id))
            self.folder.show_shelf(Shelf(name, self._inside(row.id)))

    def _path(self, folder_id: UUID | None) -> tuple[str, ...]:
        return () if folder_id is None else path_of(folder_id, self._known)

    def _inside(self, folder_id: UUID | None) -> frozenset[UUID]:
        """A folder and those in it, at any depth."""
        found = {folder_id}
        before = 0
        while len(found) > before:
            before = len(found)
            found |= {each.id for each in self._known.values() if each.parent_id in found}
        return frozenset(key for key in found if key is not None)

    # Actions

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """What works now: on the opened sequence, or on the chosen ones of the folder."""
        found: dict[str, Callable[[], object]] = dict(self.tree.handlers())
        found |= {
            "sequence.new": lambda: self._with_tree(self.tree.add_sequence),
            "folder.new": lambda: self._with_tree(self.tree.add_folder),
            "edit.find": self._find,
            "view.left": self._toggle_left,
            "view.right": self._toggle_right,
        }
        if self.main.currentWidget() is self.sequence:
            found |= self.sequence.handlers()
            if self.sequence.tab == STEPS:
                found |= self.inspector.handlers()
        targets = self.targets()
        found |= self.actions_of.handlers(targets)
        if targets and self.main.currentWidget() is self.folder:
            found["tree.move"] = self._move_targets
        if len(targets) == 1 and targets[0].status != "archived":
            found["sequence.rename"] = self._rename
        return found

    def what_is_open(self) -> str:
        """The name of the opened sequence."""
        target = self.sequence.target if self.main.currentWidget() is self.sequence else None
        return "" if target is None else short(target.named.name)

    def targets(self) -> list[Target]:
        """The sequences that actions are for."""
        if self.main.currentWidget() is self.folder:
            return self.folder.targets()
        return [] if self.sequence.target is None else [self.sequence.target]

    def _trigger(self, action: str) -> None:
        self.bench.actions[action].trigger()

    def _rename(self) -> None:
        targets = self.targets()
        if self.main.currentWidget() is self.folder and not self.tree.tree.hasFocus() and len(targets) == 1:
            self.tree.tree.choose(RowKind.SEQUENCE, targets[0].named.id)
        self._with_tree(self.tree.tree.begin_naming)

    def _with_tree(self, act: Callable[[], object]) -> None:
        """Do something that is gone on with in the tree, which is shown for it."""
        self._wants_left[self._is_dashboard()] = True
        self._show_panes()
        act()

    def _move_targets(self) -> None:
        keys = {each.named.id for each in self.targets()}
        rows = [row for row in self.tree.tree.rows.rows if row.kind is RowKind.SEQUENCE and row.id in keys]
        self.tree.choose_folder_for(rows)

    def _show_menu(self, at: QPoint) -> None:
        menu = self.actions_of.menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    # Panes

    def panes(self) -> list[QWidget]:
        """Tree, the middle, and the text of a step."""
        middle = [self.folder] if self.main.currentWidget() is self.folder else self.sequence.panes()
        return [self.tree, *middle, self.inspector]

    def _find(self) -> None:
        self._wants_left[self._is_dashboard()] = True
        self._show_panes()
        self.tree.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.tree.filter.selectAll()

    @property
    def _tree_buttons(self) -> tuple[QToolButton, QToolButton]:
        return self.folder.tree_button, self.sequence.header.tree_button

    def _toggle_left(self) -> None:
        self._wants_left[self._is_dashboard()] = self.tree.isHidden()
        self._show_panes()

    def _toggle_right(self) -> None:
        self._wants_right = self.inspector.isHidden()
        self._show_panes()

    def _on_text_wanted(self) -> None:
        self._wants_right = True
        self._show_panes()
        self.inspector.edit()

    def _show_panes(self) -> None:
        is_opened = self.main.currentWidget() is self.sequence
        has_tree = self._wants_left[self._is_dashboard()]
        focus = QApplication.focusWidget()
        if not has_tree and focus is not None and self.tree.isAncestorOf(focus):
            (self.sequence.tabs if is_opened else self.folder.table).setFocus()
        self.tree.setVisible(has_tree)
        for button in self._tree_buttons:
            button.setVisible(not has_tree)
        self.inspector.setVisible(is_opened and self.sequence.tab == STEPS and self._wants_right)

    def _is_dashboard(self) -> bool:
        """Whether a dashboard is shown, which has the width of the tree too until that is asked for."""
        return self.main.currentWidget() is self.sequence and self.sequence.tab == DASHBOARD

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_made:
            self._follow_width()

    def _follow_width(self) -> None:
        width = self.window().width()
        is_narrow = (width < theme().px(HIDES_LEFT), width < theme().px(HIDES_RIGHT))
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self._wants_left = {False: not is_narrow[0], True: False}
            self._wants_right = not is_narrow[1]
            if self.layout() is not None:  # else its panes are still being made
                self._show_panes()
