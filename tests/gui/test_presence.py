"""Closing the window: it ends the program where nothing is sent, else it goes out of sight after asking once."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from opendoors_desktop.gui.presence import KEEPS_SENDING, Presence
from opendoors_desktop.gui.remembered import Remembered
from opendoors_desktop.gui.sending import Sending
from opendoors_desktop.gui.tray import Mood, Tray, door
from opendoors_desktop.gui.window_state import FILE, WindowState


@pytest.fixture
def ended(presence):
    """Grows when the program is to end."""
    seen: list[bool] = []
    presence.ended.connect(lambda: seen.append(True))
    return seen


@pytest.fixture
def sends(monkeypatch):
    """Have the window think that emails leave from here."""
    monkeypatch.setattr(Sending, "is_sending", True)


@pytest.fixture
def with_tray(monkeypatch):
    """A desktop that shows trays."""
    monkeypatch.setattr(Tray, "is_there", True)


@pytest.fixture
def state(tmp_path) -> WindowState:
    return WindowState(tmp_path / FILE)


@pytest.fixture
def presence(window, state) -> Presence:
    tray = Tray(window)
    tray.show()
    return Presence(window, Remembered(window, state), tray)


def press(window, words: str, qtbot) -> str:
    """Press a button of the question that is open; gives what it says."""
    (box,) = [each for each in window.findChildren(QMessageBox) if each.isVisible()]
    button = next(each for each in box.buttons() if each.text() == words)
    text = f"{box.text()} {box.informativeText()}"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    return text


def test_closed_while_nothing_is_sent_it_ends(presence, window, ended):
    window.close()

    assert ended == [True]


@pytest.mark.usefixtures("sends", "with_tray")
def test_closed_while_it_sends_it_asks_once_and_goes_into_the_tray(presence, window, ended, state, qtbot):
    window.close()
    assert window.isVisible()
    assert "tray" in press(window, "Keep sending", qtbot)
    assert not window.isVisible()

    presence.show()
    assert window.isVisible()
    window.close()
    assert not window.isVisible()
    assert ended == []
    assert state.get(KEEPS_SENDING) is True
    qtbot.waitUntil(state.file.exists)


@pytest.mark.usefixtures("sends")
def test_without_a_tray_it_says_so_and_minimises(presence, window, ended, qtbot):
    window.close()

    assert "no tray" in press(window, "Keep sending", qtbot)
    assert window.isMinimized()
    presence.show()
    assert not window.isMinimized()


@pytest.mark.usefixtures("sends", "with_tray")
def test_asked_what_closing_means_a_person_may_quit_or_stay(presence, window, ended, qtbot):
    window.close()
    press(window, "Cancel", qtbot)
    assert (window.isVisible(), ended) == (True, [])

    window.close()
    press(window, "Quit", qtbot)
    assert ended == [True]


@pytest.mark.usefixtures("sends")
def test_quit_by_its_key_asks_nothing(presence, window, ended, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)

    assert (ended, window.isVisible()) == ([True], False)


def test_the_page_and_place_are_written_and_taken_up_again(presence, window, state, open_window, qtbot):
    window.go("mailboxes")
    presence.remembered.note()
    qtbot.waitUntil(state.file.exists)
    (here,) = json.loads(state.file.read_text())["screens"].values()
    assert here["page"] == "mailboxes"

    again = open_window(first="mailboxes")
    qtbot.waitUntil(lambda: again.page is not None)
    assert again.page_name == "mailboxes"


@pytest.mark.usefixtures("with_tray")
def test_the_door_says_how_sending_stands_and_what_comes_next(window, qtbot):
    tray = Tray(window)
    tray.show()
    words = [action.text() for action in tray.menu.actions() if action.isVisible() and action.text()]
    assert words == ["Nothing is planned", "Switch sending on", "Open OpenDoors", "Quit"]

    tray.tell(Mood.SENDING, "Sending on", "Next 10:42, R&D <b>", is_resting=False)
    words = [action.text() for action in tray.menu.actions() if action.isVisible() and action.text()]
    assert words[:3] == ["Next 10:42, R&&D <b>", "Pause sending for 1 hour", "Pause sending for today"]
    with qtbot.waitSignal(tray.pause_hour_asked):
        tray.menu.actions()[2].trigger()


def test_each_mood_has_a_door_of_its_own(qapp):
    pictures = [door(32, dot).toImage() for dot in (None, "warning-solid", "danger-solid")]

    assert pictures[0] != pictures[1] != pictures[2]
    assert all(not picture.isNull() for picture in pictures)
