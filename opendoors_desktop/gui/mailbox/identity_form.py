"""What stands in a mailbox's emails beside their text: From name, Reply-To and the signature."""

from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from opendoors_desktop.gui.widgets.buttons import push_button, set_enabled
from opendoors_desktop.gui.widgets.card import Card, form_row
from opendoors_desktop.gui.widgets.text import Label


class IdentityCard(Card):
    """The names and the signature of the mailbox that is shown; what is typed stays until it is saved or left."""

    def __init__(self, title: str, save: Callable[[Callable[[Any], Any]], object]) -> None:
        """`save` is given the change that a person wants."""
        super().__init__(title)
        self._save = save
        self._shown: tuple[Any, ...] = ()
        self.from_name, self.reply_to, self.signature = QLineEdit(), QLineEdit(), QPlainTextEdit()
        self.signature.setProperty("place", "signature")
        self.signature.setTabChangesFocus(True)
        self.button = push_button(self.tr("Save sender"), self.save)
        self.html_note = Label(
            self.tr("This mailbox has a signature with a layout of its own. Saving another text replaces it."),
            "small", "muted", wraps=True,
        )  # fmt: skip
        form = self.add_form()
        for name, field in (
            (self.tr("From name"), self.from_name),
            (self.tr("Reply-To"), self.reply_to),
            (self.tr("Signature"), self.signature),
        ):
            form_row(form, name, field)
        self.add(self.html_note)
        self.column.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignTrailing)
        for field in (self.from_name, self.reply_to):
            field.textChanged.connect(lambda _: self._on_change())
        self.signature.textChanged.connect(self._on_change)

    def show_mailbox(self, mailbox: Any) -> None:
        """Show a mailbox's sender; the same one again leaves what is being typed."""
        shown = (mailbox.id, mailbox.from_name, mailbox.reply_to, mailbox.signature_text, mailbox.signature_html)
        if shown == self._shown:
            return
        self._shown = shown
        self.from_name.setText(mailbox.from_name)
        self.reply_to.setText(mailbox.reply_to or "")
        self.signature.setPlainText(mailbox.signature_text)
        html = mailbox.signature_html
        self.html_note.setVisible(bool(html) and html != html_of(mailbox.signature_text))
        self._on_change(is_changed=False)

    def save(self) -> None:
        """Save what is typed."""
        name, reply_to, text = self.from_name.text(), self.reply_to.text().strip(), self.signature.toPlainText()

        def changed(mailbox: Any) -> Any:
            after = replace(mailbox, from_name=name, reply_to=reply_to or None)
            if text == mailbox.signature_text:
                return after
            return replace(after, signature_text=text, signature_html=html_of(text))

        self._save(changed)

    def _on_change(self, *, is_changed: bool = True) -> None:
        set_enabled(self.button, enabled=is_changed, why_not=self.tr("Nothing was changed."))


def html_of(text: str) -> str:
    """A signature's text as it stands in emails with a layout."""
    return "<br>".join(escape(line) for line in text.split("\n")) if text.strip() else ""
