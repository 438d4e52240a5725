"""Takes a table of contacts that is dropped anywhere onto a window."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

SUFFIXES = frozenset({".csv", ".tsv", ".txt"})


class FileDrop(QObject):
    """Watches a window; `then` is given the file that was dropped."""

    def __init__(self, window: QWidget, then: Callable[[Path], object]) -> None:
        super().__init__(window)
        self._then = then
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QDragEnterEvent | QDropEvent):
            return False
        file = _table_in(event.mimeData())
        if file is None:
            return False
        event.acceptProposedAction()
        if event.type() is QEvent.Type.Drop:
            self._then(file)
        return True


def _table_in(data: QMimeData) -> Path | None:
    """The one file that is dragged, if it is a table by its name."""
    files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return files[0] if len(files) == 1 and files[0].suffix.lower() in SUFFIXES else None
