"""Draws the table of sequences: each state with its mark, how each fares with a sign of its own."""

from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRect, QSize

from opendoors_desktop.domain.health import HealthLevel
from opendoors_desktop.gui.models.sequence_table import SequenceColumn, SequenceRole
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.row_delegate import Brush, Index
from opendoors_desktop.gui.widgets.states import paint_state_mark
from opendoors_desktop.gui.widgets.table_view import TableDelegate

_SIGNS: Final = {
    HealthLevel.GOOD: ("circle-check", "success"),
    HealthLevel.ATTENTION: ("triangle-alert", "warning"),
    HealthLevel.BLOCKED: ("circle-x", "danger"),
    HealthLevel.RESTING: ("circle-pause", "text-muted"),
}


class SequenceDelegate(TableDelegate):
    """A cell of the table of sequences."""

    def sign(self, brush: Brush, place: QRect) -> int:
        look = theme()
        if brush.index.column() == SequenceColumn.STATE:
            spot = brush.placed(QRect(place.left(), place.top(), look.px(8), place.height()))
            paint_state_mark(
                brush.painter, QPointF(spot.center()) + QPointF(0.5, 0.5), brush.index.data(SequenceRole.STATUS)
            )
            return look.px(16)
        level = brush.index.data(SequenceRole.LEVEL) if brush.index.column() == SequenceColumn.HEALTH else None
        if level is None:
            return 0
        size = look.px(13)
        brush.icon(QRect(QPoint(place.left(), place.center().y() - size // 2 + 1), QSize(size, size)), *_SIGNS[level])
        return look.px(20)

    def tone(self, index: Index) -> str:
        level = index.data(SequenceRole.LEVEL) if index.column() == SequenceColumn.HEALTH else None
        if level in {HealthLevel.ATTENTION, HealthLevel.BLOCKED}:
            return _SIGNS[level][1]
        return "text" if index.column() == SequenceColumn.NAME else "text-muted"
