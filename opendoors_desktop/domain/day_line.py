"""On which day of a sequence each step stands, told from the delays alone, the day of enrolling being day 1."""

from datetime import timedelta
from uuid import UUID

from opendoors_desktop.domain.flow import MAIN, Flow, Lane
from opendoors_desktop.domain.step import Branch, Step, StepType


def days_of_steps(flow: Flow) -> dict[UUID, int]:
    """The day of every live step by id; working days or calendar days, as the sequence counts its delays.

    A lane goes on from its conditional step, and what stands behind that from the later end of the lanes that lead
    there. A step that is switched off takes no time, nor do its lanes. Windows and pace may make it later.
    """
    days: dict[UUID, int] = {}
    _walk(flow, MAIN, timedelta(), days)
    return days


def _walk(flow: Flow, lane: Lane, elapsed: timedelta, days: dict[UUID, int]) -> timedelta:
    for step in flow.lane(lane):
        reached = elapsed + timedelta(days=step.delay.days, hours=step.delay.hours, minutes=step.delay.minutes)
        days[step.id] = 1 + (reached if step.is_enabled else elapsed).days
        over = _behind(flow, step, reached if step.is_enabled else elapsed, days)
        elapsed = over if step.is_enabled else elapsed
    return elapsed


def _behind(flow: Flow, step: Step, at: timedelta, days: dict[UUID, int]) -> timedelta:
    """When a step and its lanes are over."""
    if step.type is not StepType.CONDITIONAL:
        return at
    ends = {branch: _walk(flow, (step.id, branch), at, days) for branch in Branch}
    return max((end for branch, end in ends.items() if not step.finishes(branch)), default=at)
