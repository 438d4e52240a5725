"""What the forms of all types of steps share: their frame, the wait before a step, choices among what there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol
from uuid import UUID

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from opendoors_desktop.domain.send_window import Delay
from opendoors_desktop.domain.step import Step
from opendoors_desktop.gui.mailbox.fields import NumberField
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.choice import Choice
from opendoors_desktop.gui.widgets.text import Label, one_line
from opendoors_desktop.gui.workshop.template_edit import TemplateEdit
from opendoors_desktop.gui.workshop.variable_list import Offer

if TYPE_CHECKING:
    from opendoors_desktop.gui.pages.steps_tab import SequenceSteps

MOST_DAYS, MOST_HOURS, MOST_MINUTES = 3_650, 87_600, 999_999
FIELDS: Final = {"delay_days": "wait", "delay_hours": "wait", "delay_minutes": "wait"}
"""The names that faults have in documents, by the fields of a form; others are called alike."""


@dataclass(frozen=True, slots=True)
class FormSight:
    """What a form is shown beside the step: the sequence, the step's number, and the variant that is written."""

    shown: "SequenceSteps"
    number: int
    variant: str = ""


class Fault(Protocol):
    """What is wrong with a field."""

    field: str
    sentence: str
    blocks: bool


class QuietNumber(NumberField):
    """A number that the wheel changes only where it has the focus: the form may scroll over it."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class StepForm(QWidget):
    """A form for one type of step. `changed` says that a person changed something; `value` gives the step as written.

    Subclasses fill `column`, show their fields in `show_fields` and read them in `read_fields`.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme().px(8))
        self.is_showing = False
        self._faults: dict[str, Label] = {}

    # For the inspector

    def show_step(self, step: Step, sight: FormSight) -> None:
        """Show a step; fields that say the same already are left alone."""
        self.is_showing = True
        self.show_fields(step, sight)
        self.is_showing = False

    def value(self, step: Step) -> Step:
        """The step with what this form says of it."""
        return self.read_fields(step)

    def offer(self, variables: Sequence[Offer]) -> None:
        """Say which variables texts may have."""
        for field in self.texts():
            field.offer(variables)

    def show_faults(self, faults: Sequence[Fault]) -> None:
        """Say under each field what is wrong with it, and the rest at the end."""
        told: dict[str, list[Fault]] = {}
        for fault in faults:
            name = FIELDS.get(fault.field, fault.field)
            told.setdefault(name if name in self._faults else "", []).append(fault)
        for name, label in self._faults.items():
            own = told.get(name, [])
            label.setText("\n".join(fault.sentence for fault in own))
            label.set_tone("danger" if any(fault.blocks for fault in own) else "warning")
            label.setVisible(bool(own))

    def first_field(self) -> QWidget:
        """Where writing begins."""
        raise NotImplementedError

    # For subclasses

    def texts(self) -> Sequence[TemplateEdit]:
        """The fields that may have variables."""
        return ()

    def show_fields(self, step: Step, sight: FormSight) -> None:
        """Put a step into the fields."""
        raise NotImplementedError

    def read_fields(self, step: Step) -> Step:
        """The step with what the fields say."""
        raise NotImplementedError

    def tell(self, *_anything: Any) -> None:
        """A field has changed; not told while a step is put into the fields."""
        if not self.is_showing:
            self.changed.emit()

    def add(self, widget: QWidget, fault: str = "", stretch: int = 0) -> None:
        """Put a part below; `fault` is the field whose faults are told under it."""
        self.column.addWidget(widget, stretch)
        if fault:
            self.add_fault(fault)

    def add_fault(self, name: str) -> None:
        """Make a place where the faults of a field are told; "" is for all the others."""
        label = Label("", "small", "danger", wraps=True)
        label.hide()
        self._faults[name] = label
        self.column.addWidget(label)

    def add_named(self, name: str, widget: QWidget, fault: str = "", stretch: int = 0) -> Label:
        """Put a part below a caption of its own, which is given back."""
        label = Label(name, "caption", "muted")
        label.setBuddy(widget)
        self.column.addWidget(label)
        self.add(widget, fault, stretch)
        return label

    def add_text(self, name: str, fault: str, *, is_line: bool = False, stretch: int = 0) -> TemplateEdit:
        """A captioned field for template text."""
        field = TemplateEdit(name, is_line=is_line)
        field.edited.connect(self.tell)
        self.add_named(name, field, fault, stretch)
        return field

    def add_choice(self, name: str, fault: str = "") -> Choice:
        """A captioned choice."""
        choice = Choice(name)
        choice.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        choice.setMinimumContentsLength(12)
        choice.currentIndexChanged.connect(self.tell)
        self.add_named(name, choice, fault)
        return choice

    def add_check(self, words: str) -> QCheckBox:
        """A tick box."""
        box = QCheckBox(words)
        box.toggled.connect(self.tell)
        self.column.addWidget(box)
        return box

    def add_wait(self) -> "WaitFields":
        """The wait before the step."""
        wait = WaitFields()
        wait.changed.connect(self.tell)
        self.add(wait, "wait")
        return wait


