"""Signs in at the mail host's own page in the browser, with the client a company has registered there."""

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QCoreApplication, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from opendoors_desktop.domain.sign_in import ANY_TENANT, GOOGLE, MICROSOFT, Client, sign_in_host
from opendoors_desktop.gui.faces import words_of
from opendoors_desktop.gui.jobs import Progress
from opendoors_desktop.gui.mailbox.fields import PasswordField
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.card import form_row
from opendoors_desktop.gui.widgets.text import Label
from opendoors_desktop.gui.workbench import Workbench

if TYPE_CHECKING:
    from opendoors_desktop.engine.context import Context
    from opendoors_desktop.engine.sign_in import SignedIn

CLIENT_PAGES: Final = {
    GOOGLE: "https://console.cloud.google.com/auth/clients",
    MICROSOFT: "https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade",
}
"""Where a company registers the program at each host."""


class BrowserSignIn(QWidget):
    """`signed_in` is what came of it, None before; `changed` tells of it. What is entered is kept nowhere else."""

    changed = Signal()

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self._host, self._address, self._page = "", "", ""
        self._known: Client | None = None
        self._watch: Progress | None = None
        self.signed_in: SignedIn | None = None
        self.client_id, self.client_secret, self.tenant = QLineEdit(), PasswordField(), QLineEdit()
        self.client_secret.setAccessibleName(self.tr("Client secret"))
        self.tenant.setPlaceholderText(ANY_TENANT)
        self.begin_button = push_button(self.tr("Sign in in the browser"), self.begin, icon_name="external-link")
        self.copy_button = push_button(self.tr("Copy the page’s address"), self.copy_page, kind="ghost")
        self.stop_button = push_button(self.tr("Cancel"), self.stop, kind="ghost")
        self.where_button = push_button(self.tr("Where the client ID comes from"), self._open_client_page, kind="link")
        for button in (self.begin_button, self.copy_button, self.stop_button, self.where_button):
            button.setAutoDefault(False)
        self.state = Label("", wraps=True)
        self._lay_out()
        self._show_state("", "muted")

    def _lay_out(self) -> None:
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(theme().px(16))
        self._form.setVerticalSpacing(theme().px(8))
        form_row(self._form, self.tr("Client ID"), self.client_id)
        form_row(self._form, self.tr("Client secret"), self.client_secret)
        form_row(self._form, self.tr("Tenant"), self.tenant)
        row = QHBoxLayout()
        for button in (self.begin_button, self.copy_button, self.stop_button):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.where_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().px(12))
        column.addLayout(self._form)
        column.addLayout(row)
        column.addWidget(self.state)

    @property
    def is_waiting(self) -> bool:
        """Whether the page in the browser is waited for."""
        return self._watch is not None

    def show_host(self, host: str, address: str) -> None:
        """Sign in as `address` at one of the known hosts; what another sign-in came to is forgotten."""
        if (host, address) == (self._host, self._address):
            return
        self.stop()
        self._host, self._address, self.signed_in = host, address, None
        self._form.setRowVisible(self.client_secret, host == GOOGLE)
        self._form.setRowVisible(self.tenant, host == MICROSOFT)
        self._show_state("", "muted")
        self._bench.jobs.start_long(lambda context, _: _find_client(context, host), self._on_known, lambda _: None)

    def begin(self) -> None:
        """Open the page and wait for the person's answer there."""
        self.stop()
        host, address = sign_in_host(self._host, self.tenant.text()), self._address
        client = self._client()
        self.signed_in = None
        self._watch = watch = self._bench.jobs.start_long(
            lambda _, progress: _sign_in(host, client, address, progress),
            lambda found: self._on_signed_in(watch, found),
            lambda error: self._on_fault(watch, error),
            hear=lambda url: self._on_page(watch, url),
        )
        self._show_state(self.tr("Waiting for you in the browser…"), "info")

    def stop(self) -> None:
        """Want no more of a sign-in that runs."""
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
            self._show_state("", "muted")

    def wipe(self) -> None:
        """Forget what is secret."""
        self.stop()
        self.client_secret.wipe()
        self.signed_in = None

    def copy_page(self) -> None:
        """Put the page's address on the clipboard, for another browser or profile."""
        QGuiApplication.clipboard().setText(self._page)
        self._bench.notices.toast(self.tr("The page’s address was copied."))

    def _client(self) -> Client:
        entered, known = self.client_id.text().strip(), self._known
        if known is not None and entered == known.id and not self.client_secret.text():
            return known
        return Client(entered, self.client_secret.text().strip())

    def _on_known(self, client: Client | None) -> None:
        if isValid(self) and client is not None and not self.client_id.text():
            self._known = client
            self.client_id.setText(client.id)

    def _on_page(self, watch: Progress, url: str) -> None:
        if isValid(self) and watch is self._watch:
            self._page = url
            self.copy_button.setVisible(True)
            QDesktopServices.openUrl(QUrl(url))

    def _on_signed_in(self, watch: Progress, found: "SignedIn") -> None:
        if isValid(self) and watch is self._watch:
            self._watch = None
            self.signed_in = found
            self._show_state(self.tr("Signed in as {address}.").format(address=self._address), "success")

    def _on_fault(self, watch: Progress, error: Exception) -> None:
        if isValid(self) and watch is self._watch:
            self._watch = None
            self._show_state(" ".join(words_of(error)), "danger")

    def _show_state(self, words: str, tone: str) -> None:
        self.state.set_tone(tone)
        self.state.setText(words)
        self.begin_button.setVisible(not self.is_waiting)
        self.begin_button.setText(self.tr("Sign in again") if self.signed_in else self.tr("Sign in in the browser"))
        self.copy_button.setVisible(False)
        self.stop_button.setVisible(self.is_waiting)
        if words:
            self._bench.notices.announce(words)
        self.changed.emit()

    def _open_client_page(self) -> None:
        QDesktopServices.openUrl(QUrl(CLIENT_PAGES[self._host]))


def sign_in_words(host: str) -> str:
    """What a person is told before they sign in at a host."""
    words = {
        GOOGLE: _tr("Google asks for your consent in the browser; your password stays with Google."),
        MICROSOFT: _tr(
            "Microsoft asks for your consent in the browser; your password stays with Microsoft. Microsoft 365 ends "
            "passwords for programs in December 2026."
        ),
    }
    client = _tr("Your company registers this program there once, as a program for desktops, and gets its client ID.")
    return f"{words[host]} {client}"


def _find_client(context: "Context", host: str) -> Client | None:
    from opendoors_desktop.engine.commands.sign_ins import find_client

    return find_client(context, host)


def _sign_in(host: Any, client: Client, address: str, progress: Progress) -> "SignedIn":
    from opendoors_desktop.engine.sign_in import SignIn, sign_in

    return sign_in(SignIn(host, client, address), progress.say, lambda: progress.is_cancelled)


def _tr(text: str) -> str:
    return QCoreApplication.translate("BrowserSignIn", text)
