"""Folders of sequences: made, listed, replaced, deleted."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import Response

from opendoors_desktop.api.answers import Answer, ok
from opendoors_desktop.api.auth import Reader, Writer
from opendoors_desktop.api.fields import Key
from opendoors_desktop.api.problems import Problem
from opendoors_desktop.api.replay import Once, once
from opendoors_desktop.api.routing import Routes
from opendoors_desktop.api.team_schemas import FolderBody, FolderList, ShownFolder
from opendoors_desktop.domain.folder import Branching, Folder
from opendoors_desktop.engine.commands import folders
from opendoors_desktop.engine.context import Context

routes = Routes("folders")


@routes.show("/folders", FolderList, "List folders")
def list_folders(caller: Reader) -> Response:
    """All folders, depth-first, siblings in their order."""
    return ok({"items": [_folder(each) for each in _flat(folders.folder_tree(caller.context))]})


@routes.make("/folders", ShownFolder, "Make a folder", 404)
def create_folder(caller: Writer, asked: Once, body: FolderBody) -> Response:
    """Make a folder behind its siblings."""

    def add() -> Answer:
        key = folders.add_folder(
            caller.context, body.name, body.parent_folder_id, color=body.color, description=body.description
        )
        return Answer(201, _folder(_find(caller.context, key)))

    return once(caller, asked, add)


@routes.replace("/folders/{folder_id}", ShownFolder, "Rename, describe, colour or move a folder")
def replace_folder(caller: Writer, folder_id: Key, body: FolderBody) -> Response:
    """Replace a folder whole; one that would lie in itself is refused."""
    wanted = replace(
        _find(caller.context, folder_id),
        name=body.name,
        parent_id=body.parent_folder_id,
        color=body.color,
        description=body.description,
    )
    folders.replace_folder(caller.context, wanted)
    return ok(_folder(_find(caller.context, folder_id)))


@routes.remove("/folders/{folder_id}", "Delete a folder")
def delete_folder(caller: Writer, folder_id: Key) -> Response:
    """Delete a folder; what lies in it moves to its parent."""
    folders.delete_folder(caller.context, folder_id)
    return Answer(204).response()


def _flat(tree: Iterable[Branching]) -> Iterator[Folder]:
    for each in tree:
        yield each.folder
        yield from _flat(each.children)


def _find(context: Context, folder_id: UUID) -> Folder:
    found = next((each for each in _flat(folders.folder_tree(context)) if each.id == folder_id), None)
    if found is None:
        raise Problem(404, "not_found", "There is no such folder.", "GET /api/folders lists them.")
    return found


def _folder(folder: Folder) -> dict[str, Any]:
    return {
        "id": folder.id,
        "name": folder.name,
        "parent_folder_id": folder.parent_id,
        "description": folder.description,
        "color": folder.color,
        "sort_order": folder.sort_order,
    }
