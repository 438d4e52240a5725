"""A contact in a sequence: where it stands, how it ends, pauses, and begins again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.domain.step import StepRecord, StepResult
from opendoors_desktop.domain.values import changer


class EnrollmentStatus(StrEnum):
    """Where an enrollment stands."""

    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    STOPPED = "stopped"
    BOUNCED = "bounced"
    UNSUBSCRIBED = "unsubscribed"


class CompletionReason(StrEnum):
    """Why an enrollment ended."""

    FINISHED = "finished"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    MANUAL_STOP = "manual_stop"
    GOAL_ACHIEVED = "goal_achieved"
    REPLIED = "replied"
    COMPANY_REPLIED = "company_replied"
    FAILED = "failed"


class EnrollmentSource(StrEnum):
    """Where an enrollment came from: a person, an import, the API, or an outcome or meaning that enrolls."""

    MANUAL = "manual"
    BULK_IMPORT = "bulk_import"
    API = "api"
    AUTOMATION = "automation"


class HoldReason(StrEnum):
    """Why the next email of an active enrollment waits for a person."""

    MISSING_DATA = "missing_data"
    HELD = "held"
    ADDRESS_CHANGED = "address_changed"
    UNSURE_REPLY = "unsure_reply"
    COLLEAGUE_REPLIED = "colleague_replied"
    INCOMPLETE_STEP = "incomplete_step"
    NO_MAILBOX = "no_mailbox"
    NO_ADDRESS = "no_address"


HELD_BY_PERSON = frozenset(
    {HoldReason.HELD, HoldReason.ADDRESS_CHANGED, HoldReason.UNSURE_REPLY, HoldReason.COLLEAGUE_REPLIED}
)
"""Holds that stand until a person lets go; the others are over as soon as what is missing is there."""

STATUS_OF: Mapping[CompletionReason, EnrollmentStatus] = {
    CompletionReason.FINISHED: EnrollmentStatus.COMPLETED,
    CompletionReason.GOAL_ACHIEVED: EnrollmentStatus.COMPLETED,
    CompletionReason.REPLIED: EnrollmentStatus.STOPPED,
    CompletionReason.COMPANY_REPLIED: EnrollmentStatus.STOPPED,
    CompletionReason.MANUAL_STOP: EnrollmentStatus.STOPPED,
    CompletionReason.FAILED: EnrollmentStatus.STOPPED,
    CompletionReason.BOUNCED: EnrollmentStatus.BOUNCED,
    CompletionReason.UNSUBSCRIBED: EnrollmentStatus.UNSUBSCRIBED,
}
"""The status that each reason to end leads to."""

ENDED = frozenset(STATUS_OF.values())
_ENDINGS = tuple(status for status in EnrollmentStatus if status in ENDED)
TRANSITIONS: Mapping[EnrollmentStatus, tuple[EnrollmentStatus, ...]] = {
    EnrollmentStatus.ACTIVE: (EnrollmentStatus.PAUSED, *_ENDINGS),
    EnrollmentStatus.PAUSED: (EnrollmentStatus.ACTIVE, *_ENDINGS),
} | dict.fromkeys(_ENDINGS, ())
"""The changes of state there are; an ended enrollment is only opened again for one of the reasons of `Reopening`."""


class Reopening(StrEnum):
    """What may make an ended enrollment active again, beside a new round."""

    UNDO = "undo"
    CORRECTED_ADDRESS = "corrected_address"
    MISREAD_OPT_OUT = "misread_opt_out"


@dataclass(frozen=True, slots=True)
class Enrollment:
    """One contact in one round of one sequence.

    `started_at` is where the first step's delay runs from when that isn't the enrolling itself: a chosen start, or the
    instant a later round was enrolled.
    `records` are the steps it has been through in this round, in that order. `current_step_id` is the step it waits at;
    None: to be placed. `start_step_id` is the step a person let it begin with. `waiting_until` puts off everything
    (out of office), `not_before` the current step (an edit, a failed try), `shifted_by` is the length of the pauses
    since the last step ended. `thread_mailbox_id` is the mailbox of its running thread where that isn't `mailbox_id`.
    """

    id: UUID
    sequence_id: UUID
    contact_id: UUID
    enrolled_at: datetime
    status: EnrollmentStatus = EnrollmentStatus.ACTIVE
    round: int = 1
    zone: str = "UTC"
    mailbox_id: UUID | None = None
    records: tuple[StepRecord, ...] = ()
    current_step_id: UUID | None = None
    start_step_id: UUID | None = None
    started_at: datetime | None = None
    last_step_completed_at: datetime | None = None
    next_step_scheduled_at: datetime | None = None
    shifted_by: timedelta = timedelta()
    not_before: datetime | None = None
    waiting_until: datetime | None = None
    hold: HoldReason | None = None
    hold_detail: str | None = None
    paused_at: datetime | None = None
    completed_at: datetime | None = None
    completion_reason: CompletionReason | None = None
    thread_mailbox_id: UUID | None = None


def change_status(current: EnrollmentStatus, wanted: EnrollmentStatus) -> EnrollmentStatus:
    """The wanted state, where it may follow the current one; raises NotPossible, naming those that may."""
    possible = TRANSITIONS[current]
    if wanted in possible:
        return wanted
    advice = f"From {current} it can become {', '.join(possible)}." if possible else "Begin a new round instead."
    raise NotPossible(f"An enrollment that is {current} can't become {wanted}.", advice, code="bad_transition")


def pause(enrollment: Enrollment, at: datetime) -> Enrollment:
    """The enrollment standing still from `at` on; raises NotPossible unless it is active."""
    status = change_status(enrollment.status, EnrollmentStatus.PAUSED)
    return replace(enrollment, status=status, paused_at=at, next_step_scheduled_at=None)


def resume(enrollment: Enrollment, at: datetime, sequence_paused_at: datetime | None) -> Enrollment:
    """The enrollment going on at `at`, its due times later by the pause; raises NotPossible unless it is paused.

    `sequence_paused_at` is given while its sequence is paused as well: from then on the sequence's pause counts.
    """
    status = change_status(enrollment.status, EnrollmentStatus.ACTIVE)
    ends = at if sequence_paused_at is None else min(at, sequence_paused_at)
    lasted = _pause_within(enrollment, enrollment.paused_at or ends, ends)
    return replace(_later(enrollment, lasted), status=status, paused_at=None)


def resume_sequence(enrollment: Enrollment, sequence_paused_at: datetime, at: datetime) -> Enrollment:
    """The enrollment with its due times later by a pause of its sequence that ends at `at`.

    Of one that is paused itself only the part before its own pause counts; its own counts when it is resumed.
    """
    ends = at if enrollment.paused_at is None else min(at, enrollment.paused_at)
    lasted = _pause_within(enrollment, sequence_paused_at, ends)
    return _later(enrollment, lasted)


def _later(enrollment: Enrollment, by: timedelta) -> Enrollment:
    not_before = None if enrollment.not_before is None else enrollment.not_before + by
    return replace(enrollment, shifted_by=enrollment.shifted_by + by, not_before=not_before)


def _pause_within(enrollment: Enrollment, begins: datetime, ends: datetime) -> timedelta:
    """How much of a pause lies behind the instant that the current delay runs from."""
    return max(timedelta(), ends - max(begins, delay_starts_at(enrollment)))


def end(enrollment: Enrollment, reason: CompletionReason, at: datetime) -> Enrollment:
    """The enrollment ended for a reason, its current step the last it reached; raises NotPossible if it has ended."""
    status = change_status(enrollment.status, STATUS_OF[reason])
    reached = enrollment.records[-1].step_id if enrollment.records else None
    return replace(
        enrollment,
        status=status,
        completion_reason=reason,
        completed_at=at,
        current_step_id=enrollment.current_step_id or reached,
        next_step_scheduled_at=None,
        hold=None,
        hold_detail=None,
        waiting_until=None,
        paused_at=None,
    )


def reopen(enrollment: Enrollment, why: Reopening) -> Enrollment:
    """An ended enrollment made active again, in its round, at its place; a last step that failed is to be done again.

    Undo opens any but an unsubscribed one, a corrected address a bounced one, and only the correction of a reply that
    was misread as an opt-out an unsubscribed one. Raises NotPossible otherwise.
    """
    opens = {
        Reopening.UNDO: ENDED - {EnrollmentStatus.UNSUBSCRIBED},
        Reopening.CORRECTED_ADDRESS: {EnrollmentStatus.BOUNCED},
        Reopening.MISREAD_OPT_OUT: {EnrollmentStatus.UNSUBSCRIBED},
    }[why]
    if enrollment.status not in opens:
        raise NotPossible(
            f"An enrollment that is {enrollment.status} can't be opened again by this ({why}).",
            f"It opens those that are {', '.join(sorted(opens))}.",
            code="bad_transition",
        )
    records = enrollment.records
    if records and records[-1].result is StepResult.FAILED:
        records = records[:-1]
    return replace(
        enrollment,
        status=EnrollmentStatus.ACTIVE,
        completion_reason=None,
        completed_at=None,
        current_step_id=None,
        records=records,
        last_step_completed_at=max((record.at for record in records), default=None),
    )


def delay_starts_at(enrollment: Enrollment) -> datetime:
    """The instant the current step's delay runs from: the last completion, else a chosen start, else enrolling."""
    return enrollment.last_step_completed_at or enrollment.started_at or enrollment.enrolled_at


