"""The frame: it stands before the store is open, tells what keeps it shut, and goes where keys and buttons say."""

import threading
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.gui.jobs import Command
from opendoors_desktop.gui.page_list import KEYS, PAGES
from opendoors_desktop.gui.theme import keeper


def buttons_of(widget):
    return {each.text(): each for each in widget.findChildren(QPushButton)}


def test_a_store_that_cannot_be_opened_is_told_with_what_helps_and_tried_again(open_window, room, qtbot):
    away = [True]

    def build():
        if away:
            raise StoreError("The store can’t be reached.", "Start the database server.", code="store_away")
        return room.build()

    window = open_window(build)
    qtbot.waitUntil(lambda: window.frame.face == "error")
    assert "Start the database server." in window.frame.currentWidget().accessibleName()

    away.clear()
    qtbot.mouseClick(buttons_of(window.frame)["Retry"], Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: window.frame.face == "content")
    assert window.page is not None


def test_a_store_that_takes_long_to_open_is_waited_for_with_placeholder_rows(open_window, room, qtbot):
    may_open = threading.Event()

    def build():
        may_open.wait(30)
        return room.build()

    window = open_window(build)
    assert window.frame.face == "loading"
    qtbot.waitUntil(lambda: window.frame.currentWidget().accessibleName() == "Loading")
    assert window.page is None

    may_open.set()
    qtbot.waitUntil(lambda: window.frame.face == "content")
    assert window.page is not None


def test_every_page_opens_by_its_key_and_by_its_button(window, qtbot):
    keys = {"outbox": "3", "sequences": "4", "contacts": "5", "mailboxes": "7", "settings": ","}
    for name, key in keys.items():
        qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        assert window.page.title == window.rail[name].text()
        assert window.rail[name].isChecked()
        assert window.windowTitle() == f"{window.page.title} – OpenDoors Desktop"
    assert set(PAGES) <= set(KEYS)
    for name in PAGES:
        qtbot.mouseClick(window.rail[name], Qt.MouseButton.LeftButton)
        assert window.page.title == window.rail[name].text()


def test_F10_reveals_the_menus_and_hides_them_again(window, qtbot):
    assert not window.menuBar().isVisible()

    qtbot.keyClick(window, Qt.Key.Key_F10)
    assert window.menuBar().isVisible()
    assert [action.text() for action in window.menuBar().actions()] == [
        "&File", "&Edit", "&View", "&Go", "&Sequence", "&Contact", "&Help",
    ]  # fmt: skip

    qtbot.keyClick(window, Qt.Key.Key_F10)
    assert not window.menuBar().isVisible()


def press_alt(window, *, between=lambda: None):
    """Press Alt, do something, and let it go, as Qt tells where the focus is."""
    QTest.keyPress(window, Qt.Key.Key_Alt, Qt.KeyboardModifier.AltModifier)
    between()
    QTest.keyRelease(window, Qt.Key.Key_Alt)


def test_alt_alone_reveals_the_menus_and_esc_gives_the_focus_back(window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.rail["contacts"].setFocus()
    press_alt(window)
    assert window.menuBar().isVisible()
    assert window.menuBar().hasFocus()

    qtbot.keyClick(window.menuBar(), Qt.Key.Key_Escape)
    assert not window.menuBar().isVisible()
    assert window.rail["contacts"].hasFocus()


def test_alt_with_another_key_or_button_leaves_the_menus_hidden(window, qtbot):
    alt = Qt.KeyboardModifier.AltModifier
    press_alt(window, between=lambda: qtbot.keyClick(window.page, Qt.Key.Key_Down, alt))
    press_alt(window, between=lambda: qtbot.mouseClick(window.rail["contacts"], Qt.MouseButton.LeftButton, alt))
    QTest.keyPress(window, Qt.Key.Key_Alt, alt | Qt.KeyboardModifier.ControlModifier)
    QTest.keyRelease(window, Qt.Key.Key_Alt, Qt.KeyboardModifier.ControlModifier)
    assert not window.menuBar().isVisible()

    press_alt(window)
    assert window.menuBar().isVisible()


def test_menus_are_parted_and_no_words_stand_in_one_twice(window):
    for menu in [action.menu() for action in window.menuBar().actions()]:
        parts = [action.isSeparator() for action in menu.actions()]
        assert not parts[0]
        assert not parts[-1]
        assert not any(one and next_one for one, next_one in pairwise(parts))
        texts = [action.text() for action in menu.actions() if not action.isSeparator()]
        assert len(texts) == len(set(texts))
    file = window.menuBar().actions()[0].menu().actions()
    assert file[-1].text() == "Quit"
    assert any(action.isSeparator() for action in file)


def test_undo_and_redo_say_what_they_would_do_and_work_only_then(window, qtbot):
    undo, redo = (window.actions_table[name] for name in ("edit.undo", "edit.redo"))
    assert (undo.isEnabled(), redo.isEnabled(), undo.text()) == (False, False, "Undo")

    window.bench.do(Command("Rename R&D", lambda _: None, lambda _context, _result: None))
    assert undo.isEnabled()  # an undo waits for the change that is being written
    qtbot.waitUntil(lambda: undo.text() != "Undo")
    assert undo.text() == "Undo: Rename R&&D"

    undo.trigger()
    qtbot.waitUntil(redo.isEnabled)
    assert (undo.isEnabled(), undo.text(), redo.text()) == (False, "Undo", "Redo: Rename R&&D")


def test_larger_text_is_chosen_by_keys_and_told(window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert keeper().next_scale == 1.1
    assert window.bench.notices.toast_text == "Text and all else is shown at 110% from the next start on."
    window.actions_table["text.smaller"].trigger()
    window.actions_table["text.smaller"].trigger()
    assert keeper().next_scale == 0.9
    window.actions_table["text.usual"].trigger()
    assert keeper().next_scale == 1.0


def test_the_look_follows_the_choice_at_once(window):
    light = window.palette().window().color().lightness()

    window.actions_table["theme.dark"].trigger()
    assert window.palette().window().color().lightness() < light
    assert window.actions_table["theme.dark"].isChecked()

    window.actions_table["theme.light"].trigger()
    assert window.palette().window().color().lightness() == light
