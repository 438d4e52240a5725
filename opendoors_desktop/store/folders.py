"""Folders of sequences."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.errors import NotFound
from opendoors_desktop.domain.folder import Folder
from opendoors_desktop.store.location import Dialect
from opendoors_desktop.store.types import as_uuid, maybe_uuid
from opendoors_desktop.store.unit import Row, Unit

_SELECT: Final = """
SELECT id, name, parent_folder_id, description, color, sort_order FROM sequence_folders
WHERE workspace_id = :workspace_id
"""


def list_folders(unit: Unit, workspace_id: UUID) -> dict[UUID, Folder]:
    """All folders of a workspace by their keys."""
    rows = unit.rows(f"{_SELECT} ORDER BY id", {"workspace_id": workspace_id})
    return {folder.id: folder for folder in map(_folder, rows)}


def get_folder(unit: Unit, workspace_id: UUID, folder_id: UUID) -> Folder:
    """One folder; raises NotFound."""
    row = unit.row(f"{_SELECT} AND id = :id", {"workspace_id": workspace_id, "id": folder_id})
    if row is None:
        raise no_such_folder(str(folder_id))
    return _folder(row)


def add_folder(unit: Unit, owners: tuple[UUID, UUID], folder: Folder, *, by: UUID, now: datetime) -> None:
    """Put a new folder into the store; `owners` are its customer and its workspace."""
    unit.run(
        "INSERT INTO sequence_folders (id, customer_id, workspace_id, name, description, color, parent_folder_id,"
        " sort_order, created_at, created_by, updated_at) VALUES (:id, :customer_id, :workspace_id, :name,"
        " :description, :color, :parent_id, :sort_order, :now, :by, :now)",
        _values(folder) | {"customer_id": owners[0], "workspace_id": owners[1], "now": now, "by": by},
    )


def update_folder(unit: Unit, workspace_id: UUID, folder: Folder, now: datetime) -> None:
    """Write a folder anew; raises NotFound."""
    changed = unit.run(
        "UPDATE sequence_folders SET name = :name, description = :description, color = :color,"
        " parent_folder_id = :parent_id, sort_order = :sort_order, updated_at = :now"
        " WHERE workspace_id = :workspace_id AND id = :id",
        _values(folder) | {"workspace_id": workspace_id, "now": now},
    )
    if not changed:
        raise no_such_folder(str(folder.id))


def delete_folder(unit: Unit, workspace_id: UUID, folder_id: UUID, now: datetime) -> tuple[int, int]:
    """Delete a folder; what lies in it moves to its parent. Gives how many folders and sequences moved."""
    unit.changed(Topic.SEQUENCES)
    folder = get_folder(unit, workspace_id, folder_id)
    moves = {"id": folder_id, "parent_id": folder.parent_id, "now": now}
    folders = unit.run(
        "UPDATE sequence_folders SET parent_folder_id = :parent_id, updated_at = :now WHERE parent_folder_id = :id",
        moves,
    )
    sequences = unit.run("UPDATE sequences SET folder_id = :parent_id, updated_at = :now WHERE folder_id = :id", moves)
    unit.run("DELETE FROM sequence_folders WHERE id = :id", {"id": folder_id})
    return folders, sequences


def list_content(unit: Unit, folder_id: UUID) -> tuple[tuple[UUID, ...], tuple[UUID, ...]]:
    """The folders and the sequences that lie straight in a folder."""
    queries = (
        "SELECT id FROM sequence_folders WHERE parent_folder_id = :id ORDER BY id",
        "SELECT id FROM sequences WHERE folder_id = :id ORDER BY id",
    )
    found = [tuple(as_uuid(row[0]) for row in unit.rows(sql, {"id": folder_id})) for sql in queries]
    return found[0], found[1]


def take_in(
    unit: Unit,
    folder_id: UUID,
    content: tuple[Sequence[UUID], Sequence[UUID]],
    from_id: UUID | None,
    now: datetime,
) -> None:
    """Put folders and sequences into a folder, those that lie in `from_id` (None: at the top) still."""
    tables = (("sequence_folders", "parent_folder_id"), ("sequences", "folder_id"))
    for (table, column), ids in zip(tables, content, strict=True):
        lies = f"{column} IS NULL" if from_id is None else f"{column} = :from_id"
        rows = [{"id": key, "folder_id": folder_id, "from_id": from_id, "now": now} for key in ids]
        unit.run_many(f"UPDATE {table} SET {column} = :folder_id, updated_at = :now WHERE id = :id AND {lies}", rows)


def lock_tree(unit: Unit, workspace_id: UUID) -> None:
    """Let one change of the tree at a time be made, so that two moves together close no circle.

    SQLite has one writer anyway.
    """
    if unit.dialect is Dialect.POSTGRES:
        unit.row("SELECT id FROM workspaces WHERE id = :id FOR UPDATE", {"id": workspace_id})


def no_such_folder(name_or_id: str) -> NotFound:
    """The fault of a name or id that no folder has."""
    return NotFound(f"There is no folder “{name_or_id}”.", "“opendoors folder list” shows them.", where=name_or_id)


def _values(folder: Folder) -> dict[str, object]:
    return {
        "id": folder.id,
        "name": folder.name,
        "description": folder.description,
        "color": folder.color,
        "parent_id": folder.parent_id,
        "sort_order": folder.sort_order,
    }


def _folder(row: Row) -> Folder:
    return Folder(as_uuid(row[0]), row[1], maybe_uuid(row[2]), row[3], row[4], row[5] or 0)
