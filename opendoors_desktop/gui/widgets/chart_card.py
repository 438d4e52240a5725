"""A card around a chart: its title, what its colours mean, a note, and the figures as a table in its place."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from opendoors_desktop.gui.theme import keeper, theme
from opendoors_desktop.gui.widgets.buttons import icon_button
from opendoors_desktop.gui.widgets.charts import Chart, ChartTable, add_chart_actions
from opendoors_desktop.gui.widgets.text import ElidedLabel, Label

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class ChartCard(QFrame):
    """A chart in a card; `legend` pairs words with the colours that stand for them."""

    def __init__(self, title: str, chart: Chart, legend: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.chart = chart
        self.title = Label(title, "heading")
        self.note = ElidedLabel("", "small", "muted")
        self.note.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        self._model = _FiguresModel()
        self.figures = _figures_view(self._model, title)
        self._stack = QStackedWidget()
        self._stack.addWidget(chart)
        self._stack.addWidget(self.figures)
        self.more = icon_button("ellipsis", self.tr("More on {chart}").format(chart=title), self._open_menu)
        self.more.setFixedSize(theme().px(26), theme().px(26))
        chart.table_wanted.connect(lambda: self.show_table(is_table=True))
        self._lay_out(legend)

    @property
    def shows_table(self) -> bool:
        """Whether the figures stand there in place of the chart."""
        return self._stack.currentWidget() is self.figures

    def show_table(self, *, is_table: bool) -> None:
        """Show the figures as a table, or as a chart again."""
        self._model.show_table(self.chart.table())
        shown: QWidget = self.figures if is_table else self.chart
        self._stack.setCurrentWidget(shown)
        shown.setFocus(Qt.FocusReason.OtherFocusReason)

    def follow(self) -> None:
        """To be called when the chart shows other figures."""
        if self.shows_table:
            self._model.show_table(self.chart.table())

    def add(self, widget: QWidget) -> None:
        """Put a control into the head, before its menu."""
        self._head.insertWidget(self._head.count() - 1, widget)

    def _lay_out(self, legend: Sequence[tuple[str, str]]) -> None:
        head = self._head = QHBoxLayout()
        head.setSpacing(theme().px(12))
        head.addWidget(self.title)
        for words, color in legend:
            head.addWidget(_Key(color))
            head.addWidget(Label(words, "small", "muted"))
        head.addWidget(self.note, 1)
        head.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme().px(16), theme().px(8), theme().px(12), theme().px(8))
        column.setSpacing(theme().px(4))
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        add_chart_actions(menu, self.chart)
        if self.shows_table:
            menu.actions()[0].setText(self.tr("Show as chart"))
            menu.actions()[0].triggered.disconnect()
            menu.actions()[0].triggered.connect(lambda: self.show_table(is_table=False))
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))


class _Key(QWidget):
    """A small square in a chart's colour."""

    def __init__(self, color: str) -> None:
        super().__init__()
        self._color = color
        self.setFixedSize(theme().px(10), theme().px(10))
        keeper().changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().color(self._color))
            painter.drawRoundedRect(self.rect(), 2, 2)


class _FiguresModel(QAbstractTableModel):
    """The figures of a chart as a table."""

    def __init__(self) -> None:
        super().__init__()
        self._table = ChartTable()

    def show_table(self, table: ChartTable) -> None:
        """Show these figures."""
        if table != self._table:
            self.beginResetModel()
            self._table = table
            self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._table.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._table.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._table.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column():
            return int(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._table.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._table.columns[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignTrailing if section else Qt.AlignmentFlag.AlignLeading
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None


def _figures_view(model: _FiguresModel, name: str) -> QTableView:
    view = QTableView()
    view.setModel(model)
    view.setAccessibleName(name)
    view.setShowGrid(False)
    view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    view.verticalHeader().hide()
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    view.verticalHeader().setDefaultSectionSize(theme().px(26))
    view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    view.horizontalHeader().setHighlightSections(False)
    view.setTabKeyNavigation(False)
    return view
