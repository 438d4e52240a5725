"""Replies are told once, in the window while it is in use and by the system else; a click opens the thread."""

import pytest

from opendoors_desktop.gui.reply_notices import ReplyNotices
from opendoors_desktop.gui.tray import Tray
from tests.gui.inbox_room import fill_inbox, later, reply


@pytest.fixture
def scene(room):
    return fill_inbox(room.context, people=9)


@pytest.fixture
def told(scene, window, qtbot, monkeypatch):
    """What the system was asked to tell, with what a click does."""
    seen: list[tuple[str, str, object]] = []
    monkeypatch.setattr(Tray, "notify", lambda self, *notice: seen.append(notice))
    monkeypatch.setattr(Tray, "is_there", property(lambda self: True))
    notices = ReplyNotices(window, Tray(window))
    qtbot.waitUntil(lambda: notices._known is not None)
    return seen


def come(scene, number, text):
    to = {each.recipient: each for each in scene.post.captures}[f"u{number}@example.net"]
    later(scene.context)
    scene.come(reply(to, "ann@example.com", text, scene.context.clock.now()))


def test_a_reply_is_told_by_the_system_while_the_window_is_not_in_use(told, scene, window, qtbot, monkeypatch):
    monkeypatch.setattr(window, "isActiveWindow", lambda: False)
    come(scene, 7, "Sounds good, call me.")
    qtbot.waitUntil(lambda: len(told) == 1)
    title, text, open_it = told[0]
    assert title == "Zoe7 answered"
    assert text.startswith("Sounds good")
    open_it()
    qtbot.waitUntil(lambda: window.page_name == "inbox" and window.page.body is not None)
    qtbot.waitUntil(lambda: window.page.body.facts is not None and window.page.body.facts.person.name == "Zoe7")
    assert window.page.body.list.current.who == "Zoe7"


def test_in_the_window_a_reply_is_a_toast_that_opens_it_and_what_was_there_is_no_news(
    told, scene, window, qtbot, monkeypatch
):
    monkeypatch.setattr(window, "isActiveWindow", lambda: True)
    come(scene, 8, "<b>Yes</b>")
    notices = window.bench.notices
    qtbot.waitUntil(lambda: notices.toast_text == "Zoe8 answered")
    notices._toast.button.click()
    qtbot.waitUntil(lambda: window.page_name == "inbox")
    assert told == []


def test_a_bounce_is_no_reply(told, scene, window, qtbot, monkeypatch):
    monkeypatch.setattr(window, "isActiveWindow", lambda: False)
    scene.bounce(scene.post.captures[8], "5.1.1", "no such user")
    come(scene, 7, "Yes.")
    qtbot.waitUntil(lambda: bool(told))
    assert [title for title, _, _ in told] == ["Zoe7 answered"]
