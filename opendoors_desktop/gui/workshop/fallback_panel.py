"""Asks what a variable says where a contact's field is empty."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from opendoors_desktop.gui.card_words import variable_word
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.text import Label
from opendoors_desktop.gui.workshop.template_text import Variable

LONGEST = 200


class FallbackPanel(QFrame):
    """A line below the variable: Enter or leaving it keeps what is typed, Esc doesn't; empty means no fallback."""

    def __init__(self, field: QWidget) -> None:
        super().__init__(field.window())
        self._field = field
        self._keep: Callable[[str], object] | None = None
        self.setProperty("kind", "card")
        self.words = Label("", "small", "muted")
        self.line = QLineEdit()
        self.line.setMaxLength(LONGEST)
        self.line.setAccessibleIdentifier("fallback")
        self.line.setPlaceholderText(self.tr("Nothing: the email is held until the field is filled"))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme().px(10), theme().px(8), theme().px(10), theme().px(10))
        column.setSpacing(theme().px(6))
        column.addWidget(self.words)
        column.addWidget(self.line)
        self.line.returnPressed.connect(self._close)
        self.line.installEventFilter(self)
        self.hide()

    def ask(self, variable: Variable, below: QPoint, keep: Callable[[str], object]) -> None:
        """Open at a place of the field; `keep` is given the words."""
        self._keep = keep
        question = self.tr("When {field} is empty, say").format(field=variable_word(variable.name))
        self.words.setText(question)
        self.line.setAccessibleName(question)
        self.line.setText(variable.fallback or "")
        self.line.selectAll()
        window, width = self.window(), theme().px(300)
        viewport = getattr(self._field, "viewport", lambda: self._field)()
        at = viewport.mapTo(window, below) + QPoint(0, theme().px(4))
        height = self.sizeHint().height()
        top = at.y() if at.y() + height <= window.height() else at.y() - height - theme().px(28)
        self.setGeometry(max(0, min(at.x(), window.width() - width - theme().px(8))), max(0, top), width, height)
        self.show()
        self.raise_()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            if event.type() is QEvent.Type.KeyPress:
                self._keep = None
                self._close()
            return True
        if event.type() is QEvent.Type.FocusOut and self.isVisible():
            self._finish()
        return super().eventFilter(watched, event)

    def _close(self) -> None:
        self._finish()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)

    def _finish(self) -> None:
        keep, self._keep = self._keep, None
        self.hide()
        if keep is not None:
            keep(self.line.text().strip())
