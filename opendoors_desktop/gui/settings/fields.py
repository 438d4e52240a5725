"""Fields whose content holds as soon as they are left: what is typed is told once, and Esc takes it back."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit


class SavedLine(QLineEdit):
    """One line; `wanted` tells what a person has typed when the line is left or Enter is pressed."""

    wanted = Signal(str)

    def __init__(self, placeholder: str = "") -> None:
        super().__init__()
        self._value = self._told = ""
        self.setPlaceholderText(placeholder)
        self.setMaxLength(10_000)
        self.editingFinished.connect(self._tell)

    def show_value(self, value: str) -> None:
        """Show what is stored now, unless something else is being typed; what was refused stays to be mended."""
        if value == self._value:
            return
        is_typed = self.hasFocus() and self.text().strip() not in (self._value, self._told)
        self._value = self._told = value
        if not is_typed:
            self.setText(value)
            self.setCursorPosition(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text() != self._value:
            self.setText(self._value)
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._told = self._value
        super().keyPressEvent(event)

    def _tell(self) -> None:
        text = self.text().strip()
        if text not in (self._value, self._told):
            self._told = text
            self.wanted.emit(text)


class SavedText(QPlainTextEdit):
    """Several lines; `wanted` tells what a person has typed when they are left or Ctrl+Enter is pressed."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._value = self._told = ""
        self.setTabChangesFocus(True)
        self.setProperty("place", "signature")

    def show_value(self, value: str) -> None:
        """Show what is stored now, unless something else is being typed; what was refused stays to be mended."""
        if value == self._value:
            return
        is_typed = self.hasFocus() and self.toPlainText().strip() not in (self._value, self._told)
        self._value = self._told = value
        if not is_typed:
            self.setPlainText(value)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape and self.toPlainText() != self._value:
            self.setPlainText(self._value)
        elif is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._told = self._value
            self._tell()
        else:
            super().keyPressEvent(event)

    def _tell(self) -> None:
        text = self.toPlainText().strip()
        if text not in (self._value, self._told):
            self._told = text
            self.wanted.emit(text)
