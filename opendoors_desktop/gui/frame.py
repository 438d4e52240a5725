"""What the window shows before anything of it is loaded: the rail with its pages' names, the bars, hairlines.

Nothing is painted by hand, and no namespace `Qt` is asked for: that alone costs a tenth of the time to the first
picture. Plain widgets with a palette each do without.
"""

from collections.abc import Iterable

from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from opendoors_desktop.gui.theme import theme

RAIL = 72
BAR = 28


class Frame(QWidget):
    """Stands in the window until it is furnished."""

    def __init__(self, titles: Iterable[str], at_bottom: Iterable[str], parent: QWidget) -> None:
        """The titles of the pages in order, and of those that stand apart at the bottom."""
        super().__init__(parent)
        self._rail, self._bar = band(self, "sidebar"), band(self, "sidebar")
        self._edge, self._line = band(self, "border"), band(self, "border")
        for number, title in enumerate(titles):
            words = self._name(title)
            words.move((theme().px(RAIL) - words.width()) // 2, theme().px(35 + 54 * number))
        self._last = [self._name(title) for title in at_bottom]

    def _name(self, title: str) -> "Words":
        words = Words(self._rail, "caption", "text-muted")
        words.setText(title)
        words.adjustSize()
        return words

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        rail, bar = theme().px(RAIL), theme().px(BAR)
        above = self.height() - bar
        self._rail.setGeometry(0, 0, rail, above)
        self._edge.setGeometry(rail - 1, 0, 1, above)
        self._bar.setGeometry(0, above, self.width(), bar)
        self._line.setGeometry(0, above, self.width(), 1)
        for number, words in enumerate(reversed(self._last)):
            words.move((rail - words.width()) // 2, above - theme().px(23 + 54 * number))


class Words(QLabel):
    """A line of words in a role and a colour, without the style sheet."""

    def __init__(self, parent: QWidget, role: str, color: str) -> None:
        super().__init__(parent)
        self.setFont(theme().font(role))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, theme().color(color))
        self.setPalette(palette)


def band(parent: QWidget, color: str) -> QWidget:
    """A plain ground in a token's colour."""
    ground = QWidget(parent)
    palette = ground.palette()
    palette.setColor(QPalette.ColorRole.Window, theme().color(color))
    ground.setPalette(palette)
    ground.setAutoFillBackground(True)
    return ground
