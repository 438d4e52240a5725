"""What the tour is judged by: the mails its server took and refused, the settings that held, and what the store says.

All instants are aware and in UTC; addresses are compared in lower case.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple


class Which(NamedTuple):
    """An email of a sequence: the sequence's name, the step's number, and the variant ("" without a test)."""

    sequence: str
    step: int
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail the server took; `text` is its subject and readable text, one space between words.

    `opt_out` is the subject of the mail that a mail program would send to unsubscribe (RFC 2369).
    """

    sender: str
    recipient: str
    message_id: str
    received_at: datetime
    text: str
    subject: str = ""
    opt_out: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A try the server refused, for now (`code` 4xx) or for good (5xx)."""

    sender: str
    recipient: str
    at: datetime
    code: int


class Kind(StrEnum):
    """What a mail is that came back; the value says it for people."""

    REPLY = "answers"
    COLLEAGUE = "has a colleague answer"
    AWAY = "is away"
    GONE = "isn't there any more"
    FULL = "has a full mailbox"
    OPT_OUT = "opts out"


@dataclass(frozen=True, slots=True)
class Came:
    """A mail that came back from a recipient of a sequence; `returns_on` is the day somebody away names."""

    recipient: str
    sequence: str
    kind: Kind
    at: datetime
    returns_on: date | None = None


@dataclass(frozen=True, slots=True)
class BoxRules:
    """What was set for a mailbox; None is no limit. `ramp` is its first day, that day's cap, and the rise a day."""

    address: str
    zone: str
    daily_cap: int | None = None
    hourly_cap: int | None = None
    company_cap: int | None = None
    gap: timedelta = timedelta()
    ramp: tuple[date, int, int] | None = None


@dataclass(frozen=True, slots=True)
class SequenceRules:
    """What was set for a sequence; `days` has seven entries, Monday first."""

    name: str
    zone: str
    days: tuple[bool, ...]
    start: time
    end: time
    max_a_day: int | None = None
    max_new_a_day: int | None = None
    throttle: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing may come to a recipient from `begins` to `ends` (None: for ever), of one sequence or of all ("")."""

    recipient: str
    begins: datetime
    ends: datetime | None = None
    sequence: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """A step's text was changed at an instant: what is tried first from then on holds `sentence`, nothing before."""

    sequence: str
    step: int
    at: datetime
    sentence: str


@dataclass(frozen=True, slots=True)
class Rules:
    """All that was set: by address the mailboxes, by name the sequences, by recipient the zone that is known.

    `marks` are the sentences by which an email is known.
    """

    boxes: Mapping[str, BoxRules]
    sequences: Mapping[str, SequenceRules]
    marks: Mapping[Which, tuple[str, ...]]
    zones: Mapping[str, str] = field(default_factory=dict)
    silences: tuple[Silence, ...] = ()
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class JournalLine:
    """What the store says of one email."""

    message_id: str
    recipient: str
    which: Which
    state: str


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What the store says of one contact in a sequence; `state` is "" where it can't be told what it waits for.

    `ended_at` is None for one that goes on.
    """

    recipient: str
    sequence: str
    state: str
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything there is to judge by; `unequal` are totals of the store that a recount doesn't bear out."""

    letters: tuple[Letter, ...]
    refusals: tuple[Refusal, ...] = ()
    journal: tuple[JournalLine, ...] = ()
    people: tuple[Whereabouts, ...] = ()
    came: tuple[Came, ...] = ()
    unequal: tuple[str, ...] = ()
