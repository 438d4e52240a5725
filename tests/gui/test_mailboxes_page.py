"""The Mailboxes page: cards and settings by mouse and by keys, and what a mailbox's troubles look like."""

from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QMessageBox, QPushButton

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.mailbox import MailboxStatus
from opendoors_desktop.gui.mailbox.add_dialog import AddMailbox
from opendoors_desktop.gui.mailbox.cards import MailboxRole
from opendoors_desktop.gui.mailbox.password_dialog import PasswordDialog
from opendoors_desktop.gui.mailbox.trial_dialog import TrialDialog
from opendoors_desktop.store.mailboxes import set_state
from tests.builders import add_contacts, add_mailbox, add_sequence, enroll_all, mailbox_now
from tests.fixtures_smtp import free_port
from tests.fixtures_store import NOW

MARKUP = "535 5.7.8 <b>Wrong</b> <img src=http://example.net/x.png>"


@pytest.fixture
def window(open_window, qtbot):
    """A window that begins with the page."""
    found = open_window(first="mailboxes")
    qtbot.waitUntil(lambda: found.page is not None and found.page.body is not None, timeout=10_000)
    return found


@pytest.fixture
def boxes(room):
    """Two mailboxes that send, and one whose password the server refuses; six emails wait there."""
    made = [
        add_mailbox(room.context, "ann@example.com", daily_cap=50),
        add_mailbox(room.context, "bea@example.com"),
        add_mailbox(room.context, "cleo@example.com", daily_cap=40),
    ]
    sequence = add_sequence(room.context, made[2])
    enroll_all(room.context, sequence, add_contacts(room.context, 6))
    with room.context.store.write() as unit:
        set_state(unit, made[2].id, MailboxStatus.FAILED, NOW, reason="authentication", detail=MARKUP)
    return made


@pytest.fixture
def page(boxes, window, qtbot):
    window.go("mailboxes")
    found = window.page.body
    qtbot.waitUntil(lambda: found.faces.face == "content" and found.cards.cards.rowCount() == 3)
    return found


