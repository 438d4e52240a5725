"""The journal of outgoing emails as people look at it: what went, goes, and waits for a decision."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.outbox import OPEN
from opendoors_desktop.store.types import as_uuid, maybe_instant, maybe_uuid
from opendoors_desktop.store.unit import Row, Unit


@dataclass(frozen=True, slots=True)
class OutgoingRow:
    """One outgoing email with the names of what it belongs to, and the mail host's last words about it."""

    id: UUID
    kind: str
    state: str
    to_address: str
    contact_id: UUID | None
    contact_name: str
    sequence_id: UUID | None
    sequence: str | None
    step: int | None
    round: int
    enrollment_id: UUID | None
    mailbox_id: UUID
    mailbox: str | None
    variant: str | None
    subject: str | None
    message_id: str
    planned_at: datetime | None
    slot_at: datetime | None
    first_attempted_at: datetime | None
    last_attempted_at: datetime | None
    attempts: int
    retry_at: datetime | None
    sent_at: datetime | None
    bounced_at: datetime | None
    smtp_phase: str | None
    smtp_code: int | None
    smtp_status: str | None
    smtp_text: str | None
    failure_kind: str | None
    resolution: str | None
    resolved_at: datetime | None


_SELECT: Final = """
SELECT o.id, o.kind, o.state, o.to_address, o.contact_id,
  trim(coalesce(c.first_name, '') || ' ' || coalesce(c.last_name, '')), o.sequence_id, s.name, p.step_order, o.round,
  o.enrollment_id, o.mailbox_id, m.address, o.variant_id, o.subject, o.message_id, o.planned_at, o.slot_at,
  o.first_attempted_at, o.last_attempted_at, o.attempts, o.retry_at, o.sent_at, o.bounced_at, o.smtp_phase,
  o.smtp_code, o.smtp_status, o.smtp_text, o.failure_kind, o.resolution, o.resolved_at
FROM outgoing_emails o{hint} LEFT JOIN contacts c ON c.id = o.contact_id LEFT JOIN sequences s ON s.id = o.sequence_id
  LEFT JOIN sequence_steps p ON p.id = o.step_id LEFT JOIN email_accounts m ON m.id = o.mailbox_id
WHERE o.workspace_id = :workspace_id
"""


_ATTEMPTED: Final = """
  AND o.mailbox_id = :id AND o.first_attempted_at >= :since AND o.first_attempted_at < :until
ORDER BY o.first_attempted_at DESC, o.id DESC LIMIT :limit
"""
_OPEN_STATES: Final = {"planned", "claimed", "sending", "deferred", "uncertain"}


def page_outgoing(
    unit: Unit,
    workspace_id: UUID,
    *,
    states: Collection[str] = (),
    sequence_id: UUID | None = None,
    contact_id: UUID | None = None,
    ids: Collection[UUID] = (),
    after: UUID | None = None,
    limit: int = 500,
) -> list[OutgoingRow]:
    """Emails in the order they came into the journal, from behind `after`, `limit` at most; no states, no ids: all."""
    where, index = "", None
    params: dict[str, object] = {"workspace_id": workspace_id, "limit": limit}
    if states:
        where += f" AND o.state IN ({', '.join(f':state{place}' for place in range(len(states)))})"
        params |= {f"state{place}": state for place, state in enumerate(states)}
        if set(states) <= _OPEN_STATES:
            where, index = f"{where} AND o.{OPEN}", "ix_outgoing_emails_open"
    if ids:
        where += f" AND o.id IN ({', '.join(f':id{place}' for place in range(len(ids)))})"
        params |= {f"id{place}": key for place, key in enumerate(ids)}
    for name, value in (("sequence_id", sequence_id), ("contact_id", contact_id)):
        if value is not None:
            where += f" AND o.{name} = :{name}"
            params[name] = value
    if after is not None:
        where += " AND o.id > :after"
        params["after"] = after
    rows = unit.rows(f"{_select(unit, index)}{where} ORDER BY o.id LIMIT :limit", params)
    return [_outgoing(row) for row in rows]


def list_attempted(
    unit: Unit,
    workspace_id: UUID,
    since: datetime,
    until: datetime,
    *,
    mailbox_id: UUID | None = None,
    limit: int = 500,
) -> list[OutgoingRow]:
    """Emails first attempted from `since` to before `until` (UTC), the latest first, `limit` at most.

    Reads at most `limit` emails of each mailbox, along an index of its own.
    """
    sql = "SELECT id FROM email_accounts WHERE workspace_id = :id"
    mailbox_ids = [as_uuid(row[0]) for row in unit.rows(sql, {"id": workspace_id})]
    rows: list[OutgoingRow] = []
    for key in mailbox_ids:
        if mailbox_id in {None, key}:
            params = {"workspace_id": workspace_id, "id": key, "since": since, "until": until, "limit": limit}
            found = unit.rows(_select(unit, "ix_outgoing_emails_mailbox_attempted") + _ATTEMPTED, params)
            rows += [_outgoing(row) for row in found]
    return sorted(rows, key=_attempted, reverse=True)[:limit]


def _attempted(row: OutgoingRow) -> tuple[datetime | None, UUID]:
    return row.first_attempted_at, row.id


def _select(unit: Unit, index: str | None = None) -> str:
    """The query; SQLite would read the whole journal in the order of its keys rather than sort what an index finds."""
    return _SELECT.format(hint=f" INDEXED BY {index}" if index and unit.dialect is Dialect.SQLITE else "")


def _outgoing(row: Row) -> OutgoingRow:
    return OutgoingRow(
        id=as_uuid(row[0]),
        kind=row[1],
        state=row[2],
        to_address=row[3],
        contact_id=maybe_uuid(row[4]),
        contact_name=row[5],
        sequence_id=maybe_uuid(row[6]),
        sequence=row[7],
        step=row[8],
        round=int(row[9]),
        enrollment_id=maybe_uuid(row[10]),
        mailbox_id=as_uuid(row[11]),
        mailbox=row[12],
        variant=row[13],
        subject=row[14],
        message_id=row[15],
        planned_at=maybe_instant(row[16]),
        slot_at=maybe_instant(row[17]),
        first_attempted_at=maybe_instant(row[18]),
        last_attempted_at=maybe_instant(row[19]),
        attempts=int(row[20]),
        retry_at=maybe_instant(row[21]),
        sent_at=maybe_instant(row[22]),
        bounced_at=maybe_instant(row[23]),
        smtp_phase=row[24],
        smtp_code=row[25],
        smtp_status=row[26],
        smtp_text=row[27],
        failure_kind=row[28],
        resolution=row[29],
        resolved_at=maybe_instant(row[30]),
    )
