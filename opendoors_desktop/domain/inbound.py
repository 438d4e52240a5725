"""What a mail that came in is: a message, an automatic reply, a bounce, a wish to be left alone, a complaint."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class InboundKind(StrEnum):
    """The one bucket a mail ends in, told from the mail alone."""

    MESSAGE = "message"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    UNSUBSCRIBE = "unsubscribe"
    COMPLAINT = "complaint"


class AutoReplyKind(StrEnum):
    """What an automatic reply says."""

    OUT_OF_OFFICE = "out_of_office"
    LEFT_COMPANY = "left_company"
    CHALLENGE_RESPONSE = "challenge_response"  # the mail is kept back until somebody proves to be a person
    RECEIPT = "receipt"  # it came, was read or has a number; everything else a machine answers


class BounceKind(StrEnum):
    """What a bounce means for the address."""

    HARD = "hard"  # there is no such address
    SOFT = "soft"  # not delivered, for a reason that says nothing of the address
    DELAY = "delay"  # not yet delivered; the server goes on trying


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """One recipient of a report: the address we wrote to, the enhanced status ("" for none), the server's own words.

    `bounce` is None in a complaint: the mail was delivered.
    """

    address: str
    status: str
    bounce: BounceKind | None
    diagnostic: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a rule spoke: its name, and the words of the mail it rests on.

    `at` is where those words begin in the visible text, or None where they stand elsewhere (a header, a report).
    """

    rule: str
    text: str
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """All that is told from one mail; ids in angle brackets.

    `subtype` is a word of AutoReplyKind, for a message or unsubscribe the word of its Meaning. `return_on` is the day
    an absent person names, or the day a person asks to be written to again. `original_ids` are those of the messages a
    report brings back or names. `visible_text` is what was written, without what it quotes.
    """

    kind: InboundKind
    subtype: str | None
    bounce: BounceKind | None
    recipients: tuple[FailedRecipient, ...]
    return_on: date | None
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    original_ids: tuple[str, ...]
    sender: str
    sender_name: str
    subject: str
    date: datetime | None
    visible_text: str
    evidence: tuple[Evidence, ...]


_WORST_FIRST = (BounceKind.HARD, BounceKind.SOFT, BounceKind.DELAY)


def worst_bounce(recipients: tuple[FailedRecipient, ...]) -> BounceKind:
    """What a bounce as a whole is called: hard if one address is bad; soft where nobody is named."""
    kinds = {recipient.bounce for recipient in recipients}
    return next((kind for kind in _WORST_FIRST if kind in kinds), BounceKind.SOFT)
