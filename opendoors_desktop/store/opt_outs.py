"""Emails as the links in them name them, and who opted out by one."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from opendoors_desktop.store.tenancy import Scope
from opendoors_desktop.store.types import as_uuid, maybe_uuid
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class LinkedEmail:
    """An email that left, or may have; `scope` is its workspace with the user whose mailbox it left.

    `address` is "" for a person who was erased. `key` signs the links of the workspace.
    """

    id: UUID
    scope: Scope
    key: bytes
    address: str
    contact_id: UUID | None
    enrollment_id: UUID | None
    sequence_id: UUID | None
    step_id: UUID | None
    variant_id: str | None


_EMAIL: Final = """
SELECT o.id, o.customer_id, o.workspace_id, a.user_id, w.tracking_key, o.to_address, o.contact_id, o.enrollment_id,
  o.sequence_id, o.step_id, o.variant_id
FROM outgoing_emails o JOIN workspaces w ON w.id = o.workspace_id JOIN email_accounts a ON a.id = o.mailbox_id
WHERE o.id = :id AND o.first_attempted_at IS NOT NULL
"""
_ARRIVED: Final = """
SELECT 1 FROM outgoing_emails
WHERE enrollment_id = :id AND kind = 'sequence' AND state = 'sent' AND (bounce_kind IS NULL OR bounce_kind <> 'hard')
LIMIT 1
"""
_OPTED_OUT: Final = """
SELECT CAST(kind AS VARCHAR(40)) FROM email_activities
WHERE enrollment_id = :id AND sequence_id = :sequence_id AND kind IN ('unsubscribed', 'reopened')
ORDER BY occurred_at DESC, id DESC LIMIT 1
"""


def find_linked_email(unit: Unit, email_id: UUID) -> LinkedEmail | None:
    """The email of that key, if it was ever begun."""
    row = unit.row(_EMAIL, {"id": email_id})
    if row is None:
        return None
    scope = Scope(as_uuid(row[1]), as_uuid(row[2]), as_uuid(row[3]))
    contact_id, enrollment_id, sequence_id, step_id = map(maybe_uuid, row[6:10])
    return LinkedEmail(
        as_uuid(row[0]),
        scope,
        bytes(row[4]),
        row[5] or "",
        contact_id,
        enrollment_id,
        sequence_id,
        step_id,
        row[10],
    )


def has_arrived(unit: Unit, enrollment_id: UUID) -> bool:
    """Whether any email of the enrollment was delivered, so that its opt-out is among those of contacts reached."""
    return unit.row(_ARRIVED, {"id": enrollment_id}) is not None


def has_opted_out(unit: Unit, enrollment_id: UUID, sequence_id: UUID) -> bool:
    """Whether an opt-out of the enrollment stands."""
    row = unit.row(_OPTED_OUT, {"id": enrollment_id, "sequence_id": sequence_id})
    return row is not None and row[0] == "unsubscribed"
