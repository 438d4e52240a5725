"""The order of a sequence's steps: a list with lanes, numbered depth-first, and which step follows for a contact.

Everything that doesn't depend on a contact is worked out once, when the flow is made: where a step stands, what follows
when it or its lane ends. Following a contact then is a walk that only goes forward, so no loop can be built.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias
from uuid import UUID

from opendoors_desktop.domain.step import Branch, Step, StepRecord, StepResult, StepType

Lane: TypeAlias = tuple[UUID | None, Branch | None]
"""Where a step stands: its conditional step and lane, or (None, None) for the main list."""

MAIN: Lane = (None, None)
CHOSEN = {StepResult.YES: Branch.YES, StepResult.NO: Branch.NO}
"""The lane that a record of a conditional step names."""


@dataclass(frozen=True, slots=True)
class Flow:
    """All steps of a sequence, in any order and with the retired ones; equal where the steps are equal."""

    steps: tuple[Step, ...]
    ordered: tuple[Step, ...] = field(init=False, repr=False, compare=False)
    """The live steps depth-first; those that no lane reaches are left out."""
    by_id: Mapping[UUID, Step] = field(init=False, repr=False, compare=False)
    stray: tuple[Step, ...] = field(init=False, repr=False, compare=False)
    """Live steps that no lane reaches: their parent is missing, retired, no conditional step, or part of a loop."""
    _numbers: Mapping[UUID, int] = field(init=False, repr=False, compare=False)
    _lanes: Mapping[Lane, tuple[Step, ...]] = field(init=False, repr=False, compare=False)
    _running: frozenset[UUID] = field(init=False, repr=False, compare=False)
    _after: Mapping[UUID, UUID | None] = field(init=False, repr=False, compare=False)
    _into: Mapping[Lane, UUID | None] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out places and successors."""
        lanes = _lanes(step for step in self.steps if step.retired_at is None)
        ordered = _depth_first(lanes)
        numbers = {step.id: number for number, step in enumerate(ordered, 1)}
        running = _running(ordered)
        after, into = _successors(ordered, lanes, running)
        made = {
            "ordered": ordered,
            "by_id": {step.id: step for step in self.steps},
            "stray": tuple(step for step in self.steps if step.retired_at is None and step.id not in numbers),
            "_numbers": numbers,
            "_lanes": lanes,
            "_running": running,
            "_after": after,
            "_into": into,
        }
        for name, value in made.items():
            object.__setattr__(self, name, value)

    def number(self, step_id: UUID) -> int | None:
        """The step's number, depth-first from 1; None for one that is retired, stray or unknown."""
        return self._numbers.get(step_id)

    def lane(self, lane: Lane = MAIN) -> tuple[Step, ...]:
        """The live steps of one lane, in order."""
        return self._lanes.get(lane, ())

    def is_running(self, step_id: UUID) -> bool:
        """Whether the step is live, and it and every conditional step around it is switched on."""
        return step_id in self._running

    def running(self) -> tuple[Step, ...]:
        """The live steps that are switched on, depth-first."""
        return tuple(step for step in self.ordered if step.id in self._running)

    def first(self) -> Step | None:
        """The first step of the main list that is switched on."""
        first = self._into[MAIN]
        return None if first is None else self.by_id[first]

    def ancestors(self, step_id: UUID) -> tuple[tuple[Step, Branch], ...]:
        """The conditional steps around a live step, each with the lane that leads to it, the outermost first."""
        around: list[tuple[Step, Branch]] = []
        step = self.by_id[step_id]
        while step.parent_id is not None and step.branch is not None:
            around.append((self.by_id[step.parent_id], step.branch))
            step = self.by_id[step.parent_id]
        return tuple(reversed(around))

    def successors(self, step_id: UUID) -> frozenset[UUID]:
        """The running steps that may come next for a contact behind this one, by whatever lane."""
        follow = {self._after[step_id]}
        if self.by_id[step_id].type is StepType.CONDITIONAL:
            follow = {self._into[step_id, branch] for branch in Branch}
        return frozenset(each for each in follow if each is not None)

    def next_after(self, step_id: UUID, records: Sequence[StepRecord]) -> Step | None:
        """The next step this contact hasn't been through, walking on from a running one; None at the end.

        A conditional step leads into the lane its record names, and behind itself where it has none. Steps with a
        record are walked over, so none comes twice in a round.
        """
        results = {record.step_id: record.result for record in records}
        at: UUID | None = step_id
        while at is not None:
            branch = CHOSEN.get(results[at]) if at in results else None
            at = self._after[at] if branch is None else self._into[at, branch]
            if at is not None and at not in results:
                return self.by_id[at]
        return None


def renumber(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps with `order` counted depth-first from 1 over the live ones; retired and stray ones stay as they are."""
    flow = Flow(tuple(steps))
    return tuple(
        step if flow.number(step.id) in {None, step.order} else replace(step, order=flow.number(step.id) or step.order)
        for step in flow.steps
    )


def _lanes(live: Iterable[Step]) -> dict[Lane, tuple[Step, ...]]:
    lanes: dict[Lane, list[Step]] = {}
    for step in live:
        lanes.setdefault((step.parent_id, step.branch), []).append(step)
    return {lane: tuple(sorted(steps, key=_place)) for lane, steps in lanes.items()}


def _place(step: Step) -> tuple[int, UUID]:
    return step.order, step.id


def _depth_first(lanes: Mapping[Lane, tuple[Step, ...]]) -> tuple[Step, ...]:
    ordered: list[Step] = []
    ahead = list(reversed(lanes.get(MAIN, ())))
    while ahead:
        step = ahead.pop()
        ordered.append(step)
        if step.type is StepType.CONDITIONAL:
            ahead.extend(reversed(lanes.get((step.id, Branch.YES), ()) + lanes.get((step.id, Branch.NO), ())))
    return tuple(ordered)


def _running(ordered: Sequence[Step]) -> frozenset[UUID]:
    """Parents come before their lanes, so one pass is enough."""
    running: set[UUID] = set()
    for step in ordered:
        if step.is_enabled and (step.parent_id is None or step.parent_id in running):
            running.add(step.id)
    return frozenset(running)


def _successors(
    ordered: Sequence[Step], lanes: Mapping[Lane, tuple[Step, ...]], running: frozenset[UUID]
) -> tuple[dict[UUID, UUID | None], dict[Lane, UUID | None]]:
    """What follows a step when it is over, and what a lane begins with: a running step, or None for the end.

    A lane that is empty or over leads behind its conditional step, or to the end where it finishes.
    """
    after: dict[UUID, UUID | None] = {}
    into: dict[Lane, UUID | None] = {}

    def chain(lane: Lane, behind: UUID | None) -> None:
        follows = behind
        for step in reversed(lanes.get(lane, ())):
            after[step.id] = follows
            follows = step.id if step.id in running else follows
        into[lane] = follows

    chain(MAIN, None)
    for step in ordered:
        if step.type is StepType.CONDITIONAL:
            for branch in Branch:
                chain((step.id, branch), None if step.finishes(branch) else after[step.id])
    return after, into
