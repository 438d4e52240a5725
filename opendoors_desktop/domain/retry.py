"""What follows from an email that didn't go: try again and when, give it up, stop the mailbox, or ask a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from opendoors_desktop.domain.failure import FailureKind, SmtpPhase, classify
from opendoors_desktop.domain.mailbox import PauseReason
from opendoors_desktop.domain.send_window import Calendar, Delay, NoOpening, add_delay, next_open

__all__ = [
    "Fail", "FailureKind", "PauseMailbox", "Retry", "SmtpPhase", "Uncertain", "Verdict", "after_failure", "classify",
]  # fmt: skip

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 30, 60, 120, 240, 480, 720))
GIVEN_UP_AFTER = Delay(days=3)  # sending days

_PAUSES_THE_MAILBOX = {
    FailureKind.AUTHENTICATION: PauseReason.AUTHENTICATION,
    FailureKind.SENDER_REFUSED: PauseReason.SENDER_REFUSED,
    FailureKind.BLOCKED: PauseReason.BLOCKED,
}
_FAILS = frozenset({
    FailureKind.RECIPIENT_UNKNOWN, FailureKind.RECIPIENT_REFUSED, FailureKind.POLICY, FailureKind.CONTENT,
    FailureKind.TOO_LARGE,
})  # fmt: skip
_OF_THE_SERVER = frozenset({
    FailureKind.RATE, FailureKind.SESSION_LIMIT, FailureKind.SERVER, FailureKind.CONNECTION, FailureKind.TLS,
    FailureKind.PROTOCOL,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Retry:
    """The same message goes again at `at`, inside its window.

    `held_until`: the fault is the server's, and nothing leaves this mailbox before then; such a try isn't counted
    among the message's attempts. `reconnects`: the session is used up, a new one is wanted.
    """

    at: datetime
    held_until: datetime | None = None
    reconnects: bool = False

    @property
    def holds_mailbox(self) -> bool:
        """Whether the whole mailbox waits."""
        return self.held_until is not None

    @property
    def counts_attempt(self) -> bool:
        """Whether the message has used up one of its attempts."""
        return self.held_until is None


@dataclass(frozen=True, slots=True)
class Fail:
    """The email is given up: as a hard bounce (`bounce`), a soft one (`soft`), or with its enrollment (`stops`)."""

    bounce: bool = False
    soft: bool = False

    @property
    def stops(self) -> bool:
        """Whether the enrollment ends as failed, for a person to look at."""
        return not (self.bounce or self.soft)


@dataclass(frozen=True, slots=True)
class PauseMailbox:
    """The mailbox stops until a person has put it right; its emails wait and lose nothing."""

    reason: PauseReason


@dataclass(frozen=True, slots=True)
class Uncertain:
    """Nobody knows whether it went: it is never sent again by itself."""


Verdict: TypeAlias = Retry | Fail | PauseMailbox | Uncertain


def after_failure(  # noqa: PLR0917  (all of them are asked for each time)
    kind: FailureKind,
    phase: SmtpPhase,
    attempts: int,
    first_attempted_at: datetime,
    now: datetime,
    calendar: Calendar,
    *,
    holds: int = 0,
) -> Verdict:
    """What follows from a failure of this kind.

    `attempts` counts the message's own tries with this one, `holds` the faults of its server in a row before this one.
    Pauses grow from 5 minutes to 12 hours; what hasn't gone 3 sending days after its first attempt is given up.
    """
    if kind is FailureKind.UNCERTAIN or (kind is FailureKind.CONNECTION and phase is SmtpPhase.DOT):
        return Uncertain()
    if kind in _PAUSES_THE_MAILBOX:
        return PauseMailbox(_PAUSES_THE_MAILBOX[kind])
    if kind in _FAILS:
        return Fail(bounce=kind is FailureKind.RECIPIENT_UNKNOWN)
    is_of_the_server = kind in _OF_THE_SERVER
    tries = holds if is_of_the_server else attempts - 1
    resumes_at = now + PAUSES[min(max(tries, 0), len(PAUSES) - 1)]
    try:
        at = next_open(calendar, resumes_at)
        gives_up_at = add_delay(calendar, first_attempted_at, GIVEN_UP_AFTER, working_days=True)
    except NoOpening:
        return Fail(soft=kind is FailureKind.MAILBOX_FULL)
    if at > gives_up_at:
        return Fail(soft=kind is FailureKind.MAILBOX_FULL)
    return Retry(at, resumes_at if is_of_the_server else None, reconnects=kind is FailureKind.SESSION_LIMIT)
