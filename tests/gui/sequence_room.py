"""A window on a workspace with folders and sequences, and what tests of the Sequences page ask of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget

from opendoors_desktop.engine.commands.folders import add_folder
from opendoors_desktop.engine.commands.sequences import move_sequence, show_sequence
from opendoors_desktop.engine.context import Context
from opendoors_desktop.gui.main_window import MainWindow
from opendoors_desktop.gui.models.folder_rows import RowKind
from opendoors_desktop.gui.pages.sequences import SequencesPage
from opendoors_desktop.gui.pages.sequences_body import SequencesBody
from tests.engine.sequence_rooms import FIRST, SECOND, add_sequence, pass_time, start_sequence

CALL: dict[str, Any] = {"step_type": "call", "task_title": "Call them", "delay_days": 2}
ASK: dict[str, Any] = {
    "step_type": "conditional",
    "delay_days": 1,
    "conditions": {"operator": "AND", "conditions": [{"field": "contact.city", "operator": "is_set"}]},
    "yes": [{"step_type": "task", "task_title": "Write a card"}],
    "no": [{"step_type": "email", "body_template": "Where are you?"}],
}
STEPS = (FIRST, CALL, ASK, SECOND)


def fill(context: Context, people: int = 3) -> dict[str, UUID]:
    """Folders Outbound (with Logistics in it) and Inbound; one running, one drafted, one loose sequence, by name."""
    keys = {"Outbound": add_folder(context, "Outbound"), "Inbound": add_folder(context, "Inbound")}
    keys["Logistics"] = add_folder(context, "Logistics", keys["Outbound"])
    keys["Cold chain"] = start_sequence(context, *STEPS, people=people, name="Cold chain", sending_timezone="UTC")
    keys["Ports"] = add_sequence(context, FIRST, SECOND, name="Ports")
    keys["Loose"] = add_sequence(context, FIRST, name="Loose")
    move_sequence(context, keys["Cold chain"], keys["Logistics"])
    move_sequence(context, keys["Ports"], keys["Logistics"])
    pass_time(context, minutes=1)  # what the window does comes after what was done here
    return keys


class Pages:
    """The Sequences page of a window, as a person sees it."""

    def __init__(self, window: MainWindow, qtbot: Any, context: Context) -> None:
        self.window = window
        self.bot = qtbot
        self.context = context
        page = window.page
        assert isinstance(page, SequencesPage)
        qtbot.waitUntil(lambda: page.body is not None)
        assert isinstance(page.body, SequencesBody)
        self.page = page.body
        self.tree = page.body.tree.tree
        self.table = page.body.folder.table

    def names(self) -> list[str]:
        """The rows of the tree, each with a dot for how deep it lies."""
        rows = self.tree.rows.rows

        def depth(number: int) -> int:
            return 0 if rows[number].above == -1 else 1 + depth(rows[number].above)

        return [f"{'.' * depth(n)}{row.name or 'Archive'}" for n, row in enumerate(rows)]

    def wait_names(self, *names: str) -> None:
        """Until the tree shows these rows."""
        self.bot.waitUntil(lambda: self.names() == list(names))

    def choose(self, name: str) -> None:
        """Click a row of the tree."""
        self.bot.waitUntil(lambda: any(row.name == name for row in self.tree.rows.rows))
        row = next(row for row in self.tree.rows.rows if row.name == name)
        place = self.tree.visualRect(self.tree.rows.find(row.kind, row.id)).center()
        self.bot.mouseClick(self.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)

    def open_sequence(self, name: str) -> None:
        """Click a sequence of the tree and wait until its steps stand."""
        self.choose(name)
        steps = self.page.sequence.steps
        self.bot.waitUntil(
            lambda: self.page.sequence.target is not None and self.page.sequence.target.named.name == name
        )
        self.bot.waitUntil(lambda: steps.faces.face in {"content", "empty"})

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is."""
        self.bot.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    def act(self, name: str) -> None:
        """Do an action that must be usable."""
        self.bot.waitUntil(lambda: self.window.actions_table[name].isEnabled())
        self.window.actions_table[name].trigger()

    def status(self, key: UUID) -> str:
        """What the store says a sequence is."""
        return show_sequence(self.context, key).status.value

    def wait(self, check: Callable[[], bool]) -> None:
        """Until something is so."""
        self.bot.waitUntil(check)

    def wait_toast(self, words: str) -> None:
        """Until a toast says this."""
        self.bot.waitUntil(lambda: words in self.window.bench.notices.toast_text)

    def undo(self) -> None:
        """Take the last change back by its key."""
        self.window.activateWindow()
        self.bot.waitUntil(self.window.isActiveWindow)
        self.window.setFocus()
        self.bot.keyClick(self.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    def dialog(self, kind: type[QDialog]) -> Any:
        """The open dialog of a kind, as soon as there is one."""
        found: list[QDialog] = []

        def look() -> bool:
            found[:] = [each for each in self.window.findChildren(kind) if each.isVisible()]
            return bool(found)

        self.bot.waitUntil(look)
        return found[-1]


def button(widget: QWidget, words: str) -> QPushButton:
    """The visible button with these words."""
    return next(each for each in widget.findChildren(QPushButton) if each.text() == words and each.isVisible())


__all__ = ["ASK", "CALL", "STEPS", "Pages", "RowKind", "button", "fill"]
