"""`opendoors api-token`: keys with which other programs use the REST API."""

from datetime import timedelta
from typing import Annotated

import typer

from opendoors_desktop.cli.output import plain, tell
from opendoors_desktop.cli.session import session_of
from opendoors_desktop.engine.commands import api_tokens

app = typer.Typer(help="Keys with which other programs use the REST API.")


@app.command()
def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="What will use it.")],
    *,
    user: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Whose it is; without: yours.")] = None,
    days: Annotated[int | None, typer.Option(min=1, max=36_500, help="How long it lasts; without: for good.")] = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="It may look, and change nothing.")] = False,
) -> None:
    """Make a token and show it, this once."""
    session = session_of(ctx)
    lasts = None if days is None else timedelta(days=days)
    with session.open() as context:
        made = api_tokens.create_token(context, name, person=user, lasts=lasts, is_read_only=read_only)
    session.show({"token": made.text, **plain(made.token)}, lambda: [made.text])
    tell("Keep it as you would a password: it isn't shown again, and the store holds only its hash.")


@app.command("list")
def list_(ctx: typer.Context) -> None:
    """List tokens by how they begin, whose they are, and when they were last used."""
    session = session_of(ctx)
    with session.open() as context:
        session.stream(
            api_tokens.list_tokens(context),
            {
                "name": lambda each: each.name,
                "begins": lambda each: each.prefix,
                "user": lambda each: each.user,
                "may": lambda each: each.scopes,
                "last used": lambda each: each.last_used_at,
                "expires": lambda each: each.expires_at,
                "revoked": lambda each: each.revoked_at,
                "id": lambda each: each.id,
            },
            nothing="There are no tokens; “opendoors api-token create NAME” makes one.",
        )


@app.command()
def revoke(
    ctx: typer.Context, token: Annotated[str, typer.Argument(metavar="TOKEN", help="Its id, name or beginning.")]
) -> None:
    """Let a token open nothing from now on."""
    session = session_of(ctx)
    with session.open() as context:
        gone = api_tokens.revoke_token(context, token)
    session.done(plain(gone), f"The token “{gone.name}” ({gone.prefix}…) opens nothing any more.")
