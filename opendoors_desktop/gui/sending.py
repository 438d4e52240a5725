"""The scheduler of this window: run while the store is open, started again if it breaks; and how its switch stands."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.gui.scheduler_thread import SchedulerThread

if TYPE_CHECKING:
    from opendoors_desktop.engine.commands.sending import Switches
    from opendoors_desktop.engine.context import Context
    from opendoors_desktop.gui.jobs import Jobs
    from opendoors_desktop.gui.news import News

FIRST_PAUSE_MS: Final = 1_000
LONGEST_PAUSE_MS: Final = 300_000
IS_SOUND_AFTER_MS: Final = 600_000
"""A scheduler that ran for so long has nothing to do with the fault before it."""

ENDS_WITHIN_MS: Final = 15_000
"""A thread that isn't done by then is left behind: what it waits for is no email."""

LOOKS_AGAIN_MS: Final = 15_000
"""How often a pause is asked whether it is over; a computer that slept through it asks soon after."""

ThreadOf: TypeAlias = "Callable[[Context, QObject], SchedulerThread | None]"
"""Makes the thread that sends on an open store; None: there is nothing more to send."""

_TOPICS: Final = {Topic.SETTINGS, Topic.WORKSPACE}


class Runs(StrEnum):
    """What the scheduler of this window does."""

    OFF = "off"  # not begun, or ended for good
    ON = "on"
    BROKEN = "broken"  # it ended by a fault, and is started again after a pause


class Sending(QObject):
    """Keeps one scheduler running on the open store; whether emails leave by it is a matter of the switches.

    `changed` says that something of it is another now; `broke_first` that the scheduler ended by a fault for the first
    time, `came_back` brings an Absence. `switches` are those of the last look (None: not known yet), `store_fault` is
    what keeps the scheduler from writing, `held_elsewhere` the mailboxes others send from, `offline_since` is when
    mail hosts ceased to answer. Who moves a switch, here or elsewhere, is heard of by the topics.
    """

    changed = Signal()
    came_back = Signal(object)
    broke_first = Signal()

    def __init__(self, jobs: "Jobs", news: "News", parent: QObject, thread_of: "ThreadOf | None" = None) -> None:
        """`thread_of` makes the thread that runs the scheduler on an open store; None: a SchedulerThread."""
        super().__init__(parent)
        self.jobs = jobs
        self._thread_of = thread_of or SchedulerThread
        self.switches: Switches | None = None
        self.store_fault: Exception | None = None
        self.held_elsewhere: tuple[Any, ...] = ()
        self.offline_since: datetime | None = None
        self._thread: SchedulerThread | None = None
        self._is_closed = False
        self._has_broken = False
        self._pause_ms = FIRST_PAUSE_MS
        self._ran = QElapsedTimer()
        self._again = _timer(self, self._run, is_single=True)
        self._pause_ends = _timer(self, self.look)
        self._pause_ends.setInterval(LOOKS_AGAIN_MS)
        news.changed.connect(self._on_changed)

    @property
    def runs(self) -> Runs:
        """What the scheduler does now."""
        if self._thread is not None:
            return Runs.ON
        return Runs.BROKEN if self._again.isActive() else Runs.OFF

    @property
    def is_sending(self) -> bool:
        """Whether emails go on leaving from here at their times."""
        return self.runs is not Runs.OFF and self.switches is not None and self.switches.may_send

    @property
    def paused_until(self) -> datetime | None:
        """When sending that rests here goes on by itself."""
        return None if self.switches is None else self.switches.paused_until

    def look(self) -> None:
        """Ask how the switches stand, and have the scheduler run; to be called first when the store is open."""
        self._run()
        self.jobs.write(_switches, self._on_answer)

    def stop(self) -> None:
        """Have the scheduler end; `close` waits for that."""
        self._is_closed = True
        self._again.stop()
        self._pause_ends.stop()
        if self._thread is not None:
            self._thread.stop()

    def close(self) -> None:
        """End the scheduler for good: what is being sent has five seconds to be answered."""
        self.stop()
        if self._thread is not None:
            self._thread.wait(ENDS_WITHIN_MS)
            self._thread = None

    def _on_changed(self, topics: frozenset[Topic]) -> None:
        if topics & _TOPICS and not self._is_closed:
            self.look()

    def _on_answer(self, switches: "Switches") -> None:
        if switches == self.switches:
            return
        self.switches = switches
        if switches.paused_until is None:
            self._pause_ends.stop()
        else:
            self._pause_ends.start()
        self.changed.emit()

    def _run(self) -> None:
        """Have the scheduler run, unless it does, or rests after a fault."""
        context = self.jobs.context
        if self._is_closed or context is None or self._thread is not None or self._again.isActive():
            return
        thread = self._thread_of(context, self)
        if thread is not None:
            self._begin(thread)
            self.changed.emit()

    def _begin(self, thread: SchedulerThread) -> None:
        self._thread = thread
        thread.came_back.connect(self.came_back)
        thread.store_stopped.connect(self._on_store_stopped)
        thread.store_back.connect(self._on_store_back)
        thread.held_elsewhere.connect(self._on_held_elsewhere)
        thread.offline.connect(self._on_offline)
        thread.finished.connect(self._on_finished)
        self._ran.start()
        thread.start()

    def _on_finished(self) -> None:
        """It played to its end, or ended by a fault; after a fault it is started again, later each time."""
        thread, self._thread = self._thread, None
        self.store_fault, self.held_elsewhere, self.offline_since = None, (), None
        if self._is_closed or thread is None:
            return
        thread.deleteLater()
        if not thread.was_stopped:
            if not self._has_broken:
                self._has_broken = True
                self.broke_first.emit()
            if self._ran.elapsed() >= IS_SOUND_AFTER_MS:
                self._pause_ms = FIRST_PAUSE_MS
            self._again.start(self._pause_ms)
            self._pause_ms = min(2 * self._pause_ms, LONGEST_PAUSE_MS)
        self.changed.emit()

    def _on_store_stopped(self, error: Exception) -> None:
        self.store_fault = error
        self.changed.emit()

    def _on_store_back(self) -> None:
        self.store_fault = None
        self.changed.emit()

    def _on_held_elsewhere(self, holders: tuple[Any, ...]) -> None:
        self.held_elsewhere = holders
        self.changed.emit()

    def _on_offline(self, since: datetime | None) -> None:
        self.offline_since = since
        self.changed.emit()


def _timer(parent: Sending, call: Any, *, is_single: bool = False) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(is_single)
    timer.timeout.connect(call)
    return timer


def _switches(context: "Context") -> "Switches":
    from opendoors_desktop.engine.commands.sending import switches

    return switches(context)
