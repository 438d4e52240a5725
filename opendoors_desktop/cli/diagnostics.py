"""`opendoors diagnostics`: what a report of a fault needs, private things left out."""

import json
import logging
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from opendoors_desktop.cli.output import tell
from opendoors_desktop.cli.session import session_of
from opendoors_desktop.config import Options
from opendoors_desktop.domain.errors import InputError, StoreError
from opendoors_desktop.engine.clock import RealClock
from opendoors_desktop.engine.diagnostics import collect_diagnostics

app = typer.Typer()


@app.command()
def diagnostics(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help="Write the report to this file instead of showing it.")] = None,
) -> None:
    """Collect what a report of a fault needs: versions, options, sizes of tables, the log; nothing private."""
    session = session_of(context)
    options = session.options
    collect = partial(
        collect_diagnostics,
        options=_named(options),
        log_file=options.log_file,
        now=RealClock().now(),
        home=str(Path.home()),
    )
    try:
        with session.open() as parts:
            report = collect(parts.store).as_json()
    except StoreError as fault:
        report = collect(fault).as_json()
    if out is None:
        session.show(report)
        return
    try:
        out.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as fault:
        sentence = f"The report can't be written: {fault.strerror}."
        raise InputError(sentence, "Choose another file.", where=str(out), code="out_file") from fault
    tell(f"The report is in {out}. Look it over before you pass it on.")


def _named(options: Options) -> dict[str, object]:
    return {
        "store": options.store_url,
        "data_dir": options.data_dir,
        "log_level": logging.getLevelName(options.log_level).lower(),
        "keyring": options.keyring,
        "now": options.now,
        "speed": options.speed,
        "fault_point": options.fault_point,
    }
