"""A pill with a sign: what something is, as a word on a tinted ground."""

from typing import Protocol

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from opendoors_desktop.gui.fonts import font_of, metrics_of
from opendoors_desktop.gui.icons import icon_pixmap, pixel_ratio
from opendoors_desktop.gui.theme import keeper, theme


class Looks(Protocol):
    """A word with its tone, a token that has a `-bg` beside it, and its sign."""

    @property
    def word(self) -> str:
        """The word."""

    @property
    def tone(self) -> str:
        """The token."""

    @property
    def icon(self) -> str:
        """The sign's name."""


class LookPill(QWidget):
    """Shows a look; hidden until it has one."""

    def __init__(self) -> None:
        super().__init__()
        self._look: Looks | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        keeper().changed.connect(self.updateGeometry)
        self.hide()

    def show_look(self, look: Looks) -> None:
        """Show another one."""
        self._look = look
        self.setAccessibleName(look.word)
        self.updateGeometry()
        self.update()
        self.show()

    def sizeHint(self) -> QSize:
        word = "" if self._look is None else self._look.word
        px = theme().px
        return QSize(metrics_of("caption").horizontalAdvance(word) + px(13) + 3 * px(6), px(20))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._look is None:
            return
        painter, look, tone = QPainter(self), theme(), self._look.tone
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = look.outline(f"{tone}-bg")
        painter.setPen(look.color(outline) if outline else Qt.PenStyle.NoPen)
        painter.setBrush(look.color(f"{tone}-bg"))
        edge = 0.5 if outline else 0.0
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(edge, edge, -edge, -edge), self.height() / 2, self.height() / 2
        )
        self._draw_words(painter)
        painter.end()

    def _draw_words(self, painter: QPainter) -> None:
        assert self._look is not None  # the caller looked
        look, gap, size = theme(), theme().px(6), theme().px(13)
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = self.width() - gap - size if is_mirrored else gap
        sign = icon_pixmap(self._look.icon, look.colors[self._look.tone], size, pixel_ratio(painter))
        painter.drawPixmap(left, (self.height() - size) // 2, sign)
        painter.setFont(font_of("caption"))
        painter.setPen(look.color(self._look.tone))
        place = (
            self.rect().adjusted(gap, 0, -size - 2 * gap, 0)
            if is_mirrored
            else self.rect().adjusted(size + 2 * gap, 0, 0, 0)
        )
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute), self._look.word)
