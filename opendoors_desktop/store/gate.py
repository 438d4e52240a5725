"""The last gate: what has to hold in the very commit that gives leave to send, whatever path it comes by."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from opendoors_desktop.domain.suppression import EmailKind, SuppressionReason, may_send
from opendoors_desktop.store.leases import Lease
from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.standings import domain_of, suppression_of
from opendoors_desktop.store.types import as_uuid
from opendoors_desktop.store.unit import Row, Unit


class Refusal(StrEnum):
    """Why an email that was claimed doesn't leave after all."""

    EMERGENCY_STOP = "emergency_stop"
    NOT_CLAIMED = "not_claimed"
    MAILBOX_PAUSED = "mailbox_paused"
    SEQUENCE_PAUSED = "sequence_paused"
    ENROLLMENT_PAUSED = "enrollment_paused"
    ENROLLMENT_ENDED = "enrollment_ended"
    ANOTHER_ROUND = "another_round"
    HELD = "held"
    REPLIED = "replied"
    SUPPRESSED = "suppressed"
    ADDRESS_CHANGED = "address_changed"
    CAP_REACHED = "cap_reached"
    WINDOW_CLOSED = "window_closed"


class Passenger(NamedTuple):
    """An email at the gate: its row, and the normalised address it was built for.

    `erased_hash` is that address's keyed hash where no contact stands behind it, who would have been erased with it.
    """

    outgoing_id: UUID
    kind: EmailKind
    address_key: str
    erased_hash: str = ""


_GATE = f"""
WITH passengers (id, key, hash) AS (VALUES (:id_0, :key_0, :hash_0)/* and others */)
SELECT o.id, o.state, o.fencing, w.emergency_stop_at, m.status, m.retired_at, s.status, s.stop_on_reply, e.status,
  e.round, o.round, e.hold_reason, CASE WHEN e.reply_waived_at IS NULL THEN e.replied_at END, c.email_key,
  o.suppression_waived_by,
  {suppression_of("o.workspace_id", address="q.key", domain="DOMAIN_OF(q.key)", hash="q.hash")}
FROM passengers q
CROSS JOIN outgoing_emails o
JOIN workspaces w ON w.id = o.workspace_id
JOIN email_accounts m ON m.id = o.mailbox_id
LEFT JOIN sequences s ON s.id = o.sequence_id
LEFT JOIN sequence_enrollments e ON e.id = o.enrollment_id AND e.customer_id = o.customer_id
LEFT JOIN contacts c ON c.id = o.contact_id
WHERE o.id = q.id
"""


@lru_cache(maxsize=64)
def _gate(dialect: Dialect, number: int) -> str:
    others = "".join(f", (:id_{place}, :key_{place}, :hash_{place})" for place in range(1, number))
    return domain_of(_GATE, dialect).replace("/* and others */", others)


def refusals_of(unit: Unit, lease: Lease, passengers: Sequence[Passenger]) -> dict[UUID, Refusal]:
    """The reasons why some of these emails must not be begun now, by email; of the others all was read that can forbid.

    To be asked inside the write unit that begins them, with the lease checked by `leases.holds` in the same unit.
    """
    params: dict[str, object] = {}
    for place, each in enumerate(passengers):
        params[f"id_{place}"], params[f"key_{place}"] = each.outgoing_id, each.address_key
        params[f"hash_{place}"] = each.erased_hash
    rows = {as_uuid(row[0]): row for row in unit.rows(_gate(unit.dialect, len(passengers)), params)}
    found = ((each.outgoing_id, _refusal(lease, each, rows.get(each.outgoing_id))) for each in passengers)
    return {key: refusal for key, refusal in found if refusal is not None}


def _refusal(lease: Lease, passenger: Passenger, row: Row | None) -> Refusal | None:
    if row is None or row[1] != "claimed" or row[2] != lease.fencing:
        return Refusal.NOT_CLAIMED
    if row[3] is not None:
        return Refusal.EMERGENCY_STOP
    if row[4] != "active" or row[5] is not None:
        return Refusal.MAILBOX_PAUSED
    reason = None if row[15] is None else SuppressionReason(row[15])
    if not may_send(passenger.kind, reason, is_confirmed=row[14] is not None):
        return Refusal.SUPPRESSED
    if passenger.kind is EmailKind.SEQUENCE:
        return _sequence_refusal(row, passenger.address_key)
    return None


def _sequence_refusal(row: Row, address_key: str) -> Refusal | None:
    if row[8] is None or row[8] not in {"active", "paused"}:
        return Refusal.ENROLLMENT_ENDED
    if row[9] != row[10]:
        return Refusal.ANOTHER_ROUND
    if row[8] == "paused":
        return Refusal.ENROLLMENT_PAUSED
    if row[6] != "active":
        return Refusal.SEQUENCE_PAUSED
    if row[11] is not None:
        return Refusal.HELD
    if row[12] is not None and row[7]:
        return Refusal.REPLIED
    if row[13] != address_key:
        return Refusal.ADDRESS_CHANGED
    return None


class Count(NamedTuple):
    """A counter of pace: how many emails of one kind and scope were first attempted on a day."""

    kind: str
    scope_id: UUID
    day: date


def used(unit: Unit, count: Count) -> int:
    """What stands in a counter of pace."""
    row = unit.row(
        "SELECT used FROM pace_counts WHERE kind = :kind AND scope_id = :scope_id AND day = :day", _key(count)
    )
    return 0 if row is None else int(row[0])


def add_used(unit: Unit, counts: Iterable[tuple[Count, int]]) -> None:
    """Count emails more (or, with a negative number, fewer) in the commit that begins or gives them back."""
    unit.run_many(
        """INSERT INTO pace_counts (kind, scope_id, day, used) VALUES (:kind, :scope_id, :day, :used)
           ON CONFLICT (kind, scope_id, day) DO UPDATE SET used = pace_counts.used + excluded.used""",
        [_key(count) | {"used": number} for count, number in counts],
    )


def _key(count: Count) -> dict[str, object]:
    return {"kind": count.kind, "scope_id": count.scope_id, "day": count.day}
