"""Where everything on a step canvas stands: cards, lanes, waits, days and the line between them, in pixels.

Places are those of a language that runs from left to right; the canvas mirrors them where it doesn't.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.flow import MAIN, Lane
from opendoors_desktop.domain.flow_edit import Place
from opendoors_desktop.domain.step import Branch, StepType
from opendoors_desktop.store.queries.sequence_steps import StepCard

GUTTER: Final = 112
LINE: Final = 92
MARGIN: Final = 20
CARD, LANE_CARD = 56, 54
WIDEST: Final = 720
GAP: Final = 12
WAIT: Final = 32
LANE_HEAD: Final = 34
LANE_PAD: Final = 8
FORK: Final = 20
STACKS_BELOW: Final = 560
"""Lanes stand below each other where there is less room than this, in design pixels."""

LEAST: Final = 200
"""No card is narrower; lanes so deep that there is no room for one aren't put further in."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first pixel behind it."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The first pixel below it."""
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class LaneBox:
    """A lane of a conditional step: its ground, whether it ends the sequence, and how many stand in it."""

    step_id: UUID
    branch: Branch
    box: Box
    steps: int
    finishes: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """The wait before a step, with where its words begin; `on_line` is where the line has a ring for it, if it has."""

    step_id: UUID
    left: int
    middle: int
    on_line: bool


@dataclass(slots=True)
class Plan:
    """A laid out sequence. `nodes` are the days on the line: step and height; `lines` are connectors by their ends."""

    cards: dict[UUID, Box] = field(default_factory=dict)
    lanes: list[LaneBox] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    nodes: list[tuple[UUID, int]] = field(default_factory=list)
    lines: list[tuple[int, int, int, int]] = field(default_factory=list)
    flag: int = 0
    height: int = 0


def plan_of(cards: Sequence[StepCard], width: int, px: Callable[[float], int]) -> Plan:
    """Lay steps out on a canvas of that width in pixels; `px` makes pixels of design pixels."""
    return _Planner(cards, px).plan(width)


def lanes_of(cards: Sequence[StepCard]) -> Mapping[Lane, list[StepCard]]:
    """The steps of each lane, in their order."""
    lanes: dict[Lane, list[StepCard]] = {}
    for card in cards:
        lanes.setdefault((card.step.parent_id, card.step.branch), []).append(card)
    return lanes


@dataclass(frozen=True, slots=True)
class Gap:
    """A place between steps as it is seen: the height it lies at, and the ground and depth of its lane."""

    place: Place
    middle: int
    ground: Box
    depth: int


def gaps_of(cards: Sequence[StepCard], plan: Plan, width: int) -> list[Gap]:
    """Where the places of all lanes lie on a laid out canvas; the main list's ground is all of it."""
    whole = Box(0, 0, width, plan.height)
    lanes = lanes_of(cards)
    depths = {card.step.id: card.depth for card in cards}
    found = _gaps(lanes.get(MAIN, []), MAIN, plan, whole, plan.flag, 0)
    for lane in plan.lanes:
        key = (lane.step_id, lane.branch)
        found += _gaps(lanes.get(key, []), key, plan, lane.box, lane.box.bottom, depths[lane.step_id] + 1)
    return found


def _gaps(  # noqa: PLR0917  # one lane as it lies
    cards: Sequence[StepCard], lane: Lane, plan: Plan, ground: Box, bottom: int, depth: int
) -> list[Gap]:
    tops = [plan.cards[card.step.id].top for card in cards]
    return [Gap(Place(index, *lane), middle, ground, depth) for index, middle in enumerate([*tops, bottom])]


