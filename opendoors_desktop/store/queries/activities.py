"""What happened, in the order it was written down."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.types import NIL, as_instant, as_json, as_uuid, maybe_uuid
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
"""What grows with every line that is written down. Keys do so within one program; a file's rows for all of them."""

_SELECT: Final = """
SELECT a.id, a.occurred_at, a.kind, a.contact_id, c.email, a.sequence_id, s.name, p.step_order, m.address,
  a.outgoing_email_id, a.detail, {place}
FROM email_activities a LEFT JOIN contacts c ON c.id = a.contact_id LEFT JOIN sequences s ON s.id = a.sequence_id
  LEFT JOIN sequence_steps p ON p.id = a.step_id LEFT JOIN email_accounts m ON m.id = a.mailbox_id
WHERE {place} > :after AND a.workspace_id = :workspace_id AND a.occurred_at >= :since ORDER BY {place} LIMIT :limit
"""


def last_place(unit: Unit) -> object:
    """Where the activities end now, to be given to `page_happenings`."""
    place = _PLACE[unit.dialect]
    row = unit.row(f"SELECT {place} FROM email_activities a ORDER BY {place} DESC LIMIT 1")
    return row[0] if row is not None else 0 if unit.dialect is Dialect.SQLITE else NIL


def page_happenings(
    unit: Unit, workspace_id: UUID, after: object, since: datetime, limit: int = 1000
) -> tuple[list[Happening], object]:
    """Activities written down behind a place that happened at `since` or later; and the place behind them."""
    values = {"workspace_id": workspace_id, "after": after, "since": since, "limit": limit}
    rows = unit.rows(_SELECT.format(place=_PLACE[unit.dialect]), values)
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
