"""Puts the cards of a dashboard on the pages of a PDF, a card an event, as they stand in the window."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QLocale, QObject, QPoint, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QWidget

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.gui.fonts import font_of
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.text import one_line

DOTS: Final = 144
"""Dots of a page to an inch."""

GAP: Final = 12
"""Between two cards, in design pixels."""


class DashboardPrint(QObject):
    """`done` brings the whole PDF; a page is begun for a card that finds no room on the one before."""

    done = Signal(bytes)

    def __init__(self, title: str, cards: Sequence[QWidget], parent: QObject) -> None:
        """`title` stands above the first card."""
        super().__init__(parent)
        self._title = title
        self._left = list(cards)
        self._scale = 1.0
        self._top = 0.0
        self._sheet = QBuffer(self)
        self._sheet.open(QIODevice.OpenModeFlag.WriteOnly)
        self._writer = QPdfWriter(self._sheet)
        self._writer.setTitle(title)
        self._writer.setCreator("OpenDoors Desktop")
        self._writer.setResolution(DOTS)
        self._writer.setPageSize(QPageSize(_usual_size()))
        self._painter = QPainter()
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self._print_next)

    def begin(self) -> None:
        """Print the title, and the cards in the events to come."""
        self._painter.begin(self._writer)
        widest = max((card.width() for card in self._left), default=1)
        self._scale = self._writer.width() / widest
        font = font_of("title")
        font.setPixelSize(round(font.pixelSize() * self._scale))
        self._painter.setFont(font)
        height = self._painter.fontMetrics().height()
        place = QRectF(0, 0, self._writer.width(), height)
        self._painter.drawText(place, Qt.AlignmentFlag.AlignLeading, one_line(self._title, 100))
        self._top = height + self._gap
        self._next.start()

    @property
    def _gap(self) -> float:
        return theme().px(GAP) * self._scale

    def _print_next(self) -> None:
        if self._left:
            self._print(self._left.pop(0))
            self._next.start()
            return
        self._painter.end()
        self._sheet.close()
        self.done.emit(bytes(self._sheet.data().data()))
        self.deleteLater()

    def _print(self, card: QWidget) -> None:
        height = card.height() * self._scale
        if self._top and self._top + height > self._writer.height():
            self._writer.newPage()
            self._top = 0.0
        scale = self._scale * min(1.0, self._writer.height() / height)
        self._painter.save()
        self._painter.translate(0, self._top)
        self._painter.scale(scale, scale)
        card.render(self._painter, QPoint())
        self._painter.restore()
        self._top += height + self._gap


def write_pdf(path: Path, pdf: bytes) -> None:
    """Put the file in place; not for the main thread. Raises InputError with its reason."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(pdf)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        told = f"The file {path} can’t be written: {error.strerror}."
        raise InputError(told, "Choose another place.", where=str(path), code="no_file") from error


def _usual_size() -> QPageSize.PageSizeId:
    """What printers hold where people measure as they do here."""
    is_metric = QLocale().measurementSystem() is QLocale.MeasurementSystem.MetricSystem
    return QPageSize.PageSizeId.A4 if is_metric else QPageSize.PageSizeId.Letter
