"""The pages of the dialog that adds a mailbox: provider, sign-in, limits."""

from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from opendoors_desktop.domain.address import Address, parse_address
from opendoors_desktop.domain.mail_host import AuthMethod
from opendoors_desktop.domain.mailbox_presets import PRESETS, Preset, find_preset
from opendoors_desktop.gui.mailbox.fields import HostFields
from opendoors_desktop.gui.mailbox.limits_form import LimitFields
from opendoors_desktop.gui.mailbox.ways_in import WaysIn
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.card import form_row
from opendoors_desktop.gui.widgets.text import Label
from opendoors_desktop.gui.workbench import Workbench


class _Step(QWidget):
    """A page with a line on what it is for, and a form."""

    def __init__(self, told: str) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme().px(12))
        self.column.addWidget(Label(told, "body", "muted", wraps=True))

    def add_form(self) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(theme().px(16))
        form.setVerticalSpacing(theme().px(8))
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.column.addLayout(form)
        return form


class ProviderStep(_Step):
    """The address first; a known host's settings are filled in, and can all be changed."""

    def __init__(self, on_change: Callable[[], object]) -> None:
        super().__init__(self.tr("Which address do emails leave from? The usual hosts are filled in; check the rest."))
        self._on_change = on_change
        self.preset: Preset | None = None
        self.address = QLineEdit()
        self.address.setPlaceholderText(self.tr("name@example.com"))
        self.provider = QComboBox()
        self.provider.addItem(self.tr("Own server"), "")
        for preset in PRESETS.values():
            self.provider.addItem(preset.label, preset.name)
        self.smtp = HostFields(self.tr("Sending"), on_change)
        self.imap = HostFields(self.tr("Receiving"), on_change, is_imap=True)
        form = self.add_form()
        form_row(form, self.tr("Address"), self.address)
        form_row(form, self.tr("Provider"), self.provider)
        form.addRow(Label(self.tr("Sending (SMTP)"), "body-strong"))
        self.smtp.add_to(form)
        form.addRow(Label(self.tr("Receiving (IMAP), may stay empty"), "body-strong"))
        self.imap.add_to(form)
        self.column.addStretch(1)
        self.address.textChanged.connect(self._find)
        self.provider.activated.connect(lambda _: self._show(PRESETS.get(self.provider.currentData())))

    @property
    def is_complete(self) -> bool:
        """Whether there is an address and a host to send by."""
        return isinstance(parse_address(self.address.text()), Address) and bool(self.smtp.host.text().strip())

    def _find(self, text: str) -> None:
        preset = find_preset(text)
        if preset is not None and preset is not self.preset:
            self._show(preset)
        self._on_change()

    def _show(self, preset: Preset | None) -> None:
        self.preset = preset
        self.provider.setCurrentIndex(self.provider.findData("" if preset is None else preset.name))
        if preset is not None:
            self.smtp.show_host(preset.smtp)
            self.imap.show_host(preset.imap)
        self._on_change()


class SignInStep(_Step):
    """In the browser where the host offers it, else by password; what is secret is wiped with the dialog."""

    def __init__(self, bench: Workbench, on_change: Callable[[], object]) -> None:
        told = self.tr("What you sign in with goes into this computer’s keyring, never into the database or a log.")
        super().__init__(told)
        self._help_url = ""
        self.ways = WaysIn(bench)
        self.user, self.password = QLineEdit(), self.ways.password
        self.from_name = QLineEdit()
        self.no_password = QCheckBox(self.tr("The server asks for no password"))
        self.note = Label("", "small", "muted", wraps=True)
        self.help = push_button(self.tr("Open the host’s page on passwords for programs"), self._open_help, kind="link")
        self.help.setAutoDefault(False)
        self.column.addWidget(self.ways)
        self._form = form = self.add_form()
        form_row(form, self.tr("User name"), self.user)
        form_row(form, self.tr("Password"), self.password)
        form.addRow("", self.no_password)
        form_row(form, self.tr("From name"), self.from_name)
        self.column.addWidget(self.note)
        self.column.addWidget(self.help)
        self.column.addStretch(1)
        self.no_password.toggled.connect(self._show_password)
        self.ways.changed.connect(self._show_way)
        self.ways.changed.connect(on_change)
        self.user.textChanged.connect(lambda _: on_change())
        self.no_password.toggled.connect(lambda _: on_change())

    def show_preset(self, preset: Preset | None, address: str) -> None:
        """Say what this host wants; the address is the usual user name."""
        self.user.setPlaceholderText(address)
        self._help_url = "" if preset is None else preset.help_url
        self.help.setToolTip(self._help_url)
        self.ways.show_host(None if preset is None else preset.oauth, address)
        words = ""
        if preset is not None:
            words = self.tr("{host} may ask for a password made for programs (an app password).")
            words = words.format(host=preset.label)
        self.note.setText(words)

    @property
    def is_complete(self) -> bool:
        """Whether somebody has signed in, there is a password, or none is wanted."""
        return self._needs_nothing or not self.ways.missing

    def value(self) -> dict[str, Any]:
        """What the mailbox signs in with, as fields of a NewMailbox."""
        return {"auth": AuthMethod.NONE} if self._needs_nothing else self.ways.value()

    def username(self, address: str) -> str:
        """The name the mailbox at `address` signs in with, empty where nobody signs in."""
        entered = self.user.text().strip() if self.ways.is_by_password else ""
        return "" if self._needs_nothing else entered or address

    @property
    def _needs_nothing(self) -> bool:
        return self.ways.is_by_password and self.no_password.isChecked()

    def _show_way(self) -> None:
        by_password = self.ways.is_by_password
        for field in (self.user, self.password, self.no_password):
            self._form.setRowVisible(field, by_password)
        self.note.setVisible(by_password)
        self.help.setVisible(by_password and bool(self._help_url))

    def _show_password(self, is_off: bool) -> None:
        self.password.setEnabled(not is_off)
        self.user.setEnabled(not is_off)

    def _open_help(self) -> None:
        QDesktopServices.openUrl(QUrl(self._help_url))


class LimitsStep(_Step):
    """Limits that are safe to begin with."""

    def __init__(self, today: date) -> None:
        super().__init__(self.tr("These limits are safe to begin with. They can be changed at any time."))
        self.fields = LimitFields(lambda: None)
        self.fields.add_to(self.add_form())
        self.fields.show_limits(None, today)
        self.column.addStretch(1)

    def value(self) -> dict[str, Any]:
        """The limits by their names."""
        return self.fields.value()
