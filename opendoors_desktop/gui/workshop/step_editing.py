"""Carries out what a person does to steps on the canvas, and asks before it moves people who are in the sequence."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from PySide6.QtCore import QCoreApplication, QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu

from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.domain.flow import Flow
from opendoors_desktop.domain.flow_edit import Place, insert_step, move_step
from opendoors_desktop.domain.flow_places import land, next_legal, place_of
from opendoors_desktop.domain.step import Step, StepType
from opendoors_desktop.gui import step_commands as commands
from opendoors_desktop.gui.formats import count
from opendoors_desktop.gui.jobs import Command, Reading
from opendoors_desktop.gui.step_words import type_word
from opendoors_desktop.gui.widgets.step_canvas import StepCanvas
from opendoors_desktop.gui.workbench import Workbench
from opendoors_desktop.gui.workshop.palette import StepPalette
from opendoors_desktop.store.queries.sequence_steps import StepCard

if TYPE_CHECKING:
    from opendoors_desktop.domain.edit_plan import EditPlan
    from opendoors_desktop.engine.context import Context

TYPES: Final = frozenset(kind.value for kind in StepType)
WAYS: Final = frozenset({"up", "down", "in", "out"})
ACTIONS: Final = {
    **{f"step.add_{kind.value}": kind.value for kind in StepType},
    "step.carry": "carry",
    "step.up": "up",
    "step.down": "down",
    "step.duplicate": "duplicate",
    "step.switch": "switch",
    "step.remove": "remove",
}
"""What actions do to the chosen step, by their names in the table."""

BELOW: Final = 80
"""Pixels below the last step that count as its canvas still."""

MENU: Final = ("step.duplicate", "step.switch", "", "step.carry", "step.up", "step.down", "", "step.remove")


class StepEditing(QObject):
    """`shown` are the steps as they are; `focus_wanted` brings the step that is to have the focus once it stands."""

    focus_wanted = Signal(object)

    def __init__(self, bench: Workbench, canvas: StepCanvas, palette: StepPalette) -> None:
        super().__init__(canvas)
        self._bench = bench
        self._canvas = canvas
        self._palette = palette
        self._sequence_id: UUID | None = None
        self._cards: tuple[StepCard, ...] = ()
        self._chosen: UUID | None = None
        self._flow = Flow(())
        canvas.wanted.connect(self._on_wanted)
        canvas.carrying.dropped.connect(self._on_dropped)
        canvas.carrying.told.connect(self._on_told)
        canvas.carrying.ended.connect(self._focus_chosen)
        palette.wanted.connect(lambda kind: self.act(kind.value))
        palette.carried.connect(self._on_carried)
        palette.dropped.connect(self._on_let_go)

    def show_steps(self, sequence_id: UUID, cards: tuple[StepCard, ...]) -> None:
        """These are the steps of the sequence that is shown."""
        self._sequence_id, self._cards = sequence_id, cards
        self._flow = Flow(tuple(card.step for card in cards))

    def choose(self, step_id: UUID | None) -> None:
        """Actions and the palette are for this step."""
        self._chosen = step_id

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """The actions that work on the chosen step."""
        if self._sequence_id is None:
            return {}
        return {
            name: partial(self.act, verb)
            for name, verb in ACTIONS.items()
            if verb in TYPES or self._chosen in self._flow.by_id
        }

    def menu(self, parent: Any, at: QPoint) -> None:
        """Open the menu of the chosen step."""
        menu = QMenu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in MENU:
            if name:
                self._bench.actions.add_to(menu, [name])
            else:
                menu.addSeparator()
        menu.popup(at)

    # Acts

    def _on_wanted(self, step_id: UUID, verb: str) -> None:
        self._chosen = step_id
        self.act(verb)

    def act(self, verb: str) -> None:
        """Do to the chosen step what a verb says; a type of step is put behind it."""
        if self._sequence_id is None:
            return
        step = self._flow.by_id.get(self._chosen) if self._chosen is not None else None
        if verb in TYPES:
            self._add(StepType(verb), self._behind(step))
        elif step is not None:
            self._do_to(step, verb)

    def _do_to(self, step: Step, verb: str) -> None:
        number = self._flow.number(step.id) or 0
        if verb in WAYS:
            self._move_by_key(step, verb)
        elif verb == "carry":
            card = next((card for card in self._cards if card.step.id == step.id), None)
            if card is not None:
                self._canvas.carrying.begin(card.step, self._canvas.words.title(card), self._cards)
                self._canvas.carrying.take_keys(place_of(self._flow, step.id))
        elif verb == "duplicate":
            told = self.tr("Step {number} is duplicated").format(number=number)
            self._run(commands.duplicate(step, number), told, partial(self._focus_new, self._flow))
        elif verb == "switch":
            told = self.tr("Step {number} is off") if step.is_enabled else self.tr("Step {number} is on")
            self._ask(commands.switched(step), commands.switch(step, number), told.format(number=number))
        elif verb == "remove":
            self._remove(step, number)

    def _remove(self, step: Step, number: int) -> None:
        """Take a step out; the focus goes to the one that follows it, else to the one before."""
        order = [each.id for each in self._flow.ordered]
        rest = [each.id for each in self._flow.lane((step.parent_id, step.branch)) if each.id != step.id]
        place = place_of(self._flow, step.id).index
        others = [key for key in order if key != step.id]
        following = rest[min(place, len(rest) - 1)] if rest else step.parent_id or next(iter(others), None)
        told = self.tr("Step {number} is removed").format(number=number)
        self._ask(
            commands.removed(step, self._context()),
            commands.remove(step, number),
            told,
            lambda _edit: self.focus_wanted.emit(following),
        )

    def _add(self, kind: StepType, place: Place) -> None:
        assert self._sequence_id is not None  # a sequence is shown
        step = commands.new_step(kind, self._sequence_id, is_first=not self._flow.ordered)
        self._put_in(step, place)

    def _put_in(self, step: Step, place: Place) -> None:
        told = self.tr("{type} is added").format(type=type_word(step.type))
        command = commands.add_step(step, place)
        self._ask(lambda flow: insert_step(flow, step, place), command, told, partial(self._focus_new, self._flow))

    def _move_by_key(self, step: Step, way: str) -> None:
        place = next_legal(self._flow, step, place_of(self._flow, step.id), way)
        if place is None:
            self._bench.notices.announce(self.tr("There is no place that way."))
            return
        self._move(step, place)

    def _move(self, step: Step, place: Place) -> None:
        landing = land(self._flow, step, place)
        words = self.tr("Step {old} is now step {number} on day {day}")
        told = words.format(
            old=count(self._flow.number(step.id) or 0), number=count(landing.number), day=count(landing.day)
        )
        command = commands.move(step, self._flow.number(step.id) or 0, place)
        self._ask(
            lambda flow: move_step(flow, step.id, place),
            command,
            told,
            lambda _edit: self.focus_wanted.emit(step.id),
        )

    def _behind(self, step: Step | None) -> Place:
        """The place behind a step, at the end of the list where none is chosen."""
        if step is None:
            return Place(len(self._flow.lane()))
        here = place_of(self._flow, step.id)
        return Place(here.index + 1, here.parent_id, here.branch)

    # Asking

    def _ask(
        self,
        change: Callable[[Flow], Flow],
        command: Command[Any],
        told: str,
        then: Callable[[Any], object] | None = None,
    ) -> None:
        """Do a command; where it moves people in the sequence, only once they have said so."""
        sequence_id = self._sequence_id
        assert sequence_id is not None  # a sequence is shown
        if not any(card.waiting for card in self._cards):
            self._run(command, told, then)
            return

        def foresee(_reading: Reading) -> "EditPlan | None":
            from opendoors_desktop.engine.commands.step_edits import foresee_change

            try:
                return foresee_change(self._context(), sequence_id, change)
            except NotPossible:
                return None  # the command says why

        def decide(plan: "EditPlan | None") -> None:
            if plan is None or not (plan.move or plan.finish):
                self._run(command, told, then)
            else:
                self._bench.notices.ask(
                    self.tr("{what}?").format(what=command.text),
                    effect_of(plan),
                    command.text,
                    lambda: self._run(command, told, then),
                )

        self._bench.ask(foresee, decide)

    def _run(self, command: Command[Any], told: str, then: Callable[[Any], object] | None) -> None:
        """Do a command; what comes next goes by the steps it leaves, before they are read anew."""

        def done(edit: Any) -> None:
            self._flow = Flow(edit.saved.flow.ordered)
            if then is not None:
                then(edit)

        self._bench.do(command, told, done)

    def _context(self) -> "Context":
        context = self._bench.jobs.context
        assert context is not None  # steps are shown of an open store
        return context

    # Carrying

    def _on_carried(self, kind: StepType, at: QPoint) -> None:
        if self._sequence_id is None or not self._cards:
            return
        carrying = self._canvas.carrying
        if not carrying.is_on:
            step = commands.new_step(kind, self._sequence_id, is_first=not self._flow.ordered)
            carrying.begin(step, type_word(kind), self._cards)
            self._canvas.slot.setFocus(Qt.FocusReason.OtherFocusReason)
        self._canvas.carry(self._canvas.mapFromGlobal(at))

    def _on_let_go(self, kind: StepType, at: QPoint) -> None:
        if not self._cards:
            self.act(kind.value)
            return
        ground = self._canvas.visibleRegion().boundingRect().adjusted(0, 0, 0, BELOW)
        if ground.contains(self._canvas.mapFromGlobal(at)):
            self._canvas.carrying.drop()
        else:
            self._canvas.carrying.cancel()

    def _on_dropped(self, step: Step, place: Place) -> None:
        if step.id == commands.NEW:
            self._put_in(step, place)
        else:
            self._move(self._flow.by_id[step.id], place)

    def _on_told(self, words: str, is_legal: bool) -> None:  # as the signal brings it
        self._palette.tell(words, "accent" if is_legal else "danger")
        if words:
            self._bench.notices.announce(words)

    def _focus_chosen(self) -> None:
        view = None if self._chosen is None else self._canvas.view_of(self._chosen)
        if view is not None:
            view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focus_new(self, before: Flow, edit: Any) -> None:
        """Give the focus to the step that wasn't there before."""
        new = [step.id for step in edit.saved.flow.ordered if step.id not in before.by_id]
        if new:
            self.focus_wanted.emit(new[0])


def effect_of(plan: "EditPlan") -> str:
    """What an edit does to the people in the sequence."""
    parts = [
        _count("%n people are in this sequence.", plan.people),
        _count("%n keep their place.", plan.keep) if plan.keep else "",
        _count("%n take another step next.", plan.move) if plan.move else "",
        _count("%n have no step left and are finished.", plan.finish) if plan.finish else "",
    ]
    return " ".join(part for part in parts if part)


def _count(text: str, number: int) -> str:
    return QCoreApplication.translate("StepEditing", text, "", number)
