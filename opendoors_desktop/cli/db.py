"""`opendoors db`: looks after the store."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from opendoors_desktop.cli.output import Status, details, plain, table, tell
from opendoors_desktop.cli.session import Session, session_of
from opendoors_desktop.engine.clock import RealClock, id_source
from opendoors_desktop.engine.commands import backups, moves, store_care
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
        "backups": _backups(session),
    }
    rows = {name: count for name, count in found.size.rows.items() if count}
    shown = {
        **value,
        "rows": "\n".join(f"{name}: {n:,}" for name, n in rows.items()),
        "backups": "\n".join(f"{each['made_at']}  {each['kind']}  {each['path']}" for each in _backups(session)),
    }
    session.show(value, lambda: details(shown))


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


@app.command()
def backup(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="A new file; without it one in the folder of backups.")] = None,
) -> None:
    """Make a backup of the store now, whoever works with it; one is made every day anyway."""
    session = session_of(ctx)
    with session.open() as context:
        made = backups.back_up(context, file)
    session.done({"backup": str(made)}, f"Backed up to {made}.")


@app.command()
def restore(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="A backup; without it the last good one.")] = None,
) -> None:
    """Put a backup in the store's place. What stood there is kept; sending is off until you have looked."""
    session = session_of(ctx)
    options = session.options
    done = backups.restore(options.store_url, options.data_dir, RealClock().now(), file)
    kept = f" What stood there is kept as {done.replaced}." if done.replaced else ""
    session.done(
        done,
        f"{done.backup} was put back.{kept}\nNothing is sent from it until “opendoors sending on”;"
        " “opendoors sending status” lists what fell due since.",
    )


@app.command()
def move(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(metavar="FROM", help="The store: a file or postgresql://…")],
    target: Annotated[str, typer.Argument(metavar="TO", help="An empty database, or a file that isn't there yet.")],
) -> None:
    """Copy the whole store from a file into a database, or back. Say it again where it was broken off."""
    session = session_of(ctx)
    clock = RealClock()
    moved = moves.move_store(source, target, clock.now(), id_source(clock), _tell_progress)
    rows = sum(moved.rows.values())
    session.done(
        moved,
        f"{rows:,} rows moved, each compared. The source is as it was.\nNothing is sent from the target until"
        " “opendoors sending on” is said to it; let nothing send from the source then.",
    )


def _tell_progress(table: str, done: int, of: int) -> None:
    tell(f"{table}: {done:,} of {of:,}")


def _backups(session: Session) -> list[Any]:
    return [plain(each) for each in backups.list_backups(session.options.store_url, session.options.data_dir)]


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
