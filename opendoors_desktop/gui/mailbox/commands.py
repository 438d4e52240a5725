"""What a person does to a mailbox, as commands with their undo."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from opendoors_desktop.gui.jobs import Command

if TYPE_CHECKING:
    from opendoors_desktop.engine.context import Context

Change = Callable[[Any], Any]
"""From a mailbox to the mailbox a person wants."""


def pause(mailbox_id: UUID, address: str) -> Command[None]:
    """Let nothing leave from a mailbox; goes before all that waits."""
    return Command(
        _tr("Pause {address}").format(address=address),
        lambda context: _mailboxes().pause_mailbox(context, mailbox_id),
        lambda context, _: _mailboxes().resume_mailbox(context, mailbox_id),
        urgent=True,
    )


def resume(mailbox_id: UUID, address: str) -> Command[None]:
    """Let a mailbox send again."""
    return Command(
        _tr("Resume {address}").format(address=address),
        lambda context: _mailboxes().resume_mailbox(context, mailbox_id),
        lambda context, _: _mailboxes().pause_mailbox(context, mailbox_id),
    )


def change(mailbox_id: UUID, address: str, wanted: Change, names: tuple[str, ...]) -> Command[Any]:
    """Save changed settings; `names` are the fields of the mailbox that taking it back puts back."""

    def do(context: "Context") -> Any:
        before: list[Any] = []

        def noted(mailbox: Any) -> Any:
            before.append(mailbox)
            return wanted(mailbox)

        _mailboxes().change_mailbox(context, mailbox_id, noted)
        return before[0]

    def undo(context: "Context", before: Any) -> object:
        old = {name: getattr(before, name) for name in names}
        return _mailboxes().change_mailbox(context, mailbox_id, lambda mailbox: replace(mailbox, **old))

    return Command(_tr("Change {address}").format(address=address), do, undo)


def remove(mailbox_id: UUID, address: str) -> Command[Any]:
    """Take a mailbox out of use; its password is forgotten, so there is no way back."""
    return Command(
        _tr("Remove {address}").format(address=address),
        lambda context: _mailboxes().remove_mailbox(context, mailbox_id),
    )


def sign_in_again(mailbox_id: UUID, address: str, given: dict[str, Any]) -> Command[None]:
    """Keep what a person signed in with (fields of a NewMailbox); a mailbox that failed for the old one goes on."""
    return Command(
        _tr("Sign in to {address}").format(address=address),
        lambda context: _mailboxes().change_secret(context, mailbox_id, given["secret"], given.get("oauth_provider")),
    )


def keep_in_files() -> Command[None]:
    """Keep passwords in encrypted files from now on."""

    def do(context: "Context") -> None:
        from opendoors_desktop.engine.commands.secret_places import keep_in_files as keep

        keep(context)

    return Command(_tr("Keep passwords in encrypted files"), do)


def _mailboxes() -> Any:
    """The engine's commands, loaded when the first of them runs."""
    from opendoors_desktop.engine.commands import mailboxes

    return mailboxes


def _tr(text: str) -> str:
    return QCoreApplication.translate("Mailbox", text)
