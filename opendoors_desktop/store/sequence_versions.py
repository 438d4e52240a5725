"""The saved versions of sequences, each in the form of a sequence's JSON file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from opendoors_desktop.domain.errors import NotFound
from opendoors_desktop.store.types import as_instant, as_json, json_text, maybe_uuid
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Version:
    """One saved version: its number, when and by whom it was saved, and what was changed in words."""

    number: int
    saved_at: datetime
    saved_by: UUID | None
    summary: str


def add_version(
    unit: Unit,
    version_id: UUID,
    sequence_id: UUID,
    number: int,
    document: Mapping[str, Any],
    *,
    summary: str,
    by: UUID | None,
    now: datetime,
) -> None:
    """Keep the sequence as it is saved now, under the number that `sequences.raise_version` gave."""
    unit.run(
        "INSERT INTO sequence_versions (id, workspace_id, sequence_id, number, document, summary, created_at,"
        " created_by) SELECT :id, workspace_id, id, :number, :document, :summary, :now, :by FROM sequences"
        " WHERE id = :sequence_id",
        {
            "id": version_id,
            "sequence_id": sequence_id,
            "number": number,
            "document": json_text(document),
            "summary": summary,
            "now": now,
            "by": by,
        },
    )


def list_versions(unit: Unit, sequence_id: UUID) -> list[Version]:
    """The saved versions of a sequence, newest first."""
    rows = unit.rows(
        "SELECT number, created_at, created_by, summary FROM sequence_versions WHERE sequence_id = :id"
        " ORDER BY number DESC",
        {"id": sequence_id},
    )
    return [Version(int(row[0]), as_instant(row[1]), maybe_uuid(row[2]), row[3]) for row in rows]


def get_version(unit: Unit, sequence_id: UUID, number: int) -> dict[str, Any]:
    """The document of one version; raises NotFound."""
    row = unit.row(
        "SELECT document FROM sequence_versions WHERE sequence_id = :id AND number = :number",
        {"id": sequence_id, "number": number},
    )
    if row is None:
        raise NotFound(f"The sequence has no version {number}.", "Choose one of its saved versions.", where=str(number))
    return dict(as_json(row[0]))
