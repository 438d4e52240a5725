"""Emails outside the claim queue, in the same journal: written by hand, answers, tests, and manual steps' own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from opendoors_desktop.domain.suppression import EmailKind
from opendoors_desktop.store.attachments import StoredFile
from opendoors_desktop.store.leases import Lease
from opendoors_desktop.store.outbox import OPEN
from opendoors_desktop.store.types import as_instant, as_json, as_uuid, json_text, maybe_instant, maybe_uuid
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Single:
    """An email outside the claim queue: written by hand, an answer, a test, or a step that a rep sends herself.

    `draft` holds `subject`, `body`, `is_html`, `is_literal` and the template's `variables`; that of an answer
    `is_answer`, its `references` and how many `files` go with it. `answers_id` is the mail it answers, `waived_by` who
    confirmed that it may go to a suppressed address. A manual email step's is of kind sequence, with its enrollment,
    step and round, and so unique like every other email of a sequence.
    """

    outgoing_id: UUID
    kind: EmailKind
    contact_id: UUID | None
    enrollment_id: UUID | None
    sequence_id: UUID | None
    step_id: UUID | None
    round: int
    to_address: str
    to_name: str
    message_id: str
    in_reply_to: str | None
    draft: Mapping[str, Any]
    planned_at: datetime
    attempts: int = 0
    first_attempted_at: datetime | None = None
    answers_id: UUID | None = None
    waived_by: UUID | None = None
    files: tuple[StoredFile, ...] = ()


def plan(unit: Unit, email: Single, mailbox_id: UUID, scope: tuple[UUID, UUID], *, by: UUID | None = None) -> bool:
    """Write an email into the journal as planned; False when the step has one already. `scope`: customer, workspace."""
    changed = unit.run(
        """INSERT INTO outgoing_emails (id, customer_id, workspace_id, kind, state, contact_id, enrollment_id,
             sequence_id, step_id, round, mailbox_id, is_first, to_address, message_id, in_reply_to, planned_at,
             attempts, draft, created_at, answers_inbound_id, suppression_waived_by, user_id)
           VALUES (:id, :customer_id, :workspace_id, :kind, 'planned', :contact_id, :enrollment_id, :sequence_id,
             :step_id, :round, :mailbox_id, :is_first, :to_address, :message_id, :in_reply_to, :at, 0, :draft, :at,
             :answers_id, :waived_by, :by)
           ON CONFLICT (enrollment_id, step_id, round) WHERE kind = 'sequence' DO NOTHING""",
        {
            "id": email.outgoing_id,
            "customer_id": scope[0],
            "workspace_id": scope[1],
            "kind": email.kind.value,
            "contact_id": email.contact_id,
            "enrollment_id": email.enrollment_id,
            "sequence_id": email.sequence_id,
            "step_id": email.step_id,
            "round": email.round,
            "mailbox_id": mailbox_id,
            "is_first": False,
            "to_address": email.to_address,
            "message_id": email.message_id,
            "in_reply_to": email.in_reply_to,
            "at": email.planned_at,
            "answers_id": email.answers_id,
            "waived_by": email.waived_by,
            "by": by,
            "draft": json_text({**email.draft, "to_name": email.to_name}),
        },
    )
    return changed == 1


_WAITING_SINGLES = f"""
{OPEN} AND state IN ('planned', 'deferred') AND mailbox_id = :mailbox_id
  AND (kind <> 'sequence' OR draft IS NOT NULL
    AND EXISTS (SELECT 1 FROM sequences s WHERE s.id = outgoing_emails.sequence_id AND s.status = 'active'))
"""


def page_due(unit: Unit, mailbox_id: UUID, now: datetime, limit: int) -> list[Single]:
    """The emails outside the queue that are due from a mailbox, in the order they were planned."""
    rows = unit.rows(
        f"""SELECT id, kind, contact_id, enrollment_id, sequence_id, step_id, round, to_address, message_id,
              in_reply_to, draft, planned_at, attempts, first_attempted_at FROM outgoing_emails
            WHERE {_WAITING_SINGLES} AND COALESCE(retry_at, planned_at) <= :now
            ORDER BY planned_at, id LIMIT :limit""",
        {"mailbox_id": mailbox_id, "now": now, "limit": limit},
    )
    return [_single(row) for row in rows]


def first_due_at(unit: Unit, mailbox_id: UUID) -> datetime | None:
    """When the first email outside the queue is due from a mailbox (UTC); None when there is none."""
    row = unit.row(
        f"SELECT min(COALESCE(retry_at, planned_at)) FROM outgoing_emails WHERE {_WAITING_SINGLES}",
        {"mailbox_id": mailbox_id},
    )
    return None if row is None else maybe_instant(row[0])


def take_back(unit: Unit, workspace_id: UUID, outgoing_id: UUID) -> bool:
    """Cancel an email that a person sent and that hasn't been claimed; False where it is on its way or gone."""
    changed = unit.run(
        "UPDATE outgoing_emails SET state = 'cancelled' WHERE workspace_id = :workspace_id AND id = :id"
        " AND state = 'planned' AND first_attempted_at IS NULL",
        {"workspace_id": workspace_id, "id": outgoing_id},
    )
    return changed == 1


def claim(unit: Unit, lease: Lease, outgoing_id: UUID, slot_at: datetime, now: datetime) -> bool:
    """Claim an email outside the queue; False when it isn't waiting any more."""
    changed = unit.run(
        "UPDATE outgoing_emails SET state = 'claimed', claimed_at = :now, slot_at = :slot_at, fencing = :fencing,"
        " retry_at = NULL WHERE id = :id AND state IN ('planned', 'deferred')",
        {"id": outgoing_id, "slot_at": slot_at, "now": now, "fencing": lease.fencing},
    )
    return changed == 1


def _single(row: tuple[Any, ...]) -> Single:
    draft = as_json(row[10]) or {}
    return Single(
        outgoing_id=as_uuid(row[0]),
        kind=EmailKind(row[1]),
        contact_id=maybe_uuid(row[2]),
        enrollment_id=maybe_uuid(row[3]),
        sequence_id=maybe_uuid(row[4]),
        step_id=maybe_uuid(row[5]),
        round=int(row[6]),
        to_address=row[7],
        to_name=draft.get("to_name", ""),
        message_id=row[8],
        in_reply_to=row[9],
        draft=draft,
        planned_at=as_instant(row[11]),
        attempts=int(row[12]),
        first_attempted_at=maybe_instant(row[13]),
    )
