"""Emails whose fate nobody knew, as a person decided: they went, or are sent again under the same Message-ID."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from opendoors_desktop.domain.suppression import EmailKind
from opendoors_desktop.store.outbox import EmailState
from opendoors_desktop.store.types import as_uuid, maybe_instant, maybe_uuid
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Unsettled:
    """An email of the journal with what is needed to settle it by hand; `starts_thread`: it answers no earlier one."""

    id: UUID
    state: EmailState
    kind: EmailKind
    contact_id: UUID | None
    enrollment_id: UUID | None
    sequence_id: UUID | None
    step_id: UUID | None
    round: int
    mailbox_id: UUID
    variant_id: str | None
    message_id: str
    subject: str
    starts_thread: bool
    last_attempted_at: datetime | None
    is_by_hand: bool


def find_unsettled(unit: Unit, workspace_id: UUID, outgoing_id: UUID) -> Unsettled | None:
    """The email of that id in whatever state; None where there is none."""
    row = unit.row(
        "SELECT id, state, kind, contact_id, enrollment_id, sequence_id, step_id, round, mailbox_id, variant_id,"
        " message_id, subject, in_reply_to, last_attempted_at, draft IS NOT NULL FROM outgoing_emails"
        " WHERE workspace_id = :workspace_id AND id = :id",
        {"workspace_id": workspace_id, "id": outgoing_id},
    )
    if row is None:
        return None
    return Unsettled(
        id=as_uuid(row[0]),
        state=EmailState(row[1]),
        kind=EmailKind(row[2]),
        contact_id=maybe_uuid(row[3]),
        enrollment_id=maybe_uuid(row[4]),
        sequence_id=maybe_uuid(row[5]),
        step_id=maybe_uuid(row[6]),
        round=int(row[7]),
        mailbox_id=as_uuid(row[8]),
        variant_id=row[9],
        message_id=row[10],
        subject=row[11] or "",
        starts_thread=row[12] is None,
        last_attempted_at=maybe_instant(row[13]),
        is_by_hand=bool(row[14]),
    )


def settle_as_sent(unit: Unit, outgoing_id: UUID, sent_at: datetime, *, by: UUID | None, now: datetime) -> bool:
    """Note that an uncertain email went; False where its fate is known by now."""
    return _settle(unit, outgoing_id, EmailState.SENT, "sent", {"sent_at": sent_at, "by": by, "now": now})


def plan_again(unit: Unit, outgoing_id: UUID, *, by: UUID, now: datetime) -> bool:
    """Have an uncertain email be claimed and sent once more; False where its fate is known by now."""
    return _settle(unit, outgoing_id, EmailState.PLANNED, "resend", {"sent_at": None, "by": by, "now": now})


def _settle(unit: Unit, outgoing_id: UUID, state: EmailState, word: str, values: dict[str, object]) -> bool:
    changed = unit.run(
        "UPDATE outgoing_emails SET state = :state, sent_at = :sent_at, failure_kind = NULL, retry_at = NULL,"
        " resolution = :word, resolved_at = :now, resolved_by = :by WHERE id = :id AND state = 'uncertain'",
        values | {"id": outgoing_id, "state": state.value, "word": word},
    )
    return changed == 1
