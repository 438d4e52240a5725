"""The sequences of a folder as a table: opened by Enter, and started, paused, moved or archived together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QHeaderView, QWidget

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.gui.faces import Faces
from opendoors_desktop.gui.jobs import Query, Reading
from opendoors_desktop.gui.models.sequence_table import SequenceColumn, SequenceTableModel
from opendoors_desktop.gui.page import PageHeader, column_of
from opendoors_desktop.gui.pages.sequence_actions import Target
from opendoors_desktop.gui.refresher import Refresher
from opendoors_desktop.gui.sequence_commands import Named
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import icon_button, push_button
from opendoors_desktop.gui.widgets.sequence_delegate import SequenceDelegate
from opendoors_desktop.gui.widgets.table_view import RowTable
from opendoors_desktop.gui.widgets.text import Label, Line
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.store.queries.sequence_list import ListedSequence, list_with_figures

TOPICS = frozenset({Topic.SEQUENCES, Topic.ENROLLMENTS, Topic.OUTBOX, Topic.MAILBOXES, Topic.SETTINGS})
LOOKS_OVER_MS = 2000
"""How sequences fare is looked at again not sooner than so long after the last time."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Which sequences are shown: those in these folders (None: in any), or the archived ones."""

    name: str
    folder_ids: frozenset[UUID] | None = None
    is_archive: bool = False


@dataclass(frozen=True, slots=True)
class _Answer:
    shelf: Shelf
    sequences: Sequence[ListedSequence]
    now: datetime


WIDTHS: Final = {
    SequenceColumn.NAME: 260,
    SequenceColumn.STATE: 96,
    SequenceColumn.ENROLLED: 86,
    SequenceColumn.REPLIED: 80,
    SequenceColumn.INTERESTED: 88,
    SequenceColumn.HELD: 56,
    SequenceColumn.NEXT: 136,
    SequenceColumn.HEALTH: 176,
}
NARROWEST_NAME: Final = 160


