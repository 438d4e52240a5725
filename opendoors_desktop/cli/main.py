"""The command line as a whole: options that every command takes, the nouns, exit statuses."""

import io
import logging
import os
import sys
from collections.abc import Sequence
from enum import IntEnum

import typer
from typer.exceptions import TyperException
from typer.main import get_command

from opendoors_desktop import __version__
from opendoors_desktop.cli import diagnostics
from opendoors_desktop.cli.session import Build, Session, tell, tell_error, tell_fault
from opendoors_desktop.config import read_options
from opendoors_desktop.domain.errors import InputError, MailError, OpenDoorsError, StoreError
from opendoors_desktop.log import stop_log

PROGRAM = "opendoors"
EVERYWHERE = (
    "Every command also takes --store URL (a file or postgresql://…; default: the file in the data folder) and --json."
)

logger = logging.getLogger(__name__)
app = typer.Typer(
    name=PROGRAM,
    help="Sequences of emails, calls and tasks, sent from your own mailboxes.",
    epilog=EVERYWHERE,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("diagnostics")(diagnostics.diagnostics)


class Status(IntEnum):
    """What the exit status of a command says."""

    DONE = 0
    IN_PART = 1
    BAD_INPUT = 2
    STORE = 3
    UNREACHABLE = 4
    BUG = 70
    INTERRUPTED = 130


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"{PROGRAM} {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_show_version, is_eager=True, help="Show the version."),
) -> None:
    """Take the options of the program itself."""


def run(arguments: Sequence[str], build: Build) -> int:
    """Run the command that `arguments` name with the parts that `build` gives; returns the exit status.

    An error of the world or the input is told with its advice; anything else is a bug, which is logged and told calmly.
    """
    _write_utf_8()
    as_json = "--json" in arguments
    try:
        rest, store, as_json = take_common(arguments)
        session = Session(read_options(os.environ, store=store), as_json, build)
        status = get_command(app).main(args=rest, prog_name=PROGRAM, obj=session, standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        return Status.INTERRUPTED
    except SystemExit:  # the reader of our output has seen enough
        return Status.DONE
    except TyperException as wrong_use:
        return _tell_wrong_use(wrong_use, as_json=as_json)
    except OpenDoorsError as error:
        tell_error(error, as_json=as_json)
        return status_of(error)
    except Exception as bug:
        logger.exception("a command failed")
        return _tell_bug(bug, as_json=as_json)
    else:
        return status if isinstance(status, int) else Status.DONE
    finally:
        stop_log()


def take_common(arguments: Sequence[str]) -> tuple[list[str], str | None, bool]:
    """The arguments without --store and --json, which may stand anywhere before a `--`; and what those two say.

    Raises InputError when --store has no value.
    """
    rest: list[str] = []
    store: str | None = None
    as_json = False
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word == "--json":
            as_json = True
        elif word == "--store" or word.startswith("--store="):
            store = word.partition("=")[2] or (next(words, "") if word == "--store" else "")
            if not store:
                sentence, advice = "--store has no value.", "Give a file or postgresql://user@host/database."
                raise InputError(sentence, advice, where="--store", code="bad_option")
        else:
            rest.append(word)
    return rest, store, as_json


def status_of(error: OpenDoorsError) -> Status:
    """The exit status that tells of an error."""
    if isinstance(error, StoreError):
        return Status.STORE
    return Status.UNREACHABLE if isinstance(error, MailError) else Status.BAD_INPUT


def _tell_wrong_use(wrong_use: TyperException, *, as_json: bool) -> Status:
    context = getattr(wrong_use, "ctx", None)
    path = context.command_path if context is not None else PROGRAM
    advice = f"See {path} --help."
    if as_json:
        tell_fault("usage", wrong_use.format_message(), advice, path)
    else:
        tell(f"{wrong_use.format_message()}\n{advice}")
    return Status.BAD_INPUT


def _tell_bug(bug: Exception, *, as_json: bool) -> Status:
    title = f"Something went wrong inside the program ({type(bug).__name__})."
    advice = "Nothing more was done. The log holds the details; `opendoors diagnostics` collects them for a report."
    if as_json:
        tell_fault("bug", title, advice)
    else:
        tell(f"{title}\n{advice}")
    return Status.BUG


def _write_utf_8() -> None:
    """Names in any script can be printed, whatever the terminal's own encoding is."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
