"""The watch over the main thread: it finds work that is too long, waiting, and what may wait."""

import threading
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer

from opendoors_desktop.gui import history
from opendoors_desktop.gui.window_state import read_state
from tests.gui.watch import WORKS_AT_MOST


def test_long_work_on_one_event_is_found(main_thread_watch, qtbot):
    done = []

    def work():
        end = time.thread_time() + 1.5 * WORKS_AT_MOST
        while time.thread_time() < end:
            pass
        done.append(1)

    QTimer.singleShot(0, work)
    qtbot.waitUntil(lambda: bool(done))

    found = main_thread_watch.end()
    assert len(found) == 1
    assert "ms of work" in found[0]
    assert "in work" in found[0]


def test_a_file_read_by_the_window_is_found_and_one_read_by_a_test_is_not(main_thread_watch, tmp_path):
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    read_state(tmp_path / "window.json")

    found = main_thread_watch.end()
    assert len(found) == 1
    assert found[0].startswith("open")
    assert "window.json" in found[0]


def test_waiting_in_the_windows_code_is_found(main_thread_watch, qtbot):

    code = compile("def wait():\n    gate.wait(0.8)\n", str(Path(history.__file__)), "exec")
    room: dict[str, Any] = {"gate": threading.Event()}
    exec(code, room)
    done = []
    QTimer.singleShot(0, lambda: (room["wait"](), done.append(1)))

    qtbot.waitUntil(lambda: bool(done))

    assert any("stood still" in each for each in main_thread_watch.end())
