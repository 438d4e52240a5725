"""What a mailbox's state and troubles are called: its pill, the cause of a fault in words, and what helps."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtCore import QCoreApplication

from opendoors_desktop.domain.mail_host import MailHost, Security
from opendoors_desktop.domain.mailbox import MailboxStatus
from opendoors_desktop.gui.formats import count, since
from opendoors_desktop.gui.words import QT_TRANSLATE_NOOP
from opendoors_desktop.store.queries.mailbox_list import AT_MOST, MailboxSight


@dataclass(frozen=True, slots=True)
class State:
    """A mailbox's state: its word, the stem of its tokens, and its icon."""

    word: str
    tone: str
    icon: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Why nothing leaves from a mailbox: since when, the cause, the host's own words, what waits.

    `asks_for_password`: another password mends it.
    """

    title: str
    cause: str
    said: str
    waits: str
    asks_for_password: bool


_CAUSES: Final = {
    "authentication": (
        QT_TRANSLATE_NOOP("Mailbox", "Sign-in failed"),
        QT_TRANSLATE_NOOP("Mailbox", "The server says the user name or password is wrong."),
    ),
    "sender_refused": (
        QT_TRANSLATE_NOOP("Mailbox", "Sender refused"),
        QT_TRANSLATE_NOOP("Mailbox", "The server doesn’t take emails from this address."),
    ),
    "policy": (
        QT_TRANSLATE_NOOP("Mailbox", "Refused"),
        QT_TRANSLATE_NOOP("Mailbox", "Three emails in a row were refused for their content or by a policy."),
    ),
    "blocked": (
        QT_TRANSLATE_NOOP("Mailbox", "Blocked"),
        QT_TRANSLATE_NOOP("Mailbox", "The server has blocked this mailbox or this computer."),
    ),
    "bounce_rate": (
        QT_TRANSLATE_NOOP("Mailbox", "Too many bounces"),
        QT_TRANSLATE_NOOP("Mailbox", "More than 5 in 100 of its last emails came back as undeliverable."),
    ),
}
_SECURITY: Final = {
    Security.TLS: QT_TRANSLATE_NOOP("Mailbox", "TLS"),
    Security.STARTTLS: QT_TRANSLATE_NOOP("Mailbox", "STARTTLS"),
    Security.NONE: QT_TRANSLATE_NOOP("Mailbox", "no encryption"),
}


def state_of(sight: MailboxSight, now: datetime) -> State:
    """How a mailbox stands at an instant."""
    box = sight.mailbox
    if box.status is MailboxStatus.FAILED:
        return State(_tr(_cause(box.status_reason)[0]), "danger", "circle-x")
    if box.status is MailboxStatus.PAUSED:
        by_itself = box.status_reason in _CAUSES
        word = _tr(_cause(box.status_reason)[0]) if by_itself else _tr("Paused")
        return State(word, "danger" if by_itself else "warning", "circle-x" if by_itself else "circle-pause")
    if box.held_until is not None and box.held_until > now:
        return State(_tr("Waits for the server"), "warning", "hourglass")
    if box.waits_for_reading:
        return State(_tr("Can’t be read"), "danger", "circle-x")
    if sight.cap_today is not None and sight.sent_today >= sight.cap_today:
        return State(_tr("Cap reached"), "warning", "hourglass")
    if box.limits.ramp is not None and sight.cap_today != box.limits.daily_cap:
        return State(_tr("Ramping up"), "info", "trending-up")
    return State(_tr("Ready"), "success", "circle-check")


def fault_of(sight: MailboxSight, now: datetime) -> Fault | None:
    """What keeps a mailbox from sending that nobody chose; None where all is well or a person paused it."""
    box = sight.mailbox
    if box.status is MailboxStatus.ACTIVE and box.held_until is not None and box.held_until > now:
        title = _tr("{address} waits for its server until {time}").format(
            address=box.address, time=since(box.held_until, now)
        )
        cause = _tr("The server couldn’t be reached, or asked to come back later. It is tried again by itself.")
        return Fault(title, cause, "", waits(sight), asks_for_password=False)
    if box.status is MailboxStatus.ACTIVE and box.waits_for_reading:
        return _unread(sight, now)
    if box.status is MailboxStatus.ACTIVE or box.status_reason not in _CAUSES:
        return None
    began = since(box.status_since, now) if box.status_since is not None else ""
    title = _tr("{address} sends nothing since {time}").format(address=box.address, time=began)
    cause = _tr(_cause(box.status_reason)[1])
    return Fault(title, cause, box.status_detail or "", waits(sight), box.status_reason == "authentication")


def _unread(sight: MailboxSight, now: datetime) -> Fault:
    box = sight.mailbox
    began = since(box.reading_error_since, now) if box.reading_error_since is not None else ""
    title = _tr("{address} can’t be read since {time}").format(address=box.address, time=began)
    cause = _tr("Nobody can tell who has answered, so its emails wait. It is tried again by itself.")
    return Fault(title, cause, box.reading_error or "", waits(sight), asks_for_password=False)


def waits(sight: MailboxSight) -> str:
    """What waits in a mailbox and is due by the end of its day."""
    waiting = sight.due_today + sight.put_off
    if sight.due_today >= AT_MOST:
        return _tr("More than {count} emails wait, none were lost.").format(count=count(AT_MOST))
    if not waiting:
        return _tr("No email waits today.")
    return QCoreApplication.translate("Mailbox", "%n emails wait today, none were lost.", "", waiting)


def sent_of_cap(sight: MailboxSight) -> str:
    """Sent today beside the cap: "25 of 50"."""
    if sight.cap_today is None:
        return _tr("{sent} sent, no cap").format(sent=count(sight.sent_today))
    return _tr("{sent} of {cap}").format(sent=count(sight.sent_today), cap=count(sight.cap_today))


def host_words(host: MailHost) -> str:
    """Where and how a mail host is reached."""
    security = _tr(_SECURITY[host.security])
    return _tr("{host}, port {port}, {security}").format(host=host.host, port=host.port, security=security)


def security_words(security: Security) -> str:
    """How a kind of encryption is called."""
    return _tr(_SECURITY[security])


def sentence(sight: MailboxSight, now: datetime) -> str:
    """A mailbox in one sentence, for screen readers."""
    return _tr("{address}, {state}, sent today {sent}, {waits}").format(
        address=sight.mailbox.address, state=state_of(sight, now).word, sent=sent_of_cap(sight), waits=waits(sight)
    )


def _cause(reason: str | None) -> tuple[str, str]:
    unknown = (QT_TRANSLATE_NOOP("Mailbox", "Stopped"), QT_TRANSLATE_NOOP("Mailbox", "The server refused the mailbox."))
    return _CAUSES.get(reason or "", unknown)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Mailbox", text)
