"""What a commit left in the journal when its answer was lost: our own emails, told by the fencing number."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from opendoors_desktop.store.leases import Lease
from opendoors_desktop.store.outbox import OPEN, EmailState, Stranded, as_stranded
from opendoors_desktop.store.types import as_uuid, maybe_instant
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class OwnEmail:
    """An unsettled email of ours as the journal has it."""

    state: EmailState
    first_attempted_at: datetime | None


def own_emails(unit: Unit, lease: Lease) -> dict[UUID, OwnEmail]:
    """The emails that were claimed under this lease and aren't settled, by their keys."""
    rows = unit.rows(
        f"SELECT id, state, first_attempted_at FROM outgoing_emails WHERE {OPEN} AND mailbox_id = :mailbox_id"
        " AND fencing = :fencing AND state IN ('claimed', 'sending', 'uncertain')",
        {"mailbox_id": lease.mailbox_id, "fencing": lease.fencing},
    )
    return {as_uuid(row[0]): OwnEmail(EmailState(row[1]), maybe_instant(row[2])) for row in rows}


def take_back(unit: Unit, lease: Lease, outgoing_ids: Iterable[UUID]) -> None:
    """Have emails that were begun, and certainly not handed over, be claimed again."""
    unit.run_many(
        "UPDATE outgoing_emails SET state = 'claimed', attempts = attempts - 1"
        " WHERE id = :id AND state = 'sending' AND fencing = :fencing",
        [{"id": key, "fencing": lease.fencing} for key in outgoing_ids],
    )


def plan_unknown(unit: Unit, lease: Lease, known: Collection[UUID]) -> list[Stranded]:
    """Have emails that were claimed under this lease be planned again, all but those that are known; gives them."""
    unknown = [key for key, own in own_emails(unit, lease).items() if own.state is EmailState.CLAIMED]
    found = []
    for key in unknown:
        if key not in known:
            found += unit.rows(
                "UPDATE outgoing_emails SET state = 'planned' WHERE id = :id AND state = 'claimed'"
                " AND fencing = :fencing RETURNING id, enrollment_id, kind, round, draft",
                {"id": key, "fencing": lease.fencing},
            )
    return [as_stranded(row) for row in found]
