"""What is remembered of the window between two starts: its look, its place on these screens, splitters and columns."""

import json
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from PySide6.QtGui import QScreen
    from PySide6.QtWidgets import QHeaderView, QMainWindow, QSplitter, QWidget

FILE: Final = "window.json"
SCREENS_KEPT: Final = 8
"""Of so many sets of screens the window's place is remembered, the latest."""

log = logging.getLogger(__name__)


class WindowState:
    """The remembered values: those of the person anywhere, and those of the screens that are connected now.

    `file` is where they are kept.
    """

    def __init__(self, file: Path, text: str = "", screens: "Sequence[QScreen] | None" = None) -> None:
        """`text` is what was remembered, as `text()` gave it; of what can't be understood nothing is taken."""
        self.file = file
        self._key = screens_key(QGuiApplication.screens() if screens is None else screens)
        self._values = _values_of(text)

    def get(self, name: str) -> Any:
        """A value that holds on any screen; None where there is none."""
        return self._values.get(name)

    def put(self, name: str, value: Any) -> None:
        """Remember a value that holds on any screen."""
        self._values[name] = value

    @property
    def here(self) -> dict[str, Any]:
        """The values for the screens that are connected now, to be read and written."""
        screens = self._values.get("screens")
        if not isinstance(screens, dict):
            screens = self._values["screens"] = {}
        here = screens.pop(self._key, None)
        screens[self._key] = here if isinstance(here, dict) else {}  # the latest stands last
        for old in list(screens)[:-SCREENS_KEPT]:
            del screens[old]
        return screens[self._key]  # type: ignore[no-any-return]

    def text(self) -> str:
        """All of it, as it is written."""
        return json.dumps(self._values, indent=1)


def read_state(file: Path) -> str:
    """What was written last; nothing where that can't be read."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def write_state(file: Path, text: str) -> None:
    """Put the file in place at once; a folder that can't be written to costs only that. Not for the main thread."""
    draft = file.with_name(f"{file.name}.new")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(file)
    except OSError as error:
        log.info("the window's place isn't remembered: %s", error)


def screens_key(screens: "Sequence[QScreen]") -> str:
    """The connected screens as one word: where each lies, how large it is and how fine."""
    parts = [(screen.geometry(), screen.devicePixelRatio()) for screen in screens]
    return " ".join(sorted(f"{g.width()}x{g.height()}+{g.x()}+{g.y()}@{ratio:g}" for g, ratio in parts))


def remember_window(window: "QMainWindow", state: WindowState) -> None:
    """Note where the window is."""
    state.here["geometry"] = _text(window.saveGeometry())


def place_window(window: "QMainWindow", state: WindowState) -> bool:
    """Put the window where it was on these screens; False where that isn't known."""
    known = state.here.get("geometry")
    return isinstance(known, str) and window.restoreGeometry(_bytes(known))


def remember_parts(name: str, page: "QWidget", state: WindowState) -> None:
    """Note how a page's splitters and named headers stand."""
    parts = state.here.setdefault("parts", {})
    for key, part in _parts(name, page):
        parts[key] = _text(part.saveState())


def place_parts(name: str, page: "QWidget", state: WindowState) -> None:
    """Put a page's splitters and named headers as they stood."""
    parts = state.here.get("parts")
    for key, part in _parts(name, page):
        known = parts.get(key) if isinstance(parts, dict) else None
        if isinstance(known, str):
            part.restoreState(_bytes(known))


def _parts(name: str, page: "QWidget") -> "Iterator[tuple[str, QSplitter | QHeaderView]]":
    from PySide6.QtWidgets import QHeaderView, QSplitter

    for number, splitter in enumerate(page.findChildren(QSplitter)):
        yield f"{name}.{splitter.objectName() or f'splitter {number}'}", splitter
    for header in page.findChildren(QHeaderView):
        if header.objectName():
            yield f"{name}.{header.objectName()}", header


def _values_of(text: str) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}


def _text(state: QByteArray) -> str:
    return bytes(state.toBase64().data()).decode("ascii")


def _bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(text.encode("ascii", "replace"))
