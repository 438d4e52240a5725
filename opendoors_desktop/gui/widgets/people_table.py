"""The people of a sequence: filters by state with counts that add up, and a table of as many as there are."""

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QPushButton, QTableView, QVBoxLayout, QWidget

from opendoors_desktop.gui.faces import Faces
from opendoors_desktop.gui.fonts import metrics_of
from opendoors_desktop.gui.formats import count
from opendoors_desktop.gui.models.paged_table import PagedRole
from opendoors_desktop.gui.models.people import STATES, PeopleListing, PersonRow, people_table_model, state_word
from opendoors_desktop.gui.theme import keeper, theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.cells import PAD, TILE, CellDelegate, draw_step_tile
from opendoors_desktop.gui.widgets.flow_layout import FlowLayout
from opendoors_desktop.gui.widgets.row_delegate import Brush
from opendoors_desktop.gui.widgets.text import Label
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.store.queries.people_list import PeopleFigure
from opendoors_desktop.store.queries.people_states import PeopleState

Index = QModelIndex | QPersistentModelIndex
Narrowed = PeopleState | PeopleFigure | None
ROW: Final = 30
FIGURES: Final = {
    PeopleFigure.CONTACTED: QT_TRANSLATE_NOOP("PeopleTable", "Contacted"),
    PeopleFigure.DELIVERED: QT_TRANSLATE_NOOP("PeopleTable", "Delivered"),
    PeopleFigure.REPLIED: QT_TRANSLATE_NOOP("PeopleTable", "Ever replied"),
    PeopleFigure.INTERESTED: QT_TRANSLATE_NOOP("PeopleTable", "Interested"),
    PeopleFigure.MEETINGS: QT_TRANSLATE_NOOP("PeopleTable", "With a meeting"),
    PeopleFigure.OPTED_OUT: QT_TRANSLATE_NOOP("PeopleTable", "Counted as opted out"),
    PeopleFigure.BOUNCED: QT_TRANSLATE_NOOP("PeopleTable", "Counted as bounced"),
}
"""What the list is called that a headline narrows; where a state has the headline's word, another."""


class PeopleTable(QWidget):
    """Filters over the table. `narrowed_changed` brings what is shown: a state, a headline's people, or None for all.

    `opened` brings the person whose row was opened, `menu_wanted` one whose menu is asked for, with the place on the
    screen. `refresh` asks again for what is in sight; counts are given by whoever reads them.
    """

    narrowed_changed = Signal(object)
    opened = Signal(object)
    menu_wanted = Signal(object, QPoint)

    def __init__(self, bench: Workbench, title: str = "") -> None:
        super().__init__()
        self._sequence_id: UUID | None = None
        self._counts: Mapping[PeopleState, int] = {}
        self.narrowed: Narrowed = None
        self.people = people_table_model(bench.jobs, self)
        self.view = PeopleView(self)
        self.faces = Faces(self.view, ROW)
        self.filters: dict[PeopleState | None, QPushButton] = {}
        self.figure = _chip(lambda: self.narrow(self.narrowed))
        self._lay_out(title)
        self.people.answered.connect(self._show_face)
        self.people.counted.connect(self._on_counted)
        self.people.failed.connect(self._on_failed)
        self.narrow(None)

    # What others tell it

    def show_sequence(self, sequence_id: UUID) -> None:
        """Show the people of a sequence, all of them."""
        self._sequence_id = sequence_id
        self._counts = {}
        self.faces.begin_loading()
        self.narrow(None)

    def show_counts(self, counts: Mapping[PeopleState, int]) -> None:
        """Show how many stand in each state."""
        self._counts = counts
        for state, chip in self.filters.items():
            number = sum(counts.values()) if state is None else counts.get(state, 0)
            word = self.tr("All") if state is None else state_word(state)
            _label(chip, self.tr("{state} {number}").format(state=word, number=count(number)))

    def narrow(self, narrowed: Narrowed) -> None:
        """Show only those of a state or behind a headline; None: all."""
        self.narrowed = narrowed
        for state, chip in self.filters.items():
            chip.setChecked(narrowed is state)
        is_figure = isinstance(narrowed, PeopleFigure)
        self.figure.setVisible(is_figure)
        self.figure.setChecked(is_figure)
        if isinstance(narrowed, PeopleFigure):
            _label(self.figure, QCoreApplication.translate("PeopleTable", FIGURES[narrowed]))
        if self._sequence_id is not None:
            self.people.show(PeopleListing(self._sequence_id, narrowed))
            self.faces.show_loading()
        self.narrowed_changed.emit(narrowed)

    def refresh(self) -> None:
        """Ask again for what is in sight."""
        self.people.refresh()

    def current(self) -> PersonRow | None:
        """The person of the current row."""
        row: PersonRow | None = self.view.currentIndex().data(PagedRole.ROW)
        return row

    # Faces

    def _on_counted(self, _number: int, _is_all: bool) -> None:
        if self.people.has_answer:
            self._show_face()

    def _show_face(self) -> None:
        if self.people.rowCount():
            self.faces.show_content()
        elif self.narrowed is None:
            self.faces.show_empty("users-round", self.tr("Nobody is in this sequence"), self.tr("Add contacts to it."))
        else:
            clear = push_button(self.tr("Clear filters"), lambda: self.narrow(None))
            self.faces.show_empty("filter", self.tr("No contacts match"), "", [clear])

    def _on_failed(self, error: Exception) -> None:
        self.faces.show_error(error, push_button(self.tr("Retry"), lambda: self.narrow(self.narrowed)))

    def _lay_out(self, title: str) -> None:
        bar = QWidget()
        flow = FlowLayout(bar, theme().px(4))
        flow.setContentsMargins(theme().px(16), theme().px(8), theme().px(16), theme().px(6))
        if title:
            heading = Label(title, "heading")
            heading.setMinimumHeight(theme().px(28))
            heading.setContentsMargins(0, 0, theme().px(12), 0)
            flow.addWidget(heading)
        for state in (None, *STATES):
            self.filters[state] = _chip(lambda state=state: self.narrow(state))  # type: ignore[misc]
            flow.addWidget(self.filters[state])
        flow.addWidget(self.figure)
        self.show_counts({})
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self.faces, 1)


