"""Small dialogs about contacts: add one, give tags, put into a sequence."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from opendoors_desktop.domain.errors import OpenDoorsError
from opendoors_desktop.gui.contacts.contact_commands import add_contact
from opendoors_desktop.gui.contacts.fields import field_label
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.dialog import Dialog
from opendoors_desktop.gui.widgets.text import Label, one_line
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.store.queries.sequence_steps import StepCard, list_step_cards
from opendoors_desktop.store.queries.sequences import SequenceRow, list_sequences

ASKED = ("email", "first_name", "last_name", "company", "title", "phone", "time_zone", "tags")


class FormDialog(Dialog):
    """A title, a form, a line for what is wrong, and two buttons; subclasses fill the form and say what is done."""

    def __init__(self, parent: QWidget, title: str, do: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.form = QFormLayout()
        self.form.setVerticalSpacing(theme().px(8))
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.problem = Label("", "body", "danger", wraps=True)
        self.problem.hide()
        self.do_button = push_button(do, self.try_it, kind="primary")
        self.do_button.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().px(20)] * 4)
        column.setSpacing(theme().px(12))
        column.addLayout(self.form)
        column.addWidget(self.problem)
        column.addStretch(1)
        row = QHBoxLayout()
        row.addStretch(1)
        self.cancel = push_button(self.tr("Cancel"), self.reject)
        row.addWidget(self.cancel)
        row.addWidget(self.do_button)
        column.addLayout(row)
        self.setMinimumWidth(theme().px(420))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        first = self.form.itemAt(0, QFormLayout.ItemRole.FieldRole)
        field = None if first is None else first.widget()
        if field is not None:
            field.setFocus()  # Qt would begin with the button

    @abstractmethod
    def try_it(self) -> None:
        """Do what the dialog is for."""

    def tell_problem(self, error: Exception) -> str:
        """Say what is wrong, and give the name of the field it is about, where it is one's."""
        self.do_button.setEnabled(True)
        if not isinstance(error, OpenDoorsError):
            raise error
        self.say(f"{error.title} {error.advice}")
        return error.where or ""

    def say(self, problem: str) -> None:
        """Say below the fields what is wrong, with room for it."""
        self.problem.setText(problem)
        self.problem.show()
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))


class AddContact(FormDialog):
    """Asks for a new contact's fields; `then` is given the contact."""

    def __init__(self, parent: QWidget, bench: Workbench, then: Callable[[Any], object]) -> None:
        super().__init__(parent, parent.tr("New contact"), parent.tr("Add contact"))
        self._bench = bench
        self._then = then
        self.lines = {name: QLineEdit() for name in ASKED}
        for name, line in self.lines.items():
            line.setAccessibleName(field_label(name))
            self.form.addRow(field_label(name), line)
        self.lines["email"].setPlaceholderText("name@example.org")
        self.lines["time_zone"].setPlaceholderText("Europe/Paris")
        self.lines["tags"].setPlaceholderText(self.tr("Parted by commas"))

    def try_it(self) -> None:
        """Add the contact, or say what is wrong with which field."""
        values = {name: line.text() for name, line in self.lines.items() if line.text().strip() or name == "email"}
        self.do_button.setEnabled(False)
        for line in self.lines.values():
            _mark(line, is_wrong=False)

        def added(contact: Any) -> None:
            self.accept()
            self._then(contact)

        done = self.tr("Contact added")
        self._bench.do(add_contact(values), done, then=added, otherwise=self._refused)

    def _refused(self, error: Exception) -> None:
        where = self.tell_problem(error)
        line = self.lines.get(where, self.lines["email"])
        _mark(line, is_wrong=True)
        line.setFocus()


class TagDialog(FormDialog):
    """Asks for tags to give or to take."""

    def __init__(self, parent: QWidget, tags: Sequence[str], then: Callable[[list[str], bool], object]) -> None:
        """`tags` are those there are; `then` is given the chosen ones and whether they are given."""
        super().__init__(parent, parent.tr("Tag contacts"), parent.tr("Save tags"))
        self._then = then
        self.line = QLineEdit()
        self.line.setAccessibleName(self.tr("Tags"))
        self.line.setPlaceholderText(self.tr("Parted by commas"))
        completer = QCompleter([one_line(tag, 100) for tag in tags], self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.line.setCompleter(completer)
        self.how = QComboBox()
        self.how.setAccessibleName(self.tr("What to do"))
        self.how.addItem(self.tr("Add"), True)
        self.how.addItem(self.tr("Remove"), False)
        self.form.addRow(self.tr("Tags"), self.line)
        self.form.addRow(self.tr("What to do"), self.how)

    def try_it(self) -> None:
        """Hand the tags over."""
        tags = [tag.strip() for tag in self.line.text().split(",") if tag.strip()]
        if not tags:
            self.say(self.tr("Write at least one tag."))
            self.line.setFocus()
            return
        self.accept()
        self._then(tags, bool(self.how.currentData()))


class EnrollDialog(FormDialog):
    """Asks in which sequence contacts are enrolled and with which step they begin."""

    def __init__(
        self, parent: QWidget, bench: Workbench, number: int, then: Callable[[SequenceRow, int | None], object]
    ) -> None:
        """`number` of contacts are put in; `then` is given the sequence and the number of the step, None the first."""
        title = parent.tr("Enroll %n contacts in a sequence", "", number)
        super().__init__(parent, title, parent.tr("Enroll"))
        self._bench = bench
        self._then = then
        self._sequences: Sequence[SequenceRow] = ()
        self.sequence = QComboBox()
        self.sequence.setAccessibleName(self.tr("Sequence"))
        self.step = QComboBox()
        self.step.setAccessibleName(self.tr("Begin with"))
        self.step.addItem(self.tr("The first step"), None)
        self.form.addRow(self.tr("Sequence"), self.sequence)
        self.form.addRow(self.tr("Begin with"), self.step)
        self.do_button.setEnabled(False)
        self.sequence.setFocus()
        self.sequence.currentIndexChanged.connect(self._on_sequence)
        bench.ask(lambda reading: list_sequences(reading.unit, reading.scope.workspace_id), self._show_sequences)

    def _show_sequences(self, sequences: Sequence[SequenceRow]) -> None:
        self._sequences = [each for each in sequences if each.status not in ("stopped", "archived")]
        for each in self._sequences:
            self.sequence.addItem(one_line(each.name, 100))
        self.do_button.setEnabled(bool(self._sequences))
        if not self._sequences:
            self.say(self.tr("There is no sequence yet that takes contacts. Make one on the Sequences page."))

    def _on_sequence(self, number: int) -> None:
        if not 0 <= number < len(self._sequences):
            return
        chosen: UUID = self._sequences[number].id
        self._bench.ask(
            lambda reading: list_step_cards(reading.unit, reading.scope.workspace_id, chosen), self._show_steps
        )

    def _show_steps(self, cards: Sequence[StepCard]) -> None:
        while self.step.count() > 1:
            self.step.removeItem(1)
        for number, card in enumerate(cards[1:], 2):
            name = one_line(card.name or card.step.subject_template or "", 60)
            text = self.tr("Step {number}: {name}") if name else self.tr("Step {number}")
            self.step.addItem(text.format(number=number, name=name), number)

    def try_it(self) -> None:
        """Hand the choice over."""
        sequence = self._sequences[self.sequence.currentIndex()]
        self.accept()
        self._then(sequence, self.step.currentData())


def _mark(line: QLineEdit, *, is_wrong: bool) -> None:
    line.setProperty("wrong", "true" if is_wrong else "false")
    line.style().polish(line)
