"""Draws the cells of a table of people in a sequence: check, name with company, dot of the state, tile of the step."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from opendoors_desktop.domain.step import StepType
from opendoors_desktop.gui.icons import icon_pixmap, pixel_ratio
from opendoors_desktop.gui.models.contact_states import dot_of
from opendoors_desktop.gui.models.paged_table import PagedTable
from opendoors_desktop.gui.models.people import PersonRow
from opendoors_desktop.gui.step_words import step_look
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.column_painter import ColumnPainter

NEXT: Final = 4
"""The column of the next send."""

TILE: Final = 20
SIGN: Final = 13

Rows = Sequence[tuple[int, PersonRow]]


class PeoplePainter(ColumnPainter):
    """Draws from the rows' texts, which were made where the rows were read."""

    def __init__(self, view: QWidget, model: PagedTable[PersonRow]) -> None:
        super().__init__(view)
        self._model = model

    def paint_column(
        self, painter: QPainter, number: int, place: QRect, rows: Sequence[tuple[int, PersonRow | None]]
    ) -> None:
        """Draw the cells of one column; of rows that aren't loaded bars."""
        loaded = [(top, row) for top, row in rows if row is not None]
        match number:
            case 0:
                self.paint_checks(painter, place, loaded, self._model.is_checked)
                return
            case 1:
                self._paint_contacts(painter, place, loaded)
            case 2:
                self._paint_states(painter, place, loaded)
            case 3:
                self._paint_steps(painter, place, loaded)
            case _:
                self._paint_words(painter, place, loaded, number)
        for top, row in rows if len(loaded) < len(rows) else ():
            if row is None:
                self.draw_placeholder(painter, place.translated(0, top - place.top()))

    def _paint_words(self, painter: QPainter, place: QRect, rows: Rows, number: int) -> None:
        text = self._model.columns[number].text
        if number == NEXT:
            due = [(top, text(row)) for top, row in rows if row.person.next_at is not None]
            self.paint_texts(painter, place, due, role="body-strong")
            rows = [(top, row) for top, row in rows if row.person.next_at is None]
        self.paint_texts(painter, place, [(top, text(row)) for top, row in rows], tone="text-muted")

    def _paint_contacts(self, painter: QPainter, place: QRect, rows: Rows) -> None:
        room = place.width() - 2 * self.look.margin
        for top, row in rows:
            line = place.translated(0, top - place.top())
            name = self.texts.laid_out(row.name, "body-strong", room)
            self.paint_texts(painter, line, [(top, row.name)], role="body-strong")
            behind = self.look.margin * 2 + int(name.size().width())
            self.paint_texts(painter, line, [(top, row.person.company)], tone="text-muted", offset=behind)

    def _paint_states(self, painter: QPainter, place: QRect, rows: Rows) -> None:
        ratio = pixel_ratio(painter)
        for top, row in rows:
            line = place.translated(0, top - place.top())
            self.draw_picture(painter, line, self.dot(dot_of(row.person.state), ratio), self.look.margin)
        words = [(top, row.status) for top, row in rows]
        self.paint_texts(painter, place, words, offset=self.look.margin * 2 + self.look.dot)

    def _paint_steps(self, painter: QPainter, place: QRect, rows: Rows) -> None:
        ratio, px = pixel_ratio(painter), theme().px
        for top, row in rows:
            if row.step_type is not None:
                line = place.translated(0, top - place.top())
                self.draw_picture(painter, line, self._tile(row.step_type, ratio), self.look.margin)
        behind = self.look.margin * 2 + px(TILE)
        numbers = [(top, row.step_number) for top, row in rows]
        self.paint_texts(painter, place, numbers, tone="text-muted", offset=behind)
        titles = [(top, row.step_title) for top, row in rows]
        self.paint_texts(painter, place, titles, offset=behind + px(TILE))

    def _tile(self, kind: StepType, ratio: float) -> QPixmap:
        side, sign, look = theme().px(TILE), theme().px(SIGN), step_look(kind)

        def draw(painter: QPainter) -> None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.look.color(look.tile))
            painter.drawRoundedRect(0, 0, side, side, self.look.radius, self.look.radius)
            corner = (side - sign) // 2
            painter.drawPixmap(corner, corner, icon_pixmap(look.icon, theme().colors[look.color], sign, ratio))

        return self.look.picture(("step", kind), QSize(side, side), ratio, draw)
