"""`opendoors demo`: the tour, a whole campaign on a throw-away store against a mail server on loopback."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from opendoors_desktop.cli.output import Status, print_json, print_lines, tell
from opendoors_desktop.cli.session import Session, session_of
from opendoors_desktop.config import STORE_FILE
from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.engine.demo.report import day_lines, heading, statement_lines, statement_value
from opendoors_desktop.engine.demo.stage import BOXES, OPENS_AT
from opendoors_desktop.engine.demo.tour import Day, play
from opendoors_desktop.log import stop_log

app = typer.Typer()


@app.command()
def demo(
    context: typer.Context,
    headless: Annotated[bool, typer.Option("--headless", help="Never open a window.")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep the store and every mail in this empty folder.")
    ] = None,
) -> int:
    """Play two weeks of two sequences in seconds, and state what a real mail server received.

    Nothing leaves this computer. Where there is a display the two weeks pass before your eyes, in about a minute; with
    --headless, --out or --json they pass in seconds, and the exit status is 1 if anything at all is wrong. With --store
    they pass in that store, which must be new: a file, or an empty database.
    """
    session = session_of(context)
    if not (headless or out or session.store or session.as_json):
        status = session.play_in_window(session.options)
        if status is not None:
            return status
    with _folder(out) as folder:
        try:
            return _play(session, folder, out)
        finally:
            stop_log()  # it lies in the folder, which goes


def _play(session: Session, folder: Path, out: Path | None) -> Status:
    def show(day: Day) -> None:
        if session.as_json:
            print_json(day)
        else:
            print_lines(day_lines(day))

    options = replace(
        session.options,
        store_url=session.store or str(folder / STORE_FILE),
        data_dir=folder,
        config_dir=folder,
        now=OPENS_AT,
        speed=None,
    )
    with replace(session, options=options).open() as parts:
        if not session.as_json:
            print_lines(heading([box.address for box in BOXES]))
        statement = asyncio.run(play(parts, out, show))
    if session.as_json:
        print_json({"statement": statement_value(statement)})
    else:
        print_lines(statement_lines(statement))
    if out is not None:
        tell(f"Mails are kept in {out}." if session.store else f"Store and mails are kept in {out}.")
    return Status.IN_PART if statement.faults else Status.DONE


@contextmanager
def _folder(out: Path | None) -> Iterator[Path]:
    """The folder that is kept, which must be new or empty, or one that goes when the block ends."""
    if out is None:
        with tempfile.TemporaryDirectory(prefix="opendoors-demo-", ignore_cleanup_errors=True) as name:
            yield Path(name)
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
        is_used = any(out.iterdir())
    except OSError as fault:
        sentence = f"The folder can't be used: {fault.strerror}."
        raise InputError(sentence, "Choose another.", where=str(out), code="out_folder") from fault
    if is_used:
        raise InputError("The folder isn't empty.", "Choose a new or empty one.", where=str(out), code="out_folder")
    yield out
