"""What an enrollment does next, and when: the one rule behind the scheduler, the forecast and "why isn't it sending?".

`next_step` decides from values alone. `advance` repeats it over the steps nobody has to act on (lanes, delays, skips)
until something is to be done, waited for or ended.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from opendoors_desktop.domain.action import Decision, Elapse, Finish, Hold, MakeTask, Send, Skip, TakeLane, Wait
from opendoors_desktop.domain.because import Because
from opendoors_desktop.domain.condition import Moment, depends_on_days, evaluate
from opendoors_desktop.domain.due import delay_over, due_instant, moved_by
from opendoors_desktop.domain.enrollment import (
    ENDED,
    HELD_BY_PERSON,
    CompletionReason,
    Enrollment,
    EnrollmentStatus,
    HoldReason,
    enrolled_at,
    has_sent,
    let_go,
    with_record,
)
from opendoors_desktop.domain.facts import Facts, is_unset, missing_variables
from opendoors_desktop.domain.flow import Flow
from opendoors_desktop.domain.local_time import next_day_starts
from opendoors_desktop.domain.placement import current_step
from opendoors_desktop.domain.send_window import Delay, add_delay, task_due
from opendoors_desktop.domain.sequence import Sequence, SequenceStatus, ends_on
from opendoors_desktop.domain.step import Branch, Step, StepRecord, StepResult, StepType
from opendoors_desktop.domain.suppression import SuppressionReason
from opendoors_desktop.domain.values import changer, maker
from opendoors_desktop.domain.variants import assign_variant, content_of

__all__ = [
    "Advance",
    "Decision",
    "Elapse",
    "Finish",
    "Hold",
    "MakeTask",
    "Send",
    "Skip",
    "TakeLane",
    "Wait",
    "advance",
    "go_through",
    "mailbox_of",
    "next_step",
    "record_of",
    "waits_since_last_email",
]


def next_step(sequence: Sequence, enrollment: Enrollment, facts: Facts, now: datetime) -> Decision:
    """What this enrollment does next on the facts known at `now`.

    Nothing is written and nothing remembered: the caller acts, puts a record into the enrollment (`with_record`) and
    asks again. `now` and all instants are aware and in UTC.
    """
    ended = _ended(sequence, enrollment, facts)
    if ended is not None:
        return ended
    step = current_step(sequence.flow, enrollment)
    halted = _halted(sequence, enrollment, facts, step)
    if halted is not None:
        return halted
    if step is None:
        return Finish(CompletionReason.FINISHED, Because.END)
    over, reason = delay_over(sequence, enrollment, step)
    if step.type is StepType.CONDITIONAL:
        return _lane(step, facts, _moment(sequence, enrollment, now), over, reason)
    due = due_instant(sequence, enrollment, step, over, facts.days_off)
    if due > now:
        return Wait(step, due, due, reason if over > now else moved_by(step))
    if step.conditions is not None and not evaluate(step.conditions, facts, _moment(sequence, enrollment, now)):
        return Skip(step, due, Because.CONDITION_FALSE)
    if step.type is StepType.DELAY:
        return Elapse(step, due)
    if step.is_task:
        return _task(sequence, enrollment, step, facts, due)
    return _email(enrollment, step, facts, due)


_SUPPRESSED = {
    SuppressionReason.UNSUBSCRIBED: Finish(CompletionReason.UNSUBSCRIBED, Because.UNSUBSCRIBED),
    SuppressionReason.COMPLAINT: Finish(CompletionReason.UNSUBSCRIBED, Because.UNSUBSCRIBED),
    SuppressionReason.HARD_BOUNCE: Finish(CompletionReason.BOUNCED, Because.BOUNCED),
    SuppressionReason.DO_NOT_CONTACT: Finish(CompletionReason.MANUAL_STOP, Because.DO_NOT_CONTACT),
    SuppressionReason.ERASED: Finish(CompletionReason.MANUAL_STOP, Because.DO_NOT_CONTACT),
}
_RESTING = {
    SequenceStatus.DRAFT: Because.SEQUENCE_DRAFT,
    SequenceStatus.PAUSED: Because.SEQUENCE_PAUSED,
    SequenceStatus.STOPPED: Because.SEQUENCE_STOPPED,
    SequenceStatus.ARCHIVED: Because.SEQUENCE_ARCHIVED,
}


def _ended(sequence: Sequence, enrollment: Enrollment, facts: Facts) -> Wait | Finish | None:
    """What ends an enrollment whatever its next step is; a goal goes before a reply."""
    if enrollment.status in ENDED:
        return Wait(None, None, None, Because.ENROLLMENT_ENDED)
    if facts.has_reached_goal:
        return Finish(CompletionReason.GOAL_ACHIEVED, Because.GOAL)
    if facts.has_replied and sequence.stop_on_reply:
        return Finish(CompletionReason.REPLIED, Because.REPLIED)
    if facts.suppression is not None and ends_on(sequence, facts.suppression):
        return _SUPPRESSED[facts.suppression]
    if enrollment.records and enrollment.records[-1].result is StepResult.FAILED:
        return Finish(CompletionReason.FAILED, Because.FAILED)
    return None


def _halted(sequence: Sequence, enrollment: Enrollment, facts: Facts, step: Step | None) -> Wait | None:
    """What an enrollment waits for before its next step is looked at: a state, an email under way, an open task."""
    if enrollment.status is EnrollmentStatus.PAUSED:
        return Wait(step, None, None, Because.ENROLLMENT_PAUSED)
    if sequence.status is not SequenceStatus.ACTIVE:
        return Wait(step, None, None, _RESTING[sequence.status])
    if facts.unsettled is not None:
        is_uncertain = facts.unsettled == "uncertain"
        return Wait(step, None, None, Because.EMAIL_UNCERTAIN if is_uncertain else Because.EMAIL_UNDER_WAY)
    if enrollment.records and enrollment.records[-1].result is StepResult.MADE:
        return _open_task(sequence.flow, enrollment.records[-1].step_id, facts)
    return None


def _open_task(flow: Flow, step_id: UUID, facts: Facts) -> Wait | None:
    """An open task is waited for while its step is there, switched on, and says so."""
    if not flow.is_running(step_id) or not flow.by_id[step_id].waits_for_person:
        return None
    task = facts.tasks.get(step_id)
    return None if task is not None and task.is_completed else Wait(flow.by_id[step_id], None, None, Because.TASK_OPEN)


def _moment(sequence: Sequence, enrollment: Enrollment, now: datetime) -> Moment:
    return Moment(now, sequence.calendar(enrollment.zone).zone, enrolled_at(enrollment))


def _lane(step: Step, facts: Facts, moment: Moment, over: datetime, reason: Because) -> Wait | TakeLane | Hold:
    """Which lane a conditional step leads into: at the end of its wait, or *yes* as soon as it may and holds."""
    is_over = over <= moment.now
    if step.conditions is None:
        return _incomplete(step, over, "conditions") if is_over else Wait(step, over, over, reason)
    if not is_over and not step.wait_until_true:
        return Wait(step, over, over, reason)
    if evaluate(step.conditions, facts, moment):
        return TakeLane(step, Branch.YES, min(moment.now, over), Because.CONDITION_TRUE)
    if is_over:
        return TakeLane(step, Branch.NO, over, Because.CONDITION_FALSE)
    look_at = min(over, next_day_starts(moment.zone, moment.now)) if depends_on_days(step.conditions) else over
    return Wait(step, over, look_at, Because.CONDITION_OPEN)


def _email(enrollment: Enrollment, step: Step, facts: Facts, due: datetime) -> Send | Skip | Hold:
    """A due email: left out for a suppressed address, held where something is missing, else sent."""
    if facts.suppression is not None:
        return Skip(step, due, _SUPPRESSED[facts.suppression].because)
    if enrollment.hold in HELD_BY_PERSON:
        return Hold(step, due, enrollment.hold, enrollment.hold_detail or "", Because(enrollment.hold.value))
    missing = _missing(step, facts, due)
    if missing is not None:
        return missing
    is_first = not has_sent(enrollment)
    subject, body = _content(step, enrollment)
    starts_thread = not is_unset(subject)
    if is_unset(body) or (is_first and not starts_thread):
        return _incomplete(step, due, "subject" if is_first and not starts_thread else "body")
    mailbox_id = mailbox_of(step, enrollment, is_new_thread=is_first or starts_thread)
    if mailbox_id is None:
        return Hold(step, due, HoldReason.NO_MAILBOX, "", Because.NO_MAILBOX)
    return _send(step, due, mailbox_id, is_first, starts_thread, Because.DUE)


_send = maker(Send)


def _task(
    sequence: Sequence, enrollment: Enrollment, step: Step, facts: Facts, due: datetime
) -> MakeTask | Skip | Hold:
    """A due task, call, LinkedIn step or email by hand."""
    if step.type is StepType.EMAIL and facts.suppression is not None:
        return Skip(step, due, _SUPPRESSED[facts.suppression].because)
    missing = _missing(step, facts, due)
    if missing is not None:
        return missing
    if step.type is StepType.LINKEDIN and step.linkedin_action is None:
        return _incomplete(step, due, "linkedin_action")
    task_due_at = due
    if step.task_due_days:
        calendar = sequence.calendar(enrollment.zone)
        task_due_at = task_due(calendar, add_delay(calendar, due, Delay(step.task_due_days), working_days=True))
    return MakeTask(step, due, task_due_at)


def _missing(step: Step, facts: Facts, due: datetime) -> Hold | None:
    """A hold that names what the step's texts need and the contact lacks; an email needs an address too."""
    if step.type is StepType.EMAIL and "email" not in facts.filled and is_unset(facts.fields.get("email")):
        return Hold(step, due, HoldReason.NO_ADDRESS, "email", Because.NO_ADDRESS)
    missing = missing_variables(step.variables, facts) if step.variables else ()
    return Hold(step, due, HoldReason.MISSING_DATA, ", ".join(missing), Because.MISSING_DATA) if missing else None


