"""Counts every total again from the records behind it, and looks at the store's own order; lists what differs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple
from uuid import UUID

from opendoors_desktop.domain.enrollment import CompletionReason
from opendoors_desktop.domain.metrics import (
    SOFT_BOUNCES_END_AT,
    ContactFigures,
    EmailFigures,
    count_contacts,
    success_rate,
)
from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.types import as_tags, as_uuid
from opendoors_desktop.store.unit import Row, Unit


@dataclass(frozen=True, slots=True)
class Difference:
    """A total that isn't what its records say: `stored` stands in `column` of the row `id`, `counted` is right."""

    table: str
    id: UUID
    column: str
    stored: float | None
    counted: float | None


_HARD_BOUNCED: Final = "o.bounced_at IS NOT NULL AND (o.bounce_kind IS NULL OR o.bounce_kind = 'hard')"

_SEQUENCE_TOTALS: Final = {
    "total_enrolled": "enrolled",
    "total_sent": "contacted",
    "total_delivered": "delivered",
    "total_opened": "opened",
    "total_clicked": "clicked",
    "total_replied": "replied",
    "total_bounced": "bounced",
    "total_unsubscribed": "opted_out",
}
"""The columns of a sequence, each with its figure in `domain.metrics.Totals`; a contact of it is one enrollment."""

_ONE: Final = "AND e.id = :enrollment_id"
_TOLD_OF_ALL: Final = "sequence_id = :id"
_TOLD_OF_ONE: Final = (
    "contact_id = (SELECT contact_id FROM sequence_enrollments WHERE id = :enrollment_id)"
    " AND enrollment_id = :enrollment_id"
)
"""What is told of a sequence lies by the sequence, and of one contact by the contact."""

"""Narrows what is read of a sequence's enrollments down to one of them."""

_ENROLLMENT_TOTALS: Final = ("total_emails_sent", "total_opens", "total_clicks", "total_replies")
_ENROLLMENTS: Final = f"""
SELECT e.id, {", ".join(f"e.{name}" for name in _ENROLLMENT_TOTALS)}, e.completion_reason,
  (SELECT count(*) FROM inbound_emails i WHERE i.enrollment_id = e.id AND i.bucket = 'reply'
     AND COALESCE(i.matched_by, '') <> 'colleague'),
  u.unsubscribed_at, u.reopened_at
FROM sequence_enrollments e LEFT JOIN (
  SELECT enrollment_id, max(CASE WHEN kind = 'unsubscribed' THEN occurred_at END) AS unsubscribed_at,
    max(CASE WHEN kind = 'reopened' THEN occurred_at END) AS reopened_at
  FROM email_activities WHERE {{told}} AND kind IN ('unsubscribed', 'reopened') GROUP BY enrollment_id
) u ON u.enrollment_id = e.id
WHERE e.customer_id = :customer_id AND e.sequence_id = :id {{which}} ORDER BY e.id
"""
_EMAILS: Final = f"""
SELECT e.id, o.state = 'sent', {_HARD_BOUNCED}, o.bounce_kind = 'soft',
  (SELECT count(*) FROM hits h WHERE h.outgoing_email_id = o.id AND h.kind = 'open' AND h.hit_class = 'human'),
  (SELECT count(*) FROM hits h LEFT JOIN links l ON l.outgoing_email_id = h.outgoing_email_id
     AND l.number = h.link_number
   WHERE h.outgoing_email_id = o.id AND h.kind = 'click' AND h.hit_class = 'human' AND l.is_opt_out IS NOT TRUE)
FROM sequence_enrollments e JOIN outgoing_emails o ON o.enrollment_id = e.id AND o.kind = 'sequence'
WHERE e.customer_id = :customer_id AND e.sequence_id = :id AND o.state IN ('sent', 'failed') {{which}}
ORDER BY o.first_attempted_at, o.id
"""

_STEPS: Final = f"""
WITH done AS (
  SELECT o.step_id, 1 AS executed, CASE WHEN o.state = 'sent' AND NOT ({_HARD_BOUNCED}) THEN 1 ELSE 0 END AS well
  FROM outgoing_emails o
  WHERE o.workspace_id = :workspace_id AND o.kind = 'sequence' AND o.state IN ('sent', 'failed')
  UNION ALL
  SELECT t.step_id, 1, CASE WHEN t.state = 'done' AND (t.kind <> 'call' OR u.is_success) THEN 1 ELSE 0 END
  FROM tasks t LEFT JOIN outcomes u ON u.id = t.outcome_id
  WHERE t.workspace_id = :workspace_id AND t.step_id IS NOT NULL AND t.kind <> 'email'
  UNION ALL
  SELECT a.step_id, 1, CASE WHEN a.kind = 'delay_over' OR a.detail ->> 'branch' = 'yes' THEN 1 ELSE 0 END
  FROM email_activities a WHERE a.workspace_id = :workspace_id AND a.kind IN ('lane_taken', 'delay_over')
), counted AS (SELECT step_id, count(*) AS executed, sum(well) AS well FROM done GROUP BY step_id)
SELECT s.id, s.times_executed, s.success_rate, c.executed, c.well
FROM sequence_steps s LEFT JOIN counted c ON c.step_id = s.id WHERE s.workspace_id = :workspace_id ORDER BY s.id
"""

