"""How many of a sequence's contacts came how far: one bar a stage, with the share of those delivered."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter

from opendoors_desktop.gui.fonts import metrics_of
from opendoors_desktop.gui.formats import NOTHING, count, percent
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.charts import Chart, ChartTable

ROW = 23
BAR = 13


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage by name; `number` is None where it isn't measured, `share` is of those delivered.

    `is_answer` colours it as what came back.
    """

    name: str
    number: int | None
    share: float | None = None
    is_answer: bool = False


class FunnelChart(Chart):
    """The stages under one another."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._stages: tuple[Stage, ...] = ()

    def show_stages(self, stages: Sequence[Stage]) -> None:
        """Show these."""
        if tuple(stages) != self._stages:
            self._stages = tuple(stages)
            self.updateGeometry()
            self.show_anew()

    def sizeHint(self) -> QSize:
        return QSize(theme().px(392), max(1, len(self._stages)) * self._row())

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(280), self.sizeHint().height())

    def marks(self) -> list[QRect]:
        row = self._row()
        return [QRect(0, number * row, self.width(), row) for number in range(len(self._stages))]

    def told(self, index: int) -> str:
        stage = self._stages[index]
        if stage.number is None:
            return self.tr("{stage}: not measured").format(stage=stage.name)
        if stage.share is None:
            return self.tr("{stage}: {number}").format(stage=stage.name, number=count(stage.number))
        return self.tr("{stage}: {number}, {share} of those delivered").format(
            stage=stage.name, number=count(stage.number), share=percent(stage.share)
        )

    def summary(self) -> str:
        return self.tr(", ").join(
            self.tr("{stage}: {number}").format(stage=stage.name, number=_number(stage)) for stage in self._stages
        )

    def table(self) -> ChartTable:
        return ChartTable(
            (self.tr("Stage"), self.tr("Contacts"), self.tr("Share of delivered")),
            tuple((stage.name, _number(stage), percent(stage.share)) for stage in self._stages),
        )

    def paint(self, painter: QPainter) -> None:
        names = max((metrics_of("body").horizontalAdvance(stage.name) for stage in self._stages), default=0)
        numbers = max(
            (metrics_of("body-strong").horizontalAdvance(_number(stage)) for stage in self._stages), default=0
        )
        shares = metrics_of("body").horizontalAdvance(percent(1.0))
        gap = theme().px(12)
        start = names + gap
        length = max(theme().px(40), self.width() - start - numbers - shares - 2 * gap - 2)
        most = max((stage.number or 0 for stage in self._stages), default=0)
        for stage, row in zip(self._stages, self.marks(), strict=True):
            top, height = row.top(), row.height()
            self.words(
                painter,
                QRectF(0, top, names, height),
                stage.name,
                role="body",
                color="text",
                align=Qt.AlignmentFlag.AlignLeft,
            )
            bar = QRectF(start, top + (height - theme().px(BAR)) / 2, length, theme().px(BAR))
            self.bar(painter, bar, theme().color("chart-track"), 3)
            if stage.number:
                bar.setWidth(max(3.0, length * stage.number / most))
                self.bar(painter, bar, theme().color("chart-1" if stage.is_answer else "chart-2"), 3)
            right = start + length + gap
            number = QRectF(right, top, numbers + 2, height)
            self.words(
                painter, number, _number(stage), role="body-strong", color="text", align=Qt.AlignmentFlag.AlignRight
            )
            if stage.share is not None:
                share = QRectF(right + numbers + gap, top, shares + 2, height)
                self.words(
                    painter,
                    share,
                    percent(stage.share),
                    role="body",
                    color="text-muted",
                    align=Qt.AlignmentFlag.AlignRight,
                )

    def _row(self) -> int:
        return max(theme().px(ROW), metrics_of("body").height() + 4)


def _number(stage: Stage) -> str:
    return NOTHING if stage.number is None else count(stage.number)
