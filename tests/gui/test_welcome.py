"""First run: an empty store greets with the ways to begin, and a store in use doesn't."""

import pytest
from PySide6.QtCore import QObject, Qt, Signal

from opendoors_desktop.gui import tour
from opendoors_desktop.gui.shell import Shell
from opendoors_desktop.gui.single_instance import SingleInstance, name_of
from opendoors_desktop.gui.welcome import Welcome
from opendoors_desktop.gui.window_state import FILE, WindowState
from tests.builders import add_contacts


class Application(QObject):
    """What a shell wants of the application; the real one would take its end for the end of all tests."""

    commitDataRequest = Signal()  # noqa: N815  (Qt calls it so)

    def exit(self, status: int = 0) -> None:
        """End nothing."""


@pytest.fixture
def shelled(open_window, tmp_path, qtbot):
    """Opens a window with all that surrounds it."""
    opened = []

    def open_one():
        window = open_window()
        instance = SingleInstance(name_of(str(tmp_path / "x.db")))
        shell = Shell(Application(window), window, WindowState(tmp_path / FILE), instance)  # type: ignore[arg-type]
        opened.append((shell, instance))
        qtbot.waitUntil(lambda: window.standing.facts is not None, timeout=8000)
        return window

    yield open_one
    for shell, instance in opened:
        shell.close()
        instance.close()


def welcome_of(window) -> Welcome | None:
    current = window.stack.currentWidget()
    return current if isinstance(current, Welcome) else None


def test_an_empty_store_greets_with_the_ways_to_begin(shelled, qtbot, monkeypatch):
    played = []
    monkeypatch.setattr(tour, "play_in_another_window", lambda: played.append(True))
    window = shelled()
    qtbot.waitUntil(lambda: welcome_of(window) is not None, timeout=8000)
    welcome = welcome_of(window)
    assert welcome is not None
    assert [button.text() for button in welcome.buttons.values()] == [
        "Try it with sample data", "Add my mailbox", "Import contacts", "New sequence",
    ]  # fmt: skip
    assert window.status.switch.text() == "Sending off"

    qtbot.mouseClick(welcome.buttons["sample"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(played))
    assert "tour" in window.bench.notices.toast_text


def test_its_buttons_lead_to_the_pages(shelled, qtbot):
    window = shelled()
    for name in ("contacts", "sequences", "mailboxes"):
        window.go(name)
    window.show_instead(Welcome(window.bench, "opendoors.db"))
    welcome = welcome_of(window)
    assert welcome is not None
    welcome.buttons["contacts"].setFocus()
    qtbot.keyClick(welcome.buttons["contacts"], Qt.Key.Key_Space)

    assert window.page_name == "contacts"


def test_a_store_in_use_opens_on_its_page(shelled, room, qtbot):
    add_contacts(room.context, 1)
    window = shelled()

    qtbot.waitUntil(lambda: window.page is not None)
    assert welcome_of(window) is None
