"""Work off the main thread: questions to the store, commands that change it, long jobs; answers come back here."""

import itertools
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from weakref import WeakSet

from PySide6.QtCore import QObject, Signal, Slot
from shiboken6 import isValid

from opendoors_desktop.gui.held_up import HeldUp
from opendoors_desktop.gui.threads import WorkThread

if TYPE_CHECKING:
    from opendoors_desktop.engine.context import Context

T = TypeVar("T")

READERS: Final = 2
"""How many questions are answered at the same time."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question is asked with: an open unit that can't write, whose workspace it is, and the present instant."""

    unit: Any
    scope: Any
    now: datetime


Read = Callable[[Reading], T]
"""A question: reads with a unit and gives frozen values. Runs in another thread, so it must touch no widget."""


@dataclass(frozen=True, slots=True)
class Command(Generic[T]):
    """One intention of a person: `do` writes and gives a result, `undo` takes it back with that result.

    `text` names it in menus ("Pause Cold-chain leaders"). An `urgent` one (stop, pause) goes before all that wait.
    """

    text: str
    do: "Callable[[Context], T]"
    undo: "Callable[[Context, T], object] | None" = None
    urgent: bool = False


class Progress:
    """Between a long job and whoever watches it: how far it is, and whether it is still wanted."""

    def __init__(self, tell: Callable[[int, int], None], say: Callable[[object], None] = lambda _: None) -> None:
        self._tell = tell
        self.say = say
        """The job has something to show before its end: what is said is heard on the main thread."""
        self._cancelled = threading.Event()

    @property
    def is_cancelled(self) -> bool:
        """Whether the job is to end early, leaving nothing half-done."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask the job to end."""
        self._cancelled.set()

    def told(self, done: int, of: int) -> None:
        """The job is `done` steps far; `of` 0 where the end isn't known."""
        self._tell(done, of)


@dataclass(frozen=True, slots=True, eq=False)
class LongJob:
    """A long job that a person may watch wherever they are: what it does, in words, and how to end it."""

    text: str
    watch: Progress


_Work = queue.PriorityQueue[tuple[int, int, Callable[[], None] | None]]
_numbers = itertools.count()


class _Lane(WorkThread):
    """One thread that works off what is put into it, urgent work first, else in the order it came."""

    def __init__(self, name: str, work: _Work | None = None) -> None:
        """`work` is what it takes from, where several lanes share that."""
        super().__init__(name)
        self._work: _Work = work or queue.PriorityQueue()
        self.spent = 0.0
        """Seconds a processor has worked for it."""

    def put(self, work: Callable[[], None], *, urgent: bool = False) -> None:
        self._work.put((0 if urgent else 1, next(_numbers), work))

    def finish(self) -> None:
        """End after what was put in before."""
        self._work.put((2, next(_numbers), None))

    def work(self) -> None:
        while (work := self._work.get()[2]) is not None:
            began = time.thread_time()
            work()
            self.spent += time.thread_time() - began


