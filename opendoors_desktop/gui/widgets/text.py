"""Text on the screen: labels that show foreign words as they are, and elide what doesn't fit."""

import re

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QStyle, QWidget

from opendoors_desktop.gui.theme import keeper, theme
from opendoors_desktop.gui.words import one_line

__all__ = ["ElidedLabel", "Label", "Line", "breakable", "one_line", "plain_tip"]


class Label(QLabel):
    """Words in a role of the type scale and a tone; markup in them is shown, never obeyed."""

    def __init__(self, text: str = "", role: str = "body", tone: str = "", *, wraps: bool = False) -> None:
        """`tone` is a state of the style sheet: muted, subtle, accent, danger, warning or success."""
        super().__init__(text)
        self._role = role
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wraps)
        self.setProperty("tone", tone)
        self._on_theme()
        keeper().changed.connect(self._on_theme)

    def set_tone(self, tone: str) -> None:
        """Change the tone."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().polish(self)

    def _on_theme(self) -> None:
        self.setFont(theme().font(self._role))


class ElidedLabel(Label):
    """One line that ends in an ellipsis where there is no room; its tooltip then holds all of it."""

    def __init__(self, text: str = "", role: str = "body", tone: str = "") -> None:
        super().__init__(text, role, tone)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 4, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(self.foregroundRole()))
        align = QStyle.visualAlignment(self.layoutDirection(), self.alignment()) | Qt.AlignmentFlag.AlignAbsolute
        painter.drawText(self.rect(), int(align) | int(Qt.TextFlag.TextSingleLine), self._shown())
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell()

    def setText(self, text: str) -> None:
        super().setText(text)
        self._tell()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._tell()

    def _shown(self) -> str:
        return self.fontMetrics().elidedText(one_line(self.text()), Qt.TextElideMode.ElideRight, self.width())

    def _tell(self) -> None:
        self.setToolTip("" if self._shown() == self.text() else plain_tip(self.text()))


def breakable(text: str) -> str:
    """Foreign words for several lines: addresses may go on in the next line behind their signs."""
    return re.sub(r"(?<=[@._\-/])(?=\w)", "\u200b", text)


def plain_tip(text: str, longest: int = 1000) -> str:
    """Words for a tooltip, which would take what looks like markup for markup."""
    shown = text[:longest].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<qt>{shown}</qt>" if shown else ""


class Line(QFrame):
    """A hairline between two parts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "line")
