"""Columns share the room of a table: none is cut where they can give way, and a person's own widths stay."""

import pytest
from PySide6.QtCore import Qt

from opendoors_desktop.gui.models.contact_table import contact_columns
from opendoors_desktop.gui.widgets.column_fit import fitted
from tests.builders import add_contacts


@pytest.mark.parametrize(
    "room, expected",
    [
        (300, [30, 150, 120]),
        (360, [30, 190, 120]),
        (275, [30, 133, 111]),
        (225, [30, 100, 95]),
        (100, [30, 100, 95]),
    ],
)
def test_columns_give_way_and_take_room_by_their_shares(room, expected):
    widths, least = [30, 150, 120], [0, 100, 0 if room >= 300 else 95]
    assert fitted(widths, least, room) == expected


def test_no_room_is_left_over_and_none_is_missing():
    columns = contact_columns()
    widths, least = [column.width for column in columns], [column.least for column in columns]
    for room in range(860, sum(widths)):
        assert room - len(widths) <= sum(fitted(widths, least, room)) <= room


@pytest.mark.parametrize("size", [(1440, 900), (960, 640)])
def test_the_table_of_contacts_has_all_columns_in_sight_until_a_person_widens_one(size, room, open_window, qtbot):
    add_contacts(room.context, 3)
    window = open_window(size=size, first="contacts")
    qtbot.waitUntil(lambda: window.page is not None and window.page.model.rowCount() == 3)
    view = window.page.view
    qtbot.waitUntil(lambda: view.viewport().width() > 400)
    assert view.horizontalScrollBar().maximum() == 0
    assert window.page.remembered() == {}

    view.setColumnWidth(1, 400)
    window.resize(size[0] + 20, size[1])
    assert view.columnWidth(1) == 400
    assert window.page.remembered()["name"] == 400
    assert view.horizontalScrollBar().orientation() is Qt.Orientation.Horizontal
