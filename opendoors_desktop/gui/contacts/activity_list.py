"""What happened to a contact lately, newest first: what it was, when, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from opendoors_desktop.domain.activity import ActivityKind
from opendoors_desktop.gui import formats
from opendoors_desktop.gui.fonts import font_of, metrics_of
from opendoors_desktop.gui.theme import keeper, theme
from opendoors_desktop.gui.widgets.text import one_line
from opendoors_desktop.store.queries.contact_detail import Activity

LINES = (("body", "text"), ("small", "text-muted"))


@dataclass(frozen=True, slots=True)
class ActivityWords:
    """One event in words; `where` is empty outside of sequences."""

    what: str
    when: str
    where: str


class ActivityList(QWidget):
    """Two lines an event; screen readers say all of them as its description."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[ActivityWords, ...] = ()
        self.setAccessibleName(self.tr("Activity"))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        keeper().changed.connect(self.updateGeometry)

    def show_activities(self, activities: Sequence[Activity], now: datetime) -> None:
        """Show these in place of others."""
        self.rows = tuple(activity_words(each, now) for each in activities)
        told = (", ".join(part for part in (row.when, row.what, row.where) if part) for row in self.rows)
        self.setAccessibleDescription(". ".join(told))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme().px(200), sum(self._height(row) for row in self.rows))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    @staticmethod
    def _height(row: ActivityWords) -> int:
        lines = LINES if row.where else LINES[:1]
        return sum(metrics_of(role).height() for role, _ in lines) + theme().px(8)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        top = 0
        for row in self.rows:
            place = QRect(0, top, self.width(), self._height(row))
            if place.intersects(event.rect()):
                self._paint_row(painter, row, place)
            top += place.height()
        painter.end()

    def _paint_row(self, painter: QPainter, row: ActivityWords, place: QRect) -> None:
        (body, _), (small, muted) = LINES
        high = metrics_of(body).height()
        wide = metrics_of(small).horizontalAdvance(row.when) + theme().px(8)
        first = QRect(place.left(), place.top() + theme().px(4), place.width() - wide, high)
        self._text(painter, first, row.what, LINES[0])
        self._text(painter, QRect(first.right() + 1, first.top(), wide, high), row.when, (small, muted), at_end=True)
        if row.where:
            below = QRect(place.left(), first.bottom() + 1, place.width(), metrics_of(small).height())
            self._text(painter, below, row.where, (small, muted))

    def _text(self, painter: QPainter, place: QRect, words: str, ink: tuple[str, str], *, at_end: bool = False) -> None:
        role, color = ink
        painter.setFont(font_of(role))
        painter.setPen(theme().color(color))
        along = Qt.AlignmentFlag.AlignRight if at_end else Qt.AlignmentFlag.AlignLeft
        align = QStyle.visualAlignment(self.layoutDirection(), along | Qt.AlignmentFlag.AlignVCenter)
        flags = int(align | Qt.AlignmentFlag.AlignAbsolute) | int(Qt.TextFlag.TextSingleLine)
        fitted = metrics_of(role).elidedText(words, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(QStyle.visualRect(self.layoutDirection(), self.rect(), place), flags, fitted)


def activity_words(activity: Activity, now: datetime) -> ActivityWords:
    """An event in words."""
    known = activity.kind in set(ActivityKind)
    what = ActivityKind(activity.kind).sentence if known else activity.kind.replace("_", " ")
    where = one_line(activity.sequence, 60) if activity.sequence else ""
    if where and activity.step is not None:
        text = QCoreApplication.translate("ActivityList", "{sequence}, step {step}")
        where = text.format(sequence=where, step=activity.step)
    return ActivityWords(what, formats.when(activity.at, now), where)
