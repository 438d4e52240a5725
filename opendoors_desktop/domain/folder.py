"""Folders of sequences as a tree: their order, their paths, and which moves would close a circle."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder; `parent_id` is None at the top, `color` is `#rrggbb` or None, `sort_order` places it among siblings."""

    id: UUID
    name: str
    parent_id: UUID | None = None
    description: str | None = None
    color: str | None = None
    sort_order: int = 0


@dataclass(frozen=True, slots=True)
class Branching:
    """A folder with the folders inside it, in their order."""

    folder: Folder
    children: tuple["Branching", ...]


def tree_of(folders: Iterable[Folder]) -> tuple[Branching, ...]:
    """The folders as a tree, siblings by their order and then by name.

    One whose parent isn't among them stands at the top; should a circle be stored, its first folder does.
    """
    known = {folder.id: folder for folder in sorted(folders, key=_place)}
    inside: dict[UUID | None, list[Folder]] = {}
    for folder in known.values():
        inside.setdefault(_parent(folder, known), []).append(folder)
    return tuple(_branch(folder, inside) for folder in inside.get(None, []))


def path_of(folder_id: UUID, folders: Mapping[UUID, Folder]) -> tuple[str, ...]:
    """The names from the top down to a folder; empty for an unknown one."""
    names: list[str] = []
    seen: set[UUID] = set()
    here: UUID | None = folder_id
    while here is not None and here in folders and here not in seen:
        seen.add(here)
        names.append(folders[here].name)
        here = folders[here].parent_id
    return tuple(reversed(names))


def closes_circle(folder_id: UUID, parent_id: UUID | None, folders: Mapping[UUID, Folder]) -> bool:
    """Whether a folder would lie in itself, were it moved into `parent_id`."""
    seen: set[UUID] = set()
    here = parent_id
    while here is not None and here not in seen:
        if here == folder_id:
            return True
        seen.add(here)
        here = folders[here].parent_id if here in folders else None
    return False


def _place(folder: Folder) -> tuple[int, str, str, UUID]:
    return folder.sort_order, folder.name.casefold(), folder.name, folder.id


def _parent(folder: Folder, known: Mapping[UUID, Folder]) -> UUID | None:
    """The folder it is shown in: none for the first one of a circle, which would not be shown at all otherwise."""
    if folder.parent_id is None or folder.parent_id not in known:
        return None
    circle = [folder.id]
    here = folder.parent_id
    while here not in circle:
        circle.append(here)
        parent = known[here].parent_id
        if parent is None or parent not in known:
            return folder.parent_id
        here = parent
    if here != folder.id:
        return folder.parent_id
    first = next(key for key in known if key in circle)
    return None if first == folder.id else folder.parent_id


def _branch(folder: Folder, inside: Mapping[UUID | None, list[Folder]]) -> Branching:
    return Branching(folder, tuple(_branch(child, inside) for child in inside.get(folder.id, [])))
