"""What happened, in the order it was written down."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.types import as_instant, as_json, as_uuid, maybe_uuid
from opendoors_desktop.store.unit import Row, Unit


@dataclass(frozen=True, slots=True)
class Happening:
    """One activity with the names of what it is about; `step` is the number of its step."""

    id: UUID
    at: datetime
    kind: str
    contact_id: UUID | None
    contact: str | None
    sequence_id: UUID | None
    sequence: str | None
    step: int | None
    mailbox: str | None
    outgoing_id: UUID | None
    detail: dict[str, Any]


_PLACE: Final = {Dialect.SQLITE: "a.rowid", Dialect.POSTGRES: "a.id"}
"""What grows with every line that is written down: a file's rows for all programs, keys within one program."""

_UNTIL: Final = {Dialect.SQLITE: "", Dialect.POSTGRES: "AND a.id < :until"}
"""Keys of a program whose clock is ahead wait until this one's clock is there, so that none of our own is passed by."""

_SELECT: Final = """
SELECT a.id, a.occurred_at, a.kind, a.contact_id, c.email, a.sequence_id, s.name, p.step_order, m.address,
  a.outgoing_email_id, a.detail, {place}
FROM email_activities a LEFT JOIN contacts c ON c.id = a.contact_id LEFT JOIN sequences s ON s.id = a.sequence_id
  LEFT JOIN sequence_steps p ON p.id = a.step_id LEFT JOIN email_accounts m ON m.id = a.mailbox_id
WHERE {place} > :after AND a.workspace_id = :workspace_id AND a.occurred_at >= :since {until}
ORDER BY {place} LIMIT :limit
"""


def last_place(unit: Unit, until: UUID) -> object:
    """Where the activities end now, to be given to `page_happenings`; `until` is a key that was made just now."""
    if unit.dialect is Dialect.POSTGRES:
        return until
    row = unit.row("SELECT max(rowid) FROM email_activities")
    return 0 if row is None else row[0] or 0


def page_happenings(
    unit: Unit, workspace_id: UUID, after: object, until: UUID, *, since: datetime, limit: int = 1000
) -> tuple[list[Happening], object]:
    """Activities written down behind a place that happened at `since` or later; and the place behind them.

    `until` is a key that was made just now. All of this program's own are given; on Postgres those of another, whose
    clock may be behind, as far as their keys come in order.
    """
    values = {"workspace_id": workspace_id, "after": after, "since": since, "limit": limit, "until": until}
    text = _SELECT.format(place=_PLACE[unit.dialect], until=_UNTIL[unit.dialect])
    rows = unit.rows(text, values)
    return [_happening(row) for row in rows], rows[-1][11] if rows else after


def _happening(row: Row) -> Happening:
    return Happening(
        id=as_uuid(row[0]),
        at=as_instant(row[1]),
        kind=row[2],
        contact_id=maybe_uuid(row[3]),
        contact=row[4],
        sequence_id=maybe_uuid(row[5]),
        sequence=row[6],
        step=row[7],
        mailbox=row[8],
        outgoing_id=maybe_uuid(row[9]),
        detail=as_json(row[10]) or {},
    )
