"""An enrollment with all that sending it needs beside the rules, as a value and as rows of the store."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from opendoors_desktop.domain.enrollment import CompletionReason, Enrollment, EnrollmentStatus, HoldReason
from opendoors_desktop.domain.step import StepRecord, StepResult
from opendoors_desktop.domain.suppression import WEIGHT, SuppressionReason
from opendoors_desktop.domain.values import maker
from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.queue import Lane, Ticket, make_ticket
from opendoors_desktop.store.types import (
    as_instant,
    as_json,
    as_tags,
    as_uuid,
    json_text,
    maybe_instant,
    maybe_shared_uuid,
    maybe_uuid,
    microseconds_of,
    shared_uuid,
)


@dataclass(frozen=True, slots=True)
class Thread:
    """The running email thread of an enrollment: the ids of its messages, oldest first, and its subject."""

    references: tuple[str, ...] = ()
    subject: str | None = None


NO_THREAD = Thread()


@dataclass(frozen=True, slots=True)
class Standing:
    """An enrollment with all that deciding and sending need beside it, read in one query.

    `ticket` is its row in the queue, None while it waits for no instant. `fields` are the contact's fields by the names
    that templates use. `last_automatic` is the contact's last automatic email over all sequences: when, and of which.
    """

    enrollment: Enrollment
    customer_id: UUID
    workspace_id: UUID
    ticket: Ticket | None
    thread: Thread
    emails_sent: int
    has_replied: bool
    has_reached_goal: bool
    address: str
    address_key: str
    company_id: UUID | None
    fields: Mapping[str, object]
    last_contacted_at: datetime | None
    last_automatic: tuple[datetime, UUID] | None
    suppression: SuppressionReason | None


CONTACT_FIELDS = {
    "first_name": "first_name",
    "last_name": "last_name",
    "company": "company_name",
    "title": "title",
    "phone": "phone",
    "linkedin_url": "linkedin_url",
    "city": "city",
    "state": "state",
    "country": "country",
    "time_zone": "time_zone",
}
"""The contact's own text fields: the name in templates and conditions, and the column."""


STRONGEST = f"CASE reason {' '.join(f'WHEN {reason.value!r} THEN {rank}' for rank, reason in enumerate(WEIGHT))} END"
"""Orders suppressions so that the reason that binds most comes first."""


def suppression_of(workspace: str, **values: str) -> str:
    """A subquery for the reason that binds most an address with these values by scope, all given as SQL expressions.

    Each alternative names every column of the index again: taken out of the brackets, the workspace's would have
    SQLite read its whole list for each address.
    """
    alternatives = " OR ".join(
        f"p.workspace_id = {workspace} AND p.scope = '{scope}' AND p.value = {value} AND p.lifted_at IS NULL"
        for scope, value in values.items()
    )
    return f"(SELECT p.reason FROM suppressions p WHERE {alternatives} ORDER BY {STRONGEST} LIMIT 1)"


COLUMNS = f"""
  e.id, e.sequence_id, e.contact_id, e.enrolled_at, e.status, e.round, e.time_zone, e.mailbox_id, e.records,
  e.current_step_id, e.start_step_id, e.started_at, e.last_step_completed_at, e.next_step_scheduled_at,
  e.shifted_seconds, e.not_before, e.waiting_until, e.hold_reason, e.hold_detail, e.paused_at, e.completed_at,
  e.completion_reason, e.thread_mailbox_id, e.customer_id, e.workspace_id, e.wake_mailbox_id, e.wake_lane, e.wake_at,
  e.thread_references, e.thread_subject, e.total_emails_sent, CASE WHEN e.reply_waived_at IS NULL THEN e.replied_at END,
  e.goal_achieved_at,
  c.email, c.company_id, c.last_contacted_at, c.last_automatic_at, c.last_automatic_sequence_id, c.tags, c.custom,
  {suppression_of("c.workspace_id", address="c.email_key", domain="DOMAIN_OF(c.email_key)")},
  c.email_key, {", ".join(f"c.{column}" for column in CONTACT_FIELDS.values())}
"""
_FIELDS_FROM = 42


@lru_cache(maxsize=64)
def domain_of(sql: str, dialect: Dialect) -> str:
    """The text with `DOMAIN_OF(column)` written in the database's own words: what stands behind the @."""
    if dialect is Dialect.SQLITE:
        return _DOMAIN_OF.sub(r"substr(\1, instr(\1, '@') + 1)", sql)
    return _DOMAIN_OF.sub(r"split_part(\1, '@', 2)", sql)


_DOMAIN_OF = re.compile(r"DOMAIN_OF\(([a-z_.:]+)\)")


def records_text(records: Sequence[StepRecord]) -> str:
    """The progress of an enrollment as it is stored: a list of [step id, result, microseconds, detail]."""
    return json_text([[r.step_id.hex, r.result.value, microseconds_of(r.at), r.detail] for r in records])


def _records(raw: Any) -> tuple[StepRecord, ...]:
    if raw is None or raw == "[]":
        return ()
    return tuple(
        StepRecord(UUID(hex=step), StepResult(result), as_instant(at), detail)
        for step, result, at, detail in as_json(raw)
    )


