"""One window for each person and store: a second start has the first window shown, and ends."""

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCryptographicHash, QDir, QElapsedTimer, QLockFile, QObject, QThread, Signal

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer

log = logging.getLogger(__name__)

ANSWERS_WITHIN_MS: Final = 1_500
COMES_UP_WITHIN_MS: Final = 4_000
"""A first instance that is just starting has its line open by then; else what holds its lock is something else."""


def name_of(store_url: str, user: str | None = None) -> str:
    """The name by which the instances of one person and store find each other; the same from every working folder."""
    place = store_url if "://" in store_url else str(Path(store_url).expanduser().resolve())
    # Qt's own hash: Python's costs the start some milliseconds.
    digest = QCryptographicHash.hash(f"{user or _user()} {place}".encode(), QCryptographicHash.Algorithm.Sha256)
    return f"opendoors-{bytes(digest.toHex().data()).decode('ascii')[:24]}"


class SingleInstance(QObject):
    """The first to `claim` a name has it until it ends; `asked_to_show` says that somebody started a second time.

    A lock tells who is first, a line (opened by `serve`, once the window is painted) carries the wish to be shown.
    """

    asked_to_show = Signal()

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._lock = QLockFile(QDir.temp().filePath(f"{name}.lock"))
        self._lock.setStaleLockTime(0)  # it is left over only if its program is gone, however old it is
        self._server: QLocalServer | None = None

    def claim(self) -> bool:
        """Take the name, or have the instance that has it show its window: False then.

        What a crash left behind is taken over. Where no lock can be written (a full or read-only disk) this runs alone.
        """
        if self._lock.tryLock(0) or self._lock.error() is not QLockFile.LockError.LockFailedError:
            return True
        if self._ask_the_first():
            return False
        log.info("the lock of a start before is left over: nobody answers for it")
        self._lock.removeStaleLockFile()
        self._lock.tryLock(0)
        return True

    def serve(self) -> None:
        """Hear of second starts from now on."""
        from PySide6.QtNetwork import QLocalServer

        server = self._server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.newConnection.connect(self._on_connection)
        QLocalServer.removeServer(self._name)  # the lock is ours: a line of that name is left over
        if not server.listen(self._name):
            log.warning("a second start won't be noticed: %s", server.errorString())

    def close(self) -> None:
        """Give the name back."""
        if self._server is not None:
            self._server.close()
        self._lock.unlock()

    def _ask_the_first(self) -> bool:
        """Whether another instance is there; it is asked to show itself."""
        from PySide6.QtNetwork import QLocalSocket

        waited = QElapsedTimer()
        waited.start()
        while waited.elapsed() < COMES_UP_WITHIN_MS:
            line = QLocalSocket()
            line.connectToServer(self._name)
            if line.waitForConnected(ANSWERS_WITHIN_MS):
                line.waitForDisconnected(ANSWERS_WITHIN_MS)  # it has heard; without that it is there all the same
                return True
            QThread.msleep(100)  # it may be starting; there is no window yet that could wait
        return False

    def _on_connection(self) -> None:
        """Whoever calls wants the window to be shown; hanging up says that it is heard."""
        if self._server is not None:
            line = self._server.nextPendingConnection()
            line.disconnectFromServer()
            line.deleteLater()
            self.asked_to_show.emit()


def _user() -> str:
    """What tells this person from others on the same computer."""
    return str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
