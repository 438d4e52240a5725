"""A pill: the state of something as a word with its mark, on a tinted ground."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from opendoors_desktop.gui.fonts import font_of, metrics_of
from opendoors_desktop.gui.theme import keeper, theme
from opendoors_desktop.gui.widgets.states import TONES, paint_state_mark, state_word


class StatePill(QWidget):
    """The state of a sequence."""

    def __init__(self) -> None:
        super().__init__()
        self._status = "draft"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        keeper().changed.connect(self.updateGeometry)

    def show_status(self, status: str) -> None:
        """Show another state."""
        self._status = status
        self.setAccessibleName(state_word(status))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        look = theme()
        return QSize(metrics_of("caption").horizontalAdvance(state_word(self._status)) + look.px(30), look.px(20))

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, tone = theme(), TONES.get(self._status, "neutral")
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = look.outline(f"{tone}-bg")
        painter.setPen(look.color(outline) if outline else Qt.PenStyle.NoPen)
        painter.setBrush(look.color(f"{tone}-bg"))
        edge = 0.5 if outline else 0.0
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(edge, edge, -edge, -edge), self.height() / 2, self.height() / 2
        )
        mirrored = self.isRightToLeft()
        middle = self.height() / 2
        paint_state_mark(
            painter, QPointF(self.width() - look.px(12) if mirrored else look.px(12), middle), self._status
        )
        painter.setFont(font_of("caption"))
        painter.setPen(look.color(tone))
        room = self.rect().adjusted(look.px(8) if mirrored else look.px(20), 0, -look.px(20 if mirrored else 8), 0)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), state_word(self._status))
        painter.end()