class _Planner:
    def __init__(self, cards: Sequence[StepCard], px: Callable[[float], int]) -> None:
        self._lanes = lanes_of(cards)
        self._px = px
        self._plan = Plan()

    def plan(self, width: int) -> Plan:
        px = self._px
        room = min(px(WIDEST), width - px(GUTTER) - px(MARGIN))
        bottom = self._column(self._lanes.get(MAIN, []), px(GUTTER), px(MARGIN), max(room, px(LEAST)), is_main=True)
        self._plan.flag = bottom + px(WAIT) // 2
        self._plan.height = self._plan.flag + px(WAIT)
        return self._plan

    def _column(self, cards: Sequence[StepCard], left: int, top: int, width: int, *, is_main: bool) -> int:
        """Lay out one lane from `top` on; gives where it ends."""
        px, at = self._px, top
        for place, card in enumerate(cards):
            if _waits(card):
                self._plan.waits.append(Wait(card.step.id, left + px(4), at + px(WAIT) // 2, is_main))
                at += px(WAIT)
            elif place:
                at += px(GAP)
            height = px(CARD if is_main else LANE_CARD)
            self._plan.cards[card.step.id] = Box(left, at, width, height)
            if is_main:
                self._plan.nodes.append((card.step.id, at + height // 2))
            at += height
            if card.step.type is StepType.CONDITIONAL:
                at = self._fork(card, left, at, width, is_main=is_main)
        return at

    def _fork(self, card: StepCard, left: int, top: int, width: int, *, is_main: bool) -> int:
        """Lay out the two lanes of a conditional step: beside each other, or below where there is no room."""
        px = self._px
        at = top + px(FORK)
        if width < px(STACKS_BELOW):
            indent = px(GAP) if width - px(GAP) - 2 * px(LANE_PAD) >= px(LEAST) else 0
            for branch in Branch:
                box = self._lane(card, branch, left + indent, at, width - indent)
                self._plan.lines.append((left + px(4), top, left + px(4), at + px(LANE_HEAD) // 2))
                at = box.bottom + px(GAP)
            return at - px(GAP)
        half = (width - px(GAP)) // 2
        boxes = [self._lane(card, branch, left + n * (half + px(GAP)), at, half) for n, branch in enumerate(Branch)]
        bottom = max(box.bottom for box in boxes)
        self._even_out(boxes, bottom)
        self._connect(card, left + width // 2, top, boxes, bottom, is_main=is_main)
        return bottom + px(GAP)

    def _lane(self, card: StepCard, branch: Branch, left: int, top: int, width: int) -> Box:
        px, pad = self._px, self._px(LANE_PAD)
        cards = self._lanes.get((card.step.id, branch), [])
        number = len(self._plan.lanes)
        self._plan.lanes.append(LaneBox(card.step.id, branch, Box(0, 0, 0, 0), len(cards), card.step.finishes(branch)))
        inner = max(width - 2 * pad, px(LEAST))
        first = top + px(LANE_HEAD)
        bottom = self._column(cards, left + pad, first, inner, is_main=False)
        box = Box(left, top, width, (bottom + pad if cards else first) - top)
        self._plan.lanes[number] = LaneBox(card.step.id, branch, box, len(cards), card.step.finishes(branch))
        return box

    def _even_out(self, boxes: Sequence[Box], bottom: int) -> None:
        """Give lanes that stand beside each other the same height."""
        for number, lane in enumerate(self._plan.lanes):
            if lane.box in boxes:
                box = Box(lane.box.left, lane.box.top, lane.box.width, bottom - lane.box.top)
                self._plan.lanes[number] = LaneBox(lane.step_id, lane.branch, box, lane.steps, lane.finishes)

    def _connect(
        self, card: StepCard, middle: int, top: int, boxes: Sequence[Box], bottom: int, *, is_main: bool
    ) -> None:
        """The lines from a conditional step into its lanes, and out of those that go on."""
        px, lines = self._px, self._plan.lines
        fork = top + px(FORK) // 2
        centres = [box.left + box.width // 2 for box in boxes]
        lines.append((middle, top, middle, fork))
        lines.append((centres[0], fork, centres[-1], fork))
        lines += [(centre, fork, centre, boxes[0].top) for centre in centres]
        going = [centre for centre, branch in zip(centres, Branch, strict=True) if not card.step.finishes(branch)]
        join = bottom + px(GAP) // 2
        lines += [(centre, bottom, centre, join) for centre in going]
        if going:
            lines.append((px(LINE) if is_main else going[0], join, going[-1], join))


def _waits(card: StepCard) -> bool:
    delay = card.step.delay
    return bool(delay.days or delay.hours or delay.minutes) and card.step.type is not StepType.DELAY
