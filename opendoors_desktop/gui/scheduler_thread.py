"""The scheduler in a thread of its own: one signal for each of its notices."""

import logging
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from opendoors_desktop.gui.threads import WorkThread

if TYPE_CHECKING:
    from opendoors_desktop.engine.context import Context
    from opendoors_desktop.engine.loop import Scheduler
    from opendoors_desktop.engine.notices import Notice

log = logging.getLogger(__name__)


class SchedulerThread(WorkThread):
    """Runs one scheduler until `stop`; nothing of it is loaded before.

    `came_back` brings an Absence, `store_stopped` a StoreError, `held_elsewhere` a tuple of HeldBy, `offline` since
    when no mail host answers (None: one does again).
    """

    came_back = Signal(object)
    store_stopped = Signal(object)
    store_back = Signal()
    held_elsewhere = Signal(object)
    offline = Signal(object)

    def __init__(self, context: "Context", parent: QObject | None = None) -> None:
        super().__init__("scheduler", parent)
        self._context = context
        self._scheduler: Scheduler | None = None
        self._is_stopping = False
        self._lock = threading.Lock()

    @property
    def was_stopped(self) -> bool:
        """Whether it ended as it should, not by a fault."""
        return self._is_stopping

    def stop(self) -> None:
        """Have it end: nothing new is begun, and what is being sent has five seconds to be answered."""
        with self._lock:
            self._is_stopping = True
            if self._scheduler is not None:
                self._scheduler.stop()

    def work(self) -> None:
        import asyncio

        try:
            asyncio.run(self._run())
        except Exception:
            log.exception("the scheduler ended by a fault")

    async def _run(self) -> None:
        from functools import partial

        from opendoors_desktop.engine.commands.sending import leave_to_send
        from opendoors_desktop.engine.loop import Scheduler, SchedulerOptions

        leave = partial(leave_to_send, self._context)
        scheduler = Scheduler(self._context, SchedulerOptions(hears_others=True), tell=self._tell, leave=leave)
        self._works(scheduler)
        await scheduler.run()

    def _works(self, scheduler: "Scheduler") -> None:
        """Have `stop` stop this scheduler, at once if it was called already."""
        with self._lock:
            self._scheduler = scheduler
            if self._is_stopping:
                scheduler.stop()

    def _tell(self, notice: "Notice") -> None:
        from opendoors_desktop.engine import notices

        match notice:
            case notices.CameBack(absence=absence):
                self.came_back.emit(absence)
            case notices.StoreStopped(error=error):
                self.store_stopped.emit(error)
            case notices.StoreBack():
                self.store_back.emit()
            case notices.HeldElsewhere(holders=holders):
                self.held_elsewhere.emit(holders)
            case notices.Offline(since=since):
                self.offline.emit(since)
