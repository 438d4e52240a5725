"""The package that `python3 dev.py installer` made: its size, and its first window beside that of the source."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench._screen import virtual_screen
from bench.figure import Figure, figure, not_measured
from bench.startup import environment, first_picture, make_store

DIST = Path(__file__).resolve().parent.parent / "dist"
FROZEN = DIST / "opendoors" / "opendoors"
MEGABYTES = 90.0
SIZE, WINDOW = "package: size", "package: first window"


def figures(rounds: int) -> Iterator[Figure]:
    """Megabytes beside what the package may have, milliseconds beside the program from its source.

    Both windows are watched from outside, by the same eyes.
    """
    packages = sorted(DIST.glob("*.deb"))
    if not packages or not FROZEN.exists():
        why = "make the package first, by `python3 dev.py installer`"
        yield not_measured(SIZE, why, unit="MB", goal=1.0, less_is_better=True)
        yield not_measured(WINDOW, why, unit="ms", goal=1.3, less_is_better=True)
        return
    size = packages[-1].stat().st_size / 1e6
    yield figure(SIZE, [(size, MEGABYTES)], unit="MB", goal=1.0, less_is_better=True)
    with tempfile.TemporaryDirectory() as folder, virtual_screen() as screen:
        home = Path(folder) / "home"
        make_store(home, 10)
        variables = environment(home, screen)
        legs = ([str(FROZEN)], [sys.executable, "-m", "opendoors_desktop"])
        for command in legs:  # once for the disk's memory
            first_picture(command, variables, screen)
        pairs = [
            (first_picture(legs[0], variables, screen), first_picture(legs[1], variables, screen))
            for _ in range(rounds)
        ]
    yield figure(WINDOW, pairs, unit="ms", goal=1.3, less_is_better=True)
