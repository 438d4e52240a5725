"""A thread: its messages from the oldest to the newest, the older ones folded, and what was done because of them."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout

from opendoors_desktop.gui.inbox.letter_card import Letter, LetterCard
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.text import Label


class ThreadView(QScrollArea):
    """`link_wanted` brings a link's target and the words it stands behind."""

    link_wanted = Signal(str, str)
    stops_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.cards: list[LetterCard] = []
        self.setAccessibleName(self.tr("Thread"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("kind", "canvas")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._place = QFrame()
        self._place.setProperty("kind", "canvas")
        look = theme()
        self._column = QVBoxLayout(self._place)
        self._column.setContentsMargins(look.px(20), look.px(12), look.px(20), look.px(12))
        self._column.setSpacing(look.px(8))
        self.told = Label("", "small", "muted", wraps=True)
        self.told.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._column.addWidget(self.told)
        self._column.addStretch(1)
        self.setWidget(self._place)

    def show_letters(self, letters: Sequence[Letter], current: object, told: str = "") -> None:
        """Show a thread, unfolded at the message whose key is `current`; the same one again stays as it is."""
        self.told.setText(told)
        self.told.setVisible(bool(told))
        if [card.letter for card in self.cards] == list(letters):
            return
        open_before = {card.letter.key for card in self.cards if card.head.isChecked()}
        is_same = bool({letter.key for letter in letters} & open_before)
        for card in self.cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = []
        for place, letter in enumerate(letters):
            is_open = letter.key == current or (is_same and letter.key in open_before)
            card = LetterCard(letter, is_open=is_open)
            card.link_wanted.connect(self.link_wanted)
            card.unfolded.connect(self.stops_changed)
            self._column.insertWidget(place, card)
            self.cards.append(card)
        self.stops_changed.emit()
        if not is_same:
            QTimer.singleShot(0, self, lambda: self._show_current(current))

    def _show_current(self, current: object) -> None:
        card = next((card for card in self.cards if card.letter.key == current), None)
        if card is not None:
            self.verticalScrollBar().setValue(max(0, card.y() - theme().px(60)))
