"""What can be done to sequences from here: which actions their states allow, and the carrying out with its notices."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QWidget

from opendoors_desktop.gui import sequence_commands as commands
from opendoors_desktop.gui.jobs import Reading
from opendoors_desktop.gui.sequence_commands import Named, Outcome, short
from opendoors_desktop.gui.workbench import Workbench

PAGES: Final = "opendoors_desktop.gui.pages"
"""Where dialogs are loaded from when they are wanted first, in the thread of a question."""

_POSSIBLE: Final = {
    "sequence.activate": ("start", {"draft"}),
    "sequence.pause": ("pause", {"active"}),
    "sequence.resume": ("start", {"paused"}),
    "sequence.stop": ("stop", {"draft", "active", "paused"}),
    "sequence.archive": ("archive", {"draft", "active", "paused", "stopped"}),
    "sequence.restore": ("restore", {"archived"}),
}
"""By action what it does, and in which states."""

MENU: Final = (
    "sequence.activate", "sequence.pause", "sequence.resume", "sequence.stop", "", "sequence.enroll",
    "sequence.clone", "sequence.rename", "tree.move", "", "sequence.archive", "sequence.restore",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """A sequence that an action is meant for, in the state it is shown in."""

    named: Named
    status: str


class SequenceActions(QObject):
    """Does what a person asks of sequences; `made` brings the key of a sequence that is new."""

    made = Signal(object)

    def __init__(self, bench: Workbench, page: QWidget) -> None:
        super().__init__(page)
        self._bench = bench
        self._page = page

    def handlers(self, targets: Sequence[Target]) -> Mapping[str, Callable[[], object]]:
        """The actions that the states of these sequences allow."""
        found: dict[str, Callable[[], object]] = {}
        for action, (verb, states) in _POSSIBLE.items():
            fitting = [each for each in targets if each.status in states]
            if fitting:
                found[action] = lambda verb=verb, fitting=fitting: self.run(verb, fitting)  # type: ignore[misc]
        if len(targets) == 1 and targets[0].status not in {"stopped", "archived"}:
            found["sequence.enroll"] = lambda: self.add_contacts(targets[0])
        if len(targets) == 1:
            found["sequence.clone"] = lambda: self.clone(targets[0])
        return found

    def menu(self, parent: QWidget) -> QMenu:
        """The menu of a sequence: the same actions, those that can't work now shown disabled."""
        menu = QMenu(parent)
        for name in MENU:
            if name:
                self._bench.actions.add_to(menu, [name])
            else:
                menu.addSeparator()
        return menu

    def run(self, verb: str, targets: Sequence[Target]) -> None:
        """Change the state of sequences; one that is started is looked over first."""
        if verb == "start" and len(targets) == 1:
            self.start(targets[0])
        else:
            self._do(verb, [each.named for each in targets])

    def start(self, target: Target) -> None:
        """Look a sequence over, tell all that was found, and start it when the person says so."""
        key = target.named.id

        def look(reading: Reading) -> tuple[Any, Any]:
            from opendoors_desktop.engine.commands.sequence_checks import check_in_unit

            context = self._bench.jobs.context
            assert context is not None  # readings are made of an open store
            return import_module(f"{PAGES}.start_check"), check_in_unit(context, reading.unit, key)

        def show(answer: tuple[Any, Any]) -> None:
            module, found = answer
            dialog = module.StartCheck(self._page, target.named.name, found, resumes=target.status == "paused")
            dialog.accepted.connect(lambda: self._do("start", [target.named]))
            dialog.open()

        self._bench.ask(look, show)

    def clone(self, target: Target) -> None:
        """Make a draft like a sequence, and go to it."""
        told = commands.clone_sequence(target.named)
        words = self.tr("{name} is duplicated").format(name=short(target.named.name))
        self._bench.do(told, words, then=self.made.emit)

    def add_contacts(self, target: Target) -> None:
        """Ask whom to enroll in a sequence."""
        self._bench.ask(
            lambda _reading: import_module(f"{PAGES}.enroll_dialog"),
            lambda module: module.EnrollDialog(self._page, self._bench, target.named).open(),
        )

    def _do(self, verb: str, targets: Sequence[Named]) -> None:
        self._bench.do(commands.change_state(verb, targets), then=lambda outcome: self._tell(verb, outcome))

    def _tell(self, verb: str, outcome: Outcome) -> None:
        if outcome.done:
            words = commands.done_words(verb, [named for named, _ in outcome.done])
            self._bench.notices.toast(words, self._bench.history.undo_of_last())
        if outcome.refused:
            lines = [f"{short(named.name)}: {error.title} {error.advice}" for named, error in outcome.refused]
            self._bench.notices.show_error(commands.several_refused("\n\n".join(lines), len(lines)))
