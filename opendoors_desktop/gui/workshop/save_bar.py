"""The line below a step's form that says what is unsaved and what saving will do, with the two buttons for it."""

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from opendoors_desktop.domain.step import StepType
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button, set_enabled
from opendoors_desktop.gui.widgets.text import Label, Line
from opendoors_desktop.store.queries.sequence_steps import StepCard


class SaveBar(QFrame):
    """Hidden while there is nothing to save; `save_wanted`, `drop_wanted` and `compare_wanted` are its buttons."""

    save_wanted = Signal()
    drop_wanted = Signal()
    compare_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self.words = Label("", "small", wraps=True)
        self.effect = Label("", "small", "muted", wraps=True)
        self.drop = push_button(self.tr("Discard"), self.drop_wanted.emit)
        self.compare = push_button(self.tr("Compare…"), self.compare_wanted.emit)
        self.save = push_button(self.tr("Save step"), self.save_wanted.emit, kind="primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Line())
        inner = QVBoxLayout()
        inner.setContentsMargins(theme().px(16), theme().px(8), theme().px(16), theme().px(10))
        inner.setSpacing(theme().px(6))
        inner.addWidget(self.words)
        inner.addWidget(self.effect)
        row = QHBoxLayout()
        row.setSpacing(theme().px(8))
        row.addStretch(1)
        for button in (self.drop, self.compare, self.save):
            row.addWidget(button)
        inner.addLayout(row)
        column.addLayout(inner)
        self.hide()

    def tell(self, card: StepCard, *, refused: str = "", is_in_conflict: bool = False) -> None:
        """Say what saving a changed step does; `refused` is why it can't be saved."""
        self.words.setText(self.tr("Not saved yet. What you type is kept on this computer."))
        self.words.set_tone("")
        if is_in_conflict:
            self.words.setText(self.tr("Someone else has changed the same part of this step meanwhile."))
            self.words.set_tone("warning")
        self.effect.setText(effect_words(card))
        self.effect.setVisible(bool(self.effect.text()))
        self.compare.setVisible(is_in_conflict)
        self.save.setVisible(not is_in_conflict)
        set_enabled(self.save, enabled=not refused, why_not=refused)
        self.show()


def effect_words(card: StepCard) -> str:
    """Whom a change of a step reaches, and whom it doesn't any more; empty where nobody is concerned."""
    waiting, passed = card.waiting, card.figures.executed
    parts = []
    if passed:
        if card.step.type is StepType.EMAIL:
            parts.append(QCoreApplication.translate("SaveBar", "%n have passed it and keep what they got.", "", passed))
        else:
            parts.append(QCoreApplication.translate("SaveBar", "%n have passed it.", "", passed))
    if waiting:
        parts.append(QCoreApplication.translate("SaveBar", "%n wait at it and get the change.", "", waiting))
    return " ".join(parts)
