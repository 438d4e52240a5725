"""Folders of sequences as a person handles them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
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


def rename_folder(context: Context, folder_id: UUID, name: str) -> None:
    """Give a folder another name; raises NotFound, InputError."""
    _change(context, folder_id, name=name.strip())


def color_folder(context: Context, folder_id: UUID, color: str | None) -> None:
    """Give a folder a colour (`#rrggbb`), or none; raises NotFound, InputError."""
    _change(context, folder_id, color=color)


def describe_folder(context: Context, folder_id: UUID, description: str | None) -> None:
    """Say what a folder is for; raises NotFound, InputError."""
    _change(context, folder_id, description=description)


def move_folder(context: Context, folder_id: UUID, parent_id: UUID | None) -> None:
    """Put a folder with all in it into another one, or at the top, behind what is there.

    Raises NotFound, or NotPossible where the folder would then lie in itself.
    """
    with context.store.write() as unit:
        folders.lock_tree(unit, context.scope.workspace_id)
        folder = get_folder(unit, context.scope.workspace_id, folder_id)
        known = _known(unit, context, parent_id)
        if closes_circle(folder_id, parent_id, known):
            raise NotPossible(
                f"“{folder.name}” can't be put into itself.",
                "Choose a folder that isn't inside it.",
                where=folder.name,
                code="folder_circle",
            )
        orders = [each.sort_order for each in known.values() if each.parent_id == parent_id and each.id != folder_id]
        moved = replace(folder, parent_id=parent_id, sort_order=max(orders, default=-1) + 1)
        folders.update_folder(unit, context.scope.workspace_id, moved, context.clock.now())
        unit.changed(Topic.SEQUENCES)


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
        rest = sorted(
            (each for each in known.values() if each.parent_id == parent_id and each.id not in folder_ids),
            key=lambda each: (each.sort_order, each.name.casefold(), each.id),
        )
        for order, folder in enumerate([*(known[key] for key in dict.fromkeys(folder_ids)), *rest]):
            ordered = replace(folder, sort_order=order)
            folders.update_folder(unit, context.scope.workspace_id, ordered, context.clock.now())
        unit.changed(Topic.SEQUENCES)


def delete_folder(context: Context, folder_id: UUID) -> tuple[int, int]:
    """Delete a folder; what lies in it moves to its parent. Gives how many folders and sequences moved."""
    with context.store.write() as unit:
        folders.lock_tree(unit, context.scope.workspace_id)
        folder = get_folder(unit, context.scope.workspace_id, folder_id)
        moved = folders.delete_folder(unit, context.scope.workspace_id, folder_id, context.clock.now())
        note(context, unit, "folder_deleted", "folder", folder_id, name=folder.name)
        unit.changed(Topic.SEQUENCES)
    return moved


def _change(context: Context, folder_id: UUID, **changes: str | None) -> None:
    with context.store.write() as unit:
        folder = replace(get_folder(unit, context.scope.workspace_id, folder_id), **changes)  # type: ignore[arg-type]
        _check(folder)
        folders.update_folder(unit, context.scope.workspace_id, folder, context.clock.now())
        unit.changed(Topic.SEQUENCES)


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
