"""Headline numbers in one card: each a tile with its name, its number and its fraction, that can be chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QGridLayout, QSizePolicy

from opendoors_desktop.gui.fonts import font_of, metrics_of
from opendoors_desktop.gui.icons import icon_pixmap
from opendoors_desktop.gui.theme import keeper, theme
from opendoors_desktop.gui.widgets.help_tip import Help, HelpOpener, HelpTip
from opendoors_desktop.gui.widgets.row_delegate import LEFT_LINE, RIGHT_LINE

NARROWEST = 118


@dataclass(frozen=True, slots=True)
class Headline:
    """A number as its tile shows it: `value` and `fraction` in words, and what it means."""

    key: str
    name: str
    value: str
    fraction: str
    help: Help


class Headlines(QFrame):
    """The tiles side by side, in two rows where there is no room. `chosen` brings the key of a tile that is pressed."""

    chosen = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(name)
        self.tiles: dict[str, HeadlineTile] = {}
        self._tip = HelpTip(self)
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(1, 1, 1, 1)
        self._grid.setSpacing(0)

    def show_headlines(self, headlines: Sequence[Headline]) -> None:
        """Show these; tiles that are there already stay, with the focus on them."""
        for headline in headlines:
            if headline.key not in self.tiles:
                self._add(headline)
            self.tiles[headline.key].show_headline(headline)
        self._lay_out()

    def mark(self, key: str | None) -> None:
        """Show one tile as the chosen one, or none."""
        for each, tile in self.tiles.items():
            tile.setChecked(each == key)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _add(self, headline: Headline) -> None:
        tile = HeadlineTile()
        tile.clicked.connect(lambda: self.chosen.emit(headline.key))
        HelpOpener(tile, self._tip, lambda: tile.headline.help)
        tile.setAccessibleIdentifier(f"headline.{headline.key}")
        self.tiles[headline.key] = tile

    def _lay_out(self) -> None:
        number = len(self.tiles)
        widest = max((tile.least_width() for tile in self.tiles.values()), default=0)
        columns = number if self.width() >= number * widest else -(-number // 2)
        if columns == self._columns or not number:
            return
        self._columns = columns
        for place, tile in enumerate(self.tiles.values()):
            tile.has_line_before = place % columns > 0
            tile.has_line_above = place >= columns
            self._grid.addWidget(tile, place // columns, place % columns)
        for column in range(number):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)


class HeadlineTile(QAbstractButton):
    """One number."""

    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.headline = Headline("", "", "", "", Help("", ""))
        self.has_line_before = False
        self.has_line_above = False
        keeper().changed.connect(self.updateGeometry)

    def show_headline(self, headline: Headline) -> None:
        """Show a number in place of the one before."""
        if headline != self.headline:
            self.headline = headline
            self.setAccessibleName(f"{headline.name}, {headline.value}, {headline.fraction}")
            self.setAccessibleDescription(headline.help.spoken())
            self.update()

    def sizeHint(self) -> QSize:
        lines = sum(metrics_of(role).height() for role in ("small", "number", "small"))
        return QSize(theme().px(150), max(theme().px(72), lines + theme().px(12)))

    def least_width(self) -> int:
        """How wide it has to be for its number and its fraction, neither of which may be cut."""
        words = (("number", self.headline.value), ("small", self.headline.fraction))
        widest = max(metrics_of(role).horizontalAdvance(text) for role, text in words)
        return max(theme().px(NARROWEST), widest + theme().px(22))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(60), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        if self.isChecked() or self.underMouse():
            painter.fillRect(self.rect(), theme().color("surface-selected" if self.isChecked() else "surface-hover"))
        self._paint_lines(painter)
        is_lit = self.isChecked() or self.underMouse() or self.hasFocus()
        pad, room = theme().px(16), self.width() - theme().px(20)
        top = (self.height() - self._words_height()) // 2
        top = self._line(painter, self.headline.name, ("small", "accent-text" if is_lit else "text-muted"), top, room)
        if is_lit:
            size, wide = theme().px(13), metrics_of("small").horizontalAdvance(self.headline.name)
            at = QRect(pad + wide + 6, top - metrics_of("small").height() + 1, size, size)
            picture = icon_pixmap("info", theme().colors["accent-text"], size, self.devicePixelRatioF())
            painter.drawPixmap(self._placed(at).topLeft(), picture)
        top = self._line(painter, self.headline.value, ("number", "text"), top, room)
        self._line(painter, self.headline.fraction, ("small", "text-muted"), top, room)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme().color("focus-ring"), 2))
            painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), 6, 6)

    def _words_height(self) -> int:
        return sum(metrics_of(role).height() for role in ("small", "number", "small"))

    def _line(self, painter: QPainter, text: str, ink: tuple[str, str], top: int, room: int) -> int:
        """Paint one line; gives where the next begins."""
        role, color = ink
        metrics = metrics_of(role)
        painter.setFont(font_of(role))
        painter.setPen(theme().color(color))
        place = self._placed(QRect(theme().px(16), top, room, metrics.height()))
        fitted = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(place, RIGHT_LINE if self.isRightToLeft() else LEFT_LINE, fitted)
        return top + metrics.height()

    def _paint_lines(self, painter: QPainter) -> None:
        if self.has_line_before:
            painter.fillRect(self._placed(QRect(0, 0, 1, self.height())), theme().color("border"))
        if self.has_line_above:
            painter.fillRect(0, 0, self.width(), 1, theme().color("border"))

    def _placed(self, rect: QRect) -> QRect:
        if not self.isRightToLeft():
            return rect
        return QRect(self.width() - rect.right() - 1, rect.top(), rect.width(), rect.height())
