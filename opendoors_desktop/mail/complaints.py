"""Complaints: a person called our mail spam, and their provider reports it (RFC 5965, and what looks alike)."""

import re
from dataclasses import dataclass
from typing import Final

from opendoors_desktop.domain.inbound import Evidence, FailedRecipient
from opendoors_desktop.domain.message_ids import message_ids
from opendoors_desktop.domain.server_wordings import plain
from opendoors_desktop.mail.mime import Part, decoded
from opendoors_desktop.mail.parse import InboundMail

_NOT_COMPLAINTS: Final = frozenset({"not-spam", "auth-failure", "dmarc", "dkim", "spf", "virus-outbreak"})
_FIELD = re.compile(r"^([A-Za-z][\w-]*)[ \t]*:[ \t]*([^\n]*(?:\n[ \t]+[^\n]*)*)", re.MULTILINE)
_ADDRESS = re.compile(r"[^\s<>;,\"]+@[^\s<>;,\"()]+")
_SUBJECT = re.compile(
    r"^\W*(?:\[[^\]]*\]\W*)?(?:complaint about (?:a )?message|(?:e-?mail )?(?:abuse|"
    r"feedback(?: loop)?|spam|complaint)[ -]"
    r"(?:complaint|report|feedback|notification)(?: (?:from|about|for|re)\b|\W*$)|(?:fbl|jmrp|"
    r"arf)\b.{0,30}(?:report|complaint))"
)


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint: who complained, as far as the report tells, about which messages, of what kind ("abuse", …)."""

    kind: str
    recipients: tuple[FailedRecipient, ...]
    original_ids: tuple[str, ...]
    evidence: tuple[Evidence, ...]


def read_complaint(mail: InboundMail) -> Complaint | None:
    """The complaint that a mail is, or None."""
    for part in mail.root.walk():
        if part.media_type == "message/feedback-report":
            return _from_report(mail, part)
    original = mail.fields.text("x-hmxmroriginalrecipient")
    if original:
        return _complaint(mail, "abuse", [original], Evidence("X-HmXmrOriginalRecipient", original))
    if mail.returned is not None and not mail.in_reply_to:
        said = _SUBJECT.match(plain(mail.subject[:200]))
        if said:
            return _complaint(mail, "abuse", [], Evidence("subject", said[0].strip()))
    return None


def _from_report(mail: InboundMail, part: Part) -> Complaint | None:
    fields: dict[str, list[str]] = {}
    for name, value in _FIELD.findall(part.text):
        fields.setdefault(name.lower(), []).append(decoded(value))
    kind = next(iter(fields.get("feedback-type", [])), "abuse").strip().lower()
    if kind in _NOT_COMPLAINTS:
        return None
    named = [*fields.get("original-rcpt-to", []), *fields.get("removal-recipient", [])]
    return _complaint(mail, kind, named, Evidence("feedback-type", kind))


def _complaint(mail: InboundMail, kind: str, named: list[str], evidence: Evidence) -> Complaint:
    returned = mail.returned
    if returned is not None and not named:
        named = [returned.raw("x-original-to"), returned.raw("to")]
    addresses = [found[0] for value in named if (found := _ADDRESS.search(value))]
    unique = tuple(dict.fromkeys(address.lower() for address in addresses))
    recipients = tuple(FailedRecipient(address, "", None, kind) for address in unique if "redacted" not in address)
    ids = message_ids(returned.raw("message-id")) if returned is not None else ()
    return Complaint(kind, recipients, ids, (evidence,))
