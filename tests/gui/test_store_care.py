"""The daily backup of an open window, and the last backup offered where the store can't be opened."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton

from opendoors_desktop.engine.clock import RealClock
from opendoors_desktop.engine.commands.backups import back_up, list_backups
from opendoors_desktop.gui.store_care import StoreCare
from opendoors_desktop.store import migrate
from opendoors_desktop.store.backup_files import BackupKind
from tests.gui.test_main_window import buttons_of

RESTORE = "Restore last backup…"


def press(qtbot, button: QPushButton) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_fault_22_the_last_backup_is_offered_in_the_window_and_put_back(open_window, room, qtbot, monkeypatch):
    monkeypatch.setattr(migrate, "remember_clean_close", lambda _: None)  # a file that the end of a test would write
    back_up(room.context)
    room.context.store.close()
    file = Path(room.url)
    file.write_bytes(b"scribbled over" * 9000)
    window = open_window()
    StoreCare(window, room.url, room.folder)
    qtbot.waitUntil(lambda: RESTORE in buttons_of(window.frame))
    assert "is no store" in window.frame.currentWidget().accessibleName()

    press(qtbot, buttons_of(window.frame)[RESTORE])
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)))
    [box] = window.findChildren(QMessageBox)
    assert "Nothing is sent" in f"{box.text()} {box.informativeText()}"
    press(qtbot, buttons_of(box)["Restore"])

    qtbot.waitUntil(lambda: window.page is not None)
    kinds = [each.kind for each in list_backups(room.url, room.folder)]
    assert sorted(kinds) == [BackupKind.BY_HAND, BackupKind.REPLACED]


def test_without_a_backup_none_is_offered(open_window, room, qtbot):
    room.context.store.close()
    Path(room.url).write_bytes(b"scribbled over" * 9000)
    window = open_window()
    StoreCare(window, room.url, room.folder)
    answered: list[object] = []
    qtbot.waitUntil(lambda: window.frame.face == "error")
    window.bench.jobs.aside(lambda: True, answered.append)
    qtbot.waitUntil(lambda: bool(answered))
    assert set(buttons_of(window.frame)) == {"Retry", "Copy details"}


def test_an_open_window_makes_the_days_backup(open_window, room, qtbot):
    window = open_window(lambda: replace(room.build(), clock=RealClock()))
    care = StoreCare(window, room.url, room.folder)
    qtbot.waitUntil(lambda: window.page is not None)
    care.look()
    qtbot.waitUntil(lambda: [each.kind for each in list_backups(room.url, room.folder)] == [BackupKind.DAILY])
