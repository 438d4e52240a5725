"""A small window that says what a number means: its definition, its arithmetic, what doesn't count."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from opendoors_desktop.gui.theme import theme, tokens
from opendoors_desktop.gui.widgets.text import Label

OPENS_AFTER_MS: Final[int] = tokens()["motion"]["tooltipDelay"]
CLOSES_AFTER_MS: Final = 250
"""So long the mouse may be on its way from the number to the tip."""


@dataclass(frozen=True, slots=True)
class Help:
    """What a tip says: a title, the definition with its arithmetic, and what is fine to know beside it."""

    title: str
    text: str
    note: str = ""

    def spoken(self) -> str:
        """All of it in one go."""
        return " ".join(part for part in (self.title + ".", self.text, self.note) if part)


class HelpTip(QFrame):
    """The tip itself, a tool window: its text can be selected, Esc closes it and gives the focus back."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setProperty("kind", "help")
        self.title = Label("", "body-strong")
        self.text = Label("", wraps=True)
        self.note = Label("", wraps=True)
        self.note.setProperty("second", True)
        self.is_asked = False
        self._opener: QWidget | None = None
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(theme().px(12), theme().px(10), theme().px(12), theme().px(10))
        column.setSpacing(theme().px(4))
        marks = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        for label in (self.title, self.text, self.note):
            label.setTextInteractionFlags(marks)
            column.addWidget(label)

    def tell(self, opener: QWidget, words: Help, *, is_asked: bool) -> None:
        """Show words beside their number; `is_asked` by keys takes the focus, so that they can be read and selected."""
        self._opener = opener
        self.is_asked = is_asked
        for label, text in ((self.title, words.title), (self.text, words.text), (self.note, words.note)):
            label.setText(text)
            label.setVisible(bool(text))
        self.setAccessibleName(words.spoken())
        self.ensurePolished()
        width = theme().px(404)
        self.setFixedSize(width, max(1, self._column.totalHeightForWidth(width)))
        self.move(self._place(opener))
        self.show()
        self.raise_()
        if is_asked:
            self.activateWindow()
            self.text.setFocus(Qt.FocusReason.PopupFocusReason)

    def _place(self, opener: QWidget) -> QPoint:
        """Under the number, or over it where there is no room; never beyond the screen."""
        corner = opener.mapToGlobal(QPoint(0, 0))
        screen = opener.screen().availableGeometry()
        below = corner.y() + opener.height() + 6
        above = corner.y() - self.height() - 6
        fits_below = below + self.height() <= screen.bottom()
        left = corner.x() + (opener.width() - self.width()) // 2
        left = min(max(left, screen.left() + 4), max(screen.left() + 4, screen.right() - self.width() - 4))
        return QPoint(left, below if fits_below or above < screen.top() else above)

    def close_up(self) -> None:
        """Close; a tip that was asked for by keys gives the focus back."""
        self.hide()
        if self.is_asked and self._opener is not None:
            self._opener.activateWindow()
            self._opener.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_up()
        else:
            super().keyPressEvent(event)


class HelpOpener(QObject):
    """Opens a tip for a widget: the mouse rests on it half a second, a finger is held on it, or Shift+F1 is pressed."""

    def __init__(self, widget: QWidget, tip: HelpTip, words: Callable[[], Help]) -> None:
        super().__init__(widget)
        self._widget, self._tip, self._words = widget, tip, words
        self._opens = self._timer(OPENS_AFTER_MS, lambda: self._open(is_asked=False))
        self._closes = self._timer(CLOSES_AFTER_MS, self._close_unless_read)
        widget.installEventFilter(self)
        widget.grabGesture(Qt.GestureType.TapAndHoldGesture)

    def open(self) -> None:
        """Open it now, as if asked for by keys."""
        self._open(is_asked=True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.Enter:
            self._closes.stop()
            self._opens.start()
        elif kind is QEvent.Type.Leave:
            self._opens.stop()
            self._closes.start()
        elif kind is QEvent.Type.MouseButtonPress:
            self._opens.stop()
        elif kind is QEvent.Type.Gesture:
            self._open(is_asked=False)
        elif isinstance(event, QKeyEvent) and kind is QEvent.Type.KeyPress:
            return self._on_key(event)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_F1 and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._open(is_asked=True)
            return True
        if event.key() == Qt.Key.Key_Escape and self._tip.isVisible():
            self._tip.close_up()
            return True
        return False

    def _open(self, *, is_asked: bool) -> None:
        if self._widget.isVisible():
            self._tip.tell(self._widget, self._words(), is_asked=is_asked)

    def _close_unless_read(self) -> None:
        if self._tip.underMouse():
            self._closes.start()
        elif not self._tip.is_asked:
            self._tip.hide()

    def _timer(self, after_ms: int, act: Callable[[], object]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(after_ms)
        timer.timeout.connect(act)
        return timer
