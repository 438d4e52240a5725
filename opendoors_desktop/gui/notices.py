"""The one place that tells a person something: toasts with undo, the notice bar, errors and questions."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from opendoors_desktop.domain.errors import OpenDoorsError
from opendoors_desktop.gui.faces import words_of
from opendoors_desktop.gui.theme import keeper, theme, tokens
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.sign import Sign
from opendoors_desktop.gui.widgets.text import Label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox

log = logging.getLogger(__name__)

ABOVE_BARS: Final = 84
"""Design pixels below a toast: status bar and the bar of checked rows stay free."""

TOAST_STAYS_MS: Final[int] = tokens()["motion"]["toastStay"]


class Tone(StrEnum):
    """How bad a notice is; the worst of several is the one shown."""

    INFO = "info"
    WARNING = "warning"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question: its words, and what it does."""

    text: str
    act: Callable[[], object]


_ICONS = {Tone.INFO: "info", Tone.WARNING: "circle-pause", Tone.DANGER: "circle-x"}


class NoticeBar(QFrame):
    """One sentence of what is true and the one button that helps, under a page's header; hidden while all is well."""

    def __init__(self) -> None:
        super().__init__()
        look = theme()
        self.setProperty("kind", "canvas")
        around = QHBoxLayout(self)
        around.setContentsMargins(look.px(20), look.px(10), look.px(20), look.px(10))
        self._box = QFrame()
        around.addWidget(self._box)
        row = self._row = QHBoxLayout(self._box)
        row.setContentsMargins(look.px(12), look.px(4), look.px(6), look.px(4))
        row.setSpacing(look.px(8))
        self._icon = Sign()
        self._words = Label("", wraps=True)
        self._button: QPushButton | None = None
        row.addWidget(self._icon)
        row.addWidget(self._words, 1)
        self._box.setMinimumHeight(look.px(40))
        self.hide()

    @property
    def text(self) -> str:
        """What it says; empty while it is hidden."""
        return "" if self.isHidden() else self._words.text()

    def tell(self, tone: Tone, text: str, button: QPushButton | None = None) -> None:
        """Show a notice in place of any other."""
        self._drop_button()
        self._box.setProperty("notice", tone.value)
        self.style().polish(self._box)
        self._icon.show_icon(_ICONS[tone], tone.value)
        self._words.setText(text)
        self.setAccessibleName(text)
        if button is not None:
            self._button = button
            button.setAccessibleIdentifier(f"{self.accessibleIdentifier()}.button")
            self._row.addWidget(button)
        self.show()

    def clear(self) -> None:
        """Nothing is to be told any more."""
        self._drop_button()
        self.hide()

    def _drop_button(self) -> None:
        if self._button is not None:
            self._button.deleteLater()
            self._button = None


class _Toast(QFrame):
    """A line at the bottom that goes by itself; it stays while the mouse or the focus is on it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.setProperty("kind", "toast")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme().px(16), theme().px(8), theme().px(12), theme().px(8))
        row.setSpacing(theme().px(16))
        self.words = Label("")
        self.button = push_button("", self._on_button)
        self.button.setAccessibleIdentifier("toast.button")
        self._act: Callable[[], object] | None = None
        row.addWidget(self.words)
        row.addWidget(self.button)
        self.button.installEventFilter(self)
        parent.installEventFilter(self)
        self.hide()

    def tell(self, text: str, act: Callable[[], object] | None, act_text: str, stays_ms: int) -> None:
        self.words.setText(text)
        self.setAccessibleName(text)
        self._act = act
        self.button.setText(act_text)
        self.button.setAccessibleName(act_text)
        self.button.setVisible(act is not None)
        self._timer.setInterval(stays_ms)
        self.show()
        self.raise_()
        self._place()
        self._timer.start()

    def _on_button(self) -> None:
        act, self._act = self._act, None
        self.hide()
        if act is not None:
            act()

    def _place(self) -> None:
        parent = self._parent
        self.words.setMaximumWidth(max(200, parent.width() - theme().px(240)))
        self.adjustSize()
        self.move((parent.width() - self.width()) // 2, parent.height() - self.height() - theme().px(ABOVE_BARS))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._parent and event.type() is QEvent.Type.Resize and self.isVisible():
            self._place()
        if watched is self.button and event.type() is QEvent.Type.FocusIn:
            self._timer.stop()
        if watched is self.button and event.type() is QEvent.Type.FocusOut:
            self._timer.start()
        return super().eventFilter(watched, event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._timer.start()
        super().leaveEvent(event)


class Notices(QObject):
    """Tells things in a window; what is told is announced to screen readers too. `told` brings each toast's words."""

    told = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._toast = _Toast(window)

    @property
    def toast_text(self) -> str:
        """What the toast says now; empty while there is none."""
        return self._toast.words.text() if self._toast.isVisibleTo(self._window) else ""

    def toast(
        self, text: str, act: Callable[[], object] | None = None, act_text: str = "", stays_ms: int = TOAST_STAYS_MS
    ) -> None:
        """Tell that something was done; `act` is offered beside it, called Undo unless it has words of its own."""
        self._toast.tell(text, act, act_text or self.tr("Undo"), stays_ms)
        self.announce(text)
        self.told.emit(text)

    def show_error(self, error: Exception) -> None:
        """Tell what went wrong and what helps; a fault of the program goes into the log with all its details."""
        if not isinstance(error, OpenDoorsError):
            log.error("a job of the window failed", exc_info=error)
        from PySide6.QtWidgets import QMessageBox

        title, advice = words_of(error)
        self.announce(f"{title} {advice}", is_urgent=True)
        box = self._box(QMessageBox.Icon.Warning, title, advice)
        box.addButton(QMessageBox.StandardButton.Ok)
        box.open()

    def ask(self, title: str, text: str, yes: str, then: Callable[[], object], *, is_danger: bool = False) -> None:
        """Ask before something that can't be undone; `then` is called when the person says `yes`."""
        from PySide6.QtWidgets import QMessageBox

        box = self._box(QMessageBox.Icon.Warning if is_danger else QMessageBox.Icon.Question, title, text)
        do = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
        leave = box.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        usual = leave if is_danger else do
        box.setDefaultButton(usual)
        box.setEscapeButton(leave)
        keeper().changed.connect(usual.setFocus)  # a new style has Qt give it to the first button, dangerous or not
        do.clicked.connect(lambda _checked: then())
        box.open()

    def choose(self, title: str, text: str, choices: Sequence[Choice]) -> None:
        """Ask which of a few things is to be done, the first being the usual one; Esc does none."""
        from PySide6.QtWidgets import QMessageBox

        box = self._box(QMessageBox.Icon.Question, title, text)
        for number, choice in enumerate(choices):
            button = box.addButton(choice.text, QMessageBox.ButtonRole.AcceptRole)
            button.clicked.connect(lambda _checked, act=choice.act: act())
            if number == 0:
                box.setDefaultButton(button)
        box.setEscapeButton(box.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole))
        box.open()

    def announce(self, text: str, *, is_urgent: bool = False) -> None:
        """Have a screen reader say it."""
        from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

        event = QAccessibleAnnouncementEvent(self._window, text)
        if is_urgent:
            event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(event)

    def _box(self, sign: "QMessageBox.Icon", title: str, text: str) -> "QMessageBox":
        from PySide6.QtWidgets import QMessageBox

        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(sign)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowTitle(QCoreApplication.applicationName())
        box.setText(title)
        box.setInformativeText(text)
        for label in box.findChildren(QLabel):
            label.setTextFormat(Qt.TextFormat.PlainText)
        return box
