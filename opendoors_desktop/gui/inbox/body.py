"""The body of the Inbox page: places, mails, the thread of one with its answer, and what it did."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QSplitter, QVBoxLayout, QWidget

from opendoors_desktop.gui.body_page import Body
from opendoors_desktop.gui.faces import Faces
from opendoors_desktop.gui.formats import since
from opendoors_desktop.gui.inbox.doing import Doing
from opendoors_desktop.gui.inbox.facts import PlaceFacts, ThreadFacts, read_places, read_thread, sections_of
from opendoors_desktop.gui.inbox.mail_list import MailList
from opendoors_desktop.gui.inbox.mail_list_model import MailRow
from opendoors_desktop.gui.inbox.places import Place, PlaceKind, PlaceList
from opendoors_desktop.gui.inbox.side_pane import SidePane
from opendoors_desktop.gui.inbox.thread_pane import ThreadPane, order_tab
from opendoors_desktop.gui.jobs import Query
from opendoors_desktop.gui.notices import Tone
from opendoors_desktop.gui.page import Page, PageHeader, column_of
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import add_search_sign, icon_button, push_button
from opendoors_desktop.gui.widgets.text import Label, Line
from opendoors_desktop.gui.workbench import Workbench

WIDE = 1208
"""From this width of the page on all four panes stand beside one another; below, F9 shows the right one."""
MIDDLE = 1028
"""Below this width the left pane is hidden too, until Ctrl+\\ shows it."""

SEARCHES_AFTER_MS = 150
READ_AFTER_MS = 500
"""A mail counts as read when it was before one's eyes for so long."""


