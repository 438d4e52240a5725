"""The main job of a rep on a real screen, by keys alone: from contacts to emails sent, decided on, and quit in time."""

import os
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from time import monotonic

import pytest

from opendoors_desktop.domain.sequence import SequenceStatus
from opendoors_desktop.engine.clock import RealClock, id_source
from opendoors_desktop.engine.commands.sending import switch_sending_on
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store import sequence_changes
from tests.builders import add_mailbox, add_sequence, email, make_room, states
from tests.fixtures_smtp import running_sink
from tests.gui.test_real_window import running_screen, start, wait_until

__all__ = ["start"]

pytestmark = [pytest.mark.timeout(180), pytest.mark.skipif(os.name == "nt", reason="signals and X11 are POSIX")]

PROGRAM = "OpenDoors Desktop"


@pytest.fixture
def context(room) -> Context:
    """The room's store by the machine's clock."""
    clock = RealClock()
    return replace(room.context, clock=clock, new_id=id_source(clock))


class Hands:
    """What a person does at a keyboard; there is no window manager, so who has the keys is said here."""

    def __init__(self, display: str) -> None:
        self._environment = {**os.environ, "DISPLAY": display}

    def _tool(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env=self._environment, capture_output=True, text=True, timeout=40, check=False
        )
        return done.stdout

    def find(self, title: str) -> str:
        """The number of a window by words of its title; "" where there is none."""
        return (self._tool("search", "--onlyvisible", "--name", title).split() or [""])[0]

    def go_to(self, title: str) -> None:
        """Wait for a window, and give it the keys."""
        wait_until(lambda: bool(self.find(title)))
        self._tool("windowfocus", "--sync", self.find(title))

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        self._tool("key", "--clearmodifiers", "--delay", "30", *keys)

    def type(self, words: str) -> None:
        """Type words."""
        self._tool("type", "--delay", "8", words)

    def command(self, words: str) -> None:
        """Find a command in the palette, and do it."""
        self.press("ctrl+k")
        self.type(f">{words}")
        self.press("Return")


def until(hands: Hands, act, is_so) -> None:
    """Do something again until it has had its effect: what it works on may still have been coming."""
    end = monotonic() + 40

    def has_come() -> bool:
        pause = threading.Event()
        for _ in range(20):
            if is_so():
                return True
            pause.wait(0.05)
        return False

    while not has_come():
        assert monotonic() < end, "it had no effect"
        act()


def status_of(context: Context, sequence_id) -> str:
    with context.store.read() as unit:
        return str(unit.rows("SELECT status FROM sequences WHERE id = :id", {"id": sequence_id})[0][0])


def counted(context: Context, table: str) -> int:
    with context.store.read() as unit:
        return int(unit.rows(f"SELECT count(*) FROM {table}")[0][0])


def test_the_main_job_is_done_by_keys_alone_on_a_real_screen(context, room, start, tmp_path):
    people = tmp_path / "people.csv"
    people.write_text("email,first_name\n" + "".join(f"p{n}@example.net,Pia{n}\n" for n in range(3)), encoding="utf-8")
    with running_screen() as display, running_sink("-q", ".") as sink:  # which hangs up once it has a message
        spring = add_sequence(context, add_mailbox(context, port=sink.port), [email(), email(3)], name="Spring")
        with context.store.write() as unit:
            sequence_changes.set_status(unit, spring, SequenceStatus.DRAFT, context.clock.now())
        program = start(DISPLAY=display, QT_QPA_PLATFORM="xcb")
        hands = Hands(display)

        hands.go_to(PROGRAM)
        until(hands, lambda: hands.press("ctrl+5"), lambda: bool(hands.find(f"Contacts.*{PROGRAM}")))
        hands.press("ctrl+i")  # contacts, imported
        until(hands, lambda: hands.press("space"), lambda: bool(hands.find("^Import contacts$")))
        hands.go_to("^Import contacts$")
        hands.type(str(people))
        hands.press("Return")
        hands.go_to(f"Contacts.*{PROGRAM}")
        until(hands, lambda: hands.press("Return"), lambda: counted(context, "contacts") == 3)
        until(hands, lambda: hands.press("Escape", "ctrl+5", "ctrl+a", "s"), lambda: bool(hands.find("^Enroll")))

        hands.go_to("^Enroll")  # enrolled
        until(hands, lambda: hands.press("Return"), lambda: counted(context, "sequence_enrollments") == 3)
        hands.go_to(f"Contacts.*{PROGRAM}")

        def open_spring() -> None:
            hands.press("Escape", "ctrl+k")
            hands.type("#Spring")
            threading.Event().wait(0.4)
            hands.press("Return")

        until(hands, open_spring, lambda: bool(hands.find(f"^Spring.*{PROGRAM}")))
        hands.go_to(f"^Spring.*{PROGRAM}")
        hands.command("start")
        hands.go_to("^Start Spring$")  # what is told before it starts
        hands.press("Return")
        wait_until(lambda: status_of(context, spring) == "active")

        hands.go_to(f"^Spring.*{PROGRAM}")  # why nothing leaves
        hands.press("ctrl+Tab")

        def why() -> None:
            hands.press("Escape", "F6", "Down")
            hands.command("why isn")

        until(hands, why, lambda: bool(hands.find("^Why isn")))
        hands.go_to("^Why isn")
        hands.press("Escape")

        hands.go_to(f"^Spring.*{PROGRAM}")  # sent, and paused
        switch_sending_on(context)
        wait_until(lambda: states(context).get("uncertain", 0) == 3)
        hands.command("pause")
        wait_until(lambda: status_of(context, spring) == "paused")

        hands.press("ctrl+3")  # what needs a person
        hands.go_to(f"Outbox.*{PROGRAM}")
        until(hands, lambda: hands.press("F6", "space"), lambda: states(context).get("sent", 0) == 1)

        hands.press("ctrl+q")
        assert program.wait(20) == 0


class _Silent(socketserver.StreamRequestHandler):
    """Speaks SMTP until a message is there, and never says what became of it."""

    def handle(self) -> None:
        self._say("220 mail.example.net")
        while line := self.rfile.readline():
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                self._say("354 go on")
                while self.rfile.readline().strip() != b".":
                    pass
                self.server.took.set()  # type: ignore[attr-defined]
                self.server.ended.wait()  # type: ignore[attr-defined]
                return
            self._say("250 mail.example.net" if word in {b"EHLO", b"HELO"} else "250 ok")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode("ascii"))


@contextmanager
def silent_server() -> Iterator[socketserver.ThreadingTCPServer]:
    """A mail server that takes messages and never answers; its `took` is set by the first of them."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Silent) as server:
        server.daemon_threads = True
        server.took, server.ended = threading.Event(), threading.Event()  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.ended.set()  # type: ignore[attr-defined]
        server.shutdown()


def test_quit_waits_five_seconds_for_a_server_that_never_answers_and_then_goes(context, start):
    with running_screen() as display, silent_server() as server:
        make_room(context, people=1, port=server.server_address[1])
        switch_sending_on(context)
        program = start(DISPLAY=display, QT_QPA_PLATFORM="xcb")
        hands = Hands(display)
        hands.go_to(PROGRAM)
        assert server.took.wait(40)  # type: ignore[attr-defined]

        began = monotonic()
        hands.press("ctrl+q")
        assert program.wait(20) == 0
        took = monotonic() - began

        assert 3 < took < 6.5
        assert states(context) == {"uncertain": 1}
