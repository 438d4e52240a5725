"""What people do for a sequence: tasks, calls, LinkedIn steps and emails by hand, how they end, and what that does."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from opendoors_desktop.domain.enrollment import CompletionReason
from opendoors_desktop.domain.errors import InputError, NotPossible
from opendoors_desktop.domain.sequence import GoalType
from opendoors_desktop.domain.step import Step, StepRecord, StepResult, StepType


class TaskKind(StrEnum):
    """What there is to do; `email` is one that a rep sends by hand, `reply` an answer to give."""

    TASK = "task"
    CALL = "call"
    LINKEDIN = "linkedin"
    EMAIL = "email"
    REPLY = "reply"


class TaskState(StrEnum):
    """Where a task stands; all but open is final, beside undo."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


class OutcomeEffect(StrEnum):
    """What an outcome does to the sequence."""

    CONTINUE = "continue"
    TRY_AGAIN = "try_again"
    POSTPONE = "postpone"
    STOP = "stop"
    DO_NOT_CONTACT = "do_not_contact"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a task may end: its name and effect, whether it counts as success, and the goal it means.

    `working_days` is when a try comes due again for which no day is asked.
    """

    name: str
    effect: OutcomeEffect
    is_success: bool = False
    asks_for_date: bool = False
    goal: GoalType | None = None
    working_days: int = 1


@dataclass(frozen=True, slots=True)
class TaskEnding:
    """What the end of a task does.

    `record` goes into the enrollment; None: the task stays open, due again on `due_on` or else after as many working
    days. `ends_with` ends the enrollment, `waits_until_on` puts it off to that day, `suppresses` sets do-not-contact.
    """

    record: StepRecord | None
    is_success: bool = False
    due_on: date | None = None
    due_in_working_days: int | None = None
    waits_until_on: date | None = None
    ends_with: CompletionReason | None = None
    suppresses: bool = False


_KINDS = {
    StepType.TASK: TaskKind.TASK,
    StepType.CALL: TaskKind.CALL,
    StepType.LINKEDIN: TaskKind.LINKEDIN,
    StepType.EMAIL: TaskKind.EMAIL,
}


def kind_of(step: Step) -> TaskKind:
    """The kind of task a step makes; KeyError for a step that makes none."""
    return _KINDS[step.type]


def finish_task(
    step: Step,
    state: TaskState,
    outcome: Outcome,
    at: datetime,
    *,
    chosen_on: date | None = None,
    goal: GoalType | None = None,
) -> TaskEnding:
    """What it does that a person ends the open task of a step with an outcome.

    `goal` is the sequence's; where the outcome means it, that end goes before every other. Raises NotPossible for a
    task that isn't open, and InputError where the outcome asks for a day and none was chosen.
    """
    _check_open(state)
    if outcome.asks_for_date and chosen_on is None:
        raise InputError(f"“{outcome.name}” needs a day.", "Choose the day.", code="no_day")
    if outcome.effect is OutcomeEffect.TRY_AGAIN:
        return TaskEnding(
            None, due_on=chosen_on, due_in_working_days=outcome.working_days if chosen_on is None else None
        )
    ends_with = {
        OutcomeEffect.STOP: CompletionReason.MANUAL_STOP,
        OutcomeEffect.DO_NOT_CONTACT: CompletionReason.MANUAL_STOP,
    }.get(outcome.effect)
    return TaskEnding(
        StepRecord(step.id, StepResult.DONE, at, outcome.name),
        is_success=outcome.is_success,
        waits_until_on=chosen_on if outcome.effect is OutcomeEffect.POSTPONE else None,
        ends_with=CompletionReason.GOAL_ACHIEVED if goal is not None and outcome.goal is goal else ends_with,
        suppresses=outcome.effect is OutcomeEffect.DO_NOT_CONTACT,
    )


def skip_task(step: Step, state: TaskState, at: datetime) -> TaskEnding:
    """What it does that a person skips the open task of a step: the contact goes on. Raises NotPossible as above."""
    _check_open(state)
    return TaskEnding(StepRecord(step.id, StepResult.SKIPPED, at))


def _check_open(state: TaskState) -> None:
    if state is not TaskState.OPEN:
        raise NotPossible(f"The task is {state} already.", "Undo that first.", code="task_not_open")
