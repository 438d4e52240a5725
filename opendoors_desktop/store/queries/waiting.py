"""What the scheduler hasn't sent yet."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from opendoors_desktop.store.outbox import OPEN
from opendoors_desktop.store.types import as_uuid
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many contacts in running sequences wait for an email's time, and how many emails mail hosts put off."""

    waiting: int
    put_off: int


_QUEUED: Final = """
SELECT q.mailbox_id, count(*) FROM claim_queue q JOIN sequences s ON s.id = q.sequence_id
WHERE s.workspace_id = :workspace_id AND s.status = 'active' AND q.lane IN (0, 1) GROUP BY q.mailbox_id
"""
_PUT_OFF: Final = f"""
SELECT mailbox_id, count(*) FROM outgoing_emails WHERE {OPEN} AND state = 'deferred' AND workspace_id = :workspace_id
GROUP BY mailbox_id
"""


def find_waiting(unit: Unit, workspace_id: UUID, mailbox_ids: Collection[UUID]) -> Waiting:
    """What waits in these mailboxes; one that was put off counts as that alone."""
    return Waiting(*(_count(unit, sql, workspace_id, mailbox_ids) for sql in (_QUEUED, _PUT_OFF)))


def _count(unit: Unit, sql: str, workspace_id: UUID, mailbox_ids: Collection[UUID]) -> int:
    rows = unit.rows(sql, {"workspace_id": workspace_id})
    return sum(int(count) for mailbox_id, count in rows if as_uuid(mailbox_id) in mailbox_ids)
