"""`python -m opendoors_desktop` and the command `opendoors`."""

import sys


def main() -> None:
    """Run the command line with this program's parts and leave with its exit status."""
    from opendoors_desktop.app import build
    from opendoors_desktop.cli.main import run

    sys.exit(run(sys.argv[1:], build))


if __name__ == "__main__":
    main()
