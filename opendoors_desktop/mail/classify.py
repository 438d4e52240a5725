"""From the bytes of a mail to the one thing it is, with all that follows from it and the evidence for it."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from opendoors_desktop.domain.inbound import (
    AutoReplyKind,
    BounceKind,
    Evidence,
    FailedRecipient,
    InboundKind,
    Reading,
    worst_bounce,
)
from opendoors_desktop.domain.meaning import Meaning, meaning_of
from opendoors_desktop.mail.auto_replies import asks_for_proof, read_auto_reply
from opendoors_desktop.mail.bounces import Report, read_report
from opendoors_desktop.mail.complaints import read_complaint
from opendoors_desktop.mail.parse import InboundMail, read_mail
from opendoors_desktop.mail.receipts import Disposition, read_disposition
from opendoors_desktop.mail.visible_text import signature_at, visible_text

LONGEST_VISIBLE: Final = 100_000
_UNSUBSCRIBE_SUBJECT = re.compile(
    r"\s*(?:(?:re|aw|sv|antw|odp|ré?f?)\s*:\s*)*(?:please\s+)?(?:unsubscribe(?: me)?|opt[- ]?out|"
    r"remove me|abmelden|abmeldung|"
    r"désinscription|désabonnement|baja|darse de baja|cancella(?:mi|zione)|cancelar inscrição|"
    r"descadastrar|uitschrijven|afmelden|"
    r"wypisz|rezygnacja|avregistrera)(?:\s+[0-9a-f]{32}|\s+[\w.+-]+@[\w.-]+)?\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Told:
    """What one of the readers makes of a mail."""

    kind: InboundKind
    subtype: str | None = None
    bounce: BounceKind | None = None
    recipients: tuple[FailedRecipient, ...] = ()
    return_on: date | None = None
    original_ids: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


def classify_mail(data: bytes, own_lines: tuple[str, ...] = ()) -> Reading | None:
    """What a mail is; None for bytes that are no mail. `own_lines` are lines of ours that quoted mails may hold."""
    mail = read_mail(data)
    return None if mail is None else classify(mail, own_lines)


def classify(mail: InboundMail, own_lines: tuple[str, ...] = ()) -> Reading:
    """What a mail that was taken apart is; the readers are asked from the strictest form to the freest."""
    written = visible_text(mail)[:LONGEST_VISIBLE]
    told = _report(mail) or _automatic(mail, written) or _of_a_person(mail, written, own_lines)
    return Reading(
        kind=told.kind,
        subtype=told.subtype,
        bounce=told.bounce,
        recipients=told.recipients,
        return_on=told.return_on,
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to,
        references=mail.references,
        original_ids=told.original_ids,
        sender=mail.sender.address,
        sender_name=mail.sender.name,
        subject=mail.subject,
        date=mail.date,
        visible_text=written,
        evidence=told.evidence,
    )


def _report(mail: InboundMail) -> _Told | None:
    """A complaint, a receipt or a bounce."""
    complaint = read_complaint(mail)
    if complaint is not None:
        return _Told(
            InboundKind.COMPLAINT, complaint.kind, recipients=complaint.recipients,
            original_ids=complaint.original_ids, evidence=complaint.evidence,
        )  # fmt: skip
    disposition = read_disposition(mail)
    if disposition is not None:
        return _disposed(disposition)
    report = read_report(mail)
    if report is None:
        return None
    return _reported(report, asks_for_proof(report.notice) if _may_ask(report) else "")


def _disposed(disposition: Disposition) -> _Told:
    ids, evidence = disposition.original_ids, (disposition.evidence,)
    if disposition.refused:
        kind = worst_bounce(disposition.refused)
        return _Told(InboundKind.BOUNCE, None, kind, disposition.refused, None, ids, evidence)
    return _Told(InboundKind.AUTO_REPLY, AutoReplyKind.RECEIPT.value, original_ids=ids, evidence=evidence)


def _may_ask(report: Report) -> bool:
    """Whether a report could be a challenge in its form: nobody's address is said to be bad, and nothing is late."""
    return report.kind is BounceKind.SOFT and all(not one.status.startswith("5.") for one in report.recipients)


def _reported(report: Report, proof: str) -> _Told:
    if proof:
        evidence = (Evidence(AutoReplyKind.CHALLENGE_RESPONSE.value, proof),)
        return _Told(
            InboundKind.AUTO_REPLY,
            AutoReplyKind.CHALLENGE_RESPONSE.value,
            None,
            (),
            None,
            report.original_ids,
            evidence,
        )
    if report.kind is None:
        return _Told(
            InboundKind.AUTO_REPLY, AutoReplyKind.RECEIPT.value, None, (), None, report.original_ids, report.evidence
        )
    return _Told(InboundKind.BOUNCE, None, report.kind, report.recipients, None, report.original_ids, report.evidence)


def _automatic(mail: InboundMail, written: str) -> _Told | None:
    reply = read_auto_reply(mail, written)
    if reply is None:
        return None
    return _Told(InboundKind.AUTO_REPLY, reply.kind.value, return_on=reply.return_on, evidence=reply.evidence)


def _of_a_person(mail: InboundMail, written: str, own_lines: tuple[str, ...]) -> _Told:
    """A person's message with its meaning; a mail of a list or newsletter has none."""
    if _UNSUBSCRIBE_SUBJECT.fullmatch(mail.subject):
        return _Told(InboundKind.UNSUBSCRIBE, Meaning.UNSUBSCRIBE.value, evidence=(Evidence("subject", mail.subject),))
    if any(name in mail.fields for name in ("list-id", "list-unsubscribe", "list-post")):
        return _Told(InboundKind.MESSAGE)
    body = written[: signature_at(written)]
    told = meaning_of(body, mail.written_on, own_lines)
    evidence = tuple(Evidence(span.meaning.value, written[span.start : span.end], span.start) for span in told.spans)
    kind = InboundKind.UNSUBSCRIBE if told.meaning is Meaning.UNSUBSCRIBE else InboundKind.MESSAGE
    return _Told(
        kind, None if told.meaning is Meaning.UNSURE else told.meaning.value, return_on=told.on, evidence=evidence
    )
