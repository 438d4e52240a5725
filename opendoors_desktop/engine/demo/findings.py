"""What can be found wrong with the tour, and how it is named."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from opendoors_desktop.engine.demo.evidence import Letter, Which


class Wrong(StrEnum):
    """What can be wrong with a campaign; the value says it for people."""

    DOUBLED = "doubled"
    LOST = "lost"
    UNKNOWN = "of no step"
    NOBODY = "emails that nobody got"
    NOWHERE = "left without a state"
    WINDOW = "outside the window"
    MAILBOX_DAY = "over a mailbox's cap a day"
    MAILBOX_HOUR = "over a mailbox's cap an hour"
    COMPANY_DAY = "over a company's cap a day"
    GAP = "closer than the gap"
    SEQUENCE_DAY = "over a sequence's cap a day"
    NEW_DAY = "over the new contacts a day"
    THROTTLE = "closer than the sequence allows"
    CONTACT_DAY = "second to a contact on a day"
    SILENCE = "to somebody who was not to be written to"
    EDIT = "with the wrong text after an edit"
    EFFECT = "answers that led to something else"
    JOURNAL = "told otherwise by the journal"
    RECOUNT = "totals that a recount doesn't bear out"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, with a sentence that names it."""

    wrong: Wrong
    sentence: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A mail that was received, with the email it is and the first try of it."""

    letter: Letter
    which: Which
    first_tried_at: datetime


def named(which: Which) -> str:
    """An email of a sequence in words."""
    variant = f" ({which.variant})" if which.variant else ""
    return f"step {which.step}{variant} of {which.sequence}"


def told(each: Seen) -> str:
    """A mail in words."""
    return f"{named(each.which)} to {each.letter.recipient} at {clock(each.letter.received_at)}"


def clock(instant: datetime) -> str:
    """An instant in words."""
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"
