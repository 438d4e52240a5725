"""What the end of a task does to the enrollment behind it: it goes on, waits, ends, or reaches its goal."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from opendoors_desktop.domain.activity import ActivityKind
from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.enrollment import ENDED, CompletionReason, EnrollmentStatus, with_record
from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.local_time import instant_of, local_day
from opendoors_desktop.domain.send_window import Calendar, Delay, SendWindow, add_delay, task_due
from opendoors_desktop.domain.step import StepResult
from opendoors_desktop.domain.suppression import Suppression, SuppressionReason, SuppressionScope
from opendoors_desktop.domain.task import TaskEnding
from opendoors_desktop.engine.contact_effects import end_all
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.stepping import Scene, end, replan, save, subject_of
from opendoors_desktop.store import goals, suppressions
from opendoors_desktop.store.standings import Standing
from opendoors_desktop.store.tasks import Task
from opendoors_desktop.store.unit import Unit

WORKING_WEEK = SendWindow()
"""When a task comes due that belongs to no sequence: Monday to Friday."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a task belongs: the work on its sequence, and its enrollment in the task's own round."""

    scene: Scene
    standing: Standing


def apply_ending(place: Place, task: Task, ending: TaskEnding) -> Standing:
    """Carry out what the end of a task does to its enrollment, and save it; gives the enrollment as it then stands."""
    before = place.standing
    after = _with_record(before, ending)
    if ending.waits_until_on is not None:
        until = day_starts(after.enrollment.zone, ending.waits_until_on)
        after = replace(after, enrollment=replace(after.enrollment, waiting_until=until))
    if ending.ends_with is CompletionReason.GOAL_ACHIEVED:
        after = with_goal(place.scene, after, task.step_id)
    if ending.ends_with is not None and after.enrollment.status not in ENDED:
        after = ended(place.scene, after, ending.ends_with)
    elif after.enrollment.status is EnrollmentStatus.ACTIVE:
        after = replan(place.scene, after)
    save(place.scene, before, after)
    return after


def _with_record(standing: Standing, ending: TaskEnding) -> Standing:
    """The enrollment with the task's step ended; one from which an edit took that step away stays as it is."""
    record = ending.record
    if record is None:
        return standing
    known = next((each.result for each in standing.enrollment.records if each.step_id == record.step_id), None)
    if known not in {StepResult.MADE, StepResult.PASSED}:
        return standing
    return replace(standing, enrollment=with_record(standing.enrollment, record))


def with_goal(scene: Scene, standing: Standing, step_id: UUID | None = None, **detail: object) -> Standing:
    """The enrollment with its sequence's goal reached, once; that it is reached is written down."""
    enrollment = standing.enrollment
    if goals.note_goal(scene.unit, standing.customer_id, enrollment.id, scene.now):
        goal = scene.sequence.goal_type
        told = {"goal": None if goal is None else goal.value} | detail
        scene.ledger.happened(ActivityKind.GOAL_ACHIEVED, scene.now, subject_of(standing), step_id=step_id, detail=told)
    return replace(standing, has_reached_goal=True)


def ended(scene: Scene, standing: Standing, reason: CompletionReason) -> Standing:
    """The enrollment ended, its current step the last it reached."""
    enrollment = standing.enrollment
    if enrollment.current_step_id is None and enrollment.records:
        enrollment = replace(enrollment, current_step_id=enrollment.records[-1].step_id)
    return end(scene, replace(standing, enrollment=enrollment), reason)


def do_not_contact(unit: Unit, context: Context, contact_id: UUID, address_key: str) -> None:
    """Suppress a person's address for good, and end everything they are in, tasks and calls too."""
    now = context.clock.now()
    if address_key:
        entry = Suppression(
            context.new_id(),
            SuppressionScope.ADDRESS,
            address_key,
            SuppressionReason.DO_NOT_CONTACT,
            "outcome of a task",
            now,
        )
        suppressions.add_suppression(
            unit, context.scope.workspace_id, entry, by=context.scope.user_id, contact_id=contact_id
        )
    end_all(unit, context, [contact_id], CompletionReason.MANUAL_STOP)
    unit.changed(Topic.SUPPRESSIONS)


def due_again(place: Place | None, zone: str, ending: TaskEnding, now: datetime) -> datetime:
    """When a task comes due that is to be tried again: a working day of its sequence, at its window's start."""
    calendar = Calendar(ZoneInfo(zone), WORKING_WEEK, frozenset())
    if place is not None:
        calendar = place.scene.sequence.calendar(place.standing.enrollment.zone)
    if ending.due_on is not None:
        return due_on(calendar, ending.due_on, now)
    later = add_delay(calendar, now, Delay(ending.due_in_working_days or 1), working_days=True)
    return task_due(calendar, later, now)


def due_on(calendar: Calendar, day: date, now: datetime) -> datetime:
    """When a task put off to a day comes due; raises InputError for a day that is over."""
    if day < local_day(calendar.zone, now):
        raise InputError(f"{day} is over.", "Choose a day to come.", where=str(day), code="past_day")
    return task_due(calendar, day_starts(calendar.zone.key, day), now)


def day_starts(zone: str, day: date) -> datetime:
    """The first instant of a day in a zone (UTC)."""
    return instant_of(ZoneInfo(zone), datetime.combine(day, time())).astimezone(UTC)
