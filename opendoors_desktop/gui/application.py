"""Starts and ends the window: application, theme, jobs, then the main window, painted before anything is opened."""

import logging
import os
import sys
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QApplication

from opendoors_desktop.engine.memory import spare_what_is_loaded
from opendoors_desktop.gui.launch import SCALE, THEME, Launch
from opendoors_desktop.gui.main_window import MainWindow
from opendoors_desktop.gui.single_instance import SingleInstance, name_of
from opendoors_desktop.gui.theme import Mode, start_theme
from opendoors_desktop.gui.window_state import FILE, WindowState, place_window, read_state

if TYPE_CHECKING:
    from opendoors_desktop.config import Options
    from opendoors_desktop.engine.context import Context
    from opendoors_desktop.gui.api_beside import ApiBeside
    from opendoors_desktop.gui.first_look import ReadRows, Rows
    from opendoors_desktop.gui.sending import ThreadOf

APPLICATION: Final = "OpenDoors Desktop"
STYLE: Final = "fusion"
"""Qt's own style, the same on every platform; colours and shapes come from the theme."""

PLATFORM: Final = "QT_QPA_PLATFORM"
FALLBACK: Final = ";offscreen"

log = logging.getLogger(__name__)


def run(
    arguments: Sequence[str],
    options: "Options",
    build: "Callable[[Options], Context]",
    *,
    glance: "Callable[[Options, ReadRows], Rows | None] | None" = None,
    thread_of: "ThreadOf | None" = None,
    api: "ApiBeside | None" = None,
    surround: Callable[[MainWindow], object] = lambda _: None,
) -> int:
    """Open the window and stay until it is quit; gives the exit status.

    Nothing but the window's frame is loaded before that is on the screen; the store is opened behind it. Where a window
    of this person and store is open already, that one is shown, and this ends at once. `glance` reads what is shown
    before the store is open (None: nothing is), `thread_of` makes the thread that sends (None: the usual one),
    `api` is the REST API beside it (None: there is none), `surround` is given the window once it is furnished.
    """
    spare_what_is_loaded()
    application = _application(arguments)
    if application is None:
        print("The display can’t be reached, so no window can be opened.", file=sys.stderr)  # noqa: T201
        return 1
    instance = SingleInstance(name_of(options.store_url))
    if not instance.claim():
        return 0
    file = options.data_dir / FILE
    state = WindowState(file, read_state(file))
    _dress(application, state)
    sys.excepthook = _log_bug
    window = _window(state)
    window.api = api
    launch = Launch(application, window, state, instance, lambda: build(options))
    launch.glance = None if glance is None else lambda read: glance(options, read)
    launch.thread_of, launch.surround = thread_of, _surround_by(options, surround)
    window.show()
    status = application.exec()
    launch.close()
    instance.close()
    return status


def _application(arguments: Sequence[str]) -> QApplication | None:
    """The application, by its name; None where nobody can see it."""
    _choose_platform()
    application = QApplication([sys.argv[0], "-style", STYLE, *arguments])
    if not _is_seen(application):
        return None
    application.setApplicationName(APPLICATION)
    application.setDesktopFileName("opendoors-desktop")
    application.setQuitOnLastWindowClosed(False)
    return application


def _dress(application: QApplication, state: WindowState) -> None:
    """Give the application the look and the size of text that the person chose."""
    mode, scale = state.get(THEME), state.get(SCALE)
    look = Mode(mode) if mode in set(Mode) else Mode.SYSTEM
    start_theme(application, look, scale if isinstance(scale, float) else 1.0)


def _window(state: WindowState) -> MainWindow:
    """The window, where it stood when it was left."""
    window = MainWindow()
    window.begin_with(str(state.here.get("page", "")))
    if not place_window(window, state):
        window.resize(1440, 900)
    return window


def _surround_by(options: "Options", surround: Callable[[MainWindow], object]) -> Callable[[MainWindow], None]:
    """What is put round a furnished window: what keeps its store, and `surround`."""

    def surround_all(window: MainWindow) -> None:
        from opendoors_desktop.gui.store_care import StoreCare

        StoreCare(window, options.store_url, options.data_dir)
        surround(window)

    return surround_all


def _choose_platform() -> None:
    """Where X11 or Wayland may be missing, have Qt fall back to a screen that isn't there instead of ending us."""
    if sys.platform not in {"win32", "darwin"} and not os.environ.get(PLATFORM):
        first = "wayland;" if os.environ.get("WAYLAND_DISPLAY") else ""
        os.environ[PLATFORM] = f"{first}xcb{FALLBACK}"


def _is_seen(application: QApplication) -> bool:
    """Whether somebody can see a window; a screen that isn't there counts where it was asked for."""
    return not (application.platformName() == "offscreen" and os.environ.get(PLATFORM, "").endswith(FALLBACK))


def _log_bug(kind: type[BaseException], bug: BaseException, trace: TracebackType | None) -> None:
    """A fault of the program in a slot or a painting: it is logged with its trace, and the window goes on."""
    log.critical("a fault of the program in the window", exc_info=(kind, bug, trace))
