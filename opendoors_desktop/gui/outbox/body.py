"""The body of the Outbox page: days, what waits for a person, the agenda, and one message."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QMenu, QSplitter, QVBoxLayout, QWidget

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.gui.body_page import Body
from opendoors_desktop.gui.faces import Faces
from opendoors_desktop.gui.jobs import Query
from opendoors_desktop.gui.outbox import commands
from opendoors_desktop.gui.outbox.agenda_model import AgendaRow, RowKind, with_now
from opendoors_desktop.gui.outbox.agenda_view import AgendaView
from opendoors_desktop.gui.outbox.capacity import Capacity
from opendoors_desktop.gui.outbox.days import Day, DayList, days_between, long_name
from opendoors_desktop.gui.outbox.deciding import Deciding
from opendoors_desktop.gui.outbox.facts import OutboxFacts, read_facts
from opendoors_desktop.gui.outbox.message_facts import MessageFacts
from opendoors_desktop.gui.outbox.needs import NeedsBox
from opendoors_desktop.gui.outbox.plan import DAYS, PREVIEWED, Plan
from opendoors_desktop.gui.outbox.switch import SwitchNotice
from opendoors_desktop.gui.page import Page, PageHeader, column_of
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.widgets.text import Line
from opendoors_desktop.gui.workbench import Workbench

WIDE = 1100
"""From this width of the page on the message stands beside the agenda; below, F9 shows it."""

RETOLD = frozenset({Topic.CONTACTS, Topic.SEQUENCES, Topic.TEMPLATES, Topic.MAILBOXES, Topic.SETTINGS})
"""What changes the texts of emails."""


class OutboxBody(Body):
    """Days, agenda, message; what needs a person stands above the agenda."""

    def __init__(self, bench: Workbench, page: Page) -> None:
        super().__init__(bench, page)
        self._query = Query(bench.jobs, self)
        self._query.answered.connect(self._show_facts)
        self._query.failed.connect(self._show_error)
        self._facts: OutboxFacts | None = None
        self._is_message_wanted: bool | None = None
        self.plan = Plan(bench.jobs, self)
        self.plan.made.connect(self._show_plan)
        self.plan.previewed.connect(self._show_previews)
        self.plan.failed.connect(self._on_plan_failed)
        self._deciding = Deciding(bench, self)
        self._switch = SwitchNotice(bench, self.notice, self)
        bench.news.changed.connect(self._on_news)
        self.splitter = QSplitter()
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.faces = Faces(self.splitter, 48)

    def parts(self) -> Iterator[Callable[[], object]]:
        """The panes, then how they stand together."""
        yield self._make_days
        yield self._make_agenda
        yield self._make_message
        yield self._lay_out

    # Layout

    def _make_days(self) -> None:
        self.days, self.capacity = DayList(), Capacity()
        self.days.chosen.connect(self._choose_day)
        pane = QFrame()
        pane.setProperty("kind", "panel")
        column = column_of(PageHeader(self.page.title), Line(), self.days, self.capacity)
        column.setStretch(2, 100)  # up to the height of its days
        column.addStretch(1)
        pane.setLayout(column)
        pane.setMinimumWidth(theme().px(200))
        self.splitter.addWidget(pane)

    def _make_agenda(self) -> None:
        self.needs, self.agenda = NeedsBox(), AgendaView()
        self._switch.changed.connect(self.agenda.agenda.show_hollow)
        self._switch.show()
        self.agenda.chosen.connect(self._choose_email)
        self.agenda.opened.connect(lambda _: self._open_message())
        self.agenda.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.agenda.customContextMenuRequested.connect(self._open_menu)
        self.header = PageHeader("")
        self.stop_button = push_button(self.tr("Stop all"), self._switch.stop_all, icon_name="octagon-pause")
        self.stop_button.setAccessibleName(self.tr("Emergency stop: send nothing anywhere"))
        self.header.add(self.stop_button)
        self.agenda_faces = Faces(self.agenda, 48)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(theme().px(20), theme().px(10), theme().px(20), 0)
        column.addWidget(self.needs)
        column.addWidget(self.agenda_faces, 1)
        centre = QWidget()
        centre.setLayout(column_of(self.header, Line(), self.notice, middle, stretch=middle))
        centre.setMinimumWidth(theme().px(420))
        self.splitter.addWidget(centre)

    def _make_message(self) -> None:
        self.message = MessageFacts(self.bench, self.plan)
        self.message.setMinimumWidth(theme().px(300))
        self.splitter.addWidget(self.message)

    def _lay_out(self) -> None:
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([theme().px(256), theme().px(740), theme().px(372)])
        self.setLayout(column_of(self.faces, stretch=self.faces))
        self._place_message()

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(700), theme().px(400))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.layout() is not None:
            self._place_message()

    def _place_message(self) -> None:
        is_wide = self.width() >= theme().px(WIDE)
        self.message.setVisible(is_wide if self._is_message_wanted is None else self._is_message_wanted)

    # What is asked and shown

    def refresh(self) -> None:
        """Ask for what waits and what left, and have a new plan made when it is time for one."""
        self.faces.show_loading()
        self._query.ask_again(read_facts)
        self.plan.want()

    def _on_news(self, topics: frozenset[Topic]) -> None:
        if topics & RETOLD:
            self.plan.forget_previews()

    def _show_facts(self, facts: OutboxFacts) -> None:
        self._facts = facts
        self.needs.show_needs(self._deciding.needs_of(facts))
        self.faces.show_content()
        self._show_plan()

    def _show_plan(self) -> None:
        facts, plan = self._facts, self.plan.now
        if facts is None:
            return
        if plan is None:
            self.agenda_faces.show_loading()
        boxes = [
            (each.mailbox.id, each.mailbox.address, facts.colors[each.mailbox.id], each.cap_today)
            for each in facts.mailboxes
        ]
        days = [facts.today + timedelta(days=number) for number in range(DAYS)]
        self.days.show_days(days_between(days, boxes, {} if plan is None else plan.counts, facts.sent))
        self._choose_day(self.days.current)

    def _choose_day(self, day: Day | None) -> None:
        facts, plan = self._facts, self.plan.now
        if facts is None or day is None:
            return
        to_go = self.tr("%n to go", "", day.to_go)
        self.header.title.setText(self.tr("{day}, {to_go}").format(day=long_name(day.on), to_go=to_go))
        self.capacity.show_day(day, facts)
        is_today = day.on == facts.today
        planned = [] if plan is None else plan.rows.get(day.on, [])
        rows = with_now(planned, facts.now, None) if is_today else list(planned)
        if is_today and facts.left:
            rows += [AgendaRow(RowKind.HOUR, self.tr("Went today")), *facts.left]
        self.agenda.show_rows(rows, facts.colors)
        if plan is not None:
            self._show_agenda_face(day, is_empty=not planned and not (is_today and facts.left))
            self.plan.want_previews([row.planned for row in planned if row.planned is not None][:PREVIEWED])
        self._show_previews()
        self.handlers_changed.emit()

    def _show_agenda_face(self, day: Day, *, is_empty: bool) -> None:
        if not is_empty:
            self.agenda_faces.show_content()
            return
        title = self.tr("Nothing leaves on {day}").format(day=long_name(day.on))
        told = self.tr("Emails come here when a running sequence has contacts whose next email is due.")
        go = push_button(self.tr("Open sequences"), lambda: self.bench.go("sequences"))
        self.agenda_faces.show_empty("send", title, told, [go])

    def _show_previews(self) -> None:
        subjects = {key: each.subject or each.problem for key, each in self.plan.previews.items()}
        self.agenda.agenda.show_subjects(subjects)
        self.message.show_preview()

    def _show_error(self, error: Exception) -> None:
        self.faces.show_error(error, push_button(self.tr("Retry"), self.refresh, kind="primary"))

    def _on_plan_failed(self, error: Exception) -> None:
        retry = push_button(self.tr("Retry"), self.plan.want, kind="primary")
        self.agenda_faces.show_error(error, retry)

    # What a person does

    def _choose_email(self, row: AgendaRow | None) -> None:
        if self._facts is not None:
            self.message.show_email(row, self._facts, self.days.current)
            self.handlers_changed.emit()

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """What works here on the email that is chosen."""
        handlers: dict[str, Callable[[], object]] = {"view.right": self._toggle_message}
        row = self.agenda.current
        if row is None:
            return handlers
        if row.planned is not None:
            email: Any = row.planned
            handlers |= {
                "email.hold": lambda: self._do(
                    commands.hold(email.enrollment_id, email.contact), self.tr("The email to {contact} is held.")
                ),
                "email.skip": lambda: self._do(
                    commands.skip(email.enrollment_id, email.contact), self.tr("The email to {contact} is left out.")
                ),
                "email.why": self._open_message,
            }
        email_of: Any = row.planned or row.left
        return handlers | self._elsewhere(email_of.contact_id, email_of.sequence_id, email_of.sequence or "")

    def _elsewhere(
        self, contact_id: UUID | None, sequence_id: UUID | None, sequence: str
    ) -> dict[str, Callable[[], object]]:
        handlers: dict[str, Callable[[], object]] = {}
        if contact_id is not None:
            handlers["email.contact"] = lambda: self.bench.go("contacts", contact_id=contact_id)
        if sequence_id is not None:
            done = self.tr("{sequence} is paused.").format(sequence=sequence)
            handlers["email.sequence"] = lambda: self.bench.go("sequences", sequence_id=sequence_id)
            handlers["email.pause"] = lambda: self.bench.do(commands.pause_sequence(sequence_id, sequence), done)
        return handlers

    def panes(self) -> list[QWidget]:
        """Days, what waits, agenda, message."""
        return [self.days, self.needs, self.agenda, self.message]

    def _do(self, command: Any, done: str) -> None:
        row = self.agenda.current
        self.bench.do(command, done.format(contact=row.title if row is not None else ""))

    def _toggle_message(self) -> None:
        self._is_message_wanted = not self.message.isVisible()
        self._place_message()

    def _open_message(self) -> None:
        self._is_message_wanted = True
        self._place_message()
        self.message.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        names = ["email.hold", "email.skip", "email.why", "email.contact", "email.sequence", "email.pause"]
        self.bench.actions.add_to(menu, names)
        menu.popup(self.agenda.viewport().mapToGlobal(at))
