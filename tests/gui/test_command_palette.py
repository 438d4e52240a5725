"""The command palette: a few letters find a command, a page, a sequence or a contact; Enter does it."""

import pytest
from PySide6.QtCore import QObject, Qt

from opendoors_desktop.engine.commands import contacts
from opendoors_desktop.gui.command_palette import CommandPalette, match
from opendoors_desktop.gui.key_list import KeyList
from opendoors_desktop.gui.recent import Recent
from opendoors_desktop.gui.remembered import Remembered
from opendoors_desktop.gui.window_state import WindowState


@pytest.mark.parametrize(
    "words, text, fits",
    [
        ("arch", "Archive", True),
        ("look dark", "Look: dark", True),
        ("dark look", "Look: dark", True),
        ("arcihve", "Archive", True),
        ("archve", "Archive", True),
        ("archiive", "Archive", True),
        ("archixe", "Archive", True),
        ("archxxve", "Archive", False),
        ("xyz", "Archive", False),
        ("", "Archive", True),
    ],
)
def test_words_fit_anywhere_with_one_typing_error(words, text, fits):
    assert (match(words, text) is not None) is fits


def open_palette(window, qtbot) -> CommandPalette:
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    found: CommandPalette = window.findChild(CommandPalette)
    qtbot.waitUntil(found.isVisible)
    return found


def test_a_command_is_found_by_typing_and_done_by_enter(window, qtbot):
    palette = open_palette(window, qtbot)
    qtbot.keyClicks(palette.line, ">look dark")
    assert [entry.name for entry in palette.model.entries][:1] == ["theme.dark"]

    qtbot.keyClick(palette.line, Qt.Key.Key_Return)

    assert window.actions_table["theme.dark"].isChecked()
    window.actions_table["theme.light"].trigger()


def test_what_was_chosen_last_goes_first_also_after_the_next_start(open_window, qtbot, tmp_path):
    def opened(text: str):
        window = open_window()
        state = WindowState(tmp_path / "window.json", text, [])
        remembered = Remembered(window, state)
        qtbot.waitUntil(lambda: window.page is not None)
        return window, remembered

    def opened_palette(window) -> CommandPalette:
        window.actions_table["view.palette"].trigger()
        return window.findChild(CommandPalette)

    window, remembered = opened("")
    for words in (">look light", ">keys of"):
        palette = opened_palette(window)
        qtbot.keyClicks(palette.line, words)
        qtbot.keyClick(palette.line, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: window.findChild(CommandPalette) is None)
    window.findChild(KeyList).reject()
    remembered.note()
    window.close()

    again, _ = opened(remembered.state.text())
    palette = opened_palette(again)
    assert [entry.name for entry in palette.model.entries][:2] == ["help.keys", "theme.light"]
    palette.close()


@pytest.mark.parametrize("junk", [None, 7, "theme.light", [7, "theme.light"]])
def test_what_was_remembered_and_is_no_list_of_names_is_left(junk, qtbot):
    parent = QObject()
    recent = Recent(parent)
    recent.take_up(junk)
    assert set(recent.names) <= {"theme.light"}


def test_the_arrows_choose_and_escape_leaves_everything_as_it_was(window, qtbot):
    palette = open_palette(window, qtbot)
    qtbot.keyClick(palette.line, Qt.Key.Key_Down)
    qtbot.keyClick(palette.line, Qt.Key.Key_Down)
    qtbot.keyClick(palette.line, Qt.Key.Key_Up)
    assert palette.view.currentIndex().row() == 1

    qtbot.keyClick(palette.line, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChild(CommandPalette) is None)


def test_a_contact_is_found_as_its_name_is_typed(room, window, qtbot):
    contacts.add_contact(room.context, {"first_name": "Maren", "last_name": "Okafor", "email": "maren@example.com"})
    palette = open_palette(window, qtbot)

    qtbot.keyClicks(palette.line, "@oka")

    qtbot.waitUntil(lambda: [entry.text for entry in palette.model.entries] == ["Maren Okafor"])
    palette.close()


def test_where_nothing_fits_that_is_said_until_something_does(window, qtbot):
    palette = open_palette(window, qtbot)
    qtbot.keyClicks(palette.line, "xqzzy")
    qtbot.waitUntil(palette.nothing.isVisible)
    assert palette.nothing.text() == "Nothing fits “xqzzy”"
    assert not palette.view.isVisible()

    palette.line.clear()
    assert palette.view.isVisible()
    assert not palette.nothing.isVisible()
    qtbot.keyClicks(palette.line, ">xqzzy")
    assert palette.nothing.text() == "Nothing fits “xqzzy”"
    palette.close()


def test_the_rows_speak_whole_sentences(window, qtbot, qtmodeltester):
    palette = open_palette(window, qtbot)
    qtmodeltester.check(palette.model)
    index = palette.model.index(0)

    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)

    assert palette.model.entries[0].text in spoken
    assert palette.model.entries[0].group in spoken
    palette.close()