def _incomplete(step: Step, due: datetime, what: str) -> Hold:
    return Hold(step, due, HoldReason.INCOMPLETE_STEP, what, Because.INCOMPLETE_STEP)


def _content(step: Step, enrollment: Enrollment) -> tuple[str | None, str | None]:
    """Subject and body of a contact's email, as templates."""
    if not step.ab_test_enabled or step.ab_test is None:
        return step.subject_template, step.body_template
    content = content_of(step, assign_variant(step.ab_test, enrollment.id, step.id, enrollment.round))
    return content.subject, content.body


def mailbox_of(step: Step, enrollment: Enrollment, *, is_new_thread: bool) -> UUID | None:
    """The mailbox an email leaves from: the step's own where it begins a thread, else that of the running thread."""
    if is_new_thread:
        return step.mailbox_id or enrollment.mailbox_id
    return enrollment.thread_mailbox_id or enrollment.mailbox_id


class Advance(NamedTuple):
    """How far an enrollment has come by itself: its new value, the steps it went through, and what comes now."""

    enrollment: Enrollment
    passed: tuple[TakeLane | Skip | Elapse, ...]
    decision: Decision


def advance(sequence: Sequence, enrollment: Enrollment, facts: Facts, now: datetime) -> Advance:
    """Go through all steps that need nobody (lanes, skips, delays that are over), up to the first that does.

    The enrollment given back stands at that step: `current_step_id`, `next_step_scheduled_at` and hold are set from the
    decision. At most one round for each step, since each leaves a record.
    """
    came = go_through(sequence, enrollment, facts, now)
    return came._replace(enrollment=_standing(came.enrollment, came.decision))


