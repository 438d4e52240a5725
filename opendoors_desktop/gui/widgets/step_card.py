"""One step on the canvas: a widget of its own, so that it takes the focus and screen readers know it."""

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QApplication, QStyle, QWidget

from opendoors_desktop.domain.step_check import Problem
from opendoors_desktop.gui.card_words import CardWords, figure_text, figure_word
from opendoors_desktop.gui.fonts import font_of, metrics_of
from opendoors_desktop.gui.icons import icon_pixmap
from opendoors_desktop.gui.step_words import step_look
from opendoors_desktop.gui.theme import keeper, theme
from opendoors_desktop.gui.widgets.text import plain_tip
from opendoors_desktop.store.queries.sequence_steps import StepCard

_NONE = Qt.KeyboardModifier.NoModifier
FIGURE, TILE, COMPACT_BELOW = 58, 32, 420
KEYS = {
    Qt.Key.Key_Up: "up", Qt.Key.Key_Down: "down", Qt.Key.Key_Left: "out", Qt.Key.Key_Right: "in",
    Qt.Key.Key_Home: "first", Qt.Key.Key_End: "last",
}  # fmt: skip


VERBS = {
    (Qt.Key.Key_E, _NONE): "email", (Qt.Key.Key_T, _NONE): "task", (Qt.Key.Key_L, _NONE): "linkedin",
    (Qt.Key.Key_C, _NONE): "call", (Qt.Key.Key_N, _NONE): "conditional", (Qt.Key.Key_D, _NONE): "delay",
    (Qt.Key.Key_Space, _NONE): "carry", (Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier): "duplicate",
    (Qt.Key.Key_Delete, _NONE): "remove", (Qt.Key.Key_0, _NONE): "switch",
    (Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier): "up", (Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier): "down",
    (Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier): "in",
    (Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier): "out",
}  # fmt: skip
"""What keys on a card do to its step; a type of step is put behind it."""


