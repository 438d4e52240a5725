"""The tree of folders and sequences in the window: made, named, moved and put away by mouse and by keys."""

import pytest
from PySide6.QtCore import QMimeData, QModelIndex, QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget

from opendoors_desktop.engine.commands.folders import add_folder, rename_folder
from opendoors_desktop.engine.commands.sequence_states import archive_sequence
from opendoors_desktop.engine.commands.sequences import show_sequence
from opendoors_desktop.gui.models.folder_rows import RowKind
from opendoors_desktop.gui.pages.move_dialog import MoveDialog
from tests.gui.sequence_room import Pages, fill

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
WHOLE = ["Outbound", ".Logistics", "..Cold chain", "..Ports", "Inbound", "Loose"]


@pytest.fixture
def keys(room):
    return fill(room.context)


@pytest.fixture
def pages(keys, open_window, qtbot, room) -> Pages:
    window = open_window()
    qtbot.waitUntil(lambda: window.page is not None)
    found = Pages(window, qtbot, room.context)
    found.wait_names(*WHOLE)
    return found


def editor(pages: Pages) -> QLineEdit:
    pages.wait(lambda: bool(pages.tree.viewport().findChildren(QLineEdit)))
    return pages.tree.viewport().findChildren(QLineEdit)[0]


def test_the_tree_shows_all_with_counts_and_the_sums_below(pages):
    assert pages.page.tree.footer.text() == "1 active, 0 paused, 2 drafts"
    row = pages.tree.rows.find(RowKind.SEQUENCE, pages.tree.rows.rows[2].id)
    assert row.data(Qt.ItemDataRole.AccessibleTextRole) == "Cold chain, sequence, Active, 3 contacts"
    top = pages.tree.rows.index(0, 0)
    assert top.data(Qt.ItemDataRole.AccessibleTextRole) == "Outbound, folder, 2 sequences"


def test_a_folder_is_made_and_named_by_keys_alone_and_taken_back(pages):
    pages.choose("Inbound")
    pages.key(Qt.Key.Key_N, CTRL | Qt.KeyboardModifier.ShiftModifier)
    field = editor(pages)
    assert field.selectedText() == "New folder"
    pages.bot.keyClicks(field, "Events")
    pages.bot.keyClick(field, Qt.Key.Key_Return)
    pages.wait_names("Outbound", ".Logistics", "..Cold chain", "..Ports", "Inbound", ".Events", "Loose")

    pages.undo()
    pages.wait_names("Outbound", ".Logistics", "..Cold chain", "..Ports", "Inbound", ".New folder", "Loose")
    pages.undo()
    pages.wait_names(*WHOLE)
    assert not pages.window.bench.history.stack.canUndo()


def test_a_name_is_changed_in_place_and_escape_leaves_it(pages):
    pages.choose("Loose")
    pages.key(Qt.Key.Key_F2)
    pages.bot.keyClicks(editor(pages), "Tight")
    pages.bot.keyClick(editor(pages), Qt.Key.Key_Escape)
    pages.wait(lambda: not pages.tree.viewport().findChildren(QLineEdit))
    assert pages.names() == WHOLE

    pages.key(Qt.Key.Key_F2)
    pages.bot.keyClicks(editor(pages), "Tight")
    pages.bot.keyClick(editor(pages), Qt.Key.Key_Return)
    pages.wait(lambda: "Tight" in pages.names())
    assert "Loose" not in pages.names()
    pages.wait_toast("Loose is called Tight now")


def test_nothing_that_comes_meanwhile_takes_away_a_name_being_typed(pages, keys, room):
    pages.choose("Inbound")
    pages.key(Qt.Key.Key_F2)
    pages.bot.keyClicks(editor(pages), "Half a na")

    rename_folder(room.context, keys["Outbound"], "Out")
    add_folder(room.context, "Another")
    pages.bot.wait(600)  # the change is asked for meanwhile
    assert editor(pages).text() == "Half a na"
    assert "Another" not in pages.names()

    pages.bot.keyClicks(editor(pages), "me")
    pages.bot.keyClick(editor(pages), Qt.Key.Key_Return)
    pages.wait(lambda: {"Half a name", "Out", "Another"} <= set(pages.names()))
    assert "Inbound" not in pages.names()


def test_what_is_open_and_current_stays_so_when_others_change_the_tree(pages, keys, room):
    pages.choose("Ports")
    pages.tree.collapse(pages.tree.rows.find(RowKind.FOLDER, keys["Inbound"]))
    add_folder(room.context, "Aaa")
    pages.wait(lambda: "Aaa" in pages.names())

    assert pages.tree.row is not None
    assert pages.tree.row.name == "Ports"
    assert pages.tree.isExpanded(pages.tree.rows.find(RowKind.FOLDER, keys["Logistics"]))
    assert pages.page.sequence.target is not None


