"""Outline icons that follow the theme: drawn from their outlines at any size, colour and pixel ratio."""

from functools import cache
from typing import Final

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from opendoors_desktop.gui.theme import theme
from opendoors_desktop.shipped import find_shipped

STROKE: Final = {True: 2.0, False: 1.75}
"""The width of the lines on the grid of 24, by whether the icon is small (13 pixels and less)."""

_pixmaps: dict[tuple[str, str, int, int], QPixmap] = {}


@cache
def _outline(name: str) -> str:
    """The SVG text of an icon; OSError for a name that doesn't ship."""
    return (find_shipped("resources") / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def icon_pixmap(name: str, color: str, size: int, ratio: float = 1.0) -> QPixmap:
    """An icon as a square picture of `size` pixels at a screen's pixel ratio, in a `#rrggbb` colour; kept."""
    device = round(size * ratio)
    key = (name, color, size, device)
    pixmap = _pixmaps.get(key)
    if pixmap is None:
        pixmap = QPixmap(device, device)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        _renderer(name, color, is_small=size <= 13).render(painter, QRectF(0, 0, device, device))
        painter.end()
        pixmap.setDevicePixelRatio(device / size)
        if len(_pixmaps) > 2000:
            _pixmaps.clear()
        _pixmaps[key] = pixmap
    return pixmap


def _renderer(name: str, color: str, *, is_small: bool) -> QSvgRenderer:
    text = (
        _outline(name).replace("currentColor", color).replace('stroke-width="2"', f'stroke-width="{STROKE[is_small]}"')
    )
    return QSvgRenderer(QByteArray(text.encode()))


def pixel_ratio(painter: QPainter) -> float:
    """How many pixels of the screen a painter's unit has.

    Told from the transform: the device itself is a window's store behind the scenes, of which Qt's Python side may hold
    a wrapper that has outlived what it stood for.
    """
    return abs(painter.deviceTransform().m11()) or 1.0


class _Engine(QIconEngine):
    """Draws one outline in the token colour of its state; a theme that changes is followed at the next painting."""

    def __init__(self, name: str, color: str, on: str, gap: int) -> None:
        super().__init__()
        self._name, self._color, self._on, self._gap = name, color, on, gap

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        size = min(rect.width(), rect.height())
        corner = rect.topLeft() + QPoint((rect.width() - size) // 2, (rect.height() - size) // 2)
        painter.drawPixmap(corner, self._picture(size, pixel_ratio(painter), mode, state))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        drawn = self._picture(round(min(size.width(), size.height()) / scale), scale, mode, state)
        return _with_gap(drawn, self._gap) if self._gap else drawn

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._color, self._on, self._gap)

    def _picture(self, size: int, ratio: float, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        name = self._on if state is QIcon.State.On else self._color
        if mode is QIcon.Mode.Disabled:
            name = "text-disabled"
        return icon_pixmap(self._name, theme().colors[name], size, ratio)


def _with_gap(drawn: QPixmap, gap: int) -> QPixmap:
    """A picture with as many empty units behind it, which part it from the words that follow."""
    ratio = drawn.devicePixelRatio()
    wide = QPixmap(drawn.width() + round(gap * ratio), drawn.height())
    wide.setDevicePixelRatio(ratio)
    wide.fill(Qt.GlobalColor.transparent)
    painter = QPainter(wide)
    is_mirrored = QGuiApplication.layoutDirection() is Qt.LayoutDirection.RightToLeft
    painter.drawPixmap(gap if is_mirrored else 0, 0, drawn)
    painter.end()
    return wide


def icon(name: str, color: str = "text-muted", on: str | None = None, gap: int = 0) -> QIcon:
    """An icon in a token's colour, `on` the colour while its button is checked; it follows every change of theme.

    `gap`: as many empty pixels follow it, where the style leaves too few before a button's words.
    """
    return QIcon(_Engine(name, color, on or color, gap))
