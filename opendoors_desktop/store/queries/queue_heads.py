"""Who is next in each line of the claim queue: one look per mailbox, sequence and lane, however long the lines are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.store.queue import Lane
from opendoors_desktop.store.types import as_instant, as_uuid
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class QueueHead:
    """The enrollment that waits at the front of a line, and when its email is due (UTC), before pace.

    `is_retry`: its email was tried, and has its place in the day's counts already.
    """

    mailbox_id: UUID
    sequence_id: UUID
    enrollment_id: UUID
    due_at: datetime
    is_retry: bool


_FRONT: Final = "FROM claim_queue q WHERE q.mailbox_id = m.id AND q.sequence_id = s.id AND q.lane = l.lane"
_SELECT: Final = f"""
SELECT mailbox_id, sequence_id, enrollment_id, due_at, lane FROM (
  SELECT m.id AS mailbox_id, s.id AS sequence_id, l.lane AS lane,
    (SELECT q.enrollment_id {_FRONT} ORDER BY q.wake_at, q.enrollment_id LIMIT 1) AS enrollment_id,
    (SELECT q.wake_at {_FRONT} ORDER BY q.wake_at LIMIT 1) AS due_at
  FROM sequences s CROSS JOIN email_accounts m CROSS JOIN (SELECT 0 AS lane UNION ALL SELECT 1 UNION ALL SELECT 3) l
  WHERE s.workspace_id = :workspace_id AND m.workspace_id = :workspace_id AND s.status = 'active'
) heads WHERE due_at IS NOT NULL ORDER BY due_at, enrollment_id
"""


def list_queue_heads(unit: Unit, workspace_id: UUID) -> list[QueueHead]:
    """The heads of the lines of running sequences in which emails wait, the earliest first.

    A few looks into the queue's key for each pair of a running sequence and a mailbox: microseconds each, however many
    wait behind.
    """
    return [
        QueueHead(as_uuid(row[0]), as_uuid(row[1]), as_uuid(row[2]), as_instant(row[3]), row[4] == Lane.RETRY)
        for row in unit.known_rows(Topic, _SELECT, {"workspace_id": workspace_id})
    ]


_LINES: Final = """
SELECT m.id, s.id, l.lane FROM sequences s CROSS JOIN email_accounts m
  CROSS JOIN (SELECT 0 AS lane UNION ALL SELECT 1 UNION ALL SELECT 3) l
WHERE s.workspace_id = :workspace_id AND m.workspace_id = :workspace_id AND s.status = 'active'
  AND EXISTS (SELECT 1 FROM claim_queue q WHERE q.mailbox_id = m.id AND q.sequence_id = s.id AND q.lane = l.lane)
"""
_LINE: Final = """
SELECT enrollment_id, wake_at FROM claim_queue
WHERE mailbox_id = :mailbox_id AND sequence_id = :sequence_id AND lane = :lane{until}
ORDER BY wake_at, enrollment_id LIMIT :limit
"""


def list_queue_lines(
    unit: Unit, workspace_id: UUID, limit: int, *, until: datetime | None = None, mailbox_id: UUID | None = None
) -> list[QueueHead]:
    """The first `limit` of each line together, the earliest first; those due before `until` (UTC), of one mailbox."""
    found: list[QueueHead] = []
    for mailbox, sequence, lane in unit.rows(_LINES, {"workspace_id": workspace_id}):
        own, sequence_id = as_uuid(mailbox), as_uuid(sequence)
        if mailbox_id in {None, own}:
            sql = _LINE.format(until="" if until is None else " AND wake_at < :until")
            key = {"mailbox_id": own, "sequence_id": sequence_id, "lane": lane, "until": until, "limit": limit}
            rows = unit.rows(sql, key)
            found += [
                QueueHead(own, sequence_id, as_uuid(row[0]), as_instant(row[1]), lane == Lane.RETRY) for row in rows
            ]
    return sorted(found, key=lambda head: (head.due_at, head.enrollment_id))
