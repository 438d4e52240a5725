"""Undo and redo: what a person did is taken back by a command of its own, told, and never half."""

import threading
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.gui.jobs import Command


def test_a_change_is_undone_and_redone_by_keys(window, qtbot):
    seen = []
    command = Command(
        "Rename", lambda _: seen.append("do") or len(seen), lambda _, result: seen.append(f"undo {result}")
    )

    window.bench.do(command, "Renamed")
    qtbot.waitUntil(lambda: window.bench.notices.toast_text == "Renamed")
    window.bench.history.undo()
    qtbot.waitUntil(lambda: window.bench.notices.toast_text == "Undone: Rename")
    window.bench.history.redo()
    qtbot.waitUntil(lambda: len(seen) == 3)
    window.bench.history.undo()
    qtbot.waitUntil(lambda: len(seen) == 4)

    assert seen == ["do", "undo 1", "do", "undo 3"]


def test_a_change_that_cannot_be_taken_back_is_told_and_forgotten(window, qtbot, monkeypatch):
    told = []
    monkeypatch.setattr(type(window.bench.notices), "show_error", lambda _, error: told.append(error))
    window.bench.history.failed.connect(told.append)

    def refuse(_context, _result):
        raise NotPossible("The email has left.", "Nothing can be done.", code="sent")

    window.bench.do(Command("Send", lambda _: None, refuse), "Sent")
    qtbot.waitUntil(lambda: window.bench.history.stack.count() == 1)

    window.bench.history.undo()

    qtbot.waitUntil(lambda: bool(told))
    assert told[0].title == "The email has left."
    window.bench.history.redo()
    assert not window.bench.history.stack.canUndo()


def change(name, seen, before=lambda: None):
    """A command that writes down when it is done and undone."""

    def do(_context):
        before()
        seen.append(f"do {name}")

    return Command(name, do, lambda _context, _result: seen.append(f"undo {name}"))


def test_an_undo_waits_for_the_change_that_is_still_written(window, qtbot):
    seen: list[str] = []
    may_go_on = threading.Event()
    window.bench.do(change("A", seen), "A is done")
    qtbot.waitUntil(lambda: window.bench.notices.toast_text == "A is done")

    window.bench.do(change("B", seen, may_go_on.wait), "B is done")
    window.bench.history.undo()
    window.bench.history.undo()
    may_go_on.set()

    qtbot.waitUntil(lambda: len(seen) == 4)
    assert seen == ["do A", "do B", "undo B", "undo A"]


def test_an_undo_passes_over_a_change_that_fails_before_it(window, qtbot, monkeypatch):
    told: list[NotPossible] = []
    seen: list[str] = []
    may_go_on = threading.Event()
    monkeypatch.setattr(type(window.bench.notices), "show_error", lambda _, error: told.append(error))

    def refuse():
        may_go_on.wait()
        raise NotPossible("The name is taken.", "Choose another.", code="taken")

    window.bench.do(change("A", seen), "A is done")
    window.bench.do(change("B", seen, refuse), "B is done")
    window.bench.history.undo()
    may_go_on.set()

    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen == ["do A", "undo A"]
    assert told[0].title == "The name is taken."


def test_a_toast_takes_back_its_own_change_and_no_other(window, qtbot):
    seen: list[str] = []
    toasts: list[Callable[[], None]] = []
    history = window.bench.history
    window.bench.do(change("A", seen), then=lambda _: toasts.append(history.undo_of_last()))
    window.bench.do(change("B", seen), then=lambda _: toasts.append(history.undo_of_last()))
    qtbot.waitUntil(lambda: len(toasts) == 2)

    toasts[0]()
    toasts[0]()
    qtbot.waitUntil(lambda: len(seen) == 3)
    history.undo()
    history.undo()
    qtbot.waitUntil(lambda: len(seen) == 4)
    history.redo()
    qtbot.waitUntil(lambda: len(seen) == 5)

    assert seen == ["do A", "do B", "undo A", "undo B", "do B"]
    assert not history.stack.canRedo()


def test_the_button_of_a_toast_undoes_what_the_toast_tells_of(window, qtbot):
    seen: list[str] = []
    window.bench.do(change("A", seen), "A is done")
    window.bench.do(change("B", seen))
    qtbot.waitUntil(lambda: window.bench.history.stack.count() == 2)

    undo = next(each for each in window.findChildren(QPushButton) if each.text() == "Undo" and each.isVisible())
    qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: seen == ["do A", "do B", "undo A"])
