"""Two people changed the same part of a step: both are shown side by side, and one is chosen, or both as variants."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Signal, SignalInstance
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from opendoors_desktop.domain.condition import Group
from opendoors_desktop.domain.send_window import Delay
from opendoors_desktop.domain.step import Step, StepType
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.text import Label
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP

_NAMES = {
    "subject_template": QT_TRANSLATE_NOOP("StepConflict", "Subject"),
    "body_template": QT_TRANSLATE_NOOP("StepConflict", "Text"),
    "body_is_html": QT_TRANSLATE_NOOP("StepConflict", "Written in HTML"),
    "ab_test": QT_TRANSLATE_NOOP("StepConflict", "Variants"),
    "delay": QT_TRANSLATE_NOOP("StepConflict", "Wait"),
    "conditions": QT_TRANSLATE_NOOP("StepConflict", "Condition"),
    "mailbox_id": QT_TRANSLATE_NOOP("StepConflict", "From"),
    "task_title": QT_TRANSLATE_NOOP("StepConflict", "Title"),
    "task_description": QT_TRANSLATE_NOOP("StepConflict", "Description"),
    "task_assignee_id": QT_TRANSLATE_NOOP("StepConflict", "For"),
    "task_due_days": QT_TRANSLATE_NOOP("StepConflict", "Working days to do it in"),
    "linkedin_message": QT_TRANSLATE_NOOP("StepConflict", "Message"),
    "linkedin_action": QT_TRANSLATE_NOOP("StepConflict", "What to do"),
}
_TEXTS = {"subject_template", "body_template"}


class ConflictDialog(QDialog):
    """`mine_chosen`, `theirs_chosen` and `both_chosen` say what is to stay; closing it decides nothing."""

    mine_chosen = Signal()
    theirs_chosen = Signal()
    both_chosen = Signal()

    def __init__(self, parent: QWidget, mine: Step, theirs: Step, names: Sequence[str]) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Changed by two people"))
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme().px(20) for _ in range(4)))
        column.setSpacing(theme().px(12))
        words = self.tr("This step was saved by someone else while you wrote it. Which is to stay?")
        column.addWidget(Label(words, "body", wraps=True))
        column.addLayout(self._both(mine, theirs, names), 1)
        row = QHBoxLayout()
        row.addStretch(1)
        self.both = push_button(self.tr("Both, as variants"), lambda: self._decide(self.both_chosen))
        self.both.setVisible(mine.type is StepType.EMAIL and set(names) <= _TEXTS and mine.ab_test is None)
        self.theirs = push_button(self.tr("Take theirs"), lambda: self._decide(self.theirs_chosen))
        self.mine = push_button(self.tr("Keep mine"), lambda: self._decide(self.mine_chosen), kind="primary")
        for button in (self.both, self.theirs, self.mine):
            row.addWidget(button)
        column.addLayout(row)
        self.resize(theme().px(760), theme().px(440))

    def _both(self, mine: Step, theirs: Step, names: Sequence[str]) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(theme().px(8))
        for side, (words, step) in enumerate(((self.tr("Yours"), mine), (self.tr("Theirs"), theirs))):
            grid.addWidget(Label(words, "heading"), 0, side)
            for place, name in enumerate(names):
                title = _name(name)
                field = QPlainTextEdit(_said(step, name))
                field.setReadOnly(True)
                field.setTabChangesFocus(True)
                field.setAccessibleName(f"{words}, {title}")
                grid.addWidget(Label(title, "caption", "muted"), 1 + 2 * place, side)
                grid.addWidget(field, 2 + 2 * place, side)
        return grid

    def _decide(self, chosen: SignalInstance) -> None:
        chosen.emit()
        self.accept()


def _name(name: str) -> str:
    return QCoreApplication.translate("StepConflict", _NAMES.get(name, name.replace("_", " ")))


def _said(step: Step, name: str) -> str:
    """A field of a step in words, as far as there are any."""
    value = getattr(step, name)
    if isinstance(value, Delay):
        amounts = (("%n days", value.days), ("%n hours", value.hours), ("%n minutes", value.minutes))
        return " ".join(
            QCoreApplication.translate("CardWords", words, "", number) for words, number in amounts if number
        )
    if isinstance(value, Group):
        from opendoors_desktop.gui.card_words import CardWords

        return CardWords([], in_working_days=False).condition(value)
    if name == "ab_test" and value is not None:
        return "\n\n".join(
            f"{each.id} ({each.weight})\n{each.subject or ''}\n{each.body or ''}" for each in value.variants
        )
    return "" if value is None else str(value)[:50_000]
