"""The journal of outgoing emails: planned, claimed, sending, then sent, deferred, failed, uncertain or cancelled.

Each change of state names the states it may come from and the fencing number it was made under, so that an email can
be claimed once, begun once and settled once, whoever else is at work. One email of a sequence is unique on (enrollment,
step, round), so every path that could send it a second time meets the first one here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from opendoors_desktop.domain.suppression import EmailKind
from opendoors_desktop.store.leases import Lease
from opendoors_desktop.store.types import as_uuid, maybe_instant, maybe_uuid
from opendoors_desktop.store.unit import Unit


class EmailState(StrEnum):
    """Where an outgoing email stands."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


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


OPEN = "state IN ('planned', 'claimed', 'sending', 'deferred', 'uncertain')"
"""The condition of the partial index over unsettled emails, to be repeated word for word by queries that use it."""

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
    added = unit.run_many(_NEW_CLAIM, [{**email._asdict(), **under} for email in emails])
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
    unit.run("DELETE FROM outgoing_messages WHERE outgoing_id = :id", {"id": outgoing_id})


def find_state(unit: Unit, enrollment_id: UUID, step_id: UUID, round_: int) -> EmailState | None:
    """The state of a sequence's email; None when the journal has no row for it."""
    row = unit.row(
        "SELECT state FROM outgoing_emails WHERE enrollment_id = :enrollment_id AND step_id = :step_id"
        " AND round = :round AND kind = 'sequence'",
        {"enrollment_id": enrollment_id, "step_id": step_id, "round": round_},
    )
    return None if row is None else EmailState(row[0])


def enrollments_under_way(unit: Unit, workspace_id: UUID) -> frozenset[UUID]:
    """The enrollments with an email that is claimed, being sent or uncertain, and so wait for its end."""
    rows = unit.rows(
        f"SELECT enrollment_id FROM outgoing_emails WHERE {OPEN} AND state IN ('claimed', 'sending', 'uncertain')"
        " AND workspace_id = :workspace_id AND enrollment_id IS NOT NULL",
        {"workspace_id": workspace_id},
    )
    return frozenset(as_uuid(row[0]) for row in rows)


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message as it was stored at its first attempt; every retry sends the same bytes."""

    message: bytes
    sha256: bytes
    subject: str


def find_message(unit: Unit, outgoing_id: UUID) -> StoredMessage | None:
    """The stored message of an email; None before its first attempt."""
    row = unit.row(
        "SELECT m.message, m.sha256, o.subject FROM outgoing_messages m JOIN outgoing_emails o ON o.id = m.outgoing_id"
        " WHERE m.outgoing_id = :id",
        {"id": outgoing_id},
    )
    return None if row is None else StoredMessage(bytes(row[0]), bytes(row[1]), row[2] or "")


class Begin(NamedTuple):
    """A claimed and built email that has a connection waiting; `message` as it will leave."""

    outgoing_id: UUID
    message: bytes
    sha256: bytes
    subject: str
    slot_at: datetime


_BEGIN = """
UPDATE outgoing_emails SET state = 'sending', attempts = attempts + 1, last_attempted_at = :now,
  first_attempted_at = COALESCE(first_attempted_at, :now), slot_at = :slot_at,
  subject = :subject, smtp_phase = NULL, smtp_code = NULL, smtp_status = NULL, smtp_text = NULL
WHERE id = :id AND state = 'claimed' AND fencing = :fencing
"""
_STORE_MESSAGE = """
INSERT INTO outgoing_messages (outgoing_id, message, sha256, dated_at) VALUES (:id, :message, :sha256, :now)
ON CONFLICT (outgoing_id) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class BegunCount:
    """How many emails were ever begun in a store, to be remembered outside it, so that an older copy is noticed."""

    store_id: UUID
    number: int


def begin(unit: Unit, lease: Lease, emails: Sequence[Begin], now: datetime) -> BegunCount | None:
    """Store the messages and set `sending`, which gives leave to send once this unit is committed.

    The gate has to be read in the same unit first. Raises LookupError if one of them isn't claimed under this lease.
    Gives the store's count of emails begun; None where the store hasn't been given an identity yet.
    """
    unit.run_many(
        _STORE_MESSAGE,
        [{"id": email.outgoing_id, "message": email.message, "sha256": email.sha256, "now": now} for email in emails],
    )
    changed = unit.run_many(
        _BEGIN,
        [
            {
                "id": email.outgoing_id,
                "slot_at": email.slot_at,
                "subject": email.subject,
                "now": now,
                "fencing": lease.fencing,
            }
            for email in emails
        ],
    )
    if changed != len(emails):
        raise LookupError(f"{len(emails) - changed} of {len(emails)} emails are not claimed under this lease")
    row = unit.row(
        "UPDATE store_identity SET sending_counter = sending_counter + :n RETURNING id, sending_counter",
        {"n": len(emails)},
    )
    return None if row is None else BegunCount(as_uuid(row[0]), int(row[1]))


class Answer(NamedTuple):
    """What the mail host said to one email; `code` 0 where it said nothing."""

    outgoing_id: UUID
    phase: str
    code: int
    status: str
    text: str
    server_message_id: str = ""