def test_cut_and_paste_move_a_sequence_and_a_folder(pages, keys):
    pages.choose("Loose")
    pages.key(Qt.Key.Key_X, CTRL)
    pages.choose("Inbound")
    pages.key(Qt.Key.Key_V, CTRL)
    pages.wait_names("Outbound", ".Logistics", "..Cold chain", "..Ports", "Inbound", ".Loose")

    pages.choose("Logistics")
    pages.key(Qt.Key.Key_X, CTRL)
    pages.choose("Inbound")
    pages.key(Qt.Key.Key_V, CTRL)
    pages.wait_names("Outbound", "Inbound", ".Logistics", "..Cold chain", "..Ports", ".Loose")

    pages.undo()
    pages.undo()
    pages.wait_names(*WHOLE)
    assert show_sequence(pages.context, keys["Loose"]).settings.folder_id is None


def test_a_folder_is_never_pasted_into_itself(pages):
    pages.choose("Outbound")
    pages.key(Qt.Key.Key_X, CTRL)
    pages.choose("Logistics")
    pages.key(Qt.Key.Key_V, CTRL)
    pages.bot.wait(300)
    assert pages.names() == WHOLE


def test_alt_and_arrows_put_folders_in_order_and_sequences_into_the_next(pages, keys):
    pages.choose("Inbound")
    pages.key(Qt.Key.Key_Up, ALT)
    pages.wait_names("Inbound", "Outbound", ".Logistics", "..Cold chain", "..Ports", "Loose")
    pages.key(Qt.Key.Key_Down, ALT)
    pages.wait_names(*WHOLE)

    pages.choose("Loose")
    pages.key(Qt.Key.Key_Up, ALT)
    pages.wait_toast("Loose is moved to Inbound")
    assert show_sequence(pages.context, keys["Loose"]).settings.folder_id == keys["Inbound"]


def test_move_to_asks_for_a_folder_and_offers_only_possible_ones(pages, keys):
    pages.choose("Outbound")
    pages.key(Qt.Key.Key_M, CTRL)
    dialog = pages.dialog(MoveDialog)
    places = dialog.findChild(QListWidget)
    assert [places.item(n).text() for n in range(places.count())] == ["At the top", "Inbound"]

    pages.bot.keyClicks(dialog.words, "inb")
    pages.bot.keyClick(dialog.words, Qt.Key.Key_Return)
    pages.wait_names("Inbound", ".Outbound", "..Logistics", "...Cold chain", "...Ports", "Loose")
    pages.wait_toast("Outbound is moved to Inbound")


def test_delete_archives_a_sequence_and_removes_a_folder_and_undo_brings_both_back(pages, keys):
    pages.choose("Ports")
    pages.key(Qt.Key.Key_Delete)
    pages.wait(lambda: pages.status(keys["Ports"]) == "archived")
    pages.wait_toast("Ports is archived")
    pages.wait_names("Outbound", ".Logistics", "..Cold chain", "Inbound", "Loose", "Archive", ".Ports")
    pages.undo()
    pages.wait_names(*WHOLE)
    assert pages.status(keys["Ports"]) == "draft"

    pages.choose("Logistics")
    pages.key(Qt.Key.Key_Delete)
    pages.wait_names("Outbound", ".Cold chain", ".Ports", "Inbound", "Loose")
    pages.undo()
    pages.wait_names(*WHOLE)


def test_the_filter_shows_what_fits_and_the_folders_that_lead_there(pages):
    pages.key(Qt.Key.Key_F, CTRL)
    field = pages.page.tree.filter
    assert field.hasFocus()
    pages.bot.keyClicks(field, "chain col")
    pages.wait_names("Outbound", ".Logistics", "..Cold chain")
    field.clear()
    pages.wait_names(*WHOLE)


def test_a_drop_on_a_folder_and_between_rows(pages, keys):
    model = pages.tree.rows
    loose = model.find(RowKind.SEQUENCE, keys["Loose"])
    data = model.mimeData([loose])
    logistics = model.find(RowKind.FOLDER, keys["Logistics"])
    assert model.canDropMimeData(data, Qt.DropAction.MoveAction, -1, -1, logistics)
    model.dropMimeData(data, Qt.DropAction.MoveAction, -1, -1, logistics)
    pages.wait_names("Outbound", ".Logistics", "..Cold chain", "..Loose", "..Ports", "Inbound")

    inbound = model.mimeData([model.find(RowKind.FOLDER, keys["Inbound"])])
    model.dropMimeData(inbound, Qt.DropAction.MoveAction, 0, 0, QModelIndex())
    pages.wait_names("Inbound", "Outbound", ".Logistics", "..Cold chain", "..Loose", "..Ports")
    assert show_sequence(pages.context, keys["Loose"]).settings.folder_id == keys["Logistics"]


