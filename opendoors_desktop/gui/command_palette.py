"""The command palette: finds commands, pages, sequences and contacts by a few letters, and does or shows them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QMainWindow,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from opendoors_desktop.gui.icons import icon
from opendoors_desktop.gui.jobs import Query
from opendoors_desktop.gui.recent import Recent
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import add_search_sign
from opendoors_desktop.gui.widgets.dialog import Dialog
from opendoors_desktop.gui.widgets.text import Label, one_line
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.store.queries import palette

MOST: Final = 8
"""How many of a group are shown."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the palette: words, faint words behind them, keys at the right edge, and what Enter does."""

    group: str
    text: str
    detail: str = ""
    keys: str = ""
    icon: str = ""
    name: str = ""
    do: Callable[[], object] | None = None


def match(words: str, text: str) -> int | None:
    """How well a query fits a text: 0 best, None not at all; every word must begin a word of it, or stand in it.

    One typing error (a letter missing, doubled, wrong or two swapped) is forgiven in words of four letters and more.
    """
    text = text.casefold()
    parts = text.split()
    score = 0
    for word in words.casefold().split():
        if any(part.startswith(word) for part in parts):
            continue
        if word in text:
            score += 1
        elif len(word) > 3 and any(_is_near(word, part[: len(word) + 1]) for part in parts):
            score += 2
        else:
            return None
    return score


def _is_near(word: str, part: str) -> bool:
    """Whether a word is one typing error away from the beginning of another."""
    for length in (len(word) - 1, len(word), len(word) + 1):
        other = part[:length]
        start = next(
            (n for n, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other))
        )
        rest, other_rest = word[start:], other[start:]
        if rest[1:] == other_rest[1:] or rest[1:] == other_rest or rest == other_rest[1:]:
            return True
        if len(rest) > 1 and rest[1::-1] + rest[2:] == other_rest:
            return True
    return False


