"""Shows a kept message whole: what came in and what we sent, with nothing in it that runs or loads."""

from typing import TYPE_CHECKING
from uuid import UUID

from opendoors_desktop.store import attempts, inbound
from opendoors_desktop.store.unit import Unit

if TYPE_CHECKING:
    from opendoors_desktop.mail.shown_mail import ShownMail

__all__ = ["show_received", "show_sent"]


def show_received(unit: Unit, workspace_id: UUID, inbound_id: UUID) -> "ShownMail | None":
    """A mail that came in; None where its bytes are kept no more. It may take a tenth of a second."""
    kept = inbound.find_kept(unit, workspace_id, inbound_id)
    return None if kept is None else _shown(inbound.read_message(unit, inbound_id))


def show_sent(unit: Unit, workspace_id: UUID, outgoing_id: UUID) -> "ShownMail | None":
    """An email of ours as it left; None where it never did, or isn't kept any more."""
    row = unit.row(
        "SELECT 1 FROM outgoing_emails WHERE workspace_id = :workspace_id AND id = :id",
        {"workspace_id": workspace_id, "id": outgoing_id},
    )
    found = None if row is None else attempts.find_message(unit, outgoing_id)
    return None if found is None else _shown(found.message)


def _shown(data: bytes | None) -> "ShownMail | None":
    from opendoors_desktop.mail.shown_mail import show_mail

    return None if data is None else show_mail(data)
