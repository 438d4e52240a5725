"""Has a person sign in to a mailbox again, in the browser or with a password, which this machine's keyring keeps."""

from uuid import UUID

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from opendoors_desktop.domain.mailbox_presets import find_preset
from opendoors_desktop.gui.mailbox.commands import sign_in_again
from opendoors_desktop.gui.mailbox.secret_fault import FaultBox
from opendoors_desktop.gui.mailbox.ways_in import WaysIn
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button, set_enabled
from opendoors_desktop.gui.widgets.dialog import Dialog
from opendoors_desktop.gui.widgets.text import Label
from opendoors_desktop.gui.workbench import Workbench


class PasswordDialog(Dialog):
    """What is entered is wiped when the dialog closes."""

    def __init__(self, parent: QWidget, bench: Workbench, mailbox_id: UUID, address: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Sign in again"))
        self._bench = bench
        self._mailbox_id, self._address = mailbox_id, address
        self.ways = WaysIn(bench)
        self.password = self.ways.password
        preset = find_preset(address)
        self.ways.show_host(None if preset is None else preset.oauth, address)
        self.ways.changed.connect(self._show_way)
        self.fault = FaultBox(bench, self.keep)
        self.keep_button = push_button(self.tr("Keep and go on"), self.keep, kind="primary")
        self.keep_button.setDefault(True)
        cancel = self.cancel = push_button(self.tr("Cancel"), self.reject)
        cancel.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setSpacing(theme().px(12))
        column.addWidget(Label(self.tr("Sign in to {address}").format(address=address), "heading", wraps=True))
        column.addWidget(self.ways)
        column.addWidget(self.password)
        note = self.tr("It is kept in this computer’s keyring. The mailbox sends again at once.")
        column.addWidget(Label(note, "small", "muted", wraps=True))
        column.addWidget(self.fault)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.keep_button)
        column.addLayout(row)
        self._show_way()
        self.resize(theme().px(440), self.sizeHint().height())

    def keep(self) -> None:
        """Keep what is in the field."""
        command = sign_in_again(self._mailbox_id, self._address, self.ways.value())
        done = self.tr("{address} sends again.").format(address=self._address)
        self._bench.do(command, done, lambda _: self.accept(), self.fault.show_fault)

    def _show_way(self) -> None:
        self.password.setVisible(self.ways.is_by_password)
        set_enabled(self.keep_button, enabled=not self.ways.missing, why_not=self.ways.missing)

    def done(self, result: int) -> None:
        self.ways.wipe()
        super().done(result)
