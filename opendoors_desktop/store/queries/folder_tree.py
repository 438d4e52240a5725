"""The tree of folders and sequences: what stands where, with the counts that its rows show."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from opendoors_desktop.store.types import as_uuid, maybe_uuid
from opendoors_desktop.store.unit import Unit


@dataclass(frozen=True, slots=True)
class TreeFolder:
    """A folder of the tree; `sequences` counts those in it and in its subfolders, archived ones left out."""

    id: UUID
    parent_id: UUID | None
    name: str
    color: str | None
    position: int
    description: str | None
    sequences: int


@dataclass(frozen=True, slots=True)
class TreeSequence:
    """A sequence of the tree; `enrolled` counts contacts. Sequences have no position of their own: by name."""

    id: UUID
    folder_id: UUID | None
    name: str
    status: str
    enrolled: int
    is_sample: bool


@dataclass(frozen=True, slots=True)
class FolderTree:
    """All folders by position and name, all sequences by name, the archived ones apart.

    `counts` says how many sequences there are by status, all five of them named.
    """

    folders: tuple[TreeFolder, ...] = ()
    sequences: tuple[TreeSequence, ...] = ()
    archived: tuple[TreeSequence, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)


STATUSES: Final = ("draft", "active", "paused", "stopped", "archived")
_FOLDERS: Final = """
SELECT id, parent_folder_id, name, color, sort_order, description FROM sequence_folders
WHERE workspace_id = :workspace_id ORDER BY sort_order, lower(name), id
"""
_SEQUENCES: Final = """
SELECT id, folder_id, name, status, total_enrolled, is_sample FROM sequences
WHERE workspace_id = :workspace_id ORDER BY lower(name), id
"""


def read_folder_tree(unit: Unit, workspace_id: UUID) -> FolderTree:
    """The whole tree of a workspace by two small queries: its cost grows with sequences alone, not with contacts."""
    here = {"workspace_id": workspace_id}
    folders = unit.rows(_FOLDERS, here)
    sequences = [
        TreeSequence(as_uuid(row[0]), maybe_uuid(row[1]), row[2], row[3] or "draft", int(row[4] or 0), bool(row[5]))
        for row in unit.rows(_SEQUENCES, here)
    ]
    shown = tuple(each for each in sequences if each.status != "archived")
    parents = {as_uuid(row[0]): maybe_uuid(row[1]) for row in folders}
    inside = _inside(parents, (each.folder_id for each in shown))
    counts = Counter(each.status for each in sequences)
    return FolderTree(
        folders=tuple(
            TreeFolder(key, parents[key], row[2], row[3], int(row[4] or 0), row[5], inside[key])
            for key, row in ((as_uuid(row[0]), row) for row in folders)
        ),
        sequences=shown,
        archived=tuple(each for each in sequences if each.status == "archived"),
        counts={status: counts[status] for status in STATUSES},
    )


def _inside(parents: dict[UUID, UUID | None], folder_ids: Iterable[UUID | None]) -> Counter[UUID]:
    """How many sequences each folder holds at any depth; a loop of folders, which the store refuses, ends the walk."""
    inside: Counter[UUID] = Counter()
    for folder_id, number in Counter(folder_ids).items():
        seen: set[UUID] = set()
        at = folder_id
        while at is not None and at not in seen:
            seen.add(at)
            inside[at] += number
            at = parents.get(at)
    return inside
