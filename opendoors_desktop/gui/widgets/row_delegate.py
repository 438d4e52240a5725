"""The look that all rows of lists and tables share: hover, current row, words cut to their room, pills and marks."""

from abc import abstractmethod
from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from opendoors_desktop.gui.fonts import font_of, metrics_of
from opendoors_desktop.gui.icons import icon_pixmap, pixel_ratio
from opendoors_desktop.gui.theme import keeper, theme
from opendoors_desktop.gui.widgets.text import one_line

Index = QModelIndex | QPersistentModelIndex
EDGE: Final = 3
"""The accent edge of the current row, in design pixels."""

KEPT: Final = 4000
"""So many cut texts are remembered."""

_LINE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute | Qt.TextFlag.TextSingleLine
LEFT_LINE: Final = int(Qt.AlignmentFlag.AlignLeft | _LINE)
RIGHT_LINE: Final = int(Qt.AlignmentFlag.AlignRight | _LINE)
MIDDLE_LINE: Final = int(Qt.AlignmentFlag.AlignHCenter | _LINE)
"""How one line of words lies in its place; put together once, since flags are slow to join."""


class Brush:
    """Draws into one row; every place is given as if the language ran from left to right."""

    def __init__(self, delegate: "RowDelegate", painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.painter = painter
        self.rect = QRect(option.rect)
        self.index = index
        self.is_current = bool(option.state & QStyle.StateFlag.State_Selected)
        self._delegate = delegate
        self._direction = option.direction
        self._ratio = pixel_ratio(painter)

    def placed(self, place: QRect) -> QRect:
        """Where a place is on the screen."""
        return QStyle.visualRect(self._direction, self.rect, place)

    def text(self, place: QRect, words: str, role: str = "body", color: str = "text", *, at_end: bool = False) -> None:
        """Words on one line, middle of the height, cut at their end where there is no room."""
        if place.width() <= 0:
            return
        is_right = at_end is not (self._direction is Qt.LayoutDirection.RightToLeft)
        flags = RIGHT_LINE if is_right else LEFT_LINE
        self.painter.setFont(font_of(role))
        self.painter.setPen(theme().color(color))
        self.painter.drawText(self.placed(place), flags, self._delegate.cut(words, role, place.width()))

    def icon(self, place: QRect, name: str, color: str = "text-muted") -> None:
        """An icon, as large as the shorter side of its place."""
        size = min(place.width(), place.height())
        spot = self.placed(place)
        corner = spot.topLeft() + (spot.bottomRight() - spot.topLeft() - QRect(0, 0, size, size).bottomRight()) / 2
        self.painter.drawPixmap(corner, icon_pixmap(name, theme().colors[color], size, self._ratio))

    def box(self, place: QRect, color: str, radius: float = 2, outline: str = "") -> None:
        """A filled box, a mark of colour for instance; `outline` draws its edge."""
        spot = QRectF(self.placed(place))
        outline = outline or theme().outline(color)
        self.painter.setPen(theme().color(outline) if outline else Qt.PenStyle.NoPen)
        self.painter.setBrush(theme().color(color))
        inset = 0.5 if outline else 0.0
        self.painter.drawRoundedRect(spot.adjusted(inset, inset, -inset, -inset), radius, radius)

    def pill_width(self, words: str) -> int:
        """How wide a pill with these words is."""
        look = theme()
        return metrics_of("caption").horizontalAdvance(words) + look.px(13) + 3 * look.px(6)

    def pill(self, place: QRect, words: str, tone: str, icon_name: str) -> None:
        """Icon and word on a tinted fill, in the middle of the height of its place."""
        look = theme()
        height = look.px(20)
        spot = QRect(place.left(), place.center().y() - height // 2 + 1, self.pill_width(words), height)
        self.box(spot, f"{tone}-bg", height / 2)
        size = look.px(13)
        self.icon(QRect(spot.left() + look.px(6), spot.center().y() - size // 2, size, size), icon_name, tone)
        self.text(spot.adjusted(size + 2 * look.px(6), 0, -look.px(4), 0), words, "caption", tone)

    def line(self, start: QPointF, end: QPointF, color: str = "border") -> None:
        """A hairline between two points."""
        self.painter.setPen(theme().color(color))
        self.painter.drawLine(self._mirrored(start), self._mirrored(end))

    def _mirrored(self, point: QPointF) -> QPointF:
        if self._direction is not Qt.LayoutDirection.RightToLeft:
            return point
        return QPointF(self.rect.left() + self.rect.right() + 1 - point.x(), point.y())


class RowDelegate(QStyledItemDelegate):
    """Rows of one height. Subclasses say in `draw` what stands in a row; its ground is painted already.

    Words that were cut to a width are remembered until the theme changes, so that no painting measures any twice.
    """

    def __init__(self, parent: QObject, height: int = 36) -> None:
        """`height` is the design height."""
        super().__init__(parent)
        self._height = height
        self._cut: dict[tuple[str, str, int], str] = {}
        keeper().changed.connect(self._forget)

    def _forget(self) -> None:
        self._cut.clear()

    @abstractmethod
    def draw(self, brush: Brush) -> None:
        """Draw what a row shows."""

    def height(self, _index: Index) -> int:
        """The design height of a row."""
        return self._height

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme().px(160), theme().px(self.height(index)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # words by what is in them
        self.ground(painter, option, index)
        self.draw(Brush(self, painter, option, index))
        painter.restore()

    def ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """What lies under a row: its hover, or the fill and the edge of the current one."""
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            is_active = bool(state & QStyle.StateFlag.State_Active) and bool(state & QStyle.StateFlag.State_HasFocus)
            painter.fillRect(option.rect, theme().color(f"surface-selected{'' if is_active else '-inactive'}"))
            edge = QRect(option.rect.left(), option.rect.top(), theme().px(EDGE), option.rect.height())
            painter.fillRect(QStyle.visualRect(option.direction, option.rect, edge), theme().color("accent"))
        elif state & QStyle.StateFlag.State_MouseOver and index.flags() & Qt.ItemFlag.ItemIsSelectable:
            painter.fillRect(option.rect, theme().color("surface-hover"))

    def cut(self, words: str, role: str, width: int) -> str:
        """The words on one line, cut to a width."""
        key = (words, role, width)
        found = self._cut.get(key)
        if found is None:
            if len(self._cut) > KEPT:
                self._cut.clear()
            found = metrics_of(role).elidedText(one_line(words), Qt.TextElideMode.ElideRight, width)
            self._cut[key] = found
        return found
