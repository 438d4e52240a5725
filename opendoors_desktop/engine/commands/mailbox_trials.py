"""Tries mailboxes against their mail hosts: one in use with its own secret, and one that isn't saved yet."""

import asyncio
from collections.abc import Callable, Sequence
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.engine.commands.mailboxes import NewMailbox, draft_mailbox, get_in_use, require_secret
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.mailbox_trial import Stage, StageName, try_hosts
from opendoors_desktop.store import inbox, mailboxes

Tell = Callable[[Stage], object]


def _to_nobody(_stage: Stage) -> None:
    """Nobody wants to hear of it."""


def _never() -> bool:
    """It stays wanted."""
    return False


async def try_mailbox(
    context: Context, mailbox_id: UUID, tell: Tell = _to_nobody, is_cancelled: Callable[[], bool] = _never
) -> tuple[Stage, ...]:
    """Try a mailbox's hosts with its own secret, stage by stage, sending nothing; what came of it is kept.

    Raises NotFound, NotPossible, or SecretError where the secret isn't on this machine.
    """
    with context.store.read() as unit:
        mailbox = get_in_use(unit, context, mailbox_id)
    secret = await asyncio.to_thread(require_secret, context, mailbox)
    stages = await try_hosts(mailbox, secret, tell, is_cancelled)
    keep_trial(context, mailbox_id, stages)
    return stages


async def try_new_mailbox(
    context: Context, new: NewMailbox, tell: Tell = _to_nobody, is_cancelled: Callable[[], bool] = _never
) -> tuple[Stage, ...]:
    """Try settings that aren't saved yet, with the secret among them; raises InputError with everything wrong."""
    mailbox = draft_mailbox(context, context.new_id(), new)
    return await try_hosts(mailbox, new.token or new.secret, tell, is_cancelled)


def keep_trial(context: Context, mailbox_id: UUID, stages: Sequence[Stage]) -> None:
    """Keep what came of trying a mailbox, so that it can be looked at later."""
    with context.store.write() as unit:
        told = {stage.name.value: {"ok": stage.is_ok, "text": stage.text} for stage in stages}
        mailboxes.keep_checks(unit, mailbox_id, {"smtp": told}, context.clock.now())
        if any(stage.name is StageName.READ and stage.is_ok for stage in stages):
            inbox.forget_fault(unit, mailbox_id)
        unit.changed(Topic.MAILBOXES)
