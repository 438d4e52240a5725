"""Adds contacts to a sequence: found by name, by a filter or by pasted addresses; tells what became of each."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.gui import enrollment_commands as commands
from opendoors_desktop.gui.enrollment_commands import Added
from opendoors_desktop.gui.jobs import Command, Progress, Query, Reading
from opendoors_desktop.gui.page import column_of
from opendoors_desktop.gui.sequence_commands import Named, short
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.text import Label, one_line
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.store.queries.palette import Found, find
from opendoors_desktop.store.queries.sequences import find_sequence

if TYPE_CHECKING:
    from opendoors_desktop.engine.context import Context

PORTION: Final = 200
"""So many contacts are added at a time, so that it can be watched and stopped in between."""

Finder = Callable[["Context"], tuple[list[Named], list[tuple[str, str]]]]
"""Who is meant, and who of those named can't be found, each with the reason."""


class EnrollDialog(QDialog):
    """Asks whom to add, adds them, and shows what became of each."""

    def __init__(self, parent: QWidget, bench: Workbench, sequence: Named) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Add contacts to {name}").format(name=short(sequence.name)))
        self._bench = bench
        self._sequence = sequence
        self._progress: Progress | None = None
        self.search = _SearchPart(bench)
        self.filter = _FilterPart()
        self.paste = _PastePart()
        self.ways = QStackedWidget()
        for part in (self.search, self.filter, self.paste):
            self.ways.addWidget(part)
        self.step = QComboBox()
        self.step.setAccessibleName(self.tr("Begin with step"))
        self.add = push_button(self.tr("Add contacts"), self._on_add, kind="primary")
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
        for place, words in enumerate((self.tr("Find by name"), self.tr("By filter"), self.tr("Paste addresses"))):
            button = push_button(words, lambda place=place: self._show_way(place), kind="filter")  # type: ignore[misc]
            button.setCheckable(True)
            button.setChecked(place == 0)
            self._group.addButton(button, place)
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
        if isinstance(part, _Part):
            part.entry.setFocus()

    def _on_add(self) -> None:
        part = self.ways.currentWidget()
        assert isinstance(part, _Part)  # only such are added
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
        self.told.setText(self.tr("Adding contacts…"))
        self._progress = self._bench.jobs.start_long(
            do, lambda added: self._on_added(added, do), self._on_failed, self._on_progress
        )

    def _on_progress(self, done: int, of: int) -> None:
        self.told.setText(self.tr("{done} of {of} contacts are done").format(done=done, of=of))

    def _on_added(self, added: Added, do: "Callable[[Context, Progress], Added]") -> None:
        self._progress = None
        refused = [(name, why) for name, why in added.answers if why]
        number = len(added.enrollment_ids)
        words = self.tr("%n contacts are added", "", number)
        if added.enrollment_ids:
            command = Command(
                self.tr("Add %n contacts", "", number),
                lambda context: do(context, Progress(lambda _done, _of: None)),
                commands.take_back_adding,
            )
            self._bench.history.add(command, added)
            self._bench.notices.toast(words, self._bench.history.undo)
        if not refused:
            self.accept()
            return
        self._show_results(words, refused)

    def _show_results(self, words: str, refused: Sequence[tuple[str, str]]) -> None:
        self.told.setText("\n".join((words, self.tr("%n contacts are not added:", "", len(refused)))))
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


class _Part(QWidget):
    """One way to say whom is meant; `entry` is where that is typed."""

    entry: QWidget

    def finder(self) -> Finder | None:
        """What finds them; None where nobody is named yet."""
        raise NotImplementedError


