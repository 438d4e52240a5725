"""What all lists and tables share in their looks: the row's ground, its text, tags and dots, drawn from what is kept.

Nothing is made while painting that was made before: text laid out once is kept until the theme or a width changes.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QPainter, QPen, QPixmap, QStaticText, QTransform
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from opendoors_desktop.gui.icons import icon_pixmap
from opendoors_desktop.gui.theme import keeper, theme
from opendoors_desktop.gui.widgets.text import one_line, plain_tip

Index = QModelIndex | QPersistentModelIndex

ROW_HEIGHTS: Final = {"compact": 28, "table": 30, "list": 36, "two_lines": 48, "message": 78}
"""The heights rows may have, in design pixels."""

KEPT_TEXTS: Final = 6000
"""So many texts are held laid out; then all are dropped and made anew as they come into sight."""

_SELECTED: Final = QStyle.StateFlag.State_Selected.value
_HOVER: Final = QStyle.StateFlag.State_MouseOver.value
_ACTIVE: Final = QStyle.StateFlag.State_Active.value


class TextCache:
    """Plain texts, elided and laid out, by font, width and text."""

    def __init__(self) -> None:
        self._texts: dict[tuple[str, int], dict[str, QStaticText]] = {}
        self._fonts: dict[str, tuple[QFont, QFontMetrics]] = {}
        self._count = 0

    def font(self, role: str) -> QFont:
        """The font of a role of the type scale."""
        return self._of(role)[0]

    def metrics(self, role: str) -> QFontMetrics:
        """The measures of that font."""
        return self._of(role)[1]

    def laid_out(self, text: str, role: str, width: int) -> QStaticText:
        """A text of one line, ending in an ellipsis where `width` is too narrow for it."""
        return self.column(role, width).get(text) or self.lay_out(text, role, width)

    def column(self, role: str, width: int) -> dict[str, QStaticText]:
        """What is held of one font and width; what isn't there is made by `lay_out`."""
        return self._texts.setdefault((role, width), {})

    def lay_out(self, text: str, role: str, width: int) -> QStaticText:
        """Lay a text out, and hold it."""
        if self._count >= KEPT_TEXTS:
            self._count = 0
            for held in self._texts.values():
                held.clear()
        self._count += 1
        font, metrics = self._of(role)
        line = one_line(text)
        static = QStaticText(line)
        static.setTextFormat(Qt.TextFormat.PlainText)
        static.prepare(QTransform(), font)
        if static.size().width() > width:
            static.setText(metrics.elidedText(line, Qt.TextElideMode.ElideRight, width))
            static.prepare(QTransform(), font)
        self.column(role, width)[text] = static
        return static

    def forget(self) -> None:
        """The theme has changed."""
        self._texts.clear()
        self._fonts.clear()
        self._count = 0

    def _of(self, role: str) -> tuple[QFont, QFontMetrics]:
        found = self._fonts.get(role)
        if found is None:
            font = theme().font(role)
            found = self._fonts[role] = (font, QFontMetrics(font))
        return found


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


class RowDelegate(QStyledItemDelegate):
    """The base: paints the ground of a row and offers what cells are drawn with. Subclasses draw in `paint_cell`."""

    def __init__(self, view: QAbstractItemView, height: str = "table") -> None:
        """`height` is one of ROW_HEIGHTS."""
        super().__init__(view)
        self.texts = TextCache()
        self.look = Look()
        self._view = view
        self._height = ROW_HEIGHTS[height]
        keeper().changed.connect(self._on_theme)

    def row_height(self) -> int:
        """The height of a row on this screen: more than the design's where the font needs it."""
        return max(theme().px(self._height), self.texts.metrics("body").height() + 2)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, self.row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect, state = option.rect, option.state.value
        self.paint_ground(
            painter,
            rect,
            is_current=bool(state & _SELECTED),
            has_focus=bool(state & _ACTIVE),
            is_lifted=bool(state & _HOVER) or self.is_checked(index),
            is_first=index.column() == 0,
        )
        self.paint_cell(painter, rect, index)

    def paint_ground(
        self,
        painter: QPainter,
        rect: QRect,
        *,
        is_current: bool,
        has_focus: bool,
        is_lifted: bool,
        is_first: bool = True,
    ) -> None:
        """The ground of a row or a cell of it: current, under the mouse or checked (`is_lifted`), else the view's own.

        The current row of the view that has the focus bears an edge where it `is_first`.
        """
        if is_current:
            painter.fillRect(rect, self.look.color("surface-selected" if has_focus else "surface-selected-inactive"))
            if is_first and has_focus:
                painter.fillRect(self.leading(rect, 0, self.look.edge), self.look.color("accent"))
        elif is_lifted:
            painter.fillRect(rect, self.look.color("surface-hover"))

    def is_checked(self, _index: Index) -> bool:
        """Whether the row is ticked off; of lists without checks none is."""
        return False

    def paint_cell(self, painter: QPainter, rect: QRect, index: Index) -> None:
        """Draw what stands in a cell."""
        text = index.data(Qt.ItemDataRole.DisplayRole)
        if text:
            self.draw_text(painter, rect, text)

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

    def draw_text(
        self, painter: QPainter, rect: QRect, text: str, *, role: str = "body", tone: str = "text", offset: int = -1
    ) -> int:
        """One line of text from `offset` on (else the margin), elided at the cell's end; gives the width drawn."""
        begin = self.look.margin if offset < 0 else offset
        width = rect.width() - begin - self.look.margin
        if width <= 0:
            return 0
        static = self.texts.laid_out(text, role, width)
        drawn = int(static.size().width()) + 1
        painter.setFont(self.texts.font(role))
        painter.setPen(self.look.pen(tone))
        top = rect.top() + (rect.height() - int(static.size().height())) // 2
        painter.drawStaticText(self.leading(rect, begin, drawn).left(), top, static)
        return drawn

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
            painter.setFont(self.texts.font("small"))
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

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """The tooltip has all of a text that didn't fit."""
        text: Any = index.data(Qt.ItemDataRole.DisplayRole)
        width = option.rect.width() - 2 * self.look.margin
        if isinstance(text, str) and text and self.texts.metrics("body").horizontalAdvance(text[:500]) > width:
            QToolTip.showText(event.globalPos(), plain_tip(text), view)
        else:
            QToolTip.hideText()
        return True

    def _on_theme(self) -> None:
        self.texts.forget()
        self.look = Look()


class TableDelegate(RowDelegate):
    """Draws a table a column at a time, which takes a third of the time of one call a cell."""

    def paint_column(self, painter: QPainter, number: int, place: QRect, rows: Sequence[tuple[int, Any]]) -> None:
        """Draw the cells of a column: `place` is that of its first cell, `rows` are the tops of rows and the rows."""
        raise NotImplementedError

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
        """Draw one line of text for each top, as `draw_text` does."""
        begin = self.look.margin if offset < 0 else offset
        width = place.width() - begin - self.look.margin
        if width <= 0:
            return
        held = self.texts.column(role, width)
        painter.setFont(self.texts.font(role))
        painter.setPen(self.look.pen(tone))
        down = (place.height() - self.texts.metrics(role).height()) // 2
        left = place.left() + begin
        is_mirrored = self.is_mirrored
        for top, text in texts:
            if text:
                static = held.get(text) or self.texts.lay_out(text, role, width)
                x = place.right() + 1 - begin - int(static.size().width()) - 1 if is_mirrored else left
                painter.drawStaticText(x, top + down, static)
