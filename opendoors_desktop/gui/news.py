"""Tells pages which topics changed, whoever changed them: this window, its scheduler, or another program."""

import threading
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.gui.threads import WorkThread

if TYPE_CHECKING:
    from opendoors_desktop.engine.context import Context

LOOKS_EVERY: Final = 0.25
"""Seconds between two looks for what other programs changed."""


class News(QObject):
    """`changed` brings topics, `away` and `back` say that the store was lost and is there again."""

    changed = Signal(object)
    away = Signal(object)
    back = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._watcher: _Watcher | None = None

    def start(self, context: "Context") -> None:
        """Begin to watch an open store."""
        context.store.on_change(self._on_own_change)
        self._watcher = _Watcher(self, context)
        self._watcher.start()

    def close(self) -> None:
        """Stop watching."""
        if self._watcher is not None:
            self._watcher.stop()
            self._watcher = None

    def _on_own_change(self, topics: frozenset[Topic]) -> None:
        self.changed.emit(topics)


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
                self._news.changed.emit(topics)
        if watch is not None:
            watch.close()
