"""What a person decides in the outbox, as commands with their undo where there is one."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from opendoors_desktop.gui.jobs import Command

if TYPE_CHECKING:
    from opendoors_desktop.engine.context import Context


def count_as_sent(outgoing_id: UUID, contact: str) -> Command[Any]:
    """Count an uncertain email as sent; what was settled can't be unsettled."""

    def do(context: "Context") -> Any:
        from opendoors_desktop.engine.commands.outbox import ResolveAs, resolve

        return resolve(context, outgoing_id, ResolveAs.SENT)

    return Command(_tr("Count the email to {contact} as sent").format(contact=contact), do)


def send_again(outgoing_id: UUID, contact: str) -> Command[Any]:
    """Send an uncertain email again, under the same Message-ID."""

    def do(context: "Context") -> Any:
        from opendoors_desktop.engine.commands.outbox import ResolveAs, resolve

        return resolve(context, outgoing_id, ResolveAs.RESEND)

    return Command(_tr("Send the email to {contact} again").format(contact=contact), do)


def let_go(enrollment_id: UUID, contact: str) -> Command[None]:
    """Let a held email go; taken back, it is held by a person."""
    return Command(
        _tr("Let the email to {contact} go").format(contact=contact),
        lambda context: _next_email().release_hold(context, enrollment_id),
        lambda context, _: _next_email().hold_next(context, enrollment_id),
    )


def hold(enrollment_id: UUID, contact: str) -> Command[None]:
    """Hold the next email of a contact; goes before all that waits."""
    return Command(
        _tr("Hold the email to {contact}").format(contact=contact),
        lambda context: _next_email().hold_next(context, enrollment_id),
        lambda context, _: _next_email().release_hold(context, enrollment_id),
        urgent=True,
    )


def skip(enrollment_id: UUID, contact: str) -> Command[Any]:
    """Leave the next email of a contact out."""
    return Command(
        _tr("Skip the email to {contact}").format(contact=contact),
        lambda context: _next_email().skip_next(context, enrollment_id),
        lambda context, skipped: _next_email().undo_skip(context, skipped),
        urgent=True,
    )


def take_out(enrollment_id: UUID, contact: str) -> Command[Any]:
    """Stop a contact's sequence."""

    def do(context: "Context") -> Any:
        from opendoors_desktop.engine.commands.enrollment_undo import remove_enrollments

        return remove_enrollments(context, [enrollment_id])

    def undo(context: "Context", removed: Any) -> object:
        from opendoors_desktop.engine.commands.enrollment_undo import bring_back

        return bring_back(context, removed)

    return Command(_tr("Stop the sequence for {contact}").format(contact=contact), do, undo)


def set_fallback(field: str, fallback: str) -> Command[str | None]:
    """Give a field a fallback in the whole workspace; those who lack it go on."""

    def do(context: "Context") -> str | None:
        from opendoors_desktop.engine.commands import workspace

        before = workspace.show_workspace(context).fallbacks.get(field)
        workspace.set_fallback(context, field, fallback)
        return before

    def undo(context: "Context", before: str | None) -> object:
        from opendoors_desktop.engine.commands import workspace

        workspace.set_fallback(context, field, before)
        return before

    return Command(_tr("Set a fallback for {field}").format(field=field), do, undo)


def pause_sequence(sequence_id: UUID, name: str) -> Command[None]:
    """Pause a sequence; goes before all that waits."""

    def do(context: "Context") -> None:
        from opendoors_desktop.engine.commands.sequence_states import pause_sequence as pause

        pause(context, sequence_id)

    def undo(context: "Context", _: None) -> object:
        from opendoors_desktop.engine.commands.sequence_undo import undo_state

        return undo_state(context, sequence_id)

    return Command(_tr("Pause {sequence}").format(sequence=name), do, undo, urgent=True)


def _next_email() -> Any:
    from opendoors_desktop.engine.commands import next_email

    return next_email


def _tr(text: str) -> str:
    return QCoreApplication.translate("Outbox", text)
