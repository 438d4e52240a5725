"""What ends another thread's waiting on a line: a bell for one that listens, shears for one that is stuck."""

import selectors
import socket
from contextlib import suppress


class Bell:
    """Rung from any thread; whoever waits hears it, also when it was rung before. Hushed by the one who waits."""

    def __init__(self) -> None:
        self._ear, self._hammer = socket.socketpair()
        for end in (self._ear, self._hammer):
            end.setblocking(False)

    def ring(self) -> None:
        """End the waiting; one that is full or closed needs no more."""
        with suppress(OSError):
            self._hammer.send(b"!")

    def hush(self) -> None:
        """Forget that it was rung."""
        with suppress(OSError):
            while self._ear.recv(1024):
                pass

    def fileno(self) -> int:
        """What a selector watches beside other lines."""
        return self._ear.fileno()

    def wait(self, seconds: float | None) -> bool:
        """Wait until it rings, at most so long (None: however long); whether it rang."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._ear, selectors.EVENT_READ)
            return bool(selector.select(seconds))

    def close(self) -> None:
        """Take it down; nobody waits any more."""
        self._ear.close()
        self._hammer.close()


class Shears:
    """Cuts a line from any thread, whatever is waited for on it: greeting, handshake or an answer."""

    def __init__(self) -> None:
        self._line: socket.socket | None = None
        self._is_cut = False

    def hold(self, line: socket.socket) -> None:
        """Be ready to cut this line, in place of the one before; at once where `cut` was called already."""
        self.release()
        self._line = line.dup()  # what encrypts a line takes its socket away
        if self._is_cut:
            self.cut()

    def cut(self) -> None:
        """Cut the line, and any that is held from now on."""
        self._is_cut = True
        line = self._line
        if line is not None:
            with suppress(OSError):  # it may have ended by itself
                line.shutdown(socket.SHUT_RDWR)

    def release(self) -> None:
        """Let go of the line, for the thread it belongs to."""
        line, self._line = self._line, None
        if line is not None:
            line.close()
