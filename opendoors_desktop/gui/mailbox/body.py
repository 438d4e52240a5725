"""The body of the Mailboxes page: cards at the leading side, the chosen mailbox beside them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QFrame, QMenu, QSplitter, QVBoxLayout, QWidget

from opendoors_desktop.domain.mailbox import MailboxStatus
from opendoors_desktop.gui.body_page import Body
from opendoors_desktop.gui.faces import Faces
from opendoors_desktop.gui.jobs import Query, Reading
from opendoors_desktop.gui.mailbox import commands
from opendoors_desktop.gui.mailbox.cards import HEIGHT, MailboxCards
from opendoors_desktop.gui.mailbox.fault_card import FaultCard
from opendoors_desktop.gui.mailbox.sheet import MailboxSheet
from opendoors_desktop.gui.mailbox.words import fault_of, host_words, sentence, waits
from opendoors_desktop.gui.page import Page, PageHeader, column_of
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import icon_button, push_button, set_enabled, show_icon
from opendoors_desktop.gui.widgets.text import Line
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.store.queries.mailbox_list import MailboxSight, list_mailbox_sights

Answer = tuple[list[MailboxSight], datetime]


class MailboxesBody(Body):
    """The cards, the fault of the chosen one, and its settings."""

    def __init__(self, bench: Workbench, page: Page) -> None:
        super().__init__(bench, page)
        self._query = Query(bench.jobs, self)
        self._query.answered.connect(self._show)
        self._query.failed.connect(self._show_error)
        self._wanted: UUID | None = None
        self._now: datetime | None = None
        self._adds = False
        self.splitter = QSplitter()
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.faces = Faces(self.splitter, HEIGHT)
        self.sheet = MailboxSheet(self._save)

    def parts(self) -> Iterator[Callable[[], object]]:
        """The cards, the sheet card by card, then how they stand together."""
        yield self._make_cards
        yield from self.sheet.parts()
        yield self._make_header
        yield self._lay_out

    # Layout

    def _make_cards(self) -> None:
        self.cards = MailboxCards()
        self.cards.chosen.connect(self._choose)
        self.cards.activated.connect(lambda _: self.sheet.setFocus(Qt.FocusReason.TabFocusReason))
        self.cards.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.cards.customContextMenuRequested.connect(self._open_menu)
        self.fault = FaultCard(self.sign_in_again, self.toggle_pause, self.test)
        header = PageHeader(self.page.title)
        self.add_button = push_button(self.tr("Add"), self.add, icon_name="plus")
        self.add_button.setAccessibleName(self.tr("Add a mailbox"))
        header.add(self.add_button)
        pane = QFrame()
        pane.setProperty("kind", "panel")
        column = QVBoxLayout(pane)
        column.setContentsMargins(theme().px(10), theme().px(10), theme().px(10), theme().px(10))
        column.addWidget(self.cards, 1)
        column.addWidget(self.fault)
        side = QWidget()
        side.setLayout(column_of(header, Line(), pane, stretch=pane))
        side.setMinimumWidth(theme().px(300))
        self.splitter.addWidget(side)

    def _make_header(self) -> None:
        self.header = PageHeader("")
        self.pause_button = push_button(self.tr("Pause"), self.toggle_pause, icon_name="pause")
        self.test_button = push_button(self.tr("Test connection"), self.test, icon_name="zap")
        self.more_button = icon_button("ellipsis", self.tr("More for this mailbox"), self._open_more)
        self.header.add(self.pause_button, self.test_button, self.more_button)
        main = QWidget()
        main.setLayout(column_of(self.header, Line(), self.notice, self.sheet, stretch=self.sheet))
        self.splitter.addWidget(main)

    def _lay_out(self) -> None:
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([theme().px(340), theme().px(1000)])
        self.setLayout(column_of(self.faces, stretch=self.faces))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(700), theme().px(400))

    # What is asked and shown

    def refresh(self) -> None:
        """Ask for the mailboxes with their figures."""
        self.faces.show_loading()
        self._query.ask_again(_read)

    def show_what(self, **what: object) -> None:
        """Show one mailbox: `mailbox_id`; or `add` one."""
        wanted = what.get("mailbox_id")
        if isinstance(wanted, UUID):
            self._wanted = wanted
            self.page.ask_again()
        self._adds = bool(what.get("add"))
        if self._adds and self._now is not None:
            self.add()

    def _show(self, answer: Answer) -> None:
        sights, self._now = answer
        if not sights:
            add = push_button(self.tr("Add a mailbox"), self.add, kind="primary", icon_name="plus")
            self.faces.show_empty(
                "mailbox",
                self.tr("No mailbox yet"),
                self.tr("Emails leave from your own mailbox, over its own mail server."),
                [add],
            )
        else:
            self.cards.show_sights(sights, self._now, self._wanted)
            self.faces.show_content()
            self._show_current()
        self.handlers_changed.emit()
        if self._adds:
            self.add()

    def _show_error(self, error: Exception) -> None:
        self.faces.show_error(error, push_button(self.tr("Retry"), self.refresh, kind="primary"))

    def _choose(self, mailbox_id: UUID) -> None:
        self._wanted = mailbox_id
        self._show_current()
        self.handlers_changed.emit()

    def _show_current(self) -> None:
        sight = self.cards.current
        if sight is None or self._now is None:
            return
        box = sight.mailbox
        self.header.title.setText(box.address)
        self.sheet.show_sight(sight, self._now)
        self.sheet.setAccessibleName(sentence(sight, self._now))
        self.fault.show_fault(fault_of(sight, self._now), is_stopped=box.status is not MailboxStatus.ACTIVE)
        can_pause = box.status is MailboxStatus.ACTIVE
        self.pause_button.setText(self.tr("Pause") if can_pause else self.tr("Resume"))
        show_icon(self.pause_button, "pause" if can_pause else "play")
        self.pause_button.setAccessibleName(
            (self.tr("Pause {address}") if can_pause else self.tr("Resume {address}")).format(address=box.address)
        )
        set_enabled(self.test_button, enabled=True)

    # What a person does

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """What works here: adding always, the rest on the mailbox that is shown."""
        handlers: dict[str, Callable[[], object]] = {"mailbox.new": self.add}
        if self.cards.current is not None:
            handlers |= {
                "mailbox.test": self.test,
                "mailbox.pause": self.toggle_pause,
                "mailbox.sign_in": self.sign_in_again,
                "mailbox.remove": self.remove,
            }
        return handlers

    def panes(self) -> list[QWidget]:
        """The cards, then the mailbox."""
        return [self.cards, self.sheet]

    def add(self) -> None:
        """Open the dialog that adds a mailbox."""
        from opendoors_desktop.gui.mailbox.add_dialog import AddMailbox

        self._adds = self._now is None  # then as soon as the page knows what it shows
        if self._now is not None:
            AddMailbox(self, self.bench, self._now.astimezone().date(), self._on_added).open()

    def test(self) -> None:
        """Open the live test of the mailbox that is shown."""
        from opendoors_desktop.gui.mailbox.trial_dialog import TrialDialog

        box = self._box()
        if box is not None:
            TrialDialog(self, self.bench, box.id, box.address, host_words(box.smtp)).open()

    def toggle_pause(self) -> None:
        """Pause the mailbox that sends, or let the one that doesn't send again."""
        box = self._box()
        if box is None:
            return
        if box.status is MailboxStatus.ACTIVE:
            done = self.tr("{address} is paused. Its emails wait.").format(address=box.address)
            self.bench.do(commands.pause(box.id, box.address), done)
        else:
            done = self.tr("{address} sends again.").format(address=box.address)
            self.bench.do(commands.resume(box.id, box.address), done)

    def sign_in_again(self) -> None:
        """Ask for the password of the mailbox that is shown."""
        from opendoors_desktop.gui.mailbox.password_dialog import PasswordDialog

        box = self._box()
        if box is not None:
            PasswordDialog(self, self.bench, box.id, box.address).open()

    def remove(self) -> None:
        """Take the mailbox that is shown out of use, after asking."""
        sight = self.cards.current
        if sight is None:
            return
        box = sight.mailbox
        told = self.tr(
            "{waits} People it has not written to yet get another mailbox of their sequence. Emails in threads that "
            "run from it wait until their contacts are stopped. Its password is forgotten; this can’t be undone."
        ).format(waits=waits(sight))
        title = self.tr("Remove {address}?").format(address=box.address)
        done = self.tr("{address} was removed.").format(address=box.address)
        self.bench.notices.ask(
            title,
            told,
            self.tr("Remove mailbox"),
            lambda: self.bench.do(commands.remove(box.id, box.address), done),
            is_danger=True,
        )

    def _save(self, change: Callable[[Any], Any], names: tuple[str, ...]) -> None:
        box = self._box()
        if box is not None:
            done = self.tr("{address} was changed.").format(address=box.address)
            self.bench.do(commands.change(box.id, box.address, change, names), done)

    def _on_added(self, mailbox_id: UUID) -> None:
        self._wanted = mailbox_id
        self.page.ask_again()

    def _box(self) -> Any:
        sight = self.cards.current
        return None if sight is None else sight.mailbox

    def _open_menu(self, at: QPoint) -> None:
        self._menu().popup(self.cards.viewport().mapToGlobal(at))

    def _open_more(self) -> None:
        self._menu().popup(self.more_button.mapToGlobal(QPoint(0, self.more_button.height())))

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.bench.actions.add_to(menu, ["mailbox.test", "mailbox.pause", "mailbox.sign_in", "mailbox.remove"])
        return menu


def _read(reading: Reading) -> Answer:
    return list_mailbox_sights(reading.unit, reading.scope.workspace_id, reading.now), reading.now
