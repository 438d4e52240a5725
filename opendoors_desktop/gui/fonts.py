"""Fonts and their measures for whatever paints: made once a theme, so that no painting makes any."""

from functools import cache

from PySide6.QtGui import QFont, QFontMetrics

from opendoors_desktop.gui.theme import keeper, theme


@cache
def font_of(role: str) -> QFont:
    """The font of a role, made once a theme."""
    _follow_theme()
    return theme().font(role)


@cache
def metrics_of(role: str) -> QFontMetrics:
    """The measures of a role's font, taken once a theme."""
    return QFontMetrics(font_of(role))


@cache
def _follow_theme() -> None:
    keeper().changed.connect(_forget)


def _forget() -> None:
    font_of.cache_clear()
    metrics_of.cache_clear()
