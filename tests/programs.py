"""Schedulers as programs of their own on one store: started from the command line, held up, killed, waited for."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

from opendoors_desktop.store.database import Store

WITHIN = 300.0
"""Seconds after which a program that should have ended, or something that should have come, is given up."""


@dataclass(frozen=True)
class Program:
    """A running `opendoors scheduler`."""

    process: subprocess.Popen[str]
    told: Path

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    def signal(self, number: int) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def summary(self) -> tuple[int, dict[str, Any]]:
        """Wait for its end; gives exit status and what it says on standard output."""
        out, _ = self.process.communicate(timeout=WITHIN)
        return self.process.returncode, json.loads(out or "{}")

    def events(self) -> str:
        """What it has told on standard error so far."""
        return self.told.read_text(encoding="utf-8")


@contextmanager
def running_scheduler(
    store: Store, folder: Path, *arguments: str, inside: Sequence[str] = (), url: str | None = None
) -> Iterator[Program]:
    """A scheduler on the store, with a data folder of its own; gone at the end of the block.

    `inside` is what its command begins with, `url` how it reaches the store.
    """
    folder.mkdir(exist_ok=True)
    command = [*inside, sys.executable, "-m", "opendoors_desktop", "scheduler", "--json", *arguments]
    environment = {
        **os.environ,
        "OPENDOORS_STORE": url or store.location.target,
        "OPENDOORS_DATA_DIR": str(folder),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    number = len(list(folder.glob("*.told")))
    told = folder / f"{number}.told"
    with told.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        yield Program(process, told)
    finally:
        process.kill()
        process.communicate()


def wait_until(holds: Callable[[], object], what: str = "it") -> None:
    """Wait until something holds."""
    deadline = monotonic() + WITHIN
    while not holds():
        if monotonic() > deadline:
            raise AssertionError(f"{what} never came to that")
        Event().wait(0.05)
