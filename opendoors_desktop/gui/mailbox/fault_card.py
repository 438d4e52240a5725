"""The red card of a mailbox that doesn't send: since when, why, what waits, and the buttons that help."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from opendoors_desktop.gui.mailbox.words import Fault
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.text import Label, breakable


class FaultCard(QFrame):
    """Tells one fault; the server's own words stand as they came, plain."""

    def __init__(self, sign_in: Callable[[], object], resume: Callable[[], object], test: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("notice", "danger")
        self.title, self.cause = Label("", "body-strong", "danger", wraps=True), Label("", wraps=True)
        self.said, self.waits = Label("", "small", "muted", wraps=True), Label("", wraps=True)
        self.sign_in_button = push_button(self.tr("Sign in again"), sign_in, kind="primary")
        self.resume_button = push_button(self.tr("Resume"), resume)
        self.test_button = push_button(self.tr("Test connection"), test)
        row = QHBoxLayout()
        row.setSpacing(theme().px(8))
        for button in (self.sign_in_button, self.resume_button, self.test_button):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme().px(12), theme().px(10), theme().px(12), theme().px(10))
        column.setSpacing(theme().px(6))
        for widget in (self.title, self.cause, self.said, self.waits):
            column.addWidget(widget)
        column.addLayout(row)
        self.hide()

    def show_fault(self, fault: Fault | None, *, is_stopped: bool = True) -> None:
        """Tell it, or (None) be gone; `is_stopped`: it goes on only when a person says so."""
        self.setVisible(fault is not None)
        if fault is None:
            return
        self.title.setText(breakable(fault.title))
        self.title.setAccessibleName(fault.title)
        self.cause.setText(fault.cause)
        self.said.setText(self.tr("The server said: {words}").format(words=fault.said[:500]) if fault.said else "")
        self.said.setVisible(bool(fault.said))
        self.waits.setText(fault.waits)
        self.sign_in_button.setVisible(fault.asks_for_password)
        self.resume_button.setVisible(is_stopped and not fault.asks_for_password)
        self.setAccessibleName(f"{fault.title} {fault.cause} {fault.said} {fault.waits}")
