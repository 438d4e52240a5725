"""One email: from whom to whom, what it says, and why it leaves when it does."""

from collections.abc import Sequence

from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from opendoors_desktop.gui.outbox.agenda_model import AgendaRow
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.card import Facts
from opendoors_desktop.gui.widgets.text import ElidedLabel, Label, Line


class MessagePane(QFrame):
    """Shows one email; its text is plain, whatever stands in it. `buttons` are put under its head."""

    def __init__(self, buttons: Sequence[QWidget]) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self.setAccessibleName(self.tr("Message"))
        look = theme()
        self.name, self.time = ElidedLabel("", "heading"), Label("", "heading")
        self.facts = Facts()
        self.subject = ElidedLabel("", "body-strong")
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.text.setAccessibleName(self.tr("Text of the message"))
        self.why_title = Label("", "small", "muted")
        self.why = Label("", wraps=True)
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.time)
        row = QHBoxLayout()
        row.setSpacing(look.px(6))
        for button in buttons:
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(look.px(16), look.px(12), look.px(16), look.px(12))
        column.setSpacing(look.px(10))
        column.addLayout(head)
        column.addLayout(row)
        column.addWidget(Line())
        column.addWidget(self.facts)
        column.addWidget(self.subject)
        column.addWidget(self.text, 1)
        for widget in (Line(), self.why_title, self.why):
            column.addWidget(widget)
        self.show_row(None, [])

    def show_row(self, row: AgendaRow | None, facts: list[tuple[str, str]]) -> None:
        """Show an email's head; its text comes with `show_text`."""
        self.name.setText(self.tr("No email is chosen") if row is None else row.title)
        self.time.setText("" if row is None else row.at)
        self.facts.show_facts(facts)
        self.show_text("", "")
        self.show_why("", [])

    def show_text(self, subject: str, text: str) -> None:
        """Show what it says."""
        self.subject.setText(subject)
        self.text.setPlainText(text)

    def show_why(self, title: str, reasons: Sequence[str], mark: str = "✓ ") -> None:
        """Show the rules that set its time, or what became of it."""
        self.why_title.setText(title)
        self.why.setText("\n".join(f"{mark}{reason}" for reason in reasons))
