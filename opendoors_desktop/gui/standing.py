"""How sending stands, asked for once for all that show it: status bar, tray, rail and the system's own notices."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.gui.jobs import Query, Reading
from opendoors_desktop.gui.refresher import Following
from opendoors_desktop.gui.workbench import Workbench

if TYPE_CHECKING:
    from opendoors_desktop.store.queries.status_bar import StatusFacts

TOPICS: Final = frozenset(
    {
        Topic.OUTBOX,
        Topic.INBOX,
        Topic.ENROLLMENTS,
        Topic.MAILBOXES,
        Topic.SEQUENCES,
        Topic.WORKSPACE,
        Topic.SETTINGS,
    }
)
ASKS_ANYWAY_MS: Final = 60_000
"""Asked each minute all the same: a day may end without anything being written."""


class Standing(QObject):
    """`changed` brings the facts and the instant they were read at, `failed` what kept them from being read."""

    changed = Signal(object, object)
    failed = Signal(object)

    def __init__(self, bench: Workbench, parent: QObject) -> None:
        super().__init__(parent)
        self.facts: StatusFacts | None = None
        self._query = Query(bench.jobs, self)
        self._query.answered.connect(self._on_answered)
        self._query.failed.connect(self.failed)
        self._bench = bench
        self._following: Following | None = None
        self._anyway = QTimer(self)
        self._anyway.setInterval(ASKS_ANYWAY_MS)
        self._anyway.timeout.connect(self.ask)
        bench.news.back.connect(self.ask)

    def start(self) -> None:
        """The store is open: ask, and go on asking."""
        self._anyway.start()
        self._following = self._following or Following(self, self._bench.news, TOPICS, self.ask)
        self.ask()

    def ask(self) -> None:
        """Ask now."""
        self._query.ask(_read)

    def _on_answered(self, answer: "tuple[StatusFacts, datetime]") -> None:
        self.facts, now = answer
        self.changed.emit(self.facts, now)


def _read(reading: Reading) -> "tuple[StatusFacts, datetime]":
    from opendoors_desktop.store.queries.status_bar import read_status

    return read_status(reading.unit, reading.scope.workspace_id, reading.now), reading.now
