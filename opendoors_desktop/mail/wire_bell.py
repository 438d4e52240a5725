"""A bell that ends another thread's waiting on a line at once, on every system that knows sockets."""

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