def drag(pages: Pages, data: QMimeData, at: QPoint) -> bool:
    """Drag over a place of the tree and let go there; False where nothing may be dropped."""
    viewport, move = pages.tree.viewport(), Qt.DropAction.MoveAction
    buttons, no_keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(viewport, QDragEnterEvent(at, move, data, buttons, no_keys))
    over = QDragMoveEvent(at, move, data, buttons, no_keys)
    QApplication.sendEvent(viewport, over)
    pages.tree.grab()  # the line or the filled row is painted
    if not over.isAccepted():
        return False
    QApplication.sendEvent(viewport, QDropEvent(at.toPointF(), move, data, buttons, no_keys))
    return True


def test_a_folder_is_dragged_between_two_others_and_a_sequence_onto_one(pages, keys):
    rows = pages.tree.rows
    outbound = pages.tree.visualRect(rows.find(RowKind.FOLDER, keys["Outbound"]))
    data = rows.mimeData([rows.find(RowKind.FOLDER, keys["Inbound"])])
    assert drag(pages, data, QPoint(outbound.center().x(), outbound.top() + 1))
    pages.wait_names("Inbound", "Outbound", ".Logistics", "..Cold chain", "..Ports", "Loose")

    inbound = pages.tree.visualRect(rows.find(RowKind.FOLDER, keys["Inbound"]))
    data = rows.mimeData([rows.find(RowKind.SEQUENCE, keys["Loose"])])
    assert drag(pages, data, inbound.center())
    pages.wait_names("Inbound", ".Loose", "Outbound", ".Logistics", "..Cold chain", "..Ports")
    assert show_sequence(pages.context, keys["Loose"]).settings.folder_id == keys["Inbound"]

    logistics = pages.tree.visualRect(rows.find(RowKind.FOLDER, keys["Logistics"])).center()
    assert not drag(pages, rows.mimeData([rows.find(RowKind.FOLDER, keys["Outbound"])]), logistics)


def test_in_a_narrow_window_the_tree_comes_up_for_a_new_name(pages):
    pages.window.resize(980, 700)
    pages.wait(lambda: not pages.page.tree.isVisible())
    pages.act("folder.new")
    field = editor(pages)
    assert field.isVisible()
    pages.bot.keyClick(field, Qt.Key.Key_Escape)


def test_a_drop_that_closes_a_circle_or_falls_on_a_sequence_is_refused(pages, keys):
    model = pages.tree.rows
    top = model.mimeData([model.find(RowKind.FOLDER, keys["Outbound"])])
    for target in (model.find(RowKind.FOLDER, keys["Logistics"]), model.find(RowKind.FOLDER, keys["Outbound"])):
        assert not model.canDropMimeData(top, Qt.DropAction.MoveAction, -1, -1, target)
    sequence = model.find(RowKind.SEQUENCE, keys["Ports"])
    assert not model.canDropMimeData(top, Qt.DropAction.MoveAction, -1, -1, sequence)
    assert not model.flags(sequence) & Qt.ItemFlag.ItemIsDropEnabled


def test_a_folder_takes_a_colour_and_gives_it_back(pages, keys, room):
    pages.choose("Inbound")
    menu = pages.page.tree.folder_menu()
    colors = next(action.menu() for action in menu.actions() if action.menu() is not None)
    colors.actions()[0].trigger()
    row = pages.tree.rows
    pages.wait(lambda: row.find(RowKind.FOLDER, keys["Inbound"]).data(Qt.ItemDataRole.UserRole + 1).color == "#0d6d75")
    pages.undo()
    pages.wait(lambda: row.find(RowKind.FOLDER, keys["Inbound"]).data(Qt.ItemDataRole.UserRole + 1).color is None)
    assert "Inbound" in pages.names()


def test_the_model_keeps_its_promises_while_the_tree_changes(pages, keys, room, qtmodeltester):
    archive_sequence(room.context, keys["Ports"])
    pages.wait(lambda: "Archive" in pages.names())
    qtmodeltester.check(pages.tree.rows)
    pages.page.tree.filter.setText("cold")
    qtmodeltester.check(pages.tree.rows)
    assert pages.names() == ["Outbound", ".Logistics", "..Cold chain"]
