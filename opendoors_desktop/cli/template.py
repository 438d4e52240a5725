"""`opendoors template`: emails to start a step from, or to be followed by it."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from opendoors_desktop.cli.output import details, plain
from opendoors_desktop.cli.session import session_of
from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.engine.commands import templates

app = typer.Typer(help="Templates of emails.")

TemplateArgument = Annotated[str, typer.Argument(metavar="TEMPLATE", help="Its name or id.")]
Subject = Annotated[str | None, typer.Option(help="The subject.")]
Body = Annotated[Path | None, typer.Option("--body-file", help="A file with the body; - reads standard input.")]
AsText = Annotated[bool, typer.Option("--text", help="The body is plain text, not HTML.")]
Tags = Annotated[list[str] | None, typer.Option("--tag", help="Give it this tag.")]


@app.command("list")
def list_(
    ctx: typer.Context, retired: Annotated[bool, typer.Option("--retired", help="Those out of use too.")] = False
) -> None:
    """List templates by name."""
    session = session_of(ctx)
    with session.open() as context:
        session.stream(
            templates.list_templates(context, with_retired=retired),
            {
                "name": lambda each: each.name,
                "subject": lambda each: each.subject,
                "tags": lambda each: each.tags,
                "id": lambda each: each.id,
            },
            nothing="There are no templates.",
        )


@app.command()
def show(ctx: typer.Context, template: TemplateArgument) -> None:
    """Show a template with its texts."""
    session = session_of(ctx)
    with session.open() as context:
        found = templates.find_template(context, template)
    session.show(found, lambda: details(plain(found)))


@app.command()
def add(
    ctx: typer.Context,
    *,
    name: Annotated[str, typer.Argument()],
    subject: Subject = None,
    body: Body = None,
    text: AsText = False,
    tag: Tags = None,
) -> None:
    """Keep a new template."""
    session = session_of(ctx)
    content = "" if body is None else read_text(body)
    with session.open() as context:
        key = templates.add_template(context, name, subject or "", content, body_is_html=not text, tags=tag or ())
    session.show({"id": key, "name": name}, lambda: [f"{name}  {key}"])


@app.command()
def change(
    ctx: typer.Context,
    *,
    template: TemplateArgument,
    name: Annotated[str | None, typer.Option(help="Another name.")] = None,
    subject: Subject = None,
    body: Body = None,
    tag: Tags = None,
) -> None:
    """Change a template; steps that follow it have the new texts from now on."""
    session = session_of(ctx)
    content = None if body is None else read_text(body)
    with session.open() as context:
        found = templates.find_template(context, template)
        after = templates.change_template(
            context,
            found.id,
            lambda old: replace(
                old,
                name=old.name if name is None else name,
                subject=old.subject if subject is None else subject,
                body=old.body if content is None else content,
                tags=old.tags if tag is None else tuple(tag),
            ),
        )
    session.done(plain(after), f"Changed “{after.name}”.")


@app.command()
def retire(ctx: typer.Context, template: TemplateArgument) -> None:
    """Take a template out of use."""
    session = session_of(ctx)
    with session.open() as context:
        found = templates.find_template(context, template)
        count = templates.retire_template(context, found.id)
    session.done({"id": found.id, "sequences": count}, f"“{found.name}” is retired; {count} sequences followed it.")


@app.command()
def restore(ctx: typer.Context, template: TemplateArgument) -> None:
    """Take a retired template back."""
    session = session_of(ctx)
    with session.open() as context:
        found = templates.find_template(context, template)
        count = templates.restore_template(context, found.id)
    session.done({"id": found.id, "sequences": count}, f"“{found.name}” is in use again.")


def read_text(path: Path) -> str:
    """The text in a UTF-8 file, or from standard input for `-`; raises InputError."""
    try:
        content = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        sentence = f"The file can't be read: {error.strerror or error}."
        raise InputError(sentence, "Check its name.", where=str(path), code="file_unreadable") from error
    except UnicodeDecodeError as error:
        raise InputError(
            "The file isn't text in UTF-8.", "Save it as UTF-8.", where=str(path), code="not_utf_8"
        ) from error
