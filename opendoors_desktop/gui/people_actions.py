"""What can be done to the people of a table: paused, let go on, removed, explained, opened."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.gui import enrollment_commands as commands
from opendoors_desktop.gui.jobs import Command
from opendoors_desktop.gui.models.people import PersonRow
from opendoors_desktop.gui.sequence_commands import Named, Outcome, short
from opendoors_desktop.gui.widgets.people_table import PeopleTable
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.store.queries.people_states import PeopleState

PAUSABLE = frozenset({PeopleState.ACTIVE, PeopleState.WAITING_ON_TASK, PeopleState.HELD})
MOVABLE = PAUSABLE | {PeopleState.PAUSED}
TOLD = 8
"""So many of those who refuse are named."""


class PeopleActions(QObject):
    """`handlers_changed` says that other actions work.

    Whoever is current stays current when the list moves under them, or nobody is: nothing is done to another person.
    """

    handlers_changed = Signal()

    def __init__(self, bench: Workbench, people: PeopleTable, parent: QWidget) -> None:
        super().__init__(parent)
        self._bench = bench
        self._parent = parent
        self._current: UUID | None = None
        self._checked: dict[UUID, PersonRow] = {}
        self.people = people
        self.view = people.view
        self.model = people.people
        self._bind()

    def _bind(self) -> None:
        self.people.narrowed_changed.connect(lambda _narrowed: self._forget())
        self.people.opened.connect(lambda _row: self.open_contact())
        self.people.menu_wanted.connect(lambda _row, at: self._show_menu(at))
        self.view.selectionModel().selectionChanged.connect(self._on_current)
        self.model.dataChanged.connect(self._follow)
        self.model.rowsRemoved.connect(self._follow)
        self.model.checks_changed.connect(self._keep_checked)
        self.view.installEventFilter(self)

    # Who is current, and who is checked

    def _forget(self) -> None:
        self.model.check_all(is_on=False)
        self._let_go()

    def _on_current(self, *_: object) -> None:
        row = self.people.current()
        if row is not None:
            self._current = row.person.enrollment_id
        self.handlers_changed.emit()

    def _follow(self, *_: object) -> None:
        row = self.people.current()
        if self._current is None or (row is not None and row.person.enrollment_id == self._current):
            return
        loaded = self.model.loaded()
        place = next((number for number, each in loaded if each.person.enrollment_id == self._current), None)
        if place is not None:
            self.view.setCurrentIndex(self.model.index(place, max(0, self.view.currentIndex().column())))
        elif row is not None:
            self._let_go()

    def _let_go(self) -> None:
        """Nobody is current any more; the index goes before the selection does, whose signal asks for it."""
        self._current = None
        self.view.selectionModel().clearCurrentIndex()
        self.view.clearSelection()

    def _keep_checked(self) -> None:
        for _, row in self.model.loaded():
            if self.model.is_checked(row):
                self._checked[row.person.enrollment_id] = row
            else:
                self._checked.pop(row.person.enrollment_id, None)
        self._checked = {key: row for key, row in self._checked.items() if key in self.model.checked}
        self.handlers_changed.emit()

    # What can be done

    def chosen(self) -> list[PersonRow]:
        """Whom an action is for: those who are checked, else the current one."""
        current = self.people.current()
        return list(self._checked.values()) or ([] if current is None else [current])

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """The actions that the states of these people allow."""
        states = [row.person.state for row in self.chosen()]
        found: dict[str, Callable[[], object]] = {}
        if any(state in PAUSABLE for state in states):
            found["enrollment.pause"] = self.pause
        if PeopleState.PAUSED in states:
            found["enrollment.resume"] = self.resume
        if any(state in MOVABLE for state in states):
            found["enrollment.move"] = self.move
        if states:
            found["enrollment.remove"] = self.remove
        if len(states) == 1:
            found["enrollment.why"] = self.explain
            found["contact.open"] = self.open_contact
        return found

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Del means the contact while the table has the focus, and not the sequence."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Delete:
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                self.remove()
                return True
        return super().eventFilter(watched, event)

    def pause(self) -> None:
        """Pause those who are under way."""
        rows = [row for row in self.chosen() if row.person.state in PAUSABLE]
        self._do(commands.pause, rows, self.tr("%n contacts are paused", "", len(rows)))

    def resume(self) -> None:
        """Let those go on who are paused."""
        rows = [row for row in self.chosen() if row.person.state is PeopleState.PAUSED]
        self._do(commands.resume, rows, self.tr("%n contacts go on", "", len(rows)))

    def move(self) -> None:
        """Ask for a step, and let those go on there who are under way or paused."""
        rows = [row for row in self.chosen() if row.person.state in MOVABLE]
        sequence_id, parent, bench = self.people.sequence_id, self._parent, self._bench

        def go(step_id: UUID) -> None:
            bench.do(
                commands.move([Named(row.person.enrollment_id, row.name) for row in rows], step_id),
                then=self._tell_moved,
            )

        def ask(module: Any) -> None:
            dialog = module.StepDialog(parent, bench, sequence_id, len(rows))
            dialog.decided.connect(go)
            dialog.ask()

        if rows and sequence_id is not None:
            bench.ask(lambda _reading: import_module("opendoors_desktop.gui.pages.step_dialog"), ask)

    def _tell_moved(self, outcome: Outcome) -> None:
        """Who is moved, and who stays and why."""
        self.model.check_all(is_on=False)
        if outcome.done:
            words = self.tr("%n contacts are at another step", "", len(outcome.done))
            self._bench.notices.toast(words, self._bench.history.undo_of_last())
        if outcome.refused:
            lines = [f"{short(named.name)}: {error.title}" for named, error in outcome.refused[:TOLD]]
            title = self.tr("%n contacts stay where they were.", "", len(outcome.refused))
            self._bench.notices.show_error(NotPossible(title, "\n".join(lines)))

    def remove(self) -> None:
        """Take people out of the sequence."""
        rows = self.chosen()
        self._do(commands.remove, rows, self.tr("%n contacts are removed from the sequence", "", len(rows)))

    def _do(self, make: Callable[[list[Named]], Command[Any]], rows: list[PersonRow], words: str) -> None:
        targets = [Named(row.person.enrollment_id, row.name) for row in rows]
        if targets:
            self._bench.do(make(targets), words, then=lambda _: self.model.check_all(is_on=False))

    def open_contact(self) -> None:
        """Show the current contact on the Contacts page."""
        row = self.people.current()
        if row is not None:
            self._bench.go("contacts", contact_id=row.person.contact_id)

    def explain(self) -> None:
        """Say what the current contact waits for."""
        rows = self.chosen()
        if rows:
            row, parent, bench = rows[0], self._parent, self._bench
            bench.ask(
                lambda _reading: import_module("opendoors_desktop.gui.pages.why_dialog"),
                lambda module: module.WhyDialog(
                    parent, bench, row.person.enrollment_id, row.name, row.person.zone
                ).ask(),
            )

    def _show_menu(self, at: QPoint) -> None:
        menu = QMenu(self._parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._bench.actions.add_to(menu, ["enrollment.why", "contact.open"])
        menu.addSeparator()
        self._bench.actions.add_to(
            menu, ["enrollment.pause", "enrollment.resume", "enrollment.move", "enrollment.remove"]
        )
        menu.popup(at)
