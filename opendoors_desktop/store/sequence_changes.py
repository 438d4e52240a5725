"""Changes to sequences: new ones, settings, states, the number of saves."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.domain.sequence import MailboxShare, SequenceStatus
from opendoors_desktop.store.sequence_settings import DAYS_OFF, SETTINGS_COLUMNS, SequenceSettings, settings_values
from opendoors_desktop.store.sequences import no_such_sequence
from opendoors_desktop.store.types import as_instant, as_uuid, json_text
from opendoors_desktop.store.unit import Unit


def add_sequence(
    unit: Unit,
    sequence_id: UUID,
    owners: tuple[UUID, UUID],
    settings: SequenceSettings,
    *,
    by: UUID,
    now: datetime,
    is_sample: bool = False,
) -> None:
    """Put a new draft without steps into the store; `owners` are its customer and its workspace."""
    unit.changed(Topic.SEQUENCES)
    values = settings_values(settings) | {
        "id": sequence_id,
        "customer_id": owners[0],
        "workspace_id": owners[1],
        "status": SequenceStatus.DRAFT.value,
        "created_at": now,
        "updated_at": now,
        "created_by": by,
        "updated_by": by,
        "is_sample": is_sample,
    }
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    unit.run(f"INSERT INTO sequences ({names}) VALUES ({marks})", _dressed(unit, values))
    _save_shares(unit, sequence_id, owners[1], settings.shares)
    _save_days_off(unit, sequence_id, owners[1], settings.days_off, now)


def update_sequence_settings(
    unit: Unit, workspace_id: UUID, sequence_id: UUID, settings: SequenceSettings, *, by: UUID, now: datetime
) -> None:
    """Write all settings; raises NotFound, or NotPossible where enrollments stand against a setting."""
    unit.changed(Topic.SEQUENCES)
    changed = unit.run(
        f"UPDATE sequences SET {', '.join(f'{name} = :{name}' for name in SETTINGS_COLUMNS)},"
        " updated_at = :now, updated_by = :by WHERE workspace_id = :workspace_id AND id = :id",
        _dressed(unit, settings_values(settings))
        | {"now": now, "by": by, "workspace_id": workspace_id, "id": sequence_id},
    )
    if not changed:
        raise no_such_sequence(str(sequence_id))
    _save_shares(unit, sequence_id, workspace_id, settings.shares)
    _save_days_off(unit, sequence_id, workspace_id, settings.days_off, now)
    _set_exclusive(unit, sequence_id, settings.allows_parallel)


def raise_version(unit: Unit, sequence_id: UUID, *, expected: int | None, by: UUID, now: datetime) -> int:
    """Count one more save and give its number; raises NotPossible where `expected` isn't the version that is there."""
    unit.changed(Topic.SEQUENCES)
    row = unit.row(
        "UPDATE sequences SET version = version + 1, updated_at = :now, updated_by = :by WHERE id = :id"
        " RETURNING version",
        {"now": now, "by": by, "id": sequence_id},
    )
    if row is None:
        raise no_such_sequence(str(sequence_id))
    version = int(row[0])
    if expected is not None and version != expected + 1:
        raise NotPossible(
            "The sequence was changed by someone else meanwhile.",
            "Look at the other version first, then keep yours, theirs, or both.",
            where=str(sequence_id),
            code="changed_meanwhile",
        )
    return version


def set_status(unit: Unit, sequence_id: UUID, status: SequenceStatus, now: datetime) -> None:
    """Put a sequence into a state and note since when; the caller has asked the rules whether it may."""
    unit.changed(Topic.SEQUENCES)
    active, paused = status is SequenceStatus.ACTIVE, status is SequenceStatus.PAUSED
    stopped, archived = status is SequenceStatus.STOPPED, status is SequenceStatus.ARCHIVED
    unit.run(
        f"""UPDATE sequences SET status = :status, updated_at = :now,
          activated_at = {"coalesce(activated_at, :now)" if active else "activated_at"},
          paused_at = {":now" if paused else "NULL"},
          stopped_at = {"coalesce(stopped_at, :now)" if stopped or archived else "NULL"},
          archived_at = {":now" if archived else "NULL"}
        WHERE id = :id""",
        {"status": status.value, "now": now, "id": sequence_id},
    )


def delete_sequence(unit: Unit, sequence_id: UUID) -> None:
    """Take a sequence out for good with its steps, versions and shares; only for one that nobody was ever in."""
    unit.changed(Topic.SEQUENCES)
    unit.run("DELETE FROM settings WHERE owner_id = :id", {"id": sequence_id})
    unit.run("DELETE FROM sequences WHERE id = :id", {"id": sequence_id})


def has_history(unit: Unit, sequence_id: UUID) -> bool:
    """Whether anyone is, or ever was, in the sequence."""
    row = unit.row(
        "SELECT activated_at IS NOT NULL OR total_sent > 0 OR EXISTS (SELECT 1 FROM sequence_enrollments e"
        " WHERE e.sequence_id = s.id)"
        " FROM sequences s WHERE s.id = :id",
        {"id": sequence_id},
    )
    return row is not None and bool(row[0])


