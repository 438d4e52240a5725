"""Reads a mailbox when a person asks for it."""

import asyncio
from uuid import UUID

from opendoors_desktop.engine.commands.mailboxes import get_in_use, require_secret
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.mail_reader import MailReader
from opendoors_desktop.engine.receiver import ReadReport, read_mailbox


async def read_once(context: Context, mailbox_id: UUID) -> ReadReport:
    """Read what came into a mailbox and do what follows from it.

    Raises NotFound, NotPossible, SecretError where the secret isn't on this machine, InputError where it has no IMAP
    host, MailError where that can't be reached.
    """
    with context.store.read() as unit:
        mailbox = get_in_use(unit, context, mailbox_id)
    secret = await asyncio.to_thread(require_secret, context, mailbox)
    reader = MailReader()
    await reader.start()
    try:
        return await asyncio.to_thread(read_mailbox, context, mailbox, secret, reader.from_threads())
    finally:
        await reader.close()
