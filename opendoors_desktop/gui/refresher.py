"""Has what is shown asked for again when it has changed: at most four times a second, and never while it is hidden."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.gui.news import News

ASKS_AGAIN_MS: Final = 250
"""Asked again at most four times a second, however fast the store changes."""


class Following(QObject):
    """Calls `refresh` a moment after one of its topics has changed: what changes until then is asked for once."""

    def __init__(
        self,
        parent: QObject,
        news: News,
        topics: frozenset[Topic],
        refresh: Callable[[], object],
        rest_ms: int = ASKS_AGAIN_MS,
    ) -> None:
        """`rest_ms`: how long that moment is, and so the least time between two askings."""
        super().__init__(parent)
        self._topics = topics
        self._refresh = refresh
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(rest_ms)
        self._timer.timeout.connect(refresh)
        news.changed.connect(self._on_changed)

    def ask_again(self) -> None:
        """Something that is shown may have changed."""
        if not self._timer.isActive():
            self._timer.start()

    def _on_changed(self, topics: frozenset[Topic]) -> None:
        if topics & self._topics:
            self.ask_again()


class Refresher(Following):
    """As Following, for a widget: calls `refresh` when that is shown first, too.

    What changes while the widget is hidden is asked for when it is shown again.
    """

    def __init__(
        self,
        widget: QWidget,
        news: News,
        topics: frozenset[Topic],
        refresh: Callable[[], object],
        is_stale: bool = True,
        *,
        rest_ms: int = ASKS_AGAIN_MS,
    ) -> None:
        """`is_stale`: whether the first showing asks as well."""
        super().__init__(widget, news, topics, refresh, rest_ms)
        self._widget = widget
        self._is_stale = is_stale
        widget.installEventFilter(self)

    def ask_again(self) -> None:
        if self._widget.isVisible():
            super().ask_again()
        else:
            self._is_stale = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._widget and event.type() is QEvent.Type.Show and self._is_stale:
            self._is_stale = False
            self._refresh()
        if watched is self._widget and event.type() is QEvent.Type.Hide and self._timer.isActive():
            self._timer.stop()
            self._is_stale = True
        return False
