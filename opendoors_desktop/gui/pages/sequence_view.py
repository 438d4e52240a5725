"""An opened sequence: its head, and its tabs, each made when it is looked at first."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final
from uuid import UUID

from PySide6.QtCore import QPoint, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QTabBar, QWidget

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.gui.formats import count
from opendoors_desktop.gui.identifiers import identify
from opendoors_desktop.gui.jobs import Query, Reading
from opendoors_desktop.gui.notices import NoticeBar
from opendoors_desktop.gui.page import column_of
from opendoors_desktop.gui.pages.sequence_actions import Target
from opendoors_desktop.gui.pages.sequence_header import SequenceHeader
from opendoors_desktop.gui.pages.sequence_notice import SequenceNotice
from opendoors_desktop.gui.pages.steps_tab import StepsTab
from opendoors_desktop.gui.refresher import Refresher
from opendoors_desktop.gui.sequence_commands import Named
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.text import Line
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.store.queries.sequences import SequenceRow, find_sequence

TOPICS = frozenset({Topic.SEQUENCES, Topic.ENROLLMENTS})
STEPS, PEOPLE, DASHBOARD = range(3)
PARTS: Final = {PEOPLE: ("people_tab", "PeopleTab"), DASHBOARD: ("sequence_dashboard", "SequenceDashboard")}
"""The tabs that are loaded when they are looked at first: the module in `gui.pages`, and its class."""


class SequenceView(QWidget):
    """`handlers_changed` says that other actions work, `gone` that the sequence isn't there any more."""

    handlers_changed = Signal()
    tab_changed = Signal(int)
    gone = Signal()
    action_wanted = Signal(str)
    menu_wanted = Signal(QPoint)

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self._sequence_id: UUID | None = None
        self._path = ""
        self._target: Target | None = None
        self.header = SequenceHeader(bench)
        self.notice = NoticeBar()
        self.tabs = QTabBar()
        self.tabs.setDocumentMode(True)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName(self.tr("Parts of the sequence"))
        for title in (self.tr("Steps"), self.tr("Contacts"), self.tr("Dashboard")):
            self.tabs.addTab(title)
        self.steps = StepsTab(bench)
        self._parts: dict[int, Any] = {}
        self._loading: set[int] = set()
        self._blank = QWidget()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.steps)
        self.stack.addWidget(self._blank)
        self._lay_out()
        self._query = Query(bench.jobs, self)
        self._query.answered.connect(self._on_answer)
        self._query.failed.connect(lambda _error: None)  # the tab that is shown tells of a store that is away
        Refresher(self, bench.news, TOPICS, self._refresh, is_stale=False)
        self.tabs.currentChanged.connect(self._on_tab)
        self._notes = SequenceNotice(bench, self.notice, self)
        self._notes.action_wanted.connect(self.action_wanted)
        self.steps.handlers_changed.connect(self.handlers_changed)
        self.steps.problems_told.connect(self._notes.show_problems)
        self.steps.told.connect(lambda number: self._count_tab(STEPS, number))
        self.header.action_wanted.connect(self.action_wanted)
        self.header.menu_wanted.connect(self.menu_wanted)

    def _lay_out(self) -> None:
        bar = QFrame()
        bar.setProperty("kind", "surface")
        bar.setFixedHeight(theme().px(36))
        row = QHBoxLayout(bar)
        row.setContentsMargins(theme().px(20), 0, theme().px(20), 0)
        row.addWidget(self.tabs, 1)
        self.setLayout(column_of(self.header, bar, Line(), self.notice, self.stack, stretch=self.stack))

    # Which sequence

    @property
    def target(self) -> Target | None:
        """The opened sequence in the state it is shown in."""
        return self._target

    def show_sequence(self, sequence_id: UUID, name: str, status: str, path: str) -> None:
        """Open a sequence; the tab that is shown stays the one that is shown."""
        self._path = path
        self.header.show_sequence(name, status, path)
        self._target = Target(Named(sequence_id, name), status)
        self._notes.show_target(self._target)
        if sequence_id != self._sequence_id:
            self._sequence_id = sequence_id
            self._count_tab(PEOPLE, None)
            self._count_tab(STEPS, None)
            self._query.ask(self._reading(sequence_id))
            self._show_tab()
        else:
            self._refresh()

    def _refresh(self) -> None:
        if self._sequence_id is not None:
            self._query.ask_again(self._reading(self._sequence_id))

    @staticmethod
    def _reading(sequence_id: UUID) -> Callable[[Reading], SequenceRow | None]:
        return lambda reading: find_sequence(reading.unit, reading.scope.workspace_id, sequence_id)

    def _on_answer(self, row: SequenceRow | None) -> None:
        if row is None:
            self.gone.emit()
            return
        self._target = Target(Named(row.id, row.name), row.status)
        self._notes.show_target(self._target)
        self.header.show_sequence(row.name, row.status, self._path)
        self._count_tab(PEOPLE, row.totals["enrolled"])
        self.handlers_changed.emit()

    # Tabs

    @property
    def tab(self) -> int:
        """The tab that is shown."""
        return self.tabs.currentIndex()

    def turn(self, by: int) -> None:
        """Go so many tabs on, from the last to the first; back where `by` is below 0."""
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + by) % self.tabs.count())

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """The actions that the tab adds."""
        own: dict[str, Callable[[], object]] = {
            "go.next_tab": lambda: self.turn(1),
            "go.previous_tab": lambda: self.turn(-1),
        }
        if self.tab in self._parts:
            own |= self._parts[self.tab].handlers()
        elif self.tab == STEPS:
            own |= self.steps.editing.handlers()
        return own

    def panes(self) -> list[QWidget]:
        """The head, and what the tab has to go round in."""
        part = self._parts.get(self.tab)
        return [self.header, *(part.panes() if part is not None else [self.stack])]

    def _on_tab(self, _tab: int) -> None:
        self._show_tab()
        self.handlers_changed.emit()
        self.tab_changed.emit(self.tab)

    def _show_tab(self) -> None:
        if self._sequence_id is None:
            return
        if self.tab in self._parts:
            self._put_on_top(self._parts[self.tab])
        elif self.tab in PARTS:
            self.stack.setCurrentWidget(self._blank)
            self._load(self.tab)
        else:
            self._put_on_top(self.steps)

    def _put_on_top(self, part: Any) -> None:
        self.stack.setCurrentWidget(part)
        part.show_sequence(self._sequence_id)

    def _load(self, tab: int) -> None:
        """Load a tab's code in the thread of a question, then make it."""
        if tab in self._loading:
            return
        self._loading.add(tab)
        module = f"opendoors_desktop.gui.pages.{PARTS[tab][0]}"
        self._bench.ask(lambda _reading: import_module(module), lambda loaded: self._make(tab, loaded))

    def _make(self, tab: int, module: Any) -> None:
        self._loading.discard(tab)
        part = getattr(module, PARTS[tab][1])(self._bench)
        self._parts[tab] = part
        identify(part, f"{self.accessibleIdentifier()}.{PARTS[tab][0]}")
        if isinstance(getattr(part, "handlers_changed", None), SignalInstance):
            part.handlers_changed.connect(self.handlers_changed)
        self.stack.addWidget(part)
        self._show_tab()
        self.handlers_changed.emit()

    def _count_tab(self, tab: int, number: int | None) -> None:
        words = {STEPS: self.tr("Steps"), PEOPLE: self.tr("Contacts")}[tab]
        self.tabs.setTabText(tab, words if number is None else f"{words}  {count(number)}")
