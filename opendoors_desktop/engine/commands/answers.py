"""Answers a mail from the mailbox it came to, in its thread, and takes an answer back that hasn't left."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.address import Address, address_key, parse_address
from opendoors_desktop.domain.answering import answer_subject, quoted, thread_ids
from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.erasure import erased_hash
from opendoors_desktop.domain.errors import InputError, NotPossible
from opendoors_desktop.domain.suppression import EmailKind, may_send, strongest
from opendoors_desktop.domain.verdict import OF_PERSONS
from opendoors_desktop.engine.commands.audit import note
from opendoors_desktop.engine.commands.by_hand import Queued
from opendoors_desktop.engine.commands.inbox_marks import Mark
from opendoors_desktop.engine.commands.meanings import get_kept, sent_of
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.singles import message_id_of
from opendoors_desktop.store import attachments, inbound, mailboxes, singles, suppressions
from opendoors_desktop.store.attachments import StoredFile
from opendoors_desktop.store.inbound import KeptMail, KeptWords
from opendoors_desktop.store.inbox import Sent
from opendoors_desktop.store.mailboxes import Mailbox
from opendoors_desktop.store.singles import Single
from opendoors_desktop.store.unit import Unit

__all__ = ["LARGEST_FILES", "Answered", "StoredFile", "answer_mail", "take_back_answer"]

LARGEST_FILES: Final = 18 * 1024 * 1024
"""Bytes of all files of an answer: with their encoding they stay under the 25 MB that most hosts take."""

LONGEST_HEAD: Final = 64 * 1024

AT_ONCE: Final = timedelta()


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that waits for its mailbox's scheduler; `was_open`: the mail is done by it."""

    queued: Queued
    inbound_id: UUID
    was_open: bool


def answer_mail(
    context: Context,
    inbound_id: UUID,
    text: str,
    *,
    files: Sequence[StoredFile] = (),
    with_quote: bool = True,
    leaves_in: timedelta = AT_ONCE,
    is_done: bool = False,
    is_confirmed: bool = False,
) -> Answered:
    """Queue an answer to what a person wrote: `text` as it stands, the signature below, then what it answers.

    It leaves from the mailbox the mail came to, no sooner than `leaves_in`, by the way of every other email; it keeps
    to the mailbox's caps and waits for no window. `is_done` files the mail away with it. To a suppressed address it
    goes only where the person says so (`is_confirmed`), which is written down; to an erased one never.

    Raises NotFound; InputError for an empty text, files that are too large, an address that is none; NotPossible for a
    report, a removed mailbox, and (code "suppressed") a suppressed address without that word.
    """
    _check(text, files)
    now, scope = context.clock.now(), context.scope
    with context.store.write() as unit:
        mail = get_kept(unit, context, inbound_id)
        words = inbound.read_words(unit, inbound_id)
        if mail.verdict.bucket not in OF_PERSONS or not words.from_address:
            raise NotPossible(
                "Nobody would read an answer to this message.", "Write to the contact instead.", code="no_person"
            )
        mailbox = _mailbox(unit, context, mail)
        to = _recipient(unit, words)
        waived_by = _waiver(unit, context, inbound_id, to, is_confirmed=is_confirmed)
        letter = _Letter(mail, words, mailbox, sent_of(unit, context, mail.verdict), to)
        single = replace(
            letter.single(context.new_id(), text, with_quote=with_quote, file_count=len(files)),
            planned_at=now + leaves_in,
            waived_by=waived_by,
        )
        singles.plan(unit, single, mailbox.id, (scope.customer_id, scope.workspace_id), by=scope.user_id)
        key, owners = single.outgoing_id, (scope.workspace_id, single.outgoing_id)
        attachments.add_files(unit, *owners, files, new_id=context.new_id, by=scope.user_id, now=now)
        marked = inbound.set_mark(unit, scope.workspace_id, [inbound_id], Mark.DONE, now) if is_done else {}
        note(context, unit, "mail_answered", "inbound_email", inbound_id, outgoing=str(key))
        unit.changed(Topic.OUTBOX, Topic.INBOX)
    return Answered(Queued(key, single.message_id, mailbox.address, to.text), inbound_id, bool(marked))


def take_back_answer(context: Context, answered: Answered) -> None:
    """Cancel an answer that hasn't left, and have the mail be open again where the answer had filed it away.

    Raises NotPossible where it is on its way or gone.
    """
    workspace_id, key = context.scope.workspace_id, answered.queued.outgoing_id
    with context.store.write() as unit:
        if not singles.take_back(unit, workspace_id, key):
            raise NotPossible(
                "The answer is on its way already.", "The outbox shows what became of it.", code="email_under_way"
            )
        if answered.was_open:
            inbound.put_marks(unit, workspace_id, Mark.DONE, {answered.inbound_id: None})
        note(context, unit, "answer_taken_back", "inbound_email", answered.inbound_id, outgoing=str(key))
        unit.changed(Topic.OUTBOX)


