"""Draws the cells of a table of contacts: check, name, texts, tags and the dot of the state."""

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from opendoors_desktop.gui.icons import pixel_ratio
from opendoors_desktop.gui.models.contact_cells import STATE_COLUMN, TAGS_COLUMN, ContactCells
from opendoors_desktop.gui.models.contact_states import dot_of
from opendoors_desktop.gui.models.paged_table import PagedTable
from opendoors_desktop.gui.widgets.column_painter import ColumnPainter
from opendoors_desktop.store.queries.contact_states import ContactState

CHECK_COLUMN = 0
NAME_COLUMN = 1
LONGEST_TAG = 40
TAG_TONES = (
    ("info-bg", "info"),
    ("accent-subtle", "accent-text"),
    ("step-condition-bg", "step-condition"),
    ("step-linkedin-bg", "step-linkedin"),
    ("warning-bg", "warning"),
    ("success-bg", "success"),
)
"""Grounds and words of tags; a tag keeps its own by its name."""


def tag_tone(tag: str) -> tuple[str, str]:
    """The tokens of a tag's ground and word, the same at each start of the program."""
    return TAG_TONES[sum(map(ord, tag[:LONGEST_TAG])) % len(TAG_TONES)]


class ContactPainter(ColumnPainter):
    """Draws from the cells' texts, which were made where the rows were read."""

    def __init__(self, view: QWidget, model: PagedTable[ContactCells]) -> None:
        super().__init__(view)
        self._model = model

    def paint_column(
        self, painter: QPainter, number: int, place: QRect, rows: Sequence[tuple[int, ContactCells | None]]
    ) -> None:
        """Draw the cells of one column; of rows that aren't loaded bars."""
        loaded = [(top, cells) for top, cells in rows if cells is not None]
        if number == CHECK_COLUMN:
            self.paint_checks(painter, place, loaded, self._model.is_checked)
            return
        for top, cells in rows if len(loaded) < len(rows) else ():
            if cells is None:
                self.draw_placeholder(painter, place.translated(0, top - place.top()))
        if number == TAGS_COLUMN:
            self._paint_tags(painter, place, loaded)
            return
        offset = self._paint_dots(painter, place, loaded) if number == STATE_COLUMN else -1
        tone = "text" if number in (NAME_COLUMN, STATE_COLUMN) else "text-muted"
        texts = [(top, cells.texts[number]) for top, cells in loaded]
        self.paint_texts(painter, place, texts, tone=tone, offset=offset)

    def _paint_dots(self, painter: QPainter, place: QRect, rows: Sequence[tuple[int, ContactCells]]) -> int:
        ratio = pixel_ratio(painter)
        left = self.leading(place, self.look.margin, self.look.dot).left()
        down = (place.height() - self.look.dot) // 2
        for top, cells in rows:
            state = cells.line.state
            is_ring = state is ContactState.NOT_ENROLLED
            painter.drawPixmap(left, top + down, self.dot(dot_of(state), ratio, is_ring=is_ring))
        return self.look.margin * 2 + self.look.dot

    def _paint_tags(self, painter: QPainter, place: QRect, rows: Sequence[tuple[int, ContactCells]]) -> None:
        for top, cells in rows:
            if cells.line.tags:
                self._paint_tags_of(painter, place.translated(0, top - place.top()), cells.line.tags)

    def _paint_tags_of(self, painter: QPainter, rect: QRect, tags: tuple[str, ...]) -> None:
        ratio = pixel_ratio(painter)
        number = self.look.tag * 2
        offset = self.look.margin
        for place, tag in enumerate(tags):
            is_last = place + 1 == len(tags)
            room = rect.width() - offset - self.look.margin - (0 if is_last else number)
            if room < number and place:
                self.draw_picture(
                    painter, rect, self.tag(f"+{len(tags) - place}", number, "neutral-bg", "neutral", ratio), offset
                )
                return
            word = self.tag(tag[:LONGEST_TAG], max(room, number), *tag_tone(tag), ratio)
            offset = self.draw_picture(painter, rect, word, offset) + self.look.radius