_VARIANT_TOTALS: Final = ("sent", "delivered", "bounced")
_VARIANTS: Final = f"""
WITH counted AS (
  SELECT o.step_id, coalesce(o.variant_id, '') AS variant_id,
    sum(CASE WHEN o.state = 'sent' THEN 1 ELSE 0 END) AS sent,
    sum(CASE WHEN o.state = 'sent' AND NOT ({_HARD_BOUNCED}) THEN 1 ELSE 0 END) AS delivered,
    sum(CASE WHEN {_HARD_BOUNCED} THEN 1 ELSE 0 END) AS bounced
  FROM outgoing_emails o WHERE o.workspace_id = :workspace_id AND o.kind = 'sequence'
  GROUP BY o.step_id, coalesce(o.variant_id, '')
)
SELECT t.step_id, t.variant_id, {", ".join(f"t.{name}, c.{name}" for name in _VARIANT_TOTALS)}
FROM step_totals t JOIN sequences s ON s.id = t.sequence_id
  LEFT JOIN counted c ON c.step_id = t.step_id AND c.variant_id = t.variant_id
WHERE s.workspace_id = :workspace_id ORDER BY t.step_id, t.variant_id
"""

_QUEUE: Final = """
SELECT e.id, 'wake_at' FROM sequence_enrollments e LEFT JOIN claim_queue q
  ON q.mailbox_id = e.wake_mailbox_id AND q.sequence_id = e.sequence_id AND q.lane = e.wake_lane
  AND q.wake_at = e.wake_at AND q.enrollment_id = e.id
WHERE e.workspace_id = :workspace_id AND e.wake_at IS NOT NULL AND q.enrollment_id IS NULL
UNION ALL
SELECT q.enrollment_id, 'queue' FROM claim_queue q JOIN sequences s ON s.id = q.sequence_id
  LEFT JOIN sequence_enrollments e ON e.customer_id = s.customer_id AND e.id = q.enrollment_id
  AND e.wake_at = q.wake_at AND e.wake_lane = q.lane AND e.wake_mailbox_id = q.mailbox_id
WHERE s.workspace_id = :workspace_id AND e.id IS NULL
"""


_TAGS: Final = """
SELECT id AS contact_id, tags, NULL AS tag FROM contacts WHERE workspace_id = :workspace_id
UNION ALL SELECT contact_id, NULL, tag FROM contact_tags WHERE workspace_id = :workspace_id ORDER BY contact_id
"""


def recount(unit: Unit, workspace_id: UUID) -> list[Difference]:
    """Every total of a workspace's sequences, steps, variants and enrollments that its records don't bear out.

    With them comes the index of contacts by tag: 1 where it has a contact under a tag, 0 where it hasn't. What the
    figures mean is said by `domain.metrics`; opens and clicks are the hits of people, replies the inbound emails in
    that bucket.
    """
    sequences = unit.rows(
        f"SELECT id, customer_id, {', '.join(_SEQUENCE_TOTALS)} FROM sequences"
        " WHERE workspace_id = :workspace_id ORDER BY id",
        {"workspace_id": workspace_id},
    )
    found = [each for row in sequences for each in _sequence(unit, row)]
    here = {"workspace_id": workspace_id}
    return [*found, *_steps(unit, here), *_variants(unit, here), *_tags(unit, here)]


def _sequence(unit: Unit, row: Row) -> Iterator[Difference]:
    key, customer_id, *stored = row
    params = {"id": as_uuid(key), "customer_id": as_uuid(customer_id)}
    emails: dict[UUID, list[_Email]] = {}
    for enrollment_id, *values in unit.stream(_EMAILS.format(which=""), params):
        emails.setdefault(as_uuid(enrollment_id), []).append(_Email(*values))
    contacts = []
    for enrollment in unit.stream(_ENROLLMENTS.format(which="", told=_TOLD_OF_ALL), params):
        enrollment_id = as_uuid(enrollment[0])
        own = emails.get(enrollment_id, [])
        contacts.append(_contact(enrollment, own))
        counted = (
            sum(bool(email.is_sent) for email in own),
            sum(email.opens for email in own),
            sum(email.clicks for email in own),
            enrollment[6],
        )
        for column, before, now in zip(_ENROLLMENT_TOTALS, enrollment[1:5], counted, strict=True):
            if (before or 0) != now:
                yield Difference("sequence_enrollments", enrollment_id, column, before, now)
    totals = count_contacts(contacts)
    for (column, figure), before in zip(_SEQUENCE_TOTALS.items(), stored, strict=True):
        if (before or 0) != getattr(totals, figure):
            yield Difference("sequences", params["id"], column, before, getattr(totals, figure))


