"""A small picture beside words that say the same, in a colour of the theme that is in use."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame

from opendoors_desktop.gui.icons import icon
from opendoors_desktop.gui.theme import keeper, theme


class Sign(QFrame):
    """An outline icon in a token's colour; screen readers pass over it."""

    def __init__(self, name: str = "", color: str = "text-muted", size: int = 16, *, tile: int = 0) -> None:
        """`size`: its design size; with `tile`, also a design size, it stands in the middle of a tinted tile."""
        super().__init__()
        self._icon = icon(name, color) if name else None
        self._size = size
        if tile:
            self.setProperty("kind", "tile")
        self.setFixedSize(*[theme().px(tile or size)] * 2)
        keeper().changed.connect(self.update)

    def show_icon(self, name: str, color: str = "text-muted") -> None:
        """Show another one."""
        self._icon = icon(name, color)
        self.update()

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._icon is None:
            return
        place = QRect(0, 0, *[theme().px(self._size)] * 2)
        place.moveCenter(self.rect().center())
        painter = QPainter(self)
        self._icon.paint(painter, place)
        painter.end()