def click_row(qtbot, view, row):
    place = view.visualRect(view.model().index(row, 0)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def dialog_of(page, kind):
    return next((each for each in page.findChildren(kind) if each.isVisible()), None)


def test_without_a_mailbox_the_page_offers_the_first(window, qtbot):
    window.go("mailboxes")
    qtbot.waitUntil(lambda: window.page.body.faces.face == "empty")
    assert "No mailbox yet" in window.page.body.faces.currentWidget().accessibleName()
    texts = [each.text() for each in window.page.body.faces.currentWidget().findChildren(QPushButton)]
    assert texts == ["Add a mailbox"]


def test_a_mailbox_is_added_from_any_page(open_window, qtbot):
    window = open_window(first="outbox")
    qtbot.waitUntil(lambda: window.page is not None)
    window.actions_table["mailbox.new"].trigger()
    qtbot.waitUntil(lambda: bool(window.findChildren(AddMailbox)), timeout=10_000)
    assert window.page.title == "Mailboxes"
    window.findChildren(AddMailbox)[0].reject()


def test_cards_are_gone_through_by_keys_and_speak_whole_sentences(page, qtbot, qtmodeltester):
    page.cards.setFocus()
    assert page.header.title.text() == "ann@example.com"
    qtbot.keyClick(page.cards, Qt.Key.Key_J)
    assert page.header.title.text() == "bea@example.com"
    qtbot.keyClick(page.cards, Qt.Key.Key_Down)
    assert page.header.title.text() == "cleo@example.com"
    qtbot.keyClick(page.cards, Qt.Key.Key_K)
    assert page.header.title.text() == "bea@example.com"

    spoken = page.cards.currentIndex().siblingAtRow(2).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "cleo@example.com, Sign-in failed, sent today 0 of 40, 6 emails wait today, none were lost."
    qtmodeltester.check(page.cards.cards)


def test_T79_a_refused_mailbox_says_since_when_why_what_waits_and_what_helps(page, qtbot):
    click_row(qtbot, page.cards, 2)
    card = page.fault
    assert card.isVisible()
    assert card.title.accessibleName() == "cleo@example.com sends nothing since 09:00"
    assert "password is wrong" in card.cause.text()
    assert MARKUP in card.said.text()
    assert card.waits.text() == "6 emails wait today, none were lost."
    labels = [each for each in page.findChildren(QLabel) if "<b>" in each.text()]
    assert labels
    assert all(each.textFormat() is Qt.TextFormat.PlainText for each in labels)
    assert all("<b>" not in each.toolTip() for each in page.findChildren(QLabel))

    click_row(qtbot, page.cards, 0)
    assert not card.isVisible()


def test_a_mailbox_that_can_not_be_read_says_since_when_why_and_that_its_emails_wait(page, room, boxes, qtbot):
    since = room.context.clock.now()
    with room.context.store.write() as unit:
        unit.run(
            "UPDATE email_accounts SET imap_host = '127.0.0.1', imap_port = 1, imap_security = 'none',"
            " imap_username = 'ann', reading_error = :error, reading_error_since = :since WHERE id = :id",
            {"error": MARKUP, "since": since, "id": boxes[0].id},
        )
        unit.changed(Topic.MAILBOXES)
    click_row(qtbot, page.cards, 0)
    qtbot.waitUntil(page.fault.isVisible, timeout=8000)
    assert "can’t be read since" in page.fault.title.accessibleName()
    assert "its emails wait" in page.fault.cause.text()
    assert MARKUP in page.fault.said.text()
    assert page.cards.currentIndex().data(MailboxRole.STATE).word == "Can’t be read"


def test_signing_in_again_lets_the_mailbox_go_on_and_wipes_the_field(page, room, boxes, qtbot):
    click_row(qtbot, page.cards, 2)
    qtbot.mouseClick(page.fault.sign_in_button, Qt.MouseButton.LeftButton)
    dialog = dialog_of(page, PasswordDialog)
    qtbot.keyClicks(dialog.password, "s3cret word")
    field = dialog.password
    qtbot.keyClick(dialog.password, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: mailbox_now(room.context, boxes[2]).status is MailboxStatus.ACTIVE)
    assert room.context.secrets.get(boxes[2].secret_name) == "s3cret word"
    qtbot.waitUntil(lambda: not page.fault.isVisible())
    assert dialog_of(page, PasswordDialog) is None or field.text() == ""


def test_P_pauses_the_mailbox_that_is_shown_and_undo_lets_it_go_on(page, window, room, boxes, qtbot):
    click_row(qtbot, page.cards, 0)
    qtbot.keyClick(page.cards, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: mailbox_now(room.context, boxes[0]).status is MailboxStatus.PAUSED)
    qtbot.waitUntil(lambda: page.pause_button.text() == "Resume")
    assert "ann@example.com is paused" in window.bench.notices.toast_text

    qtbot.keyClick(page.cards, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: mailbox_now(room.context, boxes[0]).status is MailboxStatus.ACTIVE)
    qtbot.waitUntil(lambda: page.pause_button.text() == "Pause")
    qtbot.mouseClick(page.pause_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: mailbox_now(room.context, boxes[0]).status is MailboxStatus.PAUSED)


def test_limits_are_saved_by_one_button_and_taken_back(page, window, room, boxes, qtbot):
    limits = page.sheet.limits
    assert not limits.button.isEnabled()
    for field, value in ((limits.fields.daily, 30), (limits.fields.gap, 90)):
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, str(value))
    limits.days_off.setText("2026-12-24, 2026-12-31")
    qtbot.mouseClick(limits.button, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: mailbox_now(room.context, boxes[0]).limits.daily_cap == 30)
    after = mailbox_now(room.context, boxes[0])
    assert after.limits.gap == timedelta(seconds=90)
    assert len(after.days_off) == 2
    qtbot.waitUntil(lambda: not limits.button.isEnabled())

    window.bench.history.undo()
    qtbot.waitUntil(lambda: mailbox_now(room.context, boxes[0]).limits.daily_cap == 50)
    assert mailbox_now(room.context, boxes[0]).days_off == frozenset()
    qtbot.waitUntil(lambda: limits.fields.daily.value() == 50)


