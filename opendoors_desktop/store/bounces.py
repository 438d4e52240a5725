"""What the journal knows of emails that came back, and of those that arrived."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from opendoors_desktop.store.attempts import forget_messages
from opendoors_desktop.store.types import as_uuid
from opendoors_desktop.store.unit import Unit


def was_delivered(unit: Unit, enrollment_id: UUID, other_than: UUID) -> bool:
    """Whether an earlier email of the enrollment was accepted and hasn't bounced hard."""
    row = unit.row(
        "SELECT 1 FROM outgoing_emails WHERE enrollment_id = :enrollment_id AND kind = 'sequence' AND state = 'sent'"
        " AND (bounced_at IS NULL OR bounce_kind = 'soft') AND id <> :other LIMIT 1",
        {"enrollment_id": enrollment_id, "other": other_than},
    )
    return row is not None


def has_bounced(unit: Unit, enrollment_id: UUID, other_than: UUID) -> bool:
    """Whether another email of the enrollment has bounced hard."""
    row = unit.row(
        "SELECT 1 FROM outgoing_emails WHERE enrollment_id = :enrollment_id AND kind = 'sequence'"
        " AND bounce_kind = 'hard' AND id <> :other LIMIT 1",
        {"enrollment_id": enrollment_id, "other": other_than},
    )
    return row is not None


def soft_bounces_in_a_row(unit: Unit, enrollment_id: UUID) -> int:
    """How many of the enrollment's latest emails bounced soft, one after another."""
    rows = unit.rows(
        "SELECT bounce_kind FROM outgoing_emails WHERE enrollment_id = :id AND kind = 'sequence'"
        " AND state IN ('sent', 'failed') ORDER BY first_attempted_at DESC LIMIT 10",
        {"id": enrollment_id},
    )
    kinds = [row[0] for row in rows]
    return next((place for place, kind in enumerate(kinds) if kind != "soft"), len(kinds))


def mark_bounced(unit: Unit, outgoing_id: UUID, bounce_kind: str, now: datetime) -> bool:
    """Note that an email came back (hard, soft or delay); False where that was known."""
    marked = unit.run(
        "UPDATE outgoing_emails SET bounced_at = :now, bounce_kind = :kind WHERE id = :id AND bounced_at IS NULL",
        {"id": outgoing_id, "kind": bounce_kind, "now": now},
    )
    return marked > 0


def unmark_bounced(unit: Unit, outgoing_id: UUID) -> None:
    """Let an email not have come back after all."""
    unit.run("UPDATE outgoing_emails SET bounced_at = NULL, bounce_kind = NULL WHERE id = :id", {"id": outgoing_id})


@dataclass(frozen=True, slots=True)
class Refused:
    """An email whose recipient the mail host refused at once, so that it certainly never left."""

    outgoing_id: UUID
    step_id: UUID
    variant_id: str | None


def plan_refused_again(unit: Unit, enrollment_id: UUID, round_: int) -> list[Refused]:
    """Have the emails of a round that were refused as hard bounces be made and sent anew, as if never attempted."""
    rows = unit.rows(
        "UPDATE outgoing_emails SET state = 'planned', bounced_at = NULL, bounce_kind = NULL, failure_kind = NULL,"
        " attempts = 0, first_attempted_at = NULL, last_attempted_at = NULL"
        " WHERE enrollment_id = :id AND round = :round AND kind = 'sequence' AND state = 'failed'"
        " AND bounce_kind = 'hard' AND draft IS NULL RETURNING id, step_id, variant_id",
        {"id": enrollment_id, "round": round_},
    )
    found = [Refused(as_uuid(row[0]), as_uuid(row[1]), row[2]) for row in rows]
    forget_messages(unit, [each.outgoing_id for each in found])
    return found
