"""The status bar: what leaves next, how much of today's cap is used, and whether anything leaves at all."""

from PySide6.QtWidgets import QStatusBar

from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.workbench import Workbench


class StatusBar(QStatusBar):
    """A row of buttons, each a fact in words; a click shows where the fact comes from."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.setFixedHeight(theme().px(28))
        self._bench: Workbench | None = None

    def start(self, bench: Workbench) -> None:
        """The store is open: show facts from now on."""
        self._bench = bench
