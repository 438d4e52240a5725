"""The agenda: rows of a day as a list that mouse and keys go through."""

from datetime import datetime
from typing import Any, Final

from PySide6.QtCore import QObject, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyleOptionViewItem

from opendoors_desktop.gui.fonts import metrics_of
from opendoors_desktop.gui.formats import time_of_day
from opendoors_desktop.gui.outbox.agenda_model import AgendaModel, AgendaRole, AgendaRow, RowKind
from opendoors_desktop.gui.outbox.words import state_of
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.row_delegate import Brush, Index, RowDelegate

HEIGHTS: Final = {RowKind.HOUR: 28, RowKind.NOW: 28, RowKind.PLANNED: 48, RowKind.LEFT: 48}

LATE: Final = datetime(2000, 1, 1, 22, 58)  # noqa: DTZ001  (only its words are measured)
"""A time whose words are as long as any."""


class AgendaDelegate(RowDelegate):
    """Time, mailbox colour, contact and step, subject and their local time, variant or what became of it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent, HEIGHTS[RowKind.PLANNED])
        self._longest = time_of_day(LATE)

    def height(self, index: Index) -> int:
        row: AgendaRow = index.data(AgendaRole.ROW)
        return HEIGHTS[row.kind]

    def ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: AgendaRow = index.data(AgendaRole.ROW)
        if row.kind in (RowKind.PLANNED, RowKind.LEFT):
            super().ground(painter, option, index)

    def draw(self, brush: Brush) -> None:
        look = theme()
        row: AgendaRow = brush.index.data(AgendaRole.ROW)
        inner = brush.rect.adjusted(look.px(12), 0, -look.px(12), 0)
        if row.kind in (RowKind.HOUR, RowKind.NOW):
            self._line(brush, inner, row)
        else:
            self._email(brush, inner, row)

    def _line(self, brush: Brush, inner: QRect, row: AgendaRow) -> None:
        look = theme()
        is_now = row.kind is RowKind.NOW
        color = "danger" if is_now else "text-muted"
        width = max(self._time_width(), metrics_of("small").horizontalAdvance(row.at) + look.px(8))
        brush.text(QRect(inner.left(), inner.top(), width, inner.height()), row.at, "small", color)
        middle = inner.center().y() + 0.5
        start = QPointF(inner.left() + width + look.px(4), middle)
        brush.line(start, QPointF(inner.right(), middle), "danger-solid" if is_now else "border")
        if is_now:
            size = look.px(8)
            dot = QRect(round(start.x()) - size // 2, inner.center().y() - size // 2 + 1, size, size)
            brush.box(dot, "danger-solid", size / 2)

    def _time_width(self) -> int:
        return max(theme().px(56), metrics_of("body-strong").horizontalAdvance(self._longest) + theme().px(6))

    def _email(self, brush: Brush, inner: QRect, row: AgendaRow) -> None:
        look = theme()
        half = inner.height() // 2
        upper = QRect(inner.left(), inner.top() + look.px(4), inner.width(), half - look.px(4))
        lower = upper.translated(0, half - look.px(4))
        is_hollow = bool(brush.index.data(AgendaRole.IS_HOLLOW)) and row.planned is not None
        wide = self._time_width()
        time = QRect(inner.left(), inner.top(), wide, inner.height())
        brush.text(time, row.at, "body" if is_hollow else "body-strong", "text-subtle" if is_hollow else "text")
        color = brush.index.data(AgendaRole.COLOR)
        size = look.px(10)
        dot = QRect(inner.left() + wide + look.px(4), inner.center().y() - size // 2, size, size)
        if color:
            brush.box(dot, "surface" if is_hollow else color, 2, color if is_hollow else "")
        end = self._end(brush, inner, row)
        first = inner.left() + wide + look.px(26)
        room = inner.right() - end - first
        left_width = max(look.px(120), room * 45 // 100)
        self._names(brush, QRect(first, upper.top(), left_width - look.px(12), upper.height()), row)
        brush.text(
            QRect(first, lower.top(), left_width - look.px(12), lower.height()), row.below, "small", "text-muted"
        )
        rest = QRect(first + left_width, upper.top(), room - left_width, upper.height())
        brush.text(rest, brush.index.data(AgendaRole.SUBJECT))
        brush.text(rest.translated(0, lower.top() - upper.top()), row.place, "small", "text-muted")

    @staticmethod
    def _names(brush: Brush, place: QRect, row: AgendaRow) -> None:
        width = min(place.width(), metrics_of("body-strong").horizontalAdvance(row.title[:120]) + 2)
        brush.text(QRect(place.left(), place.top(), width, place.height()), row.title, "body-strong")
        brush.text(place.adjusted(width + theme().px(8), 0, 0, 0), row.aside, "small", "text-muted")

    @staticmethod
    def _end(brush: Brush, inner: QRect, row: AgendaRow) -> int:
        """What stands at the end of a row; gives its width."""
        look = theme()
        if row.left is not None:
            word, tone, icon_name = state_of(row.left)
            width = brush.pill_width(word)
            brush.pill(inner.adjusted(inner.width() - width, 0, 0, 0), word, tone, icon_name)
            return width + look.px(8)
        if not row.variant:
            return 0
        width = metrics_of("caption").horizontalAdvance(row.variant) + look.px(12)
        tag = QRect(inner.right() - width, inner.center().y() - look.px(9), width, look.px(18))
        brush.box(tag, "step-linkedin-bg", look.px(4))
        brush.text(tag.adjusted(look.px(6), 0, 0, 0), row.variant, "caption", "step-linkedin")
        return width + look.px(8)


class AgendaView(QListView):
    """J and K go from email to email; `chosen` brings the row that is current, `opened` the one Enter is pressed on."""

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.agenda = AgendaModel(self)
        self.setModel(self.agenda)
        self.setItemDelegate(AgendaDelegate(self))
        self.setAccessibleName(self.tr("Agenda"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setMouseTracking(True)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(200)
        self.activated.connect(lambda index: self.opened.emit(self.agenda.row(index)))

    @property
    def current(self) -> AgendaRow | None:
        """The email that is current."""
        row = self.agenda.row(self.currentIndex())
        return row if row is not None and row.kind in (RowKind.PLANNED, RowKind.LEFT) else None

    def show_rows(self, rows: list[AgendaRow], colors: Any) -> None:
        """Show a day's rows; the email that was current stays so, and the view stays where it is."""
        current, top = self.current, self.verticalScrollBar().value()
        self.agenda.show_rows(rows, colors)
        place = self.agenda.place_of(current.key) if current is not None else None
        if place is None:
            place = next((n for n, row in enumerate(rows) if row.kind in (RowKind.PLANNED, RowKind.LEFT)), None)
        if place is None:
            self.chosen.emit(None)
        else:
            self.setCurrentIndex(self.agenda.index(place))
        self.verticalScrollBar().setValue(top)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.chosen.emit(self.current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1}.get(Qt.Key(event.key()))
        if step is None or event.modifiers():
            super().keyPressEvent(event)
            return
        place = self.currentIndex().row() + step
        rows = self.agenda.rows
        while 0 <= place < len(rows) and rows[place].kind in (RowKind.HOUR, RowKind.NOW):
            place += step
        if 0 <= place < len(rows):
            self.setCurrentIndex(self.agenda.index(place))