def totals_of(unit: Unit, customer_id: UUID, sequence_id: UUID, enrollment_id: UUID) -> Mapping[str, int]:
    """What one enrollment adds to its sequence's totals, as a recount finds it: 0 or 1 by the names of the ledger."""
    params = {"id": sequence_id, "customer_id": customer_id, "enrollment_id": enrollment_id}
    emails = [_Email(*row[1:]) for row in unit.rows(_EMAILS.format(which=_ONE), params)]
    rows = unit.rows(_ENROLLMENTS.format(which=_ONE, told=_TOLD_OF_ONE), params)
    totals = count_contacts(_contact(row, emails) for row in rows)
    return {column.removeprefix("total_"): getattr(totals, figure) for column, figure in _SEQUENCE_TOTALS.items()}


def _contact(row: Row, emails: Sequence["_Email"]) -> ContactFigures:
    """What became of one enrollment; `row` as `_ENROLLMENTS` gives it."""
    reason, replies, unsubscribed_at, reopened_at = row[5:9]
    return ContactFigures(
        emails=tuple(
            EmailFigures(bool(email.is_sent), bool(email.has_hard_bounced), email.opens > 0, email.clicks > 0)
            for email in emails
        ),
        has_replied=replies > 0,
        has_opted_out=unsubscribed_at is not None and (reopened_at is None or unsubscribed_at > reopened_at),
        gave_up_on_soft_bounces=reason == CompletionReason.BOUNCED and _all_soft(emails[-SOFT_BOUNCES_END_AT:]),
    )


def _all_soft(latest: Sequence["_Email"]) -> bool:
    return len(latest) == SOFT_BOUNCES_END_AT and all(email.has_soft_bounced for email in latest)


class _Email(NamedTuple):
    """One email of an enrollment, as `_EMAILS` gives it."""

    is_sent: bool
    has_hard_bounced: bool
    has_soft_bounced: bool | None
    opens: int
    clicks: int


def _steps(unit: Unit, params: dict[str, UUID]) -> Iterator[Difference]:
    for key, stored, stored_rate, counted, well in unit.rows(_STEPS, params):
        if (stored or 0) != (counted or 0):
            yield Difference("sequence_steps", as_uuid(key), "times_executed", stored, counted or 0)
        rate = success_rate(int(well or 0), counted or 0)
        held = None if stored_rate is None else Decimal(stored_rate).quantize(Decimal("0.01"))
        # Binary fractions may put the last digit of an exact half on either side.
        if (rate is None) != (held is None) or abs((rate or Decimal()) - (held or Decimal())) > Decimal("0.01"):
            yield Difference("sequence_steps", as_uuid(key), "success_rate", _number(held), _number(rate))


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _variants(unit: Unit, params: dict[str, UUID]) -> Iterator[Difference]:
    for key, variant, *pairs in unit.rows(_VARIANTS, params):
        for number, column in enumerate(_VARIANT_TOTALS):
            stored, counted = int(pairs[2 * number] or 0), int(pairs[2 * number + 1] or 0)
            if stored != counted:
                name = f"{column} of variant {variant}" if variant else column
                yield Difference("step_totals", as_uuid(key), name, stored, counted)


def _tags(unit: Unit, params: dict[str, UUID]) -> Iterator[Difference]:
    for key, found in groupby(unit.stream(_TAGS, params), itemgetter(0)):
        rows = list(found)
        counted = {tag.casefold() for row in rows for tag in as_tags(row[1])}
        stored = {row[2] for row in rows} - {None}
        for tag in sorted(counted ^ stored):
            yield Difference("contact_tags", as_uuid(key), f"tag {tag}", tag in stored, tag in counted)


def find_misplaced(unit: Unit, workspace_id: UUID) -> list[UUID]:
    """The enrollments whose row in the claim queue is missing, or stands where they don't wait."""
    return sorted({as_uuid(row[0]) for row in unit.rows(_QUEUE, {"workspace_id": workspace_id})})


def find_damage(unit: Unit) -> list[str]:
    """What the database itself finds wrong with its file, in its own words; Postgres looks after that by itself."""
    if unit.dialect is Dialect.POSTGRES:
        return []
    pages = [str(row[0]) for row in unit.rows("PRAGMA integrity_check(100)") if row[0] != "ok"]
    orphans = unit.rows("PRAGMA foreign_key_check")
    return pages + [f"row {row[1]} of {row[0]} refers to a row of {row[2]} that isn't there" for row in orphans]
