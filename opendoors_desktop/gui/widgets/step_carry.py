"""A step on its way to another place: the canvas opens a slot where it would stand, and says its number and day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from PySide6.QtCore import QObject, QPoint, Qt, Signal

from opendoors_desktop.domain.day_line import days_of_steps
from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.domain.flow import Flow
from opendoors_desktop.domain.flow_edit import Place
from opendoors_desktop.domain.flow_places import Landing, land, next_legal, place_of
from opendoors_desktop.domain.step import Step
from opendoors_desktop.gui.canvas_plan import Box, Gap
from opendoors_desktop.gui.formats import count
from opendoors_desktop.gui.widgets.step_slot import StepSlot
from opendoors_desktop.store.queries.sequence_steps import StepCard
from opendoors_desktop.store.queries.step_figures import StepFigures


@dataclass(frozen=True, slots=True)
class Carried:
    """A step that is carried: what it is called, and the place it comes from (None: it is new)."""

    step: Step
    name: str
    start: Place | None


class StepCarry(QObject):
    """`dropped` brings the step and its new place, `told` what dropping would do, or why not, and "" at the end.

    `shows` is given the steps as they would stand, None for as they stand; `gaps` tells where places lie on the canvas.
    """

    dropped = Signal(object, object)
    told = Signal(str, bool)
    ended = Signal()

    def __init__(
        self,
        slot: StepSlot,
        shows: Callable[[Sequence[StepCard] | None, UUID | None], None],
        gaps: Callable[[], Sequence[Gap]],
    ) -> None:
        super().__init__(slot.parent())
        self._slot, self._shows, self._gaps_of = slot, shows, gaps
        self._carried: Carried | None = None
        self._flow = Flow(())
        self._cards: Mapping[UUID, StepCard] = {}
        self._gaps: Sequence[Gap] = ()
        self._at: Place | None = None
        slot.pressed.connect(self._press)
        slot.left.connect(self.cancel)

    @property
    def is_on(self) -> bool:
        """Whether a step is carried."""
        return self._carried is not None

    def begin(self, step: Step, name: str, cards: Sequence[StepCard]) -> None:
        """Pick a step up, one of `cards` or a new one."""
        self._flow = Flow(tuple(card.step for card in cards))
        self._cards = {card.step.id: card for card in cards}
        start = place_of(self._flow, step.id) if step.id in self._cards else None
        self._carried = Carried(step, name, start)
        self._gaps = self._gaps_of()
        self._at = None

    def take_keys(self, behind: Place) -> None:
        """Open the slot where the step stands, or at a place for a new one, and give it the keys."""
        if self._carried is not None:
            self._put(self._carried.start or behind)
            self._slot.setFocus(Qt.FocusReason.OtherFocusReason)

    def follow(self, at: QPoint) -> None:
        """The mouse carries the step over a point of the canvas."""
        gap = nearest_gap(self._gaps, at.x(), at.y())
        if self._carried is not None and gap is not None:
            self._put(self._without_itself(gap.place))

    def drop(self) -> None:
        """Put the step down where the slot is."""
        carried, at = self._carried, self._at
        self._end()
        if carried is not None and at is not None and at != carried.start:
            self.dropped.emit(carried.step, at)

    def cancel(self) -> None:
        """Put the step back."""
        if self.is_on:
            self._end()

    def _end(self) -> None:
        self._carried = None
        self._slot.hide()
        self._shows(None, None)
        self.told.emit("", True)
        self.ended.emit()

    def _without_itself(self, place: Place) -> Place:
        """A place counted without the step that is carried."""
        start = None if self._carried is None else self._carried.start
        same = start is not None and (start.parent_id, start.branch) == (place.parent_id, place.branch)
        return (
            replace(place, index=place.index - 1) if start is not None and same and place.index > start.index else place
        )

    def _put(self, place: Place) -> None:
        if place == self._at or self._carried is None:
            return
        try:
            landing = land(self._flow, self._carried.step, place)
        except NotPossible as error:
            self.told.emit(f"{error.title} {error.advice}", False)
            return
        self._at = place
        self._shows(self._cards_of(landing), self._carried.step.id)
        words = self._words(landing)
        self._slot.tell(words, self._carried.name)
        self.told.emit(words, True)

    def _words(self, landing: Landing) -> str:
        carried = self._carried
        if carried is not None and carried.start is None:
            words = self.tr("Insert as step {number} on day {day}")
        elif carried is not None and carried.start == self._at:
            words = self.tr("Step {number} on day {day}, as it was")
        else:
            words = self.tr("Move to step {number} on day {day}")
        return words.format(number=count(landing.number), day=count(landing.day))

    def _cards_of(self, landing: Landing) -> list[StepCard]:
        days = days_of_steps(landing.flow)
        return [
            replace(self._cards[step.id], step=step, day=days[step.id])
            if step.id in self._cards
            else StepCard(step, "", 0, landing.day, 0, True, StepFigures(), (), 0)
            for step in landing.flow.ordered
        ]

    def _press(self, key: str) -> None:
        if key == "drop":
            self.drop()
        elif key == "cancel":
            self.cancel()
        elif self._at is not None:
            step = None if self._carried is None else self._carried.step
            place = None if step is None else next_legal(self._flow, step, self._at, key)
            if place is not None:
                self._put(place)


def nearest_gap(gaps: Sequence[Gap], x: int, y: int) -> Gap | None:
    """The gap a point means: of the innermost lane it lies in, the nearest one above or below."""
    around = [
        gap for gap in gaps if gap.ground.left <= x < gap.ground.right and gap.ground.top <= y < gap.ground.bottom
    ]
    depth = max((gap.depth for gap in around), default=0)
    inner = [gap for gap in around if gap.depth == depth] or [gap for gap in gaps if gap.depth == 0]
    return min(inner, key=lambda gap: abs(gap.middle - y), default=None)


def _is_in(box: Box, x: int, y: int) -> bool:
    return box.left <= x < box.right and box.top <= y < box.bottom
