"""Reveals the menu bar by Alt pressed alone, or F10, and hides it again by the same keys or Esc."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from shiboken6 import isValid

Type: Final = QEvent.Type
KEYS: Final = frozenset({Type.KeyPress, Type.ShortcutOverride})
COMES_BETWEEN: Final = KEYS | {Type.Shortcut, Type.MouseButtonPress, Type.Wheel, Type.WindowDeactivate}
"""What makes an Alt that is held part of something else."""


class MenuReveal(QObject):
    """Watches the keys of a window whose menu bar isn't the system's."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._bar = window.menuBar()
        self._focus_before: QWidget | None = None
        self._alt = _AltAlone(self)
        window.installEventFilter(self)
        self._bar.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Act on the keys that reach the window, and on Esc in the bar."""
        kind = event.type()
        if kind not in (Type.KeyPress, Type.KeyRelease) or not isinstance(event, QKeyEvent):
            return False
        key = event.key()
        if watched is self._bar:
            is_esc = kind == Type.KeyPress and key == Qt.Key.Key_Escape
            if is_esc:
                self._hide()
            return is_esc
        if kind == Type.KeyPress and key == Qt.Key.Key_Alt and not event.isAutoRepeat():
            self._alt.begin(event)
        elif kind == Type.KeyRelease and (
            (key == Qt.Key.Key_Alt and self._alt.end()) or _is_plain(event, Qt.Key.Key_F10)
        ):
            self._toggle()
        return False

    def _toggle(self) -> None:
        if self._bar.isVisible():
            self._hide()
            return
        self._focus_before = QApplication.focusWidget()
        self._bar.show()
        self._bar.setFocus(Qt.FocusReason.MenuBarFocusReason)

    def _hide(self) -> None:
        before, self._focus_before = self._focus_before, None
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.MenuBarFocusReason)
        self._bar.hide()


class _AltAlone(QObject):
    """Whether nothing comes between pressing Alt and letting it go; watches the whole application meanwhile."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._is_alone = False

    def begin(self, event: QKeyEvent) -> None:
        """Alt is pressed."""
        others = event.modifiers() & ~Qt.KeyboardModifier.AltModifier
        self._is_alone = others == Qt.KeyboardModifier.NoModifier and not QApplication.mouseButtons()
        if self._is_alone:
            _application().installEventFilter(self)

    def end(self) -> bool:
        """Alt is let go: whether it was alone."""
        was_alone, self._is_alone = self._is_alone, False
        _application().removeEventFilter(self)
        return was_alone

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take notice of whatever comes between."""
        kind = event.type()
        if kind in COMES_BETWEEN and not (isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Alt):
            self.end()
        return False


def _is_plain(event: QKeyEvent, key: Qt.Key) -> bool:
    return event.key() == key and event.modifiers() == Qt.KeyboardModifier.NoModifier


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)  # a window is watched
    return application