class PeopleView(QTableView):
    """The table; Enter opens the row, Space checks it."""

    def __init__(self, table: PeopleTable) -> None:
        super().__init__()
        self._table = table
        self.setModel(table.people)
        self.setItemDelegate(_PersonDelegate(self))
        self.setAccessibleName(self.tr("People in this sequence"))
        self.setProperty("place", "card")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setStretchLastSection(True)
        self._take_sizes()
        keeper().changed.connect(self._take_sizes)
        self.doubleClicked.connect(self._open)
        self._settles = QTimer(self)
        self._settles.setSingleShot(True)
        self._settles.setInterval(0)
        self._settles.timeout.connect(self._look)
        for told in (self.verticalScrollBar().valueChanged, self.verticalScrollBar().rangeChanged):
            told.connect(self._settles.start)
        table.people.counted.connect(lambda *_: self._settles.start())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settles.start()
        columns = self._table.people.columns
        wanted = [theme().px(column.width) for column in columns]
        spare = max(0, self.viewport().width() - sum(wanted))
        for number, width in enumerate(wanted):
            self.setColumnWidth(number, width + (spare * 2 // 3 if number == 0 else 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if is_by_key else self.indexAt(self.viewport().mapFromGlobal(event.globalPos()))
        row = index.data(PagedRole.ROW)
        if row is not None:
            self.setCurrentIndex(index)
            place = self.viewport().mapToGlobal(self.visualRect(index).center()) if is_by_key else event.globalPos()
            self._table.menu_wanted.emit(row, place)

    def _open(self, index: Index) -> None:
        row = index.data(PagedRole.ROW)
        if row is not None:
            self._table.opened.emit(row)

    def _look(self) -> None:
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        rows = self._table.people.rowCount()
        if rows:
            self._table.people.look_at(max(0, first), rows - 1 if last < 0 else last)

    def _take_sizes(self) -> None:
        self.verticalHeader().setDefaultSectionSize(max(theme().px(ROW), metrics_of("body").height() + 8))


class _PersonDelegate(CellDelegate):
    """Paints the cells of the table of people."""

    def __init__(self, view: PeopleView) -> None:
        super().__init__(view, ROW)

    def draw(self, brush: Brush) -> None:
        row: PersonRow | None = brush.index.data(PagedRole.ROW)
        place = brush.rect.adjusted(theme().px(PAD), 0, -theme().px(4), 0)
        if row is None:
            bar = QRect(place.left(), place.center().y() - theme().px(4), place.width() // 2, theme().px(8))
            brush.box(bar, "surface-pressed", 4)
            return
        match brush.index.column():
            case 0:
                _draw_contact(brush, place, row)
            case 1:
                _draw_status(brush, place, row)
            case 2:
                _draw_step(brush, place, row)
            case 3:
                brush.text(place, row.next_send, "body-strong" if row.person.next_at is not None else "body")
            case _:
                brush.text(place, brush.index.data(), color="text-muted")


def _draw_contact(brush: Brush, place: QRect, row: PersonRow) -> None:
    px = theme().px
    if brush.index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked:
        box = QRect(place.left(), place.center().y() - px(8), px(16), px(16))
        brush.box(box, "accent", 3)
        brush.icon(box.adjusted(2, 2, -2, -2), "check", "on-accent")
        place = place.adjusted(px(24), 0, 0, 0)
    wide = min(place.width(), metrics_of("body-strong").horizontalAdvance(row.name[:100]) + px(8))
    brush.text(place, row.name, "body-strong")
    brush.text(place.adjusted(wide, 0, 0, 0), row.person.company, color="text-muted")


def _draw_status(brush: Brush, place: QRect, row: PersonRow) -> None:
    side = theme().px(8)
    dot = QRect(place.left(), place.center().y() - side // 2 + 1, side, side)
    brush.box(dot, STATES[row.person.state][1], side / 2)
    brush.text(place.adjusted(2 * side, 0, 0, 0), row.status)


def _draw_step(brush: Brush, place: QRect, row: PersonRow) -> None:
    px = theme().px
    if row.step_type is not None:
        draw_step_tile(brush, QRect(place.left(), place.top(), px(TILE), place.height()), row.step_type)
    brush.text(place.adjusted(px(TILE + 8), 0, 0, 0), row.step_number, color="text-muted")
    brush.text(place.adjusted(px(TILE + 28), 0, 0, 0), row.step_title)


def _chip(on_click: Callable[[], object]) -> QPushButton:
    chip = push_button("", on_click, kind="filter")
    chip.setCheckable(True)
    return chip


def _label(chip: QPushButton, text: str) -> None:
    if chip.text() != text:
        chip.setText(text)
        chip.setAccessibleName(text)
        chip.updateGeometry()
