"""What waits for a person, always first: each with what is known of it and the answers there are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.dialog import Dialog
from opendoors_desktop.gui.widgets.sign import Sign
from opendoors_desktop.gui.widgets.text import ElidedLabel, Label, Line

SHOWN = 4
"""So many are shown at once; those behind them come up as these are answered."""


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to decide: `answers` are words and what they do; two needs are the same by `key`, `title`, `words`."""

    key: str
    icon: str
    tone: str
    title: str
    words: str
    answers: tuple[tuple[str, Callable[[], object]], ...]


class NeedsBox(QFrame):
    """An amber box above the agenda; hidden while nothing waits."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("notice", "warning")
        self._shown: tuple[tuple[str, str, str], ...] = ()
        self.title = Label("", "body-strong", "warning")
        self.rows: list[QWidget] = []
        head = QHBoxLayout()
        head.addWidget(Sign("circle-pause", "warning"))
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(Label(self.tr("Held until you decide. Nothing is sent twice."), "small", "muted"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(theme().px(12), theme().px(8), theme().px(12), theme().px(8))
        self._column.setSpacing(theme().px(8))
        self._column.addLayout(head)
        self.hide()

    def show_needs(self, needs: Sequence[Need]) -> None:
        """Show these; the same ones again leave focus and buttons where they are."""
        shown = tuple((need.key, need.title, need.words) for need in needs)
        if shown == self._shown:
            return
        self._shown = shown
        self.setVisible(bool(needs))
        words = self.tr("%n emails need you", "", len(needs))
        if len(needs) > SHOWN:
            words = self.tr("{emails}, the first {count} are shown").format(emails=words, count=SHOWN)
        self.title.setText(words)
        self.setAccessibleName(words)
        for row in self.rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self.rows = [self._row(need) for need in needs[:SHOWN]]
        for row in self.rows:
            self._column.addWidget(row)

    @staticmethod
    def _row(need: Need) -> QWidget:
        look = theme()
        place = QWidget()
        place.setAccessibleName(f"{need.title}. {need.words}")
        column = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(8))
        row = QHBoxLayout()
        row.setSpacing(look.px(8))
        words = QVBoxLayout()
        words.setSpacing(look.px(2))
        words.addWidget(ElidedLabel(need.title, "body-strong"))
        words.addWidget(ElidedLabel(need.words, "small", "muted"))
        row.addWidget(Sign(need.icon, need.tone, 20))
        row.addLayout(words, 1)
        for number, (text, act) in enumerate(need.answers, 1):
            button = push_button(text, act)
            button.setAccessibleIdentifier(f"need.{need.key}.{number}".replace(" ", "."))
            button.setAccessibleName(f"{text}: {need.title}")
            row.addWidget(button)
        column.addWidget(Line())
        column.addLayout(row)
        return place


class FallbackDialog(Dialog):
    """Asks for what stands in a field's place where a contact lacks it; `then` is given the words."""

    def __init__(self, parent: QWidget, field: str, then: Callable[[str], object]) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Set fallback"))
        self._then = then
        self.words = QLineEdit()
        self.words.setAccessibleName(self.tr("Fallback of {field}").format(field=field))
        self.keep_button = push_button(self.tr("Set fallback"), self._keep, kind="primary")
        self.keep_button.setDefault(True)
        cancel = self.cancel = push_button(self.tr("Cancel"), self.reject)
        cancel.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.addWidget(Label(self.tr("In place of an empty “{field}”").format(field=field), "heading", wraps=True))
        column.addWidget(self.words)
        note = self.tr("It holds for every contact and every text of this workspace.")
        column.addWidget(Label(note, "small", "muted", wraps=True))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.keep_button)
        column.addLayout(row)
        self.resize(theme().px(400), self.sizeHint().height())

    def _keep(self) -> None:
        if self.words.text().strip():
            self._then(self.words.text().strip())
            self.accept()
