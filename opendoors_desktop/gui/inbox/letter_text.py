"""The text of one message on the screen: it loads nothing, opens nothing by itself, and is as high as its text."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from PySide6.QtCore import QByteArray, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QImage, QResizeEvent, QTextCharFormat, QTextCursor, QTextDocument, QTextOption
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser

from opendoors_desktop.gui.theme import keeper, theme
from opendoors_desktop.gui.words import one_line

SHOWN: Final = 12_000
"""So many letters of a text are shown; nobody reads more of a reply, and laying it out would hold the window up."""
MOST_LINKS: Final = 100

Span = tuple[int, int]
"""Where words begin and end in a text."""

_LINK = re.compile(r"https?://[^\s<>\"'“”]{3,1000}", re.IGNORECASE)
_BEHIND = ".,;:!?)]}"


class LetterText(QTextBrowser):
    """Shows plain text or cleaned HTML. `link_wanted` brings a link's target and the words it stands behind."""

    link_wanted = Signal(str, str)

    def __init__(self, name: str) -> None:
        """`name` is what screen readers call it."""
        super().__init__()
        self.setAccessibleName(name)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setProperty("kind", "letter")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextBrowserInteraction | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._shown: tuple[str, tuple[Span, ...]] | None = None
        self._has_place = False
        self._waiting: QTextDocument | None = None
        self.anchorClicked.connect(self._on_anchor)
        self.highlighted.connect(self._on_hovered)
        keeper().changed.connect(self._on_theme)
        self.setFont(theme().font("body"))

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Nothing a message names is ever fetched."""
        return _nothing(kind)

    def show_plain(self, text: str, spans: Sequence[Span] = ()) -> None:
        """Show text as it is, the words at `spans` marked."""
        self._shown = (text[:SHOWN], tuple(spans))
        document = self._fresh()
        document.setPlainText(text[:SHOWN])
        _mark(document, text[:SHOWN], spans)
        self._take(document)

    def show_html(self, html: str) -> None:
        """Show HTML that was cleaned before."""
        self._shown = None
        document = self._fresh()
        document.setHtml(html)
        self._take(document)

    def _fresh(self) -> QTextDocument:
        """A document that isn't shown yet: laid out once, when it is whole."""
        document = _Sealed(self)
        document.setUndoRedoEnabled(False)
        document.setDocumentMargin(0)
        document.setDefaultFont(theme().font("body"))
        document.setDefaultStyleSheet(f"a {{ color: {theme().colors['accent-text']} }}")
        option = document.defaultTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        document.setDefaultTextOption(option)
        return document

    def _take(self, document: QTextDocument) -> None:
        """Show a document; before this has a place of its own it waits, so that it isn't laid out twice."""
        if not self._has_place:
            self._waiting = document
            return
        before = self.document()
        document.setTextWidth(max(1, self.viewport().width()))
        self.setDocument(document)
        if isinstance(before, _Sealed):
            before.deleteLater()
        self._fit()

    def _on_anchor(self, url: QUrl) -> None:
        place = self.textCursor()
        self.link_wanted.emit(url.toString(), one_line(_words_at(place), 200))

    def _on_hovered(self, url: QUrl) -> None:
        self.setToolTip(url.toString()[:500].replace("&", "&amp;").replace("<", "&lt;"))

    def _on_theme(self) -> None:
        self.setFont(theme().font("body"))
        if self._shown is not None:
            self.show_plain(*self._shown)

    # Height

    def _fit(self) -> None:
        self.document().setTextWidth(max(1, self.viewport().width()))
        self.setFixedHeight(max(theme().px(20), round(self.document().size().height()) + 2 * theme().px(2) + 2))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        waiting, self._waiting = self._waiting, None
        self._has_place = True
        if waiting is not None:
            self._take(waiting)
        elif event.size().width() != event.oldSize().width():
            self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(120), theme().px(20))


class _Sealed(QTextDocument):
    """A document that fetches nothing, from wherever."""

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """What stands in the place of a picture or a style sheet."""
        return _nothing(kind)


def _nothing(kind: int) -> Any:
    if kind == QTextDocument.ResourceType.ImageResource.value:
        blank = QImage(1, 1, QImage.Format.Format_ARGB32)
        blank.fill(Qt.GlobalColor.transparent)
        return blank
    return QByteArray(b" ")  # anything but nothing: else Qt would look for a file of that name


def _mark(document: QTextDocument, text: str, spans: Sequence[Span]) -> None:
    """Mark the evidence, and make addresses of pages links to themselves."""
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    evidence = QTextCharFormat()
    evidence.setBackground(theme().color("success-bg"))
    for start, end in spans:
        _format(cursor, text, (start, min(end, len(text))), evidence)
    for start, end in _links(text):
        link = QTextCharFormat()
        link.setAnchor(True)
        link.setAnchorHref(text[start:end])
        link.setForeground(theme().color("accent-text"))
        link.setFontUnderline(True)
        _format(cursor, text, (start, end), link)
    cursor.endEditBlock()


def _format(cursor: QTextCursor, text: str, span: Span, look: QTextCharFormat) -> None:
    cursor.setPosition(_place(text, span[0]))
    cursor.setPosition(_place(text, span[1]), QTextCursor.MoveMode.KeepAnchor)
    cursor.mergeCharFormat(look)


def _links(text: str) -> Iterator[Span]:
    for number, found in enumerate(_LINK.finditer(text)):
        if number >= MOST_LINKS:
            return
        yield found.start(), found.start() + len(found[0].rstrip(_BEHIND))


def _place(text: str, place: int) -> int:
    """A place in a text as Qt counts: signs beyond the first plane take two."""
    return len(text[:place].encode("utf-16-le")) // 2


def _words_at(cursor: QTextCursor) -> str:
    """The words of the link a cursor stands in."""
    found = ""
    block = cursor.block().begin()
    href = cursor.charFormat().anchorHref()
    while not block.atEnd():
        piece = block.fragment()
        if piece.isValid() and href and piece.charFormat().anchorHref() == href:
            found += piece.text()
        block += 1
    return found
