"""Tries a mailbox's settings against its mail host, stage by stage, without sending anything."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from opendoors_desktop.domain.mail_host import AuthMethod, Security
from opendoors_desktop.engine.gatehouse import smtp_settings
from opendoors_desktop.mail.frames import ConnectFailed, PostEvent, Ready, SmtpFailure, SmtpSettings
from opendoors_desktop.store.mailboxes import Mailbox

PATIENCE = 90.0
"""Seconds after which a host that neither answers nor hangs up is given up."""


class StageName(StrEnum):
    """What happens one after another when a mailbox is tried."""

    CONNECT = "connect"
    GREET = "ehlo"
    ENCRYPT = "starttls"
    SIGN_IN = "auth"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: whether it went well (None: it wasn't come to), what the host said, and what to do."""

    name: StageName
    is_ok: bool | None
    text: str = ""
    advice: str = ""


class Opener(Protocol):
    """What opens connections: the post, or a stand-in."""

    wake: asyncio.Event

    def open(self, mailbox_id: UUID, settings: SmtpSettings, secret: str, connections: int) -> None:
        """Bring the mailbox to that many connections."""

    def close_mailbox(self, mailbox_id: UUID) -> None:
        """Let them go."""

    def take(self) -> list[PostEvent]:
        """What happened."""
        ...


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
}
_WRONG_SECRET = "Check user name and password; many hosts ask for a password made for programs."  # noqa: S105
_REFUSED = "Read what the host says; it may keep this computer or account away for a while."


def stages_of(mailbox: Mailbox) -> tuple[StageName, ...]:
    """The stages that a mailbox's SMTP host is tried in."""
    stages = [StageName.CONNECT, StageName.GREET]
    if mailbox.smtp.security is Security.STARTTLS:
        stages.append(StageName.ENCRYPT)
    if mailbox.auth is not AuthMethod.NONE:
        stages.append(StageName.SIGN_IN)
    return tuple(stages)


def report(mailbox: Mailbox, failure: SmtpFailure | None) -> tuple[Stage, ...]:
    """The stages with how each went: all well, or up to the one that failed."""
    names = stages_of(mailbox)
    if failure is None:
        return tuple(Stage(name, True) for name in names)
    failed = next((name for name in names if name == failure.phase), StageName.CONNECT)
    at = names.index(failed)
    told = Stage(failed, False, failure.text, _advice(failure))
    return (
        *(Stage(name, True) for name in names[:at]),
        told,
        *(Stage(name, None) for name in names[at + 1 :]),
    )


async def try_smtp(post: Opener, mailbox: Mailbox, secret: str, patience: float = PATIENCE) -> tuple[Stage, ...]:
    """Open one connection to the mailbox's SMTP host, sign in, and let it go; how each stage went.

    The post must be started; its other events are dropped.
    """
    post.open(mailbox.id, smtp_settings(mailbox), secret, 1)
    try:
        failure = await asyncio.wait_for(_outcome(post, mailbox.id), patience)
    except TimeoutError:
        failure = SmtpFailure("connect", 0, "", "The host doesn't answer.", "timeout")
    finally:
        post.close_mailbox(mailbox.id)
    return report(mailbox, failure)


async def _outcome(post: Opener, mailbox_id: UUID) -> SmtpFailure | None:
    while True:
        await post.wake.wait()
        for event in _of(post.take(), mailbox_id):
            return event.failure if isinstance(event, ConnectFailed) else None


def _of(events: Sequence[PostEvent], mailbox_id: UUID) -> list[Ready | ConnectFailed]:
    return [each for each in events if isinstance(each, Ready | ConnectFailed) and each.mailbox_id == mailbox_id]


def _advice(failure: SmtpFailure) -> str:
    if failure.phase == "auth" and failure.cause == "reply":
        return _WRONG_SECRET
    return _ADVICE.get(failure.cause, _REFUSED)
