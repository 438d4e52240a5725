"""`opendoors why`: why isn't it sending?"""

from typing import Annotated

import typer

from opendoors_desktop.cli.options import ContactArgument, find_contact_id, find_sequence
from opendoors_desktop.cli.session import session_of
from opendoors_desktop.engine import why as reasons

app = typer.Typer()


@app.command()
def why(
    ctx: typer.Context,
    contact: ContactArgument,
    sequence: Annotated[str | None, typer.Argument(metavar="[SEQUENCE]")] = None,
) -> None:
    """Say for each enrollment of a contact what comes next, when, and the one rule that holds it back."""
    session = session_of(ctx)
    with session.open() as context:
        contact_id = find_contact_id(context, contact)
        sequence_id = None if sequence is None else find_sequence(context, sequence)
        session.stream(
            reasons.why(context, contact_id, sequence_id),
            {
                "sequence": lambda each: each.sequence,
                "status": lambda each: each.status,
                "next": lambda each: each.next_action,
                "at": lambda each: each.at,
                "because": lambda each: f"{each.reason} {each.advice}".strip(),
            },
            nothing="The contact is in no such sequence.",
        )
