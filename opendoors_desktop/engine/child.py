"""A niced child process that takes and gives frames over its pipes: started, fed once a turn of the loop, ended."""

import asyncio
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import msgspec

from opendoors_desktop.mail.frames import FrameError, FrameReader, Value, frame

PACKAGE_ROOT = Path(__file__).resolve().parent.parent.parent
CHILD_SWITCH = "--child"
_BOOT = "import sys; sys.path.append(sys.argv.pop(1)); from {module} import main; sys.exit(main(sys.argv[1:]))"
_KEPT_OF_STDERR = 40
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 30.0


def child_command(module: str, arguments: Sequence[str]) -> list[str]:
    """The command line that runs `main(arguments)` of a module of ours in a clean interpreter.

    A frozen program has no interpreter to call: it is started again with `--child module arguments…`.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, CHILD_SWITCH, module, *arguments]
    return [sys.executable, "-I", "-c", _BOOT.format(module=module), str(PACKAGE_ROOT), *arguments]


class Child(asyncio.SubprocessProtocol):
    """One running child; `on_values` gets each batch it sends, `on_end` one sentence when it is gone.

    Neither is called once `close` or `kill` was asked for, except for values that still come while closing.
    """

    def __init__(
        self,
        decoder: "msgspec.msgpack.Decoder[list[Any]]",
        on_values: Callable[[list[Any]], None],
        on_end: Callable[[str], None],
    ) -> None:
        self._decode = decoder.decode
        self._on_values = on_values
        self._on_end = on_end
        self._reader = FrameReader()
        self._outbox: list[Value | msgspec.Raw] = []
        self._flush_asked = False
        self._stderr: deque[str] = deque(maxlen=_KEPT_OF_STDERR)
        self._expected = False
        self._loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        self._process: asyncio.SubprocessTransport | None = None
        self._stdin: asyncio.WriteTransport | None = None

    async def start(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start the process; OSError when there is none to start."""
        # A group of its own keeps the terminal's Ctrl-C from it. A session of its own would as well, but then Linux
        # would weigh it against the parent as a whole (autogroup), whatever its niceness.
        options: dict[str, Any] = (
            {"creationflags": _windows_flags()} if sys.platform == "win32" else {"process_group": 0}
        )
        transport, _ = await self._loop.subprocess_exec(
            lambda: self,
            *command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment),
            **options,
        )
        self._process = transport
        self._stdin = cast(asyncio.WriteTransport, transport.get_pipe_transport(0))

    @property
    def pid(self) -> int | None:
        """The process's number while it runs."""
        return None if self._process is None or self._ended.is_set() else self._process.get_pid()

    def send(self, value: Value | msgspec.Raw) -> None:
        """Queue a value; all of one turn of the loop leave as one frame. What a dead child doesn't get is dropped."""
        self._outbox.append(value)
        if not self._flush_asked:
            self._flush_asked = True
            self._loop.call_soon(self.flush)

    def flush(self) -> None:
        """Write what is queued now."""
        self._flush_asked = False
        if self._outbox and self._stdin is not None and not self._ended.is_set():
            self._stdin.write(frame(self._outbox))
        self._outbox.clear()

    def kill(self, why: str | None = None) -> None:
        """End it at once; with `why`, `on_end` is told that as the reason, else nobody."""
        self._expected = why is None
        if why is not None:
            self._stderr.append(why)
        if self._process is not None and not self._ended.is_set():
            self._process.kill()

    async def close(self, patience: float) -> bool:
        """Close its stdin and wait for it to finish, at most `patience` seconds, then kill; True if it ended itself."""
        self._expected = True
        self.flush()
        if self._process is None:
            return True
        if self._stdin is not None:
            self._stdin.close()
        try:
            async with asyncio.timeout(patience):
                await self._ended.wait()
            return True
        except TimeoutError:
            self.kill()
            await self._ended.wait()
            return False

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Cut what came into frames, or keep it as the child's last words."""
        if fd == 2:
            self._stderr.extend(data.decode("utf-8", "replace").splitlines())
            return
        try:
            for body in self._reader.feed(data):
                self._on_values(self._decode(body))
        except (FrameError, msgspec.MsgspecError) as error:
            self.kill(f"it sent what can't be read: {error}")

    def connection_lost(self, exc: Exception | None) -> None:
        """The process is gone and its pipes are read to their ends."""
        self._ended.set()
        if self._process is not None:
            self._process.close()
        if not self._expected:
            self._on_end(self._obituary())

    def _obituary(self) -> str:
        code = self._process.get_returncode() if self._process is not None else None
        how = f"ended by signal {-code}" if code is not None and code < 0 else f"ended with status {code}"
        last = next((line for line in reversed(self._stderr) if line.strip()), "")
        return f"{how}: {last}" if last else how


