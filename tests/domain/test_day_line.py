"""The day of each step, told from the delays."""

from uuid import UUID

from opendoors_desktop.domain.day_line import days_of_steps
from opendoors_desktop.domain.flow import Flow
from opendoors_desktop.domain.send_window import Delay
from opendoors_desktop.domain.step import Branch, Step, StepType


def key(number: int) -> UUID:
    return UUID(int=number)


def step(number: int, days: int = 0, parent: int | None = None, branch: Branch | None = None, **more: object) -> Step:
    options: dict[str, object] = {"type": StepType.EMAIL, "delay": Delay(days=days), **more}
    lane = None if parent is None else key(parent)
    return Step(id=key(number), sequence_id=key(99), order=number, parent_id=lane, branch=branch, **options)  # type: ignore[arg-type]


def days(*steps: Step) -> list[int]:
    found = days_of_steps(Flow(steps))
    return [found[each.id] for each in steps]


def test_delays_add_up_from_day_one():
    assert days(step(1), step(2, 2), step(3, 2), step(4, 3)) == [1, 3, 5, 8]


def test_hours_make_a_day_only_when_they_fill_one():
    assert days(
        step(1, delay=Delay(hours=20)), step(2, delay=Delay(hours=3, minutes=59)), step(3, delay=Delay(0, 0, 1))
    ) == [
        1,
        1,
        2,
    ]


def test_behind_lanes_comes_the_later_of_those_that_lead_there():
    asks = step(1, 4, type=StepType.CONDITIONAL)
    yes, no = step(2, 1, 1, Branch.YES), step(3, 3, 1, Branch.NO)
    assert days(asks, yes, no, step(4, 2)) == [5, 6, 8, 10]
    assert days(step(1, 4, type=StepType.CONDITIONAL, finish_no=True), yes, no, step(4, 2)) == [5, 6, 8, 8]
    both = step(1, 4, type=StepType.CONDITIONAL, finish_no=True, finish_yes=True)
    assert days(both, yes, no, step(4, 2)) == [5, 6, 8, 7]


def test_what_is_switched_off_takes_no_time_nor_do_its_lanes():
    asks = step(1, 4, type=StepType.CONDITIONAL, is_enabled=False)
    assert days(asks, step(2, 3, 1, Branch.YES), step(3, 1), step(4, 5, is_enabled=False), step(5, 1)) == [
        1,
        4,
        2,
        2,
        3,
    ]
