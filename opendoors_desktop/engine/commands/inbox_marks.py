"""Marks mails as read, done or put off; each gives what it was before, which undoes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.engine.commands.audit import note
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store import inbound
from opendoors_desktop.store.inbound import Mark

__all__ = ["Mark", "Marked", "mark_done", "mark_open", "mark_read", "mark_unread", "put_off", "unmark"]


@dataclass(frozen=True, slots=True)
class Marked:
    """The mails that got or lost a mark, each with the instant (UTC) it had before; the others had it so already."""

    mark: Mark
    before: dict[UUID, datetime | None]


def mark_done(context: Context, inbound_ids: Sequence[UUID]) -> Marked:
    """File mails away as dealt with; they leave the open ones and stay to be found."""
    return _set(context, inbound_ids, Mark.DONE, context.clock.now(), "mail_done")


def mark_open(context: Context, inbound_ids: Sequence[UUID]) -> Marked:
    """Have mails be open again."""
    return _set(context, inbound_ids, Mark.DONE, None, "mail_opened")


def mark_read(context: Context, inbound_ids: Sequence[UUID]) -> Marked:
    """Note that mails were looked at; on the mail host nothing changes."""
    return _set(context, inbound_ids, Mark.READ, context.clock.now(), None)


def mark_unread(context: Context, inbound_ids: Sequence[UUID]) -> Marked:
    """Have mails be as if nobody had looked at them."""
    return _set(context, inbound_ids, Mark.READ, None, None)


def put_off(context: Context, inbound_ids: Sequence[UUID], until: datetime | None) -> Marked:
    """Leave mails out of the open ones until an instant (UTC; None: no longer); raises InputError for a past one."""
    if until is not None and until <= context.clock.now():
        raise InputError("That time is over.", "Choose one to come.", where=until.isoformat(), code="past_time")
    return _set(context, inbound_ids, Mark.PUT_OFF, until, "mail_put_off")


def unmark(context: Context, marked: Marked) -> None:
    """Undo any of these: each mail gets back what it had."""
    with context.store.write() as unit:
        inbound.put_marks(unit, context.scope.workspace_id, marked.mark, marked.before)


def _set(context: Context, inbound_ids: Sequence[UUID], mark: Mark, at: datetime | None, action: str | None) -> Marked:
    with context.store.write() as unit:
        before = inbound.set_mark(unit, context.scope.workspace_id, inbound_ids, mark, at)
        if action is not None:
            for key in before:
                note(context, unit, action, "inbound_email", key)
    return Marked(mark, before)
