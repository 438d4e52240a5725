"""Whether anything has been done yet in a workspace, and how far a person's first steps are."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from opendoors_desktop.store.unit import Unit

_ANYTHING: Final = """
SELECT EXISTS (SELECT 1 FROM sequences WHERE workspace_id = :id)
  OR EXISTS (SELECT 1 FROM contacts WHERE workspace_id = :id)
  OR EXISTS (SELECT 1 FROM email_accounts WHERE workspace_id = :id)
"""

_PROGRESS: Final = """
SELECT name, time_zone, postal_address,
  (SELECT min(address) FROM email_accounts WHERE workspace_id = :id AND retired_at IS NULL),
  EXISTS (SELECT 1 FROM contacts WHERE workspace_id = :id),
  EXISTS (SELECT 1 FROM sequences WHERE workspace_id = :id)
FROM workspaces WHERE id = :id
"""


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """A workspace's name, zone and address under its emails; the address of a mailbox of its, and what else it has."""

    name: str
    zone: str
    postal_address: str
    mailbox: str | None
    has_contacts: bool
    has_sequences: bool


def is_unused(unit: Unit, workspace_id: UUID) -> bool:
    """Whether the workspace has no sequence, no contact and no mailbox; three looks at most."""
    row = unit.row(_ANYTHING, {"id": workspace_id})
    return row is None or not row[0]


def read_first_steps(unit: Unit, workspace_id: UUID) -> FirstSteps:
    """How far a workspace is; a few looks, however much is in it."""
    row = unit.row(_PROGRESS, {"id": workspace_id})
    if row is None:
        return FirstSteps("", "UTC", "", None, has_contacts=False, has_sequences=False)
    return FirstSteps(row[0], row[1], row[2], row[3], has_contacts=bool(row[4]), has_sequences=bool(row[5]))
