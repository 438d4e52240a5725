"""Entry of the niced children: `render` makes messages, `post` hands them over, `read` tells what came in.

Each ends when its stdin does.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import perf_counter
from typing import Any, Final

from opendoors_desktop.mail.frames import (
    ChildStarted,
    ForgetTemplate,
    FrameReader,
    FromPost,
    ReadDone,
    TemplateSource,
    Value,
    frame,
    to_post_decoder,
    to_reader_decoder,
    to_render_decoder,
)

FAULT_POINTS: Final = (
    "render.before_job",
    "smtp.before_mail",
    "smtp.after_rcpt",
    "smtp.after_data",
    "smtp.mid_body",
    "smtp.before_dot",
    "smtp.after_dot",
    "smtp.after_reply",
)
"""Where OPENDOORS_FAULT can end a child: the names that mail.faults knows on this side."""

NICENESS: Final = 10
_FIRST_MAILS: Final = (
    b"From: MAILER-DAEMON\nSubject: Undelivered mail\n\nbob@example.com: user unknown",
    b"Return-Path: <>\nSubject: Away\n\nuntil Monday",
    b"From: bob@example.com\nSubject: Re: A plan\n\nautomatic",
)
READ_AT_ONCE: Final = 1 << 20
HELD_BACK: Final = 0.005
"""Seconds that answers of the render child wait for company."""


def main(arguments: Sequence[str]) -> int:
    """Run one child to its end: `render` or `read` with `<cpu seconds> <bytes>`, or `post`; gives the exit status."""
    receiving, sending = _private_pipes()
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    if arguments[0] in ("render", "read"):
        serve = render if arguments[0] == "render" else read
        with suppress(BrokenPipeError):
            serve(receiving, sending, float(arguments[1]), int(arguments[2]))
    else:
        asyncio.run(post(receiving, sending))
    return 0


def render(receiving: int, sending: int, cpu_seconds: float, memory: int) -> None:
    """Read jobs and write messages until stdin ends; a job that takes more than its processor time ends the process.

    The kernel's timer does that, so that no code of a template, nor a library's in C, can put it off.
    """
    from opendoors_desktop.mail.faults import fault
    from opendoors_desktop.mail.maker import Maker

    _limit_memory(memory)
    rearm = _processor_timer(cpu_seconds)
    maker, reader = Maker(), FrameReader()
    _write_all(sending, frame([ChildStarted("render", os.getpid())]))
    held: list[Value] = []
    written_at = perf_counter()
    while data := os.read(receiving, READ_AT_ONCE):
        for body in reader.feed(data):
            for value in to_render_decoder.decode(body):
                if isinstance(value, TemplateSource):
                    maker.define(value)
                elif isinstance(value, ForgetTemplate):
                    maker.forget(value.template_id)
                else:
                    fault("render.before_job")
                    rearm()
                    held.append(maker.make(value))
                    if perf_counter() - written_at > HELD_BACK:
                        _write_all(sending, frame(held))
                        held.clear()
                        written_at = perf_counter()
        if held:
            _write_all(sending, frame(held))
            held.clear()
            written_at = perf_counter()


def read(receiving: int, sending: int, cpu_seconds: float, memory: int) -> None:
    """Read mails and tell what they are until stdin ends; one that takes more than its processor time ends the process.

    The rules are tried once before the first mail, so that no mail pays for getting them ready.
    """
    from opendoors_desktop.mail.classify import classify_mail

    for mail in _FIRST_MAILS:
        classify_mail(mail)
    _limit_memory(memory)
    rearm, reader = _processor_timer(cpu_seconds), FrameReader()
    _write_all(sending, frame([ChildStarted("read", os.getpid())]))
    while data := os.read(receiving, READ_AT_ONCE):
        for body in reader.feed(data):
            for job in to_reader_decoder.decode(body):
                rearm()
                _write_all(sending, frame([ReadDone(job.number, classify_mail(job.data, job.own_lines))]))


async def post(receiving: int, sending: int) -> None:
    """Read wishes and speak SMTP until stdin ends, then finish what is under way."""
    from opendoors_desktop.mail.smtp_switchboard import Switchboard

    loop = asyncio.get_running_loop()
    out = _Sender(loop, sending)
    switchboard = Switchboard(out.send)
    reader = FrameReader()
    if sys.platform != "win32":
        loop.add_signal_handler(signal.SIGTERM, lambda: None)  # a shut-down closes stdin as well; finish first
    out.send(ChildStarted("post", os.getpid()))

    def take(data: bytes) -> None:
        for body in reader.feed(data):
            for value in to_post_decoder.decode(body):
                switchboard.handle(value)

    await _read_to_end(loop, receiving, take)
    await switchboard.close()
    out.flush()


class _Sender:
    """Writes what is reported in one turn of the loop as one frame."""

    def __init__(self, loop: asyncio.AbstractEventLoop, pipe: int) -> None:
        self._loop = loop
        self._pipe = pipe
        self._held: list[Value] = []

    def send(self, value: FromPost) -> None:
        """Report a value; it leaves when the loop turns."""
        if not self._held:
            self._loop.call_soon(self.flush)
        self._held.append(value)

    def flush(self) -> None:
        """Write what is held; a parent that is gone doesn't matter any more."""
        held, self._held = self._held, []
        if held:
            with suppress(BrokenPipeError):
                _write_all(self._pipe, frame(held))


class _Feed(asyncio.Protocol):
    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take
        self.ended = asyncio.Event()

    def data_received(self, data: bytes) -> None:
        """Pass on what the parent says."""
        self._take(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """The parent is gone or wants an end."""
        self.ended.set()


async def _read_to_end(loop: asyncio.AbstractEventLoop, pipe: int, take: Callable[[bytes], None]) -> None:
    """Give what comes through the pipe to `take`, piece by piece, until it ends."""
    if sys.platform == "win32":  # its loop can't watch an inherited pipe
        while data := await loop.run_in_executor(None, os.read, pipe, READ_AT_ONCE):
            take(data)
        return
    with os.fdopen(pipe, "rb", buffering=0) as file:
        transport, feed = await loop.connect_read_pipe(lambda: _Feed(take), file)
        await feed.ended.wait()
        transport.close()


def _private_pipes() -> tuple[int, int]:
    """Our own copies of stdin and stdout; what else is printed goes to stderr."""
    receiving, sending = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return receiving, sending


def _write_all(pipe: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(pipe, view) :]


def _processor_timer(seconds: float) -> Any:
    """A call that gives the job that begins its full processor time; past it the kernel ends the process."""
    if sys.platform == "win32":
        return lambda: None
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    return lambda: signal.setitimer(signal.ITIMER_PROF, seconds)


def _limit_memory(extra: int) -> None:
    """Let the process grow by `extra` bytes at most, where the system can enforce it; leave no core file."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - a file of the kernel
            pages = int(file.read().split()[0])
        limit = pages * resource.getpagesize() + extra
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
