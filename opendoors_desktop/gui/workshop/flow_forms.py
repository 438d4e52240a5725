"""The forms of steps that only direct: delays and conditions."""

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from opendoors_desktop.domain.condition import Group
from opendoors_desktop.domain.step import Step
from opendoors_desktop.gui.card_words import CardWords
from opendoors_desktop.gui.widgets.text import Label
from opendoors_desktop.gui.workshop.condition_builder import GroupBox
from opendoors_desktop.gui.workshop.condition_row import ConditionSight
from opendoors_desktop.gui.workshop.step_form import FormSight, StepForm, wait_words


class DelayForm(StepForm):
    """How long the step takes."""

    def __init__(self) -> None:
        super().__init__()
        self.wait = self.add_wait()
        self.add_fault("")
        self.column.addStretch(1)

    def first_field(self) -> QWidget:
        return self.wait.days

    def show_fields(self, step: Step, sight: FormSight) -> None:
        words = self.tr("How long it waits")
        self.wait.show_wait(step.delay, words, in_working_days=sight.shown.rules.in_working_days)

    def read_fields(self, step: Step) -> Step:
        return replace(step, delay=self.wait.value())


class ConditionForm(StepForm):
    """What decides, when, and where its lanes lead."""

    def __init__(self) -> None:
        super().__init__()
        self.words = Label("", "body-strong", wraps=True)
        self.add_named(self.tr("Yes, if"), self.words, "conditions")
        self.builder = GroupBox()
        self.builder.changed.connect(self._on_condition)
        self.column.addWidget(self.builder)
        self._condition: Group | None = None
        self._sight: FormSight | None = None
        self.wait = self.add_wait()
        self.at_once = self.add_check(self.tr("Take yes as soon as it holds, no when the wait is over"))
        self.add_named(self.tr("Behind the lanes"), QWidget())
        self.finish_yes = self.add_check(self.tr("Yes ends the sequence"))
        self.finish_no = self.add_check(self.tr("No ends the sequence"))
        self.add_fault("")
        self.column.addStretch(1)

    def first_field(self) -> QWidget:
        return self.builder.add_row

    def show_fields(self, step: Step, sight: FormSight) -> None:
        shown, before = sight.shown, self._sight
        self._sight = sight
        earlier = [card for card in shown.cards if card.number < sight.number]
        is_known = before is not None and [card.step.id for card in earlier] == [
            card.step.id for card in before.shown.cards if card.number < before.number
        ]
        if step.conditions != self._condition or not is_known:
            own = shown.around.own_fields
            self.builder.show_group(step.conditions, ConditionSight(earlier, own, shown.outcomes))
        self._say(step.conditions)
        self.wait.show_wait(step.delay, wait_words(), in_working_days=shown.rules.in_working_days)
        self.at_once.setChecked(step.wait_until_true)
        self.finish_yes.setChecked(step.finish_yes)
        self.finish_no.setChecked(step.finish_no)

    def read_fields(self, step: Step) -> Step:
        return replace(
            step,
            conditions=self.builder.value(),
            delay=self.wait.value(),
            wait_until_true=self.at_once.isChecked(),
            finish_yes=self.finish_yes.isChecked(),
            finish_no=self.finish_no.isChecked(),
        )

    def _say(self, condition: Group | None) -> None:
        """Say the condition in one sentence."""
        self._condition = condition
        assert self._sight is not None  # a step is shown
        shown = self._sight.shown
        words = CardWords(list(shown.cards), in_working_days=shown.rules.in_working_days, outcomes=shown.outcomes)
        self.words.setText(self.tr("Nothing is asked yet.") if condition is None else words.condition(condition))

    def _on_condition(self) -> None:
        self._say(self.builder.value())
        self.tell()
