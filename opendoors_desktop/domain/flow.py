"""The order of a sequence's steps: a list with lanes, numbered depth-first, and which step follows for a contact.

Everything that doesn't depend on a contact is worked out once, when the flow is made: where a step stands, what follows
when it or its lane ends. Following a contact then is a walk that only goes forward, so no loop can be built. What is
asked for every email is kept by the ids' numbers, since a UUID is hashed by Python and a number isn't.
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
    has_conditions: bool = field(init=False, repr=False, compare=False)
    """Whether any step that is switched on asks a condition."""
    _numbers: Mapping[int, int] = field(init=False, repr=False, compare=False)
    _lanes: Mapping[Lane, tuple[Step, ...]] = field(init=False, repr=False, compare=False)
    _running: Mapping[int, Step] = field(init=False, repr=False, compare=False)
    _after: Mapping[int, Step | None] = field(init=False, repr=False, compare=False)
    _into: Mapping[tuple[int, Branch], Step | None] = field(init=False, repr=False, compare=False)
    _first: Step | None = field(init=False, repr=False, compare=False)
    _around: Mapping[int, tuple[tuple[Step, Branch], ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out places and successors."""
        lanes = _lanes(step for step in self.steps if step.retired_at is None)
        ordered = _depth_first(lanes)
        numbers = {step.id.int: number for number, step in enumerate(ordered, 1)}
        running = _running(ordered)
        after, into = _successors(ordered, lanes, running)
        made = {
            "ordered": ordered,
            "by_id": {step.id: step for step in self.steps},
            "stray": tuple(step for step in self.steps if step.retired_at is None and step.id.int not in numbers),
            "has_conditions": any(step.conditions is not None for step in running.values()),
            "_numbers": numbers,
            "_lanes": lanes,
            "_running": running,
            "_after": {step.id.int: after[step.id] for step in ordered},
            "_into": {(step_id.int, branch): step for (step_id, branch), step in into.items() if step_id and branch},
            "_first": into[MAIN],
            "_around": _around(ordered),
        }
        for name, value in made.items():
            object.__setattr__(self, name, value)

    def number(self, step_id: UUID) -> int | None:
        """The step's number, depth-first from 1; None for one that is retired, stray or unknown."""
        return self._numbers.get(step_id.int)

    def lane(self, lane: Lane = MAIN) -> tuple[Step, ...]:
        """The live steps of one lane, in order."""
        return self._lanes.get(lane, ())

    def is_running(self, step_id: UUID) -> bool:
        """Whether the step is live, and it and every conditional step around it is switched on."""
        return step_id.int in self._running

    def running_step(self, step_id: UUID) -> Step | None:
        """The step, if it is running (see `is_running`)."""
        return self._running.get(step_id.int)

    def running(self) -> tuple[Step, ...]:
        """The live steps that are switched on, depth-first."""
        return tuple(self._running.values())

    def first(self) -> Step | None:
        """The first step of the main list that is switched on."""
        return self._first

    def ancestors(self, step_id: UUID) -> tuple[tuple[Step, Branch], ...]:
        """The conditional steps around a step that has a number, each with its lane to it, the outermost first."""
        return self._around[step_id.int]

    def successors(self, step_id: UUID) -> frozenset[UUID]:
        """The running steps that may come next for a contact behind this one, by whatever lane."""
        follow = [self._after[step_id.int]]
        if self.by_id[step_id].type is StepType.CONDITIONAL:
            follow = [self._into[step_id.int, branch] for branch in Branch]
        return frozenset(each.id for each in follow if each is not None)

    def next_after(self, step_id: UUID, records: Sequence[StepRecord]) -> Step | None:
        """The next step this contact hasn't been through, walking on from a running one; None at the end.

        A conditional step leads into the lane its record names, and behind itself where it has none. Steps with a
        record are walked over, so none comes twice in a round.
        """
        results = {record.step_id.int: record.result for record in records}
        at = step_id.int
        while True:
            branch = CHOSEN.get(results[at]) if at in results else None
            step = self._after[at] if branch is None else self._into[at, branch]
            if step is None or step.id.int not in results:
                return step
            at = step.id.int


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


def _running(ordered: Sequence[Step]) -> dict[int, Step]:
    """The running steps, depth-first; parents come before their lanes, so one pass is enough."""
    running: dict[int, Step] = {}
    for step in ordered:
        if step.is_enabled and (step.parent_id is None or step.parent_id.int in running):
            running[step.id.int] = step
    return running


def _around(ordered: Sequence[Step]) -> dict[int, tuple[tuple[Step, Branch], ...]]:
    """What stands around each step; parents come before their lanes here too."""
    steps = {step.id: step for step in ordered}
    around: dict[int, tuple[tuple[Step, Branch], ...]] = {}
    for step in ordered:
        outer: tuple[tuple[Step, Branch], ...] = ()
        if step.parent_id is not None and step.branch is not None:
            outer = (*around[step.parent_id.int], (steps[step.parent_id], step.branch))
        around[step.id.int] = outer
    return around


def _successors(
    ordered: Sequence[Step], lanes: Mapping[Lane, tuple[Step, ...]], running: Mapping[int, Step]
) -> tuple[dict[UUID, Step | None], dict[Lane, Step | None]]:
    """What follows a step when it is over, and what a lane begins with: a running step, or None for the end.

    A lane that is empty or over leads behind its conditional step, or to the end where it finishes.
    """
    after: dict[UUID, Step | None] = {}
    into: dict[Lane, Step | None] = {}

    def chain(lane: Lane, behind: Step | None) -> None:
        follows = behind
        for step in reversed(lanes.get(lane, ())):
            after[step.id] = follows
            follows = running.get(step.id.int, follows)
        into[lane] = follows

    chain(MAIN, None)
    for step in ordered:
        if step.type is StepType.CONDITIONAL:
            for branch in Branch:
                chain((step.id, branch), None if step.finishes(branch) else after[step.id])
    return after, into
