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


def look_into_sent(context: Context, mailbox: Mailbox, session: "ImapSession") -> SentReport:
    """Settle uncertain emails that lie in Sent, and put copies there; blocks, and asks the host only where needed.

    Opens another folder in the session (read-only): the caller has to open its own again. A host that takes no copy is
    asked again later, and neither sending nor reading hears of it. Raises ImapFault where the line breaks.
    """
    times = _times(context)
    with context.store.read() as unit:
        uncertain = sent_copies.find_uncertain(unit, mailbox.id, times.since)
        is_due = not mailbox.keeps_sent_copies and sent_copies.has_due(unit, mailbox.id, times)
    if not (uncertain or is_due):
        return SentReport()
    folder = mailbox.sent_folder or _sent_folder(session)
    if folder is None:
        log.info("%s has no folder for what was sent", mailbox.address)
        return SentReport()
    session.open(folder)
    settled = 0
    for outgoing_id, message_id in uncertain:
        if session.uids_of(message_id):
            settled += settle_found(context, outgoing_id, "Sent folder")
    if not is_due:
        return SentReport(settled)
    with context.store.write() as unit:
        due = sent_copies.claim_due(unit, mailbox.id, times, context.clock.now(), COPIED_AT_ONCE)
    copied = _copy(context, mailbox, session, folder, due)
    return SentReport(settled, copied, has_more=len(due) == COPIED_AT_ONCE)


def _times(context: Context) -> CopyTimes:
    now = context.clock.now()
    return CopyTimes(now - LOOKS_BACK, now - HOST_HAS, now - CLAIM_LASTS)


def _sent_folder(session: "ImapSession") -> str | None:
    return next((folder.name for folder in session.folders() if folder.role is FolderRole.SENT), None)


def _copy(context: Context, mailbox: Mailbox, session: "ImapSession", folder: str, due: list[DueCopy]) -> int:
    """Put copies there that aren't there yet; how many."""
    from opendoors_desktop.mail.imap import ImapFault

    copied = 0
    for each in due:
        if not session.uids_of(each.message_id):
            try:
                session.append_seen(folder, each.message, each.sent_at)
            except ImapFault as refused:
                if refused.cause != "protocol":
                    raise
                log.warning("%s takes no copy into “%s”: %s", mailbox.address, folder, refused.text)
                return copied
            copied += 1
        with context.store.write() as unit:
            sent_copies.note_copied(unit, each.id, context.clock.now())
    return copied
