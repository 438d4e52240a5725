"""Enrolling contacts in a sequence: found by name, by a filter and by pasted addresses, with an answer for each."""

import pytest
from PySide6.QtCore import Qt

from opendoors_desktop.gui.pages.enroll_dialog import EnrollDialog
from opendoors_desktop.gui.pages.enroll_parts import addresses_in
from tests.engine.sequence_rooms import FIRST, SECOND, standings, start_sequence
from tests.gui.sequence_room import Pages, fill
from tests.sequence_builders import add_example_contact


@pytest.fixture
def sequence_id(room):
    fill(room.context, people=0)
    key = start_sequence(room.context, FIRST, SECOND, name="Target", people=1, sending_timezone="UTC")
    for number, name in ((101, "Maren"), (102, "Dario"), (103, "Ines")):
        add_example_contact(room.context.store, room.context.scope, number, {"first_name": name, "city": "Bergen"})
    return key


@pytest.fixture
def pages(sequence_id, open_window, qtbot, room) -> Pages:
    window = open_window()
    qtbot.waitUntil(lambda: window.page is not None)
    found = Pages(window, qtbot, room.context)
    found.page.open_sequence(sequence_id)
    found.wait(lambda: found.page.sequence.target is not None)
    return found


def open_dialog(pages: Pages) -> EnrollDialog:
    pages.bot.mouseClick(pages.page.sequence.header.enroll, Qt.MouseButton.LeftButton)
    dialog = pages.dialog(EnrollDialog)
    pages.wait(lambda: dialog.step.count() == 2)
    return dialog


def people(pages: Pages, sequence_id) -> int:
    return len(standings(pages.context, sequence_id))


def test_contacts_are_found_by_name_and_checked_by_keys(pages, sequence_id):
    dialog = open_dialog(pages)
    for letters in ("mar", "dar"):
        dialog.search.entry.clear()
        pages.bot.keyClicks(dialog.search.entry, letters)
        pages.wait(lambda letters=letters: dialog.search.hits.count() > 0 and any(
            dialog.search.hits.item(n).text().lower().startswith(letters) for n in range(dialog.search.hits.count())
        ))  # fmt: skip
        row = next(
            n
            for n in range(dialog.search.hits.count())
            if dialog.search.hits.item(n).text().lower().startswith(letters)
        )
        dialog.search.hits.setCurrentRow(row)
        pages.bot.keyClick(dialog.search.hits, Qt.Key.Key_Space)
    pages.bot.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    pages.wait_toast("2 contacts are enrolled")
    assert people(pages, sequence_id) == 3

    pages.undo()
    pages.wait(lambda: people(pages, sequence_id) == 1)


def test_a_filter_adds_everybody_it_lets_through_from_a_later_step_on(pages, sequence_id):
    dialog = open_dialog(pages)
    dialog._group.button(1).click()
    dialog.filter.entry.setText("city = Bergen")
    dialog.step.setCurrentIndex(1)
    dialog.add.click()
    pages.wait_toast("3 contacts are enrolled")
    steps = {each.enrollment.start_step_id for each in standings(pages.context, sequence_id)}
    assert len(steps) == 2


def test_a_filter_that_cannot_be_read_is_told_and_nobody_is_added(pages, sequence_id):
    dialog = open_dialog(pages)
    dialog._group.button(1).click()
    dialog.filter.entry.setText("city is Bergen or")
    dialog.add.click()
    pages.wait(lambda: dialog.told.property("tone") == "danger")
    assert dialog.told.text()
    assert dialog.add.isEnabled()
    assert people(pages, sequence_id) == 1
    dialog.reject()


def test_pasted_addresses_are_added_and_each_that_is_not_is_told_why(pages, sequence_id, room):
    addresses = _addresses(room)
    dialog = open_dialog(pages)
    dialog._group.button(2).click()
    dialog.paste.entry.setPlainText(f"Maren <{addresses[1]}>, nobody@example.org; {addresses[0]}\n{addresses[2]}")
    dialog.add.click()
    pages.wait(lambda: dialog.results.isVisible())
    lines = [dialog.results.item(n).text() for n in range(dialog.results.count())]
    assert "2 contacts are enrolled" in dialog.told.text()
    assert any(line.startswith("nobody@example.org: ") for line in lines)
    assert any("already" in line for line in lines)
    assert people(pages, sequence_id) == 3
    pages.bot.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)


def test_nobody_chosen_is_told(pages, sequence_id):
    dialog = open_dialog(pages)
    dialog.add.click()
    assert dialog.told.text() == "Nobody is chosen yet."
    dialog.reject()


def test_addresses_are_found_between_all_that_stands_around_them():
    text = 'Ann <ann@example.org>; bob@example.net,\n"Cy" cy@example.com\nno address here\n\n'
    assert list(addresses_in(text)) == ["ann@example.org", "bob@example.net", "cy@example.com", "no address here"]


def _addresses(room) -> list[str]:
    with room.context.store.read() as unit:
        return [row[0] for row in unit.rows("SELECT email FROM contacts ORDER BY created_at, id")]
