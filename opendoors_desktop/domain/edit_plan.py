"""What an edit of a running sequence does to the people in it: who keeps a place, who goes where."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from opendoors_desktop.domain.enrollment import ENDED, Enrollment
from opendoors_desktop.domain.flow import Flow
from opendoors_desktop.domain.placement import blocking_step, current_step, place
from opendoors_desktop.domain.step import Step, StepResult


@dataclass(frozen=True, slots=True)
class EditPlan:
    """What becomes of the active and paused enrollments of a sequence whose steps change.

    `waiting_at` counts them by the step they wait at now. `people` = `keep` + `move` + `finish`: those whose next step
    stays the same, those who take another one, and those for whom none is left. `moves` says for each enrollment that
    doesn't keep its place where it goes (None: it has finished).
    """

    people: int
    keep: int
    move: int
    finish: int
    waiting_at: Mapping[UUID, int]
    moves: Mapping[UUID, UUID | None]


_Key: TypeAlias = tuple[UUID | None, UUID | None, tuple[tuple[UUID, str], ...]]


def plan_edit(old: Flow, new: Flow, enrollments: Iterable[Enrollment]) -> EditPlan:
    """Work out where everyone goes when `new` takes the place of `old`.

    Who waits at a step that is still there, switched on, in the same lane, and with nothing put before it that used to
    come later, keeps it. The others go to the next step they haven't executed in the new order. Nobody who has ended is
    touched, and steps put in before someone's place are not made up for.
    """
    targets: dict[_Key, tuple[UUID | None, UUID | None]] = {}
    waiting_at: Counter[UUID] = Counter()
    moves: dict[UUID, UUID | None] = {}
    people = 0
    for enrollment in enrollments:
        if enrollment.status in ENDED:
            continue
        people += 1
        key = (
            enrollment.current_step_id,
            enrollment.start_step_id,
            tuple((record.step_id, record.result.value) for record in enrollment.records),
        )
        if key not in targets:
            targets[key] = _target(old, new, enrollment)
        here, there = targets[key]
        if here is not None:
            waiting_at[here] += 1
        if here != there:
            moves[enrollment.id] = there
    finish = sum(1 for step_id in moves.values() if step_id is None)
    return EditPlan(people, people - len(moves), len(moves) - finish, finish, dict(waiting_at), moves)


def moved(enrollment: Enrollment, step_id: UUID | None, at: datetime) -> Enrollment:
    """The enrollment put at another step by an edit at `at`: due at the later of then and its delay's end."""
    start = enrollment.start_step_id if enrollment.records else step_id
    return replace(enrollment, current_step_id=step_id, start_step_id=start, not_before=at)


def _target(old: Flow, new: Flow, enrollment: Enrollment) -> tuple[UUID | None, UUID | None]:
    """The step the enrollment waits at in the old flow, and the one it waits at in the new one."""
    task = _open_task(old, enrollment)
    if task is not None:
        return task, task if _open_task(new, enrollment) else _id(place(new, enrollment))
    here = _id(current_step(old, enrollment))
    if here is None:
        return None, None
    ahead = {step.id for step in old.ordered[(old.number(here) or 1) - 1 :]}
    kept = _nearest(new, enrollment, ahead)
    if kept == here:
        return here, here
    since = _position(new, enrollment, kept)
    added = {step.id for number, step in enumerate(new.ordered, 1) if number > since and old.number(step.id) is None}
    return here, _nearest(new, enrollment, ahead | added)


def _nearest(flow: Flow, enrollment: Enrollment, wanted: Collection[UUID]) -> UUID | None:
    """The first of the wanted steps, or the open conditional step before it, that the contact can still come to."""
    done = {record.step_id for record in enrollment.records}
    for step in flow.running():
        if step.id in wanted and step.id not in done:
            blocked = blocking_step(flow, step.id, enrollment)
            if blocked is None:
                return step.id
            if blocked[1]:
                return blocked[0].id
    return None


def _position(flow: Flow, enrollment: Enrollment, kept: UUID | None) -> int:
    """The number of the last step it has been through that is still there; what was added behind it is still to come.

    Of one that began in the middle and has done nothing yet, the number before what is left of its way.
    """
    for record in reversed(enrollment.records):
        if flow.is_running(record.step_id):
            return flow.number(record.step_id) or 0
    if enrollment.start_step_id is None:
        return 0
    return len(flow.ordered) if kept is None else (flow.number(kept) or 1) - 1


def _open_task(flow: Flow, enrollment: Enrollment) -> UUID | None:
    """The step whose open task the contact waits for, if the flow still has it do so."""
    if not enrollment.records or enrollment.records[-1].result is not StepResult.MADE:
        return None
    step_id = enrollment.records[-1].step_id
    return step_id if flow.is_running(step_id) and flow.by_id[step_id].waits_for_person else None


def _id(step: Step | None) -> UUID | None:
    return None if step is None else step.id
