"""What was chosen of late in the command palette, the latest first, so that it is offered first the next time."""

from typing import Final

from PySide6.QtCore import QObject, Signal

MOST: Final = 50
"""Of so many commands is remembered when they were chosen."""


class Recent(QObject):
    """Names of actions by when they were chosen last; `changed` says that one was."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._names: list[str] = []

    @property
    def names(self) -> list[str]:
        """The names, the latest first."""
        return list(self._names)

    def take_up(self, known: object) -> None:
        """Begin with what `names` gave in an earlier run; what is no list of names is left."""
        if isinstance(known, list):
            self._names = [name for name in known if isinstance(name, str)][:MOST]

    def note(self, name: str) -> None:
        """Note that an action was chosen now."""
        self._names = [name, *(each for each in self._names if each != name)][:MOST]
        self.changed.emit()

    def rank(self, name: str) -> int:
        """How many were chosen since; as many as there are for one that never was."""
        return self._names.index(name) if name in self._names else len(self._names)
