"""Puts people of a sequence at another of its steps, and takes that back."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from opendoors_desktop.domain.activity import ActivityKind
from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.edit_plan import moved
from opendoors_desktop.domain.enrollment import (
    ENDED,
    Enrollment,
    EnrollmentStatus,
    Reopening,
    find_record,
    let_go,
    reopen,
)
from opendoors_desktop.domain.errors import NotFound, NotPossible
from opendoors_desktop.domain.placement import blocking_step, current_step
from opendoors_desktop.domain.step import Step, StepResult
from opendoors_desktop.engine.commands.enrollments import get_standing, scene_of
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.everyone import decided
from opendoors_desktop.engine.stepping import Scene, save, subject_of
from opendoors_desktop.store import step_traces, stopped
from opendoors_desktop.store.facts import emails_under_way
from opendoors_desktop.store.standings import Standing

TAKEN_AWAY = "edited"
"""Why a task's step counts as skipped for whom it was taken from."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody put at another step: the enrollment as it stood, as it was left, and when.

    `cancelled` are emails of this round that had been cancelled before.
    """

    before: Enrollment
    after: Enrollment
    at: datetime
    cancelled: frozenset[UUID]


def move_to_step(context: Context, enrollment_id: UUID, step_id: UUID) -> Moved:
    """Let somebody go on with a step they haven't been through, due at the later of now and the end of its delay.

    A task that is open where they leave counts as skipped; who is paused or held by a person stays so. Raises NotFound;
    NotPossible for who has ended, whose email is leaving now, for a step they have been through, one that is switched
    off, or one of a lane they haven't come into.
    """
    with context.store.write() as unit:
        standing = get_standing(unit, context, enrollment_id)
        before = standing.enrollment
        scene = scene_of(unit, context, before.sequence_id)
        step = _target(scene, standing, step_id)
        cancelled = frozenset(stopped.cancelled_of(unit, enrollment_id, before.round))
        there = moved(let_go(leave_step(scene, before)), step.id, scene.now)
        scene.ledger.happened(ActivityKind.MOVED, scene.now, subject_of(standing), step_id=step.id)
        after = _put(scene, standing, there)
    return Moved(before, after.enrollment, scene.now, cancelled)


def undo_move(context: Context, moved_one: Moved) -> None:
    """Put somebody back where they were; raises NotPossible if they have gone on since."""
    before = moved_one.before
    with context.store.write() as unit:
        standing = get_standing(unit, context, before.id)
        if not is_as_left(standing.enrollment, moved_one):
            raise NotPossible(
                "The enrollment has gone on since.", "Move it to the step it should be at.", where=str(before.id)
            )
        put_back(scene_of(unit, context, before.sequence_id), standing, moved_one, {"undo": "move"})


def is_as_left(enrollment: Enrollment, moved_one: Moved) -> bool:
    """Whether somebody stands as the move left them."""
    names = ("status", "round", "records", "current_step_id")
    return all(getattr(enrollment, name) == getattr(moved_one.after, name) for name in names)


def put_back(scene: Scene, standing: Standing, moved_one: Moved, detail: dict[str, str]) -> None:
    """Put somebody where they stood before a move, with the work they had there; one it ended is engaged again."""
    before, now = moved_one.before, standing.enrollment
    stopped.reopen_work(scene.unit, before.id, before.round, moved_one.at, moved_one.cancelled)
    if now.status is EnrollmentStatus.COMPLETED and before.status not in ENDED:
        now = replace(reopen(now, Reopening.UNDO), status=before.status, paused_at=before.paused_at)
    names = ("records", "current_step_id", "start_step_id", "not_before", "hold", "hold_detail")
    back = replace(now, **{name: getattr(before, name) for name in names})
    scene.ledger.happened(
        ActivityKind.MOVED, scene.now, subject_of(standing), step_id=before.current_step_id, detail=detail
    )
    _put(scene, standing, back)


def leave_step(scene: Scene, enrollment: Enrollment) -> Enrollment:
    """The enrollment without what it has under way where it is taken from; a task made there counts as skipped."""
    here = enrollment.current_step_id
    if here is not None:
        step_traces.withdraw_email(scene.unit, enrollment.id, here, enrollment.round)
    last = enrollment.records[-1] if enrollment.records else None
    if last is None or last.result is not StepResult.MADE:
        return enrollment
    step_traces.cancel_task(scene.unit, enrollment.id, last.step_id, enrollment.round, scene.now)
    skipped = last._replace(result=StepResult.SKIPPED, detail=TAKEN_AWAY)
    return replace(enrollment, records=(*enrollment.records[:-1], skipped))


def _put(scene: Scene, standing: Standing, enrollment: Enrollment) -> Standing:
    after = decided(scene, replace(standing, enrollment=enrollment, ticket=None))
    save(scene, standing, after)
    scene.ledger.write(scene.unit)
    scene.unit.changed(Topic.ENROLLMENTS, Topic.OUTBOX, Topic.TASKS)
    return after


def _target(scene: Scene, standing: Standing, step_id: UUID) -> Step:
    """The step somebody may be put at; raises what `move_to_step` says."""
    enrollment, flow = standing.enrollment, scene.sequence.flow
    step = flow.running_step(step_id)
    if step is None:
        raise NotFound("There is no such step, or it is switched off.", "Choose another step.", where=str(step_id))
    where = str(enrollment.id)
    if enrollment.status in ENDED:
        raise NotPossible(f"The enrollment is {enrollment.status}.", "Enroll the contact again.", where=where)
    if emails_under_way(scene.unit, enrollment.id, enrollment.round).state in {"sending", "uncertain"}:
        raise NotPossible(
            "The email is on its way, or may be.", "Look at it in the outbox.", where=where, code="leaving"
        )
    here = current_step(flow, enrollment)
    if find_record(enrollment, step.id) is not None:
        raise NotPossible("They have been through this step.", "Choose a step they haven't done.", where=where)
    if here is not None and here.id == step.id:
        raise NotPossible("They are at this step already.", "Choose another step.", where=where)
    if blocking_step(flow, step.id, enrollment) is not None:
        raise NotPossible(
            "The step stands in a lane they haven't come into.", "Choose the condition before it.", where=where
        )
    return step
