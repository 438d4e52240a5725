"""Serves the application: in a process of its own, or on a thread of a program that does other things."""

import asyncio
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

import uvicorn

from opendoors_desktop.api.asgi import make_app
from opendoors_desktop.api.tracking import Tracker
from opendoors_desktop.config import Listen
from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.engine.context import Context

PATIENCE: Final = 5
"""Seconds that requests under way have to end when the server stops."""

BACKLOG: Final = 128

log = logging.getLogger(__name__)


class _Uvicorn(uvicorn.Server):
    """A server that leaves signals to whoever runs it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take none: a thread may not, and the command line has its own way."""
        yield


class ApiServer:
    """The API of one program at one address; `address` is where it answers, known from the start."""

    def __init__(self, context: Context, listen: Listen) -> None:
        """Take the address; raises InputError where it can't be had."""
        self._socket = _bind(listen)
        host, port = self._socket.getsockname()[:2]
        self.address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        self._tracker = Tracker(context) if listen.is_public else None
        config = uvicorn.Config(
            make_app(context, self._tracker),
            http="httptools",
            ws="none",
            loop="asyncio",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=PATIENCE,
        )
        self._server = _Uvicorn(config)
        self._thread = threading.Thread(target=self._run_quietly, name="api", daemon=True)  # noqa: TID251  # its home

    def run(self) -> None:
        """Answer until `stop` is called, in this thread."""
        try:
            asyncio.run(self._serve())
        finally:
            self._socket.close()

    async def _serve(self) -> None:
        if self._tracker is None:
            await self._server.serve(sockets=[self._socket])
            return
        writing = asyncio.create_task(self._tracker.run())
        try:
            await self._server.serve(sockets=[self._socket])
        finally:
            await self._tracker.end(writing)

    def stop(self) -> None:
        """Take no more requests, and end when those under way are answered; may be called from any thread."""
        self._server.should_exit = True

    def start(self) -> None:
        """Answer on a thread of its own, until `end`."""
        self._thread.start()

    def end(self) -> None:
        """Stop, and wait until the thread is over."""
        self.stop()
        self._thread.join()

    def _run_quietly(self) -> None:
        try:
            self.run()
        except Exception:
            log.exception("the API's thread ended")


def serve(context: Context, listen: Listen, started: Callable[[str], None]) -> None:
    """Answer in this thread until a signal to stop; `started` is told the address. Raises InputError."""
    server = ApiServer(context, listen)

    def stop(_number: int, _frame: FrameType | None) -> None:
        server.stop()

    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)]
    known = {number: signal.signal(number, stop) for number in numbers}
    try:
        started(server.address)
        server.run()
    finally:
        for number, handler in known.items():
            signal.signal(number, handler)


def _bind(listen: Listen) -> socket.socket:
    """A listening socket; asyncio lets small answers go at once only on one that says it speaks TCP."""
    try:
        family = socket.getaddrinfo(listen.host, listen.port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            if sys.platform != "win32":
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((listen.host, listen.port))
            listening.listen(BACKLOG)
        except BaseException:
            listening.close()
            raise
    except (OSError, OverflowError, UnicodeError) as error:
        raise InputError(
            f"{listen.host}:{listen.port} can't be listened at: {error}.",
            "Another program may listen there: choose another port, or another address of this computer.",
            where=f"{listen.host}:{listen.port}",
            code="bad_address",
        ) from error
    return listening
