"""The steps of an import: the file, its columns, the review of a rehearsal, the run and its report."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from opendoors_desktop.domain.contact import CUSTOM
from opendoors_desktop.domain.contact_field import field_name
from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.import_columns import FIELDS
from opendoors_desktop.gui import formats
from opendoors_desktop.gui.contacts.fields import field_label
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.text import ElidedLabel, Label, one_line

if TYPE_CHECKING:
    from opendoors_desktop.engine.import_preview import Preview
    from opendoors_desktop.engine.import_report import ImportReport

SHOWN_VALUES = 3
SHOWN_PROBLEMS = 1000


class FileStep(QFrame):
    """Asks for the file; `choose_wanted` opens the dialog."""

    choose_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        column = QVBoxLayout(self)
        column.addStretch(2)
        for words in (
            Label(self.tr("Choose a CSV file, or drop one anywhere in the window"), "heading", wraps=True),
            Label(
                self.tr("From a spreadsheet, save as CSV. Columns are matched next; nothing is imported yet."),
                "body",
                "muted",
                wraps=True,
            ),
        ):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(words)
        self.problem = Label("", "body", "danger", wraps=True)
        self.problem.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.problem.hide()
        column.addWidget(self.problem)
        self.button = push_button(self.tr("Choose a file"), self.choose_wanted.emit, kind="primary", icon_name="upload")
        column.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def tell_problem(self, text: str) -> None:
        """Say why a file can't be imported; "" says nothing."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))


class ColumnsStep(QScrollArea):
    """Says where each column goes: guessed, and changeable."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.boxes: list[QComboBox] = []
        self._names: Sequence[str] = ()
        self.problem = Label("", "body", "danger", wraps=True)

    def show_preview(self, preview: "Preview") -> None:
        """Show a file's columns with their first values."""
        holder = QFrame()
        holder.setProperty("kind", "surface")
        grid = QGridLayout(holder)
        grid.setContentsMargins(*[theme().px(20)] * 4)
        grid.setHorizontalSpacing(theme().px(16))
        grid.setVerticalSpacing(theme().px(6))
        self.problem = Label("", "body", "danger", wraps=True)
        self.problem.hide()
        grid.addWidget(self.problem, 0, 0, 1, 3)
        for place, title in enumerate((self.tr("Column in the file"), self.tr("First values"), self.tr("Goes to"))):
            grid.addWidget(Label(title, "caption", "muted"), 1, place)
        self._names = preview.form.names
        self.boxes = [self._add_row(grid, number, preview) for number in range(len(self._names))]
        holder.setMaximumWidth(theme().px(1100))
        grid.setColumnMinimumWidth(0, theme().px(180))
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(len(self._names) + 2, 1)
        self.setWidget(holder)
        if preview.fault is not None:
            self.tell_problem(f"{preview.fault.title} {self.tr('Choose the column that holds them.')}")

    def tell_problem(self, text: str) -> None:
        """Say what is wrong with the columns as they are matched."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def overrides(self) -> tuple[tuple[str, str], ...]:
        """Each column with the field it goes to, "-" for one that is left out."""
        return tuple((name, str(box.currentData())) for name, box in zip(self._names, self.boxes, strict=True))

    def _add_row(self, grid: QGridLayout, number: int, preview: "Preview") -> QComboBox:
        name = preview.form.names[number]
        values = (row[number] for row in preview.form.samples if number < len(row) and row[number].strip())
        first = [value for value, _ in zip(values, range(SHOWN_VALUES), strict=False)]
        box = QComboBox()
        box.setAccessibleName(self.tr("Field for column {name}").format(name=one_line(name, 60)))
        box.setMinimumWidth(theme().px(220))
        box.setMaximumWidth(theme().px(320))
        box.setModel(self._choices(name, preview))
        going = None if preview.plan is None else preview.plan.columns[number].field
        box.setCurrentIndex(max(0, box.findData(going or "-")))
        title = ElidedLabel(name, "body-strong")
        grid.addWidget(title, number + 2, 0)
        grid.addWidget(ElidedLabel(one_line(", ".join(first), 200), "body", "muted"), number + 2, 1)
        grid.addWidget(box, number + 2, 2)
        return box

    def _choices(self, name: str, preview: "Preview") -> QStandardItemModel:
        model = QStandardItemModel(self)
        choices = [("-", self.tr("Do not import"))]
        choices += [(field, field_label(field)) for field in FIELDS]
        choices += [(f"{CUSTOM}{field.name}", field.label) for field in preview.own_fields]
        known = {data for data, _ in choices}
        planned = {} if preview.plan is None else preview.plan.kinds
        new = [*planned, *_new_name(name)]
        choices += [
            (f"{CUSTOM}{own}", self.tr("New field: {name}").format(name=own))
            for own in dict.fromkeys(new)
            if f"{CUSTOM}{own}" not in known
        ]
        for data, text in choices:
            item = QStandardItem(one_line(text, 80))
            item.setData(data, Qt.ItemDataRole.UserRole)
            model.appendRow(item)
        return model


def _new_name(column: str) -> list[str]:
    """The name a new field of this column would have; none where it can't have one."""
    try:
        return [field_name(column)]
    except InputError:
        return []


