"""Tells when people answered: in the window while it is in use, and by the system where it isn't."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final
from uuid import UUID

from PySide6.QtCore import QObject, QTimer

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.gui.jobs import Query, Reading
from opendoors_desktop.gui.tray import Tray
from opendoors_desktop.gui.widgets.text import one_line

if TYPE_CHECKING:
    from opendoors_desktop.gui.main_window import MainWindow
    from opendoors_desktop.store.queries.inbox import MailLine

LATEST: Final = 50
"""So many of the last replies are looked at for new ones."""
ASKS_AFTER_MS: Final = 250


class ReplyNotices(QObject):
    """Follows the inbox of a window; what lay there when it opened is news to nobody."""

    def __init__(self, window: "MainWindow", tray: Tray) -> None:
        super().__init__(window)
        self._window = window
        self._tray = tray
        self._known: set[UUID] | None = None
        self._query = Query(window.bench.jobs, self)
        self._query.answered.connect(self._on_answer)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(ASKS_AFTER_MS)
        self._timer.timeout.connect(self.ask)
        window.bench.news.changed.connect(self._on_changed)
        self.ask()

    def ask(self) -> None:
        """Look for new replies now."""
        self._query.ask_again(_read)

    def _on_changed(self, topics: frozenset[Topic]) -> None:
        if Topic.INBOX in topics and not self._timer.isActive():
            self._timer.start()

    def _on_answer(self, mails: "list[MailLine]") -> None:
        known, self._known = self._known, {mail.id for mail in mails} | (self._known or set())
        came = [] if known is None else [mail for mail in mails if mail.id not in known and mail.read_at is None]
        if came:
            self._tell(came)

    def _tell(self, came: "list[MailLine]") -> None:
        newest = came[0]
        if len(came) == 1:
            title = self.tr("{name} answered").format(name=one_line(newest.name, 80))
            text = one_line(newest.text, 160)
        else:
            title = self.tr("%n replies came", "", len(came))
            text = one_line(", ".join(mail.name for mail in came), 160)
        go = self._opener(newest.id)
        if self._window.isActiveWindow() or not self._tray.is_there:
            self._window.bench.notices.toast(title, go, self.tr("Open"))
        else:
            self._tray.notify(title, text, go)

    def _opener(self, key: UUID) -> Callable[[], object]:
        return lambda: self._window.go("inbox", inbound_id=key)


def _read(reading: Reading) -> "list[MailLine]":
    from opendoors_desktop.store.queries.inbox import latest_replies

    return latest_replies(reading.unit, reading.scope.workspace_id, LATEST)
