"""The package that `python3 dev.py installer` made: its size, and its first window beside that of the source."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench._screen import first_picture, virtual_screen
from bench.figure import Figure, figure
from bench.startup import environment, make_store

DIST = Path(__file__).resolve().parent.parent / "dist"
FROZEN = DIST / "opendoors" / "opendoors"
MEGABYTES = 90.0


def figures(rounds: int) -> Iterator[Figure]:
    """Megabytes beside what the package may have, milliseconds beside the program from its source.

    Both windows are watched from outside, by the same eyes. Nothing where no package has been made.
    """
    packages = sorted(DIST.glob("*.deb"))
    if not packages or not FROZEN.exists():
        print("package: make it first, by `python3 dev.py installer`", file=sys.stderr)
        return
    size = packages[-1].stat().st_size / 1e6
    yield figure("package: size", [(size, MEGABYTES)], unit="MB", goal=1.0, less_is_better=True)
    with tempfile.TemporaryDirectory() as folder, virtual_screen() as screen:
        home = Path(folder) / "home"
        make_store(home, 10)
        legs: dict[str, Sequence[str]] = {
            "frozen": [str(FROZEN)],
            "source": [sys.executable, "-m", "opendoors_desktop"],
        }
        for command in legs.values():  # once for the disk's memory
            first_window(command, home, screen)
        pairs = [
            (first_window(legs["frozen"], home, screen), first_window(legs["source"], home, screen))
            for _ in range(rounds)
        ]
    yield figure("package: first window", pairs, unit="ms", goal=1.3, less_is_better=True)


def first_window(command: Sequence[str], home: Path, screen: str) -> float:
    """Milliseconds from exec until the window is seen painted."""
    from Xlib.display import Display

    display = Display(screen)
    began = time.monotonic()
    program = subprocess.Popen(command, env=environment(home, screen), stdout=subprocess.DEVNULL)
    try:
        first_picture(display, program)
        return (time.monotonic() - began) * 1000
    finally:
        program.terminate()
        program.wait()
        display.close()
