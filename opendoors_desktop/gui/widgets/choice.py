"""A choice among a few words, that the wheel changes only where it has the focus: a page may scroll over it."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyle

from opendoors_desktop.gui.icons import icon_pixmap
from opendoors_desktop.gui.theme import theme


class Choice(QComboBox):
    """A named list of words of which one is chosen."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(theme().px(28))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        size = theme().px(14)
        spot = QRect(self.width() - size - theme().px(8), (self.height() - size) // 2, size, size)
        color = theme().colors["text-muted" if self.isEnabled() else "text-disabled"]
        picture = icon_pixmap("chevron-down", color, size, self.devicePixelRatioF())
        QPainter(self).drawPixmap(QStyle.visualRect(self.layoutDirection(), self.rect(), spot).topLeft(), picture)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
