"""Asks a mailbox's Sent folder what went, and puts copies there that the host doesn't keep itself.

An email is claimed in the store, looked for by its Message-ID, put there only if it isn't found, and noted. Whoever
dies between putting and noting leaves a claim; when that is old the email is looked for once more, and found. So there
is never a second copy, and no email is without one for long.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from opendoors_desktop.domain.mail_folder import FolderRole
from opendoors_desktop.engine.commands.outbox import settle_found
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store import sent_copies
from opendoors_desktop.store.mailboxes import Mailbox
from opendoors_desktop.store.sent_copies import CopyTimes, DueCopy

if TYPE_CHECKING:
    from opendoors_desktop.mail.imap import ImapSession

log = logging.getLogger(__name__)

LOOKS_BACK: Final = timedelta(days=14)
"""How old an email may be of which a copy is made, or which is looked for."""

HOST_HAS: Final = timedelta(minutes=1)
"""So long a host has for putting what was sent into Sent itself; the copy that it made is found then."""

CLAIM_LASTS: Final = timedelta(minutes=10)
"""Far longer than putting one message there may take."""

COPIED_AT_ONCE: Final = 20
"""Copies made between two looks at what came in, so that reading waits for no long list."""


@dataclass(frozen=True, slots=True)
class SentReport:
    """What came of a look: uncertain emails that were found, copies put there, and whether more of these wait."""

    settled: int = 0
    copied: int = 0
    has_more: bool = False


NOTHING: Final = SentReport()


def has_to_look(context: Context, mailbox: Mailbox) -> bool:
    """Whether a look into Sent may settle or copy anything; asks the store alone."""
    times = _times(context)
    with context.store.read() as unit:
        is_due = not mailbox.keeps_sent_copies and sent_copies.has_due(unit, mailbox.id, times)
        return is_due or bool(sent_copies.find_uncertain(unit, mailbox.id, times.since))


def look_into_sent(context: Context, mailbox: Mailbox, session: "ImapSession") -> SentReport:
    """Settle uncertain emails that lie in Sent, and put copies there; blocks, and asks the host only where needed.

    Opens another folder in the session (read-only): the caller has to open its own again. A host that hasn't the folder
    or takes no copy is asked again later, and neither sending nor reading hears of it. Raises ImapFault where the line
    breaks.
    """
    from opendoors_desktop.mail.imap import ImapFault

    if not has_to_look(context, mailbox):
        return NOTHING
    try:
        folder = mailbox.sent_folder or _sent_folder(session)
        if folder is None:
            return NOTHING
        session.open(folder)
        return _look(context, mailbox, session, folder)
    except ImapFault as refused:
        if refused.cause != "protocol":
            raise
        log.warning("%s: Sent can't be used: %s", mailbox.address, refused.text)
        return NOTHING


def _look(context: Context, mailbox: Mailbox, session: "ImapSession", folder: str) -> SentReport:
    times = _times(context)
    with context.store.read() as unit:
        uncertain = sent_copies.find_uncertain(unit, mailbox.id, times.since)
    settled = 0
    for outgoing_id, message_id in uncertain:
        if session.uids_of(message_id):
            settled += settle_found(context, outgoing_id, "Sent folder")
    if mailbox.keeps_sent_copies:
        return SentReport(settled)
    with context.store.write() as unit:
        due = sent_copies.claim_due(unit, mailbox.id, times, context.clock.now(), COPIED_AT_ONCE)
    copied = sum(_copy(context, session, folder, each) for each in due)
    return SentReport(settled, copied, has_more=len(due) == COPIED_AT_ONCE)


def _times(context: Context) -> CopyTimes:
    now = context.clock.now()
    return CopyTimes(now - LOOKS_BACK, now - HOST_HAS, now - CLAIM_LASTS)


def _sent_folder(session: "ImapSession") -> str | None:
    return next((folder.name for folder in session.folders() if folder.role is FolderRole.SENT), None)


def _copy(context: Context, session: "ImapSession", folder: str, email: DueCopy) -> bool:
    """Put a copy there unless there is one; whether it was put there."""
    is_missing = not session.uids_of(email.message_id)
    if is_missing:
        session.append_seen(folder, email.message, email.sent_at)
    with context.store.write() as unit:
        sent_copies.note_copied(unit, email.id, context.clock.now())
    return is_missing