class _SearchPart(_Part):
    """Contacts found by a few letters, checked one by one."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.entry: QLineEdit = QLineEdit()
        self.entry.setPlaceholderText(self.tr("Name, company or address"))
        self.entry.setAccessibleName(self.tr("Name, company or address"))
        self.hits = QListWidget()
        self.hits.setAccessibleName(self.tr("Contacts"))
        self.setLayout(column_of(self.entry, self.hits, stretch=self.hits))
        self._chosen: dict[UUID, str] = {}
        self._query = Query(bench.jobs, self)
        self._query.answered.connect(self._show)
        self._query.failed.connect(bench.notices.show_error)
        self.entry.textChanged.connect(self._ask)
        self.hits.itemChanged.connect(self._on_changed)

    def finder(self) -> Finder | None:
        chosen = [Named(key, name) for key, name in self._chosen.items()]
        return (lambda _context: (chosen, [])) if chosen else None

    def _ask(self, words: str) -> None:
        def read(reading: Reading) -> list[Found]:
            return find(reading.unit, reading.scope.workspace_id, words, wants="contacts", limit=30)

        self._query.ask(read)

    def _show(self, found: list[Found]) -> None:
        self.hits.blockSignals(True)
        self.hits.clear()
        shown = {each.id: f"{one_line(each.name, 200)} · {one_line(each.detail, 200)}" for each in found}
        for key, words in {**{key: name for key, name in self._chosen.items() if key not in shown}, **shown}.items():
            item = QListWidgetItem(words, self.hits)
            item.setData(Qt.ItemDataRole.UserRole, key)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if key in self._chosen else Qt.CheckState.Unchecked)
        self.hits.setCurrentRow(0)
        self.hits.blockSignals(False)

    def _on_changed(self, item: QListWidgetItem) -> None:
        key = item.data(Qt.ItemDataRole.UserRole)
        if item.checkState() is Qt.CheckState.Checked:
            self._chosen[key] = item.text()
        else:
            self._chosen.pop(key, None)


class _FilterPart(_Part):
    """Everybody whom a filter lets through."""

    def __init__(self) -> None:
        super().__init__()
        self.entry: QLineEdit = QLineEdit()
        self.entry.setPlaceholderText("tags contains vip and country = Norway")
        self.entry.setAccessibleName(self.tr("Filter"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.entry)
        words = self.tr(
            "A field, a comparison and a value, joined by “and” and “or”: city = Bergen, tags contains vip."
        )
        column.addWidget(Label(words, "small", "muted", wraps=True))
        column.addStretch(1)

    def finder(self) -> Finder | None:
        words = self.entry.text().strip()

        def find_people(context: "Context") -> tuple[list[Named], list[tuple[str, str]]]:
            from opendoors_desktop.engine.contact_filter import filter_contacts

            return [Named(each.id, each.email) for each in filter_contacts(context, words)], []

        return find_people if words else None


class _PastePart(_Part):
    """Everybody whose address stands in a pasted text."""

    def __init__(self) -> None:
        super().__init__()
        self.entry: QPlainTextEdit = QPlainTextEdit()
        self.entry.setPlaceholderText(self.tr("One address a line, or parted by commas"))
        self.entry.setAccessibleName(self.tr("Addresses"))
        self.entry.setTabChangesFocus(True)
        self.setLayout(column_of(self.entry, stretch=self.entry))

    def finder(self) -> Finder | None:
        addresses = list(dict.fromkeys(addresses_in(self.entry.toPlainText())))

        def find_people(context: "Context") -> tuple[list[Named], list[tuple[str, str]]]:
            from opendoors_desktop.engine.commands.contacts import find_contact

            people, unknown = list[Named](), list[tuple[str, str]]()
            for address in addresses:
                try:
                    found = find_contact(context, address)
                except InputError as error:
                    unknown.append((address, error.title))
                else:
                    people.append(Named(found.id, address))
            return people, unknown

        return find_people if addresses else None


def addresses_in(text: str) -> Iterator[str]:
    """What stands between blanks, commas, semicolons and angle brackets and has an at sign, or else each such line."""
    for line in text.splitlines():
        parts = [part for part in re.split(r"[\s,;<>]+", line) if "@" in part]
        if parts:
            yield from parts
        elif line.strip():
            yield line.strip()
