"""One start of the program, which says when it has painted what is waited for; light, for the start is measured."""

import sys
import time
from typing import Any

FORBIDDEN = ("sqlalchemy", "alembic", "jinja2", "aiosmtplib", "imapclient", "asyncio", "email", "keyring", "typer")
"""What must not be loaded before the first frame."""


def leg(kind: str) -> None:
    """Start the program as `opendoors` does, and say when it has painted what `kind` waits for.

    `first` is the first frame, `rows` that with rows of the page it opens on, `alive` the page itself with them,
    `loaded` says so when every page was opened. `settle` opens the Contacts page and quits, as a person would.
    """
    from opendoors_desktop import __main__ as program
    from opendoors_desktop.gui import application

    class Told(application.MainWindow):  # type: ignore[misc,name-defined,unused-ignore]
        """The window, which says when its first frame is painted."""

        was_painted = False

        def paintEvent(self, event: Any) -> None:  # noqa: N802
            super().paintEvent(event)
            if not Told.was_painted:
                Told.was_painted = True
                if kind == "first":
                    say_now()
                else:
                    _watch(self, kind)
                loaded = [name for name in FORBIDDEN if name in sys.modules]
                if loaded:
                    raise SystemExit(f"loaded before the first frame: {', '.join(loaded)}")

    application.MainWindow = Told  # type: ignore[attr-defined]
    sys.argv = ["opendoors"]
    program.main()


def say_now() -> None:
    """Tell the measuring process that it is painted, and wait to be weighed."""
    print(time.monotonic(), flush=True)
    sys.stdin.readline()


def _watch(window: Any, kind: str) -> None:
    """Say when rows are painted, or when every page was opened; begun when the window is furnished."""
    from PySide6.QtCore import QTimer

    if kind in {"rows", "alive"}:
        window.built.connect(lambda _, page: _say_when_rows_are_painted(page.view))
        if kind == "rows":
            _say_when_looked_at()
        return
    if not hasattr(window, "bench") or window.page is None:
        QTimer.singleShot(0, lambda: _watch(window, kind))
        return
    from opendoors_desktop.gui.page_list import PAGES

    names = list(PAGES) if kind == "loaded" else ["contacts"]
    for name in names:
        window.go(name)
    QTimer.singleShot(4000, say_now if kind == "loaded" else window.wants_to_quit.emit)


def _say_when_looked_at() -> None:
    """Say when the first rows are painted in the frame."""
    from opendoors_desktop.gui.first_look import FirstLook

    show_rows = FirstLook.show_rows

    def show_and_say(look: Any, rows: Any) -> None:
        look.painted.connect(say_now)
        show_rows(look, rows)

    FirstLook.show_rows = show_and_say  # type: ignore[method-assign,assignment]


def _say_when_rows_are_painted(table: Any) -> None:
    from PySide6.QtCore import QEvent, QObject, QTimer

    class Watch(QObject):
        """Sees the table's viewport be painted, and asks whether its first row was there by then."""

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
            model = table.model()
            if event.type() is QEvent.Type.Paint and model.rowCount() and model.index(0, 1).data():
                table.viewport().removeEventFilter(self)
                QTimer.singleShot(0, say_now)
            return False

    table.viewport().installEventFilter(Watch(table))
