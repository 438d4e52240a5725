"""The faces of the outbox and the mailboxes when the store can't answer, and both pages from right to left."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from tests.builders import add_mailbox, email, make_room


def opened(open_window, qtbot, name):
    window = open_window(first=name)
    qtbot.waitUntil(lambda: window.page is not None and window.page.body is not None, timeout=10_000)
    return window.page.body


def run(room, statement):
    with room.context.store.write() as unit:
        unit.run(statement)


@pytest.mark.parametrize("name", ["outbox", "mailboxes"])
def test_what_cannot_be_read_is_told_and_tried_again(open_window, room, qtbot, name):
    add_mailbox(room.context)
    body = opened(open_window, qtbot, name)
    qtbot.waitUntil(lambda: body.faces.face == "content", timeout=10_000)
    run(room, "ALTER TABLE email_accounts RENAME TO gone")
    body.refresh()
    qtbot.waitUntil(lambda: body.faces.face == "error", timeout=10_000)
    buttons = {each.text(): each for each in body.faces.currentWidget().findChildren(QPushButton)}
    assert list(buttons) == ["Retry", "Copy details"]

    run(room, "ALTER TABLE gone RENAME TO email_accounts")
    qtbot.mouseClick(buttons["Retry"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: body.faces.face == "content", timeout=10_000)


@pytest.mark.parametrize("name", ["outbox", "mailboxes"])
def test_from_right_to_left_the_panes_stand_the_other_way_round(open_window, room, qtbot, name):
    make_room(room.context, [email()], people=2)
    body = opened(open_window, qtbot, name)
    qtbot.waitUntil(lambda: body.faces.face == "content", timeout=10_000)
    first, last = body.splitter.widget(0), body.splitter.widget(body.splitter.count() - 1)
    assert first.x() < last.x()
    body.window().setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    qtbot.waitUntil(lambda: first.x() > last.x())
    assert not body.grab().isNull()
