"""Edits of a sequence's steps: put in, move, take out, switch; each gives new steps or says why not."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from opendoors_desktop.domain.condition import Comparison, Group, referred_steps
from opendoors_desktop.domain.errors import NotFound, NotPossible
from opendoors_desktop.domain.flow import Flow, renumber
from opendoors_desktop.domain.step import Branch, Step, StepType


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step goes: the lane (a conditional step's, or the main list) and the index in it, counted from 0.

    An index past the end means the end.
    """

    index: int
    parent_id: UUID | None = None
    branch: Branch | None = None


def insert_step(flow: Flow, step: Step, place: Place) -> Flow:
    """The flow with a new step at a place; raises NotPossible for a lane that isn't there."""
    _check_lane(flow, place)
    return _placed(flow.steps, step, place)


def move_step(flow: Flow, step_id: UUID, place: Place) -> Flow:
    """The flow with a step, and all in its lanes, at another place; the index counts without the step itself.

    Raises NotPossible for a lane that isn't there or lies inside the step, and where a condition would then refer to a
    step that comes later.
    """
    step = get_step(flow, step_id)
    _check_lane(flow, place)
    if place.parent_id in family_of(flow, step.id):
        raise NotPossible(
            f"Step {flow.number(step_id)} can't be moved into its own lane.",
            "Choose a place outside of it.",
            code="own_lane",
        )
    moved = _placed((each for each in flow.steps if each.id != step_id), step, place)
    backward = forward_references(moved)
    if backward:
        told = "; ".join(f"step {moved.number(a)} asks for step {moved.number(b)}" for a, b in backward)
        raise NotPossible(
            f"A condition would refer to a later step: {told}.",
            "Change the condition first, or move its step along.",
            code="later_step",
        )
    return moved


def remove_step(flow: Flow, step_id: UUID, with_history: Collection[UUID], at: datetime) -> Flow:
    """The flow without a step and all in its lanes; of these the ones with history are retired at `at`, not deleted.

    Raises NotPossible with the list of conditions of other steps that refer to any of them.
    """
    step = get_step(flow, step_id)
    family = family_of(flow, step.id)
    referring = [
        other
        for other in flow.ordered
        if other.id not in family and not family.isdisjoint(referred_steps(other.conditions))
    ]
    if referring:
        numbers = " and ".join(str(flow.number(other.id)) for other in referring)
        raise NotPossible(
            f"Step {flow.number(step_id)} can't be removed: the conditions of step {numbers} refer to it.",
            "Change or remove these conditions first.",
            where=", ".join(f"step {flow.number(other.id)}" for other in referring),
            code="step_referred_to",
        )
    kept = set(with_history)
    for member in flow.ordered:
        if member.id in with_history:
            kept.update(parent.id for parent, _ in flow.ancestors(member.id))
    steps = [
        replace(each, retired_at=at) if each.id in family else each
        for each in flow.steps
        if each.id not in family or each.id in kept
    ]
    return Flow(renumber(steps))


def replace_step(flow: Flow, step: Step) -> Flow:
    """The flow with a step's own settings changed; where it stands is kept. Raises NotFound for an unknown one."""
    old = get_step(flow, step.id)
    kept = replace(step, order=old.order, parent_id=old.parent_id, branch=old.branch, retired_at=None)
    return Flow(tuple(kept if each.id == step.id else each for each in flow.steps))


def get_step(flow: Flow, step_id: UUID) -> Step:
    """A live step; raises NotFound where there is none of that id."""
    if flow.number(step_id) is None:
        raise NotFound("There is no such step in this sequence.", "Look at the steps again.", where=str(step_id))
    return flow.by_id[step_id]


def copy_steps(flow: Flow, sequence_id: UUID, make_id: Callable[[], UUID]) -> Flow:
    """The live steps under new ids in another sequence, lanes and conditions pointing at the copies; no winners."""
    ids = {step.id: make_id() for step in flow.ordered}
    return Flow(tuple(replace(_copied(step, ids), sequence_id=sequence_id) for step in flow.ordered))


def duplicate_step(flow: Flow, step_id: UUID, make_id: Callable[[], UUID]) -> tuple[Flow, dict[UUID, UUID]]:
    """The flow with a copy of a step, and of all in its lanes, behind it; and the copies' ids by those they are of.

    Conditions of copies refer to copies, where what they refer to is copied. No test of a copy has a winner.
    """
    step = get_step(flow, step_id)
    family = [each for each in flow.ordered if each.id in family_of(flow, step_id)]
    ids = {each.id: make_id() for each in family}
    index = flow.lane((step.parent_id, step.branch)).index(step)
    copies = [_copied(each, ids) for each in family]
    first = replace(copies[0], parent_id=None, branch=None)
    placed = _placed(flow.steps, first, Place(index + 1, step.parent_id, step.branch))
    return Flow(renumber((*placed.steps, *copies[1:]))), ids


def _copied(step: Step, ids: Mapping[UUID, UUID]) -> Step:
    return replace(
        step,
        id=ids[step.id],
        parent_id=ids.get(step.parent_id) if step.parent_id is not None else None,
        conditions=None if step.conditions is None else _pointed(step.conditions, ids),
        ab_test=None if step.ab_test is None else replace(step.ab_test, winner_id=None),
    )


def forward_references(flow: Flow) -> tuple[tuple[UUID, UUID], ...]:
    """The pairs (step, step it refers to) where the condition's step doesn't come earlier depth-first."""
    pairs = []
    for number, step in enumerate(flow.ordered, 1):
        for referred in referred_steps(step.conditions):
            other = flow.number(referred)
            if other is not None and other >= number:
                pairs.append((step.id, referred))
    return tuple(sorted(pairs, key=lambda pair: (flow.number(pair[0]) or 0, flow.number(pair[1]) or 0)))


def _pointed(condition: Group, ids: Mapping[UUID, UUID]) -> Group:
    def member(each: Comparison | Group) -> Comparison | Group:
        if isinstance(each, Group):
            return _pointed(each, ids)
        return each if each.step_id is None else replace(each, step_id=ids.get(each.step_id, each.step_id))

    return Group(condition.operator, tuple(member(each) for each in condition.members))


def _check_lane(flow: Flow, place: Place) -> None:
    if (place.parent_id is None) != (place.branch is None):
        raise NotPossible("A lane is named by its conditional step and by yes or no.", "Give both, or neither.")
    if place.parent_id is not None and get_step(flow, place.parent_id).type is not StepType.CONDITIONAL:
        raise NotPossible(
            f"Step {flow.number(place.parent_id)} has no lanes.", "Only conditional steps have.", code="no_lane"
        )


def family_of(flow: Flow, step_id: UUID) -> frozenset[UUID]:
    """A step and all live ones in its lanes, however deep."""
    family = {step_id}
    for each in flow.ordered:
        if each.parent_id in family:
            family.add(each.id)
    return frozenset(family)


def _placed(others: Iterable[Step], step: Step, place: Place) -> Flow:
    """Give the steps of the lane new orders with the step among them, then number all depth-first."""
    rest = Flow(tuple(others))
    lane = list(rest.lane((place.parent_id, place.branch)))
    lane.insert(place.index, step)
    orders = {each.id: order for order, each in enumerate(lane)}
    placed = replace(step, parent_id=place.parent_id, branch=place.branch, retired_at=None)
    steps = [replace(each, order=orders[each.id]) if each.id in orders else each for each in (*rest.steps, placed)]
    return Flow(renumber(steps))
