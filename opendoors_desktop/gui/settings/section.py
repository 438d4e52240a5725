"""One part of the settings: cards in a column that scrolls, with words beneath a card where something can't be."""

from typing import TypeVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout

from opendoors_desktop.gui.faces import words_of
from opendoors_desktop.gui.jobs import Command
from opendoors_desktop.gui.settings.sight import SettingsSight
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.card import Card
from opendoors_desktop.gui.widgets.text import Label
from opendoors_desktop.gui.workbench import Workbench

T = TypeVar("T")

WIDEST = 760
"""A form is read in one look, and not across a whole screen."""


class SettingsCard(Card):
    """A card that can say what is wrong with what was asked for."""

    def __init__(self, title: str, about: str = "") -> None:
        super().__init__(title)
        self.setMaximumWidth(theme().px(WIDEST))
        self.problem = Label("", "small", "danger", wraps=True)
        self.problem.hide()
        if about:
            self.add(Label(about, "small", "muted", wraps=True))

    def tell(self, error: Exception) -> None:
        """Say what is wrong, beneath all that stands in the card."""
        self.column.removeWidget(self.problem)
        self.column.addWidget(self.problem)
        self.problem.setText(" ".join(filter(None, words_of(error))))
        self.problem.show()

    def clear(self) -> None:
        """Nothing is wrong any more."""
        self.problem.hide()


class Section(QScrollArea):
    """Subclasses make their cards in `make` and fill them in `show_sight`.

    `changed` says that what is shown may have changed outside the store.
    """

    changed = Signal()

    def __init__(self, bench: Workbench, title: str) -> None:
        super().__init__()
        self.bench = bench
        self.setProperty("kind", "canvas")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        place = QFrame()
        place.setProperty("kind", "canvas")
        self._column = QVBoxLayout(place)
        self._column.setContentsMargins(theme().px(20), theme().px(16), theme().px(20), theme().px(20))
        self._column.setSpacing(theme().px(12))
        self.setWidget(place)
        self.setAccessibleName(title)

    def make(self) -> None:
        """Make the cards."""
        raise NotImplementedError

    def show_sight(self, sight: SettingsSight) -> None:
        """Show what was read."""
        raise NotImplementedError

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(360), theme().px(200))

    def add_cards(self, *cards: Card) -> None:
        """Put the cards into the column, one below the other."""
        for card in cards:
            self._column.addWidget(card)
        self._column.addStretch(1)

    def save(self, card: SettingsCard, command: Command[T], done: str) -> None:
        """Do what a person wants; what is wrong with it stands in the card."""

        def told(error: Exception) -> None:
            card.tell(error)
            self.changed.emit()
            self.bench.notices.announce(card.problem.text(), is_urgent=True)

        card.clear()
        self.bench.do(command, done, lambda _: self.changed.emit(), told)
