"""Day by day what left and what came back: two panels over one axis of days, each with a scale of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen

from opendoors_desktop.gui.fonts import metrics_of
from opendoors_desktop.gui.formats import count, day
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.charts import Chart, ChartTable

WIDEST_BAR = 21
GAP = 14  # between the panels
LABELS = 20
NARROWEST_SLOT = 3


@dataclass(frozen=True, slots=True)
class DayBar:
    """What left on a day, or in a week, and how many people's replies came; `is_today`: it isn't over."""

    on: date
    sent: int
    replied: int
    is_today: bool = False


class DayChart(Chart):
    """Emails sent above, human replies below."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._days: tuple[DayBar, ...] = ()
        self._is_weekly = False

    def show_days(self, days: Sequence[DayBar], *, is_weekly: bool = False) -> None:
        """Show these days in their order; `is_weekly`: each is the week that begins on it."""
        if (tuple(days), is_weekly) != (self._days, self._is_weekly):
            self._days, self._is_weekly = tuple(days), is_weekly
            self.show_anew()

    def sizeHint(self) -> QSize:
        return QSize(theme().px(820), theme().px(165))

    def minimumSizeHint(self) -> QSize:
        return QSize(max(theme().px(280), len(self._days) * NARROWEST_SLOT + self._axis()), theme().px(150))

    def marks(self) -> list[QRect]:
        slots = self._slots()
        height = self.height() - self._labels()
        return [QRect(round(left), 0, max(1, round(left + width) - round(left)), height) for left, width in slots]

    def told(self, index: int) -> str:
        figures = self._days[index]
        name = self._name(figures)
        return self.tr("{day}: emails sent {sent}, human replies {replied}").format(
            day=name, sent=count(figures.sent), replied=count(figures.replied)
        )

    def summary(self) -> str:
        sent, replied = sum(each.sent for each in self._days), sum(each.replied for each in self._days)
        words = self.tr("Working days {days}, emails sent {sent}, human replies {replied}")
        if self._is_weekly:
            words = self.tr("Weeks {days}, emails sent {sent}, human replies {replied}")
        return words.format(days=count(len(self._days)), sent=count(sent), replied=count(replied))

    def table(self) -> ChartTable:
        return ChartTable(
            (self.tr("Day"), self.tr("Emails sent"), self.tr("Human replies")),
            tuple((each.on.isoformat(), count(each.sent), count(each.replied)) for each in self._days),
        )

    def paint(self, painter: QPainter) -> None:
        upper, lower = self._panels()
        self._paint_panel(painter, upper, [each.sent for each in self._days], "chart-2", lines=2)
        self._paint_panel(painter, lower, [each.replied for each in self._days], "chart-1", lines=1)
        self._paint_days(painter)

    def _paint_panel(self, painter: QPainter, panel: QRectF, values: Sequence[int], color: str, lines: int) -> None:
        top = scale_end(max(values, default=0), lines)
        for line in range(lines + 1):
            value = top * line // lines
            at = panel.bottom() - panel.height() * line / lines
            grid = QRectF(panel.left(), at, panel.width(), 1 / self.devicePixelRatioF())
            painter.fillRect(self.crisp(self.placed(grid)), theme().color("chart-grid"))
            words = QRectF(0, at - 8, self._axis() - theme().px(8), 16)
            self.words(
                painter, words, count(value), role="small", color="text-muted", align=Qt.AlignmentFlag.AlignRight
            )
        for (left, width), value, figures in zip(self._slots(), values, self._days, strict=True):
            thick = max(1.0, min(theme().px(WIDEST_BAR), width * 0.6))
            high = max(2.0, panel.height() * value / top) if value else 0.0
            bar = QRectF(left + (width - thick) / 2, panel.bottom() - high, thick, high)
            if value and figures.is_today and color == "chart-2":
                self._paint_open_bar(painter, bar, color)
            elif value:
                self.bar(painter, bar, theme().color(color))

    def _paint_open_bar(self, painter: QPainter, bar: QRectF, color: str) -> None:
        """A bar that may still grow."""
        pen = QPen(theme().color(color), 1.25)
        pen.setDashPattern([3, 2])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self.crisp(self.placed(bar)).adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)

    def _paint_days(self, painter: QPainter) -> None:
        """Name the first day, each Monday and today, as far as there is room."""
        free_until = float(self.width())
        slots = self._slots()
        top = self.height() - self._labels() + theme().px(2)
        named = [index for index, each in enumerate(self._days) if each.is_today]
        named += [index for index, each in enumerate(self._days) if not each.is_today and self._is_named(index)]
        taken: list[tuple[float, float]] = []
        for index in named:
            left, width = slots[index]
            figures = self._days[index]
            text = self._name(figures) if figures.is_today else day(figures.on)
            role = "caption" if figures.is_today else "small"
            wide = metrics_of(role).horizontalAdvance(text) + 2
            start = min(max(0.0, left + width / 2 - wide / 2), free_until - wide)
            if any(start < end + 6 and begin < start + wide + 6 for begin, end in taken):
                continue
            taken.append((start, start + wide))
            color = "text" if figures.is_today else "text-muted"
            self.words(
                painter, QRectF(start, top, wide, 16), text, role=role, color=color, align=Qt.AlignmentFlag.AlignHCenter
            )

    def _name(self, figures: DayBar) -> str:
        if self._is_weekly:
            return self.tr("This week") if figures.is_today else self.tr("Week of {day}").format(day=day(figures.on))
        return self.tr("Today") if figures.is_today else day(figures.on)

    def _is_named(self, index: int) -> bool:
        before = self._days[index - 1].on if index else None
        return before is None or before.isocalendar()[:2] != self._days[index].on.isocalendar()[:2]

    def _slots(self) -> list[tuple[float, float]]:
        start, width = self._axis(), self.width() - self._axis() - theme().px(8)
        slot = min(theme().px(64), width / max(1, len(self._days)))
        return [(start + index * slot, slot) for index in range(len(self._days))]

    def _panels(self) -> tuple[QRectF, QRectF]:
        pad = theme().px(8)
        room = self.height() - self._labels() - theme().px(GAP) - pad
        upper = QRectF(self._axis(), pad, self.width() - self._axis() - theme().px(8), room * 0.65)
        lower = QRectF(upper.left(), upper.bottom() + theme().px(GAP), upper.width(), room * 0.35)
        return upper, lower

    def _axis(self) -> int:
        most = max((max(each.sent, each.replied) for each in self._days), default=0)
        return metrics_of("small").horizontalAdvance(count(scale_end(most, 2))) + theme().px(14)

    def _labels(self) -> int:
        return theme().px(LABELS)


def scale_end(most: int, lines: int) -> int:
    """The round number at the end of a scale that holds `most` and has `lines` equal whole parts."""
    size = 1
    while True:
        for step in (1, 2, 3, 4, 5) if size == 1 else (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8):
            end = int(step * size) * lines
            if end >= max(1, most):
                return end
        size *= 10
