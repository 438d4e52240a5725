"""The places a step may be put at, in the order they are seen, and where it would stand there: its number and day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from opendoors_desktop.domain.day_line import days_of_steps
from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.domain.flow import MAIN, Flow, Lane
from opendoors_desktop.domain.flow_edit import Place, family_of, insert_step, move_step
from opendoors_desktop.domain.step import Branch, Step, StepType


@dataclass(frozen=True, slots=True)
class Landing:
    """What a step would come to at a place: the steps by then, its number, and its day."""

    flow: Flow
    number: int
    day: int


def places_in(flow: Flow, carried: UUID | None = None) -> list[Place]:
    """Every place of the lanes, from the top down; a place is in front of the step of its index.

    Of a step that is carried the indexes count without it, and the lanes inside it are left out.
    """
    inside = frozenset() if carried is None else family_of(flow, carried)
    return list(_places(flow, MAIN, carried, inside))


def _places(flow: Flow, lane: Lane, carried: UUID | None, inside: frozenset[UUID]) -> Iterator[Place]:
    index = 0
    for step in flow.lane(lane):
        if step.id == carried:
            continue
        yield Place(index, *lane)
        index += 1
        if step.type is StepType.CONDITIONAL and step.id not in inside:
            for branch in Branch:
                yield from _places(flow, (step.id, branch), carried, inside)
    yield Place(index, *lane)


def place_of(flow: Flow, step_id: UUID) -> Place:
    """Where a live step stands."""
    step = flow.by_id[step_id]
    return Place(flow.lane((step.parent_id, step.branch)).index(step), step.parent_id, step.branch)


def land(flow: Flow, step: Step, place: Place) -> Landing:
    """What a new step, or one of the flow, would come to at a place; raises NotPossible where it can't stand there."""
    there = insert_step(flow, step, place) if flow.number(step.id) is None else move_step(flow, step.id, place)
    return Landing(there, there.number(step.id) or 0, days_of_steps(there)[step.id])


def _that_way(places: Sequence[Place], at: Place, way: str) -> list[Place]:
    """The places a key means, the nearest first: up and down through all, in and out by the lanes."""
    index = places.index(at)
    if way == "up":
        return list(reversed(places[:index]))
    behind = list(places[index + 1 :])
    if way == "in":
        return [each for each in behind if each.parent_id is not None and each.index == 0]
    if way == "out" and at.parent_id is None:
        return []
    if way == "out":
        return [each for each in behind if (each.parent_id, each.branch) != (at.parent_id, at.branch)]
    return behind


def next_legal(flow: Flow, step: Step, at: Place, way: str) -> Place | None:
    """The first place that way where a step may stand."""
    places = places_in(flow, step.id if flow.number(step.id) is not None else None)
    for place in _that_way(places, at, way):
        try:
            land(flow, step, place)
        except NotPossible:
            continue
        return place
    return None