class FolderView(QFrame):
    """`opened` brings the sequence a person wants to see, `targets_changed` says that other rows are chosen."""

    opened = Signal(object)
    targets_changed = Signal()
    action_wanted = Signal(str)
    menu_wanted = Signal(QPoint)

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self._bench = bench
        self._shelf = Shelf("")
        self._shown: Shelf | None = None
        self.header = PageHeader("")
        self.tree_button = icon_button("panel-left", self.tr("Show folders and sequences"))
        self.header.row.insertWidget(0, self.tree_button)
        self.model = SequenceTableModel(self)
        self.table = RowTable(self.tr("Sequences of the folder"))
        self.table.setModel(self.model)
        self.table.setItemDelegate(SequenceDelegate(self.table))
        self.bar = _CheckedBar()
        content = QWidget()
        content.setLayout(column_of(self.table, self.bar, stretch=self.table))
        self.faces = Faces(content, 30)
        self.setLayout(column_of(self.header, Line(), self.faces, stretch=self.faces))
        self._size_columns()
        self._query = Query(bench.jobs, self)
        self._health = Query(bench.jobs, self)
        self._refresher = Refresher(self, bench.news, TOPICS, self._refresh, is_stale=False)
        self._looks = QTimer(self)
        self._looks.setSingleShot(True)
        self._looks.setInterval(LOOKS_OVER_MS)
        self._bind()

    def _bind(self) -> None:
        self._query.answered.connect(self._on_answer)
        self._query.failed.connect(self._on_failed)
        self._health.answered.connect(self.model.show_health)
        self._health.failed.connect(lambda _error: None)  # the table says the same of a store that is away
        self.table.activated.connect(lambda index: self.opened.emit(self.model.at(index.row()).sequence.id))
        self.table.doubleClicked.connect(self._on_double_click)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self.targets_changed.emit())
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(
            lambda at: self.menu_wanted.emit(self.table.viewport().mapToGlobal(at))
        )
        self.model.checked_changed.connect(self._on_checked)
        self.bar.clicked.connect(self._on_bar)

    def _size_columns(self) -> None:
        header = self.table.horizontalHeader()
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        for column, width in WIDTHS.items():
            header.resizeSection(column, theme().px(width))
        header.setSectionResizeMode(SequenceColumn.NAME, QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window names give way to how the sequences fare."""
        super().resizeEvent(event)
        beside = sum(theme().px(width) for column, width in WIDTHS.items() if column is not SequenceColumn.NAME)
        widest, least = theme().px(WIDTHS[SequenceColumn.NAME]), theme().px(NARROWEST_NAME)
        self.table.setColumnWidth(SequenceColumn.NAME, max(least, min(widest, self.width() - beside)))

    # What is shown

    def show_shelf(self, shelf: Shelf) -> None:
        """Show other sequences; what was shown stays only where it is the same shelf."""
        self.header.title.setText(shelf.name)
        if shelf == self._shelf and self._shown is not None:
            return
        self._shelf = shelf
        if self._shown is None or self._shown.name != shelf.name or self._shown.is_archive != shelf.is_archive:
            self.model.clear()
            self.faces.begin_loading()
        self._looks.stop()
        self._query.ask(self._reading())

    def targets(self) -> list[Target]:
        """The sequences that an action is for: the checked ones, else the current one."""
        rows = self.model.checked()
        if not rows:
            rows = [self.model.at(number) for number in self.table.current_rows()]
        return [Target(Named(each.sequence.id, each.sequence.name), each.sequence.status) for each in rows]

    def _refresh(self) -> None:
        self._query.ask_again(self._reading())

    def _reading(self) -> Any:
        shelf = self._shelf

        def read(reading: Reading) -> _Answer:
            statuses = ("archived",) if shelf.is_archive else ()
            found = list_with_figures(reading.unit, reading.scope.workspace_id, statuses=statuses)
            ids = shelf.folder_ids
            kept = [each for each in found if ids is None or each.sequence.folder_id in ids]
            return _Answer(shelf, kept, reading.now)

        return read

    def _on_answer(self, answer: _Answer) -> None:
        self._shown = answer.shelf
        self.model.show(answer.sequences, answer.now)
        if answer.sequences:
            self.faces.show_content()
        elif answer.shelf.is_archive:
            self.faces.show_empty("archive", self.tr("Nothing is archived"))
        else:
            new = push_button(
                self.tr("New sequence"),
                lambda: self.action_wanted.emit("sequence.new"),
                kind="primary",
                icon_name="plus",
            )
            words = self.tr("A sequence is a short series of emails, calls and tasks that stops when someone answers.")
            self.faces.show_empty("workflow", self.tr("No sequences yet"), words, [new])
        if not self._looks.isActive():
            self._looks.start()
            self._look_over(answer.sequences)
        self.targets_changed.emit()

    def _look_over(self, sequences: Sequence[ListedSequence]) -> None:
        def read(reading: Reading) -> object:
            from opendoors_desktop.engine.sequence_health import read_health

            context = self._bench.jobs.context
            assert context is not None  # readings are made of an open store
            return read_health(context, reading.unit, sequences)

        self._health.ask(read)

    def _on_failed(self, error: Exception) -> None:
        self.faces.show_error(error, push_button(self.tr("Retry"), self._refresh, kind="primary"))

    def _on_double_click(self, index: Any) -> None:
        self.opened.emit(self.model.at(index.row()).sequence.id)

    def _on_checked(self) -> None:
        self.bar.tell([each.sequence.status for each in self.model.checked()])
        self.targets_changed.emit()

    def _on_bar(self, action: str) -> None:
        if action == "clear":
            self.model.check([each.sequence.id for each in self.model.checked()], is_on=False)
        else:
            self.action_wanted.emit(action)


class _CheckedBar(QFrame):
    """Comes up below the table while rows are checked, with what can be done to them together."""

    clicked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self.setFixedHeight(theme().px(48))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme().px(16), 0, theme().px(16), 0)
        row.setSpacing(theme().px(8))
        self.words = Label("", "body-strong")
        row.addWidget(self.words)
        row.addStretch(1)
        texts = {
            "sequence.activate": (self.tr("Start"), {"draft"}),
            "sequence.resume": (self.tr("Resume"), {"paused"}),
            "sequence.pause": (self.tr("Pause"), {"active"}),
            "tree.move": (self.tr("Move to…"), {"draft", "active", "paused", "stopped"}),
            "sequence.archive": (self.tr("Archive"), {"draft", "active", "paused", "stopped"}),
            "sequence.restore": (self.tr("Restore"), {"archived"}),
            "clear": (self.tr("Uncheck all"), set[str]()),
        }
        self._states = {name: states for name, (_, states) in texts.items()}
        self.buttons = {
            name: push_button(text, lambda name=name: self.clicked.emit(name))  # type: ignore[misc]
            for name, (text, _) in texts.items()
        }
        for button in self.buttons.values():
            row.addWidget(button)
        self.hide()

    def tell(self, statuses: Sequence[str]) -> None:
        """Show how many rows are checked, and what their states allow."""
        self.words.setText(self.tr("%n checked", "", len(statuses)))
        for name, button in self.buttons.items():
            button.setEnabled(not self._states[name] or any(status in self._states[name] for status in statuses))
        self.setVisible(bool(statuses))
