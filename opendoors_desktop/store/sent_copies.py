"""Emails whose copy belongs into the mailbox's Sent folder, and those that may be found there."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from opendoors_desktop.store.types import as_instant, as_uuid
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class DueCopy:
    """An email that was sent and of which no copy is known to lie in Sent."""

    id: UUID
    message_id: str
    sent_at: datetime
    message: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CopyTimes:
    """Which emails are looked at: first tried since `since`, sent before `before`, not claimed after `claimed_before`.

    All in UTC.
    """

    since: datetime
    before: datetime
    claimed_before: datetime


def find_uncertain(unit: Unit, mailbox_id: UUID, since: datetime) -> list[tuple[UUID, str]]:
    """The emails from a mailbox of which nobody knows whether they went, with their Message-IDs, the oldest first."""
    rows = unit.rows(
        "SELECT id, message_id FROM outgoing_emails"
        " WHERE state IN ('planned', 'claimed', 'sending', 'deferred', 'uncertain') AND state = 'uncertain'"
        " AND mailbox_id = :mailbox_id AND last_attempted_at >= :since ORDER BY last_attempted_at, id",
        {"mailbox_id": mailbox_id, "since": since},
    )
    return [(as_uuid(row[0]), row[1]) for row in rows]


_DUE: Final = """
  state = 'sent' AND kind <> 'test' AND sent_copy_at IS NULL AND first_attempted_at >= :since AND sent_at < :before
  AND (sent_copy_claimed_at IS NULL OR sent_copy_claimed_at < :claimed_before)
"""


def has_due(unit: Unit, mailbox_id: UUID, times: CopyTimes) -> bool:
    """Whether a mailbox has emails to be copied."""
    sql = f"SELECT 1 FROM outgoing_emails WHERE mailbox_id = :mailbox_id AND {_DUE} LIMIT 1"
    return unit.row(sql, _params(mailbox_id, times)) is not None


def claim_due(unit: Unit, mailbox_id: UUID, times: CopyTimes, now: datetime, limit: int) -> list[DueCopy]:
    """Claim emails to be copied, the oldest first: nobody else copies them before the claim is old."""
    params = _params(mailbox_id, times)
    rows = unit.rows(
        "SELECT o.id, o.message_id, o.sent_at, t.message FROM outgoing_emails o"
        " JOIN outgoing_messages t ON t.outgoing_id = o.id"
        f" WHERE o.mailbox_id = :mailbox_id AND {_DUE} ORDER BY o.first_attempted_at, o.id LIMIT :limit",
        {**params, "limit": limit},
    )
    found = [DueCopy(as_uuid(row[0]), row[1], as_instant(row[2]), bytes(row[3])) for row in rows]
    sql = (
        f"UPDATE outgoing_emails SET sent_copy_claimed_at = :now WHERE mailbox_id = :mailbox_id AND id = :id AND {_DUE}"
    )
    return [each for each in found if unit.run(sql, {**params, "id": each.id, "now": now})]


def note_copied(unit: Unit, outgoing_id: UUID, now: datetime) -> None:
    """Note that a copy lies in Sent."""
    unit.run("UPDATE outgoing_emails SET sent_copy_at = :now WHERE id = :id", {"id": outgoing_id, "now": now})


def _params(mailbox_id: UUID, times: CopyTimes) -> dict[str, object]:
    return {
        "mailbox_id": mailbox_id,
        "since": times.since,
        "before": times.before,
        "claimed_before": times.claimed_before,
    }
