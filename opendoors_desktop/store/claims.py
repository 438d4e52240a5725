"""Emails of sequences claimed under a lease, and given back or up before anything was sent.

One email of a sequence is unique on (enrollment, step, round), so every path that could send it a second time meets the
first one here.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from opendoors_desktop.store.attempts import forget_messages
from opendoors_desktop.store.leases import Lease
from opendoors_desktop.store.outbox import EmailState
from opendoors_desktop.store.types import as_uuid, maybe_instant
from opendoors_desktop.store.unit import Unit


class NewClaim(NamedTuple):
    """An email of a sequence about to be claimed; `message_id` is used only if the journal has none for it yet."""

    outgoing_id: UUID
    customer_id: UUID
    workspace_id: UUID
    enrollment_id: UUID
    sequence_id: UUID
    step_id: UUID
    round: int
    contact_id: UUID
    company_id: UUID | None
    mailbox_id: UUID
    variant_id: str | None
    is_first: bool
    to_address: str
    message_id: str
    in_reply_to: str | None
    slot_at: datetime


class Claimed(NamedTuple):
    """The journal's row behind a claim: that of an earlier attempt keeps its id, Message-ID, variant and count."""

    outgoing_id: UUID
    message_id: str
    variant_id: str | None
    attempts: int
    first_attempted_at: datetime | None


_NEW_CLAIM = """
INSERT INTO outgoing_emails (id, customer_id, workspace_id, kind, state, enrollment_id, sequence_id, step_id, round,
  contact_id, company_id, mailbox_id, variant_id, is_first, to_address, message_id, in_reply_to, planned_at, claimed_at,
  fencing, slot_at, attempts, created_at)
VALUES (:outgoing_id, :customer_id, :workspace_id, 'sequence', 'claimed', :enrollment_id, :sequence_id, :step_id,
  :round, :contact_id, :company_id, :mailbox_id, :variant_id, :is_first, :to_address, :message_id, :in_reply_to, :now,
  :now, :fencing, :slot_at, 0, :now)
ON CONFLICT (enrollment_id, step_id, round) WHERE kind = 'sequence' DO NOTHING
"""
_CLAIM_AGAIN = """
UPDATE outgoing_emails SET state = 'claimed', claimed_at = :now, fencing = :fencing, slot_at = :slot_at, retry_at = NULL
WHERE enrollment_id = :enrollment_id AND step_id = :step_id AND round = :round AND kind = 'sequence'
  AND state IN ('planned', 'deferred')
RETURNING id, message_id, variant_id, attempts, first_attempted_at, to_address, mailbox_id
"""


def claim(unit: Unit, lease: Lease, emails: Sequence[NewClaim], now: datetime) -> list[Claimed | None]:
    """Claim emails of sequences under `lease`; None for one whose row is claimed, begun or settled already."""
    under = {"fencing": lease.fencing, "now": now}
    added = unit.run_set(_NEW_CLAIM, [{**email._asdict(), **under} for email in emails])
    return [
        Claimed(email.outgoing_id, email.message_id, email.variant_id, 0, None)
        if added == len(emails) or _is_there(unit, email.outgoing_id)
        else _claim_again(unit, email, under)
        for email in emails
    ]


def _is_there(unit: Unit, outgoing_id: UUID) -> bool:
    return unit.row("SELECT 1 FROM outgoing_emails WHERE id = :id", {"id": outgoing_id}) is not None


def _claim_again(unit: Unit, email: NewClaim, under: Mapping[str, object]) -> Claimed | None:
    row = unit.row(_CLAIM_AGAIN, {**email._asdict(), **under})
    if row is None:
        return None
    if row[5] != email.to_address or as_uuid(row[6]) != email.mailbox_id:
        _readdress(unit, as_uuid(row[0]), email)
    return Claimed(as_uuid(row[0]), row[1], row[2], int(row[3]), maybe_instant(row[4]))


def _readdress(unit: Unit, outgoing_id: UUID, new: NewClaim) -> None:
    """Let an email that certainly hasn't gone go elsewhere, or from elsewhere: its stored message says otherwise."""
    unit.run(
        "UPDATE outgoing_emails SET to_address = :to_address, mailbox_id = :mailbox_id WHERE id = :id",
        {"id": outgoing_id, "to_address": new.to_address, "mailbox_id": new.mailbox_id},
    )
    forget_messages(unit, [outgoing_id])


def release(unit: Unit, lease: Lease, outgoing_ids: Iterable[UUID], state: EmailState = EmailState.PLANNED) -> int:
    """Give claims back unsent: planned (to be claimed again) or cancelled; gives the number that were ours still."""
    return unit.run_many(
        "UPDATE outgoing_emails SET state = :state WHERE id = :id AND state = 'claimed' AND fencing = :fencing",
        [{"id": key, "state": state.value, "fencing": lease.fencing} for key in outgoing_ids],
    )


def fail_claim(unit: Unit, lease: Lease, outgoing_id: UUID, failure_kind: str, text: str) -> bool:
    """Give a claim up for good before anything was sent, because no message can be made of it."""
    return (
        unit.run(
            "UPDATE outgoing_emails SET state = 'failed', failure_kind = :kind, smtp_text = :text"
            " WHERE id = :id AND state = 'claimed' AND fencing = :fencing",
            {"id": outgoing_id, "kind": failure_kind, "text": text, "fencing": lease.fencing},
        )
        == 1
    )
