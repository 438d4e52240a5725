"""The colours a folder may have: kept as they are in the light theme, painted as the theme in use has them."""

from functools import cache
from typing import Final

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from opendoors_desktop.gui.theme import theme, tokens
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP

_NAMES: Final = {
    "chart-1": QT_TRANSLATE_NOOP("FolderColor", "Teal"),
    "chart-2": QT_TRANSLATE_NOOP("FolderColor", "Blue"),
    "step-linkedin": QT_TRANSLATE_NOOP("FolderColor", "Violet"),
    "chart-3": QT_TRANSLATE_NOOP("FolderColor", "Magenta"),
    "danger-solid": QT_TRANSLATE_NOOP("FolderColor", "Red"),
    "chart-4": QT_TRANSLATE_NOOP("FolderColor", "Amber"),
    "success-solid": QT_TRANSLATE_NOOP("FolderColor", "Green"),
}


@cache
def _tokens() -> dict[str, str]:
    """The token of each kept colour."""
    light = {name: value for group in tokens()["color"]["light"].values() for name, value in group.items()}
    return {light[token].lower(): token for token in _NAMES}


def folder_colors() -> list[tuple[str, str]]:
    """The colours to choose from: what is kept (`#rrggbb`), and the name."""
    return [(kept, QCoreApplication.translate("FolderColor", _NAMES[token])) for kept, token in _tokens().items()]


def shown_color(kept: str | None) -> str:
    """What a kept colour is painted as; one that isn't a colour, or none, as any icon."""
    colors = theme().colors
    if kept is None or not QColor.isValidColorName(kept):
        return colors["text-muted"]
    token = _tokens().get(kept.lower())
    return kept if token is None else colors[token]


def color_icon(kept: str) -> QIcon:
    """A spot of a colour for a menu."""
    size = theme().px(16)
    picture = QPixmap(QSize(size, size))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(shown_color(kept)))
    painter.drawEllipse(QRectF(2, 2, size - 4, size - 4))
    painter.end()
    return QIcon(picture)