class ReviewStep(QFrame):
    """Shows what the import would come to, and asks for what is left to choose. `changed` wants another rehearsal."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().px(20)] * 4)
        column.setSpacing(theme().px(12))
        self.figures = Label("", "heading", wraps=True)
        column.addWidget(self.figures)
        form = QFormLayout()
        self.duplicates = QComboBox()
        self.duplicates.setAccessibleName(self.tr("Contacts that are here already"))
        for data, text in (
            ("fill", self.tr("Fill empty fields")),
            ("overwrite", self.tr("Overwrite fields")),
            ("skip", self.tr("Leave them as they are")),
        ):
            self.duplicates.addItem(text, data)
        self.duplicates.currentIndexChanged.connect(self.changed)
        self.tags = QLineEdit()
        self.tags.setAccessibleName(self.tr("Tag all with"))
        self.tags.setPlaceholderText(self.tr("Parted by commas"))
        for part in (self.duplicates, self.tags):
            part.setMaximumWidth(theme().px(420))
        form.addRow(self.tr("Contacts that are here already"), self.duplicates)
        form.addRow(self.tr("Tag all with"), self.tags)
        column.addLayout(form)
        self.problems = ProblemList()
        column.addWidget(self.problems, 1)

    def show_report(self, report: "ImportReport | None") -> None:
        """Show a rehearsal; None while it is under way."""
        self.figures.setText(self.tr("Reading the file…") if report is None else figures_of(self, report))
        self.problems.show_report(report)


class ProblemList(QWidget):
    """The problems of a file by line, and notes on how it was read."""

    def __init__(self) -> None:
        super().__init__()
        self._model = QStringListModel(self)
        self._notes = Label("", "small", "muted", wraps=True)
        self._notes.hide()
        self._title = Label("", "body-strong", wraps=True)
        self.view = QListView()
        self.view.setModel(self._model)
        self.view.setUniformItemSizes(True)
        self.view.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.view.setAccessibleName(self.tr("Problems found"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._notes)
        column.addWidget(self._title)
        column.addWidget(self.view, 1)

    def show_notes(self, notes: Sequence[str]) -> None:
        """Say how the file was understood."""
        self._notes.setText("\n".join(one_line(note, 500) for note in notes))
        self._notes.setVisible(bool(notes))

    def show_report(self, report: "ImportReport | None") -> None:
        """Show the problems of a report; None shows nothing."""
        problems = () if report is None else report.problems
        lines = [
            self.tr("Line {line}: {problem}").format(line=formats.count(each.line), problem=one_line(each.message, 500))
            for each in problems[:SHOWN_PROBLEMS]
        ]
        if len(problems) > SHOWN_PROBLEMS:
            lines.append(self.tr("and %n more", "", len(problems) - SHOWN_PROBLEMS))
        self._model.setStringList(lines)
        self._title.setText(self.tr("Problems found") if lines else "")
        if report is not None and not lines:
            self._title.setText(self.tr("No problems found"))
        self.view.setVisible(bool(lines))


class RunStep(QFrame):
    """How far the import is, then what it came to; its signals are those of its buttons."""

    cancel_wanted = Signal()
    undo_wanted = Signal()
    save_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().px(20)] * 4)
        column.setSpacing(theme().px(12))
        self.words = Label("", "heading", wraps=True)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Import"))
        self.cancel = push_button(self.tr("Cancel import"), self.cancel_wanted.emit)
        self.undo = push_button(self.tr("Undo import"), self.undo_wanted.emit, icon_name="undo-2")
        self.save = push_button(self.tr("Save problems…"), self.save_wanted.emit, icon_name="download")
        self.problems = ProblemList()
        row = QHBoxLayout()
        for button in (self.cancel, self.undo, self.save):
            row.addWidget(button)
        row.addStretch(1)
        column.addWidget(self.words)
        column.addWidget(self.bar)
        column.addLayout(row)
        column.addWidget(self.problems, 1)

    def begin(self) -> None:
        """The import has begun."""
        self.words.setText(self.tr("Importing…"))
        self.bar.setValue(0)
        self._show_as(is_running=True)
        self.problems.show_report(None)

    def show_progress(self, done: int, of: int) -> None:
        """So many bytes of the file are taken in."""
        self.bar.setValue(1000 * done // of if of else 0)

    def show_report(self, report: "ImportReport") -> None:
        """It has ended."""
        text = figures_of(self, report)
        if report.is_cancelled:
            text = self.tr("Cancelled. What came before stays: {figures}").format(figures=text)
        self.words.setText(text)
        self._show_as(is_running=False)
        self.save.setVisible(bool(report.problems))
        self.problems.show_report(report)

    def _show_as(self, *, is_running: bool) -> None:
        self.bar.setVisible(is_running)
        self.cancel.setVisible(is_running)
        self.cancel.setEnabled(True)
        self.undo.setVisible(not is_running)
        self.save.setVisible(not is_running)


def figures_of(widget: QWidget, report: "ImportReport") -> str:
    """What an import comes to in one line."""
    counts = report.counts
    text = widget.tr("{created} new, {updated} updated, {unchanged} unchanged, {skipped} left out")
    return text.format(
        created=formats.count(counts.created),
        updated=formats.count(counts.updated),
        unchanged=formats.count(counts.unchanged),
        skipped=formats.count(counts.skipped),
    )