def as_standing(row: tuple[Any, ...]) -> Standing:
    """The enrollment of a row that holds `COLUMNS` in their order."""
    enrollment = _enrollment(row)
    last_automatic_at = maybe_instant(row[36])
    return make_standing(
        enrollment=enrollment,
        customer_id=shared_uuid(row[23]),
        workspace_id=shared_uuid(row[24]),
        ticket=_ticket(row, enrollment),
        thread=_thread(row[28], row[29]),
        emails_sent=int(row[30]),
        has_replied=row[31] is not None,
        has_reached_goal=row[32] is not None,
        address=row[33] or "",
        address_key=row[41] or "",
        company_id=maybe_uuid(row[34]),
        fields=contact_fields(row[33], row[38], row[39], row[_FIELDS_FROM:]),
        last_contacted_at=maybe_instant(row[35]),
        last_automatic=None if last_automatic_at is None else (last_automatic_at, shared_uuid(row[37])),
        suppression=None if row[40] is None else SuppressionReason(row[40]),
    )


def contact_fields(email: str | None, tags: Any, custom: Any, texts: tuple[Any, ...]) -> dict[str, object]:
    """A contact's fields by the names templates use, from raw values; `texts` are those of CONTACT_FIELDS."""
    fields: dict[str, object] = dict(zip(CONTACT_FIELDS, texts, strict=True))
    fields["email"] = email
    first, last = fields["first_name"], fields["last_name"]
    fields["name"] = f"{first} {last}" if first and last else first or last or ""
    fields["tags"] = as_tags(tags)
    if custom and custom != "{}":
        for name, value in as_json(custom).items():
            fields[f"custom.{name}"] = value
    return fields


def _ticket(row: tuple[Any, ...], enrollment: Enrollment) -> Ticket | None:
    if row[27] is None:
        return None
    return make_ticket(
        shared_uuid(row[25]), enrollment.sequence_id, _LANES[row[26]], as_instant(row[27]), enrollment.id
    )


def _thread(references: str | None, subject: str | None) -> Thread:
    if references is None and subject is None:
        return NO_THREAD
    return Thread(tuple(references.split()) if references else (), subject)


def _enrollment(row: tuple[Any, ...]) -> Enrollment:
    return _make_enrollment(
        id=as_uuid(row[0]),
        sequence_id=shared_uuid(row[1]),
        contact_id=as_uuid(row[2]),
        enrolled_at=as_instant(row[3]),
        status=_STATUSES[row[4]],
        round=int(row[5]),
        zone=row[6],
        mailbox_id=maybe_shared_uuid(row[7]),
        records=_records(row[8]),
        current_step_id=maybe_shared_uuid(row[9]),
        start_step_id=maybe_shared_uuid(row[10]),
        started_at=maybe_instant(row[11]),
        last_step_completed_at=maybe_instant(row[12]),
        next_step_scheduled_at=maybe_instant(row[13]),
        shifted_by=timedelta(seconds=row[14] or 0),
        not_before=maybe_instant(row[15]),
        waiting_until=maybe_instant(row[16]),
        hold=None if row[17] is None else HoldReason(row[17]),
        hold_detail=row[18],
        paused_at=maybe_instant(row[19]),
        completed_at=maybe_instant(row[20]),
        completion_reason=None if row[21] is None else CompletionReason(row[21]),
        thread_mailbox_id=maybe_shared_uuid(row[22]),
    )


_STATUSES, _LANES = {each.value: each for each in EnrollmentStatus}, {each.value: each for each in Lane}
make_standing, _make_enrollment = maker(Standing), maker(Enrollment)


def progress_of(standing: Standing) -> dict[str, object]:
    """What every step moves of an enrollment, as parameters: how far it is, where it waits, and its thread."""
    enrollment, ticket = standing.enrollment, standing.ticket
    return {
        "id": enrollment.id,
        "customer_id": standing.customer_id,
        "records": records_text(enrollment.records),
        "current_step_id": enrollment.current_step_id,
        "last_step_completed_at": enrollment.last_step_completed_at,
        "next_step_scheduled_at": enrollment.next_step_scheduled_at,
        "wake_mailbox_id": None if ticket is None else ticket.mailbox_id,
        "wake_lane": None if ticket is None else int(ticket.lane),
        "wake_at": None if ticket is None else ticket.wake_at,
        "thread_references": " ".join(standing.thread.references) or None,
        "thread_subject": standing.thread.subject,
        "total_emails_sent": standing.emails_sent,
    }


def has_other_terms(before: Standing, after: Standing) -> bool:
    """Whether anything of an enrollment differs that most steps leave alone."""
    return _TERMS(before.enrollment) != _TERMS(after.enrollment)


_TERMS = attrgetter(
    "round", "zone", "mailbox_id", "start_step_id", "started_at", "shifted_by", "not_before", "waiting_until", "hold",
    "hold_detail", "paused_at", "completed_at", "completion_reason", "thread_mailbox_id", "status",
)  # fmt: skip


def terms_of(standing: Standing) -> dict[str, object]:
    """The rest of what may change of an enrollment, as parameters."""
    enrollment = standing.enrollment
    return {
        "id": enrollment.id,
        "customer_id": standing.customer_id,
        "status": enrollment.status.value,
        "round": enrollment.round,
        "time_zone": enrollment.zone,
        "mailbox_id": enrollment.mailbox_id,
        "start_step_id": enrollment.start_step_id,
        "started_at": enrollment.started_at,
        "shifted_seconds": enrollment.shifted_by.total_seconds(),
        "not_before": enrollment.not_before,
        "waiting_until": enrollment.waiting_until,
        "hold_reason": None if enrollment.hold is None else enrollment.hold.value,
        "hold_detail": enrollment.hold_detail,
        "paused_at": enrollment.paused_at,
        "completed_at": enrollment.completed_at,
        "completion_reason": None if enrollment.completion_reason is None else enrollment.completion_reason.value,
        "thread_mailbox_id": enrollment.thread_mailbox_id,
    }