class Jobs(QObject):
    """Opens the store on a thread of its own and answers for it; every callback runs on the main thread.

    `opened` brings the Context, `not_opened` the error that keeps the store shut; until then questions wait. `failed`
    brings what went wrong with a job whose asker doesn't want to hear of it. `long_began`, `long_told` (how far, of how
    much) and `long_ended` tell of long jobs that have a text.
    """

    opened = Signal(object)
    not_opened = Signal(object)
    failed = Signal(object)
    long_began = Signal(object)
    long_told = Signal(object, int, int)
    long_ended = Signal(object)
    _told = Signal(object)

    def __init__(self, build: "Callable[[], Context]", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._build = build
        self._context: Context | None = None
        # One line for all readers: what one is long at keeps no other question waiting.
        questions: _Work = queue.PriorityQueue()
        self._readers = [_Lane(f"reads {number}", questions) for number in range(READERS)]
        self._writer = _Lane("writes")
        self._long: list[_Lane] = []
        self._idle: list[_Lane] = []
        self._watches: WeakSet[Progress] = WeakSet()
        self._waiting: list[Callable[[Context], None]] = []
        self._is_closed = False
        self.held_up = HeldUp(self)
        self._told.connect(self._on_told)

    @property
    def context(self) -> "Context | None":
        """The parts of the program, once the store is open."""
        return self._context

    @property
    def spent_reading(self) -> float:
        """Seconds a processor has worked for answers so far."""
        return sum(lane.spent for lane in self._readers)

    def start(self) -> None:
        """Begin, with opening the store."""
        for lane in self._lanes():
            lane.start()
        self.open_again()

    def open_again(self) -> None:
        """Try to open the store; tells by `opened` or `not_opened`."""
        self._writer.put(self._open)

    def read(
        self, read: Read[T], then: Callable[[T], object], otherwise: Callable[[Exception], object] | None = None
    ) -> None:
        """Ask the store; `then` is given the answer, `otherwise` (else `failed`) what went wrong."""
        self._when_open(
            lambda context: self._readers[0].put(lambda: self._answer(_reader(context, read), then, otherwise))
        )

    def run(
        self,
        command: Command[T],
        then: Callable[[T], object] | None = None,
        otherwise: Callable[[Exception], object] | None = None,
    ) -> None:
        """Do a command after those before it; `then` is given its result."""
        self.write(command.do, then, otherwise, urgent=command.urgent)

    def write(
        self,
        do: "Callable[[Context], T]",
        then: Callable[[T], object] | None = None,
        otherwise: Callable[[Exception], object] | None = None,
        *,
        urgent: bool = False,
    ) -> None:
        """Do one thing on the thread that writes, which is also where files and the keyring may be touched."""

        def put(context: "Context") -> None:
            def work() -> None:
                self._answer(lambda: do(context), then, otherwise)
                self._tell(self.held_up.end)

            self.held_up.begin(context)
            self._writer.put(work, urgent=urgent)

        self._when_open(put)

    def aside(
        self,
        do: Callable[[], T],
        then: Callable[[T], object] | None = None,
        otherwise: Callable[[Exception], object] | None = None,
    ) -> None:
        """Do something that needs no store (a small file, a backup put back) on the thread that writes."""
        if not self._is_closed:
            self._writer.put(lambda: self._answer(do, then, otherwise))

    def start_long(
        self,
        do: "Callable[[Context, Progress], T]",
        then: Callable[[T], object] | None = None,
        otherwise: Callable[[Exception], object] | None = None,
        progress: Callable[[int, int], object] | None = None,
        *,
        hear: Callable[[Any], object] | None = None,
        text: str = "",
    ) -> Progress:
        """Begin a long job on a lane of its own, so that no import keeps a mailbox's test waiting.

        The Progress given back cancels it, as closing the window does. One with a `text` ("Importing contacts") is
        shown in the status bar while it runs.
        """

        def told(done: int, of: int) -> None:
            if text:
                self.long_told.emit(job, done, of)
            if progress is not None:
                progress(done, of)

        watch = Progress(
            lambda done, of: self._tell(lambda: told(done, of)),
            lambda value: self._tell(lambda: hear(value)) if hear is not None else None,
        )
        job = LongJob(text, watch)
        self._watches.add(watch)
        self._when_open(lambda context: self._put_long(lambda: self._run_long(job, context, do, then, otherwise)))
        return watch

    def _put_long(self, work: Callable[[], None]) -> None:
        """Have a lane do it that does nothing else: one that is idle, or another one more."""
        if not self._idle:
            lane = _Lane(f"long jobs {len(self._long)}")
            self._long.append(lane)
            self._idle.append(lane)
            lane.start()
        lane = self._idle.pop()

        def work_and_rest() -> None:
            work()
            self._tell(lambda: self._idle.append(lane))

        lane.put(work_and_rest)

    def _run_long(
        self,
        job: LongJob,
        context: "Context",
        do: "Callable[[Context, Progress], T]",
        then: Callable[[T], object] | None,
        otherwise: Callable[[Exception], object] | None,
    ) -> None:
        if job.text:
            self._tell(lambda: self.long_began.emit(job))
        self._answer(lambda: do(context, job.watch), then, otherwise)
        if job.text:
            self._tell(lambda: self.long_ended.emit(job))

    def close(self) -> None:
        """Finish what was begun, drop what waits, close the store; answers still under way are told to nobody."""
        self._is_closed = True
        self._waiting.clear()
        self.held_up.close()
        for watch in list(self._watches):
            watch.cancel()
        for lane in self._lanes():
            lane.finish()
        for lane in self._lanes():
            lane.wait()
        if self._context is not None:
            self._context.store.close()
            self._context = None

    def _lanes(self) -> list[_Lane]:
        return [*self._readers, self._writer, *self._long]

    def _when_open(self, put: "Callable[[Context], None]") -> None:
        if self._is_closed:
            return
        if self._context is None:
            self._waiting.append(put)
        else:
            put(self._context)

    def _open(self) -> None:
        try:
            context = self._build()
        except Exception as error:  # noqa: BLE001  # told to the person, who may try again
            fault = error
            self._tell(lambda: self.not_opened.emit(fault))
        else:
            self._tell(lambda: self._on_opened(context))

    def _on_opened(self, context: "Context") -> None:
        self._context = context
        waiting, self._waiting = self._waiting, []
        for put in waiting:
            put(context)
        self.opened.emit(context)

    def _answer(
        self,
        work: Callable[[], T],
        then: Callable[[T], object] | None,
        otherwise: Callable[[Exception], object] | None,
    ) -> None:
        try:
            answer = work()
        except Exception as error:  # noqa: BLE001  # brought to the main thread, where it is shown or logged
            fault = error
            self._tell(lambda: (otherwise or self.failed.emit)(fault))
        else:
            if then is not None:
                self._tell(lambda: then(answer))

    def _tell(self, call: Callable[[], object]) -> None:
        self._told.emit(call)

    @Slot(object)
    def _on_told(self, call: Callable[[], object]) -> None:
        if not self._is_closed:
            call()


def _reader(context: "Context", read: Read[T]) -> Callable[[], T]:
    def work() -> T:
        with context.store.read() as unit:
            return read(Reading(unit, context.scope, context.clock.now()))

    return work


class Query(QObject):
    """A question that is asked again and again: of several askings only the newest is answered.

    `answered` brings the answer, `failed` what went wrong instead; an answer to an older asking is dropped, and one
    that hasn't begun isn't begun at all.
    """

    answered = Signal(object)
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._number = 0
        self._is_waiting = False
        self._next: Read[Any] | None = None

    def ask(self, read: Read[Any]) -> None:
        """Ask anew."""
        self._number += 1
        self._is_waiting = True
        self._next = None
        number = self._number

        def read_if_wanted(reading: Reading) -> Any:
            return read(reading) if number == self._number else None

        self._jobs.read(
            read_if_wanted,
            lambda answer: self._tell(number, self.answered, answer),
            lambda error: self._tell(number, self.failed, error),
        )

    def ask_again(self, read: Read[Any]) -> None:
        """Ask for what has changed: after the answer under way, so that no stream of changes keeps all answers away."""
        if self._is_waiting:
            self._next = read
        else:
            self.ask(read)

    def drop(self) -> None:
        """Want no answer any more."""
        self._number += 1
        self._is_waiting = False
        self._next = None

    def _tell(self, number: int, signal: Any, value: object) -> None:
        if number != self._number or not isValid(self):  # else the page was closed while the answer came
            return
        self._is_waiting = False
        following, self._next = self._next, None
        signal.emit(value)
        if following is not None and not self._is_waiting:
            self.ask(following)
