"""The children by themselves: they speak frames, and end when nobody speaks to them any more."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest

from opendoors_desktop.engine.child import child_command, child_environment
from opendoors_desktop.mail.frames import (
    Accepted,
    Built,
    ChildStarted,
    Close,
    Closed,
    ForgetTemplate,
    FrameReader,
    Open,
    Ready,
    RenderFailed,
    TemplateSource,
    Transmit,
    frame,
    from_post_decoder,
    from_render_decoder,
)
from tests.fixtures_smtp import running_sink
from tests.mail.smtp_lines import MAILBOX, mail, settings
from tests.mail.test_maker import HELLO, job


class Child:
    """A child process and what it has said."""

    def __init__(self, *arguments: str) -> None:
        command = child_command("opendoors_desktop.mail.worker", arguments)
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=child_environment(), start_new_session=True
        )
        self.said: list[Any] = []
        self._decoder = from_render_decoder if arguments[0] == "render" else from_post_decoder
        self._reader = FrameReader()

    def tell(self, *values: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(frame(values))
        self.process.stdin.flush()

    def hear(self, kind: type, count: int = 1) -> list[Any]:
        """Read until there are so many values of a kind, or the child says no more."""
        assert self.process.stdout is not None
        while sum(isinstance(value, kind) for value in self.said) < count:
            data = os.read(self.process.stdout.fileno(), 65536)
            if not data:
                break
            for body in self._reader.feed(data):
                self.said += self._decoder.decode(body)
        return [value for value in self.said if isinstance(value, kind)]

    def hang_up(self) -> None:
        """Close its stdin."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def close_ears(self) -> None:
        """Close its stdout."""
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextmanager
def child(*arguments: str) -> Iterator[Child]:
    started = Child(*arguments)
    with started.process:
        try:
            yield started
        finally:
            started.process.kill()


def test_the_render_child_makes_messages_until_its_stdin_ends():
    with child("render", "2.0", str(1 << 28)) as render:
        assert render.hear(ChildStarted)[0].kind == "render"
        render.tell(HELLO, job(1), job(2), ForgetTemplate("hello"), job(3))
        assert [one.id.int for one in render.hear(Built, 2)] == [1, 2]
        assert render.hear(RenderFailed)[0].code == "unknown_template"
        render.hang_up()
        assert render.process.wait(10) == 0


@pytest.mark.skipif(not hasattr(signal, "SIGPROF"), reason="the system has no processor timer")
def test_T78_the_render_child_ends_at_its_processor_time():
    loops = "{% for a in range(9999) %}" * 3 + "{% endfor %}" * 3
    with child("render", "0.2", str(1 << 28)) as render:
        render.tell(TemplateSource("hog", "s", loops, is_html=False), job(1, "hog"))
        assert render.process.wait(10) == -signal.SIGPROF


def test_the_children_are_nice_and_stray_prints_spoil_no_frame():
    with child("render", "2.0", str(1 << 28)) as render:
        pid = render.hear(ChildStarted)[0].pid
        assert os.getpriority(os.PRIO_PROCESS, pid) > os.getpriority(os.PRIO_PROCESS, 0)
        assert os.path.realpath(f"/proc/{pid}/fd/1") == os.path.realpath(f"/proc/{pid}/fd/2")


def test_the_post_child_finishes_what_it_was_told_when_its_parent_dies():
    with running_sink("-W", ".:1") as sink, child("post") as post:
        post.tell(Open(MAILBOX, settings(sink.port), "", 2))
        assert len(post.hear(Ready, 2)) == 2
        post.tell(*(Transmit(MAILBOX, number, mail(number)) for number in range(2)))
        post.hang_up()
        post.process.send_signal(signal.SIGTERM)
        assert {one.id for one in post.hear(Accepted, 2)} == {UUID(int=0), UUID(int=1)}
        assert post.process.wait(10) == 0
        assert len(sink.captured()) == 2


def test_the_post_child_needs_nobody_to_hear_it():
    with running_sink("-W", ".:1") as sink, child("post") as post:
        post.tell(Open(MAILBOX, settings(sink.port), "", 1))
        post.hear(Ready)
        post.tell(Transmit(MAILBOX, 0, mail(1)))
        post.close_ears()
        post.hang_up()
        assert post.process.wait(10) == 0
        assert len(sink.captured()) == 1


def test_the_post_child_says_goodbye_where_it_is_told():
    with running_sink() as sink, child("post") as post:
        post.tell(Open(MAILBOX, settings(sink.port), "", 2))
        post.hear(Ready, 2)
        post.tell(Close(MAILBOX), Close(UUID(int=5)))
        assert {one.connection for one in post.hear(Closed, 2)} == {0, 1}


def test_a_secret_shows_nowhere():
    wish = Open(MAILBOX, settings(25), "hunter2", 1)

    assert "hunter2" not in repr(wish) + str(wish) + f"{wish}"
