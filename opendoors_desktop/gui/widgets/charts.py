"""What every chart is: painted marks that mouse and keys go through, each told in words, and a table of its figures."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from opendoors_desktop.gui.fonts import font_of, metrics_of
from opendoors_desktop.gui.icons import icon
from opendoors_desktop.gui.theme import keeper, theme
from opendoors_desktop.gui.widgets.row_delegate import LEFT_LINE, MIDDLE_LINE, RIGHT_LINE
from opendoors_desktop.gui.widgets.text import plain_tip


@dataclass(frozen=True, slots=True)
class ChartTable:
    """The figures of a chart as a table of words; the first column names the mark."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def as_text(self) -> str:
        """Rows of cells parted by tabs, as spreadsheets take them from the clipboard."""
        return "\n".join("\t".join(cells) for cells in (self.columns, *self.rows))


class Chart(QWidget):
    """A chart of marks. Subclasses say where each mark is, how it is told, and paint it.

    Left and Right go from mark to mark, Home and End to the ends; the mark under mouse or keys is told in a tooltip and
    to screen readers. `table_wanted` asks for the figures as a table in the chart's place.
    """

    table_wanted = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.current: int | None = None
        keeper().changed.connect(self.update)

    # What subclasses say

    @abstractmethod
    def marks(self) -> Sequence[QRect]:
        """Where the marks are now, in reading order, left to right as if the language ran so."""

    @abstractmethod
    def told(self, index: int) -> str:
        """A mark in one sentence."""

    @abstractmethod
    def table(self) -> ChartTable:
        """All that is shown, as a table."""

    @abstractmethod
    def summary(self) -> str:
        """The whole chart in one line."""

    @abstractmethod
    def paint(self, painter: QPainter) -> None:
        """Draw everything but the ring around the current mark."""

    # What all charts do

    def show_anew(self) -> None:
        """To be called when the figures have changed; the current mark stays."""
        if self.current is not None and self.current >= len(self.marks()):
            self.current = None
        self.setAccessibleDescription(self.summary())
        self.update()

    def placed(self, rect: QRectF) -> QRectF:
        """A rectangle of a chart that runs from left to right, where it lies in this person's direction."""
        if not self.isRightToLeft():
            return rect
        return QRectF(self.width() - rect.right(), rect.top(), rect.width(), rect.height())

    def crisp(self, rect: QRectF) -> QRectF:
        """The rectangle with its edges on the pixels of the screen, whatever its ratio; never narrower than one."""
        ratio = self.devicePixelRatioF()

        def on_pixel(at: float) -> float:
            return round(at * ratio) / ratio

        left, top = on_pixel(rect.left()), on_pixel(rect.top())
        width = max(1 / ratio, on_pixel(rect.right()) - left)
        return QRectF(left, top, width, max(1 / ratio, on_pixel(rect.bottom()) - top))

    def bar(self, painter: QPainter, rect: QRectF, color: QColor, radius: float = 2) -> None:
        """A filled bar with slightly round corners."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        placed = self.crisp(self.placed(rect))
        reach = min(radius, placed.width() / 2, placed.height() / 2)
        painter.drawRoundedRect(placed, reach, reach)

    def words(
        self,
        painter: QPainter,
        rect: QRectF,
        text: str,
        *,
        role: str = "body",
        color: str = "text",
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        """Words at the leading or trailing edge, or in the middle, of a rectangle."""
        painter.setFont(font_of(role))
        painter.setPen(theme().color(color))
        fitted = metrics_of(role).elidedText(text, Qt.TextElideMode.ElideRight, int(rect.width()) + 1)
        if align is Qt.AlignmentFlag.AlignHCenter:
            flags = MIDDLE_LINE
        else:
            is_right = (align is Qt.AlignmentFlag.AlignRight) is not self.isRightToLeft()
            flags = RIGHT_LINE if is_right else LEFT_LINE
        painter.drawText(self.placed(rect), flags, fitted)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        self.paint(painter)
        if self.current is not None and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme().color("focus-ring"), 2))
            ring = self.placed(QRectF(self.marks()[self.current]))
            painter.drawRoundedRect(ring.adjusted(1, 1, -1, -1), 4, 4)
        elif self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme().color("focus-ring"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)

    def go_to(self, index: int) -> None:
        """Make a mark the current one, and tell it."""
        self.current = index
        self.update()
        text = self.told(index)
        place = self.placed(QRectF(self.marks()[index])).toRect()
        QToolTip.showText(self.mapToGlobal(place.center()), plain_tip(text), self, place)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def mark_at(self, point: QPoint) -> int | None:
        """The mark under a point."""
        places = (self.placed(QRectF(rect)).toRect() for rect in self.marks())
        return next((index for index, place in enumerate(places) if place.contains(point)), None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        number = len(self.marks())
        forward = -1 if self.isRightToLeft() else 1
        steps = {Qt.Key.Key_Right: forward, Qt.Key.Key_Left: -forward}
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: number - 1}
        key = Qt.Key(event.key())
        if number and key in steps:
            here = self.current if self.current is not None else (-1 if steps[key] > 0 else number)
            self.go_to(min(number - 1, max(0, here + steps[key])))
        elif number and key in ends:
            self.go_to(ends[key])
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hit = self.mark_at(event.position().toPoint())
        if hit is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(event.globalPosition().toPoint(), plain_tip(self.told(hit)), self)
        super().mouseMoveEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            return True  # told as the mouse moves
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.current = None
        QToolTip.hideText()
        self.update()
        super().focusOutEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        add_chart_actions(menu, self)
        menu.popup(event.globalPos())

    def copy(self) -> None:
        """Put the figures on the clipboard."""
        QGuiApplication.clipboard().setText(self.table().as_text())


def add_chart_actions(menu: QMenu, chart: Chart) -> None:
    """What can be done with any chart."""
    menu.addAction(icon("list-ordered"), chart.tr("Show as table"), chart.table_wanted.emit)
    menu.addAction(icon("copy"), chart.tr("Copy data"), chart.copy)
