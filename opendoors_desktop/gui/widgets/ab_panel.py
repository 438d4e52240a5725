"""The A/B test of a step: rates with their ranges, what may be said of them, and who takes everyone from now on."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from opendoors_desktop.domain.variants import WinnerCriteria
from opendoors_desktop.gui.models.ab_words import criteria_words, detail, help_words, leader, ranges, verdict
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import icon_button, push_button, set_enabled
from opendoors_desktop.gui.widgets.choice import Choice
from opendoors_desktop.gui.widgets.help_tip import Help, HelpOpener, HelpTip
from opendoors_desktop.gui.widgets.range_chart import RangeChart
from opendoors_desktop.gui.widgets.text import ElidedLabel, Label
from opendoors_desktop.store.queries.sequence_dashboard import AbTestFigures

NOBODY: Final = ""


class AbPanel(QFrame):
    """One test at a time, several to choose from.

    `promoted` asks that a variant takes everyone, with the step and the variant (empty: the test goes on).
    """

    promoted = Signal(object, str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._tests: tuple[AbTestFigures, ...] = ()
        self.title = Label("", "heading")
        self.criteria = ElidedLabel("", "small", "muted")
        self.steps = Choice(self.tr("Step whose test is shown"))
        self.steps.currentIndexChanged.connect(lambda _: self._show())
        self.help = icon_button("info", self.tr("How a winner is named"))
        self.help.setToolTip("")  # it has a tip of its own
        opener = HelpOpener(self.help, HelpTip(self), self._help_words)
        self.help.clicked.connect(lambda _checked: opener.open())
        self.chart = RangeChart(self.tr("A/B test"))
        self.verdict = Label("", "body-strong", wraps=True)
        self.detail = Label("", "body", "muted", wraps=True)
        self.send = push_button("", self._promote, kind="primary")
        self.go_on = push_button(self.tr("Keep testing"), self._keep_testing)
        self._lay_out()
        self.hide()

    @property
    def test(self) -> AbTestFigures | None:
        """The test that is shown."""
        number = self.steps.currentIndex()
        return self._tests[number] if 0 <= number < len(self._tests) else None

    def show_tests(self, tests: Sequence[AbTestFigures]) -> None:
        """Show the tests of a sequence; hidden where there is none."""
        if tuple(tests) == self._tests:
            return
        shown = self.test.step_id if self.test is not None else None
        self._tests = tuple(tests)
        self.steps.blockSignals(True)
        self.steps.clear()
        for test in tests:
            self.steps.addItem(self.tr("Step {number}").format(number=test.step))
        self.steps.setCurrentIndex(next((n for n, test in enumerate(tests) if test.step_id == shown), 0))
        self.steps.blockSignals(False)
        self.steps.setVisible(len(tests) > 1)
        self.setVisible(bool(tests))
        self._show()

    def show_step(self, step_id: UUID) -> None:
        """Show the test of a step, where it has one."""
        for number, test in enumerate(self._tests):
            if test.step_id == step_id:
                self.steps.setCurrentIndex(number)

    def _show(self) -> None:
        test = self.test
        if test is None:
            return
        self.title.setText(self.tr("A/B test, step {number}").format(number=test.step))
        self.criteria.setText(criteria_words(test.criteria))
        self.chart.show_ranges(ranges(test))
        self.verdict.setText(self._verdict(test))
        self.detail.setText(detail(test))
        self._show_buttons(test)

    def _help_words(self) -> Help:
        return help_words(self.test.criteria if self.test is not None else WinnerCriteria.REPLY_RATE)

    def _verdict(self, test: AbTestFigures) -> str:
        if test.chosen is None:
            return verdict(test)
        return self.tr("Everyone gets {name} from now on.").format(name=test.chosen)

    def _show_buttons(self, test: AbTestFigures) -> None:
        name = self._offered(test)
        self.send.setText(self.tr("Send {name} to everyone").format(name=name) if name else self.tr("Send to everyone"))
        self.send.setAccessibleName(self.send.text())
        if test.chosen is not None:
            why = self.tr("{name} goes to everyone already.").format(name=test.chosen)
        else:
            why = self.tr("No variant is ahead.")
        set_enabled(self.send, enabled=test.chosen is None and bool(name), why_not=why)
        kind = "primary" if test.winner is not None else "secondary"
        if self.send.property("kind") != kind:
            self.send.setProperty("kind", kind)
            self.send.style().polish(self.send)
        set_enabled(self.go_on, enabled=test.chosen is not None, why_not=self.tr("The test is going on."))

    def _offered(self, test: AbTestFigures) -> str:
        """The variant that the button offers: the winner, else who is ahead, else whoever was chosen."""
        ahead = leader(test)
        return test.chosen or test.winner or (ahead.tally.variant_id if ahead is not None else NOBODY)

    def _promote(self) -> None:
        if self.test is not None:
            self.promoted.emit(self.test.step_id, self._offered(self.test))

    def _keep_testing(self) -> None:
        if self.test is not None:
            self.promoted.emit(self.test.step_id, NOBODY)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme().px(8))
        head.addWidget(self.title)
        head.addWidget(self.criteria, 1)
        head.addWidget(self.steps)
        head.addWidget(self.help)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme().px(8))
        buttons.addWidget(self.send)
        buttons.addWidget(self.go_on)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme().px(16), theme().px(10), theme().px(16), theme().px(12))
        column.setSpacing(theme().px(6))
        column.addLayout(head)
        column.addWidget(self.chart)
        column.addWidget(self.verdict)
        column.addWidget(self.detail)
        column.addStretch(1)
        column.addLayout(buttons)
        self.verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
