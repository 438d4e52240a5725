"""Hits: what was asked for of emails that left, stored raw, and what was made of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from opendoors_desktop.domain.hit import UNTOLD, Delivery, Neighbour, Verdict, Visit
from opendoors_desktop.store.tenancy import Scope
from opendoors_desktop.store.types import as_instant, as_uuid, maybe_instant, maybe_uuid
from opendoors_desktop.store.unit import Unit

LONGEST_AGENT: Final = 500
LONGEST_ADDRESS: Final = 64

_ADD: Final = """
INSERT INTO hits (id, workspace_id, outgoing_email_id, link_number, kind, hit_class, class_reason, occurred_at, address,
  user_agent, method)
SELECT :id, o.workspace_id, o.id, :link_number, :kind, :hit_class, :reason, :at, :address, :user_agent, :method
FROM outgoing_emails o WHERE o.id = :email_id AND o.first_attempted_at IS NOT NULL
"""
_UNTOLD: Final = f"""
SELECT id, outgoing_email_id, occurred_at FROM hits WHERE id >= :since AND class_reason = '{UNTOLD.reason}'
ORDER BY id LIMIT :most
"""
_OF_EMAIL: Final = f"""
SELECT id, link_number, occurred_at, coalesce(address, '') || ' ' || coalesce(user_agent, ''), class_reason = 'burst',
  class_reason = '{UNTOLD.reason}' FROM hits
WHERE outgoing_email_id = :id
  AND (occurred_at BETWEEN :since AND :until OR class_reason IN ('burst', '{UNTOLD.reason}'))
ORDER BY occurred_at, id
"""
_EMAIL: Final = """
SELECT o.customer_id, o.workspace_id, a.user_id, o.contact_id, o.enrollment_id, o.sequence_id, o.step_id, o.variant_id,
  o.mailbox_id, o.round, CASE WHEN o.attempts <= 1 THEN o.sent_at END,
  (SELECT count(*) FROM links l WHERE l.outgoing_email_id = o.id)
FROM outgoing_emails o JOIN email_accounts a ON a.id = o.mailbox_id WHERE o.id = :id AND o.kind = 'sequence'
"""


@dataclass(frozen=True, slots=True)
class HitEmail:
    """An email of a sequence that was hit; `scope` is its workspace with the user whose mailbox it left."""

    id: UUID
    scope: Scope
    contact_id: UUID | None
    enrollment_id: UUID
    sequence_id: UUID
    step_id: UUID
    variant_id: str | None
    mailbox_id: UUID
    round: int
    delivery: Delivery


class Untold(NamedTuple):
    """A hit that nobody has told yet."""

    id: UUID
    email_id: UUID
    at: datetime


class StoredHit(NamedTuple):
    """A hit of an email as it lies in the store; the picture was asked for where it has no link."""

    id: UUID
    seen: Neighbour
    is_untold: bool


def add_hits(unit: Unit, visits: Sequence[tuple[UUID, Visit, Verdict]]) -> None:
    """Store visits under their keys, with what is made of each; one to an email that never left is nobody's."""
    unit.run_many(
        _ADD,
        [
            {
                "id": key,
                "email_id": visit.email_id,
                "link_number": visit.link_number,
                "kind": visit.kind.value,
                "hit_class": verdict.hit_class.value,
                "reason": verdict.reason or None,
                "at": visit.at,
                "address": visit.address[:LONGEST_ADDRESS],
                "user_agent": visit.user_agent[:LONGEST_AGENT],
                "method": visit.method[:10],
            }
            for key, visit, verdict in visits
        ],
    )


def find_untold(unit: Unit, since: UUID, most: int) -> list[Untold]:
    """The first hits from the key `since` on that are still to be told."""
    rows = unit.rows(_UNTOLD, {"since": since, "most": most})
    return [Untold(as_uuid(row[0]), as_uuid(row[1]), as_instant(row[2])) for row in rows]


def find_hits(unit: Unit, email_id: UUID, since: datetime, until: datetime) -> list[StoredHit]:
    """The hits of an email between two instants, and besides them its bursts and what is still to be told of it."""
    return [
        StoredHit(as_uuid(row[0]), Neighbour(as_instant(row[2]), row[1], row[3], bool(row[4])), bool(row[5]))
        for row in unit.rows(_OF_EMAIL, {"id": email_id, "since": since, "until": until})
    ]


def find_hit_email(unit: Unit, email_id: UUID) -> HitEmail | None:
    """The email of that key, where it is one of a sequence."""
    row = unit.row(_EMAIL, {"id": email_id})
    if row is None:
        return None
    enrollment_id, sequence_id, step_id = map(as_uuid, row[4:7])
    return HitEmail(
        email_id,
        Scope(as_uuid(row[0]), as_uuid(row[1]), as_uuid(row[2])),
        maybe_uuid(row[3]),
        enrollment_id,
        sequence_id,
        step_id,
        row[7],
        as_uuid(row[8]),
        int(row[9]),
        Delivery(maybe_instant(row[10]), int(row[11])),
    )


def set_verdicts(unit: Unit, told: Iterable[tuple[UUID, Verdict]]) -> None:
    """Note what hits were told to be."""
    unit.run_many(
        "UPDATE hits SET hit_class = :hit_class, class_reason = :reason WHERE id = :id",
        [{"id": key, "hit_class": verdict.hit_class.value, "reason": verdict.reason or None} for key, verdict in told],
    )


def note_first(unit: Unit, email_id: UUID, column: str, at: datetime) -> bool:
    """Note when an email was first opened or followed (`column` says which); False where that was known."""
    changed = unit.run(
        f"UPDATE outgoing_emails SET {column} = :at WHERE id = :id AND {column} IS NULL", {"id": email_id, "at": at}
    )
    return changed == 1


def count_hits(unit: Unit, customer_id: UUID, enrollment_id: UUID, *, opens: int, clicks: int) -> None:
    """Add to what an enrollment's person has opened and followed."""
    unit.run(
        "UPDATE sequence_enrollments SET total_opens = COALESCE(total_opens, 0) + :opens,"
        " total_clicks = COALESCE(total_clicks, 0) + :clicks WHERE customer_id = :customer_id AND id = :id",
        {"customer_id": customer_id, "id": enrollment_id, "opens": opens, "clicks": clicks},
    )
