"""What this program is, its version and its licence."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialogButtonBox, QVBoxLayout, QWidget

from opendoors_desktop import __version__
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.dialog import Dialog
from opendoors_desktop.gui.widgets.text import Label


class About(Dialog):
    """Name, version and licence."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About OpenDoors"))
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().px(24)] * 4)
        column.setSpacing(theme().px(8))
        column.addWidget(Label(f"{QCoreApplication.applicationName()} {__version__}", "title"))
        about = self.tr(
            "Sequences of emails, calls and tasks, sent from your own mailboxes and kept on your own machine.\n"
            "Free software under the Apache License, Version 2.0; its libraries keep their own licences."
        )
        column.addWidget(Label(about, tone="muted", wraps=True))
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        column.addWidget(close)
        self.setMinimumWidth(theme().px(420))
