"""The sequences of a folder as its table shows them, with live figures and when the next email of each is due."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from opendoors_desktop.store.queries.contact_figures import count_held, count_interested
from opendoors_desktop.store.queries.queue_heads import list_queue_heads
from opendoors_desktop.store.queries.sequences import SequenceRow, find_sequence, list_sequences
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class ListedSequence:
    """A sequence with its row's figures; contacts are counted.

    `sequence.totals` has enrolled, replied and bounced, `sequence.active` those under way. `next_due_at` (UTC) is when
    the first waiting email is due, before pace; None where none waits or the sequence doesn't run.
    """

    sequence: SequenceRow
    interested: int
    held: int
    next_due_at: datetime | None


def list_with_figures(
    unit: Unit, workspace_id: UUID, *, folder_id: UUID | None = None, statuses: Collection[str] = ()
) -> list[ListedSequence]:
    """The sequences straight in a folder (None: in any), by name; no statuses: all but the archived ones.

    Totals are read, those under way are counted in an index: some 50 ms for every million of them, so a table that is
    refreshed often asks at the pace of its figures, not of every change.
    """
    found = list_sequences(unit, workspace_id, folder_id=folder_id, statuses=statuses)
    return _with_figures(unit, workspace_id, found, None)


def find_with_figures(unit: Unit, workspace_id: UUID, sequence_id: UUID) -> ListedSequence | None:
    """One sequence as a row of that list, of which alone contacts are counted; None where there is none."""
    row = find_sequence(unit, workspace_id, sequence_id)
    return None if row is None else _with_figures(unit, workspace_id, [row], sequence_id)[0]


def _with_figures(
    unit: Unit, workspace_id: UUID, found: Collection[SequenceRow], only: UUID | None
) -> list[ListedSequence]:
    interested, held = count_interested(unit, workspace_id, only), count_held(unit, workspace_id, only)
    due: dict[UUID, datetime] = {}
    for head in list_queue_heads(unit, workspace_id):
        due.setdefault(head.sequence_id, head.due_at)
    return [ListedSequence(row, interested.get(row.id, 0), held.get(row.id, 0), due.get(row.id)) for row in found]
