"""Runs benchmarks: `python -m bench [NAME…] [--rounds N] [--json]`.

A benchmark is a module of this folder with a function `figures(rounds) -> Iterator[Figure]`; `claim-postgres` is the
module `claim_postgres`. Exit status: 0 every goal is met, 1 one is missed, 2 wrong use.
"""

import argparse
import importlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.figure import Figure

ROUNDS = 5


def names() -> list[str]:
    """The benchmarks there are, in the order of their names."""
    own = {"__init__", "__main__", "figure"}
    files = sorted(Path(__file__).parent.glob("*.py"))
    return [file.stem.replace("_", "-") for file in files if file.stem not in own and not file.stem.startswith("_")]


def measure(name: str, rounds: int) -> Iterator[Figure]:
    """The figures of the benchmark `name`, as they are found."""
    module = importlib.import_module(f"bench.{name.replace('-', '_')}")
    yield from module.figures(rounds)


def line(figure: Figure) -> str:
    """A figure for a person: name, ours, anchor, ratio and whether the goal holds."""
    if figure.not_measured:
        return f"{figure.name:32} not measured: {figure.not_measured}; MISSED"
    sign = "≤" if figure.less_is_better else "≥"
    return (
        f"{figure.name:32} {figure.ours:>12,.1f} {figure.anchor:>12,.1f} {figure.unit:10} "
        f"{figure.ratio:>7.2f} {sign}{figure.goal:<6g} {'holds' if figure.holds else 'MISSED'}"
    )


def main(arguments: Sequence[str]) -> int:
    """Measure what `arguments` name, everything without a name; prints a line a figure and gives the exit status."""
    parser = argparse.ArgumentParser(prog="dev.py bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(names())}")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds in which ours and the anchor take turns")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    given = parser.parse_args(arguments)
    unknown = sorted(set(given.names) - set(names()))
    if unknown or given.rounds < 1:
        parser.error(f"no benchmark is called {', '.join(unknown)}" if unknown else "at least one round is needed")
    if not given.json:
        print(f"{'name':32} {'ours':>12} {'anchor':>12} {'unit':10} {'ratio':>7} goal")
    missed = False
    for name in given.names or names():
        for figure in measure(name, given.rounds):
            print(json.dumps(figure.as_json()) if given.json else line(figure), flush=True)
            missed |= not figure.holds
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
