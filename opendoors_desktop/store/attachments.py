"""Files that belong to an email, as bytes in the store."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from opendoors_desktop.store.unit import Unit

OUTGOING: Final = "outgoing"
"""What a file of an outgoing email belongs to, as the table says it."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file with its name and media type ("application/pdf")."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


def add_files(
    unit: Unit,
    workspace_id: UUID,
    outgoing_id: UUID,
    files: Sequence[StoredFile],
    *,
    new_id: Callable[[], UUID],
    by: UUID,
    now: datetime,
) -> None:
    """Keep the files of an outgoing email, in their order."""
    unit.run_many(
        "INSERT INTO attachments (id, workspace_id, owner_kind, owner_id, file_name, media_type, size, sha256, content,"
        " created_at, created_by) VALUES (:id, :workspace_id, :kind, :owner_id, :name, :media_type, :size, :sha256,"
        " :content, :now, :by)",
        [
            {
                "id": new_id(),
                "workspace_id": workspace_id,
                "kind": OUTGOING,
                "owner_id": outgoing_id,
                "name": file.name,
                "media_type": file.media_type,
                "size": len(file.content),
                "sha256": sha256(file.content).digest(),
                "content": file.content,
                "now": now,
                "by": by,
            }
            for file in files
        ],
    )


def files_of(unit: Unit, outgoing_id: UUID) -> tuple[StoredFile, ...]:
    """The files of an outgoing email, in the order they were added."""
    rows = unit.rows(
        "SELECT file_name, media_type, content FROM attachments WHERE owner_id = :id AND owner_kind = :kind"
        " ORDER BY id",
        {"id": outgoing_id, "kind": OUTGOING},
    )
    return tuple(StoredFile(row[0], row[1], bytes(row[2])) for row in rows)
