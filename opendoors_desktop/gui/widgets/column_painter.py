"""Paints tables a column at a time from what is kept: laid-out texts, pens and small pictures.

Nothing is made while painting that was made before; a change of theme drops it. One call for a column in place of one
for each cell takes a third of the time.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QStaticText, QTransform
from PySide6.QtWidgets import QWidget

from opendoors_desktop.gui.fonts import font_of, metrics_of
from opendoors_desktop.gui.icons import icon_pixmap, pixel_ratio
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.text import one_line

KEPT_TEXTS: Final = 3000
"""So many texts are held laid out; then all are dropped and made anew as they come into sight."""

_AS_IS: Final = QTransform()


class TextCache:
    """Plain texts of one line, elided and laid out, by font, width and text."""

    def __init__(self) -> None:
        self._texts: dict[tuple[str, int], dict[str, QStaticText]] = {}
        self._count = 0

    def laid_out(self, text: str, role: str, width: int) -> QStaticText:
        """A text that ends in an ellipsis where `width` is too narrow for it."""
        return self.column(role, width).get(text) or self.lay_out(text, role, width)

    def column(self, role: str, width: int) -> dict[str, QStaticText]:
        """What is held of one font and width; what isn't there is made by `lay_out`."""
        return self._texts.setdefault((role, width), {})

    def lay_out(self, text: str, role: str, width: int) -> QStaticText:
        """Lay a text out, and hold it."""
        if self._count >= KEPT_TEXTS:
            self.forget()
        self._count += 1
        line = one_line(text)
        static = QStaticText(line)
        static.setTextFormat(Qt.TextFormat.PlainText)
        static.prepare(_AS_IS, font_of(role))
        if static.size().width() > width:
            static.setText(metrics_of(role).elidedText(line, Qt.TextElideMode.ElideRight, width))
            static.prepare(_AS_IS, font_of(role))
        self.column(role, width)[text] = static
        return static

    def forget(self) -> None:
        """Hold nothing any more."""
        for held in self._texts.values():
            held.clear()
        self._count = 0


class Look:
    """Colours, sizes and small pictures of the theme in use, each made once."""

    def __init__(self) -> None:
        self._colors: dict[str, QColor] = {}
        self._pens: dict[str, QPen] = {}
        self._pictures: dict[tuple[object, ...], QPixmap] = {}
        look = theme()
        self.margin = look.px(8)
        self.edge = look.px(3)
        self.dot = look.px(8)
        self.tag = look.px(18)
        self.check = look.px(16)
        self.radius = look.px(4)

    def color(self, token: str) -> QColor:
        """The colour of a token."""
        found = self._colors.get(token)
        if found is None:
            found = self._colors[token] = theme().color(token)
        return found

    def pen(self, token: str) -> QPen:
        """A pen one pixel wide in that colour."""
        found = self._pens.get(token)
        if found is None:
            found = self._pens[token] = QPen(self.color(token))
        return found

    def picture(self, key: tuple[object, ...], size: QSize, ratio: float, draw: Callable[[QPainter], None]) -> QPixmap:
        """A small picture on nothing, drawn at its first use; `ratio` is that of the screen."""
        found = self._pictures.get((*key, ratio))
        if found is None:
            if len(self._pictures) > KEPT_TEXTS:
                self._pictures.clear()
            found = QPixmap(size * ratio)
            found.setDevicePixelRatio(ratio)
            found.fill(Qt.GlobalColor.transparent)
            painter = QPainter(found)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw(painter)
            painter.end()
            self._pictures[*key, ratio] = found
        return found


