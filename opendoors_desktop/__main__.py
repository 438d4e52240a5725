"""`python -m opendoors_desktop` and the command `opendoors`: the window without arguments, else the command line."""

import sys


def main() -> None:
    """Run with this program's parts and leave with its exit status."""
    from opendoors_desktop.app import build

    if len(sys.argv) > 1:
        from opendoors_desktop.cli.main import run

        sys.exit(run(sys.argv[1:], build))
    import os

    from opendoors_desktop.config import read_options
    from opendoors_desktop.gui.application import run as run_window

    sys.exit(run_window([], read_options(os.environ), build))


if __name__ == "__main__":
    main()
