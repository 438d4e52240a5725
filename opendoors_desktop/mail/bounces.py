"""Bounces: whether a mail is a report on delivery at all, then what it says of each recipient."""

import re
from dataclasses import dataclass
from typing import Final

from opendoors_desktop.domain.bounce_kind import bounce_kind, status_in
from opendoors_desktop.domain.inbound import BounceKind, Evidence, FailedRecipient, worst_bounce
from opendoors_desktop.domain.message_ids import message_ids
from opendoors_desktop.domain.server_wordings import plain
from opendoors_desktop.mail.delivery_status import LONGEST_DIAGNOSTIC, STATUS_TYPES, StatusReport, read_status
from opendoors_desktop.mail.html_reading import text_of
from opendoors_desktop.mail.known_formats import recipients_by_format
from opendoors_desktop.mail.mime import Part
from opendoors_desktop.mail.notice_addresses import NamedRecipient, recipients_in
from opendoors_desktop.mail.parse import InboundMail, mailboxes
from opendoors_desktop.mail.report_words import (
    above_copy,
    failure_subject,
    failure_words,
    opens_with_failure,
    tells_delay,
)

LONGEST_NOTICE: Final = 12_000

_DAEMONS = re.compile(
    r"(?:mailer[-_. ]?(?:daemon|deamon)|mail[-_. ]?daemon|mdaemon|post-?master|mail[-_.]?(?:delivery|"
    r"system|admin)[\w.-]*|maildelivery|"
    r"microsoftexchange[0-9a-f]+|ndr|bounces?|non-?delivery|undeliverable|smtp[-_]?daemon|mmdf|uucp|listserv)\b"
)
_DAEMON_PATHS = re.compile(r"(?:mailer[-_. ]?d(?:ae|ea)mon|post-?master)\b")
_DAEMON_NAMES = re.compile(
    r"mail(er)?[- ]?(delivery|daemon|deamon|system|administrat|server|router|gateway)|"
    r"delivery (sub-?)?system|post-?master|"
    r"(system|e-?mail|mail|exchange|server)[- ]?administrat|systemadministrat|administrador (del|de) (sistema|correo)|"
    r"administrateur (systeme|de messagerie)|amministratore|mail delivery|microsoft outlook|"
    r"mail ?server|virus ?wall|anti-?virus|jetmail"
)


@dataclass(frozen=True, slots=True)
class Report:
    """What a report tells; `recipients` is empty where it names nobody, `kind` None where it tells of success alone."""

    kind: BounceKind | None
    recipients: tuple[FailedRecipient, ...]
    original_ids: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    notice: str


def read_report(mail: InboundMail) -> Report | None:
    """The report on delivery that a mail is, or None for every other mail."""
    status_parts = _status_parts(mail)
    for part in status_parts:
        status = read_status(part)
        if status.recipients or status.tells_success:
            return _from_status(mail, status)
    failed = mail.addresses("x-failed-recipients")
    if failed:
        return _from_words(mail, (Evidence("X-Failed-Recipients", ", ".join(failed)),), failed)
    evidence = _is_notice(mail, has_status=bool(status_parts))
    return _from_words(mail, evidence, ()) if evidence else None


def is_from_daemon(mail: InboundMail) -> bool:
    """Whether a mail system sent it: by its envelope, its address or its name."""
    if mail.return_path == "" or _DAEMON_PATHS.match((mail.return_path or "").lower()):
        return True
    local = mail.sender.address.lower()
    return bool(_DAEMONS.match(local) or _DAEMON_NAMES.search(plain(mail.sender.name)))


def _status_parts(mail: InboundMail) -> list[Part]:
    """The machine-readable parts of the mail itself; those of a message in it only where a mail system passed it on."""
    looks_inside = is_from_daemon(mail) and bool(failure_subject(mail.subject))
    found: list[Part] = []
    waiting = [mail.root]
    while waiting:
        part = waiting.pop()
        if part.media_type in STATUS_TYPES or (
            part.media_type == "text/plain" and "delivery-status" in part.fields.raw("content-description").lower()
        ):
            found.append(part)
        if looks_inside or part.media_type.startswith("multipart/"):
            waiting.extend(reversed(part.parts))
    return found


def _from_status(mail: InboundMail, status: StatusReport) -> Report:
    notice = notice_of(mail)
    recipients = tuple(_completed(recipient, notice) for recipient in status.recipients)
    evidence = tuple(Evidence("delivery-status", _line(recipient)) for recipient in recipients[:5])
    kind = worst_bounce(recipients) if recipients else None
    evidence = evidence or (Evidence("delivery-status", "delivered"),)
    return Report(kind, recipients, _original_ids(mail, notice), evidence, notice)


def _completed(recipient: FailedRecipient, notice: str) -> FailedRecipient:
    """A recipient whose status part gives no words, with those of the notice."""
    if recipient.bounce is BounceKind.DELAY or recipient.bounce is BounceKind.HARD or len(recipient.diagnostic) > 12:
        return recipient
    named = [one for one in recipients_in(notice, frozenset()) if one.address.lower() == recipient.address.lower()]
    words = named[0].words if named else notice if len(notice) < 1500 else ""
    if not words:
        return recipient
    kind = bounce_kind(recipient.status, f"{recipient.diagnostic} {words}".strip())
    diagnostic = recipient.diagnostic or " ".join(words.split())[:LONGEST_DIAGNOSTIC]
    return FailedRecipient(recipient.address, recipient.status, kind, diagnostic)