_SENT = """
UPDATE outgoing_emails SET state = 'sent', sent_at = :now, smtp_phase = :phase, smtp_code = :code,
  smtp_status = :status, smtp_text = :text, server_message_id = :server_message_id, failure_kind = NULL
WHERE id = :id AND state IN ('sending', 'uncertain') AND fencing = :fencing
"""
_SETTLE = """
UPDATE outgoing_emails SET state = :state, retry_at = :retry_at, failure_kind = :failure_kind, smtp_phase = :phase,
  smtp_code = :code, smtp_status = :status, smtp_text = :text, attempts = attempts - :unburnt
WHERE id = :id AND state = 'sending' AND fencing = :fencing
"""


def record_sent(unit: Unit, lease: Lease, answers: Sequence[Answer], now: datetime) -> frozenset[UUID]:
    """Note that the server took these emails; gives those whose row was ours to settle.

    An email that another scheduler, having taken the mailbox over, gave up as uncertain may still be settled by the
    answer to this attempt; one that it has settled otherwise stays as it is.
    """
    changed = unit.run_many(
        _SENT,
        [
            _answer(answer) | {"now": now, "fencing": lease.fencing, "server_message_id": answer.server_message_id}
            for answer in answers
        ],
    )
    keys = [answer.outgoing_id for answer in answers]
    if changed == len(keys):
        return frozenset(keys)
    return frozenset(key for key in keys if _is_sent(unit, lease, key))


def _is_sent(unit: Unit, lease: Lease, outgoing_id: UUID) -> bool:
    row = unit.row("SELECT state, fencing, resolution FROM outgoing_emails WHERE id = :id", {"id": outgoing_id})
    return row is not None and row[:2] == (EmailState.SENT.value, lease.fencing) and row[2] != "sent"


def record_settled(
    unit: Unit,
    lease: Lease,
    answer: Answer,
    state: EmailState,
    *,
    failure_kind: str,
    retry_at: datetime | None = None,
    burns_attempt: bool = True,
) -> bool:
    """Note an attempt that wasn't accepted: deferred (with `retry_at`), failed or uncertain; False as `record_sent`."""
    values = _answer(answer) | {
        "state": state.value,
        "retry_at": retry_at,
        "failure_kind": failure_kind,
        "unburnt": 0 if burns_attempt else 1,
        "fencing": lease.fencing,
    }
    return unit.run(_SETTLE, values) == 1


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
    unit.run_many("DELETE FROM outgoing_messages WHERE outgoing_id = :id", [{"id": each.outgoing_id} for each in found])
    return found


def cancel_open(unit: Unit, enrollment_id: UUID) -> int:
    """Cancel what is planned, claimed or deferred of an enrollment that ends; what is being sent takes its course."""
    return unit.run(
        "UPDATE outgoing_emails SET state = 'cancelled', retry_at = NULL"
        " WHERE enrollment_id = :id AND kind = 'sequence' AND state IN ('planned', 'claimed', 'deferred')",
        {"id": enrollment_id},
    )


@dataclass(frozen=True, slots=True)
class Stranded:
    """An email that an earlier holder of the mailbox left claimed or sending; `is_by_hand`: it isn't of the queue."""

    outgoing_id: UUID
    enrollment_id: UUID | None
    kind: EmailKind
    round: int
    is_by_hand: bool


def strand(unit: Unit, lease: Lease) -> tuple[list[Stranded], list[Stranded]]:
    """What older fencing numbers left behind: (claimed, now planned) and (sending, now uncertain)."""
    key = {"mailbox_id": lease.mailbox_id, "fencing": lease.fencing}
    back, lost = (
        unit.rows(
            f"UPDATE outgoing_emails SET state = '{after}' WHERE {OPEN} AND state = '{before}'"
            " AND mailbox_id = :mailbox_id AND fencing < :fencing"
            " RETURNING id, enrollment_id, kind, round, draft",  # SQLite 3.40 can't tell IS NULL there
            key,
        )
        for before, after in (("claimed", "planned"), ("sending", "uncertain"))
    )
    return [as_stranded(row) for row in back], [as_stranded(row) for row in lost]


def mailboxes_with_claims(unit: Unit, workspace_id: UUID) -> set[UUID]:
    """The mailboxes in which an email is claimed or being sent, by whomever."""
    rows = unit.rows(
        f"SELECT DISTINCT mailbox_id FROM outgoing_emails WHERE {OPEN} AND state IN ('claimed', 'sending')"
        " AND workspace_id = :workspace_id",
        {"workspace_id": workspace_id},
    )
    return {as_uuid(row[0]) for row in rows}


def as_stranded(row: tuple[Any, ...]) -> Stranded:
    """From id, enrollment, kind, round and draft."""
    return Stranded(as_uuid(row[0]), maybe_uuid(row[1]), EmailKind(row[2]), int(row[3]), row[4] is not None)


def _answer(answer: Answer) -> dict[str, object]:
    return {
        "id": answer.outgoing_id,
        "phase": answer.phase,
        "code": answer.code,
        "status": answer.status,
        "text": answer.text[:1000],
    }
