"""How a sequence fares beside its status: one level with the one reason that matters most, and what helps."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from opendoors_desktop.domain.sequence import SequenceStatus

OVERDUE_AFTER = timedelta(hours=1)
"""An email that may go and hasn't for so long shows that the clockwork stands still."""


class HealthLevel(StrEnum):
    """How much a sequence needs a person."""

    RESTING = "resting"
    GOOD = "good"
    ATTENTION = "attention"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Health:
    """A level, a stable word for its reason, the reason in a sentence, and what to do."""

    level: HealthLevel
    code: str
    sentence: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class HealthFacts:
    """What the health of a sequence is told from; counts are of its enrollments and emails now.

    `failing_mailboxes` maps an address to why it stands still. `oldest_due` is how long the longest waiting email that
    pace would let go has been due; `bounce_rate` is that of the last 100 emails, None below 20.
    """

    status: SequenceStatus
    enrolled: int = 0
    unfinished: int = 0
    problems: int = 0
    mailboxes: int = 0
    failing_mailboxes: tuple[tuple[str, str], ...] = ()
    has_emails: bool = True
    is_stopped_for_all: bool = False
    is_sending_here: bool = True
    is_sending_elsewhere: bool = False
    uncertain: int = 0
    failed: int = 0
    held: int = 0
    oldest_due: timedelta = timedelta()
    bounce_rate: float | None = None


def health_of(facts: HealthFacts) -> Health:
    """The health of a sequence: what blocks it before what needs a look, and that before all is well."""
    if facts.status is not SequenceStatus.ACTIVE:
        return Health(HealthLevel.RESTING, f"sequence_{facts.status}", f"The sequence is {facts.status}.")
    return _blocked(facts) or _attention(facts) or _quiet(facts)


def _blocked(facts: HealthFacts) -> Health | None:
    if facts.problems:
        return Health(
            HealthLevel.BLOCKED,
            "problems",
            f"{_count(facts.problems, 'problem')} in the sequence.",
            "Open the sequence and fix what is listed.",
        )
    if not facts.has_emails:
        return None
    if facts.is_stopped_for_all:
        return Health(
            HealthLevel.BLOCKED, "emergency_stop", "Sending is stopped for everyone.", "Release the emergency stop."
        )
    if not facts.is_sending_here and not facts.is_sending_elsewhere:
        return Health(HealthLevel.BLOCKED, "sending_off", "Sending is off.", "Switch sending on.")
    if facts.failing_mailboxes and len(facts.failing_mailboxes) >= facts.mailboxes:
        address, reason = facts.failing_mailboxes[0]
        return Health(HealthLevel.BLOCKED, "mailboxes_failing", f"{address} can't send: {reason}", "Open Mailboxes.")
    if facts.oldest_due >= OVERDUE_AFTER:
        hours = facts.oldest_due // timedelta(hours=1)
        return Health(
            HealthLevel.BLOCKED,
            "overdue",
            f"An email that may go has waited for {_count(hours, 'hour')}.",
            "Ask why in the outbox, and look at the log.",
        )
    return None


def _attention(facts: HealthFacts) -> Health | None:
    if facts.uncertain:
        return Health(
            HealthLevel.ATTENTION,
            "uncertain",
            f"{_count(facts.uncertain, 'email')} may have been sent.",
            "Look in Sent, then count them as sent or send them again.",
        )
    if facts.failed:
        return Health(
            HealthLevel.ATTENTION,
            "failed",
            f"{_count(facts.failed, 'contact')} stopped because an email failed.",
            "Look at the server's answers.",
        )
    if facts.failing_mailboxes:
        address, reason = facts.failing_mailboxes[0]
        return Health(HealthLevel.ATTENTION, "mailbox_failing", f"{address} can't send: {reason}", "Open Mailboxes.")
    if facts.bounce_rate is not None and facts.bounce_rate > 0.05:
        return Health(
            HealthLevel.ATTENTION,
            "bounces",
            f"{facts.bounce_rate:.0%} of the last emails bounced.",
            "Check where the addresses come from.",
        )
    if facts.held:
        return Health(
            HealthLevel.ATTENTION,
            "held",
            f"{_count(facts.held, 'contact')} held for a person.",
            "Fill in what is missing, or let them go.",
        )
    return None


def _quiet(facts: HealthFacts) -> Health:
    if not facts.enrolled:
        return Health(HealthLevel.ATTENTION, "nobody", "Nobody is enrolled.", "Add contacts.")
    if not facts.unfinished:
        return Health(HealthLevel.GOOD, "all_through", "Everyone is through.", "Add contacts, or stop the sequence.")
    return Health(HealthLevel.GOOD, "good", "All is well.")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number:,} {noun}s"
