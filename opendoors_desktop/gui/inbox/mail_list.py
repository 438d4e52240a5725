"""The list of mails: who wrote, when, what about, and what it was read as."""

from typing import Any

from PySide6.QtCore import QObject, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyleOptionViewItem

from opendoors_desktop.gui.fonts import metrics_of
from opendoors_desktop.gui.formats import count
from opendoors_desktop.gui.inbox.mail_list_model import MailListModel, MailRole, MailRow, SectionRow
from opendoors_desktop.gui.jobs import Jobs
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.row_delegate import Brush, Index, RowDelegate

MAIL_HEIGHT = 78
SECTION_HEIGHT = 28


class MailDelegate(RowDelegate):
    """Three lines a mail: name, company and time; subject; the first words and the pill."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent, MAIL_HEIGHT)

    def height(self, index: Index) -> int:
        return MAIL_HEIGHT if isinstance(index.data(MailRole.ROW), MailRow) else SECTION_HEIGHT

    def ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if isinstance(index.data(MailRole.ROW), SectionRow):
            painter.fillRect(option.rect, theme().color("panel"))
        else:
            super().ground(painter, option, index)

    def draw(self, brush: Brush) -> None:
        row = brush.index.data(MailRole.ROW)
        rect = brush.rect
        brush.line(QPointF(rect.left(), rect.bottom() + 0.5), QPointF(rect.right() + 1, rect.bottom() + 0.5))
        inner = rect.adjusted(theme().px(24), 0, -theme().px(12), 0)
        if isinstance(row, SectionRow):
            brush.text(inner, row.title, "small", "text-muted")
            if row.count is not None:
                brush.text(inner, count(row.count), "small", "text-muted", at_end=True)
        else:
            self._mail(brush, inner, row)

    def _mail(self, brush: Brush, inner: QRect, row: MailRow[Any]) -> None:
        px = theme().px
        first = QRect(inner.left(), inner.top() + px(8), inner.width(), px(20))
        if row.is_unread:
            size = px(8)
            brush.box(QRect(brush.rect.left() + px(10), first.center().y() - size // 2, size, size), "accent", size / 2)
        wide = metrics_of("small").horizontalAdvance(row.at) + px(8)
        brush.text(first.adjusted(first.width() - wide, 0, 0, 0), row.at, "small", "text-muted", at_end=True)
        room = first.width() - wide
        strong = "body-strong" if row.is_unread else "body"
        name = min(room, metrics_of(strong).horizontalAdvance(row.who) + px(2))
        brush.text(QRect(first.left(), first.top(), name, first.height()), row.who, strong)
        aside = QRect(first.left() + name + px(6), first.top(), room - name - px(6), first.height())
        if aside.width() > px(24):
            brush.text(aside, row.company, "small", "text-muted")
        second = first.translated(0, px(20))
        brush.text(second, row.subject)
        pill = brush.pill_width(row.look.word)
        third = first.translated(0, px(40))
        brush.text(third.adjusted(0, 0, -pill - px(8), 0), row.line, "small", "text-muted")
        brush.pill(third.adjusted(third.width() - pill, 0, 0, 0), row.look.word, row.look.tone, row.look.icon)


class MailList(QListView):
    """J and K go from mail to mail; `chosen` brings the mail that is current, `opened` the one Enter is pressed on."""

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._current: MailRow[Any] | None = None
        self._place: tuple[int, MailRow[Any] | None, int] = (-1, None, 0)
        self.mails = MailListModel(jobs, self)
        self.setModel(self.mails)
        self.setItemDelegate(MailDelegate(self))
        self.setAccessibleName(self.tr("Mails"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setMouseTracking(True)
        self.mails.modelAboutToBeReset.connect(self._note_place)
        self.mails.modelReset.connect(self._find_place)
        self.mails.dataChanged.connect(lambda *_: self._tell_current())
        self.activated.connect(lambda index: self.opened.emit(self.mails.mail(index)))

    @property
    def current(self) -> MailRow[Any] | None:
        """The mail that is current."""
        return self.mails.mail(self.currentIndex())

    def choose(self, key: object) -> bool:
        """Make a mail current; False where it isn't here."""
        place = self.mails.place_of(key)  # type: ignore[arg-type]  # any key may be asked for
        if place is not None:
            self.setCurrentIndex(self.mails.index(place))
        return place is not None

    def step(self, by: int) -> None:
        """Go to the next mail, or the one before."""
        place = self.mails.beside(self.currentIndex().row(), by)
        if place is not None:
            self.setCurrentIndex(self.mails.index(place))

    def step_off(self) -> None:
        """Go to the mail below, or the one above where there is none: the current one is about to leave."""
        row = self.currentIndex().row()
        place = self.mails.beside(row, 1)
        place = self.mails.beside(row, -1) if place is None else place
        if place is not None:
            self.setCurrentIndex(self.mails.index(place))

    def _note_place(self) -> None:
        self._place = (self.currentIndex().row(), self.current, self.verticalScrollBar().value())

    def _find_place(self) -> None:
        """After other rows came: the same mail is current, else the one that stands where it stood."""
        row, before, top = self._place
        place = None if before is None else self.mails.place_of(before.key)
        if place is None:
            last = self.mails.rowCount() - 1
            place = self.mails.beside(max(0, min(row, last + 1)) - 1, 1) if row >= 0 else self.mails.beside(-1, 1)
            place = self.mails.beside(last + 1, -1) if place is None else place
        self.doItemsLayout()
        if place is None:
            self._tell(None)
        else:
            self.setCurrentIndex(self.mails.index(place))
            self.verticalScrollBar().setValue(top)
            self._tell_current()

    def _tell_current(self) -> None:
        self._tell(self.current)

    def _tell(self, row: MailRow[Any] | None) -> None:
        if row != self._current:
            self._current = row
            self.chosen.emit(row)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.scrollTo(current)
        self._tell_current()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        else:
            self.step(step)
