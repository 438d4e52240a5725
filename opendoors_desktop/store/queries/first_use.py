"""Whether anything has been done yet in a workspace."""

from typing import Final
from uuid import UUID

from opendoors_desktop.store.unit import Unit

_ANYTHING: Final = """
SELECT EXISTS (SELECT 1 FROM sequences WHERE workspace_id = :id)
  OR EXISTS (SELECT 1 FROM contacts WHERE workspace_id = :id)
  OR EXISTS (SELECT 1 FROM email_accounts WHERE workspace_id = :id)
"""


def is_unused(unit: Unit, workspace_id: UUID) -> bool:
    """Whether the workspace has no sequence, no contact and no mailbox; three looks at most."""
    row = unit.row(_ANYTHING, {"id": workspace_id})
    return row is None or not row[0]
