"""The bar above the table of contacts: search, status, tag, and how many fit."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLineEdit, QWidget

from opendoors_desktop.gui import formats
from opendoors_desktop.gui.models.contact_states import state_words
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import add_search_sign, push_button
from opendoors_desktop.gui.widgets.text import Label, one_line
from opendoors_desktop.store.queries.contact_search import ContactFilter
from opendoors_desktop.store.queries.contact_states import ContactState


class _Search(QLineEdit):
    """A line for words; Esc empties it, Down leaves it for the table."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)


class FilterBar(QFrame):
    """`changed` says that other contacts are wanted; `left` that the keys go to the table."""

    changed = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self.words = _Search()
        self.words.setPlaceholderText(self.tr("Search contacts"))
        self.words.setAccessibleName(self.tr("Search contacts"))
        add_search_sign(self.words)
        self.words.setClearButtonEnabled(True)
        self.state = QComboBox()
        self.state.setAccessibleName(self.tr("Status"))
        self.state.addItem(self.tr("Any status"), None)
        for state in ContactState:
            self.state.addItem(state_words(state), state.value)
        self.tag = QComboBox()
        self.tag.setAccessibleName(self.tr("Tag"))
        self.tag.addItem(self.tr("Any tag"), "")
        self.tag.setMaximumWidth(theme().px(180))
        self.clear_button = push_button(self.tr("Clear filters"), self.clear, kind="ghost")
        self.count = Label("", "small", "muted")
        self._lay_out()
        self.words.textChanged.connect(self._on_changed)
        self.words.left.connect(self.left)
        self.state.currentIndexChanged.connect(self._on_changed)
        self.tag.currentIndexChanged.connect(self._on_changed)

    @property
    def fields(self) -> list[QWidget]:
        """What Tab goes through."""
        return [self.words, self.state, self.tag, self.clear_button]

    @property
    def wanted(self) -> ContactFilter:
        """The filter as it is set."""
        state = self.state.currentData()
        return ContactFilter(
            self.words.text().strip(), self.tag.currentData() or "", None if state is None else ContactState(state)
        )

    def show_tags(self, tags: list[str]) -> None:
        """The tags there are to choose from; the chosen one stays chosen."""
        chosen = self.tag.currentData()
        known = [self.tag.itemData(number) for number in range(1, self.tag.count())]
        if tags == known:
            return
        self.tag.blockSignals(True)
        while self.tag.count() > 1:
            self.tag.removeItem(1)
        for tag in tags:
            self.tag.addItem(one_line(tag, 60), tag)
        self.tag.setCurrentIndex(max(0, self.tag.findData(chosen)))
        self.tag.blockSignals(False)

    def show_count(self, number: int, *, is_all: bool, is_counted: bool) -> None:
        """How many contacts are listed: all that fit, the first of more, or those found so far."""
        if not is_counted:
            text = self.tr("{count} so far…").format(count=formats.count(number))
        elif not is_all:
            text = self.tr("The first {count}; type more to narrow it").format(count=formats.count(number))
        else:
            text = self.tr("%n contacts", "", number).replace(str(number), formats.count(number))
        self.count.setText(text)

    def clear(self) -> None:
        """Let everybody pass again."""
        self.blockSignals(True)
        self.words.clear()
        self.state.setCurrentIndex(0)
        self.tag.setCurrentIndex(0)
        self.blockSignals(False)
        self._on_changed()

    def _on_changed(self) -> None:
        self.clear_button.setVisible(not self.wanted.is_empty)
        self.changed.emit()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(theme().px(16), theme().px(7), theme().px(16), theme().px(7))
        row.setSpacing(theme().px(8))
        self.words.setMinimumWidth(theme().px(160))
        self.words.setMaximumWidth(theme().px(320))
        row.addWidget(self.words, 3)
        row.addWidget(self.state)
        row.addWidget(self.tag)
        row.addWidget(self.clear_button)
        row.addStretch(1)
        row.addWidget(self.count)
        self.clear_button.hide()
