"""The sheet "What changed while I was away": what fell due meanwhile with its new time, to be held or left out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.gui.faces import Faces
from opendoors_desktop.gui.formats import when
from opendoors_desktop.gui.jobs import Command, Progress
from opendoors_desktop.gui.models.respread_table import Column, RespreadTable
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.buttons import push_button, set_enabled
from opendoors_desktop.gui.widgets.dialog import Dialog
from opendoors_desktop.gui.widgets.text import Label

if TYPE_CHECKING:
    from opendoors_desktop.domain.absence import Absence
    from opendoors_desktop.engine.agenda import PlannedEmail
    from opendoors_desktop.engine.context import Context
    from opendoors_desktop.gui.workbench import Workbench

DAYS_AHEAD: Final = 30


@dataclass(frozen=True, slots=True)
class Respread:
    """What fell due and hasn't left, each with the time it leaves at now; `now` is when that was read."""

    emails: tuple["PlannedEmail", ...]
    now: datetime


ReadRespread: TypeAlias = "Callable[[Context, Progress], Respread]"
"""The question what is late, asked anew whenever something of it was changed."""


def read_respread(absence: "Absence | None" = None) -> ReadRespread:
    """The question: what is late by the forecast; of an absence what fell due in it or would have left in it.

    Who waited for pace before it waits on behind it: what would have left in its length leaves in the same length now.
    """

    def is_moved(email: "PlannedEmail", now: datetime) -> bool:
        if absence is None:
            return True
        since, length = min(absence.since, absence.until), max(absence.lasted, absence.set_by)
        return email.due_at > since or email.at < now + length

    def read(context: "Context", progress: Progress) -> Respread:
        from opendoors_desktop.engine.agenda import plan_ahead

        now = context.clock.now()
        plan = plan_ahead(context, None, DAYS_AHEAD, lambda: progress.is_cancelled)
        late = () if plan is None else plan.emails
        return Respread(tuple(each for each in late if each.due_at <= now and is_moved(each, now)), now)

    return read


