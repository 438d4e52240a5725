"""Asks at which step of their sequence people are to go on."""

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialogButtonBox, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from opendoors_desktop.gui.jobs import Reading
from opendoors_desktop.gui.step_words import step_title, type_word
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.dialog import Dialog
from opendoors_desktop.gui.widgets.text import Label
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.store.queries.sequence_steps import StepCard, list_step_cards


class StepDialog(Dialog):
    """Reads the steps first, and is opened with them; `decided` brings the key of the chosen one."""

    decided = Signal(object)

    def __init__(self, parent: QWidget, bench: Workbench, sequence_id: UUID, people: int) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Move to step"))
        self._bench = bench
        self._sequence_id = sequence_id
        self.steps = QListWidget()
        self.steps.setAccessibleName(self.tr("Steps"))
        self.steps.setUniformItemSizes(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Ok).setText(self.tr("Move here"))
        text = self.tr(
            "%n contacts go on with this step, once its delay is over, and then with what follows.", "", people
        )
        column = QVBoxLayout(self)
        column.addWidget(Label(text, "body", "muted", wraps=True))
        column.addWidget(self.steps, 1)
        column.addWidget(buttons)
        self.resize(theme().px(440), theme().px(420))
        self.steps.itemActivated.connect(lambda _item: self.accept())
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.accepted.connect(self._decide)

    def ask(self) -> None:
        """Read the steps, and open."""
        sequence_id = self._sequence_id

        def read(reading: Reading) -> list[StepCard]:
            return list_step_cards(reading.unit, reading.scope.workspace_id, sequence_id)

        self._bench.ask(read, self._show)

    def _show(self, cards: Sequence[StepCard]) -> None:
        for card in cards:
            if card.is_running:
                text = self.tr("{number}. {title} ({type})").format(
                    number=card.number, title=step_title(card.step, card.name), type=type_word(card.step.type)
                )
                item = QListWidgetItem("    " * card.depth + text, self.steps)
                item.setData(Qt.ItemDataRole.UserRole, card.step.id)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, text)
        self.steps.setCurrentRow(0)
        self.open()
        self.steps.setFocus()

    def _decide(self) -> None:
        item = self.steps.currentItem()
        if item is not None:
            self.decided.emit(item.data(Qt.ItemDataRole.UserRole))
