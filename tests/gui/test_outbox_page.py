"""The Outbox page: what needs a person is answered, what leaves next is shown with its reasons."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.enrollment import EnrollmentStatus, HoldReason
from opendoors_desktop.engine.commands.sending import switches
from opendoors_desktop.engine.commands.workspace import show_workspace
from opendoors_desktop.gui.formats import time_of_day
from opendoors_desktop.gui.outbox.agenda_model import AgendaRole, AgendaRow, RowKind, with_now
from opendoors_desktop.gui.outbox.needs import FallbackDialog
from tests.builders import Room as Stage
from tests.builders import TimedPost, email, journal, make_room, run_now, standing_of, states

LEFT = Qt.MouseButton.LeftButton
MARKUP = "<img src=http://example.net/x.png>"


@dataclass
class Shown:
    """The page, and the room behind it."""

    page: object
    stage: Stage


def answer(transmission):
    return {"u1@example.net": "dot", "u2@example.net": ("rcpt", 550, "5.1.1", f"no such user {MARKUP}")}.get(
        transmission.recipient
    )


@pytest.fixture
def window(open_window, qtbot):
    """A window that begins with the page."""
    found = open_window(first="outbox")
    qtbot.waitUntil(lambda: found.page is not None and found.page.body is not None, timeout=10_000)
    return found


@pytest.fixture
def stage(room) -> Stage:
    """Five people: one email uncertain, one failed, one sent, two to go tomorrow; one has markup for a name."""
    made = make_room(room.context, [email(), email(1, subject="")], people=5, daily_cap=3)
    with room.context.store.write() as unit:
        unit.run(
            "UPDATE contacts SET first_name = :name, company_name = :long, time_zone = :zone, zone = :zone"
            " WHERE email = :to",
            {"name": MARKUP, "long": "x" * 10_000, "zone": "Asia/Tokyo", "to": "u4@example.net"},
        )
        unit.run("UPDATE sequence_enrollments SET time_zone = 'Asia/Tokyo'")
    asyncio.run(run_now(room.context, TimedPost(made.clock, answer)))
    return made


@pytest.fixture
def page(stage, window, qtbot):
    window.go("outbox")
    found = window.page.body
    qtbot.waitUntil(lambda: found.faces.face == "content" and found.plan.now is not None, timeout=10_000)
    return found


def buttons_of(widget):
    return {each.text(): each for each in widget.findChildren(QPushButton)}


def asked(page):
    return next(each for each in page.window().findChildren(QMessageBox) if each.isVisible())


def press(qtbot, box, text):
    qtbot.mouseClick(next(each for each in box.buttons() if each.text() == text), LEFT)


def rows_of(page, kind):
    return [row for row in page.agenda.agenda.rows if row.kind is kind]


def choose_day(page, qtbot, number):
    page.days.setFocus()
    for _ in range(number):
        qtbot.keyClick(page.days, Qt.Key.Key_Down)


def test_an_uncertain_email_that_went_is_counted_and_nothing_is_sent_again(page, stage, qtbot):
    (row,) = page.needs.rows
    assert row.accessibleName().startswith("May have been sent: Zoe1")
    assert page.needs.title.text() == "1 email needs you"
    before = {each.id: each.message_id for each in journal(stage.context)}

    qtbot.mouseClick(buttons_of(page.needs)["Count as sent"], LEFT)
    qtbot.waitUntil(lambda: "uncertain" not in states(stage.context))
    qtbot.waitUntil(lambda: not page.needs.isVisible())
    post = TimedPost(stage.clock)
    asyncio.run(run_now(stage.context, post))
    assert "u1@example.net" not in [each.recipient for each in post.captures]
    assert {each.id: each.message_id for each in journal(stage.context) if each.id in before} == before


def test_sending_again_asks_once_more_says_what_is_known_and_keeps_the_message_id(page, stage, qtbot):
    (uncertain,) = [each for each in journal(stage.context) if each.state == "uncertain"]
    qtbot.mouseClick(buttons_of(page.needs)["Send again"], LEFT)
    assert "Nobody knows whether it arrived" in asked(page).informativeText()
    press(qtbot, asked(page), "Cancel")
    assert states(stage.context)["uncertain"] == 1

    qtbot.mouseClick(buttons_of(page.needs)["Send again"], LEFT)
    press(qtbot, asked(page), "Send again")
    qtbot.waitUntil(lambda: "uncertain" not in states(stage.context))
    post = TimedPost(stage.clock)
    asyncio.run(run_now(stage.context, post))
    assert [each.recipient for each in post.captures].count("u1@example.net") == 1
    (again,) = [each for each in journal(stage.context) if each.id == uncertain.id]
    assert (again.state, again.message_id) == ("sent", uncertain.message_id)


def test_the_line_of_the_present_stands_in_its_own_hour():
    def kinds(at, first):
        rows = [AgendaRow(RowKind.HOUR, time_of_day(first)), AgendaRow(RowKind.PLANNED, time_of_day(first))]
        return [row.kind for row in with_now(rows, at, UTC)]

    ten = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    assert kinds(ten.replace(minute=20), ten) == [RowKind.HOUR, RowKind.NOW, RowKind.PLANNED]
    assert kinds(ten - timedelta(minutes=20), ten) == [RowKind.NOW, RowKind.HOUR, RowKind.PLANNED]
    assert [row.at for row in with_now([], ten, UTC)] == [time_of_day(ten)]


def test_T43_the_plan_shows_own_time_and_the_contacts_own_by_place(page, qtbot, qtmodeltester):
    choose_day(page, qtbot, 1)
    rows = rows_of(page, RowKind.PLANNED)
    assert rows
    row = rows[0]
    at = row.planned.at
    assert row.place == f"{at.astimezone(ZoneInfo('Asia/Tokyo')):%H:%M} in Tokyo".lstrip("0") or "in Tokyo" in row.place
    assert row.place.endswith("in Tokyo")
    spoken = page.agenda.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
    assert "in Tokyo" in spoken
    assert spoken.endswith("planned")
    qtmodeltester.check(page.agenda.agenda)
    qtmodeltester.check(page.days.days)


def test_what_leaves_is_shown_as_it_will_be_with_the_rules_that_set_its_time(page, qtbot):
    choose_day(page, qtbot, 1)
    qtbot.waitUntil(
        lambda: "Dear Zoe5" in page.message.text.toPlainText() or "Dear" in page.message.text.toPlainText(),
        timeout=10_000,
    )
    assert page.message.subject.text().startswith("Hello ")
    assert page.message.why_title.text().startswith("Why ")
    assert "✓ Step 1 has been due since" in page.message.why.text()
    assert "Number 1 of 3 that day from this mailbox" in page.message.why.text()
    subjects = [page.agenda.agenda.index(n).data(AgendaRole.SUBJECT) for n in range(page.agenda.agenda.rowCount())]
    assert any(each.startswith("Hello ") for each in subjects if each)


def test_T79_texts_of_servers_and_names_stay_plain_everywhere(page, qtbot):
    left = rows_of(page, RowKind.LEFT)
    (failed,) = [row for row in left if row.left.state == "failed"]
    assert MARKUP in failed.place
    page.agenda.setCurrentIndex(page.agenda.agenda.index(page.agenda.agenda.place_of(failed.key)))
    assert MARKUP in page.message.why.text()
    assert page.message.text.isReadOnly()
    assert all(each.textFormat() is Qt.TextFormat.PlainText for each in page.findChildren(QLabel) if each.text())
    tips = [page.agenda.agenda.index(n).data(Qt.ItemDataRole.ToolTipRole) for n in range(page.agenda.agenda.rowCount())]
    assert not any("<img" in (tip or "") for tip in tips)
    choose_day(page, qtbot, 1)
    hostile = next(row for row in rows_of(page, RowKind.PLANNED) if MARKUP in row.title)
    assert len(hostile.aside) <= 200
    page.grab()


def test_H_holds_and_X_skips_and_both_are_taken_back(page, window, stage, qtbot):
    choose_day(page, qtbot, 1)
    page.agenda.setFocus()
    enrollment_id = page.agenda.current.planned.enrollment_id
    qtbot.keyClick(page.agenda, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: standing_of(stage.context, enrollment_id).enrollment.hold is HoldReason.HELD)
    qtbot.waitUntil(lambda: len(page.needs.rows) == 2)
    qtbot.keyClick(page.agenda, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: standing_of(stage.context, enrollment_id).enrollment.hold is None)
    qtbot.waitUntil(lambda: len(page.needs.rows) == 1)
    qtbot.waitUntil(lambda: page.agenda.current is not None and page.agenda.current.planned is not None)

    enrollment_id = page.agenda.current.planned.enrollment_id
    qtbot.keyClick(page.agenda, Qt.Key.Key_X)
    qtbot.waitUntil(lambda: "left out" in window.bench.notices.toast_text)
    assert standing_of(stage.context, enrollment_id).enrollment.records
    window.bench.history.undo()
    qtbot.waitUntil(lambda: not standing_of(stage.context, enrollment_id).enrollment.records)


def test_J_and_K_pass_over_hours(page, qtbot):
    choose_day(page, qtbot, 1)
    page.agenda.setFocus()
    first = page.agenda.current.key
    qtbot.keyClick(page.agenda, Qt.Key.Key_J)
    assert page.agenda.current is not None
    assert page.agenda.current.key != first
    qtbot.keyClick(page.agenda, Qt.Key.Key_K)
    assert page.agenda.current.key == first


def test_with_sending_off_times_are_hollow_and_the_switch_is_beside_them(page, room, qtbot, caplog):
    qtbot.waitUntil(lambda: "Sending is off" in page.notice.text)
    qtbot.waitUntil(lambda: page.agenda.agenda.index(0).data(AgendaRole.IS_HOLLOW) is True)
    qtbot.waitUntil(lambda: page.window().sending.switches is not None)
    qtbot.mouseClick(buttons_of(page.notice)["Switch on"], LEFT)
    qtbot.waitUntil(lambda: any(each.isVisible() for each in page.window().findChildren(QMessageBox)))
    press(qtbot, asked(page), "Switch on")
    qtbot.waitUntil(lambda: switches(room.context).is_on)
    qtbot.waitUntil(lambda: page.notice.text == "")
    assert page.agenda.agenda.index(0).data(AgendaRole.IS_HOLLOW) is False
    assert all("Nothing answers" in each.message for each in caplog.records)  # the mail host that isn't there


def test_the_emergency_stop_asks_stops_all_and_is_released(page, room, qtbot):
    qtbot.mouseClick(page.stop_button, LEFT)
    press(qtbot, asked(page), "Cancel")
    assert switches(room.context).stopped_at is None
    qtbot.mouseClick(page.stop_button, LEFT)
    press(qtbot, asked(page), "Stop everything")
    qtbot.waitUntil(lambda: "Everything is stopped" in page.notice.text)
    assert switches(room.context).stopped_at is not None
    qtbot.mouseClick(buttons_of(page.notice)["Release"], LEFT)
    press(qtbot, asked(page), "Release")
    qtbot.waitUntil(lambda: switches(room.context).stopped_at is None)
    qtbot.waitUntil(lambda: "Sending is off" in page.notice.text)


def test_a_missing_field_is_named_and_a_fallback_lets_the_email_go(open_window, room, qtbot):
    stage = make_room(room.context, [email(subject="About {{ title }}")], people=1)
    asyncio.run(run_now(room.context, TimedPost(stage.clock)))
    window = open_window(first="outbox")
    qtbot.waitUntil(lambda: window.page is not None and window.page.body is not None, timeout=10_000)
    page = window.page.body
    qtbot.waitUntil(lambda: len(page.needs.rows) == 1, timeout=10_000)
    assert "needs: title" in page.needs.rows[0].accessibleName()
    assert list(buttons_of(page.needs)) == ["Fill in", "Set fallback", "Open sequence"]

    qtbot.mouseClick(buttons_of(page.needs)["Set fallback"], LEFT)
    (dialog,) = page.findChildren(FallbackDialog)
    qtbot.keyClicks(dialog.words, "you")
    qtbot.keyClick(dialog.words, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: show_workspace(room.context).fallbacks.get("title") == "you")
    qtbot.waitUntil(lambda: not page.needs.isVisible())
    window.bench.history.undo()
    qtbot.waitUntil(lambda: "title" not in show_workspace(room.context).fallbacks)


def test_a_colleagues_answer_holds_until_it_is_sent_anyway_or_stopped(open_window, room, qtbot):
    stage = make_room(room.context, people=1)
    (key,) = stage.enrollment_ids
    with room.context.store.write() as unit:
        unit.run(
            "UPDATE sequence_enrollments SET hold_reason = 'colleague_replied', wake_lane = NULL, wake_at = NULL,"
            " wake_mailbox_id = NULL"
        )
        unit.run("DELETE FROM claim_queue")
        unit.changed(Topic.ENROLLMENTS)
    window = open_window(first="outbox")
    qtbot.waitUntil(lambda: window.page is not None and window.page.body is not None, timeout=10_000)
    page = window.page.body
    qtbot.waitUntil(lambda: len(page.needs.rows) == 1, timeout=10_000)
    qtbot.mouseClick(buttons_of(page.needs)["Send anyway"], LEFT)
    qtbot.waitUntil(lambda: standing_of(room.context, key).enrollment.hold is None)
    assert standing_of(room.context, key).enrollment.status is EnrollmentStatus.ACTIVE


def test_nothing_planned_is_told_with_the_way_to_sequences(window, qtbot):
    window.go("outbox")
    page = window.page.body
    qtbot.waitUntil(lambda: page.plan.now is not None and page.agenda_faces.face == "empty", timeout=10_000)
    assert "Nothing leaves on" in page.agenda_faces.currentWidget().accessibleName()
    qtbot.mouseClick(buttons_of(page.agenda_faces)["Open sequences"], LEFT)
    assert window.page.title == "Sequences"
