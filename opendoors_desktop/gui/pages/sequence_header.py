"""The head of an opened sequence: where it lies, its name and state, and what can be done with it."""

from typing import Final

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import icon_button, push_button, set_enabled, show_icon
from opendoors_desktop.gui.widgets.pill import StatePill
from opendoors_desktop.gui.widgets.text import ElidedLabel, plain_tip
from opendoors_desktop.gui.workbench import Workbench

WIDE: Final = 640
"""From this width on it has undo and redo, in design pixels."""


class SequenceHeader(QFrame):
    """`action_wanted` brings the name of an action, `menu_wanted` where the menu is to be shown."""

    action_wanted = Signal(str)
    menu_wanted = Signal(QPoint)

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self._bench = bench
        self._status = ""
        self.tree_button = icon_button("panel-left", self.tr("Show folders and sequences"))
        self.path = ElidedLabel("", "small", "muted")
        self.name = ElidedLabel("", "title")
        self.pill = StatePill()
        self.undo = icon_button("undo-2", self.tr("Undo"), bench.history.undo)
        self.redo = icon_button("redo-2", self.tr("Redo"), bench.history.redo)
        self.change = push_button("", self._on_change)
        self.enroll = push_button(
            self.tr("Enroll contacts"),
            lambda: self.action_wanted.emit("sequence.enroll"),
            kind="primary",
            icon_name="user-round-plus",
        )
        self.more = icon_button("ellipsis", self.tr("More actions"), self._on_more)
        self._lay_out()
        self._follow_history()

    def _lay_out(self) -> None:
        look = theme()
        self.setFixedHeight(look.px(60))
        row = QHBoxLayout(self)
        row.setContentsMargins(look.px(20), look.px(4), look.px(12), look.px(4))
        row.setSpacing(look.px(8))
        box = QWidget()
        words = QVBoxLayout(box)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self.path)
        title = QHBoxLayout()
        title.setSpacing(look.px(8))
        title.addWidget(self.name, 1)
        title.addWidget(self.pill)
        title.addStretch(0)
        words.addLayout(title)
        words.addStretch(1)
        row.addWidget(self.tree_button)
        row.addWidget(box, 1)
        for part in (self.undo, self.redo, self.change, self.enroll, self.more):
            row.addWidget(part)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the name has it, and undo and redo are left to their keys and the menu."""
        super().resizeEvent(event)
        for button in (self.undo, self.redo):
            button.setVisible(self.width() >= theme().px(WIDE))

    def _follow_history(self) -> None:
        stack = self._bench.history.stack
        self.undo.setEnabled(stack.canUndo())
        self.redo.setEnabled(stack.canRedo())
        stack.canUndoChanged.connect(self.undo.setEnabled)
        stack.canRedoChanged.connect(self.redo.setEnabled)
        stack.undoTextChanged.connect(self._on_undo_text)
        stack.redoTextChanged.connect(self._on_redo_text)

    def _on_undo_text(self, words: str) -> None:
        self.undo.setToolTip(plain_tip(self.tr("Undo: {what}").format(what=words)) if words else self.tr("Undo"))

    def _on_redo_text(self, words: str) -> None:
        self.redo.setToolTip(plain_tip(self.tr("Redo: {what}").format(what=words)) if words else self.tr("Redo"))

    def show_sequence(self, name: str, status: str, path: str) -> None:
        """Show which sequence is opened, and in which state it is."""
        self._status = status
        self.path.setText(path)
        self.name.setText(name)
        self.name.setMaximumWidth(self.name.fontMetrics().horizontalAdvance(name[:300]) + 4)
        self.pill.show_status(status)
        words, sign = {
            "draft": (self.tr("Start"), "play"),
            "active": (self.tr("Pause"), "pause"),
            "paused": (self.tr("Resume"), "play"),
            "archived": (self.tr("Restore"), "archive-restore"),
        }.get(status, (self.tr("Start"), "play"))
        self.change.setText(words)
        self.change.setAccessibleName(words)
        show_icon(self.change, sign)
        set_enabled(
            self.change,
            enabled=status != "stopped",
            why_not=self.tr("A stopped sequence can’t be started again. Duplicate it instead."),
        )
        set_enabled(
            self.enroll,
            enabled=status not in {"stopped", "archived"},
            why_not=self.tr("Nobody can be enrolled in a sequence that is stopped. Duplicate it instead."),
        )

    def _on_change(self) -> None:
        actions = {
            "draft": "sequence.activate",
            "active": "sequence.pause",
            "paused": "sequence.resume",
            "archived": "sequence.restore",
        }
        if self._status in actions:
            self.action_wanted.emit(actions[self._status])

    def _on_more(self) -> None:
        corner = self.more.rect().bottomRight() if self.isRightToLeft() else self.more.rect().bottomLeft()
        self.menu_wanted.emit(self.more.mapToGlobal(corner))
