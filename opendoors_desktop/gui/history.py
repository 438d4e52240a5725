"""What can be undone and redone: every change a person made in this window, newest last."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack
from shiboken6 import isValid

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


@dataclass(slots=True, eq=False)
class Turn:
    """A place in the line of what a person asked for: what is to happen in it, None while that isn't known."""

    act: Callable[[], object] | None = None


class History(QObject):
    """One stack of changes; each is taken back by a command of its own, off the main thread.

    What was asked for first comes first: an undo waits for the commands that were begun before it. `failed` brings what
    kept a change from being taken back; that change is forgotten then, the others stay. `changed` says that there may
    be another change to undo or redo than before.
    """

    changed = Signal()
    undone = Signal(str)
    redone = Signal(str)
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(200)
        self.stack.indexChanged.connect(self.changed)
        self._jobs = jobs
        self._line: deque[Turn] = deque()
        self._last: _Change | None = None

    @property
    def to_undo(self) -> str | None:
        """What an undo would take back; "" where that is still being written, None where there is nothing."""
        if self._line:
            return ""
        return self.stack.undoText() if self.stack.canUndo() else None

    @property
    def to_redo(self) -> str | None:
        """What a redo would do again; None where there is nothing."""
        return self.stack.redoText() if self.stack.canRedo() else None

    def expect(self) -> Turn:
        """A command with an undo is begun; its turn is to be given back by `settle` or `give_up`."""
        turn = Turn()
        self._line.append(turn)
        self.changed.emit()
        return turn

    def settle(self, turn: Turn, command: Command[Any], result: Any) -> None:
        """The command of a turn was done."""
        change = self._last = _Change(self, command, result)
        self._pass(turn, lambda: self.stack.push(change))

    def give_up(self, turn: Turn) -> None:
        """The command of a turn failed: there is nothing to undo."""
        self._pass(turn, lambda: None)

    def add(self, command: Command[Any], result: Any) -> None:
        """A command with an undo was done that nobody waited for."""
        self.settle(self.expect(), command, result)

    def undo(self) -> None:
        """Take the newest change back."""
        self._pass(self.expect(), self._undo)

    def redo(self) -> None:
        """Do the change again that was taken back last."""
        self._pass(self.expect(), self._redo)

    def undo_of_last(self) -> Callable[[], None]:
        """What takes the change back that was added last, and no other, whatever has come after it by then."""
        change = self._last

        def undo() -> None:
            if change is not None:
                self._pass(self.expect(), lambda: self._undo_one(change))

        return undo

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

    def _pass(self, turn: Turn, act: Callable[[], object]) -> None:
        turn.act = act
        while self._line and (ready := self._line[0].act) is not None:
            self._line.popleft()
            ready()
        self.changed.emit()

    def _undo(self) -> None:
        while (index := self.stack.index()) and self.stack.command(index - 1).isObsolete():
            self.stack.undo()  # drops it
        self.stack.undo()

    def _redo(self) -> None:
        while self.stack.canRedo() and self.stack.command(self.stack.index()).isObsolete():
            self.stack.redo()  # drops it
        self.stack.redo()

    def _undo_one(self, change: _Change) -> None:
        if not change.is_done:
            return
        if self.stack.index() and self.stack.command(self.stack.index() - 1) is change:
            self.stack.undo()
            return
        self._forget(change)
        change.undo()

    def _on_failed(self, change: _Change, error: Exception) -> None:
        self._forget(change)
        self.failed.emit(error)

    def _forget(self, change: _Change) -> None:
        if isValid(change):  # else the stack has let go of it
            change.setObsolete(True)
