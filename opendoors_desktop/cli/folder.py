"""`opendoors folder`: folders of sequences."""

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

import typer

from opendoors_desktop.cli.options import find_sequence
from opendoors_desktop.cli.session import session_of
from opendoors_desktop.domain.folder import Branching
from opendoors_desktop.engine.commands import folders, sequences
from opendoors_desktop.engine.context import Context

app = typer.Typer(help="Folders of sequences.")

FolderArgument = Annotated[str, typer.Argument(metavar="FOLDER", help="Its name, its path (Top/Inside) or its id.")]
Inside = Annotated[str | None, typer.Option(metavar="FOLDER", help="The folder it lies in; default: at the top.")]


@app.command("list")
def list_(ctx: typer.Context) -> None:
    """List folders, each behind the one it lies in."""
    session = session_of(ctx)
    with session.open() as context:
        session.stream(
            _flat(folders.folder_tree(context), ()),
            {"folder": lambda each: each[1], "id": lambda each: each[0].folder.id},
            lambda each: {
                "id": each[0].folder.id,
                "name": each[0].folder.name,
                "path": each[1],
                "parent_id": each[0].folder.parent_id,
                "description": each[0].folder.description,
                "color": each[0].folder.color,
            },
            nothing="There are no folders.",
        )


def _flat(branches: tuple[Branching, ...], above: tuple[str, ...]) -> Iterator[tuple[Branching, str]]:
    for branch in branches:
        path = (*above, branch.folder.name)
        yield branch, "/".join(path)
        yield from _flat(branch.children, path)


@app.command()
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument()],
    inside: Inside = None,
    color: Annotated[str | None, typer.Option(help="Like #3366cc.")] = None,
    description: Annotated[str | None, typer.Option(help="What it is for.")] = None,
) -> None:
    """Make a folder."""
    session = session_of(ctx)
    with session.open() as context:
        key = folders.add_folder(context, name, _inside(context, inside), color=color, description=description)
    session.show({"id": key, "name": name}, lambda: [f"{name}  {key}"])


@app.command()
def rename(ctx: typer.Context, folder: FolderArgument, name: Annotated[str, typer.Argument()]) -> None:
    """Give a folder another name."""
    session = session_of(ctx)
    with session.open() as context:
        key = folders.find_folder(context, folder)
        folders.rename_folder(context, key, name)
    session.done({"id": key, "name": name}, f"It is called “{name}” now.")


@app.command()
def move(ctx: typer.Context, folder: FolderArgument, inside: Inside = None) -> None:
    """Put a folder with all in it into another one, or at the top."""
    session = session_of(ctx)
    with session.open() as context:
        key = folders.find_folder(context, folder)
        folders.move_folder(context, key, _inside(context, inside))
    session.done({"id": key}, "Moved.")


@app.command()
def put(
    ctx: typer.Context,
    sequence: Annotated[list[str], typer.Argument(metavar="SEQUENCE...")],
    inside: Inside = None,
) -> None:
    """Put sequences into a folder, or at the top."""
    session = session_of(ctx)
    with session.open() as context:
        folder_id = _inside(context, inside)
        keys = [find_sequence(context, each) for each in sequence]
        for key in keys:
            sequences.move_sequence(context, key, folder_id)
    session.done({"sequences": keys, "folder_id": folder_id}, f"Moved {len(keys)}.")


@app.command()
def delete(ctx: typer.Context, folder: FolderArgument) -> None:
    """Delete a folder; what lies in it moves to the one it lies in."""
    session = session_of(ctx)
    with session.open() as context:
        deleted = folders.delete_folder(context, folders.find_folder(context, folder))
    inner, moved = len(deleted.folder_ids), len(deleted.sequence_ids)
    session.done({"folders": inner, "sequences": moved}, f"Deleted; {inner} folders and {moved} sequences moved up.")


def _inside(context: Context, text: str | None) -> UUID | None:
    return None if text is None else folders.find_folder(context, text)
