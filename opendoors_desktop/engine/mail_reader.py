"""The reading child as the parent sees it: each mail is boxed in time and memory."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
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
        self._asked: dict[int, tuple[ReadJob, asyncio.Future[Reading | None]]] = {}
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
        [answer] = await self._answers([data], own_lines)
        if isinstance(answer, InputError):
            raise answer
        return answer

    async def read_all(self, datas: Sequence[bytes], own_lines: tuple[str, ...] = ()) -> list[Reading | None]:
        """What each of some mails is, in their order; None for what is no mail or takes too long."""
        answers = await self._answers(datas, own_lines)
        return [None if isinstance(answer, InputError) else answer for answer in answers]

    def from_threads(self) -> Callable[[Sequence[bytes], tuple[str, ...]], list[Reading | None]]:
        """`read_all` for other threads, which waits for the answers; to be asked for in the loop the child started in.

        It raises RuntimeError once that loop is over.
        """
        loop = asyncio.get_running_loop()

        def read_all(datas: Sequence[bytes], own_lines: tuple[str, ...]) -> list[Reading | None]:
            asked = self.read_all(datas, own_lines)
            try:
                answers = asyncio.run_coroutine_threadsafe(asked, loop)
            except RuntimeError:
                asked.close()
                raise
            return answers.result()

        return read_all

    async def _answers(self, datas: Sequence[bytes], own_lines: tuple[str, ...]) -> list[Reading | InputError]:
        """Ask about all at once, so that the child never waits for the next."""
        async with self._free:
            numbers = [self._ask(data, own_lines) for data in datas]
            try:
                return [await self._answer(number) for number in numbers]
            finally:
                self._asked.clear()

    def _ask(self, data: bytes, own_lines: tuple[str, ...]) -> int:
        self._number += 1
        job = ReadJob(self._number, data[:LONGEST_MAIL], own_lines)
        self._asked[job.number] = (job, asyncio.get_running_loop().create_future())
        if self._up.is_set():
            self._keeper.send(job)
        return job.number

    async def _answer(self, number: int) -> Reading | InputError:
        """The answer to what is the first that isn't answered yet."""
        _, answer = self._asked[number]
        async with asyncio.timeout(START_SECONDS):
            await self._up.wait()
        done, _ = await asyncio.wait([answer], timeout=self._wall_seconds)
        if not done:
            self._up.clear()
            self._keeper.kill(f"no answer for {self._wall_seconds:g} s")
        try:
            reading = answer.result() if done else None
        except InputError as fault:
            return fault
        finally:
            del self._asked[number]
        if not done:
            return _too_long()
        return reading or InputError(
            "This is no mail.", "Give a file that holds one message, its header first.", code="no_mail"
        )

    def _heard(self, values: list[Any]) -> None:
        for value in values:
            if not isinstance(value, ReadDone):
                self._up.set()
                for job, answer in self._asked.values():
                    if not answer.done():
                        self._keeper.send(job)
            elif value.number in self._asked:
                self._asked[value.number][1].set_result(value.reading)

    def _ended(self, _text: str) -> None:
        """The child died of the first mail that it hadn't told of yet; the others are asked about again."""
        was_at_work = self._up.is_set()
        self._up.clear()
        first = next((answer for _, answer in self._asked.values() if not answer.done()), None)
        if was_at_work and first is not None:
            first.set_exception(_too_long())


def _too_long() -> InputError:
    return InputError(
        "This mail takes too long to read.", "It is left unread; look at it in the mailbox.", code="too_long"
    )
