"""What a sequence's figures are read against: its zone and sending days, what it tracks, and when it sends next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.send_window import MONDAY_TO_FRIDAY
from opendoors_desktop.store.queries.queue_heads import list_queue_heads
from opendoors_desktop.store.types import as_weekdays, maybe_instant
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class SequenceFacts:
    """Settings and times of one sequence.

    `sending_days` are seven, Monday first. `starts_at` is when it was set to begin, `next_due_at` when the first email
    that waits is due, before pace; both in UTC, None where there is none.
    """

    zone: str
    sending_days: tuple[bool, ...]
    tracks_opens: bool
    tracks_clicks: bool
    starts_at: datetime | None
    next_due_at: datetime | None


_SELECT: Final = """
SELECT sending_timezone, sending_days, tracks_opens, tracks_clicks, starts_at FROM sequences
WHERE id = :id AND workspace_id = :workspace_id
"""


def find_facts(unit: Unit, workspace_id: UUID, sequence_id: UUID) -> SequenceFacts | None:
    """The facts of a sequence; None where the workspace has none of that id."""
    row = unit.row(_SELECT, {"id": sequence_id, "workspace_id": workspace_id})
    if row is None:
        return None
    heads = (head.due_at for head in list_queue_heads(unit, workspace_id) if head.sequence_id == sequence_id)
    return SequenceFacts(
        zone=row[0] or "UTC",
        sending_days=as_weekdays(row[1]) or MONDAY_TO_FRIDAY,
        tracks_opens=bool(row[2]),
        tracks_clicks=bool(row[3]),
        starts_at=maybe_instant(row[4]),
        next_due_at=next(heads, None),
    )
