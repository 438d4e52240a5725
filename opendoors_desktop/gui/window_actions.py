"""The actions that work wherever a person is: pages, sending, undo, the look, keys and help."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from opendoors_desktop.gui.focus import first_focus
from opendoors_desktop.gui.formats import percent
from opendoors_desktop.gui.page_list import PAGES
from opendoors_desktop.gui.sequence_commands import short
from opendoors_desktop.gui.theme import Mode, keeper

if TYPE_CHECKING:
    from opendoors_desktop.gui.main_window import MainWindow

SCALE_STEP: Final = 0.1


class WindowActions(QObject):
    """Binds the actions of one furnished window."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._table = window.actions_table
        self._table.bind(self._handlers())
        window.bench.history.changed.connect(self._show_history)
        self._show_history()
        self._show_theme()
        keeper().changed.connect(self._show_theme)

    def _handlers(self) -> dict[str, Callable[[], object]]:
        window, history = self._window, self._window.bench.history
        handlers: dict[str, Callable[[], object]] = {
            f"go.{name}": lambda name=name: window.go(name)  # type: ignore[misc]
            for name in PAGES
        }
        return handlers | {
            "contacts.import": lambda: window.go("contacts", import_file=None),
            "mailbox.new": lambda: window.go("mailboxes", add=True),
            "app.close": window.close,
            "app.quit": window.wants_to_quit.emit,
            "sending.switch": window.switching.toggle,
            "sending.stop": window.switching.stop_everything,
            "sending.release": window.switching.release,
            "edit.undo": history.undo,
            "edit.redo": history.redo,
            "view.refresh": self._ask_again,
            "view.palette": self._open_palette,
            "go.next_pane": lambda: self._next_pane(1),
            "go.previous_pane": lambda: self._next_pane(-1),
            "demo.play": self._play_tour,
            "help.keys": self._show_keys,
            "help.about": self._show_about,
            "text.larger": lambda: self._scale_text(keeper().next_scale + SCALE_STEP),
            "text.smaller": lambda: self._scale_text(keeper().next_scale - SCALE_STEP),
            "text.usual": lambda: self._scale_text(1.0),
            **{f"theme.{mode}": lambda mode=mode: keeper().choose(mode) for mode in Mode},  # type: ignore[misc]
        }

    def _show_history(self) -> None:
        """Have Undo and Redo work where there is something to undo, and say what."""
        history = self._window.bench.history
        for name, what in (("edit.undo", history.to_undo), ("edit.redo", history.to_redo)):
            self._table.allow(name, is_allowed=what is not None)
            self._table.word(name, short(what or ""))

    def _show_theme(self) -> None:
        for mode in Mode:
            self._table[f"theme.{mode}"].setChecked(keeper().mode is mode)

    def _scale_text(self, scale: float) -> None:
        keeper().choose_scale(scale)
        words = self.tr("Text and all else is shown at {scale} from the next start on.")
        self._window.bench.notices.toast(words.format(scale=percent(keeper().next_scale, 0)))

    def _ask_again(self) -> None:
        if self._window.page is not None:
            self._window.page.refresh()

    def _open_palette(self) -> None:
        from opendoors_desktop.gui.command_palette import CommandPalette

        CommandPalette(self._window, self._window.bench, self._window.recent).open_up()

    def _show_keys(self) -> None:
        from opendoors_desktop.gui.key_list import KeyList

        KeyList(self._window, self._table).open()

    def _play_tour(self) -> None:
        from opendoors_desktop.gui.tour import play_in_another_window

        self._window.bench.jobs.aside(play_in_another_window)
        self._window.bench.notices.toast(self.tr("The tour opens in a window of its own, on sample data."))

    def _show_about(self) -> None:
        from opendoors_desktop.gui.about import About

        About(self._window).open()

    def _next_pane(self, step: int) -> None:
        window = self._window
        panes = [window.rail, *([] if window.page is None else window.page.panes()), window.status]
        focus = QApplication.focusWidget()
        here = next((n for n, pane in enumerate(panes) if focus is not None and pane.isAncestorOf(focus)), 0)
        for distance in range(1, len(panes) + 1):
            target = first_focus(panes[(here + step * distance) % len(panes)])
            if target is not None:
                target.setFocus(Qt.FocusReason.TabFocusReason)
                return
