"""The tour in the window: two weeks of a campaign play before one's eyes, on a throw-away store and a virtual clock."""

import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QLocale, QObject, QProcess, Qt, QTimer, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QHBoxLayout,
    QPlainTextEdit,
    QSizePolicy,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from opendoors_desktop.gui.formats import count, time_of_day
from opendoors_desktop.gui.scheduler_thread import SchedulerThread
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.dialog import Dialog
from opendoors_desktop.gui.widgets.text import Label

if TYPE_CHECKING:
    from opendoors_desktop.config import Options
    from opendoors_desktop.engine.context import Context
    from opendoors_desktop.engine.demo.oracle import Statement
    from opendoors_desktop.engine.demo.tour import Playing
    from opendoors_desktop.gui.main_window import MainWindow

SPEED: Final = 30_000.0
"""Virtual seconds in a real one while nothing is done: the two weeks last about a minute."""

LOOKS_EVERY_MS: Final = 250


class TourThread(SchedulerThread):
    """Plays the tour once; `over` brings the statement of what the mail server received."""

    over = Signal(object)

    def __init__(self, context: "Context", parent: QObject) -> None:
        super().__init__(context, parent)
        self.received: Callable[[], int] = lambda: 0

    async def _run(self) -> None:
        from opendoors_desktop.engine.demo.tour import play

        statement = await play(self._context, None, lambda _: None, self._begin)
        if not self.was_stopped:
            self.stop()  # it is over, which is no fault
            self.over.emit(statement)

    def _begin(self, playing: "Playing") -> None:
        self._works(playing.scheduler)
        self.received = lambda: len(playing.server.letters)


class Tour:
    """One tour: the thread that plays it, and what a window shows of it."""

    def __init__(self) -> None:
        self._thread: TourThread | None = None
        self._banner: _Banner | None = None

    def thread_of(self, context: "Context", parent: QObject) -> SchedulerThread | None:
        """The thread that plays; it is played once."""
        if self._thread is not None:
            return None
        self._thread = TourThread(context, parent)
        if self._banner is not None:
            self._thread.over.connect(self._banner.end)
            self._banner.follow(context, self._thread)
        return self._thread

    def surround(self, window: "MainWindow") -> None:
        """Put the banner over a furnished window."""
        self._banner = _Banner(window)


class _Banner(QToolBar):
    """A strip over the pages: the virtual date and time, and how many emails have been received."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._context: Context | None = None
        self._thread: TourThread | None = None
        self.setObjectName("tour")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.words = Label(self.tr("The tour begins…"), "body")
        self.note = Label(self.tr("Sample data on a throw-away store: nothing leaves this computer."), "body", "muted")
        row = QWidget()
        row.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        line = QHBoxLayout(row)
        line.setContentsMargins(theme().px(16), theme().px(4), theme().px(16), theme().px(4))
        line.addWidget(self.words)
        line.addStretch(1)
        line.addWidget(self.note)
        self.addWidget(row)
        window.addToolBar(Qt.ToolBarArea.TopToolBarArea, self)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOKS_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def follow(self, context: "Context", thread: TourThread) -> None:
        """Show how far the tour is from now on."""
        self._context, self._thread = context, thread
        self._timer.start()

    def end(self, statement: "Statement") -> None:
        """The tour is over: say so, and state what was received."""
        self._timer.stop()
        wrong = len(statement.faults)
        told = self.tr("Two weeks are over: {number} emails were received, and nothing is wrong.")
        if wrong:
            told = self.tr("Two weeks are over: {number} emails were received, and {wrong} things are wrong.")
        self.words.setText(told.format(number=count(statement.sent), wrong=count(wrong)))
        StatementSheet(self._window, statement).open()

    def _look(self) -> None:
        if self._context is None or self._thread is None:
            return
        from opendoors_desktop.engine.demo.stage import REP_ZONE

        now = self._context.clock.now().astimezone(REP_ZONE)
        day = QLocale().toString(now.date(), "dddd d MMMM yyyy")  # type: ignore[call-overload]  # takes Python's dates
        text = self.tr("{day}, {time} · {number} emails received")
        self.words.setText(text.format(day=day, time=time_of_day(now), number=count(self._thread.received())))


class StatementSheet(Dialog):
    """What the mail server received, beside what the store says of it, and everything that is wrong."""

    def __init__(self, parent: QWidget, statement: "Statement") -> None:
        super().__init__(parent)
        from opendoors_desktop.engine.demo.report import statement_lines

        self.setWindowTitle(self.tr("What the tour’s mail server received"))
        text = QPlainTextEdit("\n".join(statement_lines(statement)).strip())
        text.setReadOnly(True)
        text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        text.setAccessibleName(self.windowTitle())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(text)
        column.addWidget(buttons)
        self.resize(theme().px(720), theme().px(560))


def run_tour(options: "Options", build: "Callable[[Options], Context]") -> int:
    """Open a window on a store of its own in which the tour plays; everything goes when it is closed."""
    from opendoors_desktop.engine.demo.stage import OPENS_AT
    from opendoors_desktop.gui.application import run

    def build_on(tour_options: "Options") -> "Context":
        from opendoors_desktop.engine.commands.sending import switch_sending_on

        context = build(tour_options)
        switch_sending_on(context)
        return context

    with tempfile.TemporaryDirectory(prefix="opendoors-tour-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        store = str(folder / "tour.db")
        own = replace(options, store_url=store, data_dir=folder, config_dir=folder, now=OPENS_AT, speed=SPEED)
        tour = Tour()
        return run([], own, build_on, thread_of=tour.thread_of, surround=tour.surround)


def play_in_another_window() -> bool:
    """Start the tour as a program of its own, beside this window; False where none can be started."""
    command = [] if getattr(sys, "frozen", False) else ["-m", "opendoors_desktop"]
    started: Any = QProcess.startDetached(sys.executable, [*command, "demo"])
    return bool(started[0] if isinstance(started, tuple) else started)
