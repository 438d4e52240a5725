"""`opendoors sending`: this machine's switch, and the emergency stop that binds everybody."""

from collections.abc import Callable, Iterator
from typing import Any

import typer

from opendoors_desktop.cli.output import details, plain, told
from opendoors_desktop.cli.session import Session, session_of
from opendoors_desktop.engine.commands import sending
from opendoors_desktop.engine.commands.sending import SendingStatus
from opendoors_desktop.engine.context import Context

app = typer.Typer(help="Switch this machine's sending on or off; stop everything, and let go again.")


@app.command()
def on(ctx: typer.Context) -> None:
    """Let this machine send from this store."""
    _change(session_of(ctx), sending.switch_sending_on)


@app.command()
def off(ctx: typer.Context) -> None:
    """Let nothing leave from this machine; due times stay."""
    _change(session_of(ctx), sending.switch_sending_off)


@app.command("stop-everything")
def stop_everything(ctx: typer.Context) -> None:
    """Pull the emergency stop: nothing leaves, whoever sends."""
    _change(session_of(ctx), sending.stop_everything)


@app.command()
def release(ctx: typer.Context) -> None:
    """Release the emergency stop; what is late leaves by pace."""
    _change(session_of(ctx), sending.release)


@app.command()
def status(ctx: typer.Context) -> None:
    """Say whether anything leaves, what keeps it, and what fell due meanwhile."""
    session = session_of(ctx)
    with session.open() as context:
        found = sending.sending_status(context)
    session.show(_value(found), lambda: _lines(found))


def _change(session: Session, change: Callable[[Context], None]) -> None:
    with session.open() as context:
        change(context)
        found = sending.sending_status(context)
    session.done(_value(found), _sentence(found))


def _value(found: SendingStatus) -> dict[str, Any]:
    return {"may_send": found.may_send, **plain(found)}


def _sentence(found: SendingStatus) -> str:
    if found.stopped_at is not None:
        return f"Everything is stopped since {told(found.stopped_at)}."
    if found.doubt is not None:
        return f"The store is in doubt ({told(found.doubt).replace('_', ' ')}): “opendoors sending on” says it's right."
    if found.is_on and found.paused_until is not None:
        return f"Sending rests until {told(found.paused_until)}."
    return "Sending is on." if found.is_on else "Sending is off."


def _lines(found: SendingStatus) -> Iterator[str]:
    yield _sentence(found)
    yield from details(
        {
            "overdue": found.overdue_count or None,
            "sent by": "\n".join(f"{each.host}, process {each.pid}" for each in found.schedulers),
            "machines": "\n".join(str(plain(each)) for each in found.machines),
        }
    )
