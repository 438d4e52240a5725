"""Which face the program opens: the window, the command line, or words where there is no display."""

import os
import subprocess
import sys

import pytest

from opendoors_desktop.config import has_display


def start(data_dir, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The program as a person starts it, on a folder of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    kept.pop("QT_QPA_PLATFORM", None)
    return subprocess.run(
        [sys.executable, "-m", "opendoors_desktop", *arguments],
        env={**kept, "OPENDOORS_DATA_DIR": str(data_dir), "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="a window is always possible there")
def test_fault_44_without_a_display_it_says_so_and_names_the_command_line(tmp_path):
    ended = start(tmp_path)

    assert ended.returncode == 1
    assert "no display" in ended.stderr
    assert "--help" in ended.stderr


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="a window is always possible there")
def test_a_store_alone_asks_for_a_window_on_it(tmp_path):
    ended = start(tmp_path, "--store", str(tmp_path / "team.db"))

    assert (ended.returncode, "no display" in ended.stderr) == (1, True)


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="a window is always possible there")
def test_fault_44_a_display_that_cannot_be_reached_is_told_in_words(tmp_path):
    ended = start(tmp_path, DISPLAY=":4711")

    assert ended.returncode == 1
    assert "display can’t be reached" in ended.stderr


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_where_a_window_is_always_possible_nothing_has_to_be_named(platform):
    assert has_display({}, platform)
    assert not has_display({"DISPLAY": " "}, "linux")
    assert has_display({"QT_QPA_PLATFORM": "offscreen"}, "linux")


def test_a_frozen_program_is_its_own_child_and_nobody_elses(tmp_path):
    told = start(tmp_path, "--child", "os")
    assert told.returncode == 2
    assert "no child of this program" in told.stderr
    assert start(tmp_path, "--child").returncode == 2

    started = subprocess.run(
        [sys.executable, "-m", "opendoors_desktop", "--child", "opendoors_desktop.mail.worker", "post"],
        input=b"",
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert started.returncode == 0, started.stderr
