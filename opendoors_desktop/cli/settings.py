"""`opendoors settings`: the workspace's settings."""

from dataclasses import replace
from typing import Annotated, Any

import typer

from opendoors_desktop.cli.options import read_day
from opendoors_desktop.cli.output import details, plain
from opendoors_desktop.cli.session import session_of
from opendoors_desktop.config import Listen
from opendoors_desktop.domain.errors import InputError, NotFound
from opendoors_desktop.engine.commands import serving, workspace
from opendoors_desktop.engine.context import Context

app = typer.Typer(help="The workspace's settings.")

FALLBACK = "fallback."
NAMES = ("name", "zone", "postal_address", "opt_out_line", "opt_out_line_is_on", "public_url")
API = "api_in_window"
"""Whether the window on this machine answers the REST API; this and its port aren't the workspace's settings."""

API_PORT = "api_port"

TRUTHS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


@app.command("list")
def list_(ctx: typer.Context) -> None:
    """List all settings with their values."""
    session = session_of(ctx)
    with session.open() as context:
        values = _values(context)
    session.show(values, lambda: details(values))


@app.command()
def show(ctx: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """Show one setting."""
    session = session_of(ctx)
    with session.open() as context:
        values = _values(context)
    if name not in values:
        raise _unknown(name)
    session.show(values[name], lambda: [str(values[name])])


@app.command("set")
def set_(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="As `list` shows it, or fallback.FIELD.")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="An empty text empties it.")],
) -> None:
    """Change one setting."""
    session = session_of(ctx)
    if not name.startswith(FALLBACK) and name not in (*NAMES, API, API_PORT):
        raise _unknown(name)
    with session.open() as context:
        if name.startswith(FALLBACK):
            workspace.set_fallback(context, name.removeprefix(FALLBACK), value)
        elif name in (API, API_PORT):
            serving.switch_api(context, _switched(serving.read_api(context), name, value))
        else:
            changes: Any = {name: _read(name, value)}
            workspace.change_workspace(context, lambda old: replace(old, **changes))
        values = _values(context)
    session.done(values, f"{name} is {values.get(name, '') or 'empty'} now.")


@app.command("days-off")
def days_off(ctx: typer.Context) -> None:
    """List the workspace's own days off, beside the holidays of countries."""
    session = session_of(ctx)
    with session.open() as context:
        session.stream(
            workspace.list_days_off(context),
            {
                "day": lambda each: each.day,
                "name": lambda each: each.name,
                "country": lambda each: each.country,
                "working": lambda each: each.is_working,
            },
            nothing="There are none.",
        )


@app.command("add-day-off")
def add_day_off(
    ctx: typer.Context,
    day: Annotated[str, typer.Argument(metavar="DAY")],
    name: Annotated[str, typer.Option(help="What day it is.")] = "",
    country: Annotated[str, typer.Option(help="Two letters; default: everywhere.")] = "",
    working: Annotated[bool, typer.Option("--working", help="Take it from the country's holidays instead.")] = False,
) -> None:
    """Add a day off; everyone is planned anew by it."""
    session = session_of(ctx)
    with session.open() as context:
        workspace.add_day_off(context, read_day(day, "DAY"), name, country=country, is_working=working)
    session.done({"day": day}, f"{day} is {'a working day' if working else 'off'} now.")


@app.command("remove-day-off")
def remove_day_off(
    ctx: typer.Context,
    day: Annotated[str, typer.Argument(metavar="DAY")],
    country: Annotated[str, typer.Option(help="Two letters.")] = "",
) -> None:
    """Forget a day of the workspace's own."""
    session = session_of(ctx)
    with session.open() as context:
        workspace.remove_day_off(context, read_day(day, "DAY"), country)
    session.done({"day": day}, "Forgotten.")


def _values(context: Context) -> dict[str, Any]:
    found = workspace.show_workspace(context)
    switch = serving.read_api(context)
    values = {name: plain(getattr(found, name)) for name in NAMES}
    values |= {API: switch.is_on, API_PORT: Listen().port if switch.port is None else switch.port}
    return values | {f"{FALLBACK}{field}": text for field, text in sorted(found.fallbacks.items())}


def _switched(switch: serving.ApiSwitch, name: str, value: str) -> serving.ApiSwitch:
    if name == API:
        return replace(switch, is_on=_truth(name, value))
    if value and not value.isdecimal():
        raise InputError(f"“{value}” is no port.", "Give a number, as 8734.", where=name, code="bad_setting")
    return replace(switch, port=int(value) if value else None)


def _read(name: str, value: str) -> object:
    return _truth(name, value) if name == "opt_out_line_is_on" else value


def _truth(name: str, value: str) -> bool:
    if value.casefold() not in TRUTHS:
        raise InputError(f"“{value}” is neither yes nor no.", "Say yes or no.", where=name, code="bad_setting")
    return TRUTHS[value.casefold()]


def _unknown(name: str) -> NotFound:
    known = ", ".join((*NAMES, API, API_PORT))
    return NotFound(f"There is no setting “{name}”.", f"Known are {known} and {FALLBACK}FIELD.", where=name)
