"""An attempt to send: the message stored and *sending* set before it, and afterwards what the mail host answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from opendoors_desktop.store.leases import Lease
from opendoors_desktop.store.outbox import EmailState
from opendoors_desktop.store.types import as_uuid
from opendoors_desktop.store.unit import Unit


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


def forget_messages(unit: Unit, outgoing_ids: Sequence[UUID]) -> None:
    """Have emails that certainly haven't gone be made anew, with whatever links the new ones have."""
    keys = [{"id": key} for key in outgoing_ids]
    unit.run_many("DELETE FROM outgoing_messages WHERE outgoing_id = :id", keys)
    unit.run_many("DELETE FROM links WHERE outgoing_email_id = :id", keys)


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
    changed = unit.run_set(
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
    changed = unit.run_set(
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


def _answer(answer: Answer) -> dict[str, object]:
    return {
        "id": answer.outgoing_id,
        "phase": answer.phase,
        "code": answer.code,
        "status": answer.status,
        "text": answer.text[:1000],
    }
