"""What can be undone and redone: every change a person made in this window, newest last."""

from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from opendoors_desktop.gui.jobs import Command, Jobs


class _Change(QUndoCommand):
    """A command that was done, with what it gave."""

    def __init__(self, history: "History", command: Command[Any], result: Any) -> None:
        super().__init__(command.text)
        self.history = history
        self.command = command
        self.result = result
        self.is_done = True

    def undo(self) -> None:
        self.is_done = False
        self.history.take_back(self)

    def redo(self) -> None:
        if not self.is_done:  # the stack calls this also for what was done before it was pushed
            self.is_done = True
            self.history.do_again(self)


class History(QObject):
    """One stack of changes; each is taken back by a command of its own, off the main thread.

    `failed` brings what kept a change from being taken back; that change is forgotten then, the others stay.
    """

    undone = Signal(str)
    redone = Signal(str)
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(200)
        self._jobs = jobs

    def add(self, command: Command[Any], result: Any) -> None:
        """A command with an undo was done."""
        self.stack.push(_Change(self, command, result))

    def undo(self) -> None:
        """Take the newest change back."""
        self.stack.undo()

    def redo(self) -> None:
        """Do the change again that was taken back last."""
        self.stack.redo()

    def take_back(self, change: _Change) -> None:
        """Run the undo of a change."""
        undo = change.command.undo
        assert undo is not None  # only such are added
        self._jobs.write(
            lambda context: undo(context, change.result),
            lambda _: self.undone.emit(change.command.text),
            lambda error: self._on_failed(change, error),
        )

    def do_again(self, change: _Change) -> None:
        """Run a change once more."""

        def do(context: Any) -> None:
            # Here, not when it is told: an undo may stand in line behind it already.
            change.result = change.command.do(context)

        self._jobs.write(
            do, lambda _: self.redone.emit(change.command.text), lambda error: self._on_failed(change, error)
        )

    def _on_failed(self, change: _Change, error: Exception) -> None:
        change.setObsolete(True)
        self.failed.emit(error)
