"""One message of a thread: folded to a line, or unfolded with its text, what it quotes behind a button."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from opendoors_desktop.gui.fonts import font_of, metrics_of
from opendoors_desktop.gui.identifiers import identify
from opendoors_desktop.gui.inbox.letter_text import SHOWN, LetterText, Span
from opendoors_desktop.gui.theme import keeper, theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.text import Label, breakable, one_line

AVATAR: Final = 26


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it is shown; `key` tells it from others.

    `text` is what was written without what it quotes, `whole` all of it ("" where that is the same), `html` its cleaned
    HTML ("" where it has none), `spans` where the evidence stands in `text`. `said` are a server's own words, which
    come first.
    """

    key: object
    is_ours: bool
    who: str
    to: str
    at: str
    line: str
    text: str
    whole: str = ""
    html: str = ""
    spans: tuple[Span, ...] = ()
    said: str = ""
    files: tuple[str, ...] = ()


class LetterHead(QAbstractButton):
    """Who wrote it and when, and the first words while it is folded; pressing it folds and unfolds."""

    def __init__(self, letter: Letter) -> None:
        super().__init__()
        self._letter = letter
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        parts = (self._who, letter.to, letter.at, letter.line)
        self.setAccessibleName(", ".join(part for part in parts if part))
        self.toggled.connect(lambda _: self.updateGeometry())
        keeper().changed.connect(self.update)

    @property
    def _who(self) -> str:
        return self.tr("You") if self._letter.is_ours else self._letter.who

    def sizeHint(self) -> QSize:
        return QSize(theme().px(240), theme().px(52 if self.isChecked() else 40))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(120), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, letter = theme(), self._letter
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = look.px(AVATAR)
        inner = self.rect().adjusted(look.px(14), 0, -look.px(14), 0)
        top = look.px(12) if self.isChecked() else (self.height() - size) // 2
        colors = ("step-task-bg", "step-task") if letter.is_ours else ("success-bg", "success")
        draw_avatar(painter, self._placed(QRect(inner.left(), top, size, size)), initials(letter.who), colors)
        wide = metrics_of("small").horizontalAdvance(letter.at) + look.px(8)
        left = inner.left() + size + look.px(10)
        line = QRect(left, look.px(6) if self.isChecked() else 0, inner.right() - left - wide, look.px(22))
        if not self.isChecked():
            line.setHeight(self.height())
        self._text(painter, QRect(inner.right() - wide, line.top(), wide, line.height()), letter.at, at_end=True)
        name = min(metrics_of("body-strong").horizontalAdvance(one_line(self._who, 200)) + look.px(10), line.width())
        self._text(painter, QRect(left, line.top(), name, line.height()), self._who, "body-strong", "text")
        if self.isChecked():
            below = QRect(left, line.bottom(), inner.right() - left, look.px(18))
            self._text(painter, below, self.tr("to {address}").format(address=letter.to) if letter.to else "")
        else:
            self._text(painter, line.adjusted(name, 0, 0, 0), letter.line)
        if self.hasFocus():
            painter.setPen(look.color("focus-ring"))
            painter.drawRoundedRect(self.rect().adjusted(2, 2, -3, -3), look.px(6), look.px(6))
        painter.end()

    def _placed(self, place: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), place)

    def _text(
        self, painter: QPainter, place: QRect, words: str, role: str = "small", color: str = "text-muted", *,
        at_end: bool = False,
    ) -> None:  # fmt: skip
        if place.width() <= 0:
            return
        painter.setFont(font_of(role))
        painter.setPen(theme().color(color))
        along = Qt.AlignmentFlag.AlignRight if at_end else Qt.AlignmentFlag.AlignLeft
        align = QStyle.visualAlignment(self.layoutDirection(), along | Qt.AlignmentFlag.AlignVCenter)
        flags = int(align | Qt.AlignmentFlag.AlignAbsolute) | int(Qt.TextFlag.TextSingleLine)
        fitted = metrics_of(role).elidedText(one_line(words, 400), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(self._placed(place), flags, fitted)


class LetterCard(QFrame):
    """A message. `link_wanted` brings a link's target and its words, `unfolded` says that it has its text now."""

    link_wanted = Signal(str, str)
    unfolded = Signal()

    def __init__(self, letter: Letter, *, is_open: bool) -> None:
        super().__init__()
        self.letter = letter
        self.setProperty("kind", "card")
        self._body: QWidget | None = None
        self.text: LetterText | None = None
        self.quote_button: QPushButton | None = None
        self.shape_button: QPushButton | None = None
        self._is_whole = self._is_shaped = False
        self.head = LetterHead(letter)
        self.head.toggled.connect(self._unfold)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(0)
        self._column.addWidget(self.head)
        self.head.setChecked(is_open)
        identify(self, f"letter.{letter.key}")

    def _unfold(self, is_open: bool) -> None:
        if is_open and self._body is None:
            self._body = self._make_body()
            self._column.addWidget(self._body)
            identify(self, f"letter.{self.letter.key}")
            self.unfolded.emit()
        if self._body is not None:
            self._body.setVisible(is_open)

    def _make_body(self) -> QWidget:
        letter, look = self.letter, theme()
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(look.px(14 + AVATAR + 10), look.px(2), look.px(14), look.px(14))
        column.setSpacing(look.px(8))
        if letter.said:
            column.addWidget(_said(letter.said))
        self.text = LetterText(self.tr("Message from {name}").format(name=one_line(letter.who, 80)))
        self.text.link_wanted.connect(self.link_wanted)
        column.addWidget(self.text)
        row = QHBoxLayout()
        row.setSpacing(look.px(8))
        if letter.whole and letter.whole != letter.text:
            self.quote_button = push_button(self.tr("⋯"), self._toggle_whole, kind="fold")
            self.quote_button.setCheckable(True)
            self.quote_button.setAccessibleName(self.tr("Show the quoted text"))
            self.quote_button.setToolTip(self.tr("Show the quoted text"))
            row.addWidget(self.quote_button)
        if letter.html:
            self.shape_button = push_button(self.tr("Show formatted"), self._toggle_shape, kind="link")
            self.shape_button.setCheckable(True)
            row.addWidget(self.shape_button)
        row.addStretch(1)
        if row.count() > 1:
            column.addLayout(row)
        if letter.files:
            files = Label(
                self.tr("Attached: {files}").format(files=breakable(", ".join(letter.files))),
                "small",
                "muted",
                wraps=True,
            )
            column.addWidget(files)
        if max(len(letter.text), len(letter.whole)) > SHOWN:
            words = self.tr("The message is longer; all of it is in the mailbox.")
            column.addWidget(Label(words, "small", "muted", wraps=True))
        self._show()
        return body

    def stops(self) -> list[QWidget]:
        """What the Tab key goes through, in reading order."""
        parts = (self.head, self.text, self.quote_button, self.shape_button)
        return [part for part in parts if part is not None]

    def _toggle_whole(self) -> None:
        self._is_whole = not self._is_whole
        self._show()

    def _toggle_shape(self) -> None:
        self._is_shaped = not self._is_shaped
        assert self.shape_button is not None  # it was pressed
        self.shape_button.setText(self.tr("Show plain") if self._is_shaped else self.tr("Show formatted"))
        self._show()

    def _show(self) -> None:
        assert self.text is not None  # made before
        letter = self.letter
        if self._is_shaped:
            self.text.show_html(letter.html)
        elif self._is_whole:
            self.text.show_plain(letter.whole)
        else:
            self.text.show_plain(letter.text, letter.spans)


def _said(words: str) -> QWidget:
    """A mail server's own words, apart from what was written."""
    box = QFrame()
    box.setProperty("notice", "danger")
    column = QVBoxLayout(box)
    column.setContentsMargins(*[theme().px(8)] * 4)
    column.addWidget(Label(breakable(words[:2000]), "body", "danger", wraps=True))
    return box


def initials(name: str) -> str:
    """The first letters of a name's first and last word, or of an address."""
    words = [word for word in one_line(name, 200).replace("@", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def draw_avatar(painter: QPainter, place: QRect, letters: str, colors: Sequence[str]) -> None:
    """Letters on a tinted disc; `colors` are the tokens of ground and ink."""
    ground, ink = colors
    outline = theme().outline(ground)
    painter.setPen(theme().color(outline) if outline else Qt.PenStyle.NoPen)
    painter.setBrush(theme().color(ground))
    painter.drawEllipse(place)
    painter.setFont(font_of("caption"))
    painter.setPen(theme().color(ink))
    painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), letters)
