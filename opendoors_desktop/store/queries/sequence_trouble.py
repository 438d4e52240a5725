"""What went wrong in sequences: emails nobody knows of, contacts lost to failed ones, and how many bounced lately."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from opendoors_desktop.store.types import as_uuid
from opendoors_desktop.store.unit import Unit

LAST: Final = 100
"""The emails whose bounces are looked at, the latest ones of a sequence."""

LOOKED_AT: Final = 2000
"""Emails of a mailbox that are gone through for them, so that a sequence that rests costs no more."""

FEWEST: Final = 20
"""Of fewer emails no share is told."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Emails that may have been sent, contacts stopped by a failed one, and the share of hard bounces lately."""

    uncertain: int = 0
    failed: int = 0
    bounce_rate: float | None = None


_UNCERTAIN: Final = """
SELECT o.sequence_id, count(*) FROM outgoing_emails o
WHERE o.state IN ('planned', 'claimed', 'sending', 'deferred', 'uncertain') AND o.state = 'uncertain'
  AND o.workspace_id = :workspace_id AND o.sequence_id IS NOT NULL GROUP BY o.sequence_id
"""
_FAILED: Final = """
SELECT count(*) FROM sequence_enrollments e JOIN sequences s ON s.id = e.sequence_id AND s.customer_id = e.customer_id
WHERE s.id = :sequence_id AND s.workspace_id = :workspace_id AND e.status <> 'active' AND e.status = 'stopped'
  AND e.completion_reason = 'failed'
"""
_BOUNCES: Final = """
SELECT o.is_bounced FROM (
  SELECT sequence_id, state, first_attempted_at, CASE WHEN bounce_kind = 'hard' THEN 1 ELSE 0 END AS is_bounced
  FROM outgoing_emails WHERE mailbox_id = :mailbox_id AND first_attempted_at IS NOT NULL
  ORDER BY first_attempted_at DESC LIMIT :looked_at
) o WHERE o.sequence_id = :sequence_id AND o.state = 'sent' ORDER BY o.first_attempted_at DESC LIMIT :last
"""
_MAILBOXES: Final = """
SELECT id FROM email_accounts WHERE workspace_id = :workspace_id ORDER BY id
"""


def count_uncertain(unit: Unit, workspace_id: UUID) -> dict[UUID, int]:
    """The emails of each sequence that may have been sent; read in the index of open emails."""
    return {as_uuid(row[0]): int(row[1]) for row in unit.rows(_UNCERTAIN, {"workspace_id": workspace_id})}


def count_failed(unit: Unit, workspace_id: UUID, sequence_id: UUID) -> int:
    """The contacts of a sequence who were stopped because an email to them failed."""
    row = unit.row(_FAILED, {"workspace_id": workspace_id, "sequence_id": sequence_id})
    return 0 if row is None else int(row[0])


def bounce_rate(unit: Unit, workspace_id: UUID, sequence_id: UUID) -> float | None:
    """The share of hard bounces among the last emails of a sequence; None of fewer than 20.

    Looks at the last 2,000 emails of each mailbox at most.
    """
    found: list[int] = []
    for (mailbox_id,) in unit.rows(_MAILBOXES, {"workspace_id": workspace_id}):
        rows = unit.rows(
            _BOUNCES,
            {"mailbox_id": as_uuid(mailbox_id), "sequence_id": sequence_id, "looked_at": LOOKED_AT, "last": LAST},
        )
        found += [int(row[0]) for row in rows]
    return sum(found) / len(found) if len(found) >= FEWEST else None


def read_trouble(unit: Unit, workspace_id: UUID, sequence_id: UUID, uncertain: int) -> Trouble:
    """What went wrong in a sequence; `uncertain` is its number from `count_uncertain`."""
    failed = count_failed(unit, workspace_id, sequence_id)
    return Trouble(uncertain, failed, bounce_rate(unit, workspace_id, sequence_id))