class StepCardView(QWidget):
    """`wanted` brings what is to be done to the step, `dragged` where the mouse carries it on the canvas.

    `chosen` says that a person looks at the step, `opened` that its text is wanted, `moved` where the keys go.
    """

    chosen = Signal(object)
    opened = Signal(object)
    moved = Signal(object, str)
    wanted = Signal(object, str)
    dragged = Signal(object, QPoint)
    released = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.card: StepCard | None = None
        self._title = self._detail = self._compact = ""
        self._figures: list[tuple[str, str]] = []
        self._problem: Problem | None = None
        self._pressed: QPoint | None = None
        self._is_dragged = False
        self._is_current = False
        self._is_unsaved = False
        self._sentence = ""
        self._is_hovered = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        keeper().changed.connect(self.update)

    @property
    def title(self) -> str:
        """What the card calls its step."""
        return self._title

    @property
    def figures(self) -> list[tuple[str, str]]:
        """The words and the figures on the card."""
        return self._figures

    def show_card(self, card: StepCard, words: CardWords, problem: Problem | None) -> None:
        """Show a step; nothing is painted anew where it looks as before."""
        if (card, problem) == (self.card, self._problem):
            return
        self.card, self._problem = card, problem
        self._title, self._detail, self._compact = words.title(card), words.detail(card), words.compact(card)
        self._figures = [(figure_word(each.name), figure_text(each)) for each in card.shown]
        sentence = words.sentence(card)
        self._sentence = sentence if problem is None else f"{sentence}, {problem.sentence}"
        self._name()
        self.setAccessibleIdentifier(f"step-{card.number}")
        self.setToolTip(plain_tip(self._title if problem is None else f"{problem.sentence} {problem.advice}"))
        self.update()

    def set_current(self, *, is_current: bool) -> None:
        """Mark the card whose text is shown."""
        if self._is_current != is_current:
            self._is_current = is_current
            self.update()

    def set_unsaved(self, *, is_unsaved: bool) -> None:
        """Mark the card of a step of which something is written that isn't saved."""
        if self._is_unsaved != is_unsaved:
            self._is_unsaved = is_unsaved
            self._name()
            self.update()

    def _name(self) -> None:
        unsaved = self.tr("Unsaved")
        self.setAccessibleName(f"{self._sentence}, {unsaved}" if self._is_unsaved else self._sentence)

    def sizeHint(self) -> QSize:
        return QSize(theme().px(420), theme().px(56))

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.card is None:
            return
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter)
        is_off = not self.card.is_running
        step = step_look(self.card.step.type)
        gap = look.px(9 if self.width() < look.px(COMPACT_BELOW) else 13)
        tile = QRect(gap, (self.height() - look.px(TILE)) // 2, look.px(TILE), look.px(TILE))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("neutral-bg" if is_off else step.tile))
        painter.drawRoundedRect(self._placed(tile), 7, 7)
        self._icon(painter, tile, step.icon, "text-muted" if is_off else step.color, look.px(16))
        left = tile.right() + gap
        end = self.width() - look.px(12)
        if self._problem is not None:
            sign = QRect(end - look.px(18), 0, look.px(18), self.height())
            tone = ("circle-x", "danger") if self._problem.blocks else ("triangle-alert", "warning")
            self._icon(painter, sign, *tone, look.px(18))
            end = sign.left() - look.px(8)
        end = self._paint_figures(painter, end)
        self._paint_words(painter, QRect(left, 0, end - left, self.height()))
        painter.end()

    def _paint_frame(self, painter: QPainter) -> None:
        look = theme()
        width, color = 1.0, "border-strong" if self._is_hovered else "border"
        if self._problem is not None and self._problem.blocks:
            color = "danger-solid"
        if self._is_current or self.hasFocus():
            width, color = 2.0, "focus-ring" if self.hasFocus() else "accent"
        is_on = self.card is not None and self.card.is_running
        painter.setPen(QPen(look.color(color), width))
        painter.setBrush(look.color("surface-raised" if is_on else "surface-disabled"))
        half = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), 8, 8)

    def _paint_figures(self, painter: QPainter, end: int) -> int:
        """Columns of figures at the end of a wide card; gives where they begin."""
        look = theme()
        if self.card is None or not self.card.is_running:
            words = self.tr("Off")
            width = metrics_of("small").horizontalAdvance(words)
            self._text(
                painter, QRect(end - width, 0, width + 1, self.height()), words, "small", "text-muted", at_end=True
            )
            return end - width - look.px(12)
        if self.width() < look.px(COMPACT_BELOW):
            return end
        half = self.height() // 2
        for word, figure in reversed(self._figures):
            width = max(look.px(FIGURE), metrics_of("small").horizontalAdvance(word) + look.px(10))
            top = QRect(end - width, half - look.px(17), width, look.px(16))
            self._text(painter, top, word, "small", "text-muted", at_end=True)
            below = QRect(end - width, half, width, look.px(17))
            self._text(painter, below, figure, "body-strong", "text", at_end=True)
            end -= width
        return end - look.px(12)

    def _paint_words(self, painter: QPainter, room: QRect) -> None:
        look, half = theme(), self.height() // 2
        is_off = self.card is None or not self.card.is_running
        top = QRect(room.left(), half - look.px(18), room.width(), look.px(18))
        marks = self._marks()
        widths = [metrics_of("caption").horizontalAdvance(mark) + look.px(12) for mark, *_ in marks]
        title_room = max(0, top.width() - sum(width + look.px(6) for width in widths))
        shown = metrics_of("body-strong").elidedText(self._title, Qt.TextElideMode.ElideRight, title_room)
        taken = metrics_of("body-strong").horizontalAdvance(shown)
        self._text(painter, QRect(top.left(), top.top(), taken + 1, top.height()), shown, "body-strong",
                   "text-muted" if is_off else "text")  # fmt: skip
        at = top.left() + taken + look.px(6)
        for (mark, color, ground), width in zip(marks, widths, strict=True):
            tag = QRect(at, top.top() + 1, width, look.px(16))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color(ground))
            painter.drawRoundedRect(self._placed(tag), 4, 4)
            self._text(painter, tag, mark, "caption", color, in_middle=True)
            at += width + look.px(6)
        detail = self._compact if self.width() < look.px(COMPACT_BELOW) else self._detail
        below = QRect(room.left(), half + look.px(1), room.width(), look.px(17))
        words = metrics_of("small").elidedText(detail, Qt.TextElideMode.ElideRight, below.width())
        self._text(painter, below, words, "small", "text-muted")

    def _marks(self) -> list[tuple[str, str, str]]:
        """The marks behind the title: words, colour and ground."""
        marks = []
        if self.card is not None and self.card.step.ab_test_enabled:
            marks.append((self.tr("A/B"), "step-linkedin", "step-linkedin-bg"))
        if self._is_unsaved:
            marks.append((self.tr("Unsaved"), "warning", "warning-bg"))
        return marks

    def _text(
        self, painter: QPainter, place: QRect, words: str, role: str, color: str, *,
        at_end: bool = False, in_middle: bool = False,
    ) -> None:  # fmt: skip
        along = Qt.AlignmentFlag.AlignRight if at_end else Qt.AlignmentFlag.AlignLeft
        if in_middle:
            along = Qt.AlignmentFlag.AlignHCenter
        align = QStyle.visualAlignment(self.layoutDirection(), along | Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(font_of(role))
        painter.setPen(theme().color(color))
        flags = int(align | Qt.AlignmentFlag.AlignAbsolute) | int(Qt.TextFlag.TextSingleLine)
        painter.drawText(self._placed(place), flags, words)

    def _icon(self, painter: QPainter, place: QRect, name: str, color: str, size: int) -> None:
        corner = self._placed(place).center() - QPoint(size // 2, size // 2)
        painter.drawPixmap(corner, icon_pixmap(name, theme().colors[color], size, self.devicePixelRatioF()))

    def _placed(self, place: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), place)

    # Mouse and keys

    def enterEvent(self, event: QEnterEvent) -> None:
        self._is_hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._is_hovered = False
        self.update()
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()
        self.chosen.emit(self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._pressed = event.position().toPoint() if event.button() is Qt.MouseButton.LeftButton else None
        self._is_dragged = False
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        far = (event.position().toPoint() - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        if self._is_dragged or far:
            self._is_dragged = True
            self.dragged.emit(self, self.mapToParent(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        if self._is_dragged:
            self._is_dragged = False
            self.released.emit(self)
        super().mouseReleaseEvent(event)

    def verb(self, event: QKeyEvent) -> str:
        """What a key does to the step; "" for none."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        verb = VERBS.get((Qt.Key(event.key()), modifiers), "")
        if self.isRightToLeft() and verb in {"in", "out"}:
            return "out" if verb == "in" else "in"
        return verb

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.opened.emit(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        way = KEYS.get(key)
        if self.isRightToLeft() and way in {"in", "out"}:
            way = "out" if way == "in" else "in"
        if verb := self.verb(event):
            self.wanted.emit(self, verb)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self)
        elif way is not None and event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        ):
            self.moved.emit(self, way)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.ignore()
