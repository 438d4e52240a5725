"""Kept mails as people change them: what each is taken for, what it did, whether it is read, done or put off."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.effect import Effect, EffectKind
from opendoors_desktop.domain.inbound import BounceKind
from opendoors_desktop.domain.matching import MatchGround
from opendoors_desktop.domain.meaning import Meaning
from opendoors_desktop.domain.reaction import Bucket
from opendoors_desktop.domain.verdict import KeptReading, Verdict, kind_of
from opendoors_desktop.store.inbox import Sent
from opendoors_desktop.store.types import as_instant, as_json, as_uuid, json_text, maybe_day, maybe_instant, maybe_uuid
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class KeptMail:
    """A mail that is kept, with what it is taken for and what it did; `mailbox` is the address it came to."""

    id: UUID
    mailbox_id: UUID
    mailbox: str
    received_at: datetime
    verdict: Verdict
    reading: KeptReading
    contact_id: UUID | None
    effects: tuple[Effect, ...]


_KEPT = """
SELECT i.id, i.mailbox_id, m.address, i.received_at, i.bucket, i.meaning, i.meaning_on, i.meaning_set_by, i.matched_by,
  i.outgoing_email_id, i.bounce_kind, i.needs_review, i.subtype, COALESCE(i.bounced_address, ''),
  COALESCE(i.smtp_status, ''), COALESCE(i.diagnostic, ''), i.from_address, i.return_on, i.contact_id, i.effects
