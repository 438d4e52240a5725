"""A child process: how it is called, what it is told, and how its end is told."""

import asyncio
import sys
from typing import Any

import msgspec
import pytest

from opendoors_desktop.engine.child import Child, Keeper, child_command, child_environment
from opendoors_desktop.mail.frames import ForgetTemplate, frame

DECODER = msgspec.msgpack.Decoder(list[Any])
ECHO = "import sys, os; data = os.read(0, 1000); os.write(1, data); sys.stdin.read()"


def test_a_program_without_an_interpreter_calls_itself(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)

    assert child_command("some.module", ["a"]) == [sys.executable, "--child", "some.module", "a"]


def test_nothing_of_the_programs_own_settings_reaches_a_child():
    given = {"PATH": "x", "PYTHONPATH": "y", "OPENDOORS_PASSWORD": "secret", "OPENDOORS_FAULT": "here"}

    assert child_environment(given) == {"PATH": "x", "OPENDOORS_FAULT": "here"}
    assert "PYTHONSTARTUP" not in child_environment()


class Told:
    """What a child's parent was told."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self.ends: list[str] = []
        self.news = asyncio.Event()

    def said(self, values: list[Any]) -> None:
        self.values += values
        self.news.set()

    def ended(self, text: str) -> None:
        self.ends.append(text)
        self.news.set()

    async def next(self) -> None:
        async with asyncio.timeout(10):
            await self.news.wait()
        self.news.clear()


async def started(code: str, told: Told) -> Child:
    child = Child(DECODER, told.said, told.ended)
    await child.start([sys.executable, "-c", code], child_environment())
    return child


async def test_what_is_sent_in_one_turn_arrives_as_one_frame():
    told = Told()
    child = await started(ECHO, told)
    child.send(ForgetTemplate("a"))
    child.send(ForgetTemplate("b"))
    await told.next()

    assert [value[1] for value in told.values] == ["a", "b"]
    assert await child.close(5.0)
    assert (told.ends, child.pid) == ([], None)


async def test_an_end_nobody_asked_for_is_told_with_the_last_words():
    told = Told()
    await started("import sys; sys.exit('no more')", told)
    await told.next()

    assert told.ends == ["ended with status 1: no more"]


async def test_a_child_that_talks_nonsense_is_ended():
    told = Told()
    await started(r"import os, sys; os.write(1, b'\0\0\0\1x'); sys.stdin.read()", told)
    await told.next()

    assert told.ends[0].startswith("ended by signal 9: it sent what can't be read")


async def test_a_child_that_does_not_end_is_ended():
    told = Told()
    child = await started("import time; time.sleep(60)", told)

    assert not await child.close(0.1)
    assert told.ends == []


async def test_a_child_that_never_started_is_closed():
    assert await Child(DECODER, Told().said, Told().ended).close(1.0)


def keeper(command: list[str], told: Told) -> Keeper:
    return Keeper(
        command, DECODER, child_environment(), on_up=told.news.set, on_values=told.said, on_down=told.ended
    )  # fmt: skip


async def test_a_child_that_cannot_be_started_is_told_to_the_first_caller(tmp_path):
    kept = keeper([str(tmp_path / "absent")], Told())

    with pytest.raises(OSError, match="absent"):
        await kept.start()
    assert not kept.send(ForgetTemplate("a"))
    kept.kill("nobody there")
    await kept.close(1.0)


async def test_a_child_that_cannot_live_is_started_ever_later(tmp_path, monkeypatch):
    monkeypatch.setattr("opendoors_desktop.engine.child._FIRST_PAUSE", 0.01)
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    program.chmod(0o755)
    told = Told()
    kept = keeper([str(program)], told)
    await kept.start()
    while len(told.ends) < 3:
        await told.next()
    program.unlink()
    while "it can't be started" not in told.ends[-1]:
        await told.next()
    await kept.close(1.0)

    assert told.ends[0] == "ended with status 3"


def test_an_empty_frame_is_four_bytes_and_an_empty_list():
    assert frame([]) == b"\0\0\0\1\x90"
