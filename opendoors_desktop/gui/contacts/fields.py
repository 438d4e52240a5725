"""Fields of a contact as people know them, and a line that is edited in place."""

from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP

LABELS: Final = {
    "email": QT_TRANSLATE_NOOP("ContactField", "Email"),
    "first_name": QT_TRANSLATE_NOOP("ContactField", "First name"),
    "last_name": QT_TRANSLATE_NOOP("ContactField", "Last name"),
    "company": QT_TRANSLATE_NOOP("ContactField", "Company"),
    "title": QT_TRANSLATE_NOOP("ContactField", "Title"),
    "phone": QT_TRANSLATE_NOOP("ContactField", "Phone"),
    "linkedin_url": QT_TRANSLATE_NOOP("ContactField", "LinkedIn"),
    "city": QT_TRANSLATE_NOOP("ContactField", "City"),
    "state": QT_TRANSLATE_NOOP("ContactField", "State"),
    "country": QT_TRANSLATE_NOOP("ContactField", "Country"),
    "time_zone": QT_TRANSLATE_NOOP("ContactField", "Time zone"),
    "tags": QT_TRANSLATE_NOOP("ContactField", "Tags"),
    "full_name": QT_TRANSLATE_NOOP("ContactField", "Full name"),
}
"""The words for every contact's fields, by their names in commands."""


def field_label(name: str, own: str = "") -> str:
    """A field for people; `own` is the label of one the workspace made itself."""
    return QCoreApplication.translate("ContactField", LABELS[name]) if name in LABELS else own or name


class InlineLine(QLineEdit):
    """Text that is edited where it stands: Enter or leaving it saves, Esc puts back what was there."""

    saved = Signal(str)

    def __init__(self, name: str) -> None:
        """`name` is what screen readers call it."""
        super().__init__()
        self._before = ""
        self.setProperty("kind", "inline")
        self.setAccessibleName(name)
        self.returnPressed.connect(self._save)

    def show_text(self, text: str) -> None:
        """Show what the store holds, unless a person is writing here."""
        if self.hasFocus() and self.text() != self._before:
            return
        self._before = text
        if self.text() != text:
            self.setText(text)
            self.setCursorPosition(0)

    def put_back(self) -> None:
        """Show what was there before."""
        self.setText(self._before)
        self.setProperty("wrong", "false")
        self.style().polish(self)

    def mark_wrong(self) -> None:
        """What stands here was refused."""
        self.setProperty("wrong", "true")
        self.style().polish(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text() != self._before:
            self.put_back()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._save()

    def _save(self) -> None:
        if self.text() != self._before:
            self._before = self.text()
            self.saved.emit(self.text())
