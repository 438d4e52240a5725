"""Addresses, domains and erased persons that must not be written to, and the one email that may pass all the same."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class SuppressionReason(StrEnum):
    """Why nobody may write there."""

    UNSUBSCRIBED = "unsubscribed"
    COMPLAINT = "complaint"
    HARD_BOUNCE = "hard_bounce"
    DO_NOT_CONTACT = "do_not_contact"
    ERASED = "erased"


class SuppressionScope(StrEnum):
    """What the value of a suppression is: a whole address, a mail domain, or the keyed hash of an erased address."""

    ADDRESS = "address"
    DOMAIN = "domain"
    HASH = "hash"


class EmailKind(StrEnum):
    """What an outgoing email is: of a sequence, written by hand, an answer in a thread, or a test to oneself."""

    SEQUENCE = "sequence"
    MANUAL = "manual"
    REPLY = "reply"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Suppression:
    """One entry: `value` is normalised as contacts' addresses are; `source` says where it came from, for people."""

    id: UUID
    scope: SuppressionScope
    value: str
    reason: SuppressionReason
    source: str
    suppressed_at: datetime


WEIGHT = (
    SuppressionReason.ERASED,
    SuppressionReason.DO_NOT_CONTACT,
    SuppressionReason.UNSUBSCRIBED,
    SuppressionReason.COMPLAINT,
    SuppressionReason.HARD_BOUNCE,
)
"""The reasons, the one that binds most first."""


def strongest(reasons: frozenset[SuppressionReason]) -> SuppressionReason | None:
    """The reason that binds most where an address is suppressed more than once; None where it is not at all."""
    return next((reason for reason in WEIGHT if reason in reasons), None)


def may_send(kind: EmailKind, reason: SuppressionReason | None, *, is_confirmed: bool = False) -> bool:
    """Whether an email of this kind may go to an address that is suppressed for `reason` (None: it is not).

    Only an answer in an existing thread may, and only after a person confirmed it; never to an erased person.
    """
    if reason is None:
        return True
    return kind is EmailKind.REPLY and is_confirmed and reason is not SuppressionReason.ERASED
