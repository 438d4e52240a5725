"""Keeps the store backed up while the window is open, and offers the last backup of one that can't be opened."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.gui.formats import day, here, time_of_day
from opendoors_desktop.gui.widgets.buttons import push_button

if TYPE_CHECKING:
    from opendoors_desktop.engine.commands.backups import PutBack
    from opendoors_desktop.gui.main_window import MainWindow

HOUR_MS: Final = 3_600_000
FIRST_LOOK_MS: Final = 60_000
"""The day's backup waits until the window is in use: the start belongs to the person."""

GETS_BACKUP: Final = frozenset({"store_damaged", "store_newer", "store_foreign"})
"""What a store can have that a backup put back helps against."""


class StoreCare(QObject):
    """Has a backup made each day, and puts one back in place of a store that can't be opened, when a person says so."""

    def __init__(self, window: "MainWindow", store_url: str, data_dir: Path) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = window.bench.jobs
        self._place = (store_url, data_dir)
        self._every_hour = QTimer(self)
        self._every_hour.timeout.connect(self.look)
        self._jobs.opened.connect(self._on_opened)
        self._jobs.not_opened.connect(self._on_not_opened)

    def look(self) -> None:
        """Make the day's backup if it is due; a fault is told once a look, and keeps nothing from going on."""
        self._every_hour.start(HOUR_MS)
        self._jobs.start_long(lambda context, _progress: _keep_backed_up(context))

    def _on_opened(self, _context: object) -> None:
        self._every_hour.start(FIRST_LOOK_MS)

    def _on_not_opened(self, error: Exception) -> None:
        self._every_hour.stop()
        if isinstance(error, StoreError) and error.code in GETS_BACKUP:
            self._jobs.aside(lambda: _find_last_backup(*self._place), lambda made_at: self._offer(error, made_at))

    def _offer(self, error: StoreError, made_at: datetime | None) -> None:
        if made_at is not None and self._window.frame.face == "error":
            button = push_button(self.tr("Restore last backup…"), lambda: self._ask(made_at))
            self._window.show_not_opened(error, button)

    def _ask(self, made_at: datetime) -> None:
        local = here(made_at)
        made = f"{day(local)} {time_of_day(local)}"
        text = self.tr(
            "The backup of {made} takes the store’s place. The present file is kept beside it. Nothing is sent until"
            " you have looked at what fell due since."
        )
        self._window.bench.notices.ask(
            self.tr("Restore the last backup?"), text.format(made=made), self.tr("Restore"), self._restore
        )

    def _restore(self) -> None:
        self._window.frame.begin_loading()
        self._jobs.aside(lambda: _restore(*self._place), self._on_restored, self._window.show_not_opened)

    def _on_restored(self, done: "PutBack") -> None:
        kept = self.tr("The file that stood there is kept as {path}.")
        if done.replaced is not None:
            self._window.bench.notices.toast(kept.format(path=done.replaced))
        self._jobs.open_again()


def _keep_backed_up(context: object) -> None:
    from opendoors_desktop.engine.commands.backups import keep_backed_up

    keep_backed_up(context)  # type: ignore[arg-type]  # jobs give the Context


def _find_last_backup(store_url: str, data_dir: Path) -> datetime | None:
    """When the last good backup was made; None where there is none."""
    from opendoors_desktop.engine.commands.backups import find_last_backup

    last = find_last_backup(store_url, data_dir)
    return None if last is None else last.made_at


def _restore(store_url: str, data_dir: Path) -> "PutBack":
    from opendoors_desktop.engine.clock import RealClock
    from opendoors_desktop.engine.commands.backups import restore

    return restore(store_url, data_dir, RealClock().now())
