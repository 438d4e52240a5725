"""The people of a sequence: filters by state with counts that add up, and a table of as many as there are."""

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from PySide6.QtCore import QCoreApplication, QPoint, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from opendoors_desktop.gui.faces import Faces
from opendoors_desktop.gui.formats import count
from opendoors_desktop.gui.models.contact_states import state_words
from opendoors_desktop.gui.models.people import PeopleListing, PersonRow, people_table_model
from opendoors_desktop.gui.models.row_table import PagedRole
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.flow_layout import FlowLayout
from opendoors_desktop.gui.widgets.paged_view import PagedView
from opendoors_desktop.gui.widgets.people_painter import PeoplePainter
from opendoors_desktop.gui.widgets.text import Label
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.store.queries.people_list import PeopleFigure, PeopleList
from opendoors_desktop.store.queries.people_orders import PeopleOrder
from opendoors_desktop.store.queries.people_states import PeopleState

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
        self._bench = bench
        self.sequence_id: UUID | None = None
        self._counts: Mapping[PeopleState, int] = {}
        self.narrowed: Narrowed = None
        self._order, self._is_descending = PeopleOrder.NEXT_STEP, False
        self.people = people_table_model(bench.jobs, self)
        self.view = PeopleView(self)
        self.faces = Faces(self.view, ROW)
        self.filters: dict[PeopleState | None, QPushButton] = {}
        self.figure = _chip(lambda: self.narrow(self.narrowed))
        self._lay_out(title)
        self.people.answered.connect(self._show_face)
        self.people.counted.connect(self._on_counted)
        self.people.failed.connect(self._on_failed)
        self.view.order_wanted.connect(self._on_order)
        self.narrow(None)

    # What others tell it

    def show_sequence(self, sequence_id: UUID) -> None:
        """Show the people of a sequence, all of them."""
        self.sequence_id = sequence_id
        self._counts = {}
        self.faces.begin_loading()
        self.narrow(None)

    def show_counts(self, counts: Mapping[PeopleState, int]) -> None:
        """Show how many stand in each state."""
        self._counts = counts
        for state, chip in self.filters.items():
            number = sum(counts.values()) if state is None else counts.get(state, 0)
            word = self.tr("All") if state is None else state_words(state)
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
        if self.sequence_id is not None:
            self._show_list()
        self.narrowed_changed.emit(narrowed)

    def _on_order(self, order: str, is_descending: bool) -> None:  # what the signal brings
        self._order, self._is_descending = PeopleOrder(order), is_descending
        if self.sequence_id is not None:
            self._show_list(has_same_rows=True)

    def _show_list(self, *, has_same_rows: bool = False) -> None:
        assert self.sequence_id is not None  # a list is shown only of a sequence
        view = PeopleList(self.narrowed, self._order, self._is_descending)
        self.people.show(PeopleListing(self.sequence_id, view), has_same_rows=has_same_rows)
        self.view.show_order(self._order, is_descending=self._is_descending)
        self.faces.show_loading()

    def refresh(self) -> None:
        """Ask again for what is in sight."""
        self.people.refresh()

    def panes(self) -> list[QWidget]:
        """What F6 goes round: the filters, and the table."""
        return [self.bar, self.view]

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
            enroll = push_button(self.tr("Enroll contacts"), self._bench.actions["sequence.enroll"].trigger)
            title, told = self.tr("Nobody is in this sequence"), self.tr("Whom you enroll stands here.")
            self.faces.show_empty("users-round", title, told, [enroll])
        else:
            clear = push_button(self.tr("Clear filters"), lambda: self.narrow(None))
            self.faces.show_empty("filter", self.tr("No contacts match"), "", [clear])

    def _on_failed(self, error: Exception) -> None:
        self.faces.show_error(error, push_button(self.tr("Retry"), lambda: self.narrow(self.narrowed)))

    def _lay_out(self, title: str) -> None:
        self.bar = QWidget()
        flow = FlowLayout(self.bar, theme().px(4))
        flow.setContentsMargins(theme().px(16), theme().px(8), theme().px(16), theme().px(6))
        if title:
            heading = Label(title, "heading")
            heading.setMinimumHeight(theme().px(28))
            heading.setContentsMargins(0, 0, theme().px(12), 0)
            flow.addWidget(heading)
        for state in (None, *PeopleState):
            self.filters[state] = _chip(lambda state=state: self.narrow(state))  # type: ignore[misc]
            flow.addWidget(self.filters[state])
        flow.addWidget(self.figure)
        self.show_counts({})
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.faces, 1)


class PeopleView(PagedView):
    """The table."""

    def __init__(self, table: PeopleTable) -> None:
        name = QCoreApplication.translate("PeopleTable", "People in this sequence")
        super().__init__(table.people, name, lambda view: PeoplePainter(view, table.people))
        self._table = table
        self.setProperty("place", "list")
        self.opened.connect(self._tell_opened)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if is_by_key else self.indexAt(self.viewport().mapFromGlobal(event.globalPos()))
        row = index.data(PagedRole.ROW)
        if row is not None:
            self.setCurrentIndex(index)
            place = self.viewport().mapToGlobal(self.visualRect(index).center()) if is_by_key else event.globalPos()
            self._table.menu_wanted.emit(row, place)

    def _tell_opened(self, number: int) -> None:
        row = self._table.people.row_at(number)
        if row is not None:
            self._table.opened.emit(row)


def _chip(on_click: Callable[[], object]) -> QPushButton:
    chip = push_button("", on_click, kind="filter")
    chip.setCheckable(True)
    return chip


def _label(chip: QPushButton, text: str) -> None:
    if chip.text() != text:
        chip.setText(text)
        chip.setAccessibleName(text)
        chip.updateGeometry()
