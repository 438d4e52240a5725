"""The first thing a person sees in an empty store: the ways to begin, and where everything is kept."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.tray import door
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.text import Label

if TYPE_CHECKING:
    from opendoors_desktop.gui.workbench import Workbench


class Welcome(QWidget):
    """Four ways to begin, each a button; nothing is sent by any of them."""

    def __init__(self, bench: "Workbench", place: str) -> None:
        """`place` is where the data is kept, in words."""
        super().__init__()
        self._bench = bench
        self.setAccessibleName(self.tr("Welcome"))
        self.buttons = {
            "sample": self._button(self.tr("Try it with sample data"), "play", self._play, is_first=True),
            "mailbox": self._button(self.tr("Add my mailbox"), "mailbox", self._add_mailbox),
            "contacts": self._button(self.tr("Import contacts"), "import", self._import),
            "sequence": self._button(self.tr("New sequence"), "plus", self._new_sequence),
        }
        tile = QLabel()
        tile.setPixmap(door(theme().px(48)))
        kept = self.tr("Everything is kept in {place}.").format(place=place)
        column = QVBoxLayout(self)
        column.setSpacing(theme().px(10))
        column.addStretch(2)
        column.addWidget(tile, alignment=Qt.AlignmentFlag.AlignHCenter)
        self._say(column, self.tr("Welcome to OpenDoors"), "title", "")
        self._say(column, self.tr("Sequences of emails, calls and tasks, sent from your own mailboxes."), "body", "")
        row = QHBoxLayout()
        row.setSpacing(theme().px(8))
        row.addStretch(1)
        for button in self.buttons.values():
            row.addWidget(button)
        row.addStretch(1)
        column.addSpacing(theme().px(8))
        column.addLayout(row)
        column.addSpacing(theme().px(8))
        self._say(column, self.tr("Sending is off until you switch it on."), "body", "muted")
        self._say(column, kept, "caption", "subtle")
        column.addStretch(3)

    def _say(self, column: QVBoxLayout, words: str, role: str, tone: str) -> None:
        label = Label(words, role, tone, wraps=True)
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(label)

    def _button(self, words: str, sign: str, act: Callable[[], object], *, is_first: bool = False) -> QPushButton:
        return push_button(words, act, kind="primary" if is_first else "secondary", icon_name=sign)

    def _play(self) -> None:
        self._bench.actions["demo.play"].trigger()

    def _add_mailbox(self) -> None:
        self._bench.go("mailboxes")
        self._trigger("mailbox.new")

    def _import(self) -> None:
        self._bench.actions["contacts.import"].trigger()

    def _new_sequence(self) -> None:
        self._bench.go("sequences")
        self._trigger("sequence.new")

    def _trigger(self, name: str) -> None:
        """Do it as soon as the page is there that can."""
        actions = self._bench.actions

        def look() -> None:
            if actions[name].isEnabled():
                actions.changed.disconnect(look)
                actions[name].trigger()

        actions.changed.connect(look)
        look()
