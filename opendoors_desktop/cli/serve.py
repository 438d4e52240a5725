"""`opendoors serve`: answers the REST API, and the public pages of emails."""

import json
import sys
from dataclasses import replace
from typing import Annotated

import typer

from opendoors_desktop.cli.output import Status, tell
from opendoors_desktop.cli.session import session_of
from opendoors_desktop.config import Listen
from opendoors_desktop.engine.commands import api_tokens, workspace
from opendoors_desktop.engine.entrance import is_loopback

app = typer.Typer()

USUAL = Listen()


@app.command()
def serve(
    ctx: typer.Context,
    *,
    host: Annotated[
        str, typer.Option(help="The address to listen at; others can reach any but 127.0.0.1.")
    ] = USUAL.host,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes any that is free.")] = USUAL.port,
    public_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Where others reach this server; emails then name a page to unsubscribe."),
    ] = None,
) -> int:
    """Answer the REST API until stopped; /api/docs is a page to try it on."""
    session = session_of(ctx)

    def started(address: str) -> None:
        if session.as_json:
            print(json.dumps({"kind": "started", "address": address}), file=sys.stderr, flush=True)
        else:
            tell(f"The API answers at {address}/api (try it at {address}/api/docs); Ctrl+C stops it.")

    with session.open() as context:
        if not is_loopback(host):
            tell("Others on the network can reach it, and what they send can be read: put a server with TLS before it.")
        if all(each.revoked_at is not None for each in api_tokens.list_tokens(context)):
            tell("There is no token yet: “opendoors api-token create NAME” makes one.")
        if public_url is not None:
            workspace.change_workspace(context, lambda known: replace(known, public_url=public_url))
        session.serve(context, Listen(host, port, is_public=public_url is not None), started)
    return Status.DONE
