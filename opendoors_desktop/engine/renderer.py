"""The render child as the parent sees it: a window of jobs under way, a watchdog, and who is to blame for a death."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from opendoors_desktop.engine.child import Keeper, child_command
from opendoors_desktop.mail.errors import RenderCode
from opendoors_desktop.mail.frames import (
    ChildEnded,
    ForgetTemplate,
    FromRender,
    PostEvent,
    RenderFailed,
    RenderJob,
    TemplateSource,
    from_render_decoder,
    packed,
)

WORKER = "opendoors_desktop.mail.worker"
_REMEMBERED = 4096
_START_FACTOR = 6
"""How much longer than an answer the start of a child may take."""


@dataclass(frozen=True, slots=True)
class RenderLimits:
    """What one job may use: processor seconds (measured by the child's own timer), wall seconds, bytes of memory.

    `window` is how many jobs are with the child at a time; `forgiven` how often a template may kill before its
    other jobs are refused unseen.
    """

    cpu_seconds: float = 2.0
    wall_seconds: float = 10.0
    memory: int = 512 * 1024 * 1024
    window: int = 128
    forgiven: int = 3


@dataclass(slots=True)
class _Job:
    job: RenderJob
    packed: msgspec.Raw
    alone: bool = False
    stalls: int = 0


class Renderer:
    """Feeds the render child; each job ends in exactly one Built or RenderFailed."""

    def __init__(
        self, happened: Callable[[Sequence[PostEvent]], None], limits: RenderLimits, environment: Mapping[str, str]
    ) -> None:
        self._happened = happened
        self._limits = limits
        self._sources: OrderedDict[str, msgspec.Raw] = OrderedDict()
        self._known: set[str] = set()
        self._waiting: deque[_Job] = deque()
        self._sent: deque[_Job] = deque()
        self._kills: dict[str, int] = {}
        self._watch: asyncio.TimerHandle | None = None
        self._progress_at = 0.0
        self._is_up = False
        self._has_stalled = False
        arguments = ["render", str(limits.cpu_seconds), str(limits.memory)]
        self._keeper = Keeper(
            child_command(WORKER, arguments),
            from_render_decoder,
            environment,
            on_up=self._fill,
            on_values=self._answered,
            on_down=self._down,
        )

    async def start(self) -> None:
        """Start the child and the watchdog; OSError where no process can be started."""
        await self._keeper.start()
        self._look()

    async def close(self) -> None:
        """End the child; jobs without an answer get none."""
        if self._watch is not None:
            self._watch.cancel()
        self._waiting.clear()
        await self._keeper.close(1.0 if not self._sent else 0.0)

    @property
    def pid(self) -> int | None:
        """The living child's number."""
        return self._keeper.pid

    def define(self, source: TemplateSource) -> None:
        """Remember a template; it reaches the child with the first job that needs it.

        What can't be written into a frame (half a surrogate pair) is remembered as unknown, so that its jobs say so.
        """
        if source.id not in self._sources:
            try:
                self._sources[source.id] = packed(source)
            except (TypeError, ValueError, OverflowError):
                return
            while len(self._sources) > _REMEMBERED:
                self._forget(self._sources.popitem(last=False)[0])
        self._sources.move_to_end(source.id)

    def render(self, jobs: Sequence[RenderJob]) -> None:
        """Queue jobs behind those that wait; one that can't be written into a frame fails by itself."""
        for job in jobs:
            try:
                self._waiting.append(_Job(job, packed(job)))
            except (TypeError, ValueError, OverflowError) as error:
                self._fail(job, RenderCode.BAD_VALUE, "A field holds what can't be written.", str(error))
        self._fill()

    def _fill(self) -> None:
        while self._waiting:
            entry = self._waiting[0]
            if len(self._sent) >= (1 if entry.alone or (self._sent and self._sent[0].alone) else self._limits.window):
                break
            job = self._waiting.popleft().job
            if self._kills.get(job.template_id, 0) >= self._limits.forgiven:
                self._fail(job, RenderCode.TEMPLATE_TIMEOUT, "The template took too long for others before.")
            elif not self._introduce(job.template_id):
                self._waiting.appendleft(entry)
                break
            else:
                if not self._sent:
                    self._progress_at = asyncio.get_running_loop().time()
                self._keeper.send(entry.packed)
                self._sent.append(entry)

    def _introduce(self, template_id: str) -> bool:
        """False when there is no child to talk to at the moment."""
        if self._keeper.pid is None:
            return False
        source = self._sources.get(template_id)
        if source is not None and template_id not in self._known:
            self._known.add(template_id)
            self._keeper.send(source)
        return True

    def _answered(self, values: list[FromRender]) -> None:
        self._progress_at = asyncio.get_running_loop().time()
        self._is_up = True
        for value in values:
            if self._sent and getattr(value, "id", None) == self._sent[0].job.id:
                self._sent.popleft()
        self._happened(values)
        self._fill()

    def _down(self, text: str) -> None:
        """Blame one job if it was with the child alone; else send all that were there again, one at a time.

        A stall (no answer, though no processor time was used up) may be the computer's fault and is forgiven once.
        """
        self._known.clear()
        self._happened([ChildEnded("render", text)])
        left, self._sent = self._sent, deque()
        stalled, self._has_stalled, self._is_up = self._has_stalled, False, False
        if len(left) == 1 and left[0].alone and not (stalled and left[0].stalls == 0):
            job = left[0].job
            self._kills[job.template_id] = self._kills.get(job.template_id, 0) + 1
            self._fail(job, RenderCode.TEMPLATE_TIMEOUT, "The template took too long or too much memory.", text)
            return
        for entry in left:
            entry.stalls += entry.alone
            entry.alone = True
        self._waiting.extendleft(reversed(left))

    def _look(self) -> None:
        """The watchdog: end a child that has had jobs and said nothing for too long."""
        loop = asyncio.get_running_loop()
        patience = self._limits.wall_seconds * (1 if self._is_up else _START_FACTOR)
        if self._sent and loop.time() - self._progress_at > patience:
            self._progress_at = loop.time()
            self._has_stalled = True
            self._keeper.kill(f"no answer for {self._limits.wall_seconds:g} s")
        self._watch = loop.call_later(self._limits.wall_seconds / 8, self._look)

    def _forget(self, template_id: str) -> None:
        self._kills.pop(template_id, None)
        if template_id in self._known:
            self._known.discard(template_id)
            self._keeper.send(ForgetTemplate(template_id))

    def _fail(self, job: RenderJob, code: RenderCode, title: str, detail: str = "") -> None:
        self._happened([RenderFailed(job.id, code.value, title, detail)])