class WaitFields(QWidget):
    """Days, hours and minutes; days are working days where the sequence counts so."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words = Label("", "caption", "muted")
        self.days = QuietNumber(self.tr("Days"), MOST_DAYS)
        self.hours = QuietNumber(self.tr("Hours"), MOST_HOURS)
        self.minutes = QuietNumber(self.tr("Minutes"), MOST_MINUTES)
        self._units = [Label("", "small", "muted") for _ in range(3)]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().px(4))
        column.addWidget(self.words)
        row = QHBoxLayout()
        row.setSpacing(theme().px(6))
        for field, unit in zip(self._fields(), self._units, strict=True):
            field.setFixedWidth(theme().px(56))
            field.valueChanged.connect(self.changed)
            row.addWidget(field)
            row.addWidget(unit)
            row.addSpacing(theme().px(6))
        row.addStretch(1)
        column.addLayout(row)

    def show_wait(self, delay: Delay, words: str, *, in_working_days: bool) -> None:
        """Show a wait under a caption."""
        self.words.setText(words)
        units = (self.tr("working days") if in_working_days else self.tr("days"), self.tr("hours"), self.tr("minutes"))
        for field, unit, label, number in zip(
            self._fields(), units, self._units, (delay.days, delay.hours, delay.minutes), strict=True
        ):
            label.setText(unit)
            field.setAccessibleName(f"{words}, {unit}")
            field.setValue(number)

    def value(self) -> Delay:
        """The wait."""
        return Delay(*(field.value() for field in self._fields()))

    def _fields(self) -> tuple[QuietNumber, ...]:
        return self.days, self.hours, self.minutes


def wait_words() -> str:
    """The caption of the wait before a step."""
    return QCoreApplication.translate("StepForm", "Wait before this step")


def fill_choice(choice: Choice, none: str, offers: Sequence[Any], chosen: UUID | None) -> None:
    """Offer things by their names behind a word for none of them; what is chosen but not offered stays choosable."""
    rows = [(none, None), *((one_line(each.name, 120), each.id) for each in offers)]
    if chosen is not None and all(key != chosen for _, key in rows):
        rows.append((QCoreApplication.translate("StepForm", "One that is no longer offered"), chosen))
    if [(choice.itemText(n), choice.itemData(n)) for n in range(choice.count())] != rows:
        choice.clear()
        for words, key in rows:
            choice.addItem(words, key)
    choose(choice, chosen)


def choose(choice: Choice, key: object) -> None:
    """Choose what has this key; nothing where nothing has."""
    choice.setCurrentIndex(next((n for n in range(choice.count()) if choice.itemData(n) == key), -1))


def or_none(text: str) -> str | None:
    """A text, None for an empty one."""
    return text or None


def kept(before: str | None, written: str) -> str | None:
    """A text as it is saved: one that was empty stays as empty as it was."""
    return before if written == (before or "") else or_none(written)
