"""The status bar: each fact in words, asked for off the main thread, each a button that leads where it comes from."""

import sqlite3
import threading
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.engine.commands.mailboxes import pause_mailbox
from opendoors_desktop.engine.commands.next_email import hold_next
from opendoors_desktop.engine.commands.sending import pause_sending, stop_everything, switch_sending_on
from opendoors_desktop.gui import held_up
from opendoors_desktop.gui.formats import here, time_of_day
from opendoors_desktop.gui.sending import Runs
from opendoors_desktop.gui.sequence_commands import add_folder
from opendoors_desktop.gui.status_words import State, next_words, state_of
from opendoors_desktop.store.queries.next_email import NextEmail, WaitsFor
from tests.builders import elsewhere, make_room
from tests.fixtures_store import NOW


def clock_at(hours):
    return time_of_day(here(NOW + timedelta(hours=hours)))


@pytest.fixture
def campaign(room):
    """Three people who are due an email from a mailbox with a cap."""
    return make_room(room.context, people=3, daily_cap=40, name="R&D <i>leaders</i>")


@pytest.fixture
def status(campaign, window, qtbot):
    """The bar of a window on that room."""
    qtbot.waitUntil(lambda: window.standing.facts is not None)
    return window.status


def test_at_first_it_says_that_sending_is_off_and_what_would_leave_next(status):
    assert status.switch.text() == "Sending off"
    assert status.next.whole == "Next when sending is on · Zoe1 · R&D <i>leaders</i>, step 1 · from ann@example.com"
    assert status.today.text() == "Today 0 of 40"
    assert status.today.accessibleName() == status.today.text()
    assert "3 more planned" in status.today.accessibleDescription()
    assert status.next.accessibleName() == status.next.whole
    assert status.mailboxes.text() == "1 mailbox sends"
    assert not status.held.isVisible()
    assert not status.failing.isVisible()
    assert status.store.text() == "This computer"


def test_foreign_words_are_plain_and_long_ones_are_cut(status, window, qtbot):
    window.go("mailboxes")
    window.resize(960, 640)
    qtbot.waitUntil(lambda: window.width() == 960)

    assert "&lt;i&gt;" in status.next.toolTip()
    assert status.next.width() < window.width() / 2
    assert status.store.geometry().right() <= window.width()


def test_each_fact_leads_where_it_comes_from_by_mouse_and_by_keys(status, window, qtbot):
    for name in ("outbox", "mailboxes", "sequences"):
        window.go(name)
    qtbot.mouseClick(status.next, Qt.MouseButton.LeftButton)
    assert window.page_name == "outbox"
    status.mailboxes.setFocus()
    qtbot.keyClick(status.mailboxes, Qt.Key.Key_Space)
    assert window.page_name == "mailboxes"
    assert all(
        button.height() >= 24 and button.accessibleName() for button in (status.switch, status.next, status.store)
    )


def test_what_needs_a_person_is_counted_here_and_on_the_rail(status, campaign, window, room, qtbot):
    with elsewhere(room.context) as other:
        hold_next(other, campaign.enrollment_ids[0])
        pause_mailbox(other, campaign.mailbox.id)

    qtbot.waitUntil(lambda: status.held.text() == "1 held" and status.failing.isVisible(), timeout=8000)
    assert status.failing.text() == "1 mailbox needs you"
    assert status.failing.accessibleName() == status.failing.text()
    assert "ann@example.com" in status.failing.accessibleDescription()
    assert window.rail["outbox"].accessibleName() == "Outbox, 1"


def test_the_switch_follows_every_switch_whoever_moves_it(status, window, room, qtbot):
    with elsewhere(room.context) as other:
        switch_sending_on(other)
        qtbot.waitUntil(lambda: status.switch.text() == "Sending on", timeout=8000)
        assert window.actions_table["sending.switch"].isChecked()
        stop_everything(other)
        qtbot.waitUntil(lambda: status.switch.text() == "All sending stopped", timeout=8000)


def test_a_pause_says_when_it_ends(status, window, room, qtbot):
    with elsewhere(room.context) as other:
        switch_sending_on(other)
        pause_sending(other, room.clock.now() + timedelta(hours=1))

        qtbot.waitUntil(lambda: status.switch.text().startswith("Sending rests until"), timeout=8000)


def test_the_switch_is_moved_by_a_click_and_moved_back_by_undo(status, window, qtbot):
    qtbot.waitUntil(lambda: window.sending.switches is not None)
    qtbot.mouseClick(status.switch, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is not None)  # three emails are due
    qtbot.keyClick(window.findChild(QMessageBox), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: status.switch.text() == "Sending on", timeout=8000)
    window.activateWindow()
    qtbot.waitUntil(lambda: window.bench.history.stack.canUndo() and window.isActiveWindow())
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: status.switch.text() == "Sending off", timeout=8000)