class AwaySheet(Dialog):
    """Lists what is late. Closed, all goes as planned; `confirmed` says that a person lets this store send."""

    confirmed = Signal()

    def __init__(self, parent: QWidget, bench: "Workbench", read: ReadRespread, why: str, confirm: str = "") -> None:
        """`read` asks what is late, `why` is the sentence at the top.

        `confirm` are the words of the button that lets a doubted store send.
        """
        super().__init__(parent)
        self._bench = bench
        self._read = read
        self.setWindowTitle(self.tr("What changed while I was away"))
        self.resize(theme().px(760), theme().px(520))
        self.why = Label(why, "body", wraps=True)
        self.model = RespreadTable(self)
        self.table = self._table()
        self.faces = Faces(self.table)
        self.hold = push_button(self.tr("Hold"), self._hold, icon_name="circle-pause")
        self.skip = push_button(self.tr("Skip"), self._skip, icon_name="skip-forward")
        self.leave = push_button(self.tr("Leave as planned"), self.accept, kind="secondary" if confirm else "primary")
        row = QHBoxLayout()
        for button in (self.hold, self.skip):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.leave)
        if confirm:
            self.leave.setText(self.tr("Keep sending off"))
            self.confirm = push_button(confirm, self._confirm, kind="primary")
            row.addWidget(self.confirm)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().px(16)] * 4)
        column.setSpacing(theme().px(12))
        column.addWidget(self.why)
        column.addWidget(self.faces, 1)
        column.addLayout(row)
        QShortcut(QKeySequence("H"), self, self._hold)
        QShortcut(QKeySequence("X"), self, self._skip)
        QShortcut(QKeySequence.StandardKey.Undo, self, bench.history.undo)
        bench.history.undone.connect(self._on_undone)
        self.table.selectionModel().selectionChanged.connect(self._on_selection)
        self._on_selection()

    def show_emails(self, found: Respread) -> None:
        """Show what was read."""
        self.model.show_rows(found.emails, found.now)
        if found.emails:
            self.faces.show_content()
            self.table.selectRow(0)
        else:
            self.faces.show_empty("circle-check", self.tr("Nothing is late any more"))
        self._on_selection()

    def ask(self) -> None:
        """Read what is late."""
        if self.model.rowCount():
            self.faces.show_loading()
        else:
            self.faces.begin_loading()
        self._bench.jobs.start_long(self._read, self.show_emails, self.faces.show_error)

    def _table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setAccessibleName(self.windowTitle())
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(theme().px(30))
        for column, width in ((Column.DUE, 146), (Column.LEAVES, 146), (Column.CONTACT, 190)):
            table.setColumnWidth(column, theme().px(width))
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        table.horizontalHeader().setSectionResizeMode(Column.SEQUENCE, QHeaderView.ResizeMode.Stretch)
        return table

    def _chosen(self) -> list[UUID]:
        return [self.model.row(index.row()).enrollment_id for index in self.table.selectionModel().selectedRows()]

    def _on_selection(self) -> None:
        is_any = bool(self._chosen())
        for button in (self.hold, self.skip):
            set_enabled(button, enabled=is_any, why_not=self.tr("Choose an email first."))

    def _hold(self) -> None:
        chosen = self._chosen()
        if chosen:
            command = Command(self.tr("Hold emails"), lambda context: _hold(context, chosen), _let_go)
            self._bench.do(command, self.tr("Held until you let them go."), lambda _: self.ask())

    def _skip(self) -> None:
        chosen = self._chosen()
        if chosen:
            command = Command(self.tr("Skip emails"), lambda context: _skip(context, chosen), _bring_back)
            self._bench.do(command, self.tr("Left out; their contacts go on."), lambda _: self.ask())

    def _confirm(self) -> None:
        self.confirmed.emit()
        self.accept()

    def _on_undone(self, _text: str) -> None:
        self.ask()


def length_words(length: timedelta) -> str:
    """A length of time in its largest unit: "2 h", "15 min", "3 days"."""
    from PySide6.QtCore import QCoreApplication

    minutes = round(length.total_seconds() / 60)
    if minutes < 60:
        return QCoreApplication.translate("Away", "{number} min").format(number=minutes)
    if minutes < 48 * 60:
        return QCoreApplication.translate("Away", "{number} h").format(number=round(minutes / 60))
    return QCoreApplication.translate("Away", "%n days", "", round(minutes / 1440))


def spell_absence(since: datetime, until: datetime) -> str:
    """From when to when, as seen at its end."""
    return f"{when(since, until)} – {when(until, until)}"


def _each(keys: Sequence[UUID], act: Callable[[UUID], Any]) -> list[Any]:
    """Do it for each for which it is still possible: some may have left meanwhile."""
    done = []
    for key in keys:
        try:
            done.append(act(key))
        except NotPossible:
            continue
    if not done:
        raise NotPossible("They have left meanwhile.", "Look at the outbox.")
    return done


def _hold(context: "Context", keys: Sequence[UUID]) -> list[UUID]:
    from opendoors_desktop.engine.commands.next_email import hold_next

    def hold(key: UUID) -> UUID:
        hold_next(context, key)
        return key

    return _each(keys, hold)


def _let_go(context: "Context", held: Sequence[UUID]) -> None:
    from opendoors_desktop.engine.commands.next_email import release_hold

    for key in held:
        release_hold(context, key)


def _skip(context: "Context", keys: Sequence[UUID]) -> list[Any]:
    from opendoors_desktop.engine.commands.next_email import skip_next

    return _each(keys, lambda key: skip_next(context, key))


def _bring_back(context: "Context", skipped: Sequence[Any]) -> None:
    from opendoors_desktop.engine.commands.next_email import undo_skip

    for each in skipped:
        undo_skip(context, each)
