"""Who may be enrolled, from which mailbox and in which zone, in a first round or in another one."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from opendoors_desktop.domain.enrollment import ENDED, Enrollment, EnrollmentStatus
from opendoors_desktop.domain.sequence import Sequence, SequenceStatus, ends_on
from opendoors_desktop.domain.step import StepResult, StepType
from opendoors_desktop.domain.suppression import SuppressionReason
from opendoors_desktop.domain.variants import bucket, choose


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a contact isn't enrolled: a stable word for programs, a sentence for people, and what to do."""

    code: str
    title: str
    advice: str


_ENROLLED = Refusal("already_enrolled", "The contact is in this sequence already.", "Nothing needs to be done.")
_UNSUBSCRIBED = Refusal("unsubscribed", "The contact has unsubscribed from this sequence.", "This is final.")
_ROUND = Refusal(
    "already_been", "The contact has been in this sequence before.", "Allow another round in the sequence's settings."
)
_PARALLEL = "Allow it in this sequence's settings, or stop the other one first."


def refuse(
    sequence: Sequence,
    existing: Enrollment | None,
    elsewhere: Collection[str],
    suppression: SuppressionReason | None,
) -> Refusal | None:
    """Why this contact may not be enrolled, None where it may.

    `existing` is its enrollment in this sequence, `elsewhere` the names of other sequences in which it is active or
    paused, `suppression` why it may not be written to. A contact is in a sequence once; another round and being in two
    sequences at once are refused unless this sequence allows them.
    """
    if sequence.status in {SequenceStatus.STOPPED, SequenceStatus.ARCHIVED}:
        return Refusal(
            f"sequence_{sequence.status}", f"The sequence is {sequence.status}.", "Enroll into a clone of it instead."
        )
    if existing is not None:
        if existing.status not in ENDED:
            return _ENROLLED
        if existing.status is EnrollmentStatus.UNSUBSCRIBED:
            return _UNSUBSCRIBED
        if not sequence.allows_new_round:
            return _ROUND
    if suppression is not None and ends_on(sequence, suppression):
        title = f"The contact must not be written to ({suppression.replace('_', ' ')})."
        return Refusal("suppressed", title, "Look at the suppression list.")
    if elsewhere and not sequence.allows_parallel:
        names = ", ".join(sorted(elsewhere))
        return Refusal("in_other_sequence", f"The contact is in another sequence now: {names}.", _PARALLEL)
    return None


def new_round(existing: Enrollment, at: datetime, *, zone: str, mailbox_id: UUID | None) -> Enrollment:
    """The enrollment's row used again for another round that begins at `at`; ask `refuse` first."""
    return replace(
        existing,
        status=EnrollmentStatus.ACTIVE,
        round=existing.round + 1,
        zone=zone,
        mailbox_id=mailbox_id,
        records=(),
        current_step_id=None,
        start_step_id=None,
        started_at=at,
        last_step_completed_at=None,
        next_step_scheduled_at=None,
        shifted_by=timedelta(),
        not_before=None,
        waiting_until=None,
        hold=None,
        hold_detail=None,
        paused_at=None,
        completed_at=None,
        completion_reason=None,
        thread_mailbox_id=None,
    )


def fixed_mailbox(sequence: Sequence, enrollment_id: UUID) -> UUID | None:
    """The mailbox an enrollment keeps: the first email step's own, else one by the sequence's shares, else its default.

    The shares are weighed by a hash of the enrollment, so that the answer stays the same as long as they do.
    """
    for step in sequence.flow.running():
        if step.type is StepType.EMAIL:
            if step.mailbox_id is not None:
                return step.mailbox_id
            break
    if not sequence.shares:
        return sequence.default_mailbox_id
    index = choose([share.weight for share in sequence.shares], bucket(sequence.id, enrollment_id))
    return sequence.default_mailbox_id if index is None else sequence.shares[index].mailbox_id


def enrollment_zone(sequence: Sequence, contact_zone: str | None) -> str:
    """The zone that rules an enrollment's delays, windows and days: the contact's where the sequence says so."""
    return contact_zone if sequence.uses_contact_zone and contact_zone else sequence.zone


def was_contacted(enrollment: Enrollment) -> bool:
    """Whether anything reached the contact, so that a removal keeps the row and its figures."""
    reached = {StepResult.SENT, StepResult.DONE}
    return enrollment.round > 1 or any(record.result in reached for record in enrollment.records)


def further_along(one: Enrollment, other: Enrollment) -> Enrollment:
    """Of two enrollments of merged contacts in one sequence, the one to keep: an opt-out first, then the longer way."""
    return max(one, other, key=_way)


def _way(enrollment: Enrollment) -> tuple[bool, int, int, bool, float, float]:
    last = enrollment.last_step_completed_at
    return (
        enrollment.status is EnrollmentStatus.UNSUBSCRIBED,
        enrollment.round,
        len(enrollment.records),
        enrollment.status in ENDED,
        last.timestamp() if last else 0.0,
        -enrollment.enrolled_at.timestamp(),
    )
