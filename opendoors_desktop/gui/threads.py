"""The base of every thread of the window."""

import sys
import threading
from abc import abstractmethod

from PySide6.QtCore import QObject, QThread


class WorkThread(QThread):
    """A named thread that does `work` and ends; whatever measures other threads of Python measures this one too."""

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)

    def run(self) -> None:
        """Do the work; called by Qt."""
        trace = getattr(threading, "_trace_hook", None)
        if trace is not None:
            sys.settrace(trace)
        self.work()

    @abstractmethod
    def work(self) -> None:
        """What this thread is for."""
