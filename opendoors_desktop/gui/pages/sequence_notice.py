"""The line under a sequence's head: what keeps it from starting, or how it fares while it runs, with what helps."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QWidget

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.health import Health, HealthLevel
from opendoors_desktop.domain.step_check import Problem
from opendoors_desktop.gui.jobs import Query, Reading
from opendoors_desktop.gui.notices import NoticeBar, Tone
from opendoors_desktop.gui.pages.sequence_actions import Target
from opendoors_desktop.gui.refresher import Refresher
from opendoors_desktop.gui.widgets.buttons import push_button
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.store.queries.sequence_list import find_with_figures

LOOKS_OVER_MS: Final = 2000
"""So long after a change a sequence that runs is looked over, which takes some milliseconds."""

TOPICS: Final = frozenset(
    {Topic.SEQUENCES, Topic.ENROLLMENTS, Topic.OUTBOX, Topic.MAILBOXES, Topic.WORKSPACE, Topic.SETTINGS}
)
_TONES: Final = {HealthLevel.BLOCKED: Tone.WARNING, HealthLevel.ATTENTION: Tone.INFO}
_HELPS: Final = {
    "sending_off": (QT_TRANSLATE_NOOP("SequenceNotice", "Switch on"), "sending.switch"),
    "emergency_stop": (QT_TRANSLATE_NOOP("SequenceNotice", "Release the stop"), "sending.release"),
    "mailboxes_failing": (QT_TRANSLATE_NOOP("SequenceNotice", "Open mailboxes"), "go.mailboxes"),
    "mailbox_failing": (QT_TRANSLATE_NOOP("SequenceNotice", "Open mailboxes"), "go.mailboxes"),
    "uncertain": (QT_TRANSLATE_NOOP("SequenceNotice", "Open outbox"), "go.outbox"),
    "held": (QT_TRANSLATE_NOOP("SequenceNotice", "Open outbox"), "go.outbox"),
    "overdue": (QT_TRANSLATE_NOOP("SequenceNotice", "Open outbox"), "go.outbox"),
    "nobody": (QT_TRANSLATE_NOOP("SequenceNotice", "Enroll contacts"), "sequence.enroll"),
}
"""What helps against what a sequence suffers from: the button's words, and the action it does."""


class SequenceNotice(QObject):
    """Keeps the notice bar of one view; `action_wanted` brings the action of its button."""

    action_wanted = Signal(str)

    def __init__(self, bench: Workbench, bar: NoticeBar, view: QWidget) -> None:
        super().__init__(view)
        self._bench = bench
        self._bar = bar
        self._view = view
        self._target: Target | None = None
        self._blocking = 0
        self._health: Health | None = None
        self._told: tuple[object, ...] = ()
        self._query = Query(bench.jobs, self)
        self._query.answered.connect(self._on_health)
        self._query.failed.connect(lambda _error: None)  # the view tells of a store that is away
        Refresher(view, bench.news, TOPICS, self._look_over, is_stale=False, rest_ms=LOOKS_OVER_MS)

    def show_target(self, target: Target) -> None:
        """The sequence as it is shown now; how another one fares, or in another state, is looked at."""
        before, self._target = self._target, target
        if before is None or before.named.id != target.named.id:
            self._blocking, self._health = 0, None
        self._show()
        if before is None or (before.named.id, before.status) != (target.named.id, target.status):
            self._look_over()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """What was found in the sequence."""
        self._blocking = sum(problem.blocks for problem in problems)
        self._show()

    def _look_over(self) -> None:
        target, jobs = self._target, self._bench.jobs
        if target is None or target.status != "active" or not self._view.isVisible():
            return
        key = target.named.id

        def read(reading: Reading) -> Health | None:
            from opendoors_desktop.engine.sequence_health import read_health

            assert jobs.context is not None  # readings are made of an open store
            own = find_with_figures(reading.unit, reading.scope.workspace_id, key)
            return None if own is None else read_health(jobs.context, reading.unit, [own])[key]

        self._query.ask_again(read)

    def _on_health(self, health: Health | None) -> None:
        self._health = health
        self._show()

    def _show(self) -> None:
        """The worst of what is known, told anew only where it is something else."""
        status = "" if self._target is None else self._target.status
        if status in {"draft", "paused"} and self._blocking:
            words = self.tr("%n things keep the sequence from starting.", "", self._blocking)
            action = "sequence.activate" if status == "draft" else "sequence.resume"
            self._tell(Tone.WARNING, words, self.tr("See what to fix"), action)
        elif status == "active" and self._health is not None and self._health.level in _TONES:
            found = self._health
            text, action = _HELPS.get(found.code, ("", ""))
            button = QCoreApplication.translate("SequenceNotice", text) if text else ""
            self._tell(_TONES[found.level], f"{found.sentence} {found.advice}".strip(), button, action)
        elif self._told:
            self._told = ()
            self._bar.clear()

    def _tell(self, tone: Tone, words: str, button: str, action: str) -> None:
        if (tone, words, action) == self._told:
            return
        self._told = (tone, words, action)
        self._bar.tell(tone, words, push_button(button, self._asker(action)) if button else None)

    def _asker(self, action: str) -> Callable[[], None]:
        return lambda: self.action_wanted.emit(action)
