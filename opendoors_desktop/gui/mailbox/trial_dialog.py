"""Tests a mailbox in use, live, with the password this machine keeps."""

from uuid import UUID

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from opendoors_desktop.gui.mailbox.trial import TrialView, trial_of
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.dialog import Dialog
from opendoors_desktop.gui.widgets.text import Label, Line
from opendoors_desktop.gui.workbench import Workbench


class TrialDialog(Dialog):
    """Runs the test when it opens, and again when asked."""

    def __init__(self, parent: QWidget, bench: Workbench, mailbox_id: UUID, address: str, host: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Test connection"))
        self._mailbox_id = mailbox_id
        self._head = self.tr("Test of {address}: {host}").format(address=address, host=host)
        self.trial = TrialView(bench)
        self.trial.ended.connect(lambda _: self._show_buttons())
        self.stop_button = push_button(self.tr("Stop the test"), self._stop)
        self.again_button = push_button(self.tr("Test again"), self.test, icon_name="refresh-cw")
        self.close_button = push_button(self.tr("Close"), self.reject, kind="primary")
        column = QVBoxLayout(self)
        column.setSpacing(theme().px(12))
        for widget in (Label(address, "heading", wraps=True), Label(host, "body", "muted", wraps=True), Line()):
            column.addWidget(widget)
        column.addWidget(self.trial, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        for button in (self.stop_button, self.again_button, self.close_button):
            row.addWidget(button)
        column.addLayout(row)
        self.resize(theme().px(540), theme().px(380))
        self.test()

    def test(self) -> None:
        """Run it."""
        self.trial.begin(self._head, trial_of(self._mailbox_id))
        self._show_buttons()

    def done(self, result: int) -> None:
        self.trial.stop()
        super().done(result)

    def _stop(self) -> None:
        self.trial.stop()
        self._show_buttons()

    def _show_buttons(self) -> None:
        self.stop_button.setVisible(self.trial.is_running)
        self.again_button.setVisible(not self.trial.is_running)