class InboxBody(Body):
    """Places, mails, thread, side."""

    def __init__(self, bench: Workbench, page: Page) -> None:
        super().__init__(bench, page)
        self._places_query = self._query(self._show_places)
        self._thread_query = self._query(self._show_thread)
        self._places: PlaceFacts | None = None
        self.facts: ThreadFacts | None = None
        self._key: UUID | None = None
        self._wanted: UUID | None = None
        self._is_side_wanted: bool | None = None
        self._is_left_wanted: bool | None = None
        self.does = Doing(bench, self)
        self._search_timer = self._timer(SEARCHES_AFTER_MS, self._show_list)
        self._read_timer = self._timer(READ_AFTER_MS, self._on_seen)
        self.splitter = QSplitter()
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.faces = Faces(self.splitter, 78)

    def _query(self, show: Callable[[Any], None]) -> Query:
        query = Query(self.bench.jobs, self)
        query.answered.connect(show)
        query.failed.connect(self._show_error)
        return query

    def _timer(self, interval: int, act: Callable[[], object]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval)
        timer.timeout.connect(act)
        return timer

    def parts(self) -> Iterator[Callable[[], object]]:
        """The panes, then how they stand together."""
        yield self._make_places
        yield self._make_list
        yield self._make_thread
        yield self._make_side
        yield self._lay_out

    # Layout

    def _make_places(self) -> None:
        self.places = PlaceList()
        self.places.chosen.connect(self._choose_place)
        header = PageHeader(self.page.title)
        self.look_button = icon_button("refresh-cw", self.tr("Look for new mails"), self.does.read_mailboxes)
        header.add(self.look_button)
        self.checked = Label("", "small", "muted", wraps=True)
        self.checked.setContentsMargins(*[theme().px(12)] * 4)
        self.left = QFrame()
        self.left.setProperty("kind", "panel")
        self.left.setLayout(column_of(header, Line(), self.places, Line(), self.checked, stretch=self.places))
        self.left.setMinimumWidth(theme().px(180))
        self.left.setAccessibleName(self.tr("Places"))
        self.splitter.addWidget(self.left)

    def _make_list(self) -> None:
        self.list = MailList(self.bench.jobs)
        self.list.chosen.connect(self._choose_mail)
        self.list.opened.connect(lambda _: self.thread_pane.answer.text.setFocus(Qt.FocusReason.ShortcutFocusReason))
        self.list.mails.answered.connect(self._show_list_face)
        self.list.mails.failed.connect(self._show_error)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(
            lambda at: self.does.open_menu(self.list.viewport().mapToGlobal(at))
        )
        self.list_header = PageHeader("")
        self.words = QLineEdit()
        self.words.setAccessibleName(self.tr("Search mails"))
        self.words.setPlaceholderText(self.tr("Search"))
        self.words.setClearButtonEnabled(True)
        add_search_sign(self.words)
        self.words.textChanged.connect(lambda _: self._search_timer.start())
        self.words.returnPressed.connect(self.list.setFocus)
        self.list_faces = Faces(self.list, 78)
        search = QFrame()
        search.setProperty("kind", "surface")
        row = QVBoxLayout(search)
        row.setContentsMargins(theme().px(12), theme().px(8), theme().px(12), theme().px(8))
        row.addWidget(self.words)
        self.middle = QWidget()
        self.middle.setLayout(
            column_of(self.list_header, Line(), search, Line(), self.list_faces, stretch=self.list_faces)
        )
        self.middle.setMinimumWidth(theme().px(270))
        self.middle.setAccessibleName(self.tr("Mails"))
        self.splitter.addWidget(self.middle)

    def _make_thread(self) -> None:
        self.thread_pane = ThreadPane(self.bench, self.does, self.notice)
        self.thread_pane.left.connect(self.list.setFocus)
        self.thread_faces = Faces(self.thread_pane, 78)
        self.thread_faces.setMinimumWidth(theme().px(380))
        self.splitter.addWidget(self.thread_faces)

    def _make_side(self) -> None:
        self.side = SidePane(self.does.next_steps())
        self.side.undo_wanted.connect(self.does.undo_effect)
        self.side.setMinimumWidth(theme().px(220))
        self.splitter.addWidget(self.side)

    def _lay_out(self) -> None:
        self.splitter.setStretchFactor(2, 1)
        self.splitter.setSizes([theme().px(width) for width in (196, 352, 564, 256)])
        self.setLayout(column_of(self.faces, stretch=self.faces))
        self._place_panes()

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(700), theme().px(400))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.layout() is not None:
            self._place_panes()

    def _place_panes(self) -> None:
        """Show the panes there is room for, and those that are wanted; of the outer two not both where it is narrow."""
        is_wide, is_middle = self.width() >= theme().px(WIDE), self.width() >= theme().px(MIDDLE)
        self.side.setVisible(is_wide if self._is_side_wanted is None else self._is_side_wanted)
        self.left.setVisible(is_middle if self._is_left_wanted is None else self._is_left_wanted)

    def toggle_side(self) -> None:
        """Show or hide the right pane."""
        self._is_side_wanted = self.side.isHidden()
        if self._is_side_wanted and self.width() < theme().px(WIDE):
            self._is_left_wanted = False
        self._place_panes()

    def toggle_left(self) -> None:
        """Show or hide the left pane."""
        self._is_left_wanted = self.left.isHidden()
        if self._is_left_wanted and self.width() < theme().px(WIDE):
            self._is_side_wanted = False
        self._place_panes()

    # What is asked and shown

    def refresh(self) -> None:
        """Ask for the places, the mails and the thread that are shown."""
        self.faces.show_loading()
        self._places_query.ask_again(read_places)
        if self.facts is not None and self._key is not None:
            self._ask_thread(self._key)

    def show_what(self, **what: object) -> None:
        """`inbound_id`: show that mail, wherever it is listed."""
        key = what.get("inbound_id")
        if isinstance(key, UUID):
            self._wanted = key
            self.words.clear()
            self.places.choose(Place(PlaceKind.ALL))
            if self._places is not None:
                self._show_list()

    def _show_places(self, facts: PlaceFacts) -> None:
        is_first = self._places is None
        self._places = facts
        self.places.show_rows(facts.rows)
        self._show_checked(facts)
        if is_first:
            self._show_list()
        else:
            self.list.mails.refresh(sections_of(self.places.place, self.words.text(), facts))

    def _show_checked(self, facts: PlaceFacts) -> None:
        if facts.read_at is None:
            self.checked.setText(self.tr("No mailbox was read yet"))
        else:
            self.checked.setText(self.tr("Read {time}").format(time=since(facts.read_at, facts.now)))
        if facts.trouble:
            go = push_button(self.tr("Open mailboxes"), lambda: self.bench.go("mailboxes"))
            self.notice.tell(Tone.WARNING, facts.trouble, go)
        else:
            self.notice.clear()

    def _choose_place(self, _place: Place) -> None:
        self.words.clear()
        self._show_list()

    def _show_list(self) -> None:
        if self._places is None:
            return
        title = next((row.title for row in self._places.rows if row.place == self.places.place), "")
        self.list_header.title.setText(title)
        if self.list_faces.face != "content":
            self.list_faces.show_loading()
        self.list.mails.show(sections_of(self.places.place, self.words.text(), self._places))

    def _show_list_face(self) -> None:
        assert self._places is not None  # mails are asked for after places
        if not self._places.has_mails:
            self._choose_mail(None)
            self._show_first_use()
            return
        self.faces.show_content()
        wanted, self._wanted = self._wanted, None
        if wanted is not None and not self.list.choose(wanted):
            self._open(wanted)
        if self.list.mails.rowCount():
            self.list_faces.show_content()
            if self.list.current is None and wanted is None:
                self.list.step(1)
            return
        if wanted is None:
            self._choose_mail(None)
        if self.words.text().strip():
            clear = push_button(self.tr("Clear search"), self.words.clear)
            self.list_faces.show_empty("search", self.tr("No mails match"), "", [clear])
        elif self.places.place.kind is PlaceKind.NEEDS_A_LOOK:
            self.list_faces.show_empty("check-check", self.tr("All caught up"), self.tr("No mail waits for a look."))
        else:
            self.list_faces.show_empty("inbox", self.tr("Nothing here"))

    def _show_first_use(self) -> None:
        told = self.tr("Replies, automatic replies and bounces to your emails come here, each with what it did.")
        go = push_button(self.tr("Open mailboxes"), lambda: self.bench.go("mailboxes"), kind="primary")
        self.faces.show_empty("inbox", self.tr("Nothing has come back yet"), told, [go])

    def _choose_mail(self, row: MailRow[Any] | None) -> None:
        key = None if row is None else row.key
        if key == self._key:
            return
        if key is None:
            self._key = self.facts = None
            self.thread_pane.show_nothing()
            self.side.show_nothing()
            self.thread_faces.show_empty("mail-open", self.tr("No mail is chosen"))
            self.handlers_changed.emit()
        else:
            self._open(key)

    def _open(self, key: UUID) -> None:
        self._key = key
        self._read_timer.start()
        self._ask_thread(key)

    def _ask_thread(self, key: UUID) -> None:
        self._thread_query.ask(lambda reading: read_thread(reading, key))

    def _show_thread(self, facts: ThreadFacts | None) -> None:
        if facts is None:
            self._choose_mail(None)
            return
        self.facts = facts
        self.thread_faces.show_content()
        self.thread_pane.show_facts(facts)
        self.side.show_person(facts.person)
        self.side.show_effects(facts.because, facts.effects, self.does.colleagues(facts))
        order_tab([self.thread_pane.answer.done_button, *self.side.stops()])
        self.handlers_changed.emit()

    def _on_seen(self) -> None:
        row = self.list.current
        if self.isVisible() and row is not None and row.key == self._key and row.is_unread:
            self.list.mails.show_read(row.key)
            self.does.mark_read(row.key)

    def _show_error(self, error: Exception) -> None:
        self.faces.show_error(error, push_button(self.tr("Retry"), self.refresh, kind="primary"))

    # What a person does

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """What works here on the mail that is chosen."""
        handlers: dict[str, Callable[[], object]] = {
            "view.right": self.toggle_side,
            "view.left": self.toggle_left,
            "edit.find": lambda: self.words.setFocus(Qt.FocusReason.ShortcutFocusReason),
        }
        return handlers | self.does.handlers()

    def mailbox_ids(self) -> tuple[UUID, ...]:
        """The mailboxes that are read."""
        return () if self._places is None else self._places.mailbox_ids

    def what_is_open(self) -> str:
        """The subject of the thread."""
        return "" if self.facts is None else self.facts.subject

    def panes(self) -> list[QWidget]:
        """Places, mails, thread, side."""
        return [self.left, self.middle, self.thread_pane, self.side]
