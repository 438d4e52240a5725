"""The journal of outgoing emails: planned, claimed, sending, then sent, deferred, failed, uncertain or cancelled.

Each change of state names the states it may come from and the fencing number it was made under, so that an email can
be claimed once (`claims`), begun once and settled once (`attempts`), whoever else is at work.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from opendoors_desktop.domain.suppression import EmailKind
from opendoors_desktop.store.leases import Lease
from opendoors_desktop.store.types import as_uuid, maybe_uuid
from opendoors_desktop.store.unit import Unit


class EmailState(StrEnum):
    """Where an outgoing email stands."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


OPEN = "state IN ('planned', 'claimed', 'sending', 'deferred', 'uncertain')"
"""The condition of the partial index over unsettled emails, to be repeated word for word by queries that use it."""


def find_state(unit: Unit, enrollment_id: UUID, step_id: UUID, round_: int) -> EmailState | None:
    """The state of a sequence's email; None when the journal has no row for it."""
    row = unit.row(
        "SELECT state FROM outgoing_emails WHERE enrollment_id = :enrollment_id AND step_id = :step_id"
        " AND round = :round AND kind = 'sequence'",
        {"enrollment_id": enrollment_id, "step_id": step_id, "round": round_},
    )
    return None if row is None else EmailState(row[0])


def enrollments_under_way(unit: Unit, workspace_id: UUID) -> frozenset[UUID]:
    """The enrollments with a step's email that is claimed, being sent or uncertain, and so wait for its end."""
    rows = unit.rows(
        f"SELECT enrollment_id FROM outgoing_emails WHERE {OPEN} AND state IN ('claimed', 'sending', 'uncertain')"
        " AND workspace_id = :workspace_id AND enrollment_id IS NOT NULL AND kind = 'sequence'",
        {"workspace_id": workspace_id},
    )
    return frozenset(as_uuid(row[0]) for row in rows)


def mailboxes_with_claims(unit: Unit, workspace_id: UUID) -> set[UUID]:
    """The mailboxes in which an email is claimed or being sent, by whomever."""
    rows = unit.rows(
        f"SELECT DISTINCT mailbox_id FROM outgoing_emails WHERE {OPEN} AND state IN ('claimed', 'sending')"
        " AND workspace_id = :workspace_id",
        {"workspace_id": workspace_id},
    )
    return {as_uuid(row[0]) for row in rows}


def cancel_open(unit: Unit, enrollment_id: UUID) -> int:
    """Cancel what is planned, claimed or deferred of an enrollment that ends; what is being sent takes its course."""
    return unit.run(
        "UPDATE outgoing_emails SET state = 'cancelled', retry_at = NULL"
        " WHERE enrollment_id = :id AND kind = 'sequence' AND state IN ('planned', 'claimed', 'deferred')",
        {"id": enrollment_id},
    )


@dataclass(frozen=True, slots=True)
class Stranded:
    """An email that an earlier holder of the mailbox left claimed or sending; `is_by_hand`: it isn't of the queue."""

    outgoing_id: UUID
    enrollment_id: UUID | None
    kind: EmailKind
    round: int
    is_by_hand: bool


def strand(unit: Unit, lease: Lease) -> tuple[list[Stranded], list[Stranded]]:
    """What older fencing numbers left behind: (claimed, now planned) and (sending, now uncertain)."""
    key = {"mailbox_id": lease.mailbox_id, "fencing": lease.fencing}
    back, lost = (
        unit.rows(
            f"UPDATE outgoing_emails SET state = '{after}' WHERE {OPEN} AND state = '{before}'"
            " AND mailbox_id = :mailbox_id AND fencing < :fencing"
            " RETURNING id, enrollment_id, kind, round, draft",  # SQLite 3.40 can't tell IS NULL there
            key,
        )
        for before, after in (("claimed", "planned"), ("sending", "uncertain"))
    )
    return [as_stranded(row) for row in back], [as_stranded(row) for row in lost]


def as_stranded(row: tuple[Any, ...]) -> Stranded:
    """From id, enrollment, kind, round and draft."""
    return Stranded(as_uuid(row[0]), maybe_uuid(row[1]), EmailKind(row[2]), int(row[3]), row[4] is not None)
