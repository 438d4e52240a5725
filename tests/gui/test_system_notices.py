"""The tray follows how sending stands; a failing mailbox and held emails are told by the system, grouped."""

from datetime import timedelta

import pytest

from opendoors_desktop.engine.commands.mailboxes import pause_mailbox
from opendoors_desktop.engine.commands.next_email import hold_next
from opendoors_desktop.gui.system_notices import SystemNotices
from opendoors_desktop.gui.tray import Mood, Tray
from tests.builders import elsewhere, make_room


@pytest.fixture
def campaign(room):
    return make_room(room.context, people=3)


@pytest.fixture
def told(campaign, window, qtbot, monkeypatch):
    """The titles of the notices, and the tray."""
    seen: list[str] = []
    monkeypatch.setattr(Tray, "notify", lambda self, title, text, on_click: seen.append(title))
    tray = Tray(window)
    SystemNotices(window, tray)
    window.standing.ask()
    qtbot.waitUntil(lambda: "Zoe1" in tray.menu.actions()[0].text(), timeout=8000)
    return seen, tray


def test_held_emails_are_told_together_and_not_again_for_a_quarter_of_an_hour(told, campaign, window, room, qtbot):
    seen, tray = told
    assert (seen, tray.mood) == ([], Mood.RESTING)

    with elsewhere(room.context) as other:
        hold_next(other, campaign.enrollment_ids[0])
        qtbot.waitUntil(lambda: seen == ["1 email needs you"], timeout=8000)
        assert tray.mood is Mood.NEEDS_YOU
        hold_next(other, campaign.enrollment_ids[1])
        qtbot.waitUntil(lambda: window.standing.facts.held == 2, timeout=8000)
        assert len(seen) == 1

    room.clock.advance_to(room.clock.now() + timedelta(minutes=16))
    window.standing.ask()
    qtbot.waitUntil(lambda: seen[1:] == ["2 emails need you"], timeout=8000)


def test_a_mailbox_that_stops_sending_is_told_once(told, campaign, window, room, qtbot):
    seen, _ = told
    with elsewhere(room.context) as other:
        pause_mailbox(other, campaign.mailbox.id)

    qtbot.waitUntil(lambda: seen == ["ann@example.com doesn’t send"], timeout=8000)
    window.standing.ask()
    qtbot.waitUntil(lambda: window.standing.facts.failing != ())
    assert len(seen) == 1
