"""Ends tasks and calls with an outcome, skips them and puts them off, with what that does to the sequence."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from opendoors_desktop.domain import task as rules
from opendoors_desktop.domain.activity import ActivityKind
from opendoors_desktop.domain.address import address_key
from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.enrollment import CompletionReason, EnrollmentStatus
from opendoors_desktop.domain.errors import InputError, NotFound, NotPossible
from opendoors_desktop.domain.send_window import Calendar
from opendoors_desktop.domain.sequence import GoalType
from opendoors_desktop.domain.step import Step, StepType
from opendoors_desktop.domain.task import Outcome, OutcomeEffect, TaskEnding, TaskKind, TaskState
from opendoors_desktop.engine.commands.enrollments import scene_of
from opendoors_desktop.engine.contact_zones import zone_teller
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.stepping import subject_of
from opendoors_desktop.engine.task_effects import (
    WORKING_WEEK,
    Place,
    apply_ending,
    do_not_contact,
    due_again,
    due_on,
)
from opendoors_desktop.store import contacts, enrollments, task_work, tasks, workspaces
from opendoors_desktop.store.ledger import Ledger, Subject
from opendoors_desktop.store.queries.tasks import OutcomeRow, list_outcomes
from opendoors_desktop.store.standings import Standing
from opendoors_desktop.store.tasks import Task
from opendoors_desktop.store.unit import Unit

DONE = OutcomeRow(UUID(int=0), "", "done", "Done", None, OutcomeEffect.CONTINUE, {}, True, False, None)
"""How emails and answers by hand end, for which no list of outcomes is kept."""


@dataclass(frozen=True, slots=True)
class TaskAnswer:
    """What ending or putting off a task came to: its own state, and where its enrollment (None: it has none) stands."""

    task_id: UUID
    state: TaskState
    outcome: str | None = None
    due_at: datetime | None = None
    enrollment_id: UUID | None = None
    enrollment_status: EnrollmentStatus | None = None
    completion_reason: CompletionReason | None = None
    next_step_scheduled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    """One task being ended, in its unit; `place` is where it belongs, None for a task of its own."""

    unit: Unit
    context: Context
    task: Task
    place: Place | None


def complete_task(
    context: Context, task_id: UUID, outcome: str | None = None, *, notes: str = "", on: date | None = None
) -> TaskAnswer:
    """End an open task with an outcome, given by name, label or key; without one it is simply done.

    `on` is the day that outcomes like "call back" ask for. Raises NotFound; NotPossible for a task that isn't open;
    InputError for an unknown outcome, a call without one, and a day that is missing or over.
    """
    now = context.clock.now()
    with context.store.write() as unit:
        task = get_task(unit, context, task_id)
        place = _place(unit, context, task)
        case = _Case(unit, context, task, place)
        chosen = _choose(case, outcome)
        ending = rules.finish_task(
            _step(task, place),
            TaskState(task.state),
            _rule(chosen),
            now,
            chosen_on=on,
            goal=None if place is None else place.scene.sequence.goal_type,
        )
        _told(case, chosen)
        if ending.record is None:
            due_at = due_again(place, _zone(unit, context), ending, now)
            task_work.put_off(unit, task_id, due_at, notes, now)
            answer = TaskAnswer(task_id, TaskState.OPEN, chosen.name, due_at, task.enrollment_id)
        else:
            key = None if chosen.id == DONE.id else chosen.id
            _close(case, TaskState.DONE, notes, key)
            if on is not None:
                task_work.note_day(unit, task_id, on)
            answer = _ended(case, ending, chosen)
        if place is not None:
            place.scene.ledger.write(unit)
        unit.changed(Topic.TASKS, Topic.ENROLLMENTS, Topic.OUTBOX, Topic.CONTACTS)
    return answer


def skip_task(context: Context, task_id: UUID, *, notes: str = "") -> TaskAnswer:
    """Leave an open task undone; its contact goes on. Raises NotFound, NotPossible."""
    now = context.clock.now()
    with context.store.write() as unit:
        task = get_task(unit, context, task_id)
        place = _place(unit, context, task)
        ending = rules.skip_task(_step(task, place), TaskState(task.state), now)
        case = _Case(unit, context, task, place)
        _close(case, TaskState.SKIPPED, notes)
        _log(case, ActivityKind.TASK_SKIPPED, {})
        answer = _answer(task, TaskState.SKIPPED, None if place is None else apply_ending(place, task, ending))
        if place is not None:
            place.scene.ledger.write(unit)
        unit.changed(Topic.TASKS, Topic.ENROLLMENTS, Topic.OUTBOX)
    return answer


def snooze_task(context: Context, task_id: UUID, until: date | datetime) -> TaskAnswer:
    """Put an open task off to a day (at its window's start, on a working day) or to an instant.

    Raises NotFound; NotPossible for a task that isn't open; InputError for what is over.
    """
    now = context.clock.now()
    with context.store.write() as unit:
        task = get_task(unit, context, task_id)
        rules.skip_task(_step(task, None), TaskState(task.state), now)  # refuses a task that isn't open
        if isinstance(until, datetime):
            due_at = until.astimezone(UTC)
            if due_at <= now:
                raise InputError(
                    "That time is over.",
                    "Choose one to come.",
                    where=due_at.isoformat(timespec="seconds"),
                    code="past_day",
                )
        else:
            due_at = due_on(_calendar(unit, context, _place(unit, context, task)), until, now)
        task_work.put_off(unit, task_id, due_at, "", now)
        unit.changed(Topic.TASKS)
    return TaskAnswer(task_id, TaskState.OPEN, due_at=due_at, enrollment_id=task.enrollment_id)


def get_task(unit: Unit, context: Context, task_id: UUID) -> Task:
    """The task of that id; raises NotFound."""
    task = tasks.find_task(unit, context.scope.workspace_id, task_id)
    if task is None:
        raise NotFound("There is no such task.", "“opendoors task list” shows them.", where=str(task_id))
    return task


def _place(unit: Unit, context: Context, task: Task) -> Place | None:
    """Where the task belongs; None for one without an enrollment, and for one of a round that is over."""
    if task.enrollment_id is None:
        return None
    standing = enrollments.find_standing(unit, context.scope.customer_id, task.enrollment_id)
    if standing is None or standing.enrollment.round != task.round:
        return None
    return Place(scene_of(unit, context, standing.enrollment.sequence_id), standing)


def _close(case: _Case, state: TaskState, notes: str, outcome_id: UUID | None = None) -> None:
    """Close the task; raises NotPossible where another program just did."""
    now, user_id = case.context.clock.now(), case.context.scope.user_id
    key = case.task.id
    if not tasks.close_task(case.unit, key, state, outcome_id=outcome_id, notes=notes, user_id=user_id, now=now):
        raise NotPossible("Somebody else has ended the task.", "Look at it again.", where=str(key))


def _step(task: Task, place: Place | None) -> Step:
    """The step that made the task; for a task of its own, one that stands for it."""
    known = None if place is None or task.step_id is None else place.scene.sequence.flow.by_id.get(task.step_id)
    return known or Step(task.step_id or task.id, task.sequence_id or task.id, 1, StepType.TASK)


def _choose(case: _Case, wanted: str | None) -> OutcomeRow:
    task = case.task
    offered = list_outcomes(case.unit, task.workspace_id, task.kind) or [DONE]
    if wanted is not None:
        word = wanted.strip().casefold()
        for each in offered:
            if word in {each.name.casefold(), each.label.casefold(), str(each.key_number or "")}:
                return each
        title, code = f"A {task.kind} can't end as “{wanted}”.", "unknown_outcome"
    elif task.kind != TaskKind.CALL:
        plain = (each for each in offered if each.effect == OutcomeEffect.CONTINUE and not each.asks_for_date)
        return next(plain, offered[0])
    else:
        title, code = "A call ends with an outcome.", "no_outcome"
    raise InputError(title, f"Choose one of {', '.join(each.name for each in offered)}.", where=wanted or "", code=code)


def _rule(row: OutcomeRow) -> Outcome:
    return Outcome(
        row.name,
        OutcomeEffect(row.effect),
        is_success=row.is_success,
        asks_for_date=row.asks_for_date,
        goal=None if row.goal_event is None else GoalType(row.goal_event),
        working_days=int(row.detail.get("working_days", 1)),
    )


def _told(case: _Case, chosen: OutcomeRow) -> None:
    """The activity of an end or a try, and the day the contact was last reached for."""
    detail: dict[str, Any] = {"outcome": chosen.name}
    if "meaning" in chosen.detail:
        detail["meaning"] = chosen.detail["meaning"]
    task = case.task
    kind = ActivityKind.CALL_LOGGED if task.kind == TaskKind.CALL else ActivityKind.TASK_DONE
    _log(case, kind, detail)
    reached = task.kind == TaskKind.CALL or (task.kind == TaskKind.LINKEDIN and chosen.is_success)
    if reached and task.contact_id is not None:
        enrollments.note_contacted(case.unit, [task.contact_id], case.context.clock.now())


def _log(case: _Case, kind: ActivityKind, detail: dict[str, Any]) -> None:
    context, task, place = case.context, case.task, case.place
    now, told = context.clock.now(), detail | {"task": str(task.id)}
    if place is not None:
        place.scene.ledger.happened(kind, now, subject_of(place.standing), step_id=task.step_id, detail=told)
        return
    ledger = Ledger(context.new_id, context.scope.user_id)
    about = Subject(context.scope.customer_id, task.workspace_id, task.contact_id, task.enrollment_id, task.sequence_id)
    ledger.happened(kind, now, about, step_id=task.step_id, detail=told)
    ledger.write(case.unit)


def _ended(case: _Case, ending: TaskEnding, chosen: OutcomeRow) -> TaskAnswer:
    """Everything that a done task does beside being closed."""
    unit, context, task, place = case.unit, case.context, case.task, case.place
    # As the recount has it: a call went well when somebody was reached, anything else when it was done.
    went_well = task.kind not in {TaskKind.CALL, TaskKind.EMAIL} or (task.kind == TaskKind.CALL and chosen.is_success)
    after = None
    if place is not None:
        if went_well and task.step_id is not None:
            place.scene.ledger.step(task.step_id, succeeded=1)
        after = apply_ending(place, task, ending)
    if task.contact_id is not None:
        if ending.suppresses:
            contact = contacts.get_contact(unit, task.workspace_id, task.contact_id)
            do_not_contact(unit, context, task.contact_id, address_key(contact.email))
        if chosen.detail.get("clear") == "phone":
            _clear_phone(unit, context, task.contact_id)
    return _answer(task, TaskState.DONE, after, chosen.name)


def _clear_phone(unit: Unit, context: Context, contact_id: UUID) -> None:
    """Take a number away that isn't the contact's, and what was told from it."""
    now = context.clock.now()
    old = contacts.get_contact(unit, context.scope.workspace_id, contact_id)
    zone = zone_teller(now.year)(old.time_zone, old.state, old.country, "")
    contacts.update_contacts(unit, [replace(old, phone="", zone=zone, updated_at=now)], by=context.scope.user_id)


def _answer(task: Task, state: TaskState, after: Standing | None, outcome: str | None = None) -> TaskAnswer:
    if after is None:
        return TaskAnswer(task.id, state, outcome, enrollment_id=task.enrollment_id)
    enrollment = after.enrollment
    return TaskAnswer(
        task.id,
        state,
        outcome,
        enrollment_id=enrollment.id,
        enrollment_status=enrollment.status,
        completion_reason=enrollment.completion_reason,
        next_step_scheduled_at=enrollment.next_step_scheduled_at,
    )


def _calendar(unit: Unit, context: Context, place: Place | None) -> Calendar:
    if place is not None:
        return place.scene.sequence.calendar(place.standing.enrollment.zone)
    return Calendar(ZoneInfo(_zone(unit, context)), WORKING_WEEK, frozenset())


def _zone(unit: Unit, context: Context) -> str:
    return workspaces.get_workspace(unit, context.scope.workspace_id).zone