def _is_notice(mail: InboundMail, *, has_status: bool) -> tuple[Evidence, ...]:
    """Why the mail is a notice of failed delivery in words; empty for one that is none."""
    subject = failure_subject(mail.subject)
    is_report = has_status or mail.root.parameters.get("report-type", "").lower() == "delivery-status"
    is_system = is_from_daemon(mail)
    if not subject and not is_report and not is_system:
        return ()
    notice = notice_of(mail)
    words = failure_words(notice)
    answers = bool(mail.in_reply_to) and not is_system
    enough = (
        (is_report and (subject or words))
        or (is_system and (subject or (words and _is_plainly_one(mail, notice))))
        or (
            opens_with_failure(mail.subject)
            and subject
            and words
            and not answers
            and _is_plainly_one(mail, notice)
            and _shows_whom(mail, notice)
        )
    )
    if not enough:
        return ()
    told = [Evidence("subject", subject)] if subject else []
    told += [Evidence("notice", words)] if words else []
    return (*told, *([Evidence("sender", mail.sender.address or mail.sender.name or "<>")] if is_system else []))


_PLAINLY = re.compile(
    r"(?:your|the|this|following|a|original) (?:e-?mail |mail )?(?:message|mail|e-?mail|delivery|"
    r"recipient|address|user)|recipient|address|delivery|nachricht|"
    r"message|mensaje|messaggio|mensagem|bericht|wiadomosc|meddeland|письм|сообщен|邮件|メール|sent (?:mail|to)|user"
)


def _is_plainly_one(mail: InboundMail, notice: str) -> bool:
    """Whether the failure is told in the opening of a short notice, or with the message brought back."""
    opening = " ".join(plain(notice[:1200]).split())
    return (
        bool(failure_words(opening))
        and bool(_PLAINLY.search(opening))
        and (mail.returned is not None or len(notice) < 6000)
    )


def _shows_whom(mail: InboundMail, notice: str) -> bool:
    """Whether a notice that no mail system signs brings the message back, or names whom it didn't reach."""
    own = _own_addresses(mail)
    return mail.returned is not None or any(one.address.lower() not in own for one in recipients_in(notice, own))


def _from_words(mail: InboundMail, evidence: tuple[Evidence, ...], failed: tuple[str, ...]) -> Report:
    notice = notice_of(mail)
    own = _own_addresses(mail)
    named = recipients_in(notice, own, mail.sender.address.rpartition("@")[2])
    if failed:
        known = {one.address.lower(): one for one in named}
        named = [
            known.get(address.lower(), NamedRecipient(address, " ".join(notice.split())[-600:])) for address in failed
        ]
    if not named:
        named = [
            NamedRecipient(one, _said(notice)) for one in recipients_by_format(mail.data) if one.lower() not in own
        ]
    late = tells_delay(f"{mail.subject}\n{notice}")
    recipients = tuple(_judged(one, late=late) for one in named)
    kind = worst_bounce(recipients) if recipients else BounceKind.DELAY if late else bounce_kind("", _said(notice))
    return Report(kind, recipients, _original_ids(mail, notice), evidence, notice)


def _judged(named: NamedRecipient, *, late: bool) -> FailedRecipient:
    words = named.words[:LONGEST_DIAGNOSTIC]
    status = status_in(words)
    return FailedRecipient(named.address, status, bounce_kind(status, words, is_delayed=late), words)


def _said(notice: str) -> str:
    return " ".join(notice.split())[:LONGEST_DIAGNOSTIC]


def _line(recipient: FailedRecipient) -> str:
    return f"{recipient.address} {recipient.status} {recipient.diagnostic[:160]}".strip()


def notice_of(mail: InboundMail) -> str:
    """The words of a report above the copy of the message it is about."""
    text = mail.text if mail.text.strip() else text_of(mail.html)
    if not text.strip() and mail.root.parts:
        text = next((part.text for part in mail.root.parts if part.media_type.startswith("text/")), "")
    return above_copy(text[: LONGEST_NOTICE * 2])[:LONGEST_NOTICE]


def _own_addresses(mail: InboundMail) -> frozenset[str]:
    """Addresses that a notice names without meaning them: whom it is from and to."""
    names = (
        "from",
        "sender",
        "to",
        "cc",
        "reply-to",
        "delivered-to",
        "x-original-to",
        "envelope-to",
        "return-path",
        "errors-to",
    )
    found = {address.lower() for name in names for address in mail.addresses(name)}
    if mail.returned is not None:
        found |= {one.address.lower() for one in mailboxes(mail.returned.raw("from"))}
    return frozenset(found)


_ID_IN_TEXT = re.compile(
    r"^[ \t>*]*(?:original-)?message-id[ \t]*:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\s]+>|\S+@\S+)", re.IGNORECASE | re.MULTILINE
)


def _original_ids(mail: InboundMail, notice: str) -> tuple[str, ...]:
    """The ids of the messages the report is about: of the copy it brings back, named in its parts or its text."""
    found: list[str] = []
    if mail.returned is not None:
        found += message_ids(mail.returned.raw("message-id"))
        found += message_ids(mail.returned.raw("x-ms-exchange-parent-message-id"))
    for part in mail.root.walk():
        if part.media_type in (*STATUS_TYPES, "message/disposition-notification", "message/feedback-report"):
            found += [one for text in _ID_IN_TEXT.findall(part.text) for one in message_ids(text)]
    if not found:
        found += [one for text in _ID_IN_TEXT.findall(mail.text[len(notice) :]) for one in message_ids(text)][:1]
    for name in ("x-original-message-id", "original-message-id"):
        found += message_ids(mail.fields.raw(name))
    return tuple(dict.fromkeys([*found, *mail.in_reply_to]))
