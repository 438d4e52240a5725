"""While the store is away fields can't be changed, what was typed stays, and the window says so in blue."""

import pytest
from PySide6.QtWidgets import QLineEdit

from opendoors_desktop.domain.errors import StoreError
from tests.builders import add_contacts, add_mailbox

AWAY = StoreError("The database can’t be reached.", "Start the server.", code="store_away")


@pytest.fixture
def page(room, open_window, qtbot):
    add_contacts(room.context, 2)
    window = open_window(first="contacts")
    qtbot.waitUntil(lambda: window.page is not None and window.page.model.rowCount() == 2)
    window.page.view.selectRow(0)
    qtbot.waitUntil(lambda: bool(window.page.detail._lines))
    return window.page


def test_fields_are_read_only_until_the_store_is_back_and_what_finds_stays_in_use(page, qtbot):
    window = page.window()
    field = page.detail._lines["first_name"]
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "Half")

    window.bench.news.away.emit(AWAY)
    qtbot.keyClicks(field, " typed")
    assert field.text() == "Half"
    assert window.away.text.startswith("The database can’t be reached. Start the server.")
    qtbot.keyClicks(page.filters.words, "zoe")
    assert page.filters.words.text() == "zoe"

    window.bench.news.back.emit()
    qtbot.keyClicks(field, " typed")
    assert field.text() == "Half typed"
    assert window.away.text == ""


def test_a_field_that_was_read_only_before_stays_so(page, room, qtbot):
    window = page.window()
    own = QLineEdit(page)
    own.setReadOnly(True)
    add_mailbox(room.context)
    window.bench.news.away.emit(AWAY)
    window.bench.news.back.emit()
    assert own.isReadOnly()