class ColumnPainter:
    """The base: paints grounds of rows and offers what cells are drawn with. Subclasses draw in `paint_column`."""

    def __init__(self, view: QWidget, height: int = 30) -> None:
        """`height` is that of a row in design pixels, `view` the widget whose reading direction is followed."""
        self.texts = TextCache()
        self.look = Look()
        self._view = view
        self._height = height

    @abstractmethod
    def paint_column(self, painter: QPainter, number: int, place: QRect, rows: Sequence[tuple[int, Any]]) -> None:
        """Draw the cells of a column: `place` is that of its first cell, `rows` are the tops of rows and the rows."""

    def row_height(self) -> int:
        """The height of a row on this screen: more than the design's where the font needs it."""
        return max(theme().px(self._height), metrics_of("body").height() + 2)

    def forget(self) -> None:
        """Another theme is in use."""
        self.texts.forget()
        self.look = Look()

    def paint_ground(self, painter: QPainter, rect: QRect, *, is_current: bool, has_focus: bool) -> None:
        """The ground of a row that is current, or that is under the mouse or checked.

        The current row has an accent edge, and loses its tint while the view hasn't the focus.
        """
        if not is_current:
            painter.fillRect(rect, self.look.color("surface-hover"))
            return
        painter.fillRect(rect, self.look.color("surface-selected" if has_focus else "surface-selected-inactive"))
        if has_focus:
            painter.fillRect(self.leading(rect, 0, self.look.edge), self.look.color("accent"))

    # What cells are drawn with

    @property
    def is_mirrored(self) -> bool:
        """Whether people read from the right here."""
        return self._view.layoutDirection() is Qt.LayoutDirection.RightToLeft

    def leading(self, rect: QRect, offset: int, width: int) -> QRect:
        """A part of a cell, `offset` from where reading begins: left, or right where people read from the right."""
        if self.is_mirrored:
            return QRect(rect.right() + 1 - offset - width, rect.top(), width, rect.height())
        return QRect(rect.left() + offset, rect.top(), width, rect.height())

    def dot(self, token: str, ratio: float, *, is_ring: bool = False) -> QPixmap:
        """A dot in a token's colour, hollow where it `is_ring`."""

        def draw(painter: QPainter) -> None:
            painter.setPen(self.look.pen(token))
            painter.setBrush(Qt.BrushStyle.NoBrush if is_ring else self.look.color(token))
            painter.drawEllipse(1, 1, size - 3, size - 3)

        size = self.look.dot
        return self.look.picture(("dot", token, is_ring), QSize(size, size), ratio, draw)

    def tag(self, text: str, room: int, ground: str, token: str, ratio: float) -> QPixmap:
        """A word on a tinted ground, `room` wide at most."""
        static = self.texts.laid_out(text, "small", max(1, room - self.look.margin))
        size = QSize(int(static.size().width()) + 1 + self.look.margin, self.look.tag)

        def draw(painter: QPainter) -> None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.look.color(ground))
            painter.drawRoundedRect(0, 0, size.width(), size.height(), self.look.radius, self.look.radius)
            painter.setFont(font_of("small"))
            painter.setPen(self.look.pen(token))
            top = (size.height() - int(static.size().height())) // 2
            painter.drawStaticText(self.look.margin // 2, top, static)

        return self.look.picture(("tag", text, size.width(), ground, token), size, ratio, draw)

    def check(self, ratio: float, *, is_on: bool) -> QPixmap:
        """A check box."""

        def draw(painter: QPainter) -> None:
            painter.setPen(self.look.pen("accent" if is_on else "border-control"))
            painter.setBrush(self.look.color("accent" if is_on else "surface"))
            painter.drawRoundedRect(1, 1, size - 3, size - 3, self.look.radius, self.look.radius)
            if is_on:
                painter.drawPixmap(2, 2, icon_pixmap("check", theme().colors["on-accent"], size - 4, ratio))

        size = self.look.check
        return self.look.picture(("check", is_on), QSize(size, size), ratio, draw)

    def paint_checks(
        self, painter: QPainter, place: QRect, rows: Iterable[tuple[int, Any]], is_checked: Callable[[Any], bool]
    ) -> None:
        """Draw the check boxes of rows in the middle of their cells."""
        ratio = pixel_ratio(painter)
        boxes = (self.check(ratio, is_on=False), self.check(ratio, is_on=True))
        left = place.left() + (place.width() - self.look.check) // 2
        down = (place.height() - self.look.check) // 2
        for top, row in rows:
            painter.drawPixmap(left, top + down, boxes[is_checked(row)])

    def draw_picture(self, painter: QPainter, rect: QRect, picture: QPixmap, offset: int) -> int:
        """A small picture in the middle of a row, `offset` from its beginning; gives the offset behind it."""
        width = round(picture.deviceIndependentSize().width())
        place = self.leading(rect, offset, width)
        top = rect.top() + (rect.height() - round(picture.deviceIndependentSize().height())) // 2
        painter.drawPixmap(place.left(), top, picture)
        return offset + width

    def draw_placeholder(self, painter: QPainter, rect: QRect) -> None:
        """A flat bar where text will be."""
        bar = self.leading(rect, self.look.margin, max(1, (rect.width() - 2 * self.look.margin) * 2 // 3))
        bar.setHeight(self.look.margin)
        bar.moveTop(rect.center().y() - self.look.margin // 2)
        painter.fillRect(bar, self.look.color("surface-pressed"))

    def paint_texts(
        self,
        painter: QPainter,
        place: QRect,
        texts: Iterable[tuple[int, str]],
        *,
        role: str = "body",
        tone: str = "text",
        offset: int = -1,
    ) -> None:
        """Draw a line of text for each top, from `offset` on (else the margin), elided at the cell's end."""
        begin = self.look.margin if offset < 0 else offset
        width = place.width() - begin - self.look.margin
        if width <= 0:
            return
        held = self.texts.column(role, width)
        painter.setFont(font_of(role))
        painter.setPen(self.look.pen(tone))
        down = (place.height() - metrics_of(role).height()) // 2
        left = place.left() + begin
        is_mirrored = self.is_mirrored
        for top, text in texts:
            if text:
                static = held.get(text) or self.texts.lay_out(text, role, width)
                x = place.right() + 1 - begin - int(static.size().width()) - 1 if is_mirrored else left
                painter.drawStaticText(x, top + down, static)
