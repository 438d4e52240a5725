"""Two parts side by side, or one under the other where there is too little room."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from opendoors_desktop.gui.theme import theme


class WrapRow(QWidget):
    """Below `narrow` design pixels its parts stand under one another."""

    def __init__(self, narrow: int) -> None:
        super().__init__()
        self._narrow = narrow
        self._row = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme().px(12))

    def add(self, widget: QWidget, stretch: int) -> None:
        """Put a part behind the others."""
        self._row.addWidget(widget, stretch)

    @property
    def is_wrapped(self) -> bool:
        """Whether the parts stand under one another."""
        return self._row.direction() is QBoxLayout.Direction.TopToBottom

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() >= theme().px(self._narrow)
        beside, under = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._row.setDirection(beside if is_wide else under)
