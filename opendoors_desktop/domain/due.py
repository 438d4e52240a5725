"""When a step is due: its delay, what puts it off, and the window or working day it moves into."""

from datetime import date, datetime, timedelta

from opendoors_desktop.domain.because import Because
from opendoors_desktop.domain.enrollment import Enrollment, delay_starts_at
from opendoors_desktop.domain.send_window import add_delay, next_open, task_due
from opendoors_desktop.domain.sequence import Sequence
from opendoors_desktop.domain.step import Step, StepType


def delay_over(sequence: Sequence, enrollment: Enrollment, step: Step) -> tuple[datetime, Because]:
    """When the step's wait is over, and what it waits for till then."""
    calendar = sequence.calendar(enrollment.zone)
    over = add_delay(calendar, delay_starts_at(enrollment), step.delay, sequence.delays_in_working_days)
    reason = Because.DELAY
    if enrollment.shifted_by:
        over += enrollment.shifted_by
    if enrollment.not_before is not None and enrollment.not_before > over:
        over, reason = enrollment.not_before, Because.PUT_OFF
    if enrollment.waiting_until is not None and enrollment.waiting_until > over:
        over, reason = enrollment.waiting_until, Because.OUT_OF_OFFICE
    return over, reason


def due_instant(
    sequence: Sequence, enrollment: Enrollment, step: Step, over: datetime, days_off: frozenset[date]
) -> datetime:
    """When a step is due whose wait is over: emails inside the window, people's work on a working day, delays at once.

    `days_off` are those of the mailbox; they move emails alone.
    """
    if step.type is StepType.EMAIL and not step.is_manual:
        return next_open(sequence.calendar(enrollment.zone, days_off), over)
    if step.type is StepType.DELAY:
        return over
    return task_due(sequence.calendar(enrollment.zone), over, _earliest(enrollment, step))


def _earliest(enrollment: Enrollment, step: Step) -> datetime:
    """A task may come due earlier on its day than its delay is over, but not before what it has to wait for.

    Days of a delay name a day; its hours and minutes are waited out: "call two hours later" is not before that.
    """
    elapsed = timedelta(hours=step.delay.hours, minutes=step.delay.minutes)
    waits = (delay_starts_at(enrollment) + elapsed, enrollment.not_before, enrollment.waiting_until)
    return max(instant for instant in waits if instant is not None)


def moved_by(step: Step) -> Because:
    """What moves a step's due instant behind the end of its wait."""
    return Because.WINDOW if step.type is StepType.EMAIL and not step.is_manual else Because.WORKING_DAY
