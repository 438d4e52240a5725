"""Two rooms of the network with a line between that can be cut: a program in one, a database's door in the other.

Neither room reaches anything else, and both are gone with the processes that hold them open. It takes Linux, root,
`ip`, `nsenter` and `unshare`.
"""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

DOOR, NEAR = "10.77.0.1", "10.77.0.2"
PORT = 5432
WITHIN = 10.0


class Partition:
    """A room for a program, and the line from it to the database's door."""

    def __init__(self, here: int, there: int) -> None:
        """`here` and `there` are processes that hold the two rooms open."""
        self._here = here
        self._there = there
        self._ip(here, "link", "add", "line", "type", "veth", "peer", "name", "line", "netns", str(there))
        for room, address in ((here, NEAR), (there, DOOR)):
            self._ip(room, "addr", "add", f"{address}/30", "dev", "line")
            self._ip(room, "link", "set", "line", "up")
            self._ip(room, "link", "set", "lo", "up")

    @property
    def inside(self) -> list[str]:
        """What a command begins with that is run in the program's room."""
        return _enter(self._here)

    @property
    def behind(self) -> list[str]:
        """What a command begins with that is run behind the line."""
        return _enter(self._there)

    def cut(self) -> None:
        """Let nothing through any more, without a word to either side."""
        self._ip(self._there, "link", "set", "line", "down")

    def heal(self) -> None:
        """Let everything through again."""
        self._ip(self._there, "link", "set", "line", "up")

    @staticmethod
    def _ip(room: int, *arguments: str) -> None:
        subprocess.run([*_enter(room), "ip", *arguments], check=True, capture_output=True)


def _enter(room: int) -> list[str]:
    return ["nsenter", "--target", str(room), "--net"]


@contextmanager
def partitioned(socket_path: Path) -> Iterator[Partition]:
    """A room from which the database that listens at a Unix socket is reached at DOOR and PORT."""
    missing = [name for name in ("ip", "nsenter", "unshare") if shutil.which(name) is None]
    if sys.platform != "linux" or os.geteuid() != 0 or missing:
        pytest.skip(f"rooms of the network take Linux, root and {', '.join(missing) or 'its tools'}")
    with ExitStack() as ends:
        rooms = [ends.enter_context(_running(["unshare", "--net", "sleep", "infinity"])) for _ in range(2)]
        wait_for(lambda: all(_is_apart(room) for room in rooms))
        try:
            line = Partition(*rooms)
        except subprocess.CalledProcessError as error:
            pytest.skip(f"no line can be laid here: {error.stderr.decode().strip()}")
        ends.enter_context(_running([*line.behind, sys.executable, "-m", "tests.partition", str(socket_path)]))
        wait_for(lambda: is_open(line.inside, DOOR, PORT))
        yield line


def is_open(inside: list[str], host: str, port: int) -> bool:
    """Whether somebody listens there, asked from a room."""
    ask = f"import socket; socket.create_connection(({host!r}, {port}), 1)"
    return subprocess.run([*inside, sys.executable, "-c", ask], capture_output=True, check=False).returncode == 0


def wait_for(holds: Callable[[], bool]) -> None:
    """Wait until something holds, for a start of a few seconds."""
    deadline = monotonic() + WITHIN
    while not holds():
        assert monotonic() < deadline
        Event().wait(0.05)


def _is_apart(process: int) -> bool:
    own, other = (Path(f"/proc/{each}/ns/net").readlink() for each in ("self", process))
    return own != other


@contextmanager
def _running(command: list[str]) -> Iterator[int]:
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait()


async def _hand_on(socket_path: str) -> None:
    """Be the door: hand each connection on to the Unix socket."""

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while some := await reader.read(65536):
                writer.write(some)
                await writer.drain()
        except OSError:
            pass
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind = await asyncio.open_unix_connection(socket_path)
        await asyncio.gather(copy(reader, behind[1]), copy(behind[0], writer))

    server = await asyncio.start_server(serve, DOOR, PORT)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_hand_on(sys.argv[1]))
