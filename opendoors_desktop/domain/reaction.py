"""What a mail that came in means for the enrollment it belongs to and for an address; decided here, done elsewhere."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from opendoors_desktop.domain.activity import ActivityKind
from opendoors_desktop.domain.address import address_key
from opendoors_desktop.domain.enrollment import HoldReason
from opendoors_desktop.domain.inbound import AutoReplyKind, BounceKind, InboundKind, Reading
from opendoors_desktop.domain.matching import Match, MatchGround
from opendoors_desktop.domain.suppression import SuppressionReason

LONGEST_AWAY: Final = timedelta(days=365)
"""A return named for later is a mistake of theirs or ours."""


class Bucket(StrEnum):
    """The one place a mail ends in."""

    REPLY = "reply"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    UNSUBSCRIBE = "unsubscribe"
    COMPLAINT = "complaint"
    UNMATCHED = "unmatched"


@dataclass(frozen=True, slots=True)
class Reaction:
    """What follows from a mail; everything that isn't said stays as it is.

    `activity` is what is written into the history. The contact `is_away`, until `returns_on` where they say so. A
    `suppressed` address (normalised) is not written to any more, for the reason beside it. `hold` has the next email
    wait for a person. `needs_review`: nobody is sure, so a person should look.
    """

    bucket: Bucket
    activity: ActivityKind | None = None
    is_reply: bool = False
    is_away: bool = False
    returns_on: date | None = None
    suppressed: str = ""
    reason: SuppressionReason | None = None
    bounce: BounceKind | None = None
    hold: HoldReason | None = None
    needs_review: bool = False


def react(reading: Reading, match: Match | None, received_on: date) -> Reaction | None:
    """What a mail does (behaviour: what comes back); None for a mail that is none of ours.

    `received_on` is the day it came in, where the contact is or in UTC. Without a match only what may be done to
    anybody is: who asks to be left alone is left alone. A report without an id of ours changes nothing and is shown.
    """
    if match is None:
        return _of_nobody(reading)
    contact = address_key(match.email.address)
    match reading.kind:
        case InboundKind.MESSAGE:
            return _replied(match.ground)
        case InboundKind.AUTO_REPLY:
            return _answered_by_machine(reading, match.ground, received_on)
        case InboundKind.UNSUBSCRIBE:
            who = address_key(reading.sender) if match.ground is MatchGround.COLLEAGUE else contact
            return _left_alone(Bucket.UNSUBSCRIBE, ActivityKind.UNSUBSCRIBED, who, SuppressionReason.UNSUBSCRIBED)
        case InboundKind.COMPLAINT:
            return _left_alone(Bucket.COMPLAINT, ActivityKind.COMPLAINED, contact, SuppressionReason.COMPLAINT)
        case _:
            return _bounced(reading, contact)


def _of_nobody(reading: Reading) -> Reaction | None:
    if reading.kind is InboundKind.UNSUBSCRIBE and reading.sender:
        return Reaction(
            Bucket.UNSUBSCRIBE,
            suppressed=address_key(reading.sender),
            reason=SuppressionReason.UNSUBSCRIBED,
            needs_review=True,
        )
    if reading.kind in (InboundKind.BOUNCE, InboundKind.COMPLAINT):
        return Reaction(Bucket.UNMATCHED, bounce=reading.bounce, needs_review=True)
    return None


def _replied(ground: MatchGround) -> Reaction:
    """A colleague's answer isn't the contact's: whether it ends their sequence, a person says."""
    if ground is MatchGround.COLLEAGUE:
        return Reaction(Bucket.REPLY, ActivityKind.HELD, hold=HoldReason.COLLEAGUE_REPLIED, needs_review=True)
    return Reaction(Bucket.REPLY, ActivityKind.REPLIED, is_reply=True)


def _answered_by_machine(reading: Reading, ground: MatchGround, received_on: date) -> Reaction:
    """Never stops anything; only the contact's own absence puts anything off."""
    if reading.subtype != AutoReplyKind.OUT_OF_OFFICE or ground is MatchGround.COLLEAGUE:
        left = reading.subtype == AutoReplyKind.LEFT_COMPANY
        return Reaction(Bucket.AUTO_REPLY, ActivityKind.AUTO_REPLIED, needs_review=left)
    named = reading.return_on
    if named is not None and not received_on <= named <= received_on + LONGEST_AWAY:
        return Reaction(Bucket.AUTO_REPLY, ActivityKind.OUT_OF_OFFICE, needs_review=True)
    return Reaction(Bucket.AUTO_REPLY, ActivityKind.OUT_OF_OFFICE, is_away=True, returns_on=named)


def _left_alone(bucket: Bucket, activity: ActivityKind, who: str, reason: SuppressionReason) -> Reaction:
    return Reaction(bucket, activity, suppressed=who, reason=reason)


def _bounced(reading: Reading, contact: str) -> Reaction:
    """What became of the contact's own address; a report of others alone says nothing of it."""
    own = [one.bounce for one in reading.recipients if address_key(one.address) == contact]
    # A mail that was passed on comes back for an address we never wrote to: the id says whose it was.
    kind = own[0] if own else reading.bounce
    if kind is BounceKind.HARD and not own and reading.recipients:
        return Reaction(Bucket.BOUNCE, ActivityKind.BOUNCED, bounce=BounceKind.SOFT, needs_review=True)
    if kind is BounceKind.HARD:
        return Reaction(
            Bucket.BOUNCE,
            ActivityKind.BOUNCED,
            suppressed=contact,
            reason=SuppressionReason.HARD_BOUNCE,
            bounce=kind,
        )
    activity = None if kind is BounceKind.DELAY else ActivityKind.BOUNCED
    return Reaction(Bucket.BOUNCE, activity, bounce=kind)
