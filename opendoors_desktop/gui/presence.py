"""Whether the window is to be seen: closing it into the tray, bringing it back, and the end of the program."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal

from opendoors_desktop.gui.notices import Choice

if TYPE_CHECKING:
    from opendoors_desktop.gui.main_window import MainWindow
    from opendoors_desktop.gui.remembered import Remembered
    from opendoors_desktop.gui.tray import Tray

KEEPS_SENDING: Final = "keeps_sending"


class Presence(QObject):
    """Shows, hides and ends one main window; `ended` says that the program is to end."""

    ended = Signal()

    def __init__(self, window: "MainWindow", remembered: "Remembered", tray: "Tray") -> None:
        super().__init__(window)
        self._window = window
        self.remembered = remembered
        self._state = remembered.state
        self._tray = tray
        self.is_quitting = False
        window.closing.connect(self._on_closing)
        window.wants_to_quit.connect(self.quit)

    def show(self) -> None:
        """Bring the window before the person's eyes."""
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()

    def quit(self) -> None:
        """End the program, sending too."""
        self.is_quitting = True
        self._window.hide()
        self.ended.emit()

    def _on_closing(self) -> None:
        """Closing ends the program, unless emails are to go on leaving: then the window only goes out of sight."""
        if self.is_quitting:
            return
        self._window.keep_open()
        if not self._window.sending.is_sending:
            self.quit()
        elif self._state.get(KEEPS_SENDING) is None:
            self._ask()
        else:
            self._withdraw()

    def _ask(self) -> None:
        """Asked once: what closing the window means while emails leave."""
        if self._tray.is_there:
            text = self.tr("Emails go on leaving at their times. The door in the tray brings the window back.")
        else:
            text = self.tr("Emails go on leaving at their times. This desktop has no tray, so the window is minimised.")
        self._window.bench.notices.choose(
            self.tr("Keep sending while the window is closed?"),
            text,
            [Choice(self.tr("Keep sending"), self._keep_sending), Choice(self.tr("Quit"), self.quit)],
        )

    def _keep_sending(self) -> None:
        self._state.put(KEEPS_SENDING, True)
        self._withdraw()

    def _withdraw(self) -> None:
        self.remembered.note()
        if self._tray.is_there:
            self._window.hide()
        else:
            self._window.showMinimized()
