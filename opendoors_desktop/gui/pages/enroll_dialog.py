"""Enrolls contacts in a sequence: found by name, by a filter or by pasted addresses; tells what became of each."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.gui import enrollment_commands as commands
from opendoors_desktop.gui.enrollment_commands import Added
from opendoors_desktop.gui.jobs import Command, Progress
from opendoors_desktop.gui.pages.enroll_parts import FilterPart, Finder, Part, PastePart, SearchPart
from opendoors_desktop.gui.sequence_commands import Named, short
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.dialog import Dialog
from opendoors_desktop.gui.widgets.text import Label, one_line
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.store.queries.sequences import find_sequence

if TYPE_CHECKING:
    from opendoors_desktop.engine.context import Context

PORTION: Final = 200
"""So many contacts are added at a time, so that it can be watched and stopped in between."""


class EnrollDialog(Dialog):
    """Asks whom to enroll, enrolls them, and shows what became of each."""

    def __init__(self, parent: QWidget, bench: Workbench, sequence: Named) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Enroll contacts in {name}").format(name=short(sequence.name)))
        self._bench = bench
        self._sequence = sequence
        self._progress: Progress | None = None
        self.search = SearchPart(bench)
        self.filter = FilterPart()
        self.paste = PastePart()
        self.ways = QStackedWidget()
        for part in (self.search, self.filter, self.paste):
            self.ways.addWidget(part)
        self.step = QComboBox()
        self.step.setAccessibleName(self.tr("Begin with step"))
        self.add = push_button(self.tr("Enroll contacts"), self._on_add, kind="primary")
        self.cancel = push_button(self.tr("Cancel"), self.reject)
        self.told = Label("", "body", "muted", wraps=True)
        self.results = QListWidget()
        self.results.setAccessibleName(self.tr("What became of each contact"))
        self.results.hide()
        self._lay_out()
        bench.ask(
            lambda reading: find_sequence(reading.unit, reading.scope.workspace_id, sequence.id),
            lambda row: self._show_steps(0 if row is None else row.steps),
        )
        self.resize(theme().px(560), theme().px(460))

    def _lay_out(self) -> None:
        look = theme()
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(20) for _ in range(4)))
        column.setSpacing(look.px(12))
        tabs = QHBoxLayout()
        tabs.setSpacing(look.px(4))
        self._group = QButtonGroup(self)
        self.buttons: list[QPushButton] = []
        for place, words in enumerate((self.tr("Find by name"), self.tr("By filter"), self.tr("Paste addresses"))):
            button = push_button(words, lambda place=place: self._show_way(place), kind="filter")  # type: ignore[misc]
            button.setCheckable(True)
            button.setChecked(place == 0)
            self._group.addButton(button, place)
            self.buttons.append(button)
            tabs.addWidget(button)
        tabs.addStretch(1)
        column.addLayout(tabs)
        column.addWidget(self.ways, 1)
        column.addWidget(self.results, 1)
        begin = QHBoxLayout()
        begin.addWidget(Label(self.tr("Begin with step")))
        begin.addWidget(self.step)
        begin.addStretch(1)
        column.addLayout(begin)
        column.addWidget(self.told)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.add)
        column.addLayout(row)

    def _show_steps(self, number: int) -> None:
        self.step.addItems([self.tr("Step {number}").format(number=each) for each in range(1, number + 1)])

    def _show_way(self, place: int) -> None:
        self.ways.setCurrentIndex(place)
        part = self.ways.currentWidget()
        if isinstance(part, Part):
            part.entry.setFocus()

    def _on_add(self) -> None:
        part = self.ways.currentWidget()
        assert isinstance(part, Part)  # only such are added
        finder = part.finder()
        if finder is None:
            self.told.setText(self.tr("Nobody is chosen yet."))
            self.told.set_tone("danger")
            return
        at_step = self.step.currentIndex() + 1 if self.step.currentIndex() > 0 else None
        self._start(_adder(self._sequence.id, finder, at_step))

    def _start(self, do: "Callable[[Context, Progress], Added]") -> None:
        self.add.setEnabled(False)
        self.told.set_tone("muted")
        self.told.setText(self.tr("Enrolling contacts…"))
        self._progress = self._bench.jobs.start_long(
            do, lambda added: self._on_added(added, do), self._on_failed, self._on_progress
        )

    def _on_progress(self, done: int, of: int) -> None:
        self.told.setText(self.tr("{done} of {of} contacts are done").format(done=done, of=of))

    def _on_added(self, added: Added, do: "Callable[[Context, Progress], Added]") -> None:
        self._progress = None
        refused = [(name, why) for name, why in added.answers if why]
        number = len(added.enrollment_ids)
        words = self.tr("%n contacts are enrolled", "", number)
        if added.enrollment_ids:
            command = Command(
                self.tr("Enroll %n contacts", "", number),
                lambda context: do(context, Progress(lambda _done, _of: None)),
                commands.take_back_adding,
            )
            self._bench.history.add(command, added)
            self._bench.notices.toast(words, self._bench.history.undo_of_last())
        if not refused:
            self.accept()
            return
        self._show_results(words, refused)

    def _show_results(self, words: str, refused: Sequence[tuple[str, str]]) -> None:
        self.told.setText("\n".join((words, self.tr("%n contacts are not enrolled:", "", len(refused)))))
        self.results.clear()
        for name, why in refused[:1000]:
            QListWidgetItem(f"{one_line(name, 200)}: {why}", self.results)
        self.ways.hide()
        self.results.show()
        self.add.hide()
        self.cancel.setText(self.tr("Close"))
        self.cancel.setFocus()

    def _on_failed(self, error: Exception) -> None:
        self._progress = None
        self.add.setEnabled(True)
        if isinstance(error, InputError):
            self.told.setText(f"{error.title} {error.advice}")
            self.told.set_tone("danger")
        else:
            self._bench.notices.show_error(error)

    def reject(self) -> None:
        """Close; what is being added is stopped after the contacts that are under way."""
        if self._progress is not None:
            self._progress.cancel()
        super().reject()


def _adder(sequence_id: UUID, finder: Finder, at_step: int | None) -> "Callable[[Context, Progress], Added]":
    def do(context: "Context", progress: Progress) -> Added:
        people, unknown = finder(context)
        answers, ids = list(unknown), list[UUID]()
        for first in range(0, len(people), PORTION):
            if progress.is_cancelled:
                break
            added = commands.add(context, sequence_id, people[first : first + PORTION], at_step)
            answers += added.answers
            ids += added.enrollment_ids
            progress.told(min(first + PORTION, len(people)), len(people))
        return Added(tuple(answers), tuple(ids))

    return do
