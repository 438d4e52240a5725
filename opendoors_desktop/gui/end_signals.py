"""Signals of the system that ask the program to end, brought into the loop of Qt that Python can’t interrupt."""

import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

from PySide6.QtCore import QObject, QSocketNotifier

NAMES: Final = ("SIGINT", "SIGTERM", "SIGBREAK", "SIGHUP")


class EndSignals(QObject):
    """Calls `end` on the main thread when the system asks the program to end; a second time Python's own way."""

    def __init__(self, end: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._end = end
        self._here, self._there = socket.socketpair()
        for each in (self._here, self._there):
            each.setblocking(False)
        self._notifier = QSocketNotifier(self._here.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_signal)
        self._fd_before = signal.set_wakeup_fd(self._there.fileno(), warn_on_full_buffer=False)
        self._before: dict[int, Any] = {}
        for number in (getattr(signal, name) for name in NAMES if hasattr(signal, name)):
            self._before[number] = signal.signal(number, self._heard)

    def close(self) -> None:
        """Let signals do what they did before."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._fd_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._here.close()
        self._there.close()

    def _heard(self, number: int, _frame: FrameType | None) -> None:
        """Python's own handler; what is to be done is done by the notifier, on Qt's loop."""
        signal.signal(number, self._before[number])

    def _on_signal(self) -> None:
        if any(number in self._before for number in self._here.recv(64)):  # else another signal that Python hears
            self._end()
