"""The contacts in a sequence: by state, paused, taken out and brought back, and why one isn't sending."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from opendoors_desktop.engine.commands.enrollments import pause_enrollment, remove_enrollment
from opendoors_desktop.engine.commands.step_moves import move_to_step
from opendoors_desktop.gui import enrollment_commands
from opendoors_desktop.gui.models.people import PersonRow
from opendoors_desktop.gui.pages.people_tab import PeopleTab
from opendoors_desktop.gui.pages.step_dialog import StepDialog
from opendoors_desktop.gui.pages.why_dialog import WhyDialog
from opendoors_desktop.gui.sequence_commands import Named
from opendoors_desktop.store.queries.people_states import PeopleState
from opendoors_desktop.store.queries.sequence_steps import list_step_cards
from tests.engine.sequence_rooms import FIRST, SECOND, add_people, standing_of, standings, start_sequence
from tests.gui.sequence_room import Pages, button, fill

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def sequence_id(room):
    fill(room.context, people=0)
    return start_sequence(room.context, FIRST, SECOND, name="People", people=5, sending_timezone="UTC")


@pytest.fixture
def pages(sequence_id, open_window, qtbot, room) -> Pages:
    window = open_window()
    qtbot.waitUntil(lambda: window.page is not None)
    found = Pages(window, qtbot, room.context)
    found.page.open_sequence(sequence_id)
    found.wait(lambda: found.page.sequence.target is not None)
    found.page.sequence.tabs.setCurrentIndex(1)
    found.wait(lambda: isinstance(found.page.sequence.stack.currentWidget(), PeopleTab))
    found.wait(lambda: tab(found).model.rowCount() == 5)
    return found


def tab(pages: Pages) -> PeopleTab:
    found = pages.page.sequence.stack.currentWidget()
    assert isinstance(found, PeopleTab)
    return found


def names(pages: Pages) -> list[str]:
    return [row.name for _, row in sorted(tab(pages).model.loaded(), key=lambda each: each[0])]


def current(pages: Pages) -> PersonRow:
    found = tab(pages).people.current()
    assert found is not None
    return found


def choose(pages: Pages, name: str) -> None:
    pages.wait(lambda: name in names(pages))
    tab(pages).view.selectRow(names(pages).index(name))
    tab(pages).view.setFocus()


def state_of(pages: Pages, name: str) -> PeopleState:
    return next(row.person.state for _, row in tab(pages).model.loaded() if row.name == name)


def test_people_stand_there_with_what_comes_next_and_the_counts_add_up(pages):
    assert names(pages) == ["Ann1", "Ann2", "Ann3", "Ann4", "Ann5"]
    filters = tab(pages).people.filters
    pages.wait(lambda: filters[None].text() == "All 5")
    assert filters[PeopleState.ACTIVE].text() == "Active 5"
    assert sum(int(chip.text().rsplit(" ", 1)[1]) for state, chip in filters.items() if state) == 5
    said = tab(pages).model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith("Ann1")
    assert "Active" in said


def test_one_is_paused_and_resumed_from_the_menu_and_taken_back(pages, sequence_id):
    choose(pages, "Ann2")
    pages.act("enrollment.pause")
    pages.wait_toast("1 contact is paused")
    pages.wait(lambda: state_of(pages, "Ann2") is PeopleState.PAUSED)
    filters = tab(pages).people.filters
    pages.wait(lambda: filters[PeopleState.PAUSED].text() == "Paused 1")
    assert current(pages).name == "Ann2"

    pages.act("enrollment.resume")
    pages.wait(lambda: state_of(pages, "Ann2") is PeopleState.ACTIVE)
    pages.undo()
    pages.wait(lambda: state_of(pages, "Ann2") is PeopleState.PAUSED)


def test_several_are_checked_by_space_and_removed_and_undo_brings_them_back(pages, sequence_id, room):
    view = tab(pages).view
    for name in ("Ann1", "Ann4"):
        choose(pages, name)
        pages.bot.keyClick(view, Qt.Key.Key_Space)
    pages.wait(lambda: len(tab(pages).actions_on_people.chosen()) == 2)
    pages.bot.keyClick(view, Qt.Key.Key_Delete)
    pages.wait_toast("2 contacts are removed")
    pages.wait(lambda: names(pages) == ["Ann2", "Ann3", "Ann5"])
    assert len(standings(room.context, sequence_id)) == 3

    pages.undo()
    pages.wait(lambda: sorted(names(pages)) == ["Ann1", "Ann2", "Ann3", "Ann4", "Ann5"])


def test_del_in_the_table_never_archives_the_sequence(pages, sequence_id):
    choose(pages, "Ann3")
    pages.bot.keyClick(tab(pages).view, Qt.Key.Key_Delete)
    pages.wait(lambda: "Ann3" not in names(pages))
    assert pages.status(sequence_id) == "active"


def test_whoever_is_current_stays_current_when_the_list_moves_under_them(pages, sequence_id, room):
    choose(pages, "Ann3")
    first = standings(room.context, sequence_id)[0].enrollment
    remove_enrollment(room.context, first.id)
    pages.wait(lambda: len(names(pages)) == 4)
    pages.wait(lambda: tab(pages).people.current() is not None)
    assert current(pages).name == "Ann3"

    remove_enrollment(room.context, current(pages).person.enrollment_id)
    pages.wait(lambda: len(names(pages)) == 3)
    pages.wait(lambda: tab(pages).people.current() is None)
    assert tab(pages).actions_on_people.chosen() == []


def test_a_state_is_filtered_and_an_empty_one_offers_all_again(pages, sequence_id, room):
    pause_enrollment(room.context, standings(room.context, sequence_id)[0].enrollment.id)
    chips = tab(pages).people.filters
    pages.wait(lambda: chips[PeopleState.PAUSED].text() == "Paused 1")
    pages.bot.mouseClick(chips[PeopleState.PAUSED], Qt.MouseButton.LeftButton)
    pages.wait(lambda: names(pages) == ["Ann1"])
    pages.bot.mouseClick(chips[PeopleState.BOUNCED], Qt.MouseButton.LeftButton)
    pages.wait(lambda: tab(pages).people.faces.face == "empty")
    pages.bot.mouseClick(button(tab(pages), "Clear filters"), Qt.MouseButton.LeftButton)
    pages.wait(lambda: tab(pages).people.faces.face == "content")
    assert len(names(pages)) == 5


def test_why_it_isnt_sending_says_action_time_rule_and_advice(pages):
    choose(pages, "Ann1")
    pages.act("enrollment.why")
    dialog = pages.dialog(WhyDialog)
    assert dialog.lines["Next"] == "step 1: email"
    assert dialog.lines["Rule"].startswith("Sending is off on this computer")
    assert "status bar" in dialog.lines["What helps"]
    dialog.reject()


def test_one_who_refuses_is_told_and_the_others_are_done(pages, sequence_id, room):
    choose(pages, "Ann1")
    gone = standings(room.context, sequence_id)[0].enrollment.id
    command_row = current(pages)
    remove_enrollment(room.context, gone)
    pages.window.bench.do(enrollment_commands.pause([Named(gone, command_row.name)]))
    pages.wait(lambda: bool(pages.window.findChildren(QMessageBox)))
    (box,) = pages.window.findChildren(QMessageBox)
    assert "no such enrollment" in box.text()
    box.close()


def test_T85_many_people_are_read_as_they_come_into_sight(room, open_window, qtbot):
    key = start_sequence(room.context, FIRST, name="Many", people=520, sending_timezone="UTC")
    window = open_window()
    qtbot.waitUntil(lambda: window.page is not None)
    pages = Pages(window, qtbot, room.context)
    pages.page.open_sequence(key)
    pages.wait(lambda: pages.page.sequence.target is not None)
    pages.page.sequence.tabs.setCurrentIndex(1)
    pages.wait(lambda: isinstance(pages.page.sequence.stack.currentWidget(), PeopleTab))
    model = tab(pages).model
    pages.wait(lambda: model.rowCount() == 520)
    assert len(model.loaded()) < 520
    view = tab(pages).view
    view.scrollToBottom()
    pages.wait(lambda: model.row_at(519) is not None)
    add_people(room.context, key, 1, first=2000)
    pages.wait(lambda: model.rowCount() == 521)


def test_a_contact_who_was_taken_out_after_a_pause_comes_back_paused(pages, sequence_id, room):
    choose(pages, "Ann5")
    pages.act("enrollment.pause")
    pages.wait(lambda: state_of(pages, "Ann5") is PeopleState.PAUSED)
    pages.act("enrollment.remove")
    pages.wait(lambda: "Ann5" not in names(pages))
    pages.undo()
    pages.wait(lambda: "Ann5" in names(pages))
    assert state_of(pages, "Ann5") is PeopleState.PAUSED
    again = next(row.person.enrollment_id for _, row in tab(pages).model.loaded() if row.name == "Ann5")
    assert standing_of(room.context, again).enrollment.paused_at is not None


def test_people_are_sorted_by_name_up_and_down_and_by_their_next_step_again(pages):
    header, columns = tab(pages).view.horizontalHeader(), [column.name for column in tab(pages).model.columns]
    header.sectionClicked.emit(columns.index("contact"))
    assert header.sortIndicatorSection() == columns.index("contact")
    header.sectionClicked.emit(columns.index("contact"))
    pages.wait(lambda: names(pages) == ["Ann5", "Ann4", "Ann3", "Ann2", "Ann1"])
    header.sectionClicked.emit(columns.index("next"))
    pages.wait(lambda: names(pages) == ["Ann1", "Ann2", "Ann3", "Ann4", "Ann5"])
    assert header.sortIndicatorSection() == columns.index("next")


def test_the_chosen_are_moved_to_a_step_by_keys_and_undo_puts_them_back(pages, sequence_id, room):
    view = tab(pages).view
    for name in ("Ann2", "Ann3"):
        choose(pages, name)
        pages.bot.keyClick(view, Qt.Key.Key_Space)
    pages.wait(lambda: len(tab(pages).actions_on_people.chosen()) == 2)
    pages.act("enrollment.move")
    dialog = pages.dialog(StepDialog)
    assert [dialog.steps.item(row).text().split(".")[0] for row in range(dialog.steps.count())] == ["1", "2"]
    pages.bot.keyClick(dialog.steps, Qt.Key.Key_Down)
    pages.bot.keyClick(dialog.steps, Qt.Key.Key_Return)
    pages.wait_toast("2 contacts are at another step")
    pages.wait(lambda: steps_of(pages) == {"Ann1": "1", "Ann2": "2", "Ann3": "2", "Ann4": "1", "Ann5": "1"})
    pages.undo()
    pages.wait(lambda: set(steps_of(pages).values()) == {"1"})


def test_who_refuses_to_be_moved_is_named_and_the_others_are_moved(pages, sequence_id, room):
    there = standings(room.context, sequence_id)
    second = there[0].enrollment.id
    step_id = step_ids(room.context, sequence_id)[1]
    move_to_step(room.context, second, step_id)
    pages.wait(lambda: steps_of(pages)["Ann1"] == "2")
    view = tab(pages).view
    for name in ("Ann1", "Ann2"):
        choose(pages, name)
        pages.bot.keyClick(view, Qt.Key.Key_Space)
    pages.act("enrollment.move")
    dialog = pages.dialog(StepDialog)
    dialog.steps.setCurrentRow(1)
    dialog.accept()
    pages.wait(lambda: steps_of(pages)["Ann2"] == "2")
    pages.wait(lambda: bool(pages.window.findChildren(QMessageBox)))
    (box,) = pages.window.findChildren(QMessageBox)
    assert "1 contact stays" in box.text()
    assert "Ann1: They are at this step already." in box.informativeText()
    box.close()


def steps_of(pages: Pages) -> dict[str, str]:
    return {row.name: row.step_number for _, row in tab(pages).model.loaded()}


def step_ids(context, sequence_id) -> list:
    with context.store.read() as unit:
        return [card.step.id for card in list_step_cards(unit, context.scope.workspace_id, sequence_id)]