def has_sent(unit: Unit, sequence_id: UUID) -> bool:
    """Whether an email of the sequence has left, or may have."""
    row = unit.row(
        "SELECT total_sent > 0 OR EXISTS (SELECT 1 FROM outgoing_emails o JOIN sequence_enrollments e"
        " ON e.id = o.enrollment_id AND e.customer_id = o.customer_id WHERE e.sequence_id = s.id"
        " AND o.state IN ('sending', 'sent', 'uncertain')) FROM sequences s WHERE s.id = :id",
        {"id": sequence_id},
    )
    return row is not None and bool(row[0])


def forget_start(unit: Unit, sequence_id: UUID) -> None:
    """Let a sequence be one that was never started."""
    unit.changed(Topic.SEQUENCES)
    unit.run("UPDATE sequences SET activated_at = NULL WHERE id = :id", {"id": sequence_id})


def find_editor(unit: Unit, sequence_id: UUID) -> tuple[UUID, datetime] | None:
    """Who edits the sequence, and since when (UTC)."""
    row = unit.row(
        "SELECT editing_by, editing_since FROM sequences WHERE id = :id AND editing_by IS NOT NULL"
        " AND editing_since IS NOT NULL",
        {"id": sequence_id},
    )
    return None if row is None else (as_uuid(row[0]), as_instant(row[1]))


def set_editor(unit: Unit, sequence_id: UUID, user_id: UUID, at: datetime) -> None:
    """Note who edits the sequence from now on."""
    unit.run(
        "UPDATE sequences SET editing_by = :user_id, editing_since = :at WHERE id = :id",
        {"user_id": user_id, "at": at, "id": sequence_id},
    )


def clear_editor(unit: Unit, sequence_id: UUID, user_id: UUID) -> bool:
    """Note that this user edits it no longer; False where somebody else does."""
    return bool(
        unit.run(
            "UPDATE sequences SET editing_by = NULL, editing_since = NULL WHERE id = :id AND editing_by = :user_id",
            {"id": sequence_id, "user_id": user_id},
        )
    )


def note_winner(unit: Unit, step_id: UUID, at: datetime | None) -> None:
    """Note when a winner of the step's A/B test was named; None: there is none."""
    unit.changed(Topic.SEQUENCES)
    unit.run("UPDATE sequence_steps SET ab_test_winner_at = :at WHERE id = :id", {"at": at, "id": step_id})


def has_engaged(unit: Unit, sequence_id: UUID) -> bool:
    """Whether anyone is active or paused in the sequence."""
    row = unit.row(
        "SELECT 1 FROM sequence_enrollments WHERE sequence_id = :id AND status IN ('active', 'paused') LIMIT 1",
        {"id": sequence_id},
    )
    return row is not None


def _set_exclusive(unit: Unit, sequence_id: UUID, allows_parallel: bool) -> None:
    """Have the enrollments say what the sequence allows; refused while contacts are in two exclusive sequences."""
    if not allows_parallel:
        row = unit.row(_ENGAGED_TWICE, {"id": sequence_id})
        if row is not None and row[0]:
            raise NotPossible(
                f"{row[0]} contacts of this sequence are in another sequence at the same time.",
                "Stop them in one of the two first, or keep allowing it.",
                where=str(sequence_id),
                code="in_other_sequence",
            )
    unit.run(
        "UPDATE sequence_enrollments SET is_exclusive = :is_exclusive"
        " WHERE sequence_id = :id AND is_exclusive <> :is_exclusive",
        {"id": sequence_id, "is_exclusive": not allows_parallel},
    )


_ENGAGED_TWICE: Final = """
SELECT count(DISTINCT e.contact_id) FROM sequence_enrollments e
JOIN sequence_enrollments o ON o.contact_id = e.contact_id AND o.customer_id = e.customer_id AND o.id <> e.id
WHERE e.sequence_id = :id AND NOT e.is_exclusive AND e.status IN ('active', 'paused')
  AND o.is_exclusive AND o.status IN ('active', 'paused')
"""


def _save_shares(unit: Unit, sequence_id: UUID, workspace_id: UUID, shares: Sequence[MailboxShare]) -> None:
    unit.run("DELETE FROM sequence_mailboxes WHERE sequence_id = :id", {"id": sequence_id})
    unit.run_many(
        "INSERT INTO sequence_mailboxes (sequence_id, mailbox_id, workspace_id, share)"
        " VALUES (:sequence_id, :mailbox_id, :workspace_id, :share)",
        [
            {
                "sequence_id": sequence_id,
                "mailbox_id": share.mailbox_id,
                "workspace_id": workspace_id,
                "share": share.weight,
            }
            for share in shares
        ],
    )


def _save_days_off(unit: Unit, sequence_id: UUID, workspace_id: UUID, days: frozenset[date], now: datetime) -> None:
    key = {"workspace_id": workspace_id, "id": sequence_id, "name": DAYS_OFF}
    unit.run("DELETE FROM settings WHERE workspace_id = :workspace_id AND owner_id = :id AND name = :name", key)
    if days:
        unit.run(
            "INSERT INTO settings (workspace_id, owner_id, name, value, updated_at)"
            " VALUES (:workspace_id, :id, :name, :value, :now)",
            key | {"value": json_text({"days": [day.isoformat() for day in sorted(days)]}), "now": now},
        )


def _dressed(unit: Unit, values: dict[str, object]) -> dict[str, object]:
    return {name: unit.listing(value) if isinstance(value, tuple) else value for name, value in values.items()}
