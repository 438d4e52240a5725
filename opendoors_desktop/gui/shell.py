"""What surrounds the main window: tray, signals, second starts, the end; put up once the window is painted."""

from typing import TYPE_CHECKING

from opendoors_desktop.gui.end_signals import EndSignals
from opendoors_desktop.gui.first_run import FirstRun
from opendoors_desktop.gui.presence import Presence
from opendoors_desktop.gui.reply_notices import ReplyNotices
from opendoors_desktop.gui.system_notices import SystemNotices
from opendoors_desktop.gui.tray import Tray

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from opendoors_desktop.gui.main_window import MainWindow
    from opendoors_desktop.gui.remembered import Remembered
    from opendoors_desktop.gui.single_instance import SingleInstance


class Shell:
    """All that surrounds one furnished window; `close` takes it down in order."""

    def __init__(
        self,
        application: "QApplication",
        window: "MainWindow",
        remembered: "Remembered",
        instance: "SingleInstance",
        *,
        greets: bool = True,
    ) -> None:
        """`greets`: whether who opens an empty store is led through the first steps."""
        self._window = window
        self._instance = instance
        self._remembered = remembered
        tray = self._tray = Tray(window)
        presence = self._presence = Presence(window, remembered, tray)
        self._signals = EndSignals(presence.quit, window)
        presence.ended.connect(application.exit)
        application.commitDataRequest.connect(presence.quit)
        instance.asked_to_show.connect(presence.show)
        instance.serve()
        tray.show_asked.connect(presence.show)
        tray.quit_asked.connect(presence.quit)
        tray.pause_hour_asked.connect(window.switching.pause_an_hour)
        tray.pause_today_asked.connect(window.switching.pause_today)
        tray.resume_asked.connect(window.switching.ask_on)
        window.switching.asking.connect(presence.show)
        tray.next_asked.connect(self._show_outbox)
        tray.show()
        self._notices = SystemNotices(window, tray)
        self._replies = ReplyNotices(window, tray)
        self.first_run = FirstRun(window, remembered.state, greets=greets)

    def close(self) -> None:
        """Stop intake, let the scheduler drain, finish jobs, close the store."""
        self._remembered.note()
        self._tray.close()
        self._window.close_up()
        self._signals.close()

    def _show_outbox(self) -> None:
        self._presence.show()
        self._window.go("outbox")
