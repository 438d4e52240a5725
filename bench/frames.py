"""Frames of the contacts table while the scheduler sends, beside the same window idle; and what sending loses by it.

Each leg is the real main window in a process of its own (offscreen): the table is scrolled three rows every 32 ms, and
a frame is the work of scrolling and painting it. The scheduler runs in the window's own thread for it, at full rate
into smtp-sink, or at a rep's pace of an email every few seconds.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench._sink import smtp_sink
from bench._workspace import add_due, make_store
from bench.figure import Figure, figure

SECONDS = 6.0
TICK_MS = 32
ROWS = 3
CONNECTIONS = 8
LEGS = ("idle", "full", "calm", "alone")
DUE = 20_000
CALM_GAP_SECONDS = 2


def figures(rounds: int) -> Iterator[Figure]:
    """Milliseconds of a frame (median, and the slowest of a hundred) over those of the idle window; emails a second."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in LEGS}
    with smtp_sink() as port, tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            for name in LEGS:
                found[name].append(_start(name, Path(folder) / f"{name}{number}", port))
    idle = found["idle"]
    yield _frames("frames: full rate, median", found["full"], idle, "median", 1.25)
    yield _frames("frames: full rate, p99", found["full"], idle, "p99", 1.6)
    yield _frames("frames: a rep's pace, median", found["calm"], idle, "median", 1.05)
    rates = [(one["rate"], other["rate"]) for one, other in zip(found["full"], found["alone"], strict=True)]
    yield figure("frames: sending beside no window", rates, unit="emails/s", goal=0.85)


def _frames(
    name: str, ours: Sequence[dict[str, float]], idle: Sequence[dict[str, float]], key: str, goal: float
) -> Figure:
    pairs = [(one[key], other[key]) for one, other in zip(ours, idle, strict=True)]
    return figure(name, pairs, unit="ms", goal=goal, less_is_better=True)


def _start(name: str, folder: Path, port: int) -> dict[str, float]:
    """Run a leg on a store of its own; gives what it found."""
    folder.mkdir()
    bench = make_store(folder, port=port, connections=CONNECTIONS)
    add_due(bench, DUE)
    if name == "calm":
        with bench.context.store.write() as unit:
            unit.run("UPDATE email_accounts SET gap_seconds = :gap", {"gap": CALM_GAP_SECONDS})
    bench.context.store.close()
    done = subprocess.run(
        [sys.executable, "-m", "bench.frames", name, str(folder / "bench.db")],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "OPENDOORS_DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"the leg {name} failed:\n{done.stderr[-2000:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


# The legs, each in a process of its own -------------------------------------------------------------------------------


def open_context(file: str) -> Any:
    """The parts of the program on a store that a bench made."""
    from opendoors_desktop.app import build
    from opendoors_desktop.config import read_options

    return build(read_options(os.environ, store=file))


def alone(file: str) -> dict[str, float]:
    """The scheduler without a window, as the command runs it, for as long as a window is scrolled."""
    from opendoors_desktop.engine.loop import Scheduler, SchedulerOptions
    from opendoors_desktop.engine.memory import spare_what_is_loaded

    context = open_context(file)
    spare_what_is_loaded()
    scheduler = Scheduler(context, SchedulerOptions(hears_others=True))

    async def run() -> None:
        asyncio.get_running_loop().call_later(SECONDS, scheduler.stop)
        await scheduler.run()

    asyncio.run(run())
    rate = sent_in(context)
    context.store.close()
    return {"rate": rate}


def sent_in(context: Any) -> float:
    """Emails a second between the first and the last that were sent."""
    with context.store.read() as unit:
        row = unit.row("SELECT count(*), min(sent_at), max(sent_at) FROM outgoing_emails WHERE state = 'sent'")
    if row is None or row[0] < 2 or row[1] == row[2]:
        return 0.0
    return float(row[0] / ((row[2] - row[1]) / 1e6))


def windowed(name: str, file: str) -> dict[str, float]:
    """The main window on its contacts, scrolled; its scheduler sends unless it is to be idle."""
    from PySide6.QtWidgets import QApplication

    from opendoors_desktop.engine.commands.sending import switch_sending_on
    from opendoors_desktop.engine.memory import spare_what_is_loaded
    from opendoors_desktop.gui.application import STYLE
    from opendoors_desktop.gui.jobs import Jobs
    from opendoors_desktop.gui.main_window import MainWindow
    from opendoors_desktop.gui.theme import Mode, start_theme

    spare_what_is_loaded()
    application = QApplication(["opendoors", "-style", STYLE])
    start_theme(application, Mode.LIGHT)
    jobs = Jobs(lambda: open_context(file))
    window = MainWindow()
    window.furnish(jobs)
    window.resize(1280, 860)
    window.show()
    jobs.start()
    _wait(application, lambda: window.page is not None)
    window.go("contacts")
    table = _table(application, window)
    if name != "idle" and jobs.context is not None:
        switch_sending_on(jobs.context)
        _wait(application, lambda: sent_in(jobs.context) > 0)
    frames = _scroll(application, table)
    window.sending.close()
    rate = sent_in(jobs.context)
    frames.sort()
    return {"median": frames[len(frames) // 2], "p99": frames[int(len(frames) * 0.99)], "rate": rate}


def _wait(application: Any, is_so: Any, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise RuntimeError("what the bench waits for didn't come")
        application.processEvents()
        time.sleep(0.005)


def _table(application: Any, window: Any) -> Any:
    """The table of contacts, its first rows loaded."""
    from PySide6.QtWidgets import QTableView

    found: list[Any] = []

    def is_loaded() -> bool:
        views = [view for view in window.page.findChildren(QTableView) if view.isVisible()]
        found[:] = sorted(views, key=lambda view: view.width() * view.height())[-1:]
        return bool(found) and bool(found[0].model().rowCount()) and bool(found[0].model().index(0, 1).data())

    _wait(application, is_loaded)
    return found[0]


def _scroll(application: Any, table: Any) -> list[float]:
    """Milliseconds of each frame while it is scrolled for SECONDS."""
    from PySide6.QtCore import Qt, QTimer

    bar, frames = table.verticalScrollBar(), []
    end = time.perf_counter() + SECONDS

    def tick() -> None:
        began = time.perf_counter()
        bar.setValue((bar.value() + ROWS) % max(1, bar.maximum()))
        table.viewport().repaint()
        frames.append((time.perf_counter() - began) * 1000)
        if time.perf_counter() > end:
            application.quit()

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start(TICK_MS)
    application.exec()
    return frames


def leg(name: str, file: str) -> None:
    """Run one leg and print what it found."""
    print(json.dumps(alone(file) if name == "alone" else windowed(name, file)), flush=True)
    os._exit(0)


if __name__ == "__main__":
    leg(sys.argv[1], sys.argv[2])
