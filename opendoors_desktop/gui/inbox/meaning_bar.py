"""The bar above a thread: what the answer was read as and why, and a button with its key for each other meaning."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QDate, QSignalBlocker, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractSpinBox, QDateEdit, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from opendoors_desktop.domain.meaning import Meaning
from opendoors_desktop.gui.inbox.words import MEANINGS, Look, meaning_word
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.flow_layout import FlowLayout
from opendoors_desktop.gui.widgets.look_pill import LookPill
from opendoors_desktop.gui.widgets.text import Label


class DayEdit(QDateEdit):
    """A day, as one stop of the Tab key."""

    def focusNextPrevChild(self, is_next: bool) -> bool:  # as Qt calls it
        return QAbstractSpinBox.focusNextPrevChild(self, is_next)


class MeaningBar(QFrame):
    """`chosen` brings the meaning a person gives, `day_chosen` the day that goes with it.

    `undo_wanted` says that what a person gave be taken back.
    """

    chosen = Signal(object)
    day_chosen = Signal(object)
    undo_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        look = theme()
        self.setProperty("kind", "surface")
        self.setAccessibleName(self.tr("Meaning"))
        self.pill = LookPill()
        self.offers: dict[str, QPushButton] = {}
        self.reason = Label("", "small", "muted", wraps=True)
        self.undo_button = push_button(self.tr("Undo"), self.undo_wanted.emit, kind="link")
        self.undo_button.setAccessibleName(self.tr("Take the meaning that was set back"))
        self._day_name = Label("", "small", "muted")
        self.day = DayEdit()
        self.day.setCalendarPopup(True)
        self.day.setKeyboardTracking(False)
        self.day.dateChanged.connect(self._on_day)
        self.show_day("", None)
        head = QHBoxLayout()
        head.setSpacing(look.px(8))
        head.addWidget(self.pill)
        head.addWidget(self.reason, 1)
        head.addWidget(self.undo_button)
        self._offers = QHBoxLayout()
        self._offers.setSpacing(look.px(8))
        head.addLayout(self._offers)
        head.addWidget(self._day_name)
        head.addWidget(self.day)
        self._buttons_place = QWidget()
        flow = FlowLayout(self._buttons_place, gap=look.px(6))
        self.buttons = {meaning: self._button(meaning) for meaning in MEANINGS}
        for button in self.buttons.values():
            flow.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(look.px(20), look.px(10), look.px(20), look.px(10))
        column.setSpacing(look.px(8))
        column.addLayout(head)
        column.addWidget(self._buttons_place)

    def show_meaning(self, look: Look, reason: str, meaning: Meaning | None, *, can_set: bool, can_undo: bool) -> None:
        """Show how a mail is read; the buttons are there where a meaning `can_set` be."""
        self.pill.show_look(look)
        self.reason.setText(reason)
        self.undo_button.setVisible(can_undo)
        self._buttons_place.setVisible(can_set)
        for each, button in self.buttons.items():
            button.setChecked(each is meaning)

    def show_offers(self, actions: Sequence[QAction]) -> None:
        """Offer what helps with a mail that has no meaning to set; the same again stays as it is."""
        names = [action.objectName() for action in actions]
        if names == list(self.offers):
            return
        while (item := self._offers.takeAt(0)) is not None:
            button = item.widget()
            if button is not None:
                button.hide()
                button.deleteLater()
        self.offers = {action.objectName(): push_button(action.text(), action.trigger) for action in actions}
        for name, button in self.offers.items():
            button.setAccessibleIdentifier(f"inbox.offer.{name}")
            self._offers.addWidget(button)

    def stops(self) -> list[QWidget]:
        """What the Tab key goes through, in reading order."""
        return [self.undo_button, *self.offers.values(), self.day, *self.buttons.values()]

    def show_day(self, name: str, day: date | None) -> None:
        """Show the day that goes with the meaning, to be changed there; without a name there is none."""
        for part in (self._day_name, self.day):
            part.setVisible(bool(name))
        self._day_name.setText(name)
        self.day.setAccessibleName(name)
        with QSignalBlocker(self.day):
            self.day.setDate(QDate.currentDate() if day is None else QDate(day.year, day.month, day.day))

    def _on_day(self, day: QDate) -> None:
        self.day_chosen.emit(date(day.year(), day.month(), day.day()))

    def _button(self, meaning: Meaning) -> QPushButton:
        word = meaning_word(meaning)
        button = push_button(self.tr("{key}  {word}").format(key=meaning.key, word=word), kind="meaning")
        button.setCheckable(True)
        button.setAccessibleName(self.tr("{word}, key {key}").format(word=word, key=meaning.key))
        button.clicked.connect(lambda _checked: self._choose(meaning))
        return button

    def _choose(self, meaning: Meaning) -> None:
        button = self.buttons[meaning]
        if not button.isChecked():  # it was chosen before, and stays so
            button.setChecked(True)
            return
        button.setChecked(False)  # shown once it is true
        self.chosen.emit(meaning)
