"""One comparison of a condition as a sentence to choose: what is asked, of which step, and what it must be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from opendoors_desktop.domain.condition import Comparison, Operand, Operator, Scalar
from opendoors_desktop.domain.contact import CUSTOM
from opendoors_desktop.domain.contact_field import FieldKind
from opendoors_desktop.domain.fact_field import FIELDS, OPERATORS, FactField, FactKind, find_field
from opendoors_desktop.gui.card_words import field_title
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import icon_button
from opendoors_desktop.gui.widgets.choice import Choice
from opendoors_desktop.gui.widgets.text import one_line
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP
from opendoors_desktop.store.queries.sequence_steps import StepCard

_OPERATORS: Final = {
    Operator.EQUALS: QT_TRANSLATE_NOOP("ConditionRow", "is"),
    Operator.NOT_EQUALS: QT_TRANSLATE_NOOP("ConditionRow", "is not"),
    Operator.GREATER_THAN: QT_TRANSLATE_NOOP("ConditionRow", "is more than"),
    Operator.LESS_THAN: QT_TRANSLATE_NOOP("ConditionRow", "is less than"),
    Operator.AT_LEAST: QT_TRANSLATE_NOOP("ConditionRow", "is at least"),
    Operator.AT_MOST: QT_TRANSLATE_NOOP("ConditionRow", "is at most"),
    Operator.CONTAINS: QT_TRANSLATE_NOOP("ConditionRow", "contains"),
    Operator.NOT_CONTAINS: QT_TRANSLATE_NOOP("ConditionRow", "doesn’t contain"),
    Operator.IN: QT_TRANSLATE_NOOP("ConditionRow", "is one of"),
    Operator.NOT_IN: QT_TRANSLATE_NOOP("ConditionRow", "is none of"),
    Operator.IS_SET: QT_TRANSLATE_NOOP("ConditionRow", "is filled in"),
    Operator.IS_NOT_SET: QT_TRANSLATE_NOOP("ConditionRow", "is empty"),
}
_LISTS: Final = frozenset({Operator.IN, Operator.NOT_IN})
_ALONE: Final = frozenset({Operator.IS_SET, Operator.IS_NOT_SET})
FIRST_FIELD: Final = "email_opened"


@dataclass(frozen=True, slots=True)
class ConditionSight:
    """What a condition may speak of: the steps before it, the workspace's own fields, and the outcomes of calls."""

    cards: Sequence[StepCard]
    own_fields: Mapping[str, FieldKind]
    outcomes: Mapping[str, str]

    def field(self, name: str) -> FactField:
        """A field by its name; one that is gone may hold anything."""
        return find_field(name, self.own_fields) or FactField(name, FactKind.ANY)