def go_through(sequence: Sequence, enrollment: Enrollment, facts: Facts, now: datetime) -> Advance:
    """As `advance`, but with the enrollment's place left open: enough for those who won't show or store it."""
    decision = next_step(sequence, enrollment, facts, now)
    passed: list[TakeLane | Skip | Elapse] = []
    while isinstance(decision, (TakeLane, Skip, Elapse)):
        passed.append(decision)
        enrollment = with_record(enrollment, record_of(decision))
        decision = next_step(sequence, enrollment, facts, now)
    return Advance(enrollment, tuple(passed), decision)


def record_of(decision: TakeLane | Skip | Elapse | MakeTask) -> StepRecord:
    """The line of progress that a decision leaves when it is carried out."""
    step = decision.step
    if isinstance(decision, TakeLane):
        return StepRecord(step.id, StepResult(decision.branch.value), decision.at)
    if isinstance(decision, Skip):
        return StepRecord(step.id, StepResult.SKIPPED, decision.at, decision.because.value)
    if isinstance(decision, Elapse):
        return StepRecord(step.id, StepResult.ELAPSED, decision.at)
    return StepRecord(step.id, StepResult.MADE if step.waits_for_person else StepResult.PASSED, decision.due_at)


def waits_since_last_email(flow: Flow, enrollment: Enrollment, step: Step) -> timedelta:
    """The delays between the last email that left and this one, those of delay steps and of skipped steps included.

    Days count 24 hours. Used for the rule of one automatic email a day to a contact.
    """
    total = _length(step.delay)
    for record in reversed(enrollment.records):
        if record.result is StepResult.SENT:
            break
        earlier = flow.by_id.get(record.step_id)
        if earlier is not None:
            total += _length(earlier.delay)
    return total


def _length(delay: Delay) -> timedelta:
    return _lasting(delay.days, delay.hours, delay.minutes)


@lru_cache(maxsize=1024)
def _lasting(days: int, hours: int, minutes: int) -> timedelta:
    return timedelta(days=days, hours=hours, minutes=minutes)


def _standing(enrollment: Enrollment, decision: Decision) -> Enrollment:
    """The enrollment with the place, time and hold that the decision gives it."""
    step = None if isinstance(decision, Finish) else decision.step
    if step is None:
        return enrollment
    if isinstance(decision, Hold):
        return replace(
            enrollment,
            current_step_id=step.id,
            next_step_scheduled_at=None,
            hold=decision.reason,
            hold_detail=decision.detail,
        )
    at = (
        decision.until
        if isinstance(decision, Wait)
        else decision.due_at
        if isinstance(decision, (Send, MakeTask))
        else None
    )
    enrollment = let_go(enrollment)
    if enrollment.current_step_id == step.id and enrollment.next_step_scheduled_at == at:
        return enrollment
    return _place(enrollment, step.id, at)


_place = changer(Enrollment, "current_step_id", "next_step_scheduled_at")
