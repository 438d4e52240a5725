"""The reading child as the parent sees it: one mail at a time, boxed in time and memory."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.inbound import Reading
from opendoors_desktop.engine.child import Keeper, child_command, child_environment
from opendoors_desktop.engine.renderer import WORKER
from opendoors_desktop.mail.frames import ReadDone, ReadJob, from_reader_decoder

CPU_SECONDS: Final = 5.0
WALL_SECONDS: Final = 20.0
START_SECONDS: Final = 60.0
MEMORY: Final = 512 * 1024 * 1024
LONGEST_MAIL: Final = 25 * 1024 * 1024
"""Bytes of a mail that are read; what stands behind them is of no rule's concern."""


class MailReader:
    """Tells what mails are, in a child process that hostile ones can't hold up."""

    def __init__(
        self,
        *,
        cpu_seconds: float = CPU_SECONDS,
        wall_seconds: float = WALL_SECONDS,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._wall_seconds = wall_seconds
        self._number = 0
        self._answer: asyncio.Future[Reading | None] | None = None
        self._up = asyncio.Event()
        self._free = asyncio.Lock()
        self._keeper = Keeper(
            child_command(WORKER, ["read", str(cpu_seconds), str(MEMORY)]),
            from_reader_decoder,
            child_environment(environment),
            on_up=lambda: None,
            on_values=self._heard,
            on_down=self._ended,
        )

    async def start(self) -> None:
        """Start the child; OSError where no process can be started."""
        await self._keeper.start()

    async def close(self) -> None:
        """End the child."""
        await self._keeper.close(1.0)

    @property
    def pid(self) -> int | None:
        """The living child's number."""
        return self._keeper.pid

    async def read(self, data: bytes, own_lines: tuple[str, ...] = ()) -> Reading:
        """What a mail is; InputError for bytes that are no mail, or one that takes too long."""
        async with self._free:
            return await self._read(data, own_lines)

    def from_threads(self) -> Callable[[bytes, tuple[str, ...]], Reading]:
        """`read` for other threads, which waits for the answer; to be asked for in the loop the child was started in.

        It raises RuntimeError once that loop is over.
        """
        loop = asyncio.get_running_loop()

        def read(data: bytes, own_lines: tuple[str, ...]) -> Reading:
            asked = self.read(data, own_lines)
            try:
                answer = asyncio.run_coroutine_threadsafe(asked, loop)
            except RuntimeError:
                asked.close()
                raise
            return answer.result()

        return read

    async def _read(self, data: bytes, own_lines: tuple[str, ...]) -> Reading:
        async with asyncio.timeout(START_SECONDS):
            await self._up.wait()
        self._number += 1
        self._answer = asyncio.get_running_loop().create_future()
        self._keeper.send(ReadJob(self._number, data[:LONGEST_MAIL], own_lines))
        try:
            async with asyncio.timeout(self._wall_seconds):
                reading = await self._answer
        except TimeoutError:
            self._up.clear()
            self._keeper.kill(f"no answer for {self._wall_seconds:g} s")
            raise _too_long() from None
        finally:
            self._answer = None
        if reading is None:
            raise InputError(
                "This is no mail.", "Give a file that holds one message, its header first.", code="no_mail"
            )
        return reading

    def _heard(self, values: list[Any]) -> None:
        for value in values:
            if not isinstance(value, ReadDone):
                self._up.set()
            elif self._answer is not None and value.number == self._number:
                self._answer.set_result(value.reading)

    def _ended(self, _text: str) -> None:
        self._up.clear()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(_too_long())


def _too_long() -> InputError:
    return InputError(
        "This mail takes too long to read.", "It is left unread; look at it in the mailbox.", code="too_long"
    )
