"""The plan of the next days, made anew at a calm pace as things change, and the emails of it as they would leave."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from opendoors_desktop.gui.jobs import Jobs, Progress
from opendoors_desktop.gui.outbox.agenda_model import AgendaRow, Key, planned_rows

if TYPE_CHECKING:
    from opendoors_desktop.engine.agenda import Agenda, PlannedEmail
    from opendoors_desktop.engine.context import Context
    from opendoors_desktop.engine.previews import Preview

DAYS: Final = 7
RESTS_MS: Final = 2_000
"""After a plan was made at least so long, and RESTS_TIMES as long as it took, no other is made."""

RESTS_TIMES: Final = 4
PREVIEWED: Final = 120
"""So many emails are made at a time, for their subjects and to be looked at."""


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A plan with its rows ready to be shown, by day."""

    counts: Mapping[tuple[date, UUID], int] = field(default_factory=dict)
    emails: Sequence["PlannedEmail"] = ()
    rows: Mapping[date, list[AgendaRow]] = field(default_factory=dict)


class Plan(QObject):
    """`made` says that there is a new plan, `previewed` that more emails can be shown, `failed` brings a fault."""

    made = Signal()
    previewed = Signal()
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._watch: Progress | None = None
        self._previews_watch: Progress | None = None
        self._wanted: Sequence[PlannedEmail] = ()
        self._is_stale = False
        self._took = QElapsedTimer()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._go_on)
        self.now: DayPlan | None = None
        self.previews: dict[Key, Preview] = {}

    def want(self) -> None:
        """Something changed: make a new plan, once the one under way and the rest after it are over."""
        self._is_stale = True
        if self._watch is None and not self._rest.isActive():
            self._go_on()

    def forget_previews(self) -> None:
        """Texts or contacts changed: what was made is no longer what would leave."""
        self.previews.clear()

    def want_previews(self, emails: "Sequence[PlannedEmail]") -> None:
        """Make those of these emails that aren't made yet."""
        missing = [each for each in emails if (each.enrollment_id, each.step_id) not in self.previews]
        self._wanted = missing[:PREVIEWED]
        if self._wanted and self._previews_watch is None:
            self._preview()

    def _go_on(self) -> None:
        if self._is_stale and self._watch is None:
            self._is_stale = False
            self._took.start()
            self._watch = self._jobs.start_long(_plan, self._on_made, self._on_failed)

    def _on_made(self, plan: DayPlan | None) -> None:
        self._watch = None
        self._rest.start(max(RESTS_MS, RESTS_TIMES * self._took.elapsed()))
        if plan is not None:
            self.now = plan
            self.made.emit()

    def _on_failed(self, error: Exception) -> None:
        self._watch = None
        self._rest.start(RESTS_MS)
        self.failed.emit(error)

    def _preview(self) -> None:
        emails, self._wanted = self._wanted, ()
        self._previews_watch = self._jobs.start_long(_previews_of(emails), self._on_previews, self._on_no_previews)

    def _on_previews(self, previews: Mapping[Key, Any]) -> None:
        self._previews_watch = None
        if len(self.previews) > 50 * PREVIEWED:
            self.previews.clear()
        self.previews.update(previews)
        self.previewed.emit()
        if self._wanted:
            self._preview()

    def _on_no_previews(self, error: Exception) -> None:
        self._previews_watch = None
        self.failed.emit(error)


def _plan(context: "Context", progress: Progress) -> DayPlan | None:
    from opendoors_desktop.engine.agenda import plan_ahead

    agenda: Agenda | None = plan_ahead(context, None, DAYS, lambda: progress.is_cancelled)
    return None if agenda is None else DayPlan(agenda.counts, agenda.emails, planned_rows(agenda.emails, None))


def _previews_of(emails: "Sequence[PlannedEmail]") -> Callable[["Context", Progress], Mapping[Key, Any]]:
    def do(context: "Context", _progress: Progress) -> Mapping[Key, Any]:
        from opendoors_desktop.engine.previews import preview_emails

        return preview_emails(context, emails)

    return do
