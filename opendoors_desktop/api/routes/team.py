"""What sequences refer to: folders, mailboxes and people; and whose token it is."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from opendoors_desktop.api.answers import Answer, ok
from opendoors_desktop.api.auth import Reader, Writer
from opendoors_desktop.api.document import WRITING, problems
from opendoors_desktop.api.fields import Key
from opendoors_desktop.api.problems import Problem
from opendoors_desktop.api.replay import Once, once
from opendoors_desktop.api.team_schemas import FolderBody, FolderList, MailboxList, Me, ShownFolder, UserList
from opendoors_desktop.domain.folder import Branching, Folder
from opendoors_desktop.engine.commands import folders, mailboxes, members
from opendoors_desktop.engine.context import Context

router = APIRouter()


@router.get(
    "/folders",
    response_model=FolderList,
    responses=problems(),
    operation_id="listFolders",
    summary="List folders",
    tags=["folders"],
)
def list_folders(caller: Reader) -> Response:
    """All folders, depth-first, siblings in their order."""
    return ok({"items": [_folder(each) for each in _flat(folders.folder_tree(caller.context))]})


@router.post(
    "/folders",
    status_code=201,
    response_model=ShownFolder,
    responses=problems(*WRITING, 404),
    operation_id="createFolder",
    summary="Make a folder",
    tags=["folders"],
)
def create_folder(caller: Writer, asked: Once, body: FolderBody) -> Response:
    """Make a folder behind its siblings."""

    def add() -> Answer:
        key = folders.add_folder(
            caller.context, body.name, body.parent_folder_id, color=body.color, description=body.description
        )
        return Answer(201, _folder(_find(caller.context, key)))

    return once(caller, asked, add)


@router.put(
    "/folders/{folder_id}",
    response_model=ShownFolder,
    responses=problems(*WRITING, 404),
    operation_id="replaceFolder",
    summary="Rename, describe, colour or move a folder",
    tags=["folders"],
)
def put_folder(caller: Writer, folder_id: Key, body: FolderBody) -> Response:
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


@router.delete(
    "/folders/{folder_id}",
    status_code=204,
    response_class=Response,
    responses=problems(403, 404),
    operation_id="deleteFolder",
    summary="Delete a folder",
    tags=["folders"],
)
def delete_folder(caller: Writer, folder_id: Key) -> Response:
    """Delete a folder; what lies in it moves to its parent."""
    folders.delete_folder(caller.context, folder_id)
    return Answer(204).response()


@router.get(
    "/email-accounts",
    response_model=MailboxList,
    responses=problems(),
    operation_id="listEmailAccounts",
    summary="List mailboxes",
    tags=["team"],
)
def list_mailboxes(caller: Reader) -> Response:
    """The mailboxes sequences can send from."""
    found = mailboxes.list_mailboxes(caller.context)
    names = ("id", "address", "from_name", "status")
    return ok({"items": [{name: getattr(box, name) for name in names} for box in found]})


@router.get(
    "/users",
    response_model=UserList,
    responses=problems(),
    operation_id="listUsers",
    summary="List the members of the workspace",
    tags=["team"],
)
def list_users(caller: Reader) -> Response:
    """Who may own sequences and be given tasks."""
    return ok({"items": members.list_members(caller.context)})


@router.get(
    "/me",
    response_model=Me,
    responses=problems(),
    operation_id="getMe",
    summary="Show whose token it is",
    tags=["team"],
)
def get_me(caller: Reader) -> Response:
    """Whom the token stands for, and what it may."""
    scope = caller.context.scope
    return ok(
        {
            "user_id": scope.user_id,
            "workspace_id": scope.workspace_id,
            "role": caller.caller.role,
            "may_write": caller.caller.may_write,
        }
    )


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