def test_a_store_that_is_away_is_told_in_blue_and_comes_back_by_itself(status, window):
    window.bench.news.away.emit(StoreError("The store can’t be reached.", "It is tried again."))
    assert status.store.text() == "Store away"
    assert status.store.accessibleName() == "Store away"
    assert "tried again" in status.store.accessibleDescription()

    window.bench.news.back.emit()
    assert status.store.text() == "This computer"


def test_a_change_that_waits_for_another_program_is_told_until_it_is_made(status, window, room, qtbot, monkeypatch):
    monkeypatch.setattr(held_up, "TELLS_AFTER", 0.2)
    made: list[object] = []
    other = sqlite3.connect(room.url, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    window.bench.do(add_folder("Ports", None), then=made.append)
    qtbot.waitUntil(lambda: status.store.text() == "Waiting: another program is using the store")
    assert "as soon as" in status.store.accessibleDescription()
    assert made == []

    other.execute("ROLLBACK")
    other.close()
    qtbot.waitUntil(lambda: len(made) == 1)
    qtbot.waitUntil(lambda: status.store.text() == "This computer")


def test_who_waits_a_moment_only_is_told_nothing(qapp, room, monkeypatch):
    now = [100.0]
    told: list[bool] = []
    store = room.context.store
    monkeypatch.setattr(store, "_waiting_since", 100.0)
    watch = held_up.HeldUp(qapp, lambda: now[0])
    watch.changed.connect(told.append)
    watch.begin(room.context)
    now[0] = 101.9
    watch.look()
    assert told == []
    now[0] = 102.0
    watch.look()
    watch.look()
    assert told == [True]

    monkeypatch.setattr(store, "_waiting_since", None)
    watch.look()
    watch.end()
    assert told == [True, False]


def test_a_long_job_is_shown_while_it_runs_and_can_be_ended(status, window, qtbot):
    ended: list[str] = []
    pause = threading.Event()

    def work(_context, progress):
        while not progress.is_cancelled:
            progress.told(2, 4)
            pause.wait(0.02)
        return "ended"

    window.bench.jobs.start_long(work, ended.append, text="Importing contacts")
    qtbot.waitUntil(lambda: status.job.isVisible())
    assert status.job.words == "Importing contacts"
    qtbot.mouseClick(status.job._cancel, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: ended == ["ended"])
    qtbot.waitUntil(lambda: not status.job.isVisible())


def next_email(hours, waits_for=None):
    due_at = NOW + timedelta(hours=hours)
    return NextEmail(due_at, None, "Zoe", None, None, "Spring", 2, "ann@example.com", due_at, waits_for)


@pytest.mark.parametrize(
    "email, state, expected",
    [
        (next_email(1), State.ON, f"Next due {clock_at(1)}"),
        (next_email(-1), State.ON, f"Due since {clock_at(-1)}, leaves by pace"),
        (next_email(-1), State.OFF, "Next when sending is on"),
        (next_email(-1), State.OFFLINE, "Next when a mail host answers"),
        (next_email(-1, WaitsFor.CAP), State.ON, f"Due since {clock_at(-1)}, today’s cap is used up"),
        (next_email(1, WaitsFor.CAP), State.ON, f"Due {clock_at(1)}, today’s cap is used up"),
        (next_email(-1, WaitsFor.WINDOW), State.OFF, f"Due since {clock_at(-1)}, waits for its window"),
        (next_email(-24 * 9, WaitsFor.WINDOW), State.ON, "Due since 21 Feb, waits for its window"),
    ],
)  # fmt: skip
def test_the_next_email_is_told_by_what_it_waits_for_and_never_as_now(email, state, expected):
    assert next_words(email, NOW, state) == f"{expected} · Zoe · Spring, step 2 · from ann@example.com"


@pytest.mark.parametrize(
    "runs, holders, fault, expected",
    [
        (Runs.ON, (), None, State.ON),
        (Runs.ON, ("another",), None, State.ELSEWHERE),
        (Runs.BROKEN, (), None, State.BROKEN),
        (Runs.ON, (), StoreError("Full.", "Make room."), State.HINDERED),
    ],
)
def test_what_is_told_is_the_worst_of_all_that_holds(runs, holders, fault, expected):
    from opendoors_desktop.engine.commands.sending import Switches

    assert state_of(Switches(True, None, None, None), runs, holders, fault) is expected
    if expected in {State.ON, State.ELSEWHERE}:
        assert state_of(Switches(True, None, None, None), runs, holders, fault, NOW) is State.OFFLINE
    assert state_of(None, runs, holders, fault) is State.OFF
