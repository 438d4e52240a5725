"""Receipts that a mail was read, and refusals in their form (RFC 8098, RFC 5429)."""

import re
from dataclasses import dataclass

from opendoors_desktop.domain.bounce_kind import bounce_kind, status_in
from opendoors_desktop.domain.inbound import Evidence, FailedRecipient
from opendoors_desktop.domain.message_ids import message_ids
from opendoors_desktop.domain.server_wordings import plain
from opendoors_desktop.mail.delivery_status import LONGEST_DIAGNOSTIC
from opendoors_desktop.mail.mime import decoded
from opendoors_desktop.mail.parse import InboundMail

_FIELD = re.compile(
    r"^(disposition|final-recipient|original-recipient|original-message-id)[ \t]*:[ \t]*([^\n]*(?:\n[ \t]+[^\n]*)*)",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(r"[^\s<>;,\"]+@[^\s<>;,\"()]+")
_REFUSED = re.compile(
    r"reject|refus|not (?:be )?(?:deliver|accept)|quota|abgelehnt|verweigert|zuruckgewiesen|rejet|"
    r"rechaz|rifiut|rejeit|geweigerd|odrzuc"
)


@dataclass(frozen=True, slots=True)
class Disposition:
    """What a receipt says became of a mail; `refused` names who did not take it, for a mail sent back in this form."""

    refused: tuple[FailedRecipient, ...]
    original_ids: tuple[str, ...]
    evidence: Evidence


def read_disposition(mail: InboundMail) -> Disposition | None:
    """The receipt that a mail is, or None."""
    for part in mail.root.walk():
        if part.media_type in ("message/disposition-notification", "message/global-disposition-notification"):
            fields = {name.lower(): decoded(value) for name, value in reversed(_FIELD.findall(part.text))}
            said = fields.get("disposition", "")
            return Disposition(
                _refused(mail, fields, said),
                message_ids(fields.get("original-message-id", "")),
                Evidence("disposition", said),
            )
    return None


def _refused(mail: InboundMail, fields: dict[str, str], disposition: str) -> tuple[FailedRecipient, ...]:
    words = " ".join(mail.text.split())[:LONGEST_DIAGNOSTIC]
    is_automatic = "automatic-action" in disposition.lower() and "deleted" in disposition.lower()
    address = _ADDRESS.search(fields.get("original-recipient") or fields.get("final-recipient") or "")
    if not is_automatic or address is None or not _REFUSED.search(plain(f"{mail.subject} {words}")):
        return ()
    return (FailedRecipient(address[0], status_in(words), bounce_kind(status_in(words), words), words),)
