"""The facts of the status bar: what leaves next, today's emails beside the cap, who needs a look, and who sends."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.mailbox import MailboxStatus
from opendoors_desktop.store.leases import HeldBy
from opendoors_desktop.store.mailbox_use import living_leases
from opendoors_desktop.store.outbox import OPEN
from opendoors_desktop.store.queries.contact_figures import count_held
from opendoors_desktop.store.queries.mailbox_list import MailboxSight, list_mailbox_sights
from opendoors_desktop.store.queries.queue_heads import QueueHead, list_queue_heads
from opendoors_desktop.store.types import as_instant, as_uuid, maybe_uuid
from opendoors_desktop.store.unit import Row, Unit


@dataclass(frozen=True, slots=True)
class NextEmail:
    """The email that is due first, at `due_at` (UTC), before pace: one that is overdue leaves as soon as pace lets it.

    `step` is the number of its step; an email by hand has neither sequence nor step.
    """

    due_at: datetime
    contact_id: UUID | None
    contact: str
    enrollment_id: UUID | None
    sequence_id: UUID | None
    sequence: str | None
    step: int | None
    mailbox: str


@dataclass(frozen=True, slots=True)
class FailingMailbox:
    """A mailbox that doesn't send, with the stable word for why, the server's words, and since when."""

    id: UUID
    address: str
    status: MailboxStatus
    reason: str | None
    detail: str | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """What the status bar says.

    `sent_today` and `cap_today` are those of all mailboxes, each by its own day; a cap of None: one of them has none.
    `planned_today` is what is due by midnight and within the caps, up to ten thousand a mailbox. `held` enrollments and
    `uncertain` emails wait for a person. `senders` hold mailboxes now, `is_stopped` is the workspace's emergency stop,
    `is_sending_on` a machine's switch as the store was told it (None: it was never switched).
    """

    next_email: NextEmail | None
    sent_today: int
    planned_today: int
    cap_today: int | None
    held: int
    uncertain: int
    sending_mailboxes: int
    failing: tuple[FailingMailbox, ...]
    senders: tuple[HeldBy, ...]
    is_stopped: bool
    is_sending_on: bool | None


_UNCERTAIN: Final = f"""
SELECT count(*) FROM outgoing_emails WHERE {OPEN} AND state = 'uncertain' AND workspace_id = :workspace_id
"""
_ENROLLED: Final = """
SELECT e.contact_id, trim(c.first_name || ' ' || c.last_name), c.email, e.id, s.id, s.name, p.step_order, m.address
FROM sequences s JOIN sequence_enrollments e ON e.customer_id = s.customer_id AND e.id = :enrollment_id
  JOIN contacts c ON c.id = e.contact_id JOIN email_accounts m ON m.id = :mailbox_id
  LEFT JOIN sequence_steps p ON p.id = e.current_step_id
WHERE s.id = :sequence_id AND s.workspace_id = :workspace_id
"""
_BY_HAND: Final = f"""
SELECT o.contact_id, trim(coalesce(c.first_name, '') || ' ' || coalesce(c.last_name, '')), o.to_address,
  o.enrollment_id, o.sequence_id, s.name, p.step_order, m.address, coalesce(o.retry_at, o.planned_at)
FROM outgoing_emails o JOIN email_accounts m ON m.id = o.mailbox_id LEFT JOIN contacts c ON c.id = o.contact_id
  LEFT JOIN sequences s ON s.id = o.sequence_id LEFT JOIN sequence_steps p ON p.id = o.step_id
WHERE o.{OPEN} AND o.state IN ('planned', 'deferred')
  AND o.workspace_id = :workspace_id AND (o.kind <> 'sequence' OR o.draft IS NOT NULL) AND m.status = 'active'
  AND coalesce(o.retry_at, o.planned_at) IS NOT NULL
ORDER BY coalesce(o.retry_at, o.planned_at), o.id LIMIT 1
"""
_STOP: Final = "SELECT emergency_stop_at FROM workspaces WHERE id = :workspace_id"
_SWITCH: Final = "SELECT sending_is_on FROM machines WHERE workspace_id = :workspace_id AND machine_id = :machine_id"


def read_status(unit: Unit, workspace_id: UUID, now: datetime, machine_id: str | None = None) -> StatusFacts:
    """The facts at `now`; costs a few looks into indexes for each mailbox, and a row read for each held enrollment."""
    sights = list_mailbox_sights(unit, workspace_id, now)
    here = {"workspace_id": workspace_id}
    caps = [sight.cap_today for sight in sights if sight.mailbox.can_send]
    stop, switch = unit.row(_STOP, here), unit.row(_SWITCH, here | {"machine_id": machine_id or ""})
    [(uncertain,)] = unit.rows(_UNCERTAIN, here)
    return StatusFacts(
        next_email=find_next_email(unit, workspace_id),
        sent_today=sum(sight.sent_today for sight in sights),
        planned_today=sum(map(_planned, sights)),
        cap_today=None if None in caps else sum(cap for cap in caps if cap is not None),
        held=sum(count_held(unit, workspace_id).values()),
        uncertain=int(uncertain),
        sending_mailboxes=len(caps),
        failing=tuple(_failing(sight) for sight in sights if not sight.mailbox.can_send),
        senders=tuple(living_leases(unit, workspace_id)),
        is_stopped=stop is not None and stop[0] is not None,
        is_sending_on=None if switch is None else bool(switch[0]),
    )


def find_next_email(unit: Unit, workspace_id: UUID) -> NextEmail | None:
    """The email that is due first of all that wait in mailboxes that send; None when none waits."""
    rows = unit.rows(_BY_HAND, {"workspace_id": workspace_id})
    by_hand = None if not rows else _next(rows[0], as_instant(rows[0][8]))
    sql = "SELECT id FROM email_accounts WHERE workspace_id = :id AND status = 'active' AND retired_at IS NULL"
    sending = {as_uuid(row[0]) for row in unit.rows(sql, {"id": workspace_id})}
    for head in list_queue_heads(unit, workspace_id):
        if by_hand is not None and by_hand.due_at <= head.due_at:
            return by_hand
        found = _of_head(unit, workspace_id, head) if head.mailbox_id in sending else None
        if found is not None:
            return found
    return by_hand


def _of_head(unit: Unit, workspace_id: UUID, head: QueueHead) -> NextEmail | None:
    key = {
        "workspace_id": workspace_id,
        "sequence_id": head.sequence_id,
        "enrollment_id": head.enrollment_id,
        "mailbox_id": head.mailbox_id,
    }
    row = unit.row(_ENROLLED, key)
    return None if row is None else _next(row, head.due_at)


def _next(row: Row, due_at: datetime) -> NextEmail:
    return NextEmail(
        due_at=due_at,
        contact_id=maybe_uuid(row[0]),
        contact=row[1] or row[2] or "",
        enrollment_id=maybe_uuid(row[3]),
        sequence_id=maybe_uuid(row[4]),
        sequence=row[5],
        step=row[6],
        mailbox=row[7],
    )


def _planned(sight: MailboxSight) -> int:
    if not sight.mailbox.can_send:
        return 0
    free = None if sight.cap_today is None else max(0, sight.cap_today - sight.sent_today)
    return sight.due_today if free is None else min(sight.due_today, free)


def _failing(sight: MailboxSight) -> FailingMailbox:
    mailbox = sight.mailbox
    return FailingMailbox(
        mailbox.id,
        mailbox.address,
        mailbox.status,
        mailbox.status_reason,
        mailbox.status_detail,
        mailbox.status_since,
    )
