"""Paints what lies under the cards of a step canvas: the line with its days, waits, lanes and connectors."""

from collections.abc import Mapping
from uuid import UUID

from PySide6.QtCore import QCoreApplication, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QWidget

from opendoors_desktop.domain.step import Branch
from opendoors_desktop.gui.canvas_plan import GUTTER, LINE, LaneBox, Plan
from opendoors_desktop.gui.card_words import CardWords, lane_words
from opendoors_desktop.gui.fonts import font_of, metrics_of
from opendoors_desktop.gui.formats import count
from opendoors_desktop.gui.icons import icon_pixmap
from opendoors_desktop.gui.step_words import step_look
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.store.queries.sequence_steps import StepCard


class CanvasPainter:
    """One painting of a canvas; places are those of the plan, mirrored where the language is."""

    def __init__(
        self, canvas: QWidget, painter: QPainter, plan: Plan, cards: Mapping[UUID, StepCard], words: CardWords
    ) -> None:
        self._canvas = canvas
        self._painter = painter
        self._plan = plan
        self._cards = cards
        self._words = words

    def paint(self, seen: QRect) -> None:
        """Paint what lies in a part of the canvas."""
        self._paint_line()
        for lane in self._plan.lanes:
            box = QRect(lane.box.left, lane.box.top, lane.box.width, lane.box.height)
            if self._mirrored(box).intersects(seen):
                self._paint_lane(lane)
        self._paint_connectors(seen)
        self._paint_waits(seen)
        self._paint_days(seen)
        self._paint_flag()

    def _paint_line(self) -> None:
        nodes = self._plan.nodes
        self._painter.setPen(QPen(theme().color("border-strong"), 2))
        at = self._x(theme().px(LINE))
        self._painter.drawLine(at, nodes[0][1], at, self._plan.flag)

    def _paint_lane(self, lane: LaneBox) -> None:
        look = theme()
        self._painter.setPen(look.color("border"))
        self._painter.setBrush(look.color("sidebar"))
        self._painter.drawRoundedRect(
            QRectF(self._mirrored(QRect(lane.box.left, lane.box.top, lane.box.width, lane.box.height))).adjusted(
                0.5, 0.5, -0.5, -0.5
            ),
            8,
            8,
        )
        is_yes = lane.branch is Branch.YES
        words = _tr("Yes") if is_yes else _tr("No")
        size = look.px(13)
        width = metrics_of("caption").horizontalAdvance(words) + size + look.px(14)
        tag = QRect(lane.box.left + look.px(8), lane.box.top + look.px(8), width, look.px(18))
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(look.color("success-bg" if is_yes else "neutral-bg"))
        self._painter.drawRoundedRect(self._mirrored(tag), 4, 4)
        tone = "success" if is_yes else "neutral"
        sign = QRect(tag.left() + look.px(5), tag.top(), size, tag.height())
        self._icon(sign, "check" if is_yes else "x", tone, size)
        self._text(tag.adjusted(size + look.px(9), 0, 0, 0), words, "caption", tone)
        behind = QRect(tag.right() + look.px(8), tag.top(), lane.box.right - tag.right() - look.px(16), tag.height())
        self._text(behind, self._lane_words(lane), "small", "text-muted")

    def _lane_words(self, lane: LaneBox) -> str:
        card = self._cards[lane.step_id]
        taken = card.figures.succeeded if lane.branch is Branch.YES else card.figures.executed - card.figures.succeeded
        return lane_words(taken, card.figures.executed, is_empty=lane.steps == 0, finishes=lane.finishes)

    def _paint_connectors(self, seen: QRect) -> None:
        self._painter.setPen(QPen(theme().color("border-strong"), 2))
        for left, top, right, bottom in self._plan.lines:
            if top <= seen.bottom() and bottom >= seen.top():
                self._painter.drawLine(self._x(left), top, self._x(right), bottom)

    def _paint_waits(self, seen: QRect) -> None:
        look = theme()
        size = look.px(13)
        for wait in self._plan.waits:
            if not seen.top() - 40 <= wait.middle <= seen.bottom() + 40:
                continue
            place = QRect(
                wait.left, wait.middle - look.px(9), self._canvas.width() - wait.left - look.px(24), look.px(18)
            )
            sign = QRect(place.left(), place.top(), size, place.height())
            self._icon(sign, "clock", "text-muted", size)
            words = self._words.wait(self._cards[wait.step_id].step.delay)
            self._text(place.adjusted(size + look.px(6), 0, 0, 0), words, "small", "text-muted")
            if wait.on_line:
                self._painter.setPen(QPen(look.color("border-strong"), 1.5))
                self._painter.setBrush(look.color("canvas"))
                self._painter.drawEllipse(QPoint(self._x(look.px(LINE)), wait.middle), look.px(4), look.px(4))

    def _paint_days(self, seen: QRect) -> None:
        look = theme()
        for key, middle in self._plan.nodes:
            if not seen.top() - 40 <= middle <= seen.bottom() + 40:
                continue
            card = self._cards[key]
            words = _tr("Day {day}").format(day=count(card.day))
            label = QRect(0, middle - look.px(10), look.px(LINE - 16), look.px(20))
            self._text(label, words, "body-strong", "text", at_end=True)
            self._painter.setPen(QPen(look.color("canvas"), 2))
            color = "neutral-solid" if not card.is_running else step_look(card.step.type).color
            self._painter.setBrush(look.color(color))
            self._painter.drawEllipse(QPoint(self._x(look.px(LINE)), middle), look.px(5), look.px(5))

    def _paint_flag(self) -> None:
        look, middle = theme(), self._plan.flag
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(look.color("border-strong"))
        end = QRect(look.px(LINE) - look.px(5), middle - look.px(5), look.px(10), look.px(10))
        self._painter.drawRect(self._mirrored(end))
        size = look.px(13)
        place = QRect(look.px(GUTTER) + look.px(4), middle - look.px(9), self._canvas.width(), look.px(18))
        self._icon(QRect(place.left(), place.top(), size, place.height()), "flag", "text-muted", size)
        words = _tr("Finished, no further contact")
        self._text(place.adjusted(size + look.px(6), 0, 0, 0), words, "small", "text-muted")

    def _x(self, design: int) -> int:
        return self._canvas.width() - design if self._canvas.isRightToLeft() else design

    def _text(self, place: QRect, words: str, role: str, color: str, *, at_end: bool = False) -> None:
        along = Qt.AlignmentFlag.AlignRight if at_end else Qt.AlignmentFlag.AlignLeft
        align = QStyle.visualAlignment(self._canvas.layoutDirection(), along | Qt.AlignmentFlag.AlignVCenter)
        self._painter.setFont(font_of(role))
        self._painter.setPen(theme().color(color))
        flags = int(align | Qt.AlignmentFlag.AlignAbsolute) | int(Qt.TextFlag.TextSingleLine)
        shown = metrics_of(role).elidedText(words, Qt.TextElideMode.ElideRight, place.width())
        self._painter.drawText(self._mirrored(place), flags, shown)

    def _icon(self, place: QRect, name: str, color: str, size: int) -> None:
        corner = self._mirrored(place).center() - QPoint(size // 2, size // 2)
        self._painter.drawPixmap(
            corner, icon_pixmap(name, theme().colors[color], size, self._canvas.devicePixelRatioF())
        )

    def _mirrored(self, place: QRect) -> QRect:
        return QStyle.visualRect(self._canvas.layoutDirection(), self._canvas.rect(), place)


def _tr(text: str) -> str:
    return QCoreApplication.translate("StepCanvas", text)
