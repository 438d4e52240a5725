"""Has what is shown asked for again when it has changed: at most four times a second, and never while it is hidden."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.gui.news import News

ASKS_AGAIN_MS: Final = 250
"""Asked again at most four times a second, however fast the store changes."""


class Refresher(QObject):
    """Calls `refresh` when a widget is shown first, and when one of its topics has changed.

    What changes while the widget is hidden is asked for when it is shown again.
    """

    def __init__(
        self,
        widget: QWidget,
        news: News,
        topics: frozenset[Topic],
        refresh: Callable[[], object],
        is_stale: bool = True,
    ) -> None:
        """`is_stale`: whether the first showing asks as well."""
        super().__init__(widget)
        self._widget = widget
        self._topics = topics
        self._refresh = refresh
        self._is_stale = is_stale
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(ASKS_AGAIN_MS)
        self._timer.timeout.connect(refresh)
        news.changed.connect(self._on_changed)
        widget.installEventFilter(self)

    def ask_again(self) -> None:
        """Something that is shown may have changed."""
        if not self._widget.isVisible():
            self._is_stale = True
        elif not self._timer.isActive():
            self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._widget and event.type() is QEvent.Type.Show and self._is_stale:
            self._is_stale = False
            self._refresh()
        if watched is self._widget and event.type() is QEvent.Type.Hide and self._timer.isActive():
            self._timer.stop()
            self._is_stale = True
        return False

    def _on_changed(self, topics: frozenset[Topic]) -> None:
        if topics & self._topics:
            self.ask_again()
