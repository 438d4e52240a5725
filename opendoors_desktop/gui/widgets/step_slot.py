"""The slot a carried step would stand in: it says what dropping does, and takes the keys while a step is carried."""

from PySide6.QtCore import QEvent, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QStyle, QWidget

from opendoors_desktop.gui.fonts import font_of, metrics_of
from opendoors_desktop.gui.icons import icon_pixmap
from opendoors_desktop.gui.theme import keeper, theme
from opendoors_desktop.gui.widgets.text import one_line

KEYS = {Qt.Key.Key_Up: "up", Qt.Key.Key_Down: "down", Qt.Key.Key_Left: "out", Qt.Key.Key_Right: "in"}


class StepSlot(QWidget):
    """`pressed` brings up, down, in, out, drop or cancel; `left` says that the focus went elsewhere."""

    pressed = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = self._name = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleIdentifier("step-slot")
        keeper().changed.connect(self.update)
        self.hide()

    @property
    def words(self) -> str:
        """What dropping would do."""
        return self._words

    def tell(self, words: str, name: str) -> None:
        """Say what dropping would do with the step of that name."""
        self._words, self._name = words, one_line(name, 200)
        self.setAccessibleName(f"{words}, {self._name}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.color("accent"), 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(look.color("accent-subtle"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        size = look.px(16)
        sign = self._placed(QRect(look.px(14), (self.height() - size) // 2, size, size))
        painter.drawPixmap(sign, icon_pixmap("arrow-right", look.colors["accent-text"], size, self.devicePixelRatioF()))
        align = QStyle.visualAlignment(
            self.layoutDirection(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        flags = int(align | Qt.AlignmentFlag.AlignAbsolute) | int(Qt.TextFlag.TextSingleLine)
        half = self.height() // 2
        room = QRect(look.px(40), 0, self.width() - look.px(52), self.height())
        for role, color, words, place in (
            (
                "body-strong",
                "accent-text",
                self._words,
                QRect(room.left(), half - look.px(18), room.width(), look.px(18)),
            ),
            ("small", "text-muted", self._name, QRect(room.left(), half + 1, room.width(), look.px(17))),
        ):
            painter.setFont(font_of(role))
            painter.setPen(look.color(color))
            shown = metrics_of(role).elidedText(words, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(self._placed(place), flags, shown)
        painter.end()

    def _placed(self, place: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), place)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._way(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = self._way(event)
        if way:
            self.pressed.emit(way)
        else:
            super().keyPressEvent(event)

    def _way(self, event: QKeyEvent) -> str:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            return "drop"
        if key == Qt.Key.Key_Escape:
            return "cancel"
        way = KEYS.get(key, "")
        if self.isRightToLeft() and way in {"in", "out"}:
            return "out" if way == "in" else "in"
        return way

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.isVisible() and event.reason() not in (
            Qt.FocusReason.ActiveWindowFocusReason,
            Qt.FocusReason.PopupFocusReason,
        ):
            self.left.emit()
