"""`opendoors forecast`: what goes out when."""

from typing import Annotated

import typer

from opendoors_desktop.cli.clocks import Clocks
from opendoors_desktop.cli.options import find_sequence
from opendoors_desktop.cli.session import session_of
from opendoors_desktop.engine import forecast as foreseen

app = typer.Typer()


@app.command()
def forecast(
    ctx: typer.Context,
    sequence: Annotated[list[str] | None, typer.Argument(metavar="[SEQUENCE...]")] = None,
    days: Annotated[int, typer.Option(metavar="N", min=1, max=366, help="So many days ahead.")] = 30,
) -> None:
    """Say what goes out when, exact to the minute on the facts known now."""
    session = session_of(ctx)
    with session.open() as context:
        chosen = [find_sequence(context, each) for each in sequence or ()]
        found, clocks = foreseen.forecast(context, chosen, days), Clocks(context)
        session.stream(
            found if session.as_json else clocks.ahead(found),
            {
                **clocks.columns("at", lambda each: each.at),
                "contact": lambda each: each.contact,
                "sequence": lambda each: each.sequence,
                "step": lambda each: each.step,
                "variant": lambda each: each.variant,
                "mailbox": lambda each: each.mailbox,
                "why": lambda each: each.why,
            },
            nothing="Nothing is foreseen.",
        )
