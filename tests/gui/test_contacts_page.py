"""The Contacts page, by mouse and by keys alone: what is seen, and what the store holds afterwards."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLineEdit, QPushButton, QToolTip

from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.engine.commands import contacts, enrollments, suppressions
from opendoors_desktop.gui.contacts.dialogs import AddContact, EnrollDialog, TagDialog
from opendoors_desktop.gui.contacts.refusals import Refusals
from opendoors_desktop.store.queries import contact_list
from opendoors_desktop.store.queries.contact_states import ContactState
from tests.builders import add_mailbox, add_sequence, email
from tests.fixtures_store import NOW

HOSTILE = "<img src=http://127.0.0.1:9/x><b>Eve</b>\u202e\u2067" + "x" * 10_000
CTRL = Qt.KeyboardModifier.ControlModifier


def add(room, name, last="", **values):
    return contacts.add_contact(
        room.context, {"email": f"{name.lower()}@example.com", "first_name": name, "last_name": last, **values}
    )


def names(page):
    return [page.model.row_at(number).line.name for number in range(page.model.rowCount())]


def name_shown(page):
    """The name in the pane beside the table."""
    return page.detail._name.text() if page.detail.contact_id else ""


@pytest.fixture
def people(room):
    """Three people, one of them tagged."""
    return [add(room, "Ana", "Lind", tags="fair"), add(room, "Ben", "Okafor", company="Firm"), add(room, "Cleo", "Abt")]


@pytest.fixture
def page(window, qtbot):
    """The Contacts page with everybody listed."""
    window.go("contacts")
    found = window.page
    qtbot.waitUntil(lambda: found.faces.face in ("content", "empty"))
    return found


def dialog_of(page, kind):
    return next((each for each in page.findChildren(kind) if each.isVisible()), None)


def press(qtbot, parent, text):
    button = next(each for each in parent.findChildren(QPushButton) if each.text() == text and each.isVisible())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_workspace_without_contacts_says_what_to_do(page, qtbot):
    assert page.faces.face == "empty"
    assert "No contacts yet" in page.faces.currentWidget().accessibleName()
    press(qtbot, page.faces, "New contact")
    assert dialog_of(page, AddContact) is not None


def test_headers_sort_and_a_second_click_turns_the_order(people, page, qtbot):
    assert names(page) == ["Cleo Abt", "Ana Lind", "Ben Okafor"]
    header = page.view.horizontalHeader()

    def click(column):
        at = QPoint(header.sectionViewportPosition(column) + 20, 10)
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)

    click(2)
    qtbot.waitUntil(lambda: names(page) == ["Ana Lind", "Ben Okafor", "Cleo Abt"])
    click(2)
    qtbot.waitUntil(lambda: names(page) == ["Cleo Abt", "Ben Okafor", "Ana Lind"])
    assert header.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder


def test_typing_finds_and_no_match_offers_to_clear(people, page, qtbot):
    qtbot.keyClick(page.window(), Qt.Key.Key_F, CTRL)
    assert page.filters.words.hasFocus()
    qtbot.keyClicks(page.filters.words, "oka")
    qtbot.waitUntil(lambda: page.model.has_answer and names(page) == ["Ben Okafor"])
    qtbot.waitUntil(lambda: page.filters.count.text() == "1 contact")

    qtbot.keyClicks(page.filters.words, "zz")
    qtbot.waitUntil(lambda: page.faces.face == "empty")
    assert page.faces.currentWidget().accessibleName() == "No contacts match"
    press(qtbot, page.faces, "Clear filters")
    qtbot.waitUntil(lambda: page.faces.face == "content" and page.model.rowCount() == 3)


def test_tag_and_status_narrow_the_list(people, page, room, qtbot):
    qtbot.waitUntil(lambda: page.filters.tag.count() == 2)
    page.filters.tag.setCurrentIndex(1)
    qtbot.waitUntil(lambda: page.model.has_answer and page.model.is_counted and names(page) == ["Ana Lind"])
    page.filters.clear()
    suppressions.suppress(room.context, "cleo@example.com")
    page.filters.state.setCurrentIndex(page.filters.state.findData(ContactState.DO_NOT_CONTACT.value))
    qtbot.waitUntil(lambda: page.model.has_answer and page.model.is_counted and names(page) == ["Cleo Abt"])


def test_a_field_is_edited_by_keys_and_undone(people, page, room, qtbot):
    page.view.setFocus()
    qtbot.keyClick(page.view, Qt.Key.Key_End)
    qtbot.keyClick(page.view, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: name_shown(page) == "Cleo Abt" and page.detail._lines["first_name"].isVisible())
    qtbot.keyClick(page.window(), Qt.Key.Key_F2)
    line = page.detail._lines["first_name"]
    assert line.hasFocus()
    qtbot.keyClick(line, Qt.Key.Key_A, CTRL)
    qtbot.keyClicks(line, "Cleopatra")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: contacts.find_contact(room.context, "cleo@example.com").first_name == "Cleopatra")
    qtbot.waitUntil(lambda: page.bench.notices.toast_text == "First name changed")
    qtbot.waitUntil(lambda: "Cleopatra Abt" in names(page))

    page.view.setFocus()
    qtbot.keyClick(page.window(), Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: contacts.find_contact(room.context, "cleo@example.com").first_name == "Cleo")


def test_a_value_that_cannot_be_used_is_told_and_put_back(people, page, room, qtbot):
    page.detail.show_contact(people[0].id)
    qtbot.waitUntil(lambda: bool(page.detail._lines))
    line = page.detail._lines["email"]
    line.setFocus()
    line.setText("ben@example.com")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.window().findChildren(QDialog) != [])
    box = page.window().findChildren(QDialog)[-1]
    assert "ben@example.com" in box.text()
    box.close()
    assert contacts.find_contact(room.context, "ana@example.com").id == people[0].id


def test_a_contact_is_added_with_what_is_wrong_told_beside_the_field(page, room, qtbot):
    page.window().actions_table["contact.new"].trigger()
    dialog = dialog_of(page, AddContact)
    qtbot.keyClicks(dialog.lines["email"], "nobody")
    qtbot.keyClick(dialog.lines["email"], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.problem.isVisible())
    assert "@" in dialog.problem.text()
    assert dialog.lines["email"].property("wrong") == "true"

    dialog.lines["email"].setText("dora@example.com")
    qtbot.keyClick(dialog.lines["email"], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.bench.notices.toast_text == "Contact added")
    assert contacts.find_contact(room.context, "dora@example.com").source == "manual"
    page.bench.history.undo()
    qtbot.waitUntil(lambda: list(contacts.list_contacts(room.context)) == [])


def test_checked_rows_are_tagged_and_the_tags_come_back_by_undo(people, page, room, qtbot):
    page.view.setFocus()
    qtbot.keyClick(page.view, Qt.Key.Key_Home)
    qtbot.keyClick(page.view, Qt.Key.Key_Space)
    at = page.view.visualRect(page.model.index(1, 0)).center()
    qtbot.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert page.selection.words.text() == "2 selected"

    qtbot.keyClick(page.view, Qt.Key.Key_T)
    dialog = dialog_of(page, TagDialog)
    qtbot.keyClicks(dialog.line, "vip, new")
    press(qtbot, dialog, "Save tags")
    qtbot.waitUntil(lambda: contacts.find_contact(room.context, "cleo@example.com").tags == ("vip", "new"))
    assert contacts.find_contact(room.context, "ana@example.com").tags == ("fair", "vip", "new")
    qtbot.waitUntil(lambda: page.bench.notices.toast_text == "2 contacts changed")
    page.bench.history.undo()
    qtbot.waitUntil(lambda: contacts.find_contact(room.context, "cleo@example.com").tags == ())


def test_select_all_takes_the_query_not_the_page(people, page, room, qtbot):
    page.view.setFocus()
    qtbot.keyClick(page.view, Qt.Key.Key_A, CTRL)
    assert page.selection.words.text() == "3 selected"
    chosen, number = page._chosen()
    assert number == 3
    with ThreadPoolExecutor() as pool:  # as the window does: never on the main thread
        assert set(pool.submit(chosen, room.context).result()) == {each.id for each in people}


def test_do_not_contact_shows_at_once_and_is_undone(people, page, room, qtbot):
    page.view.setCurrentIndex(page.model.index(0, 1))
    page.window().actions_table["contact.bar"].trigger()
    qtbot.waitUntil(lambda: page.model.row_at(0).line.state is ContactState.DO_NOT_CONTACT)
    assert suppressions.check_suppression(room.context, "cleo@example.com")
    page.bench.history.undo()
    qtbot.waitUntil(lambda: page.model.row_at(0).line.state is ContactState.NOT_ENROLLED)


def test_contacts_are_enrolled_and_who_cannot_be_is_told_why(people, page, room, qtbot):
    sequence_id = add_sequence(room.context, add_mailbox(room.context), [email(), email(days=1)], name="Cold chain")
    suppressions.suppress(room.context, "ben@example.com")
    page.model.check_all(is_on=True)
    page.view.setFocus()
    qtbot.keyClick(page.view, Qt.Key.Key_S)
    dialog = dialog_of(page, EnrollDialog)
    qtbot.waitUntil(lambda: dialog.step.count() == 2)
    press(qtbot, dialog, "Enroll")
    qtbot.waitUntil(lambda: page.bench.notices.toast_text == "2 contacts enrolled in Cold chain")
    qtbot.waitUntil(lambda: dialog_of(page, Refusals) is not None)
    refused = dialog_of(page, Refusals)
    assert refused.list.count() == 1
    assert refused.list.item(0).text().startswith("Ben Okafor: ")
    refused.close()

    page.detail.show_contact(people[0].id)
    qtbot.waitUntil(lambda: len(page.detail._cards) == 1 and page.detail._cards[0].isVisible())
    press(qtbot, page.detail, "Why isn’t it sending?")
    qtbot.waitUntil(lambda: page.detail._cards[0]._reason.isVisible())
    assert page.detail._cards[0]._reason.text()

    page.bench.history.undo()
    qtbot.waitUntil(lambda: _enrolled(room, sequence_id) == 0)


def _enrolled(room, sequence_id):
    with room.context.store.read() as unit:
        return unit.row("SELECT count(*) FROM sequence_enrollments WHERE sequence_id = :id", {"id": sequence_id})[0]


def test_T79_hostile_names_are_plain_text_everywhere(room, page, qtbot):
    eve = add(room, "Eve", tags="<b>tag</b>")
    with room.context.store.write() as unit:
        unit.run(
            "UPDATE contacts SET first_name = :text, company_name = :text, title = :text WHERE id = :id",
            {"text": HOSTILE, "id": eve.id},
        )
    page.refresh()
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)
    page.view.setCurrentIndex(page.model.index(0, 1))
    qtbot.waitUntil(lambda: bool(page.detail._lines) and page.detail._lines["company"].text() != "")

    assert page.view.rowHeight(0) == page.view.verticalHeader().defaultSectionSize()
    shown = page.model.index(0, 1).data()
    assert shown.startswith("<img src=http://127.0.0.1:9/x><b>Eve</b>")
    assert len(shown) <= 200
    page.view.grab()
    for label in page.detail.findChildren(QLineEdit):
        assert "\n" not in label.text()
    from PySide6.QtWidgets import QLabel

    for label in page.window().findChildren(QLabel):
        assert label.textFormat() is not Qt.TextFormat.RichText
        if "Eve" in label.text():
            assert label.textFormat() is Qt.TextFormat.PlainText
        if "Eve" in label.toolTip():
            assert "<img" not in label.toolTip()
    page.window().grab()


def test_the_tooltip_of_a_cut_cell_is_plain(people, room, page, qtbot):
    with room.context.store.write() as unit:
        unit.run("UPDATE contacts SET company_name = :text WHERE id = :id", {"text": HOSTILE, "id": people[2].id})
    page.refresh()
    qtbot.waitUntil(lambda: page.model.row_at(0).line.company.startswith("<img"))
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QHelpEvent

    at = page.view.visualRect(page.model.index(0, 3)).center()
    event = QHelpEvent(QEvent.Type.ToolTip, at, page.view.viewport().mapToGlobal(at))
    QApplication.sendEvent(page.view.viewport(), event)
    assert "&lt;img" in QToolTip.text()
    QToolTip.hideText()


def test_the_error_face_tells_and_retries(people, window, qtbot, monkeypatch):
    def away(*_args, **_more):
        raise StoreError("The store can’t be reached.", "Start the database server.", code="store_away")

    with monkeypatch.context() as broken:
        broken.setattr(contact_list, "page_contacts", away)
        window.go("contacts")
        page = window.page
        qtbot.waitUntil(lambda: page.faces.face == "error")
        assert "Start the database server." in page.faces.currentWidget().accessibleName()
    press(qtbot, page.faces, "Retry")
    qtbot.waitUntil(lambda: page.faces.face == "content" and len(names(page)) == 3)


def test_below_a_width_the_pane_is_a_drawer_that_F9_opens(people, page, qtbot):
    page.window().resize(1000, 700)
    qtbot.waitUntil(lambda: page.detail.isHidden())
    qtbot.keyClick(page.window(), Qt.Key.Key_F9)
    assert page.detail.isVisible()
    qtbot.keyClick(page.window(), Qt.Key.Key_F9)
    assert page.detail.isHidden()


def test_widths_of_columns_are_kept_for_the_next_start(people, page, open_window, room, qtbot):
    page.view.take_widths({"email": 333})
    other = open_window()
    qtbot.waitUntil(lambda: other.page is not None)
    other.go("contacts")
    other.page.remember(page.remembered())
    assert other.page.view.columnWidth(2) == 333


def test_another_page_shows_a_contact_here(people, window, qtbot):
    window.go("contacts", contact_id=people[1].id)
    qtbot.waitUntil(lambda: name_shown(window.page) == "Ben Okafor")


def test_what_another_program_changes_is_seen(people, page, room, qtbot):
    add(room, "Dora", "Aalto")
    page.ask_again()
    qtbot.waitUntil(lambda: "Dora Aalto" in names(page))


def test_fault_44_fifty_thousand_contacts_while_others_write_never_keep_the_window(room, open_window, qtbot):
    """Another program commits as fast as it can while the list is scrolled and searched, with no slice over 50 ms."""
    with room.context.store.write() as unit:
        unit.run_many(
            "INSERT INTO contacts (id, workspace_id, email, email_key, first_name, last_name, created_at, updated_at)"
            " VALUES (:id, :ws, :email, :email, 'Ana', :last, :now, :now)",
            [
                {
                    "id": UUID(int=number + 1),
                    "ws": room.context.scope.workspace_id,
                    "email": f"u{number:05}@example.com",
                    "last": f"Smith{number * 7919 % 50_000:05}",
                    "now": NOW,
                }
                for number in range(50_000)
            ],
        )
    window = open_window()
    qtbot.waitUntil(lambda: window.page is not None)
    window.go("contacts")
    page = window.page
    qtbot.waitUntil(lambda: page.model.rowCount() == 50_000)
    over = threading.Event()
    commits: list[int] = []

    def write():
        from opendoors_desktop.domain.changes import Topic

        while not over.is_set():
            with room.context.store.write() as unit:
                at = NOW + timedelta(seconds=len(commits))
                unit.run("UPDATE contacts SET last_contacted_at = :at WHERE id = :id", {"at": at, "id": UUID(int=1)})
                unit.changed(Topic.CONTACTS, Topic.ENROLLMENTS)
            commits.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        bar = page.view.verticalScrollBar()
        for step in range(12):
            bar.setValue(step * 4001)
            qtbot.waitUntil(lambda: page.model.row_at(bar.value()) is not None)
        page.filters.words.setText("smith0")
        qtbot.waitUntil(lambda: page.model.has_answer and page.model.row_at(0) is not None)
        qtbot.waitUntil(lambda: len(commits) > 10)
    finally:
        over.set()
        writer.join()
    assert page.model.row_at(0).line.last_name.startswith("Smith0")


def test_a_file_dropped_on_the_window_opens_the_import(window, qtbot, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("email,name\nana@example.com,Ana\n", encoding="utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, buttons, keys)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, buttons, keys))
    qtbot.waitUntil(lambda: bool(window.page._importing) and len(window.page._importing.columns.boxes) == 2)
    assert isinstance(window.page._importing.columns.boxes[0], QComboBox)


def test_T29_enrolling_a_changed_set_again_adds_the_newcomers_and_leaves_the_others(people, room):
    sequence_id = add_sequence(room.context, add_mailbox(room.context), [email(), email(days=1)])
    first = enrollments.enroll(room.context, sequence_id, [people[0].id, people[1].id])
    with room.context.store.read() as unit:
        before = unit.rows("SELECT * FROM sequence_enrollments ORDER BY id")

    again = enrollments.enroll(room.context, sequence_id, [each.id for each in people])

    with room.context.store.read() as unit:
        after = unit.rows("SELECT * FROM sequence_enrollments ORDER BY id")
    assert after[:2] == before
    assert len(after) == 3
    assert [each.refusal and each.refusal.code for each in again] == ["already_enrolled", "already_enrolled", None]
    assert [each.enrollment_id for each in again[:2]] == [each.enrollment_id for each in first]


def test_somebody_is_added_found_tagged_and_enrolled_by_keys_alone(people, page, room, qtbot):
    sequence_id = add_sequence(room.context, add_mailbox(room.context), [email()], name="Spring")
    window = page.window()

    def to_table():
        window.activateWindow()  # as a window system does when a dialog closes
        page.view.setFocus()
        qtbot.waitUntil(page.view.hasFocus)

    def dialog(kind):
        qtbot.waitUntil(lambda: dialog_of(page, kind) is not None)
        found = dialog_of(page, kind)
        qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
        qtbot.waitUntil(lambda: found.isAncestorOf(QApplication.focusWidget()))
        return found

    def type_in(words):
        qtbot.keyClicks(QApplication.focusWidget(), words)

    def press_key(key, modifier=Qt.KeyboardModifier.NoModifier):
        qtbot.keyClick(QApplication.focusWidget(), key, modifier)

    to_table()
    press_key(Qt.Key.Key_N, CTRL | Qt.KeyboardModifier.AltModifier)
    dialog(AddContact)
    type_in("zoe@example.com")
    press_key(Qt.Key.Key_Tab)
    type_in("Zoe")
    press_key(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog_of(page, AddContact) is None and "Zoe" in names(page))

    to_table()
    press_key(Qt.Key.Key_F, CTRL)
    qtbot.waitUntil(page.filters.words.hasFocus)
    type_in("zo")
    qtbot.waitUntil(lambda: names(page) == ["Zoe"])
    press_key(Qt.Key.Key_Down)
    press_key(Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: name_shown(page) == "Zoe")

    press_key(Qt.Key.Key_T)
    dialog(TagDialog)
    type_in("vip")
    press_key(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: contacts.find_contact(room.context, "zoe@example.com").tags == ("vip",))

    to_table()
    press_key(Qt.Key.Key_S)
    chosen = dialog(EnrollDialog)
    qtbot.waitUntil(lambda: chosen.sequence.count() == 1 and chosen.do_button.isEnabled())
    press_key(Qt.Key.Key_Return)
    sql = "SELECT count(*) FROM sequence_enrollments WHERE sequence_id = :id"
    qtbot.waitUntil(lambda: count_rows(room, sql, {"id": sequence_id}) == 1)


def count_rows(room, sql, params):
    with room.context.store.read() as unit:
        return unit.rows(sql, params)[0][0]
