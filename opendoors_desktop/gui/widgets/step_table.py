"""The table of a sequence's steps with their figures: lanes indented, numbers in columns, replies as bars."""

from PySide6.QtCore import QCoreApplication, QObject, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTableView

from opendoors_desktop.domain.step import Branch
from opendoors_desktop.gui.fonts import metrics_of
from opendoors_desktop.gui.formats import NOTHING
from opendoors_desktop.gui.models.step_figures import COLUMNS, StepFiguresModel, StepRole
from opendoors_desktop.gui.theme import keeper, theme
from opendoors_desktop.gui.widgets.cells import PAD, TILE, CellDelegate, draw_step_tile
from opendoors_desktop.gui.widgets.row_delegate import Brush
from opendoors_desktop.store.queries.sequence_steps import StepCard

ROW = 28
INDENT = 22


class StepTable(QTableView):
    """All rows are shown; the page around it scrolls."""

    def __init__(self) -> None:
        super().__init__()
        self.figures = StepFiguresModel(self)
        self.setModel(self.figures)
        self.setItemDelegate(_StepDelegate(self))
        self.setAccessibleName(self.tr("Steps"))
        self.setProperty("place", "card")
        self.setShowGrid(False)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._take_sizes()
        keeper().changed.connect(self._take_sizes)
        self.figures.modelReset.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        rows = self.figures.rowCount() * self.verticalHeader().defaultSectionSize()
        return QSize(theme().px(860), rows + self.horizontalHeader().sizeHint().height() + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(320), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._spread()

    def _take_sizes(self) -> None:
        self.verticalHeader().setDefaultSectionSize(max(theme().px(ROW), metrics_of("body").height() + 8))
        self._spread()
        self.updateGeometry()

    def _spread(self) -> None:
        """Give the columns of numbers what they need, and the names what is left."""
        widths = [theme().px(column.width) for column in COLUMNS]
        left = self.viewport().width() - sum(widths[1:])
        for number, width in enumerate(widths):
            self.setColumnWidth(number, max(theme().px(180), left) if number == 0 else width)


class _StepDelegate(CellDelegate):
    """Paints the cells of the table of steps."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent, ROW)

    def draw(self, brush: Brush) -> None:
        card: StepCard = brush.index.data(StepRole.CARD)
        words: str = brush.index.data()
        place = brush.rect.adjusted(theme().px(PAD), 0, -theme().px(PAD), 0)
        if brush.index.column() == 0:
            _draw_name(brush, place, card, words)
            return
        rate = brush.index.data(StepRole.RATE)
        if rate is not None:
            _draw_bar(brush, place, rate)
        brush.text(place, words, color="text-subtle" if words == NOTHING else "text", at_end=True)


def _draw_name(brush: Brush, place: QRect, card: StepCard, title: str) -> None:
    px = theme().px
    left = place.left() + card.depth * px(INDENT)
    draw_step_tile(brush, QRect(left, place.top(), px(TILE), place.height()), card.step.type)
    left += px(TILE) + px(8)
    brush.text(QRect(left, place.top(), px(22), place.height()), str(card.number), color="text-muted")
    left += px(24)
    tags = _tags(card)
    room = place.right() - left - sum(_tag_width(text) + px(8) for text, _ in tags)
    name = QRect(left, place.top(), max(px(40), room), place.height())
    brush.text(name, title, color="text" if card.is_running else "text-muted")
    left += min(name.width(), metrics_of("body").horizontalAdvance(title)) + px(8)
    for text, tone in tags:
        spot = QRect(left, place.center().y() - px(18) // 2 + 1, _tag_width(text), px(18))
        brush.box(spot, f"{tone}-bg", 4)
        brush.text(spot.adjusted(px(6), 0, 0, 0), text, "caption", tone)
        left += spot.width() + px(8)


def _tags(card: StepCard) -> list[tuple[str, str]]:
    """The words behind a step's name, each with its tone."""
    tags = []
    if card.step.ab_test_enabled and card.step.ab_test is not None:
        tags.append((_tr("A/B"), "step-linkedin"))
    if card.step.branch is not None:
        tags.append((_tr("Yes") if card.step.branch is Branch.YES else _tr("No"), "neutral"))
    if not card.is_running:
        tags.append((_tr("Off"), "neutral"))
    return tags


def _tag_width(text: str) -> int:
    return metrics_of("caption").horizontalAdvance(text) + theme().px(12)


def _draw_bar(brush: Brush, place: QRect, rate: float) -> None:
    thick = theme().px(5)
    bar = QRect(place.left(), place.center().y() - thick // 2, theme().px(62), thick)
    brush.box(bar, "chart-track", 2.5)
    if rate:
        bar.setWidth(max(thick, round(bar.width() * rate)))
        brush.box(bar, "chart-1", 2.5)


def _tr(text: str) -> str:
    return QCoreApplication.translate("StepFigures", text)
