"""The program as a person starts it: killed, started again, ended by the system, on a real screen, without a home."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event
from time import monotonic

import pytest

from bench._screen import virtual_screen
from opendoors_desktop.engine.clock import RealClock, id_source
from opendoors_desktop.engine.commands.sending import switch_sending_on
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.migrate import open_store
from tests.builders import expire_leases, make_room, open_context, states
from tests.fixtures_disk import small_disk
from tests.fixtures_smtp import Sink, running_sink
from tests.oracle import captures_in, nothing_false, nothing_twice

__all__ = ["small_disk"]

pytestmark = [pytest.mark.timeout(120), pytest.mark.skipif(os.name == "nt", reason="signals and X11 are POSIX")]

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def context(room) -> Context:
    """The room's store by the machine's clock, sending switched on there."""
    clock = RealClock()
    return replace(room.context, clock=clock, new_id=id_source(clock))


@pytest.fixture
def start(room) -> Iterator[Start]:
    """Starts the program on the room's store; it is gone afterwards."""
    started: list[subprocess.Popen[str]] = []

    def start_one(**environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "opendoors_desktop"],
            env={
                **{name: value for name, value in os.environ.items() if name != "DISPLAY"},
                "QT_QPA_PLATFORM": "offscreen",
                "OPENDOORS_DATA_DIR": str(room.folder),
                "OPENDOORS_STORE": room.url,
                "PYTHONPATH": os.pathsep.join(sys.path),
                **environment,
            },
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start_one
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def wait_until(is_so: Callable[[], bool], seconds: float = 40.0) -> None:
    end, pause = monotonic() + seconds, Event()
    while not is_so():
        assert monotonic() < end, "it didn't come"
        pause.wait(0.05)


def is_sound(context: Context, sink: Sink) -> bool:
    captures = captures_in(sink.folder)
    with context.store.read() as unit:
        return not nothing_twice(unit, captures) and not nothing_false(unit, captures)


def test_a_window_that_is_killed_while_it_sends_doubles_nothing_and_loses_nothing(context, start):
    with running_sink() as sink:
        make_room(context, people=300, port=sink.port, connections=2)
        switch_sending_on(context)
        window = start()
        wait_until(lambda: len(captures_in(sink.folder)) >= 20)
        window.kill()
        window.wait(10)
        expire_leases(context.store)

        start()
        wait_until(lambda: states(context).get("sent", 0) + states(context).get("uncertain", 0) == 300)
        assert states(context).get("uncertain", 0) <= 2
        assert is_sound(context, sink)


def test_ended_by_the_system_while_it_sends_it_drains_and_goes(context, start):
    with running_sink() as sink:
        make_room(context, people=300, port=sink.port, connections=2)
        switch_sending_on(context)
        window = start()
        wait_until(lambda: len(captures_in(sink.folder)) >= 10)
        window.send_signal(signal.SIGTERM)

        assert window.wait(15) == 0
        assert {"claimed", "sending", "uncertain"}.isdisjoint(states(context))
        assert is_sound(context, sink)


def test_fault_44_with_a_home_that_cannot_be_written_to_the_window_opens_and_ends_in_order(start, room):
    window = start(OPENDOORS_DATA_DIR=os.devnull + "/home")
    with pytest.raises(subprocess.TimeoutExpired):
        window.wait(4)
    window.send_signal(signal.SIGTERM)

    assert window.wait(15) == 0


def test_fault_44_in_a_folder_of_any_letters_and_with_a_full_temporary_folder_it_sends(start, tmp_path, small_disk):
    folder = tmp_path / "Jörg’s Büro 東京 & %41"
    folder.mkdir()
    small_disk.fill()
    store = open_store(str(folder / "daten ü.db"))
    with running_sink() as sink:
        context = open_context(store, folder, RealClock())
        make_room(context, people=3, port=sink.port)
        switch_sending_on(context)
        places = {"OPENDOORS_DATA_DIR": str(folder), "OPENDOORS_STORE": str(folder / "daten ü.db")}
        window = start(**places, HOME=str(folder), TMPDIR=str(small_disk.folder))
        wait_until(lambda: states(context) == {"sent": 3})
        window.send_signal(signal.SIGTERM)

        assert window.wait(15) == 0
        assert is_sound(context, sink)
    store.close()


@contextmanager
def running_screen() -> Iterator[str]:
    """A real X11 screen that nobody looks at; gives its name."""
    if shutil.which("Xvfb") is None or shutil.which("xdotool") is None:
        pytest.skip("Xvfb and xdotool aren't installed (Debian packages of these names)")
    with virtual_screen() as name:
        yield name


def test_fault_44_T89_on_a_real_screen_a_second_start_ends_and_the_keys_quit_the_first(context, start, room):
    with running_screen() as display:
        screen = {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}

        def tool(*words: str) -> str:
            environment = {**os.environ, "DISPLAY": display}
            return subprocess.run(
                ["xdotool", *words], env=environment, capture_output=True, text=True, timeout=40, check=False
            ).stdout

        first = start(**screen)
        wait_until(lambda: bool(tool("search", "--onlyvisible", "--name", "OpenDoors Desktop").strip()))
        assert start(**screen).wait(20) == 0
        assert first.poll() is None

        number = tool("search", "--onlyvisible", "--name", "OpenDoors Desktop").split()[0]
        wait_until((room.folder / "machine.json").exists)
        wait_until(lambda: bool(tool("windowfocus", number, "key", "ctrl+q")) or first.poll() is not None)
        assert first.wait(15) == 0
        assert (room.folder / "window.json").exists()
