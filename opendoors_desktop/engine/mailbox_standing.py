"""How a mailbox fares in one turn: held when its host fails, paused when only a person can help, well otherwise."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.mail_host import AuthMethod
from opendoors_desktop.domain.mailbox import POLICY_REFUSALS_PAUSE_AT, MailboxStatus, PauseReason
from opendoors_desktop.domain.retry import (
    FailureKind,
    PauseMailbox,
    Retry,
    SmtpPhase,
    after_failure,
    classify,
)
from opendoors_desktop.domain.send_window import Calendar, SendWindow
from opendoors_desktop.engine.turn import Turn
from opendoors_desktop.mail.frames import SmtpFailure
from opendoors_desktop.store import mailboxes

log = logging.getLogger(__name__)

ANY_TIME = SendWindow(days=(True,) * 7)
"""A mail host is tried at any hour: it is only listened to."""

TRIES_AGAIN_AFTER = timedelta(minutes=5)

_CAUSES = {
    "not_smtp": FailureKind.PROTOCOL,
    "bad_reply": FailureKind.PROTOCOL,
    "tls": FailureKind.TLS,
    "no_starttls": FailureKind.TLS,
    "plaintext": FailureKind.TLS,
    "no_auth": FailureKind.AUTHENTICATION,
    "no_secret": FailureKind.AUTHENTICATION,
}
"""What is at fault where no session could be had, for causes that no answer of the server tells."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a turn's failures mean for the whole mailbox: nothing before `held_until`, or `paused` with its reason."""

    held_until: datetime | None = None
    paused: bool = False


class MailboxStanding:
    """Writes the mailbox's state as the turn's answers change it, and keeps the desk's copy equal."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._unit = turn.unit
        self._desk = turn.desk
        self._now = turn.now
        self.trouble = Trouble()

    def connect_failed(self, failure: SmtpFailure) -> None:
        """No connection could be had: hold the mailbox for a growing while, or pause it where a person must help."""
        mailbox = self._desk.mailbox
        phase = SmtpPhase(failure.phase)
        verdict = after_failure(
            _CAUSES.get(failure.cause) or classify(phase, failure.code, failure.status, failure.text),
            phase,
            1,
            self._now,
            self._now,
            Calendar(mailbox.limits.zone, ANY_TIME),
            holds=mailbox.held_attempts,
        )
        if isinstance(verdict, PauseMailbox) and not self._wants_a_fresh_token(failure):
            self.pause(verdict.reason, failure.text)
        else:
            until = verdict.held_until if isinstance(verdict, Retry) else None
            self.hold(until or self._now + TRIES_AGAIN_AFTER, failure.text)

    def _wants_a_fresh_token(self, failure: SmtpFailure) -> bool:
        """A token may be refused before its time; only a second one, asked for anew, says that a person must help."""
        mailbox = self._desk.mailbox
        return mailbox.auth is AuthMethod.OAUTH and failure.cause == "reply" and not mailbox.held_attempts

    def is_well(self, begun_at: datetime | None) -> None:
        """An accepted email ends a row of the host's faults, unless it was begun before they were noticed."""
        mailbox = self._desk.mailbox
        if self._is_known(begun_at):
            return
        self._desk.held_at = None
        if mailbox.held_attempts:
            mailboxes.hold(self._unit, mailbox.id, None, 0)
            self._unit.changed(Topic.MAILBOXES)
            self._desk.mailbox = replace(mailbox, held_attempts=0, held_until=None)

    def end_policy_row(self) -> None:
        """An email was accepted: refusals for policy or content that come behind it begin a new row."""
        if self._desk.mailbox.policy_streak:
            mailboxes.set_policy_streak(self._unit, self._desk.mailbox.id, 0)
            self._desk.mailbox = replace(self._desk.mailbox, policy_streak=0)

    def note_policy(self, kind: FailureKind, text: str) -> None:
        """Three refusals for policy or content in a row pause the mailbox."""
        if kind not in {FailureKind.POLICY, FailureKind.CONTENT}:
            return
        streak = self._desk.mailbox.policy_streak + 1
        mailboxes.set_policy_streak(self._unit, self._desk.mailbox.id, streak)
        self._desk.mailbox = replace(self._desk.mailbox, policy_streak=streak)
        if streak >= POLICY_REFUSALS_PAUSE_AT:
            self.pause(PauseReason.POLICY, text)

    def holds_before(self, begun_at: datetime | None) -> int:
        """How many faults of the host in a row there were before that of an email begun at `begun_at`."""
        attempts = self._desk.mailbox.held_attempts
        return max(attempts - 1, 0) if self._is_known(begun_at) else attempts

    def hold(self, until: datetime, text: str, begun_at: datetime | None = None) -> None:
        """Have nothing be tried before `until`; what was begun before the trouble was noticed is no second fault."""
        mailbox = self._desk.mailbox
        self.trouble = replace(self.trouble, held_until=mailbox.held_until if self._is_known(begun_at) else until)
        if self._is_known(begun_at):
            return
        mailboxes.hold(self._unit, mailbox.id, until, mailbox.held_attempts + 1)
        self._desk.mailbox = replace(mailbox, held_until=until, held_attempts=mailbox.held_attempts + 1)
        self._desk.held_at = self._now
        log.warning("%s waits until %s: %s", mailbox.address, until.isoformat(timespec="minutes"), text)
        self._unit.changed(Topic.MAILBOXES)

    def _is_known(self, begun_at: datetime | None) -> bool:
        held_at = self._desk.held_at
        return begun_at is not None and held_at is not None and begun_at <= held_at

    def pause(self, reason: PauseReason, text: str) -> None:
        """Stop the mailbox until a person has put it right."""
        failed = reason in {PauseReason.AUTHENTICATION, PauseReason.SENDER_REFUSED}
        status = MailboxStatus.FAILED if failed else MailboxStatus.PAUSED
        mailboxes.set_state(
            self._unit, self._desk.mailbox.id, status, self._now, reason=reason.value, detail=text[:500]
        )
        self._desk.mailbox = replace(self._desk.mailbox, status=status, status_reason=reason.value)
        self.trouble = replace(self.trouble, paused=True)
        self._unit.changed(Topic.MAILBOXES)