class Keeper:
    """Keeps one child of a kind alive: started again when it ends unasked, ever later if it can't live.

    `on_up` is called when a child was started, `on_values` with what it says, `on_down` with how it ended. A fault
    asked for by the environment strikes the first child only.
    """

    def __init__(
        self,
        command: Sequence[str],
        decoder: "msgspec.msgpack.Decoder[list[Any]]",
        environment: Mapping[str, str],
        *,
        on_up: Callable[[], None],
        on_values: Callable[[list[Any]], None],
        on_down: Callable[[str], None],
    ) -> None:
        self._command = command
        self._decoder = decoder
        self._environment = dict(environment)
        self._on_up = on_up
        self._on_values = on_values
        self._on_down = on_down
        self._child: Child | None = None
        self._restart: asyncio.Task[None] | None = None
        self._silent_deaths = 0
        self._closing = False

    async def start(self) -> None:
        """Start the first child; OSError where no process can be started."""
        child = Child(self._decoder, self._heard, self._ended)
        await child.start(self._command, self._environment)
        self._environment.pop("OPENDOORS_FAULT", None)
        if child.pid is not None:  # else it ended at once, and the next one is under way already
            self._child = child
            self._on_up()

    @property
    def pid(self) -> int | None:
        """The living child's number."""
        return None if self._child is None else self._child.pid

    def send(self, value: Value | msgspec.Raw) -> bool:
        """Queue a value for the child; False when there is none at the moment."""
        if self._child is None:
            return False
        self._child.send(value)
        return True

    def kill(self, why: str) -> None:
        """End the child at once; `on_down` hears of it and a new one is started."""
        if self._child is not None:
            self._child.kill(why)

    async def close(self, patience: float) -> None:
        """End the child for good: asked first, killed after `patience` seconds."""
        self._closing = True
        if self._restart is not None:
            self._restart.cancel()
            await asyncio.gather(self._restart, return_exceptions=True)
        if self._child is not None:
            await self._child.close(patience)
            self._child = None

    def _heard(self, values: list[Any]) -> None:
        self._silent_deaths = 0
        self._on_values(values)

    def _ended(self, text: str) -> None:
        self._child = None
        self._on_down(text)
        self._start_again()

    def _start_again(self) -> None:
        if not self._closing:
            delay = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**self._silent_deaths) if self._silent_deaths else 0.0
            self._silent_deaths += 1
            self._restart = asyncio.get_running_loop().create_task(self._start_after(delay))

    async def _start_after(self, delay: float) -> None:
        await asyncio.sleep(delay)
        try:
            await self.start()
        except OSError as error:
            self._on_down(f"it can't be started: {error}")
            self._start_again()


def _windows_flags() -> int:
    flags = ("CREATE_NO_WINDOW", "BELOW_NORMAL_PRIORITY_CLASS", "CREATE_NEW_PROCESS_GROUP")
    return sum(int(getattr(subprocess, name, 0)) for name in flags)


def child_environment(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment a child gets: this process's own (or the given one) without what steers interpreter and program.

    Settings of ours (OPENDOORS_…) may be secret and no child reads them, but for the fault that a test asks for.
    """
    given = os.environ if environment is None else environment
    return {
        name: value
        for name, value in given.items()
        if name == "OPENDOORS_FAULT" or not name.startswith(("PYTHON", "OPENDOORS_"))
    }
