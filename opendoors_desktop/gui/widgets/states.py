"""The states of sequences as people see them: word, colours, and a mark that is told apart without its colour."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP

_WORDS: Final = {
    "draft": QT_TRANSLATE_NOOP("State", "Draft"),
    "active": QT_TRANSLATE_NOOP("State", "Active"),
    "paused": QT_TRANSLATE_NOOP("State", "Paused"),
    "stopped": QT_TRANSLATE_NOOP("State", "Stopped"),
    "archived": QT_TRANSLATE_NOOP("State", "Archived"),
}
TONES: Final = {
    "draft": "neutral",
    "active": "success",
    "paused": "warning",
    "stopped": "neutral",
    "archived": "neutral",
}
"""The tone of each state: the stem of its tokens."""


def state_word(status: str) -> str:
    """The state's name; a state of a later version stands as it is."""
    return QCoreApplication.translate("State", _WORDS[status]) if status in _WORDS else status


def paint_state_mark(painter: QPainter, middle: QPointF, status: str) -> None:
    """A mark of 8 pixels: a filled dot runs, two bars pause, a ring is a draft, a square is over."""
    size = float(theme().px(8))
    color = theme().color(f"{TONES.get(status, 'neutral')}-solid")
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(middle.x() - size / 2, middle.y() - size / 2, size, size)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    match status:
        case "active":
            painter.drawEllipse(box)
        case "paused":
            bar = size * 3 / 8
            painter.drawRoundedRect(QRectF(box.left(), box.top(), bar, size), 1, 1)
            painter.drawRoundedRect(QRectF(box.right() - bar, box.top(), bar, size), 1, 1)
        case "draft":
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(color, 1.5))
            painter.drawEllipse(box.adjusted(1, 1, -1, -1))
        case _:
            painter.drawRect(box.adjusted(1, 1, -1, -1))
    painter.restore()
