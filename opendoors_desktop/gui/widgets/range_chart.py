"""Rates with the range each may lie in: a dot on a bar a row, all over one axis."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter

from opendoors_desktop.gui.fonts import metrics_of
from opendoors_desktop.gui.formats import NOTHING, count, percent
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.charts import Chart, ChartTable

ROW = 38
COLORS = ("chart-4", "chart-1", "chart-2", "chart-3")
"""The colours of the variants in their order; each has its letter too."""


@dataclass(frozen=True, slots=True)
class RateRange:
    """One rate: `part` of `whole`, between `low` and `high` with the probability that the chart's words say."""

    name: str
    part: int
    whole: int
    low: float
    high: float
    is_paused: bool = False

    @property
    def rate(self) -> float | None:
        """The rate itself; None of nothing."""
        return self.part / self.whole if self.whole else None


class RangeChart(Chart):
    """The rates under one another."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._ranges: tuple[RateRange, ...] = ()

    def show_ranges(self, ranges: Sequence[RateRange]) -> None:
        """Show these."""
        if tuple(ranges) != self._ranges:
            self._ranges = tuple(ranges)
            self.updateGeometry()
            self.show_anew()

    def sizeHint(self) -> QSize:
        return QSize(theme().px(360), len(self._ranges) * theme().px(ROW) + theme().px(20))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(240), self.sizeHint().height())

    def marks(self) -> list[QRect]:
        row = theme().px(ROW)
        return [QRect(0, number * row, self.width(), row) for number in range(len(self._ranges))]

    def told(self, index: int) -> str:
        each = self._ranges[index]
        return self.tr("{name}: {rate}, {part} of {whole}; 95% credible range {range}").format(
            name=self._name(each), rate=percent(each.rate), part=count(each.part), whole=count(each.whole),
            range=range_text(each),
        )  # fmt: skip

    def summary(self) -> str:
        return self.tr("; ").join(self.told(index) for index in range(len(self._ranges)))

    def table(self) -> ChartTable:
        return ChartTable(
            (self.tr("Variant"), self.tr("Rate"), self.tr("Fraction"), self.tr("95% credible range")),
            tuple(
                (self._name(each), percent(each.rate), self._fraction(each), range_text(each)) for each in self._ranges
            ),
        )

    def paint(self, painter: QPainter) -> None:
        end = axis_end(max((each.high for each in self._ranges), default=0.0))
        start, width = self._track()
        for index, (each, row) in enumerate(zip(self._ranges, self.marks(), strict=True)):
            color = COLORS[index % len(COLORS)]
            self._paint_words(painter, each, row, color)
            middle = row.center().y() + 0.5
            line = QRectF(start, middle, width, 1 / self.devicePixelRatioF())
            painter.fillRect(self.crisp(self.placed(line)), theme().color("chart-grid"))
            if not each.whole:
                continue
            soft = theme().color(color)
            soft.setAlphaF(0.35)
            reach = QRectF(start + width * each.low / end, middle - 4, width * (each.high - each.low) / end, 9)
            self.bar(painter, reach, soft, 4.5)
            dot = theme().px(11)
            at = start + width * (each.rate or 0.0) / end
            self.bar(painter, QRectF(at - dot / 2, middle - dot / 2 + 0.5, dot, dot), theme().color(color), dot / 2)
        self._paint_axis(painter, end)

    def _paint_words(self, painter: QPainter, each: RateRange, row: QRect, color: str) -> None:
        leading = Qt.AlignmentFlag.AlignLeft
        letter, top = theme().px(26), row.top()
        self.words(painter, QRectF(0, top, letter, row.height()), each.name, role="heading", color=color, align=leading)
        words = QRectF(letter, top + theme().px(2), self._track()[0] - letter - 4, theme().px(17))
        self.words(painter, words, percent(each.rate), role="body-strong", color="text", align=leading)
        words.translate(0, theme().px(16))
        self.words(painter, words, self._fraction(each), role="small", color="text-muted", align=leading)

    def _paint_axis(self, painter: QPainter, end: float) -> None:
        start, width = self._track()
        top = len(self._ranges) * theme().px(ROW) + 2
        for share in (0.0, 0.5, 1.0):
            digits = 0 if round(1000 * end * share) % 10 == 0 else 1
            text = percent(end * share, digits)
            wide = metrics_of("small").horizontalAdvance(text) + 2
            at = min(max(start - wide / 2, start + width * share - wide / 2), self.width() - wide)
            self.words(
                painter,
                QRectF(at, top, wide, 16),
                text,
                role="small",
                color="text-muted",
                align=Qt.AlignmentFlag.AlignHCenter,
            )

    def _track(self) -> tuple[float, float]:
        fractions = (metrics_of("small").horizontalAdvance(self._fraction(each)) for each in self._ranges)
        start = theme().px(26) + max(fractions, default=0) + theme().px(22)
        return start, max(1.0, self.width() - start - theme().px(18))

    def _name(self, each: RateRange) -> str:
        return self.tr("{name} (paused)").format(name=each.name) if each.is_paused else each.name

    def _fraction(self, each: RateRange) -> str:
        text = self.tr("{part} of {whole}").format(part=count(each.part), whole=count(each.whole))
        return self.tr("{text}, paused").format(text=text) if each.is_paused else text


def range_text(each: RateRange) -> str:
    """The range in words: "1.8%–7.3%"; a dash while there is nothing to tell from."""
    return f"{percent(each.low)}–{percent(each.high)}" if each.whole else NOTHING


def axis_end(high: float) -> float:
    """The end of an axis from 0 that holds `high`: an even number of percent, 100 at most, 2 at least."""
    return min(100, max(2, 2 * -(-round(high * 10_000) // 200))) / 100
