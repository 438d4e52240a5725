"""`python -m opendoors_desktop` and the command `opendoors`: the window without a command, else the command line."""

import importlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from opendoors_desktop.config import Options, has_display, only_store, read_options

if TYPE_CHECKING:
    from opendoors_desktop.config import Listen
    from opendoors_desktop.engine.context import Context

CHILD: Final = "--child"
"""Goes before a module of ours and its arguments where a frozen program starts itself as a child (`engine.child`)."""

NO_DISPLAY: Final = "There is no display to open a window on. “opendoors --help” shows what works without one."
NO_LIBRARY: Final = "A library of the system that the window needs is missing: {fault}. The README names them all."


def build(options: Options) -> "Context":
    """The parts of the program; loaded when they are asked for, which in a window is after its first picture."""
    from opendoors_desktop import app

    return app.build(options)


def serve(context: "Context", listen: "Listen", started: "Callable[[str], None]") -> None:
    """Answer the REST API; loaded when it is asked for."""
    from opendoors_desktop.api import server

    server.serve(context, listen, started)


def glance(options: Options, read: Callable[..., Any]) -> Any:
    """As `app.glance`: what is read before the parts are there."""
    from opendoors_desktop import app

    return app.glance(options, read)


def main() -> None:
    """Run with this program's parts and leave with its exit status."""
    if sys.argv[1:2] == [CHILD]:
        sys.exit(run_child(sys.argv[2:]))
    store = only_store(sys.argv[1:])
    if len(sys.argv) > 1 and store is None:
        from opendoors_desktop.cli.main import run

        sys.exit(run(sys.argv[1:], build, play_in_window, serve))
    if not has_display(os.environ, sys.platform):
        sys.exit(NO_DISPLAY)
    try:
        from opendoors_desktop.app import ApiBeside
        from opendoors_desktop.gui.application import run as run_window
    except ImportError as fault:
        sys.exit(NO_LIBRARY.format(fault=fault))
    api = ApiBeside()
    status = run_window([], read_options(os.environ, store=store), api.build, glance=glance, api=api)
    api.end()
    sys.exit(status)


def run_child(words: Sequence[str]) -> int:
    """Be the child that the first word names by its module, with the others as its arguments; gives its exit status."""
    name, *arguments = words or [""]
    if not name.startswith("opendoors_desktop."):
        print(f"{name or CHILD} is no child of this program.", file=sys.stderr)  # noqa: T201
        return 2
    return int(importlib.import_module(name).main(arguments) or 0)


def play_in_window(options: Options) -> int | None:
    """Play the tour in a window; gives its exit status, None where this computer can show none."""
    if not has_display(os.environ, sys.platform):
        return None
    try:
        from opendoors_desktop.gui.tour import run_tour
    except ImportError:
        return None
    return run_tour(options, build)


if __name__ == "__main__":
    main()
