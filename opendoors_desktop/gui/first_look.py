"""The first rows of the page the window opens on, read and shown before the page itself is loaded.

They stand where they stood when the window was left, as words alone; the page takes their place. As the frame they do
without the namespace `Qt`.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from opendoors_desktop.gui.frame import Words, band
from opendoors_desktop.gui.loading import undisturbed
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.threads import WorkThread

if TYPE_CHECKING:
    from uuid import UUID

    from opendoors_desktop.gui.window_state import WindowState

log = logging.getLogger(__name__)

Rows = Sequence[tuple[str, ...]]
"""Texts by row and column, the columns' titles first."""

ReadRows: TypeAlias = "Callable[[Any, UUID, datetime], Rows]"
"""Reads the rows of a workspace with a unit, as seen from an instant."""

MARGIN: Final = 8
DOT: Final = 16
"""What stands before the words of the column `state` takes so much room."""

STRONG: Final = frozenset({"name", "state"})
"""The columns whose words aren't muted."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Where the rows of a page stood in the window: place of the table, heights of its head and rows, its columns."""

    page: str
    place: tuple[int, int, int, int]
    head: int
    row: int
    widths: tuple[tuple[str, int], ...]

    @property
    def count(self) -> int:
        """How many rows could be seen."""
        return max(1, (self.place[3] - self.head) // self.row + 1)


def sight_of(state: "WindowState", page: str) -> Sight | None:
    """What is remembered of where a page's rows stood; None where nothing is, or the page has no such rows."""
    known = state.here.get("rows")
    if page not in READERS or not isinstance(known, dict) or QApplication.isRightToLeft():
        return None
    try:
        x, y, width, height = map(int, known["place"])
        widths = tuple((str(name), int(wide)) for name, wide in known["widths"])
        sight = Sight(page, (x, y, width, height), int(known["head"]), int(known["row"]), widths)
    except (KeyError, TypeError, ValueError):
        return None
    return sight if known.get("page") == page and sight.row > 0 else None


def _read_contacts(unit: Any, workspace_id: "UUID", now: datetime, count: int) -> Rows:
    from opendoors_desktop.gui.models.contact_cells import cells_of, column_specs
    from opendoors_desktop.store.queries.contact_list import ContactOrder, page_contacts

    titles = tuple(title for _, title, _, _ in column_specs())
    lines = page_contacts(unit, workspace_id, ContactOrder.NAME, limit=count)
    return [titles, *(cells_of(line, now).texts for line in lines)]


READERS: "Final[dict[str, Callable[[Any, UUID, datetime, int], Rows]]]" = {"contacts": _read_contacts}
"""What reads the first rows of a page, in another thread."""


class Glimpse(WorkThread):
    """Reads the first rows; `seen` brings them, or None where the store has to be opened first."""

    seen = Signal(object)

    def __init__(self, read: Callable[[], Rows | None], parent: QObject) -> None:
        super().__init__("first look", parent)
        self._read = read

    def work(self) -> None:
        rows = None
        try:
            with undisturbed():
                rows = self._read()
        except Exception as error:  # noqa: BLE001  # opening the store tells of it
            log.info("no first look into the store: %s", error)
        self.seen.emit(rows)


class FirstLook(QWidget):
    """The rows in the frame; `painted` says that they are on the screen."""

    painted = Signal()

    def __init__(self, window: QWidget, sight: Sight) -> None:
        super().__init__(window)
        self._sight = sight
        self.setGeometry(QRect(*sight.place))

    def read(self, unit: Any, workspace_id: "UUID", now: datetime) -> Rows:
        """As many rows as there is room for; runs in another thread."""
        return READERS[self._sight.page](unit, workspace_id, now, self._sight.count)

    def show_rows(self, rows: Rows) -> None:
        """Put the words of rows on their places, and have them painted."""
        sight = self._sight
        band(self, "panel").setGeometry(0, 0, self.width(), sight.head)
        band(self, "surface").setGeometry(0, sight.head, self.width(), self.height() - sight.head)
        cells = _placed(sight, rows)
        lines = [sight.head + number * sight.row - 1 for number in range(len(rows))]
        for tone, is_strong in (("text-muted", False), ("text", True)):
            texts = _Texts(self, tone, [cell for cell in cells if cell[2] is is_strong], lines)
            texts.setGeometry(self.rect())
            lines = []
        texts.painted.connect(self.painted)
        self.show()


def _placed(sight: Sight, rows: Rows) -> list[tuple[QRect, str, bool]]:
    """The place, the words and whether they are strong, of every cell that has words."""
    cells: list[tuple[QRect, str, bool]] = []
    left = 0
    for number, (name, width) in enumerate(sight.widths):
        for row, texts in enumerate(rows):
            if width and texts[number]:
                top, height = (sight.head + (row - 1) * sight.row, sight.row) if row else (0, sight.head)
                indent = theme().px(DOT) if row and name == "state" else 0
                place = QRect(left + indent, top, width - indent, height)
                cells.append((place, texts[number], bool(row) and name in STRONG))
        left += width
    return cells


class _Texts(Words):
    """Words of one colour, which is that of the palette, and lines across."""

    painted = Signal()

    def __init__(self, parent: QWidget, tone: str, cells: Sequence[tuple[QRect, str, bool]], lines: list[int]) -> None:
        super().__init__(parent, "body", tone)
        self._cells = cells
        self._lines = lines

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        metrics, margin = QFontMetrics(self.font()), theme().px(MARGIN)
        for place, text, _ in self._cells:
            down = (place.height() - metrics.height()) // 2 + metrics.ascent()
            words = _fit(text, place.width() - 2 * margin, metrics)
            painter.drawText(place.left() + margin, place.top() + down, words)
        line = QPixmap(1, 1)
        line.fill(theme().color("border"))
        for top in self._lines:
            painter.drawTiledPixmap(0, top, self.width(), 1, line)
        painter.end()
        self.painted.emit()


def _fit(text: str, room: int, metrics: Any) -> str:
    """A text that ends in an ellipsis where there is no room for all of it."""
    if metrics.horizontalAdvance(text) <= room:
        return text
    while text and metrics.horizontalAdvance(f"{text}…") > room:
        text = text[:-1]
    return f"{text}…"
