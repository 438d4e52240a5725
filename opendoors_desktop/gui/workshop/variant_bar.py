"""The variants of an email's A/B test: which one is written, what share each has, and who joins or leaves."""

from collections.abc import Callable
from dataclasses import replace
from string import ascii_uppercase
from typing import Final

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from opendoors_desktop.domain.step import Step, StepType
from opendoors_desktop.domain.variants import AbTest, Variant, content_of
from opendoors_desktop.gui.formats import percent
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import icon_button, push_button
from opendoors_desktop.gui.widgets.flow_layout import FlowLayout
from opendoors_desktop.gui.widgets.text import Label, one_line
from opendoors_desktop.gui.workshop.step_form import QuietNumber

MOST: Final = 4
HEAVIEST: Final = 1_000
Change = Callable[[Step], Step]


class VariantBar(QWidget):
    """`chosen` holds a button for each variant; `edited` brings a change of the step's test."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._variant = ""
        self._is_showing = False
        self.chosen = QButtonGroup(self)
        self._tabs = QWidget()
        self._row = FlowLayout(self._tabs, theme().px(4))
        self._row.setContentsMargins(0, 0, 0, 0)
        self.add = icon_button("plus", self.tr("Add a variant"), lambda: self.edited.emit(with_another))
        self._row.addWidget(self.add)
        self.details = QWidget()
        row = QHBoxLayout(self.details)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme().px(8))
        self.weight = QuietNumber(self.tr("Weight of this variant"), HEAVIEST)
        self.weight.setFixedWidth(theme().px(64))
        self.paused = QCheckBox(self.tr("Pause"))
        self.remove = push_button(self.tr("Remove variant"), self._on_remove, kind="link")
        row.addWidget(Label(self.tr("Weight"), "small", "muted"))
        row.addWidget(self.weight)
        row.addWidget(self.paused)
        row.addStretch(1)
        row.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, theme().px(6))
        column.setSpacing(theme().px(6))
        column.addWidget(self._tabs)
        column.addWidget(self.details)
        self.weight.valueChanged.connect(self._on_weight)
        self.paused.clicked.connect(self._on_paused)

    def tell(self, step: Step, shown: str) -> None:
        """Show the variants of a step, `shown` of which is written."""
        self._is_showing = True
        self._variant = shown
        self.setVisible(step.type is StepType.EMAIL)
        test = step.ab_test if step.ab_test_enabled else None
        wanted = [] if test is None else [(each.id, _words(test, each)) for each in test.variants]
        if [(each.property("variant"), each.text()) for each in self.chosen.buttons()] != wanted:
            self._make(wanted)
        for button in self.chosen.buttons():
            button.setChecked(button.property("variant") == shown)
        self.add.setVisible(test is None or len(test.variants) < MOST)
        variant = None if test is None else test.find(shown)
        self.details.setVisible(variant is not None)
        if variant is not None:
            self.weight.setValue(variant.weight)
            self.paused.setChecked(variant.is_paused)
        self._is_showing = False

    def _make(self, wanted: list[tuple[str, str]]) -> None:
        for button in self.chosen.buttons():
            self.chosen.removeButton(button)
            button.hide()
            button.deleteLater()
        self._row.removeWidget(self.add)
        for key, words in wanted:
            button = push_button(words, kind="filter")
            button.setCheckable(True)
            button.setProperty("variant", key)
            button.setAccessibleIdentifier(f"variant-{key}")
            self.chosen.addButton(button)
            self._row.addWidget(button)
        self._row.addWidget(self.add)

    def _on_weight(self, weight: int) -> None:
        if not self._is_showing:
            self.edited.emit(changed(self._variant, lambda each: replace(each, weight=weight)))

    def _on_paused(self, is_paused: bool) -> None:
        self.edited.emit(changed(self._variant, lambda each: replace(each, is_paused=is_paused)))

    def _on_remove(self) -> None:
        variant = self._variant
        self.edited.emit(lambda step: without(step, variant))


def _words(test: AbTest, each: Variant) -> str:
    if test.winner_id == each.id:
        words = _tr("Variant {name} · for everyone")
    elif each.is_paused or test.winner_id is not None:
        words = _tr("Variant {name} · off")
    else:
        weights = sum(one.weight for one in test.variants if not one.is_paused) or 1
        share = percent(each.weight / weights, 0)
        return one_line(_tr("Variant {name} · {share}").format(name=each.id, share=share), 80)
    return one_line(words.format(name=each.id), 80)


def with_another(step: Step) -> Step:
    """The step with one variant more; the first two share alike, and what a variant lacks comes from the step."""
    test = step.ab_test
    if test is None:
        return replace(step, ab_test_enabled=True, ab_test=AbTest((Variant("A", weight=50), Variant("B", weight=50))))
    if not step.ab_test_enabled:
        return replace(step, ab_test_enabled=True)
    names = {each.id for each in test.variants}
    name = next(letter for letter in ascii_uppercase if letter not in names)
    more = Variant(name, weight=max(each.weight for each in test.variants) or 1)
    return replace(step, ab_test=replace(test, variants=(*test.variants, more)))


def changed(variant_id: str, change: Callable[[Variant], Variant]) -> Change:
    """What changes one variant of a step's test."""

    def change_step(step: Step) -> Step:
        test = step.ab_test
        if test is None:
            return step
        variants = tuple(change(each) if each.id == variant_id else each for each in test.variants)
        return replace(step, ab_test=replace(test, variants=variants))

    return change_step


def without(step: Step, variant_id: str) -> Step:
    """The step without a variant; with the last but one the test ends, and the one that is left is the step's text."""
    test = step.ab_test
    if test is None:
        return step
    left = tuple(each for each in test.variants if each.id != variant_id)
    if len(left) > 1:
        winner = None if test.winner_id == variant_id else test.winner_id
        return replace(step, ab_test=replace(test, variants=left, winner_id=winner))
    content = content_of(step, left[0].id if left else None)
    return replace(
        step,
        subject_template=content.subject,
        body_template=content.body,
        ab_test_enabled=False,
        ab_test=None,
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("VariantBar", text)
