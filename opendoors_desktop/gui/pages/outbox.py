"""The Outbox page."""

from PySide6.QtWidgets import QWidget

from opendoors_desktop.gui.faces import Faces
from opendoors_desktop.gui.page import Page, PageHeader, page_column
from opendoors_desktop.gui.workbench import Workbench


class OutboxPage(Page):
    """The Outbox page."""

    def __init__(self, bench: Workbench, title: str) -> None:
        super().__init__(bench, title)
        self.faces = Faces(QWidget())
        page_column(self, PageHeader(title), self.faces)

    def refresh(self) -> None:
        """Ask for what is shown."""
        self.faces.show_empty("send", self.title)
