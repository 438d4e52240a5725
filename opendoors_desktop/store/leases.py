"""Mailbox leases: one scheduler at a time owns a mailbox, told by a fencing number that every journal write checks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from opendoors_desktop.store.types import as_instant, as_uuid
from opendoors_desktop.store.unit import Unit

LEASE_LENGTH = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who asks for a lease: `id` is new for every start of a scheduler; host and pid are shown to others."""

    id: UUID
    host: str
    pid: int


@dataclass(frozen=True, slots=True)
class Lease:
    """A mailbox that is ours until `expires_at` by the store's clock, as long as `fencing` is the store's number."""

    mailbox_id: UUID
    holder_id: UUID
    fencing: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class HeldBy:
    """Another scheduler holds the mailbox: where it runs and until when its lease lasts."""

    mailbox_id: UUID
    host: str
    pid: int
    expires_at: datetime


_TAKE = """
INSERT INTO mailbox_leases (mailbox_id, workspace_id, holder_id, host, pid, fencing, taken_at, expires_at)
SELECT id, workspace_id, :holder_id, :host, :pid, 1, :now, :expires_at FROM email_accounts WHERE id = :mailbox_id
ON CONFLICT (mailbox_id) DO UPDATE SET
  holder_id = excluded.holder_id, host = excluded.host, pid = excluded.pid, fencing = mailbox_leases.fencing + 1,
  taken_at = excluded.taken_at, expires_at = excluded.expires_at
WHERE mailbox_leases.expires_at <= :now OR mailbox_leases.holder_id = excluded.holder_id
RETURNING fencing
"""


def take_lease(unit: Unit, mailbox_id: UUID, holder: Holder) -> Lease | HeldBy:
    """Take the mailbox's lease if nobody else's is alive; the fencing number grows each time it is taken."""
    now = unit.store_now()
    expires_at = now + LEASE_LENGTH
    row = unit.row(
        _TAKE,
        {
            "mailbox_id": mailbox_id,
            "holder_id": holder.id,
            "host": holder.host,
            "pid": holder.pid,
            "now": now,
            "expires_at": expires_at,
        },
    )
    if row is not None:
        return Lease(mailbox_id, holder.id, int(row[0]), expires_at)
    other = find_holder(unit, mailbox_id)
    if other is None:
        raise LookupError(mailbox_id)
    return other


def find_holder(unit: Unit, mailbox_id: UUID) -> HeldBy | None:
    """Who holds the mailbox's lease, expired or not; None when nobody ever did."""
    row = unit.row(
        "SELECT mailbox_id, host, pid, expires_at FROM mailbox_leases WHERE mailbox_id = :mailbox_id",
        {"mailbox_id": mailbox_id},
    )
    return None if row is None else HeldBy(as_uuid(row[0]), row[1], row[2], as_instant(row[3]))


def renew_lease(unit: Unit, lease: Lease) -> Lease | None:
    """The lease with a new end, or None when it was lost (another fencing number stands in the store)."""
    now = unit.store_now()
    expires_at = now + LEASE_LENGTH
    changed = unit.run(
        "UPDATE mailbox_leases SET expires_at = :expires_at WHERE mailbox_id = :mailbox_id"
        " AND holder_id = :holder_id AND fencing = :fencing",
        {"expires_at": expires_at, **_key(lease)},
    )
    return Lease(lease.mailbox_id, lease.holder_id, lease.fencing, expires_at) if changed else None


def holds(unit: Unit, lease: Lease) -> bool:
    """Whether the lease is still ours and alive by the store's clock; read inside the transaction that relies on it."""
    row = unit.row(
        "SELECT expires_at FROM mailbox_leases WHERE mailbox_id = :mailbox_id AND holder_id = :holder_id"
        " AND fencing = :fencing",
        _key(lease),
    )
    return row is not None and as_instant(row[0]) > unit.store_now()


def release_lease(unit: Unit, lease: Lease) -> None:
    """Let the lease end now, so that another scheduler needn't wait; the fencing number stays."""
    unit.run(
        "UPDATE mailbox_leases SET expires_at = :now WHERE mailbox_id = :mailbox_id AND holder_id = :holder_id"
        " AND fencing = :fencing",
        {"now": unit.store_now(), **_key(lease)},
    )


def _key(lease: Lease) -> dict[str, object]:
    return {"mailbox_id": lease.mailbox_id, "holder_id": lease.holder_id, "fencing": lease.fencing}
