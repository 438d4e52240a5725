"""Windows for tests: real ones, on a real store, with a watch over what the main thread does."""

import gc
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from opendoors_desktop.engine.clock import RealClock, VirtualClock, id_source
from opendoors_desktop.engine.context import Context
from opendoors_desktop.gui.api_beside import ApiBeside
from opendoors_desktop.gui.application import STYLE
from opendoors_desktop.gui.jobs import Jobs
from opendoors_desktop.gui.main_window import MainWindow
from opendoors_desktop.gui.page_list import load_pages
from opendoors_desktop.gui.scheduler_thread import SchedulerThread
from opendoors_desktop.gui.theme import Mode, start_theme
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.migrate import open_store
from opendoors_desktop.store.secrets import MemorySecrets
from tests.fixtures_store import NOW, found_workspace, fresh_file, sqlite_store, store_file
from tests.gui.watch import MainThreadWatch, WatchedApplication

__all__ = ["fresh_file", "sqlite_store", "store_file"]


WAITS_MS = 20_000
"""How long a test waits for what must come; on a busy machine that takes many times as long as alone."""


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    wait_until = QtBot.waitUntil
    monkeypatch.setattr(QtBot, "waitUntil", lambda bot, so, *, timeout=WAITS_MS: wait_until(bot, so, timeout=timeout))


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    """The application that measures each of its events."""
    return WatchedApplication


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """What the program starts Qt with."""
    return ["opendoors", "-style", STYLE]


@pytest.fixture(scope="session", autouse=True)
def _themed(qapp: QApplication) -> None:
    qapp.setApplicationName("OpenDoors Desktop")
    start_theme(qapp, Mode.LIGHT)
    load_pages()  # as a window does in a thread, whose end no test waits for


@pytest.fixture(autouse=True)
def main_thread_watch(qapp: WatchedApplication) -> Iterator[MainThreadWatch]:
    """Fail a test whose main thread worked over 50 ms on one event, or touched a file, a store or a network there."""
    watch = qapp.watch
    gc.freeze()  # what the tests before left in memory isn't gone through again and again in this one's events
    watch.begin()
    yield watch
    found = watch.end()
    if found:
        pytest.fail("the main thread was kept:\n" + "\n".join(found), pytrace=False)


@dataclass(frozen=True, slots=True)
class Room:
    """A store with a workspace for a test to fill, beside the window that shows it."""

    url: str
    folder: Path
    clock: VirtualClock
    context: Context

    def build(self) -> Context:
        """What the window opens: the same store, on connections and with keys of its own."""
        store = open_store(self.url)
        new_id = id_source(self.clock, Random(7).getrandbits)
        return Context(store, self.clock, new_id, self.context.scope, self.context.secrets, self.folder)


@pytest.fixture
def room(sqlite_store: Store, tmp_path: Path) -> Room:
    """An empty workspace whose clock stands at NOW, a Monday morning."""
    clock = VirtualClock(NOW)
    scope = found_workspace(sqlite_store)
    new_id = id_source(clock, Random(3).getrandbits)
    context = Context(sqlite_store, clock, new_id, scope, MemorySecrets(), tmp_path)
    return Room(str(sqlite_store.location.path), tmp_path, clock, context)


def scheduler_of(context: Context, parent: QObject) -> SchedulerThread | None:
    """The scheduler of a window by the machine's clock; none by the room's, which would skip to the campaign's end."""
    return SchedulerThread(context, parent) if isinstance(context.clock, RealClock) else None


@pytest.fixture
def open_window(qtbot, room: Room) -> Iterator[Callable[..., MainWindow]]:
    """Opens main windows on the room's store, or by another `build`; they are closed with everything behind them."""
    opened: list[MainWindow] = []

    def open_one(
        build: Callable[[], Context] = room.build,
        *,
        size: tuple[int, int] = (1440, 900),
        first: str = "",
        api: ApiBeside | None = None,
    ) -> MainWindow:
        jobs = Jobs(build)
        window = MainWindow()
        window.api = api
        window.begin_with(first)
        window.furnish(jobs, scheduler_of)
        opened.append(window)
        qtbot.addWidget(window)
        window.resize(*size)
        window.show()
        jobs.start()
        return window

    yield open_one
    for window in opened:
        window.sending.close()
        window.bench.news.close()
        window.bench.jobs.close()


@pytest.fixture
def window(open_window, qtbot) -> MainWindow:
    """A main window that shows its first page."""
    found: MainWindow = open_window()
    qtbot.waitUntil(lambda: found.page is not None)
    return found
