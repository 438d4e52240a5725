"""Tries a mailbox's settings against its mail host, stage by stage, without sending anything."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic

from opendoors_desktop.domain.mail_host import AuthMethod, Security
from opendoors_desktop.engine.mail_hosts import imap_settings, smtp_settings
from opendoors_desktop.mail.frames import SmtpFailure
from opendoors_desktop.store.mailboxes import Mailbox

PATIENCE = 90.0
"""Seconds after which a host that neither answers nor hangs up is given up."""

LOOKS_EVERY = 0.1
"""Seconds between two looks whether the trial is still wanted."""


class StageName(StrEnum):
    """What happens one after another when a mailbox is tried."""

    CONNECT = "connect"
    GREET = "ehlo"
    ENCRYPT = "starttls"
    SIGN_IN = "auth"
    SENDER = "mail"
    READ = "imap"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: whether it went well (None: it wasn't come to), what the host said, and what to do.

    `seconds` is how long it took, None where that isn't known.
    """

    name: StageName
    is_ok: bool | None
    text: str = ""
    advice: str = ""
    seconds: float | None = None


_ADVICE = {
    "dns": "Check the host's name, and whether this computer is online.",
    "refused": "Check host and port; a firewall may block the port.",
    "timeout": "Check host and port; a firewall may block the port.",
    "closed": "Try again; if it stays so, ask the mail host whether it keeps this computer away.",
    "tls": "Check the host's name; its certificate must be for that name and from a known authority.",
    "not_smtp": "Check the port: what answers there is no mail server.",
    "no_starttls": "Choose TLS with port 465, or ask the mail host which port takes STARTTLS.",
    "no_auth": "Check host and port: this one lets nobody sign in.",
    "plaintext": "Choose TLS or STARTTLS.",
    "cancelled": "Test again when you are ready.",
    "auth": "Check user name and password, and that the host lets programs read mail (IMAP).",
    "busy": "Test again in some minutes: the host lets nobody in at the moment.",
    "protocol": "Check host and port: what answers there is no IMAP server, or one that isn't well.",
    "network": "Check whether this computer is online.",
}
_WRONG_SECRET = "Check user name and password; many hosts ask for a password made for programs."  # noqa: S105
_REFUSED = "Read what the host says; it may keep this computer or account away for a while."
_WRONG_SENDER = "Check that this account may write as the mailbox's address."


def stages_of(security: Security, auth: AuthMethod, *, is_read: bool = False) -> tuple[StageName, ...]:
    """The stages that a mailbox is tried in, in their order: its SMTP host, and at last whether it can be read."""
    stages = [StageName.CONNECT, StageName.GREET]
    if security is not Security.NONE:
        stages.insert(1 if security is Security.TLS else 2, StageName.ENCRYPT)
    if auth is not AuthMethod.NONE:
        stages.append(StageName.SIGN_IN)
    stages.append(StageName.SENDER)
    return (*stages, StageName.READ) if is_read else tuple(stages)


class Course:
    """How far a trial has come; each stage is told when it ends, the failed one with what to do."""

    def __init__(
        self, names: tuple[StageName, ...], tell: Callable[[Stage], object], clock: Callable[[], float]
    ) -> None:
        """`clock` gives seconds that only ever rise."""
        self.stages = [Stage(name, None) for name in names]
        self._tell = tell
        self._clock = clock
        self._at = 0
        self._since = clock()

    def reached(self, phase: str) -> None:
        """A phase of the session begins: what stands before it went well; a phase that comes again is no news."""
        place = next((number for number, stage in enumerate(self.stages) if stage.name == phase), self._at)
        while self._at < place:
            self._end(Stage(self.stages[self._at].name, True, seconds=self._took()))

    def succeed(self) -> None:
        """All of it went well."""
        while self._at < len(self.stages):
            self._end(Stage(self.stages[self._at].name, True, seconds=self._took()))

    def fail(self, failure: SmtpFailure) -> None:
        """It ended in a failure: at the stage it names, unless that one was passed already."""
        self.reached(failure.phase)
        name = self.stages[self._at].name
        self._end(Stage(name, False, _said(failure), _advice(failure), self._took()))

    def _took(self) -> float:
        now = self._clock()
        since, self._since = self._since, now
        return now - since

    def _end(self, stage: Stage) -> None:
        self.stages[self._at] = stage
        self._at += 1
        self._tell(stage)


