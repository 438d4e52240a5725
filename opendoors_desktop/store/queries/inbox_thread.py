"""One mail with its thread: what we sent, what came, what it did, and who else of the company is written to."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from opendoors_desktop.domain.effect import Effect, Obstacle
from opendoors_desktop.domain.verdict import Verdict
from opendoors_desktop.store.inbound import find_kept
from opendoors_desktop.store.obstacles import find_obstacle
from opendoors_desktop.store.queries.inbox import MailLine, find_mail
from opendoors_desktop.store.types import as_instant, as_json, as_uuid
from opendoors_desktop.store.unit import Unit

MOST: Final = 60
"""So many messages of a thread are read, the latest; and so many colleagues."""


@dataclass(frozen=True, slots=True)
class SentLetter:
    """An email of ours in the thread; `message` is its bytes as they left (None: not kept, or not made yet)."""

    id: UUID
    kind: str
    state: str
    at: datetime
    subject: str
    to_address: str
    step: int | None
    variant: str | None
    message: bytes | None


@dataclass(frozen=True, slots=True)
class ReceivedLetter:
    """A mail of the thread; `evidence` are the rules that spoke, each with the words it rests on and their place."""

    id: UUID
    at: datetime
    from_name: str
    from_address: str
    subject: str
    visible_text: str
    bucket: str
    said: str
    evidence: tuple[tuple[str, str, int | None], ...]


@dataclass(frozen=True, slots=True)
class EffectSight:
    """What a mail did, to whose enrollment in which sequence and step; `obstacle` keeps it from being taken back."""

    effect: Effect
    obstacle: Obstacle | None
    contact: str = ""
    sequence: str = ""
    step: int | None = None


@dataclass(frozen=True, slots=True)
class WrittenTo:
    """Somebody else of the same company who is in a sequence."""

    enrollment_id: UUID
    name: str
    sequence: str
    step: int | None


@dataclass(frozen=True, slots=True)
class Who:
    """The contact a mail is from; `address` None: they have none any more."""

    id: UUID
    name: str
    title: str
    company: str
    phone: str
    address: str | None
    time_zone: str
    suppressed: str | None


@dataclass(frozen=True, slots=True)
class ThreadSight:
    """Everything the inbox shows of one mail."""

    mail: MailLine
    verdict: Verdict
    meaning_on: date | None
    who: Who | None
    sent: tuple[SentLetter, ...]
    received: tuple[ReceivedLetter, ...]
    effects: tuple[EffectSight, ...]
    others: tuple[WrittenTo, ...]


_SENT: Final = """
SELECT o.id, o.kind, o.state, COALESCE(o.sent_at, o.first_attempted_at, o.planned_at), COALESCE(o.subject, ''),
  o.to_address, p.step_order, o.variant_id, t.message
FROM outgoing_emails o LEFT JOIN sequence_steps p ON p.id = o.step_id
  LEFT JOIN outgoing_messages t ON t.outgoing_id = o.id
WHERE (o.workspace_id = :workspace_id) IS TRUE AND o.state <> 'cancelled' AND
"""
_STEPS: Final = "o.enrollment_id = :enrollment_id AND o.kind = 'sequence' AND o.first_attempted_at IS NOT NULL"
_BY_HAND: Final = "o.contact_id = :contact_id AND o.kind <> 'sequence' AND o.kind <> 'test'"
_OF_ENROLLMENT: Final = (_STEPS, f"{_BY_HAND} AND o.enrollment_id = :enrollment_id")
_OF_CONTACT: Final = (_BY_HAND,)
_OF_NOBODY: Final = ("o.contact_id IS NULL AND o.kind <> 'sequence' AND o.answers_inbound_id = :mail_id",)
"""Which emails of ours are in a thread, each part along an index of its own."""
_RECEIVED: Final = """
SELECT i.id, i.received_at, i.from_name, i.from_address, i.subject, i.visible_text, i.bucket,
  COALESCE(i.diagnostic, ''), i.evidence
FROM inbound_emails i WHERE (i.workspace_id = :workspace_id) IS TRUE AND
"""
"""So that SQLite goes by the few of a contact, not by the workspace's many in their order."""
_WHO: Final = """
SELECT c.id, trim(COALESCE(c.first_name, '') || ' ' || COALESCE(c.last_name, '')), COALESCE(c.title, ''),
  COALESCE(c.company_name, ''), COALESCE(c.phone, ''), c.email, COALESCE(c.zone, ''), (
    SELECT u.reason FROM suppressions u WHERE u.workspace_id = c.workspace_id AND u.scope = 'address'
      AND u.value = c.email_key AND u.lifted_at IS NULL LIMIT 1
  )
FROM contacts c WHERE c.workspace_id = :workspace_id AND c.id = :id
"""
_PLACE: Final = """
SELECT trim(COALESCE(c.first_name, '') || ' ' || COALESCE(c.last_name, '')), COALESCE(c.email, ''), s.name,
  p.step_order
FROM sequence_enrollments e JOIN contacts c ON c.id = e.contact_id JOIN sequences s ON s.id = e.sequence_id
  LEFT JOIN sequence_steps p ON p.id = e.current_step_id
WHERE e.customer_id = :customer_id AND e.id = :id
"""
_OTHERS: Final = """
SELECT e.id, trim(COALESCE(c.first_name, '') || ' ' || COALESCE(c.last_name, '')), COALESCE(c.email, ''), s.name,
  p.step_order
FROM contacts own JOIN contacts c ON c.workspace_id = own.workspace_id AND c.company_id = own.company_id
  JOIN sequence_enrollments e ON e.customer_id = :customer_id AND e.contact_id = c.id
  JOIN sequences s ON s.id = e.sequence_id LEFT JOIN sequence_steps p ON p.id = e.current_step_id
WHERE own.workspace_id = :workspace_id AND own.id = :id AND c.id <> own.id AND e.status = 'active'
  AND s.status = 'active'
ORDER BY 2, e.id LIMIT :most
"""


