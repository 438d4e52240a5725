"""What a person does to mails, as commands with their undo."""

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from opendoors_desktop.domain.meaning import Meaning
from opendoors_desktop.gui.inbox.words import meaning_word
from opendoors_desktop.gui.jobs import Command

if TYPE_CHECKING:
    from opendoors_desktop.engine.context import Context


def set_meaning(key: UUID, meaning: Meaning, on: date | None = None) -> Command[Any]:
    """Say what a mail means."""
    text = _tr("Read the mail as “{meaning}”").format(meaning=meaning_word(meaning))
    return _retaken(text, lambda context: _meanings().set_meaning(context, key, meaning, on))


def assign(key: UUID, contact_id: UUID, contact: str) -> Command[Any]:
    """Say whose a mail is."""
    text = _tr("Match the mail to {contact}").format(contact=contact)
    return _retaken(text, lambda context: _meanings().assign_mail(context, key, contact_id))


def _retaken(text: str, do: "Callable[[Context], Any]") -> Command[Any]:
    return Command(text, do, lambda context, retaken: _meanings().take_as_before(context, retaken))


def undo_effect(key: UUID, kind: Any, about: UUID, words: str) -> Command[Any]:
    """Take back one thing a mail did."""

    def do(context: "Context") -> Any:
        from opendoors_desktop.engine.commands import effects

        return effects.undo_effect(context, key, kind, about)

    def undo(context: "Context", _: Any) -> Any:
        from opendoors_desktop.engine.commands import effects

        return effects.redo_effect(context, key, kind, about)

    return Command(_tr("Take back: {what}").format(what=words), do, undo)


def mark_done(key: UUID) -> Command[Any]:
    """File a mail away."""
    return _marked(_tr("Mark the mail as done"), lambda context: _marks().mark_done(context, [key]))


def mark_open(key: UUID) -> Command[Any]:
    """Have a mail be open again."""
    return _marked(_tr("Reopen the mail"), lambda context: _marks().mark_open(context, [key]))


def mark_unread(key: UUID) -> Command[Any]:
    """Have a mail be as if nobody had read it."""
    return _marked(_tr("Mark the mail as unread"), lambda context: _marks().mark_unread(context, [key]))


def mark_read(context: "Context", key: UUID) -> Any:
    """Note that a mail was read; not an intention of its own, so nothing to undo."""
    return _marks().mark_read(context, [key])


def put_off(key: UUID, until: datetime | None) -> Command[Any]:
    """Leave a mail out of the open ones until an instant."""
    return _marked(_tr("Put the mail off"), lambda context: _marks().put_off(context, [key], until))


def _marked(text: str, do: "Callable[[Context], Any]") -> Command[Any]:
    return Command(text, do, lambda context, marked: _marks().unmark(context, marked))


def _meanings() -> Any:
    from opendoors_desktop.engine.commands import meanings

    return meanings


def _marks() -> Any:
    from opendoors_desktop.engine.commands import inbox_marks

    return inbox_marks


def _tr(text: str) -> str:
    return QCoreApplication.translate("Inbox", text)
