"""Undo and redo: what a person did is taken back by a command of its own, told, and never half."""

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
