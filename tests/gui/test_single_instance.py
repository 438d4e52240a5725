"""One window for each person and store, told by processes that really start, crash and start again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from opendoors_desktop.gui.single_instance import SingleInstance, name_of

STARTS = """
import sys
from PySide6.QtCore import QCoreApplication
from opendoors_desktop.gui.single_instance import SingleInstance
application = QCoreApplication([])
instance = SingleInstance(sys.argv[1])
print("first" if instance.claim() else "second", flush=True)
if len(sys.argv) > 2:
    instance.serve()
    print("serves", flush=True)
    application.exec()
"""


@pytest.fixture
def name(tmp_path) -> str:
    return name_of(str(tmp_path / "store.db"))


def start(name: str, *stays: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        [sys.executable, "-c", STARTS, name, *stays], stdout=subprocess.PIPE, text=True, env=environment
    )


def said(process: subprocess.Popen[str], lines: int = 1) -> list[str]:
    assert process.stdout is not None
    return [process.stdout.readline().strip() for _ in range(lines)]


@pytest.fixture
def first(name, qtbot):
    instance = SingleInstance(name)
    assert instance.claim()
    instance.serve()
    yield instance
    instance.close()


def test_T89_a_second_start_has_the_first_window_shown_and_ends(first, name, qtbot):
    with qtbot.waitSignal(first.asked_to_show, timeout=10_000):
        second = start(name)

    assert second.wait(10) == 0
    assert said(second) == ["second"]
    second.communicate()


def test_another_store_or_person_has_a_window_of_its_own(first, tmp_path):
    assert name_of(str(tmp_path / "store.db")) == name_of(str(tmp_path / "x" / ".." / "store.db"))
    other = start(name_of(str(tmp_path / "other.db")))
    assert said(other) == ["first"]
    other.communicate()
    assert name_of("postgresql://team.example.com/od", "ann") != name_of("postgresql://team.example.com/od", "bob")


@pytest.mark.parametrize("stays", [(), ("stays",)])
def test_T89_what_a_crash_leaves_behind_is_taken_over(name, qtbot, stays):
    crashed = start(name, *stays)
    said(crashed, 1 + len(stays))
    crashed.kill()
    crashed.communicate()

    instance = SingleInstance(name)
    assert instance.claim()
    instance.serve()
    with qtbot.waitSignal(instance.asked_to_show, timeout=10_000):
        second = start(name)
    second.communicate()
    instance.close()


def test_a_lock_that_another_program_of_that_number_left_is_taken_over(name, qtbot, monkeypatch):
    monkeypatch.setattr("opendoors_desktop.gui.single_instance.COMES_UP_WITHIN_MS", 300)
    holder = SingleInstance(name)
    assert holder.claim()  # and never serves, like a program that only has the number of the one that crashed

    instance = SingleInstance(name)
    assert instance.claim()
    holder.close()
    instance.close()


def test_fault_44_where_no_lock_can_be_written_it_runs_alone(name, monkeypatch, tmp_path, qtbot, caplog):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "missing"))
    instance = SingleInstance(name)

    assert instance.claim()
    instance.serve()
    assert "second start" in caplog.text
    instance.close()


def test_the_name_is_the_same_from_every_folder(tmp_path, monkeypatch):
    here = name_of(str(tmp_path / "a" / "store.db"))
    (tmp_path / "a").mkdir()
    monkeypatch.chdir(tmp_path / "a")

    assert name_of("store.db") == here
    assert Path("store.db").name not in here
