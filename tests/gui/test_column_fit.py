"""Columns share the room of a table: none is cut where they can give way, and a person's own widths stay."""

import pytest
from PySide6.QtCore import QPoint, Qt

from opendoors_desktop.gui.models.contact_table import contact_columns
from opendoors_desktop.gui.widgets.column_fit import fitted, left_out
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


def draw_wider(view, qtbot, column, width):
    """Draw the edge of a column with the mouse."""
    header = view.horizontalHeader()
    edge = QPoint(header.sectionViewportPosition(column) + header.sectionSize(column) - 1, header.height() // 2)
    to = edge + QPoint(width - header.sectionSize(column), 0)
    qtbot.mousePress(header.viewport(), Qt.MouseButton.LeftButton, pos=edge)
    qtbot.mouseMove(header.viewport(), edge + QPoint(5, 0))
    qtbot.mouseMove(header.viewport(), to)
    qtbot.mouseRelease(header.viewport(), Qt.MouseButton.LeftButton, pos=to)


def test_no_room_is_left_over_and_none_is_missing():
    columns = contact_columns()
    widths, least = [column.width for column in columns], [column.least for column in columns]
    for room in range(990, sum(widths)):
        assert room - len(widths) <= sum(fitted(widths, least, room)) <= room


@pytest.mark.parametrize(
    "room, expected", [(100, set()), (99, {2}), (80, {2}), (79, {2, 0}), (30, {2, 0}), (0, {2, 0})]
)
def test_columns_go_in_their_order_where_there_is_no_room(room, expected):
    assert left_out([30, 50, 20], [2, 0, 1], room) == expected


@pytest.mark.parametrize(
    "size, missing", [((1440, 900), set()), ((1280, 800), {"added", "zone"}), ((960, 640), {"added", "zone"})]
)
def test_the_table_of_contacts_never_scrolls_sideways_until_a_person_widens_a_column(
    size, missing, room, open_window, qtbot
):
    add_contacts(room.context, 3)
    window = open_window(size=size, first="contacts")
    qtbot.waitUntil(lambda: window.page is not None and window.page.model.rowCount() == 3)
    view = window.page.view
    qtbot.waitUntil(lambda: view.viewport().width() > 400)
    assert view.horizontalScrollBar().maximum() == 0
    assert window.page.remembered() == {}
    assert {name for name, width in view.widths().items() if not width} == missing

    draw_wider(view, qtbot, 1, 400)
    window.resize(size[0] + 20, size[1])
    assert view.columnWidth(1) == 400
    assert window.page.remembered()["name"] == 400
    assert all(window.page.remembered().values())
    assert view.horizontalScrollBar().orientation() is Qt.Orientation.Horizontal
