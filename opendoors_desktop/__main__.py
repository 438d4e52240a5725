"""`python -m opendoors_desktop` and the command `opendoors`: the window without arguments, else the command line."""

import os
import sys
from typing import TYPE_CHECKING

from opendoors_desktop.config import Options, read_options

if TYPE_CHECKING:
    from opendoors_desktop.engine.context import Context


def build(options: Options) -> "Context":
    """The parts of the program; loaded when they are asked for, which in a window is after its first picture."""
    from opendoors_desktop import app

    return app.build(options)


def main() -> None:
    """Run with this program's parts and leave with its exit status."""
    if len(sys.argv) > 1:
        from opendoors_desktop.cli.main import run

        sys.exit(run(sys.argv[1:], build))
    from opendoors_desktop.gui.application import run as run_window

    sys.exit(run_window([], read_options(os.environ), build))


if __name__ == "__main__":
    main()
