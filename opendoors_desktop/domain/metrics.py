"""What the figures mean: how contacts are counted, shares and success rates, and which step a reply belongs to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from opendoors_desktop.domain.step import StepResult, StepType

SOFT_BOUNCES_END_AT = 3
"""How many different emails have to bounce soft in a row until the contact is given up."""


@dataclass(frozen=True, slots=True)
class EmailFigures:
    """What became of one email to a contact; opens and clicks of people only, clicks on the opt-out link excluded."""

    is_accepted: bool = False
    has_hard_bounced: bool = False
    is_opened: bool = False
    is_clicked: bool = False


@dataclass(frozen=True, slots=True)
class ContactFigures:
    """What became of one contact in a sequence; a reply is a human's, on any channel."""

    emails: tuple[EmailFigures, ...] = ()
    has_replied: bool = False
    is_interested: bool = False
    has_meeting: bool = False
    has_opted_out: bool = False
    gave_up_on_soft_bounces: bool = False


@dataclass(frozen=True, slots=True)
class Totals:
    """Contacts counted by what became of them; all from `opened` to `opted_out` are among the delivered ones."""

    enrolled: int = 0
    contacted: int = 0
    delivered: int = 0
    opened: int = 0
    clicked: int = 0
    replied: int = 0
    interested: int = 0
    meetings: int = 0
    opted_out: int = 0
    bounced: int = 0


def count_contacts(contacts: Iterable[ContactFigures]) -> Totals:
    """The totals of a sequence, recounted from what became of each of its contacts.

    Contacted: an email was accepted by the outgoing server. Delivered: contacted with an email that didn't bounce hard.
    Bounced: contacted, and one email bounced hard, be it that the server refused the recipient at once.
    """
    counts = dict.fromkeys(Totals.__slots__, 0)
    for contact in contacts:
        accepted = [email for email in contact.emails if email.is_accepted]
        arrived = [email for email in accepted if not email.has_hard_bounced]
        bounced = any(email.has_hard_bounced for email in contact.emails) or contact.gave_up_on_soft_bounces
        counts["enrolled"] += 1
        counts["contacted"] += bool(accepted)
        counts["bounced"] += bool(accepted) and bounced
        if arrived:
            counts["delivered"] += 1
            counts["opened"] += any(email.is_opened for email in arrived)
            counts["clicked"] += any(email.is_clicked for email in arrived)
            counts["replied"] += contact.has_replied
            counts["interested"] += contact.has_replied and contact.is_interested
            counts["meetings"] += contact.has_meeting
            counts["opted_out"] += contact.has_opted_out
    return Totals(**counts)


def share(part: int, whole: int) -> float | None:
    """The part of a whole as a number from 0 to 1; None of nothing."""
    return part / whole if whole else None


def success_rate(succeeded: int, executed: int) -> Decimal | None:
    """100 × ended well ÷ executed with two decimals, halves away from zero; None at 0."""
    if executed == 0:
        return None
    return (Decimal(100 * succeeded) / executed).quantize(Decimal("0.01"), ROUND_HALF_UP)


def is_execution(result: StepResult) -> bool:
    """Whether a record counts in `times_executed`: all but skips."""
    return result is not StepResult.SKIPPED


def is_success(step_type: StepType, result: StepResult, *, has_bounced: bool = False, was_reached: bool = True) -> bool:
    """Whether a step ended well for a contact.

    An email that was sent and didn't bounce; a task or LinkedIn step done; a call whose outcome says the contact was
    reached; the yes-lane of a conditional step; a delay that is over.
    """
    if step_type is StepType.EMAIL:
        return result is StepResult.SENT and not has_bounced
    if step_type is StepType.CALL:
        return result is StepResult.DONE and was_reached
    return result in {StepResult.DONE, StepResult.YES, StepResult.ELAPSED}


def step_of_reply(sent: Sequence[tuple[UUID, datetime]], replied_at: datetime, answered: UUID | None) -> UUID | None:
    """The step a reply is counted for: the one whose email it answers, else the last one sent before it.

    `sent` are the steps with the instants their emails left; `answered` is the step that the thread tells, if it does.
    """
    if answered is not None:
        return answered
    before = [(at, step_id) for step_id, at in sent if at <= replied_at]
    return max(before)[1] if before else None
