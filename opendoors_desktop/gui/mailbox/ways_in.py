"""The two ways a mailbox signs in: in the browser where its host offers that, and with a password."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QRadioButton, QVBoxLayout, QWidget

from opendoors_desktop.domain.mail_host import AuthMethod
from opendoors_desktop.gui.mailbox.browser_sign_in import BrowserSignIn, sign_in_words
from opendoors_desktop.gui.mailbox.fields import PasswordField
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.text import Label
from opendoors_desktop.gui.workbench import Workbench


class WaysIn(QWidget):
    """`password` stands where its user puts it; `changed` tells of everything that is entered or comes of it."""

    changed = Signal()

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.in_browser = QRadioButton(self.tr("In the browser, at the host’s own page"))
        self.by_password = QRadioButton(self.tr("With a password"))
        self.note = Label("", "small", "muted", wraps=True)
        self.browser = BrowserSignIn(bench)
        self.password = PasswordField()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().px(12))
        for widget in (self.in_browser, self.by_password, self.note, self.browser):
            column.addWidget(widget)
        self.by_password.setChecked(True)
        self.in_browser.toggled.connect(self._show_way)
        self.password.textChanged.connect(self.changed)
        self.browser.changed.connect(self.changed)

    def show_host(self, host: str | None, address: str) -> None:
        """Offer what the host at `address` offers: its page (None: it has none), and first of all that."""
        self.setVisible(host is not None)
        if host is not None:
            self.note.setText(sign_in_words(host))
            self.browser.show_host(host, address)
            self.in_browser.setChecked(not self.password.text())
        else:
            self.by_password.setChecked(True)
        self._show_way()

    @property
    def is_by_password(self) -> bool:
        """Whether the password is what counts."""
        return self.by_password.isChecked()

    @property
    def missing(self) -> str:
        """What is to be done yet; empty where nothing is."""
        if self.is_by_password:
            return "" if self.password.text() else self.tr("Enter the password.")
        return "" if self.browser.signed_in is not None else self.tr("Sign in in the browser.")

    @property
    def first_field(self) -> QWidget:
        """Where a person begins."""
        return self.password if self.is_by_password else self.browser.client_id

    def value(self) -> dict[str, Any]:
        """What the mailbox signs in with, as fields of a NewMailbox."""
        found = self.browser.signed_in
        if self.is_by_password or found is None:
            return {"auth": AuthMethod.PASSWORD, "secret": self.password.text()}
        secret, host = found.grant.as_text(), found.grant.host
        return {"auth": AuthMethod.OAUTH, "secret": secret, "token": found.token, "oauth_provider": host}

    def wipe(self) -> None:
        """Forget what is secret, and want no more of a page that is waited for."""
        self.password.wipe()
        self.browser.wipe()

    def _show_way(self) -> None:
        for widget in (self.note, self.browser):
            widget.setVisible(not self.is_by_password)
        self.changed.emit()
