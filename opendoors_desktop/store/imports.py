"""Imports: how far each came, what it reports, and what undoing it needs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.contact import Contact
from opendoors_desktop.store.contact_tags import kept_entries, turn_entries
from opendoors_desktop.store.contacts import COLUMN_OF, SELECT, as_contact
from opendoors_desktop.store.types import as_instant, as_json, as_uuid, json_text, maybe_instant
from opendoors_desktop.store.unit import Row, Unit


class ImportState(StrEnum):
    """How an import stands; one whose program was killed stays "running"."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What became of the rows so far; the four add up to `rows`. `next_line` is the line of the file to go on at."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    next_line: int = 1


@dataclass(frozen=True, slots=True)
class ImportBatch:
    """One import as it is kept."""

    id: UUID
    file_name: str
    file_sha256: bytes
    state: ImportState
    options: Mapping[str, Any]
    counts: ImportCounts
    problem_count: int
    problems: tuple[Mapping[str, Any], ...]
    created_at: datetime
    finished_at: datetime | None


_SELECT = """
SELECT id, file_name, file_sha256, state, options, rows_done, created, updated, unchanged, skipped, problem_count,
  problems, created_at, finished_at
FROM import_batches WHERE workspace_id = :workspace_id
"""


def add_batch(unit: Unit, workspace_id: UUID, batch: ImportBatch, *, by: UUID) -> None:
    """Begin to keep an import."""
    unit.run(
        "INSERT INTO import_batches (id, workspace_id, file_name, file_sha256, state, options, created_at, created_by)"
        " VALUES (:id, :workspace_id, :file_name, :sha256, :state, :options, :now, :by)",
        {
            "id": batch.id,
            "workspace_id": workspace_id,
            "file_name": batch.file_name,
            "sha256": batch.file_sha256,
            "state": batch.state.value,
            "options": json_text(batch.options),
            "now": batch.created_at,
            "by": by,
        },
    )
    unit.changed(Topic.IMPORTS)


def save_progress(
    unit: Unit,
    batch_id: UUID,
    counts: ImportCounts,
    problem_count: int,
    *,
    state: ImportState = ImportState.RUNNING,
    options: Mapping[str, Any],
    problems: Sequence[Mapping[str, Any]] | None = None,
    finished_at: datetime | None = None,
) -> None:
    """Keep how far an import is, in the unit that wrote its rows; `problems` (None: as they were) with its end."""
    listing = "" if problems is None else ", problems = :problems"
    unit.run(
        "UPDATE import_batches SET state = :state, options = :options, rows_done = :rows, created = :created,"
        " updated = :updated, unchanged = :unchanged, skipped = :skipped, problem_count = :problem_count,"
        f" finished_at = :finished_at{listing} WHERE id = :id",
        {
            "id": batch_id,
            "state": state.value,
            "options": json_text({**options, "next_line": counts.next_line}),
            "rows": counts.rows,
            "created": counts.created,
            "updated": counts.updated,
            "unchanged": counts.unchanged,
            "skipped": counts.skipped,
            "problem_count": problem_count,
            "finished_at": finished_at,
        }
        | ({} if problems is None else {"problems": json_text(list(problems))}),
    )
    unit.changed(Topic.IMPORTS)


def find_batch(unit: Unit, workspace_id: UUID, batch_id: UUID) -> ImportBatch | None:
    """The import of that id."""
    row = unit.row(f"{_SELECT} AND id = :id", {"workspace_id": workspace_id, "id": batch_id})
    return _batch(row) if row else None


def list_batches(unit: Unit, workspace_id: UUID, limit: int = 100) -> list[ImportBatch]:
    """The last imports, the latest first."""
    params = {"workspace_id": workspace_id, "limit": limit}
    return [_batch(row) for row in unit.rows(f"{_SELECT} ORDER BY created_at DESC, id DESC LIMIT :limit", params)]


def keep_before(unit: Unit, batch_id: UUID, changed: Iterable[tuple[Contact, Contact]], now: datetime) -> None:
    """Remember for contacts that an import changes, as (before, after), what they were; the first time counts."""
    unit.run_many(
        "INSERT INTO import_changes (batch_id, contact_id, before, updated_at)"
        " VALUES (:batch_id, :contact_id, :before, :now) ON CONFLICT (batch_id, contact_id) DO NOTHING",
        [
            {"batch_id": batch_id, "contact_id": before.id, "before": json_text(_difference(before, after)), "now": now}
            for before, after in changed
        ],
    )