@pytest.mark.parametrize(
    "case",
    [("zone", "Nowhere/Land", "no time zone"), ("zone", "../../etc", "no time zone"), ("days_off", "soon", "no day")],
)
def test_what_cannot_be_a_limit_is_told_and_nothing_is_saved(page, room, qtbot, case):
    field, typed, told = case
    before = page.cards.current.mailbox
    getattr(page.sheet.limits, field).setText(typed)
    page.sheet.limits.button.click()

    def shown():
        return [each for each in page.window().findChildren(QMessageBox) if each.isVisible()]

    qtbot.waitUntil(lambda: bool(shown()))
    assert told in shown()[0].text()
    shown()[0].close()
    assert mailbox_now(room.context, before).limits == before.limits
    assert page.sheet.limits.button.isEnabled()


def test_the_sender_is_saved_with_its_signature_in_both_forms(page, room, boxes, qtbot):
    identity = page.sheet.identity
    identity.from_name.setText("Ann <b>Example</b>")
    identity.signature.setPlainText("Ann\nA & B")
    qtbot.mouseClick(identity.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: mailbox_now(room.context, boxes[0]).from_name == "Ann <b>Example</b>")
    after = mailbox_now(room.context, boxes[0])
    assert (after.signature_text, after.signature_html) == ("Ann\nA & B", "Ann<br>A &amp; B")


def test_removing_asks_and_says_what_waits(page, window, room, boxes, qtbot):
    click_row(qtbot, page.cards, 2)
    window.actions_table["mailbox.remove"].trigger()
    (box,) = [each for each in window.findChildren(QMessageBox) if each.isVisible()]
    assert box.text() == "Remove cleo@example.com?"
    assert "6 emails wait today" in box.informativeText()
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert mailbox_now(room.context, boxes[2]).retired_at is None

    window.actions_table["mailbox.remove"].trigger()
    (box,) = [each for each in window.findChildren(QMessageBox) if each.isVisible()]
    qtbot.mouseClick(next(b for b in box.buttons() if b.text() == "Remove mailbox"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: mailbox_now(room.context, boxes[2]).retired_at is not None)
    qtbot.waitUntil(lambda: page.cards.cards.rowCount() == 2)


def test_ctrl_T_tests_live_and_a_server_that_is_not_there_is_told_in_words(page, room, qtbot):
    add_mailbox(room.context, "aaa@example.com", port=free_port())
    page.refresh()
    qtbot.waitUntil(lambda: page.cards.cards.rowCount() == 4)
    page.cards.setFocus()
    click_row(qtbot, page.cards, 0)
    qtbot.keyClick(page.cards, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    dialog = dialog_of(page, TrialDialog)
    qtbot.waitUntil(lambda: not dialog.trial.is_running)
    assert "Reach the server: Nothing answers at 127.0.0.1" in dialog.trial.fault_words.text()
    assert "firewall" in dialog.trial.fix_words.text()
    qtbot.mouseClick(dialog.trial.copy, Qt.MouseButton.LeftButton)
    assert "Nothing answers" in QApplication.clipboard().text()
    dialog.close()
    qtbot.waitUntil(lambda: "Nothing answers" in page.sheet.health_facts.text())


def test_the_menu_key_opens_what_can_be_done(page, qtbot):
    page.cards.setFocus()
    place = QPoint(10, 10)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, page.cards.viewport().mapToGlobal(place))
    QApplication.sendEvent(page.cards.viewport(), event)
    (menu,) = [each for each in page.findChildren(QMenu) if each.isVisible()]
    names = [action.text() for action in menu.actions()]
    assert names == ["Test mailbox", "Pause or resume mailbox", "Sign in to mailbox again…", "Remove mailbox…"]
    menu.close()
