"""Short ways to say who waits and what may leave, for the tests of pace."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from opendoors_desktop.domain.mailbox import MailboxLimits
from opendoors_desktop.domain.pace_book import Attempt, PaceBook, SharedCounts
from opendoors_desktop.domain.pace_rules import Candidate, SequenceLimits
from opendoors_desktop.domain.send_window import Calendar, SendWindow

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
MAILBOX = UUID(int=1)
SEQUENCE = UUID(int=11)
OTHER_SEQUENCE = UUID(int=12)
STEP = UUID(int=21)
ALL_DAY = Calendar(BERLIN, SendWindow((True,) * 7))
OFFICE = Calendar(BERLIN, SendWindow(start=time(9), end=time(17)))


def berlin(*parts: int) -> datetime:
    """An instant by the clocks of Berlin."""
    return datetime(*parts, tzinfo=BERLIN).astimezone(UTC)  # type: ignore[arg-type,misc]


MONDAY_AT_TEN = berlin(2026, 11, 23, 10)


def mailbox(**limits: Any) -> MailboxLimits:
    return MailboxLimits(MAILBOX, BERLIN, **limits)


def sequence(sequence_id: UUID = SEQUENCE, **limits: Any) -> SequenceLimits:
    return SequenceLimits(sequence_id, BERLIN, **limits)


def book(*sequences: SequenceLimits) -> PaceBook:
    return PaceBook(MAILBOX, BERLIN, SharedCounts({each.sequence_id: each.zone for each in sequences}))


def email(number: int, **fields: Any) -> Candidate:
    """The follow-up of enrollment `number`, due Monday at ten and free to leave at any hour."""
    waiting = Candidate(
        enrollment_id=UUID(int=1000 + number),
        sequence_id=SEQUENCE,
        step_id=STEP,
        contact_id=UUID(int=2000 + number),
        company_id=None,
        is_first=False,
        due_at=MONDAY_AT_TEN,
        calendar=ALL_DAY,
    )
    return waiting._replace(**fields)


def attempt(waiting: Candidate, at: datetime, **fields: Any) -> Attempt:
    """The journal's row of an email that left at `at`, at its first try and on its slot."""
    row = Attempt(
        waiting.sequence_id,
        waiting.enrollment_id,
        waiting.step_id,
        waiting.contact_id,
        waiting.company_id,
        waiting.is_first,
        slot_at=at,
        first_attempted_at=at,
        last_attempted_at=at,
    )
    return replace(row, **fields)
