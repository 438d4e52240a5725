"""Who and what uses a mailbox: the sequences and the people whose emails leave from it."""

from uuid import UUID

from opendoors_desktop.store.leases import HeldBy
from opendoors_desktop.store.types import as_instant, as_uuid
from opendoors_desktop.store.unit import Unit


def sequences_using(unit: Unit, mailbox_id: UUID) -> list[UUID]:
    """The sequences in which someone active or paused has this mailbox."""
    rows = unit.rows(
        "SELECT DISTINCT sequence_id FROM sequence_enrollments WHERE status IN ('active', 'paused')"
        " AND (mailbox_id = :id OR thread_mailbox_id = :id)",
        {"id": mailbox_id},
    )
    return sorted(as_uuid(row[0]) for row in rows)


def steps_naming(unit: Unit, mailbox_id: UUID) -> int:
    """How many live steps name this mailbox as their own."""
    row = unit.row(
        "SELECT count(*) FROM sequence_steps WHERE email_account_id = :id AND retired_at IS NULL", {"id": mailbox_id}
    )
    return 0 if row is None else int(row[0])


def living_leases(unit: Unit, workspace_id: UUID) -> list[HeldBy]:
    """Who holds mailboxes of the workspace now, by the store's clock."""
    rows = unit.rows(
        "SELECT mailbox_id, host, pid, expires_at FROM mailbox_leases WHERE workspace_id = :id AND expires_at > :now"
        " ORDER BY mailbox_id",
        {"id": workspace_id, "now": unit.store_now()},
    )
    return [HeldBy(as_uuid(row[0]), row[1], int(row[2]), as_instant(row[3])) for row in rows]