class ConditionRow(QWidget):
    """`changed` says that a person changed it, `removed` that it is to go."""

    changed = Signal()
    removed = Signal()

    def __init__(self, sight: ConditionSight, comparison: Comparison) -> None:
        super().__init__()
        self._sight = sight
        self._is_showing = False
        self.field = Choice(self.tr("What is asked"))
        self.step = Choice(self.tr("Of which step"))
        self.operator = Choice(self.tr("How it is compared"))
        self.value = QLineEdit()
        self.value.setAccessibleName(self.tr("With what"))
        self.value.setMaxLength(5_000)
        self.listed = Choice(self.tr("With what"))
        self.remove = icon_button("x", self.tr("Remove this condition"), self.removed.emit)
        self._lay_out()
        self._show(comparison)
        self._original, self._as_shown = comparison, self._read()
        self.field.activated.connect(lambda _: self._on_field())
        self.operator.activated.connect(lambda _: self._on_operator())
        for choice in (self.step, self.listed):
            choice.activated.connect(lambda _: self.changed.emit())
        self.value.textEdited.connect(lambda _: self.changed.emit())

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().px(4))
        top, below = QHBoxLayout(), QHBoxLayout()
        for row in (top, below):
            row.setSpacing(theme().px(4))
            column.addLayout(row)
        top.addWidget(self.field, 1)
        top.addWidget(self.remove)
        for part in (self.step, self.operator, self.value, self.listed):
            below.addWidget(part, 1)
        for choice in (self.field, self.step, self.operator, self.listed):
            choice.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            choice.setMinimumContentsLength(5)
            choice.setFixedHeight(theme().px(30))
        self.value.setFixedHeight(theme().px(30))

    @property
    def comparison(self) -> Comparison:
        """What is asked; exactly what was shown, where nobody has changed it."""
        read = self._read()
        return self._original if read == self._as_shown else read

    # Showing

    def _show(self, comparison: Comparison) -> None:
        names = [*FIELDS, *(f"contact.{CUSTOM}{name}" for name in self._sight.own_fields)]
        for name in names if comparison.field in names else (*names, comparison.field):
            self.field.addItem(one_line(field_title(name), 80), name)
        _choose(self.field, comparison.field)
        self._fit(comparison.operator, comparison.value, comparison.step_id)

    def _fit(self, operator: Operator, value: Operand, step_id: UUID | None) -> None:
        """Offer what fits the field, with this chosen as far as it does."""
        field = self._sight.field(self.field.currentData())
        self._offer_steps(field, step_id)
        self.operator.clear()
        is_flag = field.kind is FactKind.SURE_FLAG
        if is_flag:
            for words, holds in ((_tr("happened"), True), (_tr("didn’t happen"), False)):
                self.operator.addItem(words, holds)
            _choose(self.operator, (value is True) is (operator is Operator.EQUALS))
        else:
            fitting = [each for each in Operator if each in OPERATORS[field.kind]]
            for each in fitting:
                self.operator.addItem(_tr(_OPERATORS[each]), each)
            _choose(self.operator, operator if operator in fitting else fitting[0])
        self._offer_values(field, value)

    def _offer_steps(self, field: FactField, step_id: UUID | None) -> None:
        self.step.clear()
        self.step.setVisible(bool(field.steps))
        self.step.addItem(_tr("in any step so far"), None)
        for card in self._sight.cards:
            if field.may_refer_to(card.step):
                self.step.addItem(_tr("in step {number}").format(number=card.number), card.step.id)
        _choose(self.step, step_id)

    def _offer_values(self, field: FactField, value: Operand) -> None:
        chosen = self.operator.currentData()
        operator = Operator(chosen) if isinstance(chosen, str) else None  # a flag has happened, or hasn't
        is_plain = operator is not None and operator not in _ALONE
        choices = self._choices(field) if is_plain and operator not in _LISTS else []
        self.listed.setVisible(bool(choices))
        self.value.setVisible(is_plain and not choices)
        self.listed.clear()
        for words, key in choices:
            self.listed.addItem(one_line(words, 80), key)
        if choices:
            _choose(self.listed, value if any(key == value for _, key in choices) else choices[0][1])
        parts = value if isinstance(value, tuple) else () if value is None else (value,)
        self.value.setText("" if choices else ", ".join(_written(part) for part in parts))
        hint = _tr("one, another, …") if operator in _LISTS else str(_HINTS.get(field.kind, ""))
        self.value.setPlaceholderText(hint)

    def _choices(self, field: FactField) -> list[tuple[str, Scalar]]:
        if field.name == "call_outcome":
            return [(label, name) for name, label in self._sight.outcomes.items()]
        if field.kind is FactKind.FLAG:
            return [(_tr("yes"), True), (_tr("no"), False)]
        return []

    # Reading

    def _read(self) -> Comparison:
        field = self._sight.field(self.field.currentData())
        chosen = self.operator.currentData()
        step_id = self.step.currentData() if field.steps else None
        if field.kind is FactKind.SURE_FLAG:
            return Comparison(field.name, Operator.EQUALS, bool(chosen), step_id)
        operator = Operator(chosen)
        if operator in _ALONE:
            return Comparison(field.name, operator, None, step_id)
        if operator in _LISTS:
            words = [part.strip() for part in self.value.text().split(",")]
            return Comparison(field.name, operator, tuple(_scalar(field.kind, word) for word in words if word), step_id)
        if self.listed.count():
            return Comparison(field.name, operator, self.listed.currentData(), step_id)
        return Comparison(field.name, operator, _scalar(field.kind, self.value.text().strip()), step_id)

    def _on_field(self) -> None:
        self._fit(Operator.EQUALS, True, None)
        field = self._sight.field(self.field.currentData())
        if field.kind is not FactKind.SURE_FLAG:
            self.value.clear()
        self.changed.emit()

    def _on_operator(self) -> None:
        field = self._sight.field(self.field.currentData())
        if field.kind is not FactKind.SURE_FLAG:
            text = self.value.text()
            self._offer_values(field, self.listed.currentData() if self.listed.count() else None)
            if not self.listed.count():
                self.value.setText(text)
        self.changed.emit()


_HINTS: Final = {FactKind.NUMBER: "7", FactKind.DAY: "2026-10-31"}


def _scalar(kind: FactKind, word: str) -> Scalar:
    """A word as the kind of value the field has; one that is none is told of when it is looked over."""
    if kind is FactKind.NUMBER:
        try:
            return float(word) if "." in word else int(word)
        except ValueError:
            return word
    return word


def _written(value: Scalar) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _choose(choice: Choice, key: object) -> None:
    place = next((n for n in range(choice.count()) if choice.itemData(n) == key), 0)
    choice.setCurrentIndex(place)


def _tr(text: str) -> str:
    return QCoreApplication.translate("ConditionRow", text)