def enrolled_at(enrollment: Enrollment) -> datetime:
    """When this round was enrolled: a later round's start is its own."""
    return enrollment.enrolled_at if enrollment.round == 1 else enrollment.started_at or enrollment.enrolled_at


def find_record(enrollment: Enrollment, step_id: UUID) -> StepRecord | None:
    """What became of a step so far; None while nothing has."""
    number = step_id.int  # compared without a call of Python, unlike the id itself
    for record in enrollment.records:
        if record.step_id.int == number:
            return record
    return None


def has_sent(enrollment: Enrollment) -> bool:
    """Whether an email of this round has left."""
    return StepResult.SENT in [record.result for record in enrollment.records]


def with_record(enrollment: Enrollment, record: StepRecord) -> Enrollment:
    """The enrollment after something became of a step: the record put in place of the step's earlier one or at the end.

    All but an open task that is waited for is a completion: the next delay runs from it, and what put off this step
    alone (an edit, pauses) is over. The next step is to be placed. What becomes later of a task that wasn't waited for
    takes the place of its record and changes nothing else.
    """
    earlier = find_record(enrollment, record.step_id)
    if earlier is None:
        records = (*enrollment.records, record)
    elif earlier.result is StepResult.PASSED:
        return replace(enrollment, records=tuple(record if each is earlier else each for each in enrollment.records))
    else:
        records = (*(each for each in enrollment.records if each is not earlier), record)
    if record.result is StepResult.MADE:
        return replace(enrollment, records=records, current_step_id=record.step_id, next_step_scheduled_at=None)
    return _complete(let_go(enrollment), records, record.at, None, None, _NOT_AT_ALL, None)


_NOT_AT_ALL = timedelta()
_complete = changer(
    Enrollment,
    "records",
    "last_step_completed_at",
    "current_step_id",
    "next_step_scheduled_at",
    "shifted_by",
    "not_before",
)


def with_thread(enrollment: Enrollment, mailbox_id: UUID) -> Enrollment:
    """The enrollment after an email from this mailbox began a new thread, in which its follow-ups stay."""
    own = None if mailbox_id == enrollment.mailbox_id else mailbox_id
    return enrollment if own == enrollment.thread_mailbox_id else replace(enrollment, thread_mailbox_id=own)


def let_go(enrollment: Enrollment) -> Enrollment:
    """The enrollment without a hold, unless a person put it there."""
    if enrollment.hold is None or enrollment.hold in HELD_BY_PERSON:
        return enrollment
    return replace(enrollment, hold=None, hold_detail=None)
