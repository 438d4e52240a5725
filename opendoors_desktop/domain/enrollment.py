"""A contact in a sequence: where it stands, how it ends, pauses, and begins again."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from opendoors_desktop.domain.step import StepRecord, StepResult


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

ENDED = frozenset(set(EnrollmentStatus) - {EnrollmentStatus.ACTIVE, EnrollmentStatus.PAUSED})


@dataclass(frozen=True, slots=True)
class Enrollment:
    """One contact in one round of one sequence.

    `started_at` is where the first step's delay runs from when that isn't the enrolling itself (a chosen start).
    `records` are the steps it has been through in this round, in that order. `current_step_id` is the step it waits at;
    None: to be placed. `start_step_id` is the step a person let it begin with. `waiting_until` puts off everything
    (out of office), `not_before` the current step (an edit placed it there), `shifted_by` is the length of the pauses
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


def delay_starts_at(enrollment: Enrollment) -> datetime:
    """The instant the current step's delay runs from: the last completion, else a chosen start, else enrolling."""
    return enrollment.last_step_completed_at or enrollment.started_at or enrollment.enrolled_at


def with_record(enrollment: Enrollment, record: StepRecord) -> Enrollment:
    """The enrollment after something became of a step: the record put in place of the step's earlier one or at the end.

    All but an open task that is waited for is a completion: the next delay runs from it, and what put off this step
    alone (an edit, pauses) is over. The next step is to be placed.
    """
    records = (*(each for each in enrollment.records if each.step_id != record.step_id), record)
    if record.result is StepResult.MADE:
        return replace(enrollment, records=records, current_step_id=record.step_id, next_step_scheduled_at=None)
    return replace(
        let_go(enrollment),
        records=records,
        last_step_completed_at=record.at,
        current_step_id=None,
        next_step_scheduled_at=None,
        shifted_by=timedelta(),
        not_before=None,
    )


def let_go(enrollment: Enrollment) -> Enrollment:
    """The enrollment without a hold, unless a person put it there."""
    if enrollment.hold is None or enrollment.hold in HELD_BY_PERSON:
        return enrollment
    return replace(enrollment, hold=None, hold_detail=None)
