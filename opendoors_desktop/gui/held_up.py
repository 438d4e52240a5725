"""Notices that a person's change waits for another program that is writing to the store."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from opendoors_desktop.engine.context import Context

TELLS_AFTER: Final = 2.0
"""Seconds a change waits before that is told."""

LOOKS_MS: Final = 250


class HeldUp(QObject):
    """Looks at the store while changes are under way; `changed` says whether one is held up by another program."""

    changed = Signal(bool)

    def __init__(self, parent: QObject, now: Callable[[], float] = time.monotonic) -> None:
        """`now` gives seconds of the clock that `Store.waiting_since` goes by."""
        super().__init__(parent)
        self._now = now
        self._context: Context | None = None
        self._under_way = 0
        self._is_told = False
        self._looks = QTimer(self)
        self._looks.setInterval(LOOKS_MS)
        self._looks.timeout.connect(self.look)

    def begin(self, context: "Context") -> None:
        """A change of this context's store is on its way."""
        self._context = context
        self._under_way += 1
        self._looks.start()

    def end(self) -> None:
        """One of the changes is done, or failed."""
        self._under_way -= 1
        if not self._under_way:
            self.close()

    def look(self) -> None:
        """Tell it where it has become otherwise."""
        since = None if self._context is None else self._context.store.waiting_since
        self._tell(is_held=since is not None and self._now() - since >= TELLS_AFTER)

    def close(self) -> None:
        """Look no more until the next change."""
        self._looks.stop()
        self._tell(is_held=False)

    def _tell(self, *, is_held: bool) -> None:
        if is_held is not self._is_told:
            self._is_told = is_held
            self.changed.emit(is_held)
