"""Notes how the window and its pages stand, has that written, and puts new pages as they stood."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from opendoors_desktop.gui.window_state import WindowState, place_parts, remember_parts, remember_window, write_state

if TYPE_CHECKING:
    from opendoors_desktop.gui.main_window import MainWindow
    from opendoors_desktop.gui.page import Page

WRITES_AFTER_MS: Final = 2_000
RECENT: Final = "recent_commands"


class Remembered(QObject):
    """What is remembered of one window; made before its first page is, which it places."""

    def __init__(self, window: "MainWindow", state: WindowState) -> None:
        super().__init__(window)
        self.state = state
        self._window = window
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WRITES_AFTER_MS)
        self._timer.timeout.connect(self.note)
        window.built.connect(self._on_built)
        window.went.connect(self._timer.start)
        window.recent.take_up(state.get(RECENT))
        window.recent.changed.connect(self._timer.start)

    def note(self) -> None:
        """Note how everything stands, and have it written."""
        window, here = self._window, self.state.here
        remember_window(window, self.state)
        self.state.put(RECENT, window.recent.names)
        for name, page in window.pages.items():
            remember_parts(name, page, self.state)
            here.setdefault("sizes", {})[name] = page.remembered()
        if window.page is not None:
            here["page"] = window.page_name
            sight = window.page.sight()
            here["rows"] = None if sight is None else asdict(sight)
        file, text = self.state.file, self.state.text()
        window.bench.jobs.aside(lambda: write_state(file, text))

    def _on_built(self, name: str, page: "Page") -> None:
        place_parts(name, page, self.state)
        sizes = self.state.here.get("sizes")
        known = sizes.get(name) if isinstance(sizes, dict) else None
        if isinstance(known, dict):
            page.remember({key: size for key, size in known.items() if isinstance(size, int)})
