"""Folders of sequences as a person handles them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.errors import InputError, NotPossible
from opendoors_desktop.domain.folder import Branching, Folder, closes_circle, path_of, tree_of
from opendoors_desktop.engine.commands.audit import note
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store import folders
from opendoors_desktop.store.folders import get_folder, no_such_folder
from opendoors_desktop.store.unit import Unit

LONGEST_NAME = 255
LONGEST_TEXT = 10_000
SEPARATOR = "/"
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class FolderPlace:
    """Where a folder stands: in `parent_id` (None: at the top), before `before_id` (None: behind all its siblings)."""

    parent_id: UUID | None
    before_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class DeletedFolder:
    """What deleting a folder came to, enough to take it back: where it stood, and what moved to its parent."""

    folder: Folder
    place: FolderPlace
    folder_ids: tuple[UUID, ...]
    sequence_ids: tuple[UUID, ...]


def folder_tree(context: Context) -> tuple[Branching, ...]:
    """All folders as a tree, siblings by their order and then by name."""
    with context.store.read() as unit:
        return tree_of(folders.list_folders(unit, context.scope.workspace_id).values())


def find_folder(context: Context, text: str) -> UUID:
    """The folder of that id, path (`Top/Inside`) or exact name; raises NotFound, InputError where it means several."""
    with context.store.read() as unit:
        known = folders.list_folders(unit, context.scope.workspace_id)
    found = [key for key in known if str(key) == text.lower()]
    found = found or [key for key in known if SEPARATOR.join(path_of(key, known)) == text]
    found = found or [key for key, folder in known.items() if folder.name == text]
    if not found:
        raise no_such_folder(text)
    if len(found) > 1:
        told = ", ".join(f"{key} ({SEPARATOR.join(path_of(key, known))})" for key in found)
        advice = f"Give the id of one of them: {told}."
        raise InputError(f"{len(found)} folders are called “{text}”.", advice, where=text, code="ambiguous")
    return found[0]


def add_folder(
    context: Context,
    name: str,
    parent_id: UUID | None = None,
    *,
    color: str | None = None,
    description: str | None = None,
) -> UUID:
    """Make a folder behind its siblings; raises NotFound for its parent, InputError."""
    scope, folder_id = context.scope, context.new_id()
    with context.store.write() as unit:
        known = _known(unit, context, parent_id)
        orders = [each.sort_order for each in known.values() if each.parent_id == parent_id]
        folder = Folder(folder_id, name.strip(), parent_id, description, color, max(orders, default=-1) + 1)
        _check(folder)
        folders.add_folder(
            unit, (scope.customer_id, scope.workspace_id), folder, by=scope.user_id, now=context.clock.now()
        )
        note(context, unit, "folder_added", "folder", folder_id, name=folder.name)
        unit.changed(Topic.SEQUENCES)
    return folder_id


def rename_folder(context: Context, folder_id: UUID, name: str) -> str:
    """Give a folder another name; gives the one it had. Raises NotFound, InputError."""
    return _change(context, folder_id, name=name.strip()).name


def color_folder(context: Context, folder_id: UUID, color: str | None) -> str | None:
    """Give a folder a colour (`#rrggbb`), or none; gives the one it had. Raises NotFound, InputError."""
    return _change(context, folder_id, color=color).color


def replace_folder(context: Context, wanted: Folder) -> None:
    """Give a folder all it is told by and where it lies, in one commit; moved, it comes behind its new siblings.

    Raises NotFound, InputError, or NotPossible where the folder would then lie in itself.
    """
    with context.store.write() as unit:
        folders.lock_tree(unit, context.scope.workspace_id)
        before = get_folder(unit, context.scope.workspace_id, wanted.id)
        known = _known(unit, context, wanted.parent_id)
        folder = replace(wanted, name=wanted.name.strip(), sort_order=before.sort_order)
        _check(folder)
        _refuse_circle(before, folder.parent_id, known)
        if folder.parent_id == before.parent_id:
            folders.update_folder(unit, context.scope.workspace_id, folder, context.clock.now())
        else:
            _put(unit, context, known, folder, None)
        unit.changed(Topic.SEQUENCES)


def describe_folder(context: Context, folder_id: UUID, description: str | None) -> None:
    """Say what a folder is for; raises NotFound, InputError."""
    _change(context, folder_id, description=description)


def move_folder(
    context: Context, folder_id: UUID, parent_id: UUID | None, before_id: UUID | None = None
) -> FolderPlace:
    """Put a folder with all in it into another one, or at the top: before a folder there, else behind all of them.

    Gives where it stood. Raises NotFound, or NotPossible where the folder would then lie in itself.
    """
    with context.store.write() as unit:
        folders.lock_tree(unit, context.scope.workspace_id)
        folder = get_folder(unit, context.scope.workspace_id, folder_id)
        known = _known(unit, context, parent_id)
        _refuse_circle(folder, parent_id, known)
        stood = _place_of(folder, known)
        _put(unit, context, known, replace(folder, parent_id=parent_id), before_id)
        unit.changed(Topic.SEQUENCES)
    return stood


def order_folders(context: Context, folder_ids: Sequence[UUID]) -> None:
    """Put siblings in this order; those not named stay behind them as they are. Raises NotFound, InputError."""
    with context.store.write() as unit:
        known = folders.list_folders(unit, context.scope.workspace_id)
        missing = next((key for key in folder_ids if key not in known), None)
        if missing is not None:
            raise no_such_folder(str(missing))
        if len({known[key].parent_id for key in folder_ids}) > 1:
            raise InputError(
                "Only folders that lie in the same folder can be put in order.", "Move them first.", code="no_siblings"
            )
        if not folder_ids:
            return
        parent_id = known[folder_ids[0]].parent_id
        rest = [each for each in _siblings(known, parent_id) if each.id not in folder_ids]
        for order, folder in enumerate([*(known[key] for key in dict.fromkeys(folder_ids)), *rest]):
            ordered = replace(folder, sort_order=order)
            folders.update_folder(unit, context.scope.workspace_id, ordered, context.clock.now())
        unit.changed(Topic.SEQUENCES)


def delete_folder(context: Context, folder_id: UUID) -> DeletedFolder:
    """Delete a folder; what lies in it moves to its parent. Raises NotFound."""
    with context.store.write() as unit:
        folders.lock_tree(unit, context.scope.workspace_id)
        folder = get_folder(unit, context.scope.workspace_id, folder_id)
        place = _place_of(folder, folders.list_folders(unit, context.scope.workspace_id))
        inside = folders.list_content(unit, folder_id)
        folders.delete_folder(unit, context.scope.workspace_id, folder_id, context.clock.now())
        note(context, unit, "folder_deleted", "folder", folder_id, name=folder.name)
        unit.changed(Topic.SEQUENCES)
    return DeletedFolder(folder, place, *inside)


def restore_folder(context: Context, deleted: DeletedFolder) -> None:
    """Take a deletion back: the folder stands where it stood, and what moved out of it lies in it again.

    What was moved elsewhere meanwhile stays there; where its parent is gone as well, it stands at the top.
    """
    scope, folder = context.scope, deleted.folder
    with context.store.write() as unit:
        folders.lock_tree(unit, scope.workspace_id)
        known = folders.list_folders(unit, scope.workspace_id)
        parent_id = deleted.place.parent_id if deleted.place.parent_id in known else None
        back = replace(folder, parent_id=parent_id)
        owners = (scope.customer_id, scope.workspace_id)
        folders.add_folder(unit, owners, back, by=scope.user_id, now=context.clock.now())
        _put(unit, context, known, back, deleted.place.before_id)
        content = (deleted.folder_ids, deleted.sequence_ids)
        folders.take_in(unit, folder.id, content, deleted.place.parent_id, context.clock.now())
        note(context, unit, "folder_restored", "folder", folder.id, name=folder.name)
        unit.changed(Topic.SEQUENCES)


def _change(context: Context, folder_id: UUID, **changes: str | None) -> Folder:
    """Write a changed folder; gives it as it was."""
    with context.store.write() as unit:
        before = get_folder(unit, context.scope.workspace_id, folder_id)
        folder = replace(before, **changes)  # type: ignore[arg-type]
        _check(folder)
        folders.update_folder(unit, context.scope.workspace_id, folder, context.clock.now())
        unit.changed(Topic.SEQUENCES)
    return before


def _refuse_circle(folder: Folder, parent_id: UUID | None, known: Mapping[UUID, Folder]) -> None:
    if closes_circle(folder.id, parent_id, known):
        raise NotPossible(
            f"“{folder.name}” can't be put into itself.",
            "Choose a folder that isn't inside it.",
            where=folder.name,
            code="folder_circle",
        )


def _siblings(known: Mapping[UUID, Folder], parent_id: UUID | None) -> list[Folder]:
    """The folders in a folder, in their order."""
    inside = (each for each in known.values() if each.parent_id == parent_id)
    return sorted(inside, key=lambda each: (each.sort_order, each.name.casefold(), each.name, each.id))


def _place_of(folder: Folder, known: Mapping[UUID, Folder]) -> FolderPlace:
    ids = [each.id for each in _siblings(known, folder.parent_id)]
    return FolderPlace(folder.parent_id, next(iter(ids[ids.index(folder.id) + 1 :]), None))


def _put(unit: Unit, context: Context, known: Mapping[UUID, Folder], folder: Folder, before_id: UUID | None) -> None:
    """Write a folder among the siblings of its parent, before one of them (one that isn't there: behind all)."""
    siblings = [each for each in _siblings(known, folder.parent_id) if each.id != folder.id]
    place = next((number for number, each in enumerate(siblings) if each.id == before_id), len(siblings))
    for order, each in enumerate([*siblings[:place], folder, *siblings[place:]]):
        if each is folder or each.sort_order != order:
            ordered = replace(each, sort_order=order)
            folders.update_folder(unit, context.scope.workspace_id, ordered, context.clock.now())


def _known(unit: Unit, context: Context, parent_id: UUID | None) -> Mapping[UUID, Folder]:
    """All folders; raises NotFound where the parent isn't among them."""
    known = folders.list_folders(unit, context.scope.workspace_id)
    if parent_id is not None and parent_id not in known:
        raise no_such_folder(str(parent_id))
    return known


def _check(folder: Folder) -> None:
    if not folder.name or len(folder.name) > LONGEST_NAME or "\0" in folder.name:
        raise InputError(
            f"A folder's name has 1 to {LONGEST_NAME} characters.", "Give it another.", where=folder.name[:80]
        )
    if len(folder.description or "") > LONGEST_TEXT or "\0" in (folder.description or ""):
        raise InputError(
            f"A folder's description has at most {LONGEST_TEXT:,} characters.", "Make it shorter.", where=folder.name
        )
    if folder.color is not None and not _COLOR.fullmatch(folder.color):
        raise InputError("A colour is written like #3366cc.", "Give another, or none.", where=folder.color)
