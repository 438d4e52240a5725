"""The table of a folder's sequences: figures, rows that are checked, what is done to several, and its four faces."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMessageBox

from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.engine.commands.sequences import move_sequence, rename_sequence
from opendoors_desktop.gui.models.sequence_table import SequenceColumn, SequenceTableModel
from opendoors_desktop.gui.pages import folder_view
from opendoors_desktop.store.queries.sequence_list import list_with_figures
from tests.engine.sequence_rooms import FIRST, add_sequence, start_sequence
from tests.gui.sequence_room import Pages, button, fill

HOSTILE = "<img src=http://192.0.2.1/x.png><b>bold</b> & \u202eback"


@pytest.fixture
def keys(room):
    return fill(room.context)


@pytest.fixture
def pages(keys, open_window, qtbot, room) -> Pages:
    window = open_window()
    qtbot.waitUntil(lambda: window.page is not None)
    found = Pages(window, qtbot, room.context)
    found.choose("Logistics")
    found.wait(lambda: found.page.folder.model.rowCount() == 2)
    return found


def texts(pages: Pages, row: int) -> list[str]:
    model = pages.page.folder.model
    return [model.index(row, column).data() for column in SequenceColumn]


def row_place(pages: Pages, name: str):
    model = pages.page.folder.model
    row = next(n for n in range(model.rowCount()) if model.at(n).sequence.name == name)
    return pages.table.visualRect(model.index(row, 0))


def test_a_folder_shows_its_sequences_with_their_figures(pages):
    assert texts(pages, 0)[:6] == ["Cold chain", "Active", "3", "0", "0", "0"]
    assert texts(pages, 1)[:2] == ["Ports", "Draft"]
    assert texts(pages, 0)[SequenceColumn.NEXT] != "–"
    assert texts(pages, 1)[SequenceColumn.NEXT] == "–"
    pages.wait(lambda: "Sending is off." in texts(pages, 0))
    said = pages.page.folder.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith("Cold chain, State: Active, Enrolled: 3")
    assert pages.page.folder.header.title.text() == "Outbound › Logistics"


def test_a_folder_shows_also_what_lies_deeper_and_all_are_shown_without_one(pages):
    pages.choose("Outbound")
    pages.wait(lambda: pages.page.folder.header.title.text() == "Outbound")
    pages.wait(lambda: pages.page.folder.model.rowCount() == 2)
    pages.choose("Inbound")
    pages.wait(lambda: pages.page.folder.faces.face == "empty")
    assert button(pages.page.folder.faces, "New sequence").isEnabled()


def test_enter_opens_a_sequence_and_so_does_a_double_click(pages):
    pages.table.setFocus()
    pages.table.selectRow(1)
    pages.bot.keyClick(pages.table, Qt.Key.Key_Return)
    pages.wait(lambda: pages.page.main.currentWidget() is pages.page.sequence)
    assert pages.page.sequence.header.name.text() == "Ports"

    pages.choose("Logistics")
    pages.wait(lambda: pages.page.folder.isVisible() and pages.page.folder.model.rowCount() == 2)
    place, viewport = row_place(pages, "Cold chain").center(), pages.table.viewport()
    pages.bot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    pages.bot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    pages.wait(lambda: pages.page.sequence.isVisible())
    assert pages.page.sequence.header.name.text() == "Cold chain"


def test_rows_are_checked_by_mouse_and_by_space_and_archived_together(pages, keys):
    place = row_place(pages, "Cold chain")
    box = QPoint(place.left() + 14, place.center().y())
    pages.bot.mouseClick(pages.table.viewport(), Qt.MouseButton.LeftButton, pos=box)
    pages.table.setFocus()
    pages.table.setCurrentIndex(pages.page.folder.model.index(1, 3))
    pages.bot.keyClick(pages.table, Qt.Key.Key_Space)
    bar = pages.page.folder.bar
    pages.wait(bar.isVisible)
    assert bar.words.text() == "2 checked"

    pages.bot.mouseClick(bar.buttons["sequence.archive"], Qt.MouseButton.LeftButton)
    pages.wait_toast("2 sequences are archived")
    assert {pages.status(keys["Cold chain"]), pages.status(keys["Ports"])} == {"archived"}
    pages.wait(lambda: not bar.isVisible())

    pages.undo()
    pages.wait(lambda: pages.page.folder.model.rowCount() == 2)
    assert (pages.status(keys["Cold chain"]), pages.status(keys["Ports"])) == ("active", "draft")


def test_several_are_paused_moved_and_one_that_refuses_keeps_no_other_from_it(pages, keys, room):
    start_sequence(room.context, FIRST, name="Alone")
    pages.choose("Outbound")
    pages.wait(lambda: pages.page.folder.header.title.text() == "Outbound")
    model = pages.page.folder.model
    model.check([keys["Cold chain"], keys["Ports"]], is_on=True)
    pages.act("sequence.pause")
    pages.wait_toast("Cold chain is paused")
    assert pages.status(keys["Cold chain"]) == "paused"


def test_starting_several_tells_of_those_that_cannot(pages, keys, room, qtbot):
    empty = add_sequence(room.context, FIRST | {"subject_template": None}, name="Without subject")
    move_sequence(room.context, empty, keys["Logistics"])
    pages.wait(lambda: pages.page.folder.model.rowCount() == 3)
    pages.page.folder.model.check([keys["Ports"], empty], is_on=True)
    pages.act("sequence.activate")
    pages.wait_toast("Ports is started")
    pages.wait(lambda: bool(pages.window.findChildren(QMessageBox)))
    (box,) = pages.window.findChildren(QMessageBox)
    assert "Without subject" in box.informativeText()
    assert pages.status(empty) == "draft"
    box.close()


def test_checked_rows_and_the_current_one_stay_through_a_refresh(pages, keys, room):
    model = pages.page.folder.model
    model.check([keys["Ports"]], is_on=True)
    pages.table.selectRow(1)
    rename_sequence(room.context, keys["Cold chain"], "Cold chain leaders")
    pages.wait(lambda: texts(pages, 0)[0] == "Cold chain leaders")
    assert [each.sequence.name for each in model.checked()] == ["Ports"]
    assert pages.table.current_rows() == [1]


def test_the_table_is_sorted_by_a_click_on_a_header(pages):
    header = pages.table.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(SequenceColumn.NAME) + 20, 10)
    pages.bot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    pages.wait(lambda: texts(pages, 0)[0] == "Ports")
    assert texts(pages, 1)[0] == "Cold chain"


def test_T79_markup_and_turning_marks_in_names_are_text(pages, keys, room):
    rename_sequence(room.context, keys["Ports"], HOSTILE)
    pages.wait(lambda: any(HOSTILE in texts(pages, row)[0] for row in range(2)))
    model = pages.page.folder.model
    row = model.row_of(keys["Ports"])
    tip = model.index(row, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "<img" not in tip
    assert "&lt;img" in tip
    pages.page.open_sequence(keys["Ports"])
    pages.wait(lambda: pages.page.sequence.header.name.text() == HOSTILE)
    assert pages.page.sequence.header.name.textFormat() is Qt.TextFormat.PlainText


def test_the_archive_shows_what_was_put_away_and_gives_it_back(pages, keys):
    pages.page.folder.model.check([keys["Ports"]], is_on=True)
    pages.act("sequence.archive")
    pages.wait(lambda: "Archive" in pages.names())
    pages.tree.choose(pages.tree.rows.rows[-2].kind, None)
    pages.wait(lambda: pages.page.folder.header.title.text() == "Archive")
    pages.wait(lambda: [texts(pages, n)[0] for n in range(pages.page.folder.model.rowCount())] == ["Ports"])
    pages.table.selectRow(0)
    pages.act("sequence.restore")
    pages.wait_toast("Ports is restored")
    assert pages.status(keys["Ports"]) == "stopped"


def test_a_store_that_is_away_is_told_and_asked_again(pages, monkeypatch):
    away = [True]

    def fail(*arguments, **more):
        if away:
            raise StoreError("The store can’t be reached.", "Start the database server.")
        return list_with_figures(*arguments, **more)

    monkeypatch.setattr(folder_view, "list_with_figures", fail)
    pages.choose("Outbound")
    pages.wait(lambda: pages.page.folder.faces.face == "error")
    away.clear()
    pages.bot.mouseClick(button(pages.page.folder.faces, "Retry"), Qt.MouseButton.LeftButton)
    pages.wait(lambda: pages.page.folder.faces.face == "content")
    assert pages.page.folder.model.rowCount() == 2


def test_the_model_keeps_its_promises(room, qtmodeltester, qapp):
    fill(room.context)
    model = SequenceTableModel()
    with room.context.store.read() as unit:
        rows = list_with_figures(unit, room.context.scope.workspace_id)
    qtmodeltester.check(model)
    model.show(rows, room.clock.now())
    for column in SequenceColumn:
        model.sort(column, Qt.SortOrder.DescendingOrder)
        qtmodeltester.check(model)
    assert model.rowCount() == 3
