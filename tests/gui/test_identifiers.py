"""Names of controls for tests and scripts: every control has one of its own, and no language changes it."""

from collections import Counter

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from tests.gui.inbox_room import fill_inbox
from tests.gui.sequence_room import Pages, fill
from tests.gui.sight import is_control, is_seen, told
from tests.gui.test_screen_readers import PAGES, open_page

KNOWN = {
    "sequences": {"rail.sequences", "status.sending", "sequences.body.tree.filter", "sequences.body.folder.table"},
    "steps": {"sequences.body.sequence.header.enroll", "sequences.body.sequence.tabs", "step-1"},
    "people": {
        "sequences.body.sequence.people_tab.people.view",
        "sequences.body.sequence.people_tab.people.filters.all",
    },
    "dashboard": {"sequences.body.sequence.sequence_dashboard.export_button"},
    "inbox": {"inbox.body.list", "inbox.body.places", "inbox.body.thread_pane.answer.send_button"},
    "contacts": {"contacts.filters.words", "contacts.view"},
    "outbox": {"outbox.body.days", "outbox.body.agenda", "outbox.body.stop_button"},
    "mailboxes": {"mailboxes.body.cards"},
    "settings": {"settings.body.search", "settings.body.list"},
}
"""Names that others may rely on: they stay."""


@pytest.fixture
def shown(room, open_window, qtbot) -> Pages:
    fill(room.context, people=4)
    fill_inbox(room.context)
    window = open_window()
    qtbot.waitUntil(lambda: window.page is not None and window.standing.facts is not None)
    return Pages(window, qtbot, room.context)


def controls_in(window: QWidget) -> list[QWidget]:
    return [each for each in window.findChildren(QWidget) if is_seen(each, window) and is_control(each)]


def check_names(window: QWidget) -> None:
    controls = controls_in(window)
    assert [told(each) for each in controls if not each.accessibleIdentifier()] == []
    names = Counter(each.accessibleIdentifier() for each in controls)
    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_control_of_a_page_has_a_name_of_its_own(name, shown):
    open_page(shown, name)
    if name == "dashboard":
        shown.wait(lambda: shown.page.sequence.stack.currentWidget().is_made)

    check_names(shown.window)
    found = {each.accessibleIdentifier() for each in shown.window.findChildren(QWidget)}
    assert found & KNOWN[name] == KNOWN[name]


@pytest.mark.parametrize("name", ["sequence.enroll", "tree.move", "contact.new", "mailbox.new", "help.keys"])
def test_every_control_of_a_dialog_has_a_name_of_its_own(name, shown, qtbot):
    open_page(shown, {"contact.new": "contacts", "mailbox.new": "mailboxes"}.get(name, "steps"))
    qtbot.waitUntil(shown.window.actions_table[name].isEnabled)
    shown.window.actions_table[name].trigger()
    qtbot.waitUntil(lambda: any(each.isVisible() for each in shown.window.findChildren(QDialog)))
    QApplication.processEvents()  # what it makes after it is shown
    dialog = next(each for each in shown.window.findChildren(QDialog) if each.isVisible())

    check_names(dialog)
    dialog.reject()
