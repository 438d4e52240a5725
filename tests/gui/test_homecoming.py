"""Back from an absence, or on a copied store: what fell due is told and listed, and may be held or left out there."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton

from opendoors_desktop.domain.absence import Absence
from opendoors_desktop.domain.enrollment import HoldReason
from opendoors_desktop.engine.commands.sending import leave_to_send, recognise_store, stop_everything, switches
from opendoors_desktop.engine.machine import machine_id, read_machine
from opendoors_desktop.gui.away_sheet import AwaySheet, length_words
from opendoors_desktop.gui.models.respread_table import RespreadTable
from opendoors_desktop.store.migrate import open_store
from tests.builders import elsewhere, make_room, standing_of

GAP = timedelta(minutes=10)
NIGHT = timedelta(hours=8)


@pytest.fixture
def campaign(room):
    """Four people whose emails fell due at the beginning of a night, ten minutes apart by pace."""
    made = make_room(room.context, people=4, gap=GAP, name="<b>Leaders</b>")
    room.clock.advance_to(room.clock.now() + NIGHT)
    return made


@pytest.fixture
def opened(campaign, window, qtbot):
    """A window on that morning."""
    qtbot.waitUntil(lambda: window.sending.switches is not None, timeout=8000)
    return window


def absence_of(room, **changes) -> Absence:
    now = room.clock.now()
    return replace(Absence(now - NIGHT - timedelta(minutes=1), now, NIGHT, timedelta()), **changes)


def sheet_of(window, qtbot) -> AwaySheet:
    """The sheet that is open, once it shows its rows."""
    qtbot.waitUntil(lambda: any(each.isVisible() for each in window.findChildren(AwaySheet)), timeout=8000)
    (sheet,) = [each for each in window.findChildren(AwaySheet) if each.isVisible()]
    qtbot.waitUntil(lambda: sheet.faces.face == "content", timeout=8000)
    return sheet


def come_back(window, room, qtbot, **changes) -> str:
    """Have the scheduler notice an absence; gives what the toast says."""
    window.sending.came_back.emit(absence_of(room, **changes))
    qtbot.waitUntil(lambda: bool(window.bench.notices.toast_text), timeout=8000)
    return str(window.bench.notices.toast_text)


def test_fault_28_after_a_night_a_toast_counts_what_was_respread_and_opens_the_sheet(opened, room, campaign, qtbot):
    assert come_back(opened, room, qtbot) == "Caught up after 8 h away: 4 emails respread"

    qtbot.mouseClick(opened.bench.notices._toast.button, Qt.MouseButton.LeftButton)
    sheet = sheet_of(opened, qtbot)
    times = [sheet.model.row(number).at for number in range(sheet.model.rowCount())]
    assert len(times) == 4
    assert all(later - earlier >= timedelta(minutes=9) for earlier, later in itertools.pairwise(times))
    assert "<b>Leaders</b>, step 1" in sheet.model.index(0, 1).data()
    assert "was due" in sheet.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_fault_28_what_waited_for_pace_and_would_have_left_meanwhile_counts_too(opened, room, campaign, qtbot):
    nap = timedelta(minutes=25)
    since = room.clock.now() - nap

    assert come_back(opened, room, qtbot, since=since, lasted=nap) == "Caught up after 25 min away: 3 emails respread"


def test_held_and_skipped_there_by_keys_and_taken_back(opened, room, campaign, qtbot):
    opened.switching.overdue_asked.emit()
    sheet = sheet_of(opened, qtbot)
    first = sheet.model.row(0).enrollment_id

    qtbot.keyClick(sheet.table, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: sheet.model.rowCount() == 3, timeout=8000)
    assert standing_of(room.context, first).enrollment.hold is HoldReason.HELD
    opened.bench.history.undo()
    qtbot.waitUntil(lambda: sheet.model.rowCount() == 4, timeout=8000)
    assert standing_of(room.context, first).enrollment.hold is None

    qtbot.keyClick(sheet.table, Qt.Key.Key_X)
    qtbot.waitUntil(lambda: sheet.model.rowCount() == 3, timeout=8000)
    opened.bench.history.undo()
    qtbot.waitUntil(lambda: sheet.model.rowCount() == 4, timeout=8000)


def test_closed_all_goes_as_planned(opened, room, campaign, qtbot):
    opened.switching.overdue_asked.emit()
    sheet = sheet_of(opened, qtbot)
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)

    assert all(standing_of(room.context, key).enrollment.hold is None for key in campaign.enrollment_ids)


def test_fault_26_a_clock_that_was_set_is_told_with_its_direction(opened, room, qtbot):
    back = come_back(opened, room, qtbot, lasted=timedelta(), set_by=-timedelta(days=1))
    assert back == "The clock was set back by 24 h: nothing is sent twice"

    window = opened
    window.bench.notices._toast.hide()
    forward = come_back(window, room, qtbot, lasted=timedelta(), set_by=timedelta(days=3))
    assert forward == "The clock was set forward by 3 days: 4 emails respread"


@pytest.mark.parametrize(
    "length, words",
    [({"minutes": 15}, "15 min"), ({"hours": 2}, "2 h"), ({"hours": 15}, "15 h"), ({"days": 3}, "3 days")],
)
def test_lengths_are_told_in_their_largest_unit(length, words):
    assert length_words(timedelta(**length)) == words


def test_the_model_is_sound(qtmodeltester, opened, room, campaign, qtbot):
    opened.switching.overdue_asked.emit()
    sheet = sheet_of(opened, qtbot)
    qtmodeltester.check(sheet.model)

    empty = RespreadTable(opened)
    qtmodeltester.check(empty)
    assert empty.rowCount() == 0


@pytest.fixture
def copied(room, campaign, tmp_path_factory):
    """The same store found by another computer."""
    recognise_store(room.context)
    folder = tmp_path_factory.mktemp("another")

    def build():
        return replace(room.context, store=open_store(room.url), data_dir=folder)

    assert machine_id(read_machine(folder)) != machine_id(read_machine(room.folder))
    return build


def test_fault_25_a_copied_store_lists_what_fell_due_and_waits_for_a_person(copied, open_window, qtbot):
    window = open_window(copied)
    sheet = sheet_of(window, qtbot)

    assert "copied from another computer" in sheet.why.text()
    assert sheet.model.rowCount() == 4
    assert window.status.switch.text() == "Sending waits for you"
    qtbot.mouseClick(button(sheet, "Keep sending off"), Qt.MouseButton.LeftButton)
    assert not leave_to_send(copied()).is_given


def test_fault_25_the_switch_asks_again_and_a_person_lets_it_send(copied, open_window, qtbot):
    window = open_window(copied)
    qtbot.keyClick(sheet_of(window, qtbot), Qt.Key.Key_Escape)
    qtbot.mouseClick(window.status.switch, Qt.MouseButton.LeftButton)
    sheet = sheet_of(window, qtbot)
    assert not leave_to_send(copied()).is_given

    qtbot.mouseClick(button(sheet, "Send from this computer"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: leave_to_send(copied()).is_given, timeout=8000)


def question(window, qtbot) -> QMessageBox:
    """What is asked, once it is."""
    qtbot.waitUntil(lambda: any(each.isVisible() for each in window.findChildren(QMessageBox)))
    return next(each for each in window.findChildren(QMessageBox) if each.isVisible())


def is_on(room) -> bool:
    return switches(room.context).is_on


def test_before_what_fell_due_leaves_its_count_is_told_and_a_person_says_so_by_keys(opened, room, qtbot):
    opened.status.switch.setFocus()
    qtbot.keyClick(opened.status.switch, Qt.Key.Key_Space)
    box = question(opened, qtbot)
    assert box.informativeText() == "4 emails fell due while sending was off; they leave by pace."
    assert not is_on(room)

    qtbot.keyClick(box, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not opened.findChildren(QMessageBox))
    assert not is_on(room)

    qtbot.keyClick(opened.status.switch, Qt.Key.Key_Space)
    qtbot.keyClick(question(opened, qtbot), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: is_on(room))
    qtbot.waitUntil(lambda: "4 emails fell due" in opened.bench.notices.toast_text)


def test_who_wants_to_look_first_sees_what_fell_due_while_sending_stays_off(opened, room, qtbot):
    opened.actions_table["sending.switch"].trigger()
    box = question(opened, qtbot)
    look = next(each for each in box.buttons() if each.text() == "Look first")
    look.setFocus()
    qtbot.keyClick(look, Qt.Key.Key_Space)

    assert sheet_of(opened, qtbot).model.rowCount() == 4
    assert not is_on(room)


def test_the_stop_is_released_only_after_asking_and_only_where_it_is_pulled(opened, room, qtbot):
    stop, release = (opened.actions_table[name] for name in ("sending.stop", "sending.release"))
    assert (stop.isEnabled(), release.isEnabled()) == (True, False)
    with elsewhere(room.context) as other:
        stop_everything(other)
    qtbot.waitUntil(lambda: (stop.isEnabled(), release.isEnabled()) == (False, True))

    release.trigger()
    qtbot.keyClick(question(opened, qtbot), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not opened.findChildren(QMessageBox))
    assert switches(room.context).stopped_at is not None

    release.trigger()
    qtbot.keyClick(question(opened, qtbot), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: switches(room.context).stopped_at is None)
    qtbot.waitUntil(lambda: (stop.isEnabled(), release.isEnabled()) == (True, False))


def button(sheet: AwaySheet, words: str) -> QPushButton:
    return next(each for each in sheet.findChildren(QPushButton) if each.text() == words)
