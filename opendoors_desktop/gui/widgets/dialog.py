"""What every dialog of ours is: it goes when it is closed, and its parts have names for tests and scripts."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

from opendoors_desktop.gui.identifiers import identify_dialog


class Dialog(QDialog):
    """A dialog over a window."""

    def __init__(self, parent: QWidget, flags: Qt.WindowType = Qt.WindowType.Dialog) -> None:
        super().__init__(parent, flags)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        identify_dialog(self)
