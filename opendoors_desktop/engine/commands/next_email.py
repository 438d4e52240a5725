"""What a person decides about one enrollment's next email: held until somebody lets it go, or left out; and back."""

from dataclasses import dataclass, replace
from uuid import UUID

from opendoors_desktop.domain.activity import ActivityKind
from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.enrollment import Enrollment, EnrollmentStatus, HoldReason, Reopening, reopen, with_record
from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.domain.placement import current_step
from opendoors_desktop.domain.step import Step, StepRecord, StepResult, StepType
from opendoors_desktop.engine.commands.enrollments import get_standing, release_hold, scene_of
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.stepping import Scene, replan, save, subject_of
from opendoors_desktop.store import outbox, stopped
from opendoors_desktop.store.facts import emails_under_way
from opendoors_desktop.store.standings import Standing
from opendoors_desktop.store.unit import Unit

__all__ = ["Skipped", "hold_next", "release_hold", "skip_next", "undo_skip"]

BY_PERSON = "by a person"


@dataclass(frozen=True, slots=True)
class Skipped:
    """An email step that was left out: the enrollment as it stood, and the record it was given.

    `cancelled` are emails of this round that had been cancelled before.
    """

    before: Enrollment
    record: StepRecord
    cancelled: frozenset[UUID]


def hold_next(context: Context, enrollment_id: UUID) -> None:
    """Have the next email wait until `release_hold`; raises NotFound, NotPossible for one that is leaving now."""
    with context.store.write() as unit:
        scene, standing = _open(unit, context, enrollment_id)
        if standing.enrollment.hold is not None:
            raise NotPossible("It is held already.", "Let it go when it may leave.", where=str(enrollment_id))
        held = replace(standing.enrollment, hold=HoldReason.HELD, hold_detail=None)
        detail = {"reason": HoldReason.HELD.value, "what": BY_PERSON}
        scene.ledger.happened(ActivityKind.HELD, scene.now, subject_of(standing), detail=detail)
        _close(scene, standing, replan(scene, replace(standing, enrollment=held)))


def skip_next(context: Context, enrollment_id: UUID) -> Skipped:
    """Leave the email out that comes next; the contact goes on behind it, its delay counted from now.

    Raises NotFound; NotPossible where no email comes next, and for one that is leaving now.
    """
    with context.store.write() as unit:
        scene, standing = _open(unit, context, enrollment_id)
        step = _next_email(scene, standing)
        cancelled = frozenset(stopped.cancelled_of(unit, enrollment_id, standing.enrollment.round))
        outbox.cancel_open(unit, enrollment_id)
        record = StepRecord(step.id, StepResult.SKIPPED, scene.now, BY_PERSON)
        detail = {"because": BY_PERSON}
        scene.ledger.happened(
            ActivityKind.STEP_SKIPPED, scene.now, subject_of(standing), step_id=step.id, detail=detail
        )
        free = replace(with_record(standing.enrollment, record), hold=None, hold_detail=None)
        _close(scene, standing, replan(scene, replace(standing, enrollment=free)))
    return Skipped(standing.enrollment, record, cancelled)


def undo_skip(context: Context, skipped: Skipped) -> None:
    """Put the enrollment back before the email that was left out; raises NotPossible if it has gone on since."""
    before = skipped.before
    with context.store.write() as unit:
        standing = get_standing(unit, context, before.id)
        now = _opened(standing.enrollment, skipped)
        if now.status is not EnrollmentStatus.ACTIVE or now.records[-1:] != (skipped.record,):
            raise NotPossible(
                "The enrollment has gone on since.", "What was done behind the step stays.", where=str(before.id)
            )
        scene = scene_of(unit, context, now.sequence_id)
        stopped.reopen_work(unit, before.id, before.round, skipped.record.at, skipped.cancelled)
        times = {name: getattr(before, name) for name in ("last_step_completed_at", "shifted_by", "not_before")}
        place = {name: getattr(before, name) for name in ("records", "current_step_id", "hold", "hold_detail")}
        step_id, detail = skipped.record.step_id, {"undo": "skip"}
        kind = ActivityKind.MOVED if now is standing.enrollment else ActivityKind.REOPENED
        scene.ledger.happened(kind, scene.now, subject_of(standing), step_id=step_id, detail=detail)
        _close(scene, standing, replan(scene, replace(standing, enrollment=replace(now, **times, **place))))


def _opened(enrollment: Enrollment, skipped: Skipped) -> Enrollment:
    """The enrollment active again if it was the skip that ended it: its email was the last step."""
    is_by_skip = enrollment.status is EnrollmentStatus.COMPLETED and enrollment.completed_at == skipped.record.at
    return reopen(enrollment, Reopening.UNDO) if is_by_skip else enrollment


def _open(unit: Unit, context: Context, enrollment_id: UUID) -> tuple[Scene, Standing]:
    """The work on an active enrollment of which nothing is leaving now; raises NotPossible for others."""
    standing = get_standing(unit, context, enrollment_id)
    enrollment = standing.enrollment
    if enrollment.status is not EnrollmentStatus.ACTIVE:
        raise NotPossible(
            f"The enrollment is {enrollment.status}.", "Only an active one has a next email.", where=str(enrollment_id)
        )
    if emails_under_way(unit, enrollment_id, enrollment.round).state in {"sending", "uncertain"}:
        raise NotPossible(
            "The email is on its way, or may be.", "Look at it in the outbox.", where=str(enrollment_id), code="leaving"
        )
    return scene_of(unit, context, enrollment.sequence_id), standing


def _next_email(scene: Scene, standing: Standing) -> Step:
    """The email step that comes next; raises NotPossible where another step does, or a task is open."""
    enrollment = standing.enrollment
    step = current_step(scene.sequence.flow, enrollment)
    is_waiting = bool(enrollment.records) and enrollment.records[-1].result is StepResult.MADE
    if step is None or step.type is not StepType.EMAIL or is_waiting:
        raise NotPossible(
            "No email comes next.",
            "A task is skipped where tasks are ended.",
            where=str(enrollment.id),
            code="no_email",
        )
    return step


def _close(scene: Scene, before: Standing, after: Standing) -> None:
    save(scene, before, after)
    scene.ledger.write(scene.unit)
    scene.unit.changed(Topic.OUTBOX, Topic.ENROLLMENTS)
