"""The command line as a whole: options that every command takes, the nouns, exit statuses."""

import importlib
import io
import logging
import os
import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException
from typer.main import get_command

from opendoors_desktop import __version__
from opendoors_desktop.cli.output import Status, tell, tell_error, tell_fault
from opendoors_desktop.cli.session import Build, PlayInWindow, Serve, Session, no_server, no_window
from opendoors_desktop.config import read_options
from opendoors_desktop.domain.errors import InputError, MailError, OpenDoorsError, StoreError
from opendoors_desktop.log import stop_log

PROGRAM = "opendoors"
EVERYWHERE = (
    "Every command also takes --store URL (a file or postgresql://…; default: the file in the data folder) and --json."
)

NOUNS = {
    "demo": ("demo", "Play the tour: a whole campaign against a mail server on this computer."),
    "scheduler": ("scheduler", "Send what is due, without a window."),
    "serve": ("serve", "Answer the REST API, and the public pages of emails."),
    "sending": ("sending", "Switch this machine's sending on or off; stop everything, and let go again."),
    "contacts": ("contacts", "Import, list, show, export, tag and erase contacts."),
    "sequence": ("sequence", "Import, check, start, pause, stop, clone and archive sequences."),
    "folder": ("folder", "Folders of sequences."),
    "template": ("template", "Templates of emails."),
    "enroll": ("enroll", "Enroll contacts in a sequence."),
    "enrollment": ("enrollment", "List, pause, resume, release and remove contacts in sequences."),
    "task": ("task", "List, finish, skip and put off tasks and calls."),
    "goal": ("goal", "What sequences are for, and log that it was reached."),
    "forecast": ("forecast", "What goes out when."),
    "why": ("why", "Why isn't it sending?"),
    "outbox": ("outbox", "What went, goes, and waits for a decision."),
    "inbox": ("inbox", "What came in, what it means, what it did, and answers to it."),
    "mailbox": ("mailbox", "Add, list, test, pause, resume and remove mailboxes."),
    "mail": ("mail", "What a mail in a file is."),
    "suppress": ("suppress", "Addresses and domains that must not be written to."),
    "settings": ("settings", "The workspace's settings."),
    "api-token": ("api_token", "Make, list and revoke the keys of the REST API."),
    "db": ("db", "Look after the store: info, upgrade, check, backup, restore, move."),
    "diagnostics": ("diagnostics", "Collect what a report of a fault needs; nothing private."),
}
"""The commands in the order they are listed: the module each lies in, and what it does."""

logger = logging.getLogger(__name__)


class Nouns(TyperGroup):
    """Loads a command's module when the command is called, so that the others cost no start-up time."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, (_, told) in NOUNS.items():
            self.commands[name] = TyperCommand(name, help=told)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that the arguments name, loaded."""
        name, _, rest = super().resolve_command(ctx, args)
        assert name is not None  # only what completes a line in a shell may leave a command unresolved
        module = importlib.import_module(f"{__package__}.{NOUNS[name][0]}")
        command = get_command(module.app)
        command.name = name
        return name, command, rest


app = typer.Typer(
    name=PROGRAM,
    cls=Nouns,
    help="Sequences of emails, calls and tasks, sent from your own mailboxes.",
    epilog=EVERYWHERE,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"{PROGRAM} {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_show_version, is_eager=True, help="Show the version."),
) -> None:
    """Take the options of the program itself."""


def run(
    arguments: Sequence[str], build: Build, play_in_window: PlayInWindow = no_window, serve: Serve = no_server
) -> int:
    """Run the command that `arguments` name with the parts that `build` gives; returns the exit status.

    `play_in_window` opens the window of the one command that has one, `serve` answers the REST API.
    An error of the world or the input is told with its advice; anything else is a bug, which is logged and told calmly.
    """
    _write_utf_8()
    as_json = "--json" in arguments
    try:
        rest, store, as_json = take_common(arguments)
        rest = rest or ["--help"]
        session = Session(read_options(os.environ, store=store), as_json, build, play_in_window, store, serve)
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