def _nobody(_stage: Stage) -> None:
    """Nobody wants to hear of it."""


async def try_hosts(
    mailbox: Mailbox,
    secret: str,
    tell: Callable[[Stage], object] = _nobody,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> tuple[Stage, ...]:
    """Try the SMTP host, and where that went well and there is one, whether mail can be read at the IMAP host."""
    stages = await try_smtp(mailbox, secret, tell, is_cancelled)
    if mailbox.imap is None:
        return stages
    if any(stage.is_ok is not True for stage in stages):
        return (*stages, Stage(StageName.READ, None))
    read = await asyncio.to_thread(try_imap, mailbox, secret)
    tell(read)
    return (*stages, read)


def try_imap(mailbox: Mailbox, secret: str, clock: Callable[[], float] = monotonic) -> Stage:
    """Sign in at the IMAP host, list the folders and open the inbox, changing nothing; blocks."""
    from opendoors_desktop.mail.imap import ImapFault, open_session

    settings, began = imap_settings(mailbox), clock()
    assert settings is not None  # nobody tries a mailbox that isn't read
    try:
        with open_session(settings, secret) as session:
            session.folders()
            session.open("INBOX")
    except ImapFault as fault:
        return Stage(StageName.READ, False, fault.text, _ADVICE.get(fault.cause, _REFUSED), clock() - began)
    return Stage(StageName.READ, True, seconds=clock() - began)


async def try_smtp(
    mailbox: Mailbox,
    secret: str,
    tell: Callable[[Stage], object] = _nobody,
    is_cancelled: Callable[[], bool] = lambda: False,
    *,
    patience: float = PATIENCE,
) -> tuple[Stage, ...]:
    """Go through a session with the mailbox's SMTP host up to where a message would begin; how each stage went.

    `tell` gets each stage as it ends; the trial is given up once `is_cancelled` says so.
    """
    from opendoors_desktop.mail.smtp import ConnectError
    from opendoors_desktop.mail.smtp_rehearsal import rehearse

    loop = asyncio.get_running_loop()
    course = Course(stages_of(mailbox.smtp.security, mailbox.auth), tell, loop.time)
    task = rehearse(smtp_settings(mailbox), mailbox.address, secret, course.reached)
    until = loop.time() + patience
    while not task.done() and loop.time() < until and not is_cancelled():
        await asyncio.wait({task}, timeout=min(LOOKS_EVERY, patience))
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
        course.fail(_given_up(is_cancelled=is_cancelled()))
    elif isinstance(fault := task.exception(), ConnectError):
        course.fail(fault.failure)
    else:
        task.result()
        course.succeed()
    return tuple(course.stages)


def _given_up(*, is_cancelled: bool) -> SmtpFailure:
    if is_cancelled:
        return SmtpFailure("", 0, "", "The test was stopped.", "cancelled")
    return SmtpFailure("", 0, "", "The host doesn't answer.", "timeout")


def _said(failure: SmtpFailure) -> str:
    """What the host answered, with its codes, or what happened instead."""
    parts = (str(failure.code) if failure.code else "", failure.status, failure.text)
    return " ".join(part for part in parts if part)


def _advice(failure: SmtpFailure) -> str:
    if failure.cause == "reply" and failure.phase in {"auth", "mail"}:
        return _WRONG_SECRET if failure.phase == "auth" else _WRONG_SENDER
    return _ADVICE.get(failure.cause, _REFUSED)
