"""Tells pages which topics changed, whoever changed them: this window, its scheduler, or another program."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.gui.threads import WorkThread

if TYPE_CHECKING:
    from opendoors_desktop.engine.context import Context

LOOKS_EVERY: Final = 0.25
"""Seconds between two looks for what other programs changed."""

RESTS_MS: Final = 50
"""What changes so soon after the last news is told together."""

REST: Final = 40
"""Nothing is told for so many times as long as answers took a processor, so that a rush of changes costs little."""

LONGEST_REST_MS: Final = 1000


class News(QObject):
    """`changed` brings topics, `away` and `back` say that the store was lost and is there again.

    The first change is told at once, those that follow together after a rest.
    """

    changed = Signal(object)
    away = Signal(object)
    back = Signal()
    _heard = Signal()

    def __init__(self, parent: QObject, spent: Callable[[], float]) -> None:
        """`spent` tells how many seconds a processor has worked for answers so far."""
        super().__init__(parent)
        self._watcher: _Watcher | None = None
        self._guard = threading.Lock()
        self._topics: frozenset[Topic] = frozenset()
        self._spent = spent
        self._spent_then = 0.0
        self._since = QElapsedTimer()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._tell)
        self._heard.connect(self._on_heard)

    def start(self, context: "Context") -> None:
        """Begin to watch an open store."""
        context.store.on_change(self.note)
        self._watcher = _Watcher(self, context)
        self._watcher.start()

    def close(self) -> None:
        """Stop watching."""
        if self._watcher is not None:
            self._watcher.stop()
            self._watcher = None

    def note(self, topics: frozenset[Topic]) -> None:
        """Have topics be told; may be called from any thread, which costs it next to nothing in a rush."""
        with self._guard:
            is_first = not self._topics
            self._topics |= topics
        if is_first:
            self._heard.emit()

    def _on_heard(self) -> None:
        if not self._rest.isActive():
            self._tell()

    def _tell(self) -> None:
        """Tell what was noted, unless the rest is to be longer."""
        left = self._rest_ms() - self._since.elapsed() if self._since.isValid() else 0
        if left > 0:
            self._rest.start(left)
            return
        with self._guard:
            topics, self._topics = self._topics, frozenset()
        if topics:
            self._since.start()
            self._spent_then = self._spent()
            self._rest.start(RESTS_MS)
            self.changed.emit(topics)

    def _rest_ms(self) -> int:
        """How long nothing is told after the last news, by what the answers to it have cost."""
        return max(RESTS_MS, min(LONGEST_REST_MS, int(1000 * REST * (self._spent() - self._spent_then))))


class _Watcher(WorkThread):
    """Looks for changes of other programs, on a connection of its own."""

    def __init__(self, news: News, context: "Context") -> None:
        super().__init__("news", news)
        self._news = news
        self._context = context
        self._stop = threading.Event()

    def stop(self) -> None:
        self._stop.set()
        self.wait()

    def work(self) -> None:
        from opendoors_desktop.engine.news import watch_store

        watch = None
        is_away = False
        pause = 0.0  # the first look at once: what is changed before it is news to nobody
        while not self._stop.wait(pause):
            pause = LOOKS_EVERY
            try:
                watch = watch or watch_store(self._context)
                topics = watch.look()
            except StoreError as error:
                if not is_away:
                    self._news.away.emit(error)
                is_away = True
                continue
            if is_away:
                is_away = False
                self._news.back.emit()
            if topics:
                self._news.note(topics)
        if watch is not None:
            watch.close()
