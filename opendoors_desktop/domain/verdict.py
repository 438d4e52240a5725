"""How a kept mail is taken: what it means and whose it is, as the rules told or a person corrected."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.inbound import AutoReplyKind, BounceKind, FailedRecipient, InboundKind, Reading
from opendoors_desktop.domain.matching import Match, MatchGround, SentEmail
from opendoors_desktop.domain.meaning import Meaning
from opendoors_desktop.domain.reaction import Bucket, Reaction, react, react_as

OF_PERSONS: Final = frozenset({Bucket.REPLY, Bucket.AUTO_REPLY, Bucket.UNSUBSCRIBE})
"""Buckets whose mails have a meaning that a person may correct."""


def kind_of(bucket: Bucket, meaning: Meaning | None, subtype: str | None) -> str:
    """One word for a mail, by which lists are narrowed: its meaning, else what a machine says, else its bucket."""
    if bucket not in OF_PERSONS:
        return bucket.value
    if meaning is not None:
        return meaning.value
    if bucket is Bucket.AUTO_REPLY:
        return subtype or AutoReplyKind.RECEIPT.value
    return Meaning.UNSUBSCRIBE.value if bucket is Bucket.UNSUBSCRIBE else Meaning.UNSURE.value


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a mail is taken for.

    `meaning_on` is the day that goes with the meaning, `set_by` the person who said it (None: the rules did).
    `outgoing_id` is our email it belongs to, on the `ground`; None: nobody's.
    """

    bucket: Bucket
    meaning: Meaning | None
    meaning_on: date | None
    set_by: UUID | None
    ground: MatchGround | None
    outgoing_id: UUID | None
    bounce: BounceKind | None
    needs_review: bool


@dataclass(frozen=True, slots=True)
class KeptReading:
    """What was read from a mail and is kept with it; `subtype` and `bounce` as the rules told them."""

    subtype: str | None
    bounced_address: str
    smtp_status: str
    diagnostic: str
    sender: str
    return_on: date | None


def reaction_of(verdict: Verdict, kept: KeptReading, email: SentEmail | None, received_on: date) -> Reaction:
    """What a mail does that is taken so; `email` is that of the verdict, `received_on` the day it came in."""
    match = None if email is None or verdict.ground is None else Match(email, verdict.ground)
    if verdict.meaning is not None and verdict.bucket in OF_PERSONS:
        return react_as(verdict.meaning, verdict.meaning_on, match, kept.sender)
    found = react(_reading(verdict, kept), match, received_on)
    return Reaction(Bucket.UNMATCHED, needs_review=True) if found is None else found


_KINDS: Final = {
    Bucket.REPLY: InboundKind.MESSAGE,
    Bucket.AUTO_REPLY: InboundKind.AUTO_REPLY,
    Bucket.UNSUBSCRIBE: InboundKind.UNSUBSCRIBE,
    Bucket.BOUNCE: InboundKind.BOUNCE,
    Bucket.COMPLAINT: InboundKind.COMPLAINT,
}


def _reading(verdict: Verdict, kept: KeptReading) -> Reading:
    """The mail as the rules had read it, as far as effects depend on it; of nobody's only reports are kept."""
    kind = _KINDS.get(verdict.bucket)
    if kind is None:
        kind = InboundKind.COMPLAINT if verdict.bounce is None else InboundKind.BOUNCE
    failed = FailedRecipient(kept.bounced_address, kept.smtp_status, verdict.bounce, kept.diagnostic)
    return Reading(
        kind=kind,
        subtype=None if kind is InboundKind.MESSAGE else kept.subtype,
        bounce=verdict.bounce,
        recipients=(failed,) if kept.bounced_address else (),
        return_on=kept.return_on,
        message_id="",
        in_reply_to=(),
        references=(),
        original_ids=(),
        sender=kept.sender,
        sender_name="",
        subject="",
        date=None,
        visible_text="",
        evidence=(),
    )