def find_thread(unit: Unit, owners: tuple[UUID, UUID], inbound_id: UUID) -> ThreadSight | None:
    """A mail with all that belongs to it (`owners`: customer, workspace); None where it isn't there any more."""
    customer_id, workspace_id = owners
    mail = find_mail(unit, workspace_id, inbound_id)
    kept = find_kept(unit, workspace_id, inbound_id)
    if mail is None or kept is None:
        return None
    row = unit.row("SELECT enrollment_id FROM inbound_emails WHERE id = :id", {"id": inbound_id})
    enrollment_id = None if row is None or row[0] is None else as_uuid(row[0])
    who = None if mail.contact_id is None else _who(unit, workspace_id, mail.contact_id)
    return ThreadSight(
        mail=mail,
        verdict=kept.verdict,
        meaning_on=kept.verdict.meaning_on or kept.reading.return_on,
        who=who,
        sent=_sent(unit, workspace_id, mail, enrollment_id),
        received=_received(unit, workspace_id, mail, enrollment_id),
        effects=tuple(_effect(unit, customer_id, effect) for effect in kept.effects),
        others=() if mail.contact_id is None else _others(unit, owners, mail.contact_id),
    )


def _sent(unit: Unit, workspace_id: UUID, mail: MailLine, enrollment_id: UUID | None) -> tuple[SentLetter, ...]:
    parts: tuple[str, ...] = _OF_NOBODY if mail.contact_id is None else _OF_CONTACT
    if enrollment_id is not None:
        parts = _OF_ENROLLMENT
    sql = f"{' UNION ALL '.join(f'{_SENT} {part}' for part in parts)} ORDER BY 4 DESC LIMIT :most"
    keys = {"enrollment_id": enrollment_id, "contact_id": mail.contact_id, "mail_id": mail.id}
    params = {name: key for name, key in keys.items() if f":{name}" in sql}
    rows = unit.rows(sql, {"workspace_id": workspace_id, "most": MOST, **params})
    return tuple(
        SentLetter(
            id=as_uuid(row[0]),
            kind=row[1],
            state=row[2],
            at=as_instant(row[3]),
            subject=row[4],
            to_address=row[5],
            step=row[6],
            variant=row[7],
            message=None if row[8] is None else bytes(row[8]),
        )
        for row in reversed(rows)
        if row[3] is not None
    )


def _received(unit: Unit, workspace_id: UUID, mail: MailLine, enrollment_id: UUID | None) -> tuple[ReceivedLetter, ...]:
    key, where = mail.id, "i.id = :key"
    if enrollment_id is not None:
        key, where = enrollment_id, "i.enrollment_id = :key"
    elif mail.contact_id is not None:
        key, where = mail.contact_id, "i.contact_id = :key"
    sql = f"{_RECEIVED} {where} ORDER BY i.received_at DESC, i.id DESC LIMIT :most"
    rows = unit.rows(sql, {"workspace_id": workspace_id, "key": key, "most": MOST})
    return tuple(
        ReceivedLetter(
            id=as_uuid(row[0]),
            at=as_instant(row[1]),
            from_name=row[2],
            from_address=row[3],
            subject=row[4],
            visible_text=row[5],
            bucket=row[6],
            said=row[7],
            evidence=_evidence(row[8]),
        )
        for row in reversed(rows)
    )


def _evidence(raw: Any) -> tuple[tuple[str, str, int | None], ...]:
    return tuple((str(rule), str(text), None if at is None else int(at)) for rule, text, at in as_json(raw) or ())


def _effect(unit: Unit, customer_id: UUID, effect: Effect) -> EffectSight:
    obstacle = find_obstacle(unit, customer_id, effect)
    row = unit.row(_PLACE, {"customer_id": customer_id, "id": effect.about})
    if row is None:
        return EffectSight(effect, obstacle)
    return EffectSight(effect, obstacle, row[0] or row[1], row[2], row[3])


def _who(unit: Unit, workspace_id: UUID, contact_id: UUID) -> Who | None:
    row = unit.row(_WHO, {"workspace_id": workspace_id, "id": contact_id})
    if row is None:
        return None
    return Who(as_uuid(row[0]), row[1] or row[5] or "", row[2], row[3], row[4], row[5], row[6], row[7])


def _others(unit: Unit, owners: tuple[UUID, UUID], contact_id: UUID) -> tuple[WrittenTo, ...]:
    params = {"customer_id": owners[0], "workspace_id": owners[1], "id": contact_id, "most": MOST}
    return tuple(WrittenTo(as_uuid(row[0]), row[1] or row[2], row[3], row[4]) for row in unit.rows(_OTHERS, params))
