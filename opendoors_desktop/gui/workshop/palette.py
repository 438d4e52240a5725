"""The bar below the canvas: a button for each type of step, to be clicked or dragged, and what a drag would do."""

from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from opendoors_desktop.domain.step import StepType
from opendoors_desktop.gui.icons import icon
from opendoors_desktop.gui.step_words import step_look, type_word
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.flow_layout import FlowLayout
from opendoors_desktop.gui.widgets.text import Label, Line

KEYS: Final = {
    StepType.EMAIL: "E",
    StepType.TASK: "T",
    StepType.LINKEDIN: "L",
    StepType.CALL: "C",
    StepType.CONDITIONAL: "N",
    StepType.DELAY: "D",
}


class StepPalette(QFrame):
    """`wanted` brings a type that was clicked; `carried` and `dropped` a type and the place on the screen."""

    wanted = Signal(object)
    carried = Signal(object, QPoint)
    dropped = Signal(object, QPoint)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self.setAccessibleName(self.tr("Add a step"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Line())
        self.hint = Label("", "small", "accent", wraps=True)
        self.hint.setContentsMargins(theme().px(20), theme().px(6), theme().px(20), 0)
        self.hint.hide()
        column.addWidget(self.hint)
        row = QHBoxLayout()
        row.setContentsMargins(theme().px(20), theme().px(6), theme().px(12), theme().px(8))
        buttons = QFrame()
        line = FlowLayout(buttons, theme().px(4))
        line.setContentsMargins(0, 0, 0, 0)
        self.buttons = {kind: _PaletteButton(self, kind) for kind in KEYS}
        for button in self.buttons.values():
            line.addWidget(button)
        row.addWidget(buttons, 1)
        column.addLayout(row)

    def tell(self, words: str, tone: str = "accent") -> None:
        """Say what dropping would do, or why it can't be done here; nothing with no words."""
        self.hint.setText(words)
        self.hint.set_tone(tone)
        self.hint.setVisible(bool(words))


class _PaletteButton(QPushButton):
    """A type of step with its key; pressed and moved, it is dragged."""

    def __init__(self, palette: StepPalette, kind: StepType) -> None:
        word = type_word(kind)
        super().__init__(f"{word}  {KEYS[kind]}")
        look = step_look(kind)
        self._palette, self._kind = palette, kind
        self._pressed: QPoint | None = None
        self._is_dragged = False
        size, gap = theme().px(16), theme().px(4)
        self.setIcon(icon(look.icon, look.color, gap=gap))
        self.setIconSize(QSize(size + gap, size))
        self.setAccessibleName(self.tr("Add {type}, key {key}").format(type=word, key=KEYS[kind]))
        self.setToolTip(
            self.tr("Add behind the chosen step ({key} on a card), or drag to its place").format(key=KEYS[kind])
        )
        self.clicked.connect(lambda _checked: palette.wanted.emit(kind))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint() if event.button() is Qt.MouseButton.LeftButton else None
        self._is_dragged = False
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        far = (event.position().toPoint() - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        if self._is_dragged or far:
            self._is_dragged = True
            self.setDown(False)
            self._palette.carried.emit(self._kind, event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        if self._is_dragged:
            self._is_dragged = False
            self.setDown(False)
            self._palette.dropped.emit(self._kind, event.globalPosition().toPoint())
            return
        super().mouseReleaseEvent(event)