def page_created(
    unit: Unit, workspace_id: UUID, batch_id: UUID, *, after: UUID | None = None, limit: int
) -> list[Contact]:
    """The contacts an import made that are still there, by id, from behind `after`, `limit` at most."""
    where = "" if after is None else " AND id > :after"
    rows = unit.rows(
        f"{SELECT} WHERE workspace_id = :workspace_id AND import_batch_id = :batch_id AND erased_at IS NULL"
        f" AND archived_at IS NULL{where} ORDER BY id LIMIT :limit",
        {"workspace_id": workspace_id, "batch_id": batch_id, "limit": limit}
        | ({} if after is None else {"after": after}),
    )
    return [as_contact(row) for row in rows]


def is_untouched(unit: Unit, contact: Contact) -> bool:
    """Whether nothing refers to a contact but enrollments and what is theirs."""
    found = unit.row(
        "SELECT 1 FROM contacts WHERE workspace_id = :workspace_id AND id = :id AND last_contacted_at IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.contact_id = :id AND t.enrollment_id IS NULL)"
        " AND NOT EXISTS (SELECT 1 FROM notes n WHERE n.contact_id = :id)"
        " AND NOT EXISTS (SELECT 1 FROM inbound_emails i WHERE i.contact_id = :id)"
        " AND NOT EXISTS (SELECT 1 FROM outgoing_emails o WHERE o.contact_id = :id AND o.kind <> 'sequence')",
        {"workspace_id": contact.workspace_id, "id": contact.id},
    )
    return found is not None


def remove_contact(unit: Unit, contact: Contact) -> None:
    """Delete a contact for good, with its other addresses; it has no enrollment any more."""
    turn_entries(unit, kept_entries(unit, [contact.id]), ())
    unit.run(
        "DELETE FROM contacts WHERE workspace_id = :workspace_id AND id = :id",
        {"workspace_id": contact.workspace_id, "id": contact.id},
    )
    unit.changed(Topic.CONTACTS)


def take_changes(
    unit: Unit, workspace_id: UUID, batch_id: UUID, *, limit: int
) -> list[tuple[Contact | None, dict[str, Any], datetime]]:
    """Take what an import changed out of its record, `limit` at most: contact, its values before, and the instant.

    The contact is None where it is gone.
    """
    key = {"batch_id": batch_id}
    rows = unit.rows(
        "SELECT contact_id, before, updated_at FROM import_changes WHERE batch_id = :batch_id ORDER BY contact_id"
        " LIMIT :limit",
        {**key, "limit": limit},
    )
    unit.run_many(
        "DELETE FROM import_changes WHERE batch_id = :batch_id AND contact_id = :id",
        [{**key, "id": as_uuid(row[0])} for row in rows],
    )
    found = []
    for contact_id, before, at in rows:
        row = unit.row(
            f"{SELECT} WHERE workspace_id = :workspace_id AND id = :id AND erased_at IS NULL AND archived_at IS NULL",
            {"workspace_id": workspace_id, "id": as_uuid(contact_id)},
        )
        found.append((as_contact(row) if row else None, dict(as_json(before)), as_instant(at)))
    return found


def set_undone(unit: Unit, batch_id: UUID, now: datetime) -> None:
    """Note that an import was undone."""
    unit.run(
        "UPDATE import_batches SET state = 'undone', undone_at = :now WHERE id = :id", {"id": batch_id, "now": now}
    )
    unit.changed(Topic.IMPORTS)


def _difference(before: Contact, after: Contact) -> dict[str, object]:
    names = (*COLUMN_OF, "zone", "tags", "custom", "is_archived")
    return {name: getattr(before, name) for name in names if getattr(before, name) != getattr(after, name)}


def _batch(row: Row) -> ImportBatch:
    options = as_json(row[4]) or {}
    rows, created, updated, unchanged, skipped = row[5:10]
    counts = ImportCounts(rows, created, updated, unchanged, skipped, options.get("next_line", 1))
    return ImportBatch(
        as_uuid(row[0]),
        row[1],
        bytes(row[2] or b""),
        ImportState(row[3]),
        options,
        counts,
        row[10],
        tuple(as_json(row[11]) or ()),
        as_instant(row[12]),
        maybe_instant(row[13]),
    )
