"""Measures a long list: how many rows it has, and places from which a page anywhere is near."""

import time
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from opendoors_desktop.gui.jobs import Jobs
from opendoors_desktop.gui.models.listing import Ladder, Listing
from opendoors_desktop.store.queries.places import Climb

REST: Final = 10
"""After measuring a list for some time, so many times as long nothing is measured again."""


class Measuring(QObject):
    """`counted` brings the number of rows where the list tells it, `passed` how many there are at least, and `ended`
    how many there are, once the list was climbed to its end; `failed` brings what went wrong.
    """

    counted = Signal(int)
    passed = Signal(int)
    ended = Signal(int)
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self.ladder = Ladder()
        self.is_running = False
        self._jobs = jobs
        self._listing: Listing[Any] | None = None
        self._climbing = Ladder()
        self._run = 0
        self._began = self._lasted = 0.0
        self._rest = single_shot(self, 0, self.now)

    def stop(self) -> None:
        """Leave the list; what is being asked about it is forgotten."""
        self._run += 1
        self._rest.stop()
        self.is_running = False

    def begin(self, listing: Listing[Any]) -> None:
        """Another list, of which nothing is known."""
        self.stop()
        self._listing = listing
        self.ladder = Ladder()
        self._lasted = 0.0

    def again(self) -> None:
        """Measure the list, now or when the last time is long enough ago."""
        if not self._rest.isActive() and not self.is_running:
            self._rest.start(int(self._lasted * 1000 * REST))

    def now(self) -> None:
        """Measure the list."""
        listing = self._listing
        if listing is None:
            return
        self.is_running = True
        self._began = time.monotonic()
        self._climbing = Ladder()
        self._ask(listing.count, self._on_count)

    def _on_count(self, count: int | None) -> None:
        if count is not None:
            self.counted.emit(count)
        self._go_on()

    def _go_on(self) -> None:
        listing, top = self._listing, self._climbing.top
        if listing is not None:
            self._ask(lambda reading: listing.climb(reading, top), self._on_climb)

    def _on_climb(self, climb: Climb) -> None:
        climbing = self._climbing
        climbing.add(climb.places)
        if climb.total is not None or climbing.top.position > self.ladder.top.position:
            self.ladder = climbing
        if climb.total is None:
            self.passed.emit(climbing.top.position)
            self._go_on()
            return
        self.is_running = False
        self._lasted = time.monotonic() - self._began
        self.ended.emit(climb.total)

    def _ask(self, question: Callable[[Any], Any], then: Callable[[Any], object]) -> None:
        """Ask off the main thread; the answer counts while the list is the same."""
        run = self._run

        def answered(answer: Any) -> None:
            if run == self._run:
                then(answer)

        def fail(error: Exception) -> None:
            if run == self._run:
                self.is_running = False
                self.failed.emit(error)

        self._jobs.read(question, answered, fail)


def single_shot(parent: QObject, interval: int, call: Callable[[], object]) -> QTimer:
    """A timer of `parent` that calls once, so many milliseconds after it was started."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval)
    timer.timeout.connect(call)
    return timer
