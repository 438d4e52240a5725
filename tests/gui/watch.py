"""Watches the main thread of a window: how long it works on one event, and that it touches nothing that may wait."""

import faulthandler
import sys
import threading
import time
import traceback
from pathlib import Path
from tempfile import TemporaryFile
from types import FrameType
from typing import IO

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

WORKS_AT_MOST = 0.05 if sys.gettrace() is None else 0.1
"""Seconds of processor time of the main thread for one event; to measure coverage about doubles what Python takes."""

LOOKS_EVERY = 0.02
STANDS_STILL_AT_MOST = 20
"""Looks in a row that find the window's code asleep at the same place: it waits.

A thread that a busy machine leaves no processor isn't asleep, as far as the system tells of that.
"""

GUI = str(Path("opendoors_desktop") / "gui")
SHIPPED = (str(Path("resources") / "icons"), str(Path("resources") / "theme"), str(Path("resources") / "fonts"))
WAITS = {"sqlite3.connect", "socket.connect", "socket.bind", "subprocess.Popen", "os.listdir", "os.rename", "os.remove"}


class MainThreadWatch:
    """Collects what keeps the main thread between `begin` and `end`."""

    def __init__(self) -> None:
        self._found: list[str] = []
        self._depth = 0
        self._is_on = False
        self._began = 0.0
        self._worked = 0.0
        self._stack = ""
        self._main = threading.main_thread().ident
        sys.addaudithook(self._audit)
        threading.Thread(target=self._sample, name="main thread watch", daemon=True).start()

    def begin(self) -> None:
        """Watch from now on."""
        self._found = []
        self._is_on = True

    def end(self) -> list[str]:
        """Watch no longer; gives what was found since `begin` or the last call."""
        self._is_on = False
        found, self._found = self._found, []
        return found

    def enter(self) -> None:
        """An event begins; those inside it belong to it."""
        self._depth += 1
        if self._depth == 1:
            self._stack = ""
            self._began, self._worked = time.perf_counter(), time.thread_time()

    def leave(self, event: str) -> None:
        """An event is done."""
        self._depth -= 1
        if self._depth or not self._is_on:
            return
        worked = time.thread_time() - self._worked
        if worked > WORKS_AT_MOST:
            self._found.append(f"{event}: {worked * 1000:.0f} ms of work\n{self._stack}")

    def _sample(self) -> None:
        pause = threading.Event()
        before, looks = "", 0
        with TemporaryFile() as notes:
            while not pause.wait(LOOKS_EVERY):
                is_late = self._depth and self._is_on and time.perf_counter() - self._began > WORKS_AT_MOST
                here = _stack_of(self._main or 0, notes) if is_late else ""
                self._stack = self._stack or here
                looks = looks + 1 if here and here == before and _may_be_asleep() else 0
                before = here
                if looks == STANDS_STILL_AT_MOST and _tells_of_the_window(here):
                    self._found.append(f"it stood still\n{here}")

    def _audit(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self._is_on or (event != "open" and event not in WAITS) or threading.get_ident() != self._main:
            return
        if event == "open" and _is_harmless(str(arguments[0])):
            return
        frame = sys._getframe(1)
        if _is_of_the_window(frame):
            self._found.append(f"{event} {arguments[:1]}\n{''.join(traceback.format_stack(frame)[-8:])}")


class WatchedApplication(QApplication):
    """An application whose events are measured."""

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        self.watch = MainThreadWatch()

    def notify(self, receiver: QObject, event: QEvent) -> bool:
        """Deliver an event and measure it."""
        name = f"{event.type()} to {type(receiver).__name__}"
        self.watch.enter()
        try:
            return super().notify(receiver, event)
        finally:
            self.watch.leave(name)


def _is_harmless(path: str) -> bool:
    """What is read on the main thread in any program: its own code, and the small files that ship with it."""
    return path.endswith((".py", ".pyc", ".so")) or any(part in path for part in SHIPPED)


def _stack_of(thread: int, notes: IO[bytes]) -> str:
    """Where a thread is, the innermost call first, written by the interpreter itself.

    Reaching for its frames would keep what is in them beyond their end: painters that have to end before Qt shows what
    they painted, and what stands for objects that Qt had half-built.
    """
    notes.seek(0)
    notes.truncate()
    faulthandler.dump_traceback(notes, all_threads=True)
    notes.seek(0)
    threads = notes.read().decode("utf-8", "replace").split("\n\n")
    told = next((each for each in threads if f"0x{thread:016x}" in each), "")
    return "\n".join(told.strip().splitlines()[:16])


def _may_be_asleep() -> bool:
    """Whether the main thread waits for something else than a processor; where that isn't told, it may."""
    thread = threading.main_thread().native_id
    try:
        told = Path(f"/proc/self/task/{thread}/stat").read_text(encoding="utf-8")
    except OSError:
        return True
    return told.rpartition(")")[2].split()[0] != "R"


def _tells_of_the_window(stack: str) -> bool:
    """Whether the window's own code asked for what a stack ends in, importing aside."""
    return next((GUI in line for line in stack.splitlines() if "importlib" in line or GUI in line), False)


def _is_of_the_window(frame: FrameType | None) -> bool:
    """Whether the window's own code asked for it, importing aside."""
    while frame is not None:
        if "importlib" in frame.f_code.co_filename:
            return False
        if GUI in frame.f_code.co_filename:
            return True
        frame = frame.f_back
    return False
