"""Who a program works for: customer, workspace and user."""

from dataclasses import dataclass
from uuid import UUID

from opendoors_desktop.store.types import as_uuid
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Scope:
    """Customer, workspace and user that a program works for."""

    customer_id: UUID
    workspace_id: UUID
    user_id: UUID


def find_scope(unit: Unit, email_key: str | None = None) -> Scope | None:
    """The oldest workspace with its oldest owner, or the user of that address in it; None in a new store."""
    row = unit.row(
        "SELECT w.customer_id, w.id, m.user_id FROM workspaces w JOIN memberships m ON m.workspace_id = w.id"
        " JOIN users u ON u.id = m.user_id WHERE u.retired_at IS NULL"
        + ("" if email_key is None else " AND u.email_key = :email_key")
        + " ORDER BY w.created_at, w.id, CASE m.role WHEN 'owner' THEN 0 ELSE 1 END, m.created_at, m.user_id LIMIT 1",
        {} if email_key is None else {"email_key": email_key},
    )
    return None if row is None else Scope(as_uuid(row[0]), as_uuid(row[1]), as_uuid(row[2]))