def _check(text: str, files: Sequence[StoredFile]) -> None:
    if not text.strip():
        raise InputError("The answer is empty.", "Write something first.", code="empty_text")
    size = sum(len(file.content) for file in files)
    if size > LARGEST_FILES:
        raise InputError(
            f"The files have {size / 2**20:.0f} MB together.",
            f"Keep them under {LARGEST_FILES // 2**20} MB, or send a link.",
            where=", ".join(file.name for file in files),
            code="files_too_large",
        )


def _mailbox(unit: Unit, context: Context, mail: KeptMail) -> Mailbox:
    mailbox = mailboxes.get_mailbox(unit, context.scope.workspace_id, mail.mailbox_id)
    if mailbox.retired_at is not None:
        raise NotPossible(
            f"{mailbox.address} was removed, so nothing can be sent from it.",
            "Write to the contact from another mailbox.",
            where=mailbox.address,
            code="mailbox_removed",
        )
    return mailbox


def _recipient(unit: Unit, words: KeptWords) -> Address:
    """Where they want answers, or wrote from."""
    from opendoors_desktop.mail.parse import mailboxes as named_in
    from opendoors_desktop.mail.parse import read_mail

    message = inbound.read_message(unit, words.id)
    read = None if message is None else read_mail(message[:LONGEST_HEAD])
    wanted = [] if read is None else named_in(read.fields.raw("reply-to"))
    for text in (*(each.address for each in wanted[:1]), words.from_address):
        found = parse_address(text)
        if isinstance(found, Address):
            return found
    raise InputError(
        f"“{words.from_address}” can't be written to.", "Write to the contact instead.", code="bad_address"
    )


def _waiver(unit: Unit, context: Context, inbound_id: UUID, to: Address, *, is_confirmed: bool) -> UUID | None:
    """Who lets the answer go to a suppressed address; None where it is none. Raises NotPossible."""
    scope, key = context.scope, address_key(to.text)
    hashed = erased_hash(suppressions.erasure_key(unit, scope.workspace_id), key)
    known = suppressions.suppressions_of(unit, scope.workspace_id, key, hashed)
    reason = strongest(frozenset(entry.reason for entry in known))
    if reason is None:
        return None
    title = f"{to.text} must not be written to ({reason.replace('_', ' ')})."
    if not may_send(EmailKind.REPLY, reason, is_confirmed=True):
        raise NotPossible(title, "They had their data erased.", where=to.text, code="erased")
    if not is_confirmed:
        advice = "Confirm it if this one answer is to go all the same; it is written down."
        raise NotPossible(title, advice, where=to.text, code="suppressed")
    note(context, unit, "suppression_waived", "inbound_email", inbound_id, address=to.text, reason=reason.value)
    return scope.user_id


@dataclass(frozen=True, slots=True)
class _Letter:
    """A mail with all that its answer is made of."""

    mail: KeptMail
    words: KeptWords
    mailbox: Mailbox
    ours: Sent | None
    to: Address

    def single(self, key: UUID, text: str, *, with_quote: bool, file_count: int) -> Single:
        """The answer as it goes into the journal."""
        words, ours = self.words, self.ours
        ids = thread_ids(words.message_id, words.references, words.in_reply_to)
        return Single(
            outgoing_id=key,
            kind=EmailKind.REPLY,
            contact_id=self.mail.contact_id,
            enrollment_id=None if ours is None else ours.enrollment_id,
            sequence_id=None if ours is None else ours.sequence_id,
            step_id=None,
            round=1 if ours is None else ours.round,
            to_address=self.to.text,
            to_name=words.from_name,
            message_id=message_id_of(key, self.mailbox.address),
            in_reply_to=ids[-1] if ids else None,
            draft={
                "subject": answer_subject(words.subject, "" if ours is None else ours.email.subject),
                "body": self._body(text, with_quote=with_quote),
                "is_html": False,
                "is_literal": True,
                "is_answer": True,
                "references": list(ids),
                "files": file_count,
            },
            planned_at=self.mail.received_at,
            answers_id=self.mail.id,
        )

    def _body(self, text: str, *, with_quote: bool) -> str:
        words, zone = self.words, self.mailbox.limits.zone
        name = words.from_name or words.from_address
        written_at = words.sent_at or self.mail.received_at
        quote = quoted(words.text, name, written_at, zone) if with_quote else ""
        return "\n\n".join(part for part in (text.rstrip(), _signature(self.mailbox), quote) if part)


def _signature(mailbox: Mailbox) -> str:
    if mailbox.signature_text or not mailbox.signature_html:
        return mailbox.signature_text.rstrip()
    from opendoors_desktop.mail.text_part import text_of_html

    return text_of_html(mailbox.signature_html).rstrip()
