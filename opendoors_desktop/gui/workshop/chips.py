"""Variables in a text document: each an object of its own, one place of the cursor wide, drawn as a chip."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QFontMetricsF,
    QPainter,
    QPyTextObject,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from opendoors_desktop.gui.card_words import variable_word
from opendoors_desktop.gui.fonts import font_of
from opendoors_desktop.gui.theme import keeper, theme
from opendoors_desktop.gui.workshop.template_text import Variable, known_variable, parts_of

CHIP: Final = QTextFormat.ObjectTypes.UserObject.value + 1
_SOURCE: Final = QTextFormat.Property.UserProperty.value + 1
OBJECT: Final = "\ufffc"
"""The sign that stands in a document where a chip is."""

_ENDS: Final = str.maketrans({"\u2029": "\n", "\u2028": "\n"})


class ChipPainter(QPyTextObject):
    """Draws the variables of one document; those in `lacking` some contacts have no value for."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.lacking: frozenset[str] = frozenset()
        self._sizes: dict[object, QSizeF] = {}
        keeper().changed.connect(self._sizes.clear)
        document.documentLayout().registerHandler(CHIP, self)

    def intrinsicSize(self, _document: QTextDocument, _place: int, format: QTextFormat) -> QSizeF:  # noqa: A002
        source = format.property(_SOURCE)
        if source not in self._sizes:
            metrics = QFontMetricsF(font_of("body"))
            variable = variable_at(format)
            width = metrics.horizontalAdvance(_words(variable)) if variable is not None else 0
            self._sizes[source] = QSizeF(width + theme().px(10), metrics.height() + 1)
        return self._sizes[source]

    def drawObject(
        self,
        painter: QPainter,
        place: QRectF | QRect,
        _document: QTextDocument,
        _at: int,
        format: QTextFormat,  # noqa: A002
    ) -> None:
        variable = variable_at(format)
        if variable is None:
            return
        is_amber = variable.name in self.lacking and variable.fallback is None
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color("warning-bg" if is_amber else "accent-subtle"))
        painter.drawRoundedRect(QRectF(place).adjusted(1, 0, -1, 0), 4, 4)
        painter.setPen(theme().color("warning" if is_amber else "accent-text"))
        painter.setFont(font_of("body"))
        painter.drawText(QRectF(place), int(Qt.AlignmentFlag.AlignCenter), _words(variable))


def _words(variable: Variable) -> str:
    word = variable_word(variable.name)
    return word if variable.fallback is None else f"{word} | {variable.fallback[:40]}"


def variable_at(format_: QTextFormat) -> Variable | None:
    """The variable behind the format of a sign; None for plain words."""
    source = format_.property(_SOURCE)
    return known_variable(source) if isinstance(source, str) else None


def insert_template(cursor: QTextCursor, text: str) -> None:
    """Put template text in at a cursor, its variables as chips; one step to undo."""
    cursor.beginEditBlock()
    cursor.removeSelectedText()
    insert_parts(cursor, parts_of(text))
    cursor.endEditBlock()


def insert_parts(cursor: QTextCursor, parts: Iterable[str | Variable]) -> None:
    """Put words and variables in at a cursor."""
    cursor.beginEditBlock()
    for part in parts:
        if isinstance(part, Variable):
            insert_chip(cursor, part)
        else:
            cursor.insertText(part, QTextCharFormat())
    cursor.endEditBlock()


def insert_chip(cursor: QTextCursor, variable: Variable) -> None:
    """Put a variable in at a cursor, in place of what is selected."""
    look = QTextCharFormat()
    look.setObjectType(CHIP)
    look.setProperty(_SOURCE, variable.source)
    look.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignBaseline)
    cursor.insertText(OBJECT, look)
    cursor.setCharFormat(QTextCharFormat())


def template_of(document: QTextDocument, begin: int = 0, end: int | None = None) -> str:
    """The template text of a document, or of a part of it."""
    raw = document.toRawText()[begin:end]
    words = raw.translate(_ENDS)
    if OBJECT not in words:
        return words
    cursor = QTextCursor(document)
    found = []
    for place, sign in enumerate(words, begin + 1):
        if sign != OBJECT:
            found.append(sign)
            continue
        cursor.setPosition(place)
        variable = variable_at(cursor.charFormat())
        found.append(OBJECT if variable is None else variable.source)
    return "".join(found)


__all__ = ["OBJECT", "ChipPainter", "insert_chip", "insert_parts", "insert_template", "template_of", "variable_at"]
