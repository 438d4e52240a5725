"""From exec to the first painted frame, and memory then: the window beside a bare QMainWindow and beside Anki.

Every leg runs in a process of its own under one virtual screen and says when its first frame was painted, by the
machine's monotonic clock; the rows leg says when rows of a store of a million contacts were. Anki, whose code isn't
ours to ask, is watched from outside, and beside it so is our window: the first picture with eight colours in it.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from bench._anki import NotInstalled, environment_of, install_anki, seed_profile
from bench._screen import family, pss_of, virtual_screen
from bench.figure import Figure, figure, not_measured

CONTACTS = 1_000_000
BESIDE_ANKI = "startup: beside Anki"

_BARE = """
import sys, time
from PySide6.QtWidgets import QApplication, QMainWindow, QLabel
class W(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        if not W.said:
            W.said = True
            print(time.monotonic(), flush=True)
            sys.stdin.readline()
W.said = False
a = QApplication(sys.argv); w = W(); w.setWindowTitle('bare'); w.resize(1440, 900)
for m in ('File', 'Edit', 'View', 'Help'): w.menuBar().addMenu(m).addAction('x')
w.setCentralWidget(QLabel('Hello')); w.statusBar().showMessage('ready')
w.show(); sys.exit(a.exec())
"""


def figures(rounds: int) -> Iterator[Figure]:
    """Milliseconds and MiB, each beside the bare window of the same round."""
    with tempfile.TemporaryDirectory() as folder, virtual_screen() as display:
        small, large = Path(folder) / "small", Path(folder) / "large"
        make_store(small, 10)
        make_store(large, CONTACTS)
        legs = {
            "bare": ([sys.executable, "-c", _BARE], small),
            "first": (program("first"), small),
            "rows": (program("rows"), large),
            "loaded": (program("loaded"), small),
        }
        settle(large, display)
        for command, home in legs.values():  # once for the disk's memory
            start(command, home, display)
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in legs}
        for _ in range(rounds):
            for name, (command, home) in legs.items():
                found[name].append(start(command, home, display))
        beside_anki = _beside_anki(rounds, small, Path(folder), display)
    bare = found["bare"]
    yield _beside("startup: first frame", found["first"], bare, 0, unit="ms", goal=1.3)
    yield _beside("startup: rows of a million", found["rows"], bare, 0, unit="ms", goal=1.6)
    yield _beside("startup: memory at first frame", found["first"], bare, 1, unit="MiB", goal=1.3)
    yield _beside("startup: memory, all loaded", found["loaded"], bare, 1, unit="MiB", goal=2.2)
    yield beside_anki


def _beside(
    name: str,
    ours: Sequence[tuple[float, float]],
    bare: Sequence[tuple[float, float]],
    place: int,
    *,
    unit: str,
    goal: float,
) -> Figure:
    pairs = [(one[place], other[place]) for one, other in zip(ours, bare, strict=True)]
    return figure(name, pairs, unit=unit, goal=goal, less_is_better=True)


def _beside_anki(rounds: int, home: Path, folder: Path, display: str) -> Figure:
    """From exec to the first picture on the screen, both watched from outside."""
    anki_home = folder / "anki"
    anki_home.mkdir(mode=0o700)
    try:
        anki = seed_profile(install_anki(), anki_home)
        ours, theirs = [sys.executable, "-m", "opendoors_desktop"], environment_of(anki_home) | {"DISPLAY": display}
        legs = ((ours, environment(home, display)), (anki, theirs))
        for leg in legs:  # once for the disk's memory
            first_picture(*leg, display)
        pairs = [(first_picture(*legs[0], display), first_picture(*legs[1], display)) for _ in range(rounds)]
    except NotInstalled as fault:
        return not_measured(BESIDE_ANKI, str(fault), unit="ms", goal=0.25, less_is_better=True)
    return figure(BESIDE_ANKI, pairs, unit="ms", goal=0.25, less_is_better=True)


def first_picture(command: Sequence[str], variables: dict[str, str], display: str) -> float:
    """Milliseconds from exec until the screen shows something; RuntimeError for a program that shows nothing."""
    watcher = subprocess.Popen(
        [sys.executable, "-c", "from bench._screen_watch import watch; watch()"],
        env=environment(Path(), display),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert watcher.stdout is not None  # it is a pipe
        watcher.stdout.readline()
        began = time.monotonic()
        leg = subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            said = watcher.stdout.readline().strip()
        finally:
            _end(leg)
    finally:
        watcher.kill()
        watcher.wait()
    if said in {"", "none"}:
        raise RuntimeError(f"{command[0]} showed nothing")
    return (float(said) - began) * 1000


def _end(leg: "subprocess.Popen[bytes]") -> None:
    """End a program and all it started."""
    for pid in reversed(family(leg.pid)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    leg.wait()


def program(kind: str) -> list[str]:
    """What starts the program for a leg: as the command `opendoors` does, which imports it and calls it."""
    return [sys.executable, "-c", f"from bench._startup_leg import leg; leg({kind!r})"]


def settle(home: Path, display: str) -> None:
    """Have the program run once as for a person who ends it on the Contacts page: it opens there from then on."""
    subprocess.run(program("settle"), env=environment(home, display), check=True, timeout=120)


def start(command: Sequence[str], home: Path, display: str) -> tuple[float, float]:
    """Milliseconds from exec until the leg says it has painted, and its MiB then: it waits to be weighed."""
    began = time.monotonic()
    leg = subprocess.Popen(
        command, env=environment(home, display), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert leg.stdout is not None  # it is a pipe
        said = leg.stdout.readline()
        if not said.strip():
            raise RuntimeError(f"{command[-1]} ended without painting")
        return (float(said) - began) * 1000, pss_of(leg.pid)
    finally:
        leg.kill()
        leg.wait()


def environment(home: Path, display: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENDOORS_")}
    return kept | {
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "HOME": str(home),
        "PYTHONPATH": os.pathsep.join(sys.path),
        "XDG_RUNTIME_DIR": str(home),
        "OPENDOORS_DATA_DIR": str(home),
        "OPENDOORS_KEYRING": "keyring.backends.null.Keyring",
    }


def make_store(folder: Path, contacts: int) -> None:
    """A data folder with a store of some contacts, as the program finds it at its start."""
    from bench._workspace import make_store as make

    folder.mkdir(mode=0o700)
    bench = make(folder, port=2525, connections=1)
    scope, now = bench.context.scope, int(datetime.now(UTC).timestamp() * 1e6)
    with bench.context.store.write() as unit:
        unit.run_many(
            "INSERT INTO contacts (id, workspace_id, email, email_key, first_name, last_name, company_name, created_at,"
            " updated_at) VALUES (:id, :workspace_id, :email, :email, :first, :last, :company, :now, :now)",
            [
                {
                    "id": bench.context.new_id(),
                    "workspace_id": scope.workspace_id,
                    "email": f"user{number * 2654435761 % contacts}.{number}@example.com",
                    "first": f"Ann{number % 97}",
                    "last": f"Smith{number % 1009}",
                    "company": f"Firm {number % 5003}",
                    "now": now,
                }
                for number in range(contacts)
            ],
        )
    bench.context.store.close()
    (folder / "bench.db").rename(folder / "opendoors.db")
    (folder / "bench.db-closed").rename(folder / "opendoors.db-closed")
