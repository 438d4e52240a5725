"""Logs that a contact reached the goal of a sequence: a meeting, a sale, or whatever it is called there."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.enrollment import ENDED, CompletionReason, EnrollmentStatus
from opendoors_desktop.domain.errors import InputError, NotPossible
from opendoors_desktop.domain.goal import GoalProgress, goal_progress
from opendoors_desktop.domain.local_time import local_day
from opendoors_desktop.domain.send_window import is_working_day
from opendoors_desktop.domain.sequence import GoalType
from opendoors_desktop.engine.commands.enrollments import get_standing, scene_of
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.holiday_tables import holidays_of
from opendoors_desktop.engine.stepping import save
from opendoors_desktop.engine.task_effects import ended, with_goal
from opendoors_desktop.store import sequences
from opendoors_desktop.store.queries.sequences import SequenceRow, list_sequences


@dataclass(frozen=True, slots=True)
class GoalLogged:
    """What logging a goal came to; `is_new`: it wasn't known before."""

    enrollment_id: UUID
    is_new: bool
    status: EnrollmentStatus
    completion_reason: CompletionReason | None


@dataclass(frozen=True, slots=True)
class GoalSight:
    """A sequence with a goal, and whether it is on course."""

    sequence: SequenceRow
    progress: GoalProgress


def log_goal(context: Context, enrollment_id: UUID, event: GoalType | None = None) -> GoalLogged:
    """Log that a contact reached a sequence's goal, which completes them there (goal_achieved).

    One that has ended otherwise is counted and stays as it is. Raises NotFound; NotPossible for a sequence without a
    goal, or with another one than `event`; InputError for replies, which are logged by the mailbox alone.
    """
    if event is GoalType.REPLIES:
        raise InputError("Replies are counted as they come in.", "Log a meeting, a sale or a custom goal.")
    with context.store.write() as unit:
        before = get_standing(unit, context, enrollment_id)
        scene = scene_of(unit, context, before.enrollment.sequence_id)
        goal = scene.sequence.goal_type
        if goal is None or goal is GoalType.REPLIES or (event is not None and event is not goal):
            told = "has no goal" if goal is None else f"is for {goal}"
            raise NotPossible(
                f"The sequence “{scene.sequence.name}” {told}.",
                "Choose the sequence whose goal was reached, or set its goal.",
                where=scene.sequence.name,
                code="another_goal",
            )
        after = with_goal(scene, before, source="person")
        if after.enrollment.status not in ENDED:
            after = ended(scene, after, CompletionReason.GOAL_ACHIEVED)
        save(scene, before, after)
        scene.ledger.write(unit)
        unit.changed(Topic.ENROLLMENTS, Topic.SEQUENCES, Topic.OUTBOX, Topic.TASKS)
    enrollment = after.enrollment
    return GoalLogged(enrollment_id, not before.has_reached_goal, enrollment.status, enrollment.completion_reason)


def list_goals(context: Context) -> list[GoalSight]:
    """The sequences that have a goal, archived ones left out, each with how it stands today."""
    workspace_id = context.scope.workspace_id
    with context.store.read() as unit:
        days_off = holidays_of(context, unit)
        rows = list_sequences(unit, workspace_id, with_goal_only=True)
        whole = {row.id: sequences.get_sequence(unit, workspace_id, row.id, days_off) for row in rows}
    found = []
    for row in rows:
        calendar = whole[row.id].calendar(whole[row.id].zone)

        def works(day: date, calendar=calendar) -> bool:  # type: ignore[no-untyped-def]  # bound for this row alone
            return is_working_day(calendar, day)

        progress = goal_progress(
            target=row.goal_target,
            deadline=row.goal_deadline,
            reached=row.totals["replied"] if row.goal_type == GoalType.REPLIES else row.goal_reached,
            started_on=None if row.activated_at is None else local_day(calendar.zone, row.activated_at),
            today=local_day(calendar.zone, context.clock.now()),
            is_working_day=works,
        )
        found.append(GoalSight(row, progress))
    return found
