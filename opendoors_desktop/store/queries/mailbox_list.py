"""Mailboxes as their page shows them: settings and state, what left today, what waits, and how much bounced lately."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from opendoors_desktop.domain.local_time import instant_of, local_day, next_day_starts
from opendoors_desktop.domain.mailbox import BOUNCE_RATE_LOOKS_AT, cap_on
from opendoors_desktop.store.mailbox_rows import SETTINGS, STATE, Mailbox, as_mailbox
from opendoors_desktop.store.outbox import OPEN
from opendoors_desktop.store.types import as_json, maybe_instant
from opendoors_desktop.store.unit import Unit

AT_MOST: Final = 10_000
"""What waits is counted up to here; a larger number is "more than" that."""


@dataclass(frozen=True, slots=True)
class MailboxSight:
    """A mailbox beside its figures; a day is one of the mailbox's own zone.

    `sent_today` counts sent, being sent and uncertain emails by the day of their first attempt, as caps do, and
    `sent_hour` those of the last 60 minutes. `cap_today` (None: no cap) is lowered by the ramp-up. `due_today` is what
    the queue holds until midnight, `waiting` all it holds (both stop at AT_MOST), `put_off` what the host put off.
    `bounced` of the last `tried` emails bounced hard. `checks` is what came of the last trial, at `checked_at`.
    """

    mailbox: Mailbox
    sent_today: int
    sent_hour: int
    cap_today: int | None
    due_today: int
    waiting: int
    put_off: int
    bounced: int
    tried: int
    checks: Mapping[str, Any]
    checked_at: datetime | None


_SELECT: Final = f"""
SELECT {", ".join((*STATE, *SETTINGS))}, checks, checked_at FROM email_accounts
WHERE workspace_id = :workspace_id AND retired_at IS NULL ORDER BY address_key, id
"""
_COUNTS: Final = """
SELECT count(*), coalesce(sum(CASE WHEN first_attempted_at >= :day THEN 1 ELSE 0 END), 0),
  coalesce(sum(CASE WHEN first_attempted_at >= :hour THEN 1 ELSE 0 END), 0)
FROM outgoing_emails
WHERE mailbox_id = :id AND first_attempted_at >= :since AND state IN ('sent', 'sending', 'uncertain')
"""
_WAITING: Final = (
    "SELECT count(*) FROM (SELECT 1 AS one FROM claim_queue WHERE mailbox_id = :id AND lane <> 2 LIMIT :most) w"
)
_DUE: Final = """
SELECT coalesce(sum((
  SELECT count(*) FROM (SELECT 1 AS one FROM claim_queue q WHERE q.mailbox_id = :id AND q.sequence_id = s.id
    AND q.lane = l.lane AND q.wake_at < :until LIMIT :most) w
)), 0)
FROM sequences s CROSS JOIN (SELECT 0 AS lane UNION ALL SELECT 1 UNION ALL SELECT 3) l
WHERE s.workspace_id = :workspace_id AND s.status = 'active'
"""
_PUT_OFF: Final = f"SELECT count(*) FROM outgoing_emails WHERE {OPEN} AND state = 'deferred' AND mailbox_id = :id"
_BOUNCED: Final = """
SELECT count(*), coalesce(sum(CASE WHEN bounced_at IS NOT NULL AND bounce_kind = 'hard' THEN 1 ELSE 0 END), 0) FROM (
  SELECT bounced_at, bounce_kind FROM outgoing_emails WHERE mailbox_id = :id AND first_attempted_at IS NOT NULL
  ORDER BY first_attempted_at DESC LIMIT :most
) last
"""


def list_mailbox_sights(unit: Unit, workspace_id: UUID, now: datetime) -> list[MailboxSight]:
    """The mailboxes in use by address, with their figures at `now`; each costs a few looks into indexes."""
    rows = unit.rows(_SELECT, {"workspace_id": workspace_id})
    return [_sight(unit, as_mailbox(row[:-2]), as_json(row[-2]) or {}, maybe_instant(row[-1]), now) for row in rows]


def _sight(
    unit: Unit, mailbox: Mailbox, checks: Mapping[str, Any], checked_at: datetime | None, now: datetime
) -> MailboxSight:
    zone = mailbox.limits.zone
    today = local_day(zone, now)
    begins = instant_of(zone, datetime.combine(today, time()))
    hour = now - timedelta(hours=1)
    key: dict[str, object] = {"id": mailbox.id}
    counted = _one(unit, _COUNTS, key | {"day": begins, "hour": hour, "since": min(begins, hour)})
    tried, bounced = _one(unit, _BOUNCED, key | {"most": BOUNCE_RATE_LOOKS_AT})
    until = {"workspace_id": mailbox.workspace_id, "until": next_day_starts(zone, now), "most": AT_MOST}
    return MailboxSight(
        mailbox=mailbox,
        sent_today=counted[1],
        sent_hour=counted[2],
        cap_today=cap_on(mailbox.limits, today),
        due_today=min(_one(unit, _DUE, key | until)[0], AT_MOST),
        waiting=_one(unit, _WAITING, key | {"most": AT_MOST})[0],
        put_off=_one(unit, _PUT_OFF, key)[0],
        bounced=bounced,
        tried=tried,
        checks=checks,
        checked_at=checked_at,
    )


def _one(unit: Unit, sql: str, params: Mapping[str, object]) -> tuple[int, ...]:
    row = unit.row(sql, params)
    assert row is not None  # counts always give a row
    return tuple(int(number) for number in row)
