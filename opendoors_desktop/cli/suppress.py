"""`opendoors suppress`: addresses and domains that must not be written to."""

from typing import Annotated

import typer

from opendoors_desktop.cli.output import Status, plain
from opendoors_desktop.cli.session import session_of
from opendoors_desktop.domain.suppression import SuppressionReason
from opendoors_desktop.engine.commands import suppressions

app = typer.Typer(help="Addresses and domains that must not be written to.")

Target = Annotated[str, typer.Argument(metavar="ADDRESS|DOMAIN")]


@app.command()
def add(
    ctx: typer.Context,
    target: Annotated[list[str], typer.Argument(metavar="ADDRESS|DOMAIN...")],
    reason: Annotated[SuppressionReason, typer.Option(help="Why.")] = SuppressionReason.DO_NOT_CONTACT,
    note: Annotated[str | None, typer.Option(help="What is to be remembered.")] = None,
) -> None:
    """Suppress addresses or whole domains from now on; do-not-contact ends what they are in."""
    session = session_of(ctx)
    with session.open() as context:
        answers = [suppressions.suppress(context, each, reason, detail=note) for each in target]
    session.stream(
        answers,
        {
            "suppressed": lambda each: each.suppression.value,
            "reason": lambda each: each.suppression.reason,
            "new": lambda each: each.is_new,
            "enrollments": lambda each: each.enrollments,
        },
        lambda each: plain(each.suppression) | {"is_new": each.is_new, "enrollments": each.enrollments},
    )


@app.command()
def remove(
    ctx: typer.Context,
    target: Target,
    reason: Annotated[SuppressionReason | None, typer.Option(help="Only what stands for this reason.")] = None,
) -> int:
    """Lift what suppresses an address or domain; an erased person's can't be lifted."""
    session = session_of(ctx)
    with session.open() as context:
        count = suppressions.lift(context, target, reason)
    session.done({"lifted": count}, f"Lifted {count}." if count else f"{target} wasn't suppressed.")
    return Status.DONE if count else Status.IN_PART


@app.command("list")
def list_(ctx: typer.Context) -> None:
    """List what is suppressed, in the order it was."""
    session = session_of(ctx)
    with session.open() as context:
        session.stream(
            suppressions.list_suppressions(context),
            {
                "value": lambda each: each.value,
                "reason": lambda each: each.reason,
                "source": lambda each: each.source,
                "since": lambda each: each.suppressed_at,
            },
            nothing="Nobody is suppressed.",
        )


@app.command()
def check(ctx: typer.Context, address: Annotated[str, typer.Argument(metavar="ADDRESS")]) -> None:
    """Say whether an address, in any spelling, may be written to, and what keeps it from that."""
    session = session_of(ctx)
    with session.open() as context:
        found = suppressions.check_suppression(context, address)
    value = {"address": address, "suppressed": bool(found), "suppressions": plain(found)}
    lines = [f"{each.value}: {each.reason} ({each.source})" for each in found]
    session.show(value, lambda: lines or [f"{address} may be written to."])
