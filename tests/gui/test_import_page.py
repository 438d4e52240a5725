"""The import of a file, step by step: guessed columns, rehearsal, run, report, undo; and files that are none."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from opendoors_desktop.engine.commands import contact_imports, contacts
from opendoors_desktop.gui.importing.import_page import COLUMNS, FILE, REVIEW, RUN

HEADER = "E-Mail;Vorname;Nachname;Messetag\n"
ROWS = "ana@example.com;Ana;Lind;13.10.2026\nben(at)example;Ben;Okafor;\n=cmd@example.com;<b>Cleo</b>;Abt;x\n"


@pytest.fixture
def file(tmp_path):
    found = tmp_path / "people.csv"
    found.write_text(HEADER + ROWS, encoding="utf-8")
    return found


@pytest.fixture
def page(window, qtbot):
    """The import page, which asks for a file."""
    window.go("contacts")
    window.actions_table["contacts.import"].trigger()
    qtbot.waitUntil(lambda: window.page._importing is not None and window.page._importing.isVisible())
    return window.page._importing


def step(page):
    return page.steps.currentIndex()


def press(qtbot, parent, text):
    button = next(each for each in parent.findChildren(QPushButton) if each.text() == text and each.isVisible())
    qtbot.waitUntil(button.isEnabled)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def at_columns(page, file, qtbot):
    page.begin(file)
    qtbot.waitUntil(lambda: step(page) == COLUMNS)


def test_columns_are_guessed_the_rehearsal_writes_nothing_and_the_import_is_undone(page, file, room, qtbot):
    assert step(page) == FILE
    at_columns(page, file, qtbot)
    assert [box.currentText() for box in page.columns.boxes] == ["Email", "First name", "Last name", "Do not import"]

    press(qtbot, page, "Next")
    assert step(page) == REVIEW
    qtbot.waitUntil(lambda: page.review.figures.text() == "2 new, 0 updated, 0 unchanged, 1 left out")
    assert "Line 3: " in page.review.problems.view.model().index(0, 0).data()
    assert list(contacts.list_contacts(room.context)) == []

    page.review.tags.setText("fair")
    press(qtbot, page, "Import")
    qtbot.waitUntil(lambda: step(page) == RUN and page.run.words.text() == page.review.figures.text())
    made = {each.first_name: each.tags for each in contacts.list_contacts(room.context)}
    assert made == {"Ana": ("fair",), "<b>Cleo</b>": ("fair",)}

    press(qtbot, page, "Undo import")
    qtbot.waitUntil(lambda: list(contacts.list_contacts(room.context)) == [])
    qtbot.waitUntil(lambda: page.run.words.text() == "The import was undone.")
    press(qtbot, page, "Done")
    assert not page.isVisible()


def test_a_column_goes_where_a_person_says_by_keys_alone(page, file, room, qtbot):
    at_columns(page, file, qtbot)
    box = page.columns.boxes[3]
    box.setFocus()
    qtbot.keyClicks(box, "New field")
    assert box.currentData() == "custom.messetag"
    page.next.setFocus()
    qtbot.keyClick(page.next, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: step(page) == REVIEW and page.next.isEnabled())
    page.next.setFocus()
    qtbot.keyClick(page.next, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: step(page) == RUN and not page.is_running())
    assert contacts.find_contact(room.context, "ana@example.com").custom == {"messetag": "13.10.2026"}


def test_two_columns_for_one_field_are_refused_in_words(page, file, qtbot):
    at_columns(page, file, qtbot)
    page.columns.boxes[2].setCurrentIndex(page.columns.boxes[2].findData("first_name"))
    press(qtbot, page, "Next")
    qtbot.waitUntil(lambda: step(page) == COLUMNS and page.columns.problem.isVisible())
    assert "first_name" in page.columns.problem.text()


def test_a_file_without_addresses_asks_for_the_column(page, tmp_path, qtbot):
    file = tmp_path / "odd.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    at_columns(page, file, qtbot)
    assert "Choose the column" in page.columns.problem.text()


@pytest.mark.parametrize(
    "name, content", [("empty.csv", b""), ("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 50)]
)
def test_a_file_that_is_no_table_is_told_in_words(page, tmp_path, qtbot, name, content):
    file = tmp_path / name
    file.write_bytes(content)
    page.begin(file)
    qtbot.waitUntil(lambda: page.file.problem.isVisible())
    assert step(page) == FILE
    assert name in page.file.problem.text()


def test_a_file_that_is_gone_is_told_in_words(page, tmp_path, qtbot):
    page.begin(tmp_path / "gone.csv")
    qtbot.waitUntil(lambda: page.file.problem.isVisible())
    assert "gone.csv" in page.file.problem.text()


def test_a_long_import_is_cancelled_between_two_commits_and_keeps_what_came_before(
    page, tmp_path, room, qtbot, monkeypatch
):
    monkeypatch.setattr(contact_imports, "BATCH", 5)
    file = tmp_path / "many.csv"
    file.write_text("email\n" + "".join(f"u{number:05}@example.com\n" for number in range(4000)), encoding="utf-8")
    at_columns(page, file, qtbot)
    press(qtbot, page, "Next")
    qtbot.waitUntil(lambda: page.next.isEnabled())
    press(qtbot, page, "Import")
    qtbot.waitUntil(lambda: page.run.bar.value() > 0)
    press(qtbot, page, "Cancel import")
    qtbot.waitUntil(lambda: page.run.words.text().startswith("Cancelled"))
    assert 0 < sum(1 for _ in contacts.list_contacts(room.context)) < 4000


def test_problems_are_saved_to_a_file_that_a_spreadsheet_may_open(page, file, tmp_path, qtbot):
    at_columns(page, file, qtbot)
    press(qtbot, page, "Next")
    qtbot.waitUntil(lambda: page.next.isEnabled())
    press(qtbot, page, "Import")
    qtbot.waitUntil(lambda: step(page) == RUN and not page.is_running())
    target = tmp_path / "problems.csv"
    page.save_problems(target)
    qtbot.waitUntil(lambda: page._bench.notices.toast_text == "Problems saved to problems.csv")
    lines = target.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "line,column,problem"
    assert lines[1].startswith("3,")


def test_escape_leaves_the_import(page, file, qtbot):
    at_columns(page, file, qtbot)
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not page.isVisible()
