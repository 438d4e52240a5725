"""Keeps fields from being changed while the store can't be reached, and says so above every page."""

from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from shiboken6 import isValid

from opendoors_desktop.gui.faces import words_of
from opendoors_desktop.gui.notices import NoticeBar, Tone
from opendoors_desktop.gui.widgets.buttons import FINDS

if TYPE_CHECKING:
    from opendoors_desktop.gui.news import News

Field: TypeAlias = QLineEdit | QPlainTextEdit | QTextEdit | QAbstractSpinBox
FIELDS = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox)


class AwayGuard(QObject):
    """Makes the fields of a window read-only when the store is lost, those that find things aside, until it is back.

    What is being typed stays in its field.
    """

    def __init__(self, window: QWidget, news: "News", bar: NoticeBar) -> None:
        super().__init__(window)
        self._window = window
        self._bar = bar
        self._locked: list[Field] = []
        news.away.connect(self._on_away)
        news.back.connect(self._on_back)

    def _on_away(self, error: Exception) -> None:
        title, advice = words_of(error)
        stays = self.tr("What is shown was read before; it can be changed when the store is back.")
        self._bar.tell(Tone.INFO, f"{title} {advice} {stays}")
        for field in self._window.findChildren(QWidget):
            if isinstance(field, FIELDS) and not field.isReadOnly() and not field.property(FINDS):
                field.setReadOnly(True)
                self._locked.append(field)

    def _on_back(self) -> None:
        self._bar.clear()
        for field in self._locked:
            if isValid(field):
                field.setReadOnly(False)
        self._locked = []
