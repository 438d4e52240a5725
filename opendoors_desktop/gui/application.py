"""Starts and ends the window: application, theme, jobs, then the main window, painted before anything is opened."""

import json
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication

from opendoors_desktop.gui.main_window import MainWindow
from opendoors_desktop.gui.theme import Mode, start_theme

if TYPE_CHECKING:
    from opendoors_desktop.config import Options
    from opendoors_desktop.engine.context import Context

APPLICATION = "OpenDoors Desktop"
STATE_FILE = "window.json"
STYLE = "fusion"
"""Qt's own style, the same on every platform; colours and shapes come from the theme."""

log = logging.getLogger(__name__)


def run(arguments: Sequence[str], options: "Options", build: Callable[["Options"], "Context"]) -> int:
    """Open the window and stay until it is quit; gives the exit status.

    Nothing but the window's frame is loaded before that is on the screen; the store is opened behind it.
    """
    application = QApplication([sys.argv[0], "-style", STYLE, *arguments])
    application.setApplicationName(APPLICATION)
    application.setDesktopFileName("opendoors-desktop")
    state = read_state(options.data_dir / STATE_FILE)
    start_theme(application, Mode(state["theme"]) if state.get("theme") in set(Mode) else Mode.SYSTEM)
    sys.excepthook = _log_bug
    window = MainWindow()
    window.resize(1440, 900)
    window.remember(state)
    window.painted.connect(lambda: _begin(window, lambda: build(options)))
    window.show()
    status = application.exec()
    _end(window, options.data_dir / STATE_FILE)
    return status


def _begin(window: MainWindow, build: Callable[[], "Context"]) -> None:
    """Open the store in another thread while the window is furnished."""
    from opendoors_desktop.gui.jobs import Jobs

    jobs = Jobs(build, window)
    jobs.start()
    window.furnish(jobs)


def _end(window: MainWindow, state_file: Path) -> None:
    """Stop everything behind a window, and remember where it stood."""
    state = window.remembered()
    window.bench.news.close()
    window.bench.jobs.write(lambda _: write_state(state_file, state))
    window.bench.jobs.close()


def read_state(file: Path) -> dict[str, Any]:
    """What was remembered of the window; nothing where there is no such file or it can't be read."""
    try:
        state = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def write_state(file: Path, state: dict[str, Any]) -> None:
    """Remember a window; a folder that can't be written to costs only that."""
    try:
        file.write_text(json.dumps(state, indent=1), encoding="utf-8")
    except OSError as error:
        log.warning("the window's place isn't remembered: %s", error)


def _log_bug(kind: type[BaseException], bug: BaseException, trace: TracebackType | None) -> None:
    """A fault of the program in a slot or a painting: it is logged with its trace, and the window goes on."""
    log.critical("a fault of the program in the window", exc_info=(kind, bug, trace))