class _Model(QAbstractListModel):
    """The entries that fit, in their groups."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: Sequence[Entry] = ()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (entry.text, entry.detail, entry.group, entry.keys) if part)
        return None

    def show(self, entries: Sequence[Entry]) -> None:
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()


class _Delegate(QStyledItemDelegate):
    """Paints an entry, and above the first of a group its name."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, theme().px(36 + (26 if self._begins_group(index) else 0)))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        look = theme()
        entry: Entry = index.model().entries[index.row()]  # type: ignore[attr-defined]
        rect = option.rect
        left, right = look.px(12), look.px(12)
        if self._begins_group(index):
            painter.setFont(look.font("caption"))
            painter.setPen(look.color("text-subtle"))
            head = rect.adjusted(left, look.px(6), 0, 0)
            painter.drawText(head, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading, entry.group)
            rect = rect.adjusted(0, look.px(26), 0, 0)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect.adjusted(look.px(4), 0, -look.px(4), 0), look.color("surface-selected"))
        size = look.px(16)
        if entry.icon:
            icon(entry.icon).paint(painter, rect.left() + left, rect.center().y() - size // 2, size, size)
        words = rect.adjusted(left + look.px(26), 0, -right - look.px(90), 0)
        self._draw(painter, words, entry)
        painter.setFont(look.font("small"))
        painter.setPen(look.color("text-muted"))
        painter.drawText(
            rect.adjusted(0, 0, -right, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing, entry.keys
        )

    @staticmethod
    def _draw(painter: QPainter, words: Any, entry: Entry) -> None:
        look = theme()
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        painter.setFont(look.font("body"))
        painter.setPen(look.color("text"))
        text = painter.fontMetrics().elidedText(one_line(entry.text), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, middle, text)
        used = painter.fontMetrics().horizontalAdvance(text) + look.px(10)
        if entry.detail and used < words.width():
            painter.setPen(look.color("text-subtle"))
            detail = words.adjusted(used, 0, 0, 0)
            painter.drawText(
                detail,
                middle,
                painter.fontMetrics().elidedText(one_line(entry.detail), Qt.TextElideMode.ElideRight, detail.width()),
            )

    @staticmethod
    def _begins_group(index: QModelIndex | QPersistentModelIndex) -> bool:
        entries: Sequence[Entry] = index.model().entries  # type: ignore[attr-defined]
        row = index.row()
        return row == 0 or entries[row - 1].group != entries[row].group


class CommandPalette(Dialog):
    """A line to type in and what fits it. `>` finds commands alone, `@` contacts, `#` sequences."""

    def __init__(self, window: QMainWindow, bench: Workbench, recent: Recent) -> None:
        """What is in `recent` goes first where it fits as well as others; what is chosen is noted there."""
        super().__init__(window, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAccessibleName(self.tr("Command palette"))
        self._window = window
        self._bench = bench
        self._recent = recent
        self._query = Query(bench.jobs, self)
        self._query.answered.connect(self._on_found)
        self._query.failed.connect(lambda _error: self._on_found(()))
        self._found: list[Entry] = []
        self._commands = self._list_commands()
        self.line = QLineEdit()
        self.line.setPlaceholderText(self.tr("Search or run a command"))
        self.line.setAccessibleName(self.tr("Search or run a command"))
        self.line.setFont(theme().font("query"))
        add_search_sign(self.line)
        self.line.textChanged.connect(self._on_text)
        self.line.installEventFilter(self)
        self.view = QListView()
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setAccessibleName(self.tr("What fits"))
        self.view.setItemDelegate(_Delegate(self.view))
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.model = _Model(self)
        self.view.setModel(self.model)
        self.view.clicked.connect(lambda index: self._choose(index.row()))
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().px(8)] * 4)
        column.addWidget(self.line)
        column.addWidget(self.view, 1)
        self.nothing = Label("", "body", "muted", wraps=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        self.nothing.setContentsMargins(*[theme().px(12)] * 4)
        column.addWidget(self.nothing, 1)
        self.resize(theme().px(640), theme().px(420))

    def open_up(self) -> None:
        """Show it in the top third of its window."""
        corner = self._window.mapToGlobal(self._window.rect().topLeft())
        self.move(corner.x() + (self._window.width() - self.width()) // 2, corner.y() + self._window.height() // 6)
        self._on_text("")
        self.show()
        self.line.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            row = self.view.currentIndex().row()
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
            step = steps.get(Qt.Key(event.key()))
            if step is not None:
                last = self.model.rowCount() - 1
                self.view.setCurrentIndex(self.model.index(max(0, min(last, row + step))))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose(row)
                return True
        return super().eventFilter(watched, event)

    def _on_text(self, text: str) -> None:
        text = text.strip()
        self._found = []
        words = text.lstrip(">@#").strip()
        asks = bool(words) and not text.startswith(">")
        self._show(text, may_grow=asks)
        if asks:
            wants = {"@": "contacts", "#": "sequences"}.get(text[0], "all")
            self._query.ask(lambda reading: palette.find(reading.unit, reading.scope.workspace_id, words, wants, MOST))
        else:
            self._query.drop()

    def _on_found(self, found: Sequence[palette.Found]) -> None:
        groups = {"contact": (self.tr("Contacts"), "user-round"), "sequence": (self.tr("Sequences"), "workflow")}
        pages = {"contact": "contacts", "sequence": "sequences"}
        self._found = [
            Entry(
                groups[each.kind][0],
                each.name,
                each.detail,
                "",
                groups[each.kind][1],
                do=lambda each=each: self._bench.go(pages[each.kind], **{f"{each.kind}_id": each.id}),  # type: ignore[misc]
            )
            for each in found
        ]
        self._show(self.line.text().strip())

    def _show(self, text: str, *, may_grow: bool = False) -> None:
        """Show what fits; that nothing does is said once the store has answered (`may_grow`: it hasn't yet)."""
        words = text.lstrip(">@#").strip()
        commands = [] if text.startswith(("@", "#")) else self._fitting(words)
        self.model.show([*self._found, *commands])
        self.view.setCurrentIndex(self.model.index(0))
        is_void = bool(words) and not self.model.entries and not may_grow
        if is_void:
            self.nothing.setText(self.tr("Nothing fits “{words}”").format(words=one_line(words, 100)))
            self._bench.notices.announce(self.nothing.text())
        self.nothing.setVisible(is_void)
        self.view.setVisible(not is_void)

    def _fitting(self, words: str) -> list[Entry]:
        ranked = [(match(words, each.text), self._recent.rank(each.name), each) for each in self._commands]
        fitting = sorted((line for line in ranked if line[0] is not None), key=lambda line: line[:2])
        groups = dict.fromkeys(each.group for each in self._commands)
        chosen = [each for _, _, each in fitting]
        return [each for group in groups for each in [e for e in chosen if e.group == group][:MOST]]

    def _list_commands(self) -> list[Entry]:
        commands, go_to = self.tr("Commands"), self.tr("Go to")
        native = QKeySequence.SequenceFormat.NativeText
        entries = [
            Entry(
                go_to if spec.menu == "go" else commands,
                action.text().replace("&&", "&"),
                "",
                action.shortcut().toString(native),
                spec.icon,
                name,
                action.trigger,
            )
            for name, spec, action in self._bench.actions.usable()
            if name != "view.palette"
        ]
        return sorted(entries, key=lambda entry: entry.group == go_to)

    def _choose(self, row: int) -> None:
        if not 0 <= row < len(self.model.entries):
            return
        entry = self.model.entries[row]
        if entry.name:
            self._recent.note(entry.name)
        self.close()
        if entry.do is not None:
            entry.do()
