"""A real redis-server on loopback, which tests may kill, hold up and start again."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from threading import Event
from time import monotonic

import pytest

from tests.fixtures_smtp import free_port

REDIS = shutil.which("redis-server")
WITHIN = 20.0


class RedisServer:
    """A server that keeps nothing on the disk."""

    def __init__(self) -> None:
        self._port = free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it is empty."""
        command = [str(REDIS), "--bind", "127.0.0.1", "--port", str(self._port), "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = monotonic() + WITHIN
        while monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 1):
                return
            Event().wait(0.05)
        raise RuntimeError("redis-server did not start")

    def hold_up(self, *, is_held: bool) -> None:
        """Have it answer nothing, or go on."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP if is_held else signal.SIGCONT)

    def end(self) -> None:
        """Kill it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(WITHIN)
            self._process = None


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A running server, gone afterwards."""
    if REDIS is None:
        pytest.skip("redis-server isn't installed (Debian package redis-server)")
    server = RedisServer()
    server.start()
    yield server
    server.end()
