"""What happens behind the window's first picture, in order: rows to look at, the window's contents, what surrounds it.

Threads share Python with the window: so nothing is loaded here before what a person sees next has been painted.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from opendoors_desktop.gui.theme import keeper

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from opendoors_desktop.engine.context import Context
    from opendoors_desktop.gui.first_look import FirstLook, Glimpse, ReadRows, Rows
    from opendoors_desktop.gui.jobs import Jobs
    from opendoors_desktop.gui.main_window import MainWindow
    from opendoors_desktop.gui.page import Page
    from opendoors_desktop.gui.remembered import Remembered
    from opendoors_desktop.gui.sending import ThreadOf
    from opendoors_desktop.gui.shell import Shell
    from opendoors_desktop.gui.single_instance import SingleInstance
    from opendoors_desktop.gui.window_state import WindowState

THEME: Final = "theme"
SCALE: Final = "text_scale"
STAYS_MS: Final = 500
"""So long the first rows stay at most over a page that has none of its own yet."""
LOOKS_FOR_MS: Final = 500
"""So long the first rows are waited for; a store that takes longer to open is told of by the furnished window."""

SURROUNDED_AFTER_MS: Final = 100
"""So long after it is furnished all that surrounds the window is put up, be the store open by then or not."""


class Launch(QObject):
    """Brings one window to life; `begin` is to be called when its first picture is painted."""

    def __init__(
        self,
        application: "QApplication",
        window: "MainWindow",
        state: "WindowState",
        instance: "SingleInstance",
        build: "Callable[[], Context]",
    ) -> None:
        super().__init__(window)
        self._application = application
        self._window = window
        self._state = state
        self._instance = instance
        self._build = build
        self._shell: Shell | None = None
        self._glimpse: Glimpse | None = None
        self._remembered: Remembered | None = None
        self._look: FirstLook | None = None
        self._parts: Iterator[None] | None = None
        self.glance: Callable[[ReadRows], Rows | None] | None = None
        self.thread_of: ThreadOf | None = None
        self.surround: Callable[[MainWindow], object] = lambda _: None
        window.painted.connect(self.begin)
        window.closing.connect(self._on_closing)

    def begin(self) -> None:
        """Have the first rows read in another thread, and all else wait until they are seen."""
        from opendoors_desktop.gui.first_look import FirstLook, Glimpse, sight_of

        glance = self.glance
        sight = None if glance is None else sight_of(self._state, self._window.first_page)
        if glance is None or sight is None:
            self._furnish()
            return
        look = self._look = FirstLook(self._window, sight)
        look.painted.connect(lambda: QTimer.singleShot(0, self, self._furnish))
        self._glimpse = Glimpse(lambda: glance(look.read), self)
        self._glimpse.seen.connect(self._on_seen)
        self._glimpse.start()
        QTimer.singleShot(LOOKS_FOR_MS, self, self._furnish)

    def _on_seen(self, rows: "Rows | None") -> None:
        if self._look is not None and self._parts is None and rows is not None and len(rows) > 1:
            self._look.show_rows(rows)
        else:
            self._furnish()

    def close(self) -> None:
        """Take down what was put up."""
        if self._glimpse is not None:
            self._glimpse.wait()
        if self._shell is not None:
            self._shell.close()
        elif self._remembered is not None:
            self._window.close_up()

    def _furnish(self) -> None:
        """Have the window furnished, part by part, an event each."""
        if self._parts is not None:
            return
        from opendoors_desktop.gui.jobs import Jobs

        jobs = Jobs(self._build, self._window)
        self._parts = self._window.furnishing(jobs, self.thread_of)
        self._make_next(jobs)

    def _make_next(self, jobs: "Jobs") -> None:
        assert self._parts is not None  # it was begun
        is_more = next(self._parts, self) is None
        if self._look is not None:  # its rows stay over what is put in, and over the page until that has its own
            self._look.raise_()
        if is_more:
            QTimer.singleShot(0, self, lambda: self._make_next(jobs))
        else:
            self._open(jobs)

    def _open(self, jobs: "Jobs") -> None:
        """The window is furnished: have the store opened in another thread."""
        from opendoors_desktop.gui.remembered import Remembered

        self._remembered = Remembered(self._window, self._state)
        self._window.built.connect(self._on_built)
        self.surround(self._window)
        keeper().changed.connect(lambda: self._state.put(THEME, keeper().mode.value))
        keeper().scale_chosen.connect(lambda scale: self._state.put(SCALE, scale))
        jobs.start()
        QTimer.singleShot(STAYS_MS, self, self._drop_look)
        QTimer.singleShot(SURROUNDED_AFTER_MS, self, self._put_up)

    def _on_built(self, _name: str, page: "Page") -> None:
        page.filled.connect(self._drop_look)

    def _drop_look(self) -> None:
        """The page's own rows are there."""
        if self._look is not None:
            self._look.deleteLater()
            self._look = None

    def _put_up(self) -> None:
        from opendoors_desktop.gui.shell import Shell

        if self._remembered is not None:
            greets = self.thread_of is None
            self._shell = Shell(self._application, self._window, self._remembered, self._instance, greets=greets)

    def _on_closing(self) -> None:
        """A window that is closed before anything surrounds it ends the program."""
        if self._shell is None:
            self._application.quit()
