"""A field for template text: variables are chips, chosen from a list that opens at two braces or by Ctrl+Space."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QTextCursor, QTextOption
from PySide6.QtWidgets import QMenu, QTextEdit

from opendoors_desktop.gui.card_words import variable_word
from opendoors_desktop.gui.theme import keeper, theme
from opendoors_desktop.gui.workshop.chips import (
    OBJECT,
    ChipPainter,
    insert_chip,
    insert_parts,
    insert_template,
    template_of,
    variable_at,
)
from opendoors_desktop.gui.workshop.fallback_panel import FallbackPanel
from opendoors_desktop.gui.workshop.template_text import Variable, parts_of, variable_at_end, variable_of
from opendoors_desktop.gui.workshop.variable_list import Offer, VariableList

LONGEST = 50_000
"""Characters; a longer text is shown in part and can't be written here."""

PORTION = 300
"""So many words and variables are put in at a time."""

_KEYS = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Escape}


class TemplateEdit(QTextEdit):
    """`edited` says that a person changed the text; `source` gives it as it is saved."""

    edited = Signal()

    def __init__(self, name: str, *, is_line: bool = False) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self._is_line = is_line
        self._is_showing = False
        self._shown = ""
        self._rest: list[str | Variable] = []
        self._plain = ""
        self._chips = ChipPainter(self.document())
        self._offers: Sequence[Offer] = ()
        self._list: VariableList | None = None
        self._fallback: FallbackPanel | None = None
        self._since: int | None = None
        if is_line:
            self.setWordWrapMode(QTextOption.WrapMode.NoWrap)
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setProperty("kind", "line-text")
            self.setFixedHeight(theme().px(32))
        self.textChanged.connect(self._on_changed)
        self.cursorPositionChanged.connect(self._follow)
        keeper().changed.connect(self.viewport().update)

    # The text

    def show_source(self, text: str) -> None:
        """Show a template's text; the same again leaves cursor and selection where they are."""
        if text == self.source():
            return
        self._is_showing = True
        is_long = len(text) > LONGEST
        self.document().setUndoRedoEnabled(False)
        self.clear()
        self._shown = text
        self._rest = list(parts_of(_one_line(text[:LONGEST]) if self._is_line else text[:LONGEST]))
        self.setReadOnly(True)
        self._fill(may_write=not is_long)

    def _fill(self, *, may_write: bool) -> None:
        """Put in a portion of the text that is shown; the window lives between two."""
        self._is_showing = True
        portion, self._rest = self._rest[:PORTION], self._rest[PORTION:]
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        insert_parts(cursor, portion)
        if self._rest:
            QTimer.singleShot(0, self, lambda: self._fill(may_write=may_write))
        else:
            self.document().setUndoRedoEnabled(True)
            self._plain = template_of(self.document())
            self.setReadOnly(not may_write)
            self.moveCursor(QTextCursor.MoveOperation.Start)
        self._is_showing = False

    def source(self) -> str:
        """The text as it is saved; one that nobody has touched is exactly what it was."""
        if self._rest:
            return self._shown
        written = template_of(self.document())
        return self._shown if written == self._plain else written

    def offer(self, variables: Sequence[Offer]) -> None:
        """Say which variables there are, with what is known of them."""
        self._offers = variables
        lacking = frozenset(each.name for each in variables if each.lacking)
        if lacking != self._chips.lacking:
            self._chips.lacking = lacking
            self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(theme().px(240), theme().px(32 if self._is_line else 160))

    def _on_changed(self) -> None:
        if not self._is_showing:
            self.edited.emit()

    # Variables

    @property
    def choices(self) -> VariableList | None:
        """The open list of variables; None while there is none."""
        return self._list if self._list is not None and self._list.isVisible() else None

    def choose_variable(self) -> None:
        """Open the list of variables at the cursor."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._open_list(self.textCursor().position())

    def insert_variable(self, name: str, fallback: str | None = None) -> None:
        """Put a variable in at the cursor."""
        cursor = self.textCursor()
        insert_chip(cursor, variable_of(name, fallback))
        self.setTextCursor(cursor)

    def replace_selection(self, text: str) -> None:
        """Put template text in place of what is selected; one step to undo."""
        cursor = self.textCursor()
        insert_template(cursor, text)
        self.setTextCursor(cursor)

    def surround_selection(self, before: str, behind: str) -> None:
        """Put signs around what is selected."""
        cursor = self.textCursor()
        inside = template_of(self.document(), cursor.selectionStart(), cursor.selectionEnd())
        insert_template(cursor, f"{before}{inside}{behind}")
        cursor.setPosition(cursor.position() - len(behind))
        self.setTextCursor(cursor)

    def _open_list(self, since: int) -> None:
        if self.isReadOnly() or not self._offers:
            return
        if self._list is None:
            self._list = VariableList(self)
            self._list.taken.connect(self._on_taken)
        self._since = since
        self._list.show_offers(self._offers, self._typed(), self.cursorRect().bottomLeft())

    def _typed(self) -> str:
        """What has been typed of a variable's name since the list was opened."""
        if self._since is None:
            return ""
        end = self.textCursor().position()
        return self.document().toRawText()[self._since : end].lstrip("{").strip()

    def _follow(self) -> None:
        """Narrow the open list to what is typed, or close it where the cursor has left."""
        if self.choices is None or self._since is None or self._list is None:
            return
        place, text = self.textCursor().position(), self.document().toRawText()
        if place < self._since or "\u2029" in text[self._since : place] or OBJECT in text[self._since : place]:
            self._close_list()
        elif not self._list.narrow(self._typed()):
            self._list.hide()

    def _close_list(self) -> None:
        if self._list is not None:
            self._list.hide()
        self._since = None

    def _on_taken(self, offer: Offer) -> None:
        cursor = self.textCursor()
        if self._since is not None:
            cursor.setPosition(self._since, QTextCursor.MoveMode.KeepAnchor)
        self._close_list()
        insert_chip(cursor, variable_of(offer.name))
        self.setTextCursor(cursor)
        if offer.lacking:
            self.edit_fallback()

    def _close_braces(self) -> None:
        """Make a chip of a variable whose last brace was typed just now."""
        cursor = self.textCursor()
        block = cursor.block()
        typed = block.text()[: cursor.positionInBlock()]
        variable = variable_at_end(typed)
        if variable is not None and OBJECT not in variable.source:
            self._close_list()
            cursor.setPosition(cursor.position() - len(variable.source), QTextCursor.MoveMode.KeepAnchor)
            insert_chip(cursor, variable)
            self.setTextCursor(cursor)

    # Fallbacks

    def variable_here(self) -> Variable | None:
        """The variable before the cursor, or behind it."""
        return self._near()[0]

    def _near(self) -> tuple[Variable | None, int]:
        text, at = self.document().toRawText(), self.textCursor().position()
        for place in (at, at + 1):
            if 0 < place <= len(text) and text[place - 1] == OBJECT:
                cursor = QTextCursor(self.document())
                cursor.setPosition(place)
                return variable_at(cursor.charFormat()), place
        return None, 0

    def edit_fallback(self) -> None:
        """Ask what the variable at the cursor says where a contact's field is empty."""
        variable, place = self._near()
        if variable is None or self.isReadOnly():
            return
        if self._fallback is None:
            self._fallback = FallbackPanel(self)
        self._fallback.ask(variable, self.cursorRect().bottomLeft(), lambda words: self._set_fallback(place, words))

    def _set_fallback(self, place: int, words: str) -> None:
        cursor = QTextCursor(self.document())
        cursor.setPosition(place)
        variable = variable_at(cursor.charFormat())
        if variable is None or (variable.fallback or "") == words:
            return
        cursor.setPosition(place - 1)
        cursor.setPosition(place, QTextCursor.MoveMode.KeepAnchor)
        insert_chip(cursor, variable_of(variable.name, words))
        self.setTextCursor(cursor)

    # Keys and mouse

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            wanted = event.key() in _KEYS and self.choices is not None
            if wanted or self._is_space(event):
                event.accept()
                return True
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._use_in_list(event):
            return True
        return super().event(event)

    def _use_in_list(self, event: QKeyEvent) -> bool:
        """Let the open list have a key; it comes before Qt takes Tab to the next field."""
        if self.choices is None or event.key() not in _KEYS or self._list is None:
            return False
        if event.key() == Qt.Key.Key_Escape:
            self._close_list()
        else:
            self._list.press(Qt.Key(event.key()))
        return True

    @staticmethod
    def _is_space(event: QKeyEvent) -> bool:
        return event.key() == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.ControlModifier

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_space(event):
            if self.variable_here() is not None:
                self.edit_fallback()
            else:
                self._open_list(self.textCursor().position())
            return
        if self._is_line and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
            return
        super().keyPressEvent(event)
        if event.text() == "}":
            self._close_braces()
        elif event.text() == "{":
            end = self.textCursor().position()
            if self.document().toRawText()[end - 2 : end] == "{{":
                self._open_list(end - 2)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._close_list()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.setTextCursor(self.cursorForPosition(event.position().toPoint()))
        if self.variable_here() is not None:
            self.edit_fallback()
        else:
            super().mouseDoubleClickEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Mouse and not self.textCursor().hasSelection():
            self.setTextCursor(self.cursorForPosition(event.pos()))
        menu: QMenu = self.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        variable = self.variable_here()
        if variable is not None and not self.isReadOnly():
            words = self.tr("When {field} is empty…").format(field=variable_word(variable.name))
            menu.addSeparator()
            menu.addAction(words.replace("&", "&&"), self.edit_fallback)
        menu.popup(event.globalPos())

    # Clipboard

    def createMimeDataFromSelection(self) -> QMimeData:
        cursor = self.textCursor()
        data = QMimeData()
        data.setText(template_of(self.document(), cursor.selectionStart(), cursor.selectionEnd()))
        return data

    def insertFromMimeData(self, source: QMimeData) -> None:
        text = source.text()[:LONGEST].replace("\r\n", "\n").replace("\r", "\n").replace(OBJECT, "")
        cursor = self.textCursor()
        insert_template(cursor, _one_line(text) if self._is_line else text)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()


def _one_line(text: str) -> str:
    return " ".join(text.splitlines()) if "\n" in text or "\r" in text else text
