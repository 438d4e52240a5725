"""Where cards, lanes and lines stand on a step canvas, whatever its width and however deep lanes lie."""

from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from opendoors_desktop.domain.send_window import Delay
from opendoors_desktop.domain.step import Branch, Step, StepType
from opendoors_desktop.gui.canvas_plan import GUTTER, LEAST, Box, Plan, plan_of
from opendoors_desktop.store.queries.sequence_steps import StepCard
from opendoors_desktop.store.queries.step_figures import StepFigures

SEQUENCE = UUID(int=1)


def key(number: int) -> UUID:
    return UUID(int=1000 + number)


def card(
    number: int, kind: StepType = StepType.EMAIL, *, into: tuple[int, Branch] | None = None, days: int = 0,
    depth: int = 0, **more: Any,
) -> StepCard:  # fmt: skip
    step = Step(
        key(number), SEQUENCE, number, kind, delay=Delay(days=days),
        parent_id=None if into is None else key(into[0]), branch=None if into is None else into[1], **more,
    )  # fmt: skip
    return StepCard(step, "", number, 1, depth, True, StepFigures(), (), 0)


ASK = StepType.CONDITIONAL
CARDS = [
    card(1),
    card(2, ASK, days=2),
    card(3, into=(2, Branch.YES), depth=1),
    card(4, into=(2, Branch.NO), depth=1),
    card(5, into=(2, Branch.NO), days=1, depth=1),
    card(6, days=3),
]


def nested(depth: int) -> list[StepCard]:
    """A conditional step in the yes lane of another, and so on."""
    cards, into = [], None
    for number in range(1, depth + 1):
        cards.append(card(number, ASK, into=into, depth=number - 1))
        into = (number, Branch.YES)
    return [*cards, card(depth + 1, into=into, depth=depth)]


def laid_out(cards: list[StepCard], width: int) -> Plan:
    return plan_of(cards, width, round)


def overlaps(one: Box, other: Box) -> bool:
    return one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom


@pytest.mark.parametrize("width", [360, 560, 712, 1200])
@pytest.mark.parametrize("cards", [CARDS, nested(2), nested(5), [card(n, days=n % 2) for n in range(1, 60)]])
def test_no_card_covers_another_and_none_sticks_out_of_its_lane(cards: list[StepCard], width: int):
    plan = laid_out(cards, width)
    boxes = list(plan.cards.values())
    assert len(boxes) == len(cards)
    assert not any(overlaps(one, other) for n, one in enumerate(boxes) for other in boxes[n + 1 :])
    assert all(box.width >= LEAST and box.left >= GUTTER for box in boxes)
    assert max(box.bottom for box in boxes) < plan.flag < plan.height
    lanes = {(lane.step_id, lane.branch): lane.box for lane in plan.lanes}
    for each in cards:
        if each.step.parent_id is not None and each.step.branch is not None:
            box, lane = plan.cards[each.step.id], lanes[each.step.parent_id, each.step.branch]
            assert lane.top < box.top
            assert box.bottom <= lane.bottom


def test_lanes_stand_beside_each_other_where_there_is_room_and_else_below():
    yes, no = (lane.box for lane in laid_out(CARDS, 900).lanes)
    assert (yes.top, yes.bottom) == (no.top, no.bottom)
    assert yes.right < no.left

    yes, no = (lane.box for lane in laid_out(CARDS, 500).lanes)
    assert yes.bottom < no.top


def test_the_main_line_has_a_day_for_each_of_its_steps_and_a_ring_for_each_wait():
    plan = laid_out(CARDS, 900)
    assert [step_id for step_id, _ in plan.nodes] == [key(1), key(2), key(6)]
    assert [(wait.step_id, wait.on_line) for wait in plan.waits] == [(key(2), True), (key(5), False), (key(6), True)]
    assert all(upper < lower for (_, upper), (_, lower) in pairwise(plan.nodes))


def test_a_lane_that_finishes_has_no_line_back():
    goes_on = laid_out([card(1, ASK), card(2, into=(1, Branch.YES)), card(3)], 900).lines
    ends = laid_out([card(1, ASK, finish_no=True), card(2, into=(1, Branch.YES)), card(3)], 900).lines
    assert len(ends) == len(goes_on) - 1


def test_an_empty_sequence_has_a_plan():
    assert laid_out([], 900).cards == {}
