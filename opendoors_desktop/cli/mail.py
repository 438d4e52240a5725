"""`opendoors mail`: what a mail in a file is."""

from pathlib import Path
from typing import Annotated

import typer

from opendoors_desktop.cli.output import Status, print_json, tell_error
from opendoors_desktop.cli.session import session_of
from opendoors_desktop.domain.inbound import Reading

app = typer.Typer(help="Mails in files.", no_args_is_help=True)


@app.callback()
def mail() -> None:
    """Mails in files."""


@app.command()
def classify(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Files with one message each.")],
) -> int:
    """Tell what each mail is: a message, an automatic reply, a bounce, an unsubscribe request or a complaint.

    One line of JSON a file. No store is opened and nothing is changed.
    """
    from opendoors_desktop.engine.mail_files import read_files

    session = session_of(context)
    status = Status.DONE
    for found in read_files(files):
        print_json(_line(found.file, found.reading))
        if found.fault is not None:
            tell_error(found.fault, as_json=session.as_json)
            status = Status.IN_PART
    return status


def _line(file: str, reading: Reading | None) -> dict[str, object]:
    """What is said of one file; `kind` is "unreadable" where there is no mail."""
    if reading is None:
        return {
            "file": file, "kind": "unreadable", "subtype": None, "bounce": None, "recipients": [], "return_on": None,
            "in_reply_to": None, "original_message_id": None, "visible_text": "", "evidence": [],
        }  # fmt: skip
    return {
        "file": file,
        "kind": reading.kind,
        "subtype": reading.subtype,
        "bounce": reading.bounce,
        "recipients": [
            {
                "address": one.address,
                "status": one.status or None,
                "bounce": one.bounce,
                "diagnostic": one.diagnostic or None,
            }
            for one in reading.recipients
        ],
        "return_on": reading.return_on,
        "in_reply_to": next(iter(reading.in_reply_to), None),
        "original_message_id": next(iter(reading.original_ids), None),
        "visible_text": reading.visible_text,
        "evidence": reading.evidence,
    }
