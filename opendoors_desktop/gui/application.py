"""Starts and ends the window: application, theme, jobs, then the main window, painted before anything is opened."""

import json
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication

from opendoors_desktop.gui.icons import follow_theme
from opendoors_desktop.gui.jobs import Jobs
from opendoors_desktop.gui.main_window import MainWindow
from opendoors_desktop.gui.theme import Mode, start_theme

if TYPE_CHECKING:
    from opendoors_desktop.config import Options
    from opendoors_desktop.engine.context import Context

APPLICATION = "OpenDoors Desktop"
STATE_FILE = "window.json"

log = logging.getLogger(__name__)


def run(arguments: Sequence[str], options: "Options", build: Callable[["Options"], "Context"]) -> int:
    """Open the window and stay until it is quit; gives the exit status."""
    application = QApplication([sys.argv[0], *arguments])
    application.setApplicationName(APPLICATION)
    application.setDesktopFileName("opendoors-desktop")
    state = read_state(options.data_dir / STATE_FILE)
    start_theme(application, Mode(state.get("theme", Mode.SYSTEM)) if state.get("theme") in set(Mode) else Mode.SYSTEM)
    follow_theme()
    sys.excepthook = _log_bug
    jobs = Jobs(lambda: build(options))
    window = MainWindow(jobs)
    window.resize(1440, 900)
    window.remember(state)
    window.painted.connect(jobs.start)
    window.show()
    status = application.exec()
    state = window.remembered()
    window.bench.news.close()
    jobs.write(lambda _: write_state(options.data_dir / STATE_FILE, state))
    jobs.close()
    return status


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