FROM inbound_emails i JOIN email_accounts m ON m.id = i.mailbox_id
WHERE i.workspace_id = :workspace_id AND i.id = :id
"""


def find_kept(unit: Unit, workspace_id: UUID, inbound_id: UUID) -> KeptMail | None:
    """The mail of that id; None where there is none."""
    row = unit.row(_KEPT, {"workspace_id": workspace_id, "id": inbound_id})
    if row is None:
        return None
    verdict = Verdict(
        bucket=Bucket(row[4]),
        meaning=None if row[5] is None else Meaning(row[5]),
        meaning_on=maybe_day(row[6]),
        set_by=maybe_uuid(row[7]),
        ground=None if row[8] is None else MatchGround(row[8]),
        outgoing_id=maybe_uuid(row[9]),
        bounce=None if row[10] is None else BounceKind(row[10]),
        needs_review=bool(row[11]),
    )
    reading = KeptReading(row[12], row[13], row[14], row[15], row[16], maybe_day(row[17]))
    return KeptMail(
        id=as_uuid(row[0]),
        mailbox_id=as_uuid(row[1]),
        mailbox=row[2],
        received_at=as_instant(row[3]),
        verdict=verdict,
        reading=reading,
        contact_id=maybe_uuid(row[18]),
        effects=effects_of(row[19]),
    )


@dataclass(frozen=True, slots=True)
class KeptWords:
    """What an answer takes from a mail: who wrote, the ids of the thread, and `text`, what they wrote themselves."""

    id: UUID
    from_address: str
    from_name: str
    subject: str
    sent_at: datetime | None
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    text: str


def read_words(unit: Unit, inbound_id: UUID) -> KeptWords:
    """The words of a mail that is there."""
    row = unit.row(
        "SELECT id, from_address, from_name, subject, sent_at, message_id, in_reply_to, message_references,"
        " visible_text FROM inbound_emails WHERE id = :id",
        {"id": inbound_id},
    )
    assert row is not None  # asked before
    in_reply_to, references = tuple((row[6] or "").split()), tuple((row[7] or "").split())
    sent_at = maybe_instant(row[4])
    return KeptWords(as_uuid(row[0]), row[1], row[2], row[3], sent_at, row[5] or "", in_reply_to, references, row[8])


def read_message(unit: Unit, inbound_id: UUID) -> bytes | None:
    """The bytes of a mail as it came; None where they are kept no more."""
    row = unit.row("SELECT message FROM inbound_messages WHERE inbound_id = :id", {"id": inbound_id})
    return None if row is None else bytes(row[0])


def keep_verdict(unit: Unit, mail: KeptMail, verdict: Verdict, ours: Sent | None) -> None:
    """Note what a mail is taken for from now on, and whose it is."""
    unit.run(
        "UPDATE inbound_emails SET bucket = :bucket, kind = :kind, meaning = :meaning, meaning_on = :meaning_on,"
        " meaning_set_by = :set_by, matched_by = :ground, is_probable = :probable, outgoing_email_id = :outgoing_id,"
        " bounce_kind = :bounce, needs_review = :needs_review, contact_id = :contact_id,"
        " enrollment_id = :enrollment_id, sequence_id = :sequence_id, step_id = :step_id WHERE id = :id",
        {
            "id": mail.id,
            "bucket": verdict.bucket.value,
            "kind": kind_of(verdict.bucket, verdict.meaning, mail.reading.subtype),
            "meaning": verdict.meaning,
            "meaning_on": verdict.meaning_on,
            "set_by": verdict.set_by,
            "ground": verdict.ground,
            "probable": verdict.ground is not None and verdict.ground.is_probable,
            "outgoing_id": None if ours is None else ours.email.outgoing_id,
            "bounce": verdict.bounce,
            "needs_review": verdict.needs_review,
            "contact_id": None if ours is None else ours.contact_id,
            "enrollment_id": None if ours is None else ours.enrollment_id,
            "sequence_id": None if ours is None else ours.sequence_id,
            "step_id": None if ours is None else ours.step_id,
        },
    )
    unit.changed(Topic.INBOX)


def keep_effects(unit: Unit, inbound_id: UUID, effects: Iterable[Effect]) -> None:
    """Note what a mail did, so that it can be told and taken back."""
    text = json_text([_plain(effect) for effect in effects])
    unit.run("UPDATE inbound_emails SET effects = :effects WHERE id = :id", {"effects": text, "id": inbound_id})
    unit.changed(Topic.INBOX)


def effects_of(raw: Any) -> tuple[Effect, ...]:
    """The effects behind the raw value of their column."""
    return tuple(
        Effect(
            EffectKind(kind),
            UUID(about),
            datetime.fromisoformat(at),
            reason,
            was,
            None if undone_at is None else datetime.fromisoformat(undone_at),
            None if undone_by is None else UUID(undone_by),
        )
        for kind, about, at, reason, was, undone_at, undone_by in as_json(raw) or ()
    )


def _plain(effect: Effect) -> list[object]:
    undone_at = None if effect.undone_at is None else effect.undone_at.isoformat()
    undone_by = None if effect.undone_by is None else str(effect.undone_by)
    was = dict(effect.was)
    return [effect.kind.value, str(effect.about), effect.at.isoformat(), effect.reason, was, undone_at, undone_by]


class Mark(StrEnum):
    """What a person notes about a mail; the column that says since (or, put off, until) when."""

    READ = "read_at"
    DONE = "done_at"
    PUT_OFF = "snoozed_until"


def set_mark(
    unit: Unit, workspace_id: UUID, inbound_ids: Sequence[UUID], mark: Mark, at: datetime | None
) -> dict[UUID, datetime | None]:
    """Set or (None) take away a mark; what it was before, by mail, of those it changed for."""
    names = {f"id{number}": key for number, key in enumerate(inbound_ids)}
    rows = unit.rows(
        f"SELECT id, {mark.value} FROM inbound_emails WHERE workspace_id = :workspace_id"
        f" AND id IN ({', '.join(f':{name}' for name in names)})",
        {"workspace_id": workspace_id, **names},
    )
    before = {as_uuid(row[0]): maybe_instant(row[1]) for row in rows}
    is_moved = mark is Mark.PUT_OFF
    changed = {key: was for key, was in before.items() if (was is None) != (at is None) or (is_moved and was != at)}
    put_marks(unit, workspace_id, mark, dict.fromkeys(changed, at))
    return changed


def put_marks(unit: Unit, workspace_id: UUID, mark: Mark, values: dict[UUID, datetime | None]) -> None:
    """Give each of these mails a mark of its own."""
    unit.run_many(
        f"UPDATE inbound_emails SET {mark.value} = :at WHERE workspace_id = :workspace_id AND id = :id",
        [{"workspace_id": workspace_id, "id": key, "at": at} for key, at in values.items()],
    )
    if values:
        unit.changed(Topic.INBOX)
