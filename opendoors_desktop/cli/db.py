"""`opendoors db`: looks after the store."""

from collections.abc import Iterator

import typer

from opendoors_desktop.cli.output import Status, details, plain, table
from opendoors_desktop.cli.session import session_of
from opendoors_desktop.engine.commands import store_care
from opendoors_desktop.engine.commands.store_care import Findings

app = typer.Typer(help="Look after the store.")


@app.command()
def info(ctx: typer.Context) -> None:
    """Say where the store is, of which version, and how many rows each table holds."""
    session = session_of(ctx)
    with session.open() as context:
        found = store_care.describe_store(context)
    value = {
        "place": found.place,
        "database": found.database,
        "database_version": found.size.database_version,
        "revision": found.size.revision,
        "rows": found.size.rows,
    }
    rows = {name: count for name, count in found.size.rows.items() if count}
    session.show(value, lambda: details({**value, "rows": "\n".join(f"{name}: {n:,}" for name, n in rows.items())}))


@app.command()
def upgrade(ctx: typer.Context) -> None:
    """Bring the store up to date, behind a backup of its file; done already where it is."""
    session = session_of(ctx)
    with session.open() as context:
        found = store_care.describe_store(context)
    session.done({"revision": found.size.revision}, f"The store is at revision {found.size.revision}.")


@app.command()
def check(ctx: typer.Context) -> int:
    """Count every total again and look at the file; list what differs."""
    session = session_of(ctx)
    with session.open() as context:
        found = store_care.check_store(context)
    session.show(plain(found), lambda: _lines(found))
    return Status.DONE if found.is_sound else Status.IN_PART


def _lines(found: Findings) -> Iterator[str]:
    yield from found.damage
    yield from table(
        found.differences,
        {
            "table": lambda each: each.table,
            "id": lambda each: each.id,
            "column": lambda each: each.column,
            "stored": lambda each: each.stored,
            "counted": lambda each: each.counted,
        },
    )
    yield from (f"{key} stands wrongly in the queue" for key in found.misplaced)
    if found.is_sound:
        yield "All is as it should be."
