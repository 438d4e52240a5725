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
from opendoors_desktop.domain.meaning import Meaning
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


_UNMATCHED: Final = Reaction(Bucket.UNMATCHED, needs_review=True)


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
            meaning = Meaning.UNSURE if reading.subtype is None else Meaning(reading.subtype)
            return _replied(match.ground, meaning, _later_day(reading.return_on, received_on))
        case InboundKind.AUTO_REPLY:
            return _answered_by_machine(reading, match.ground, received_on)
        case InboundKind.UNSUBSCRIBE:
            return _opts_out(match, reading.sender)
        case InboundKind.COMPLAINT:
            return _left_alone(Bucket.COMPLAINT, ActivityKind.COMPLAINED, contact, SuppressionReason.COMPLAINT)
        case _:
            return _bounced(reading, contact)


def react_as(meaning: Meaning, on: date | None, match: Match | None, sender: str) -> Reaction:
    """What a mail does of which a person says what it means; `on` is the day it names, for not now and out of office.

    Without a match it can only ask for being left alone.
    """
    if match is None:
        return _stranger_opts_out(sender) if meaning is Meaning.UNSUBSCRIBE else _UNMATCHED
    if meaning is Meaning.OUT_OF_OFFICE:
        return Reaction(Bucket.AUTO_REPLY, ActivityKind.OUT_OF_OFFICE, is_away=True, returns_on=on)
    if meaning is Meaning.UNSUBSCRIBE:
        return _opts_out(match, sender)
    return _replied(match.ground, meaning, on)


def _later_day(named: date | None, received_on: date) -> date | None:
    """The day a mail names, where it may be meant."""
    return named if named is not None and received_on <= named <= received_on + LONGEST_AWAY else None


def _opts_out(match: Match, sender: str) -> Reaction:
    """Whoever wrote is left alone; an opt-out by our own link is the contact's, wherever it came from."""
    who = address_key(sender if match.ground is MatchGround.COLLEAGUE else match.email.address)
    return _left_alone(Bucket.UNSUBSCRIBE, ActivityKind.UNSUBSCRIBED, who, SuppressionReason.UNSUBSCRIBED)


def _stranger_opts_out(sender: str) -> Reaction:
    return Reaction(
        Bucket.UNSUBSCRIBE,
        suppressed=address_key(sender),
        reason=SuppressionReason.UNSUBSCRIBED,
        needs_review=True,
    )


def _of_nobody(reading: Reading) -> Reaction | None:
    if reading.kind is InboundKind.UNSUBSCRIBE and reading.sender:
        return _stranger_opts_out(reading.sender)
    if reading.kind in (InboundKind.BOUNCE, InboundKind.COMPLAINT):
        return Reaction(Bucket.UNMATCHED, bounce=reading.bounce, needs_review=True)
    return None


def _replied(ground: MatchGround, meaning: Meaning, on: date | None) -> Reaction:
    """A colleague's answer isn't the contact's: whether it ends their sequence, a person says.

    Where a reply stops nothing, one that nobody is sure of has the next email wait for a person, and "not now" puts it
    off to the day it names.
    """
    if ground is MatchGround.COLLEAGUE:
        return Reaction(Bucket.REPLY, ActivityKind.HELD, hold=HoldReason.COLLEAGUE_REPLIED, needs_review=True)
    return Reaction(
        Bucket.REPLY,
        ActivityKind.REPLIED,
        is_reply=True,
        is_away=meaning is Meaning.NOT_NOW and on is not None,
        returns_on=on if meaning is Meaning.NOT_NOW else None,
        hold=HoldReason.UNSURE_REPLY if meaning is Meaning.UNSURE else None,
    )


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
