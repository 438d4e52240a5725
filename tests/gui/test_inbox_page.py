"""The Inbox page by mouse and by keys alone: read, corrected, answered, filed away; nothing a mail holds is obeyed."""

from datetime import date

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QMessageBox

from opendoors_desktop.domain.enrollment import EnrollmentStatus
from opendoors_desktop.gui.inbox.match_dialog import MatchDialog
from opendoors_desktop.store.queries.answer_drafts import find_draft
from opendoors_desktop.store.queries.inbox import MailFilter, find_mail, page_mails
from tests.builders import standing_of
from tests.gui.inbox_room import ARABIC, MARKUP, Inbox, fill_inbox, later, reply

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def scene(room):
    """Six mails of each kind."""
    return fill_inbox(room.context)


@pytest.fixture
def inbox(scene, open_window, qtbot) -> Inbox:
    """The page on them."""
    window = open_window(first="inbox")
    qtbot.waitUntil(lambda: window.page is not None)
    found = Inbox(window, qtbot)
    qtbot.waitUntil(lambda: len(found.names()) == 6)
    return found


def mails(context, **wanted):
    with context.store.read() as unit:
        return page_mails(unit, context.scope.workspace_id, MailFilter(**wanted), context.clock.now())


def stored(context, key):
    with context.store.read() as unit:
        return find_mail(unit, context.scope.workspace_id, key)


def status_of(scene, number):
    capture = next(each for each in scene.post.captures if each.recipient == f"u{number}@example.net")
    return standing_of(scene.context, scene.enrollment_of(capture)).enrollment.status


def asked(window) -> QMessageBox:
    return next(each for each in window.findChildren(QMessageBox) if each.isVisible())


def press(qtbot, box, text):
    qtbot.mouseClick(next(each for each in box.buttons() if each.text() == text), LEFT)


def key(qtbot, which, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(QApplication.focusWidget(), which, modifier)


def focus_list(inbox, qtbot):
    inbox.window.activateWindow()
    qtbot.waitUntil(inbox.window.isActiveWindow)
    inbox.body.list.setFocus()


def test_mails_are_listed_with_what_they_were_read_as_and_counted_on_the_rail(inbox, qtbot):
    rows = {row.who: row.look.word for row in inbox.body.list.mails.mails}
    assert rows == {
        "Yuki Tanabe": "Interested",
        "Ellery Vance": "Not now",
        "Hanno Breit": "Question",
        "Beatrix Vondel": "Opt-out",
        "Mail delivery": "Bounce",
        "Aoife Tierney": "Out of office",
    }
    qtbot.waitUntil(lambda: inbox.window.rail["inbox"].accessibleName() == "Inbox, 6")
    sentence = inbox.body.list.mails.data(inbox.body.list.mails.index(1), Qt.ItemDataRole.AccessibleTextRole)
    assert sentence.startswith("unread, ") or "Automatic reply" in sentence


def test_a_reply_shows_its_thread_its_evidence_and_what_it_did_and_its_stop_is_taken_back(inbox, scene, qtbot):
    inbox.open("Yuki Tanabe")
    body = inbox.body
    assert [card.letter.is_ours for card in body.thread_pane.view.cards] == [True, False]
    assert not body.thread_pane.view.cards[0].head.isChecked()
    shown = body.thread_pane.view.cards[1]
    qtbot.waitUntil(lambda: "Thursday after 14:00 works" in inbox.text())
    assert any(shown.letter.text[start:end] == "Thursday after 14:00 works" for start, end in shown.letter.spans)
    assert "Thursday after 14:00 works" in body.thread_pane.bar.reason.text()
    assert body.side.name.text() == "Yuki Tanabe"
    assert "Example stopped at step 2" in body.side.words()
    assert status_of(scene, 1) is EnrollmentStatus.STOPPED

    (button,) = body.side.undo_buttons.values()
    qtbot.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: status_of(scene, 1) is EnrollmentStatus.ACTIVE)
    qtbot.waitUntil(lambda: "Undone: Example stopped at step 2" in body.side.words())
    inbox.window.bench.history.undo()
    qtbot.waitUntil(lambda: status_of(scene, 1) is EnrollmentStatus.STOPPED)


def test_a_mail_that_was_before_ones_eyes_counts_as_read_and_U_takes_that_back(inbox, scene, qtbot):
    inbox.open("Hanno Breit")
    row = inbox.body.list.current
    assert row.is_unread
    qtbot.waitUntil(lambda: stored(scene.context, row.key).read_at is not None)
    qtbot.waitUntil(lambda: not inbox.body.list.current.is_unread)
    focus_list(inbox, qtbot)
    key(qtbot, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: stored(scene.context, row.key).read_at is None)
    qtbot.waitUntil(lambda: inbox.body.list.current.is_unread)


def test_by_keys_alone_a_meaning_is_corrected_kept_and_taken_back(inbox, scene, qtbot):
    inbox.open("Hanno Breit")
    focus_list(inbox, qtbot)
    key(qtbot, Qt.Key.Key_8)
    bar = inbox.body.thread_pane.bar
    qtbot.waitUntil(lambda: inbox.body.facts.meaning == "unsubscribe")
    assert bar.reason.text() == "Set by a person; it stays so."
    assert any("opted out" in line for line in inbox.body.side.words())
    assert [mail.name for mail in mails(scene.context, kind="unsubscribe")] == ["Beatrix Vondel", "Hanno Breit"]
    qtbot.waitUntil(bar.undo_button.isVisible)
    qtbot.mouseClick(bar.undo_button, LEFT)
    qtbot.waitUntil(lambda: inbox.body.facts.meaning == "question")
    assert not any("opted out" in line for line in inbox.body.side.words())
    key(qtbot, Qt.Key.Key_0)
    qtbot.waitUntil(lambda: inbox.body.facts.meaning == "unsure")
    inbox.window.bench.history.undo()
    qtbot.waitUntil(lambda: inbox.body.facts.meaning == "question")


def test_the_day_somebody_is_back_is_read_and_can_be_changed(inbox, scene, qtbot):
    inbox.open("Aoife Tierney")
    bar = inbox.body.thread_pane.bar
    assert bar.day.isVisible()
    assert bar.day.accessibleName() == "Back on"
    assert bar.day.date().toPython() == date(2026, 3, 20)
    assert any("waits until 21 Mar" in line for line in inbox.body.side.words())
    bar.day.setDate(date(2026, 3, 30))
    qtbot.waitUntil(lambda: any("waits until 31 Mar" in line for line in inbox.body.side.words()))
    assert status_of(scene, 4) is EnrollmentStatus.ACTIVE


def test_a_bounce_shows_the_servers_words_first_as_they_are_and_offers_what_helps(inbox, qtbot):
    inbox.window.go("contacts")
    inbox.window.go("inbox")
    inbox.open("Mail delivery")
    pane = inbox.body.thread_pane
    shown = pane.view.cards[-1]
    labels = {each.text().replace("\u200b", ""): each for each in shown.findChildren(QLabel)}
    said = next(label for text, label in labels.items() if MARKUP in text)
    assert said.textFormat() is Qt.TextFormat.PlainText
    assert list(pane.bar.offers) == ["contact.open", "contact.bar"]
    assert not pane.answer.isVisible()
    assert "There is no such address" in pane.bar.reason.text()
    qtbot.waitUntil(inbox.window.actions_table["contact.open"].isEnabled)
    qtbot.mouseClick(pane.bar.offers["contact.open"], LEFT)
    qtbot.waitUntil(lambda: inbox.window.page_name == "contacts")


def test_E_files_a_mail_away_goes_on_to_the_next_and_ctrl_z_brings_it_back(inbox, scene, qtbot):
    inbox.open("Mail delivery")
    before = inbox.body.list.current.key
    focus_list(inbox, qtbot)
    key(qtbot, Qt.Key.Key_E)
    qtbot.waitUntil(lambda: stored(scene.context, before).done_at is not None)
    assert inbox.body.list.current.who == "Beatrix Vondel"
    qtbot.waitUntil(lambda: [mail.id for mail in mails(scene.context, is_open=False)] == [before])
    qtbot.waitUntil(lambda: inbox.names()[-1] == "Mail delivery")
    key(qtbot, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: stored(scene.context, before).done_at is None)


def test_J_and_K_go_through_mails_and_slash_searches_them(inbox, qtbot):
    focus_list(inbox, qtbot)
    names = inbox.names()
    for number in (1, 2, 3):
        key(qtbot, Qt.Key.Key_J)
        assert inbox.body.list.current.who == names[number]
    key(qtbot, Qt.Key.Key_K)
    assert inbox.body.list.current.who == names[2]
    key(qtbot, Qt.Key.Key_Slash)
    assert QApplication.focusWidget() is inbox.body.words
    qtbot.keyClicks(inbox.body.words, "kestrel")
    qtbot.waitUntil(lambda: inbox.names() == ["Yuki Tanabe"])
    key(qtbot, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is inbox.body.list
    inbox.search("nothing of the kind")
    qtbot.waitUntil(lambda: inbox.body.list_faces.face == "empty")
    inbox.search("")
    qtbot.waitUntil(lambda: len(inbox.names()) == 6)


def test_a_mail_is_put_off_and_leaves_the_open_ones(inbox, scene, qtbot):
    inbox.open("Hanno Breit")
    before = inbox.body.list.current.key
    focus_list(inbox, qtbot)
    key(qtbot, Qt.Key.Key_Z)
    menu = next(each for each in inbox.body.findChildren(QMenu) if each.isVisible())
    menu.actions()[0].trigger()
    menu.close()
    qtbot.waitUntil(lambda: stored(scene.context, before).put_off_until is not None)
    qtbot.waitUntil(lambda: "Hanno Breit" not in inbox.names())


def test_an_answer_is_sent_from_the_same_mailbox_and_called_back_as_a_draft(inbox, scene, qtbot, tmp_path):
    file = tmp_path / "plan.txt"
    file.write_text("A plan", encoding="utf-8")
    inbox.open("Yuki Tanabe")
    focus_list(inbox, qtbot)
    key(qtbot, Qt.Key.Key_R)
    box = inbox.body.thread_pane.answer
    assert QApplication.focusWidget() is box.text
    assert box.from_label.text() == "Reply from ann@example.com"
    qtbot.keyClicks(box.text, "Friday it is, 8 sharp")
    box.add_files([str(file)])
    key(qtbot, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    inbox.wait_toast("leaves in 10 seconds")

    def planned():
        with scene.context.store.read() as unit:
            return unit.rows("SELECT state, to_address, in_reply_to FROM outgoing_emails WHERE kind = 'reply'")

    ((state, to, answers),) = planned()
    assert (state, to) == ("planned", "u1@example.net")
    assert answers.endswith("u1@example.net>")
    qtbot.waitUntil(lambda: box.draft.is_empty)
    qtbot.waitUntil(lambda: any("Leaves" in card.letter.at for card in inbox.body.thread_pane.view.cards))
    qtbot.mouseClick(inbox.window.bench.notices._toast.button, LEFT)
    qtbot.waitUntil(lambda: planned()[0][0] == "cancelled")
    qtbot.waitUntil(lambda: box.draft.text == "Friday it is, 8 sharp")
    assert box.draft.files == (str(file),)


def test_an_answer_to_who_opted_out_is_asked_about_once(inbox, scene, qtbot):
    inbox.open("Beatrix Vondel")
    box = inbox.body.thread_pane.answer
    box.text.setPlainText("You are off the list now.")
    qtbot.mouseClick(box.done_button, LEFT)
    qtbot.waitUntil(lambda: any(each.isVisible() for each in inbox.window.findChildren(QMessageBox)))
    with scene.context.store.read() as unit:
        assert unit.rows("SELECT 1 FROM outgoing_emails WHERE kind = 'reply'") == []
    press(qtbot, asked(inbox.window), "Send this answer")
    inbox.wait_toast("leaves in 10 seconds")
    with scene.context.store.read() as unit:
        ((waived, done),) = unit.rows(
            "SELECT o.suppression_waived_by, i.done_at FROM outgoing_emails o"
            " JOIN inbound_emails i ON i.id = o.answers_inbound_id WHERE o.kind = 'reply'"
        )
    assert waived is not None
    assert done is not None


def test_a_draft_survives_another_mail_another_page_and_another_window(inbox, scene, open_window, qtbot):
    inbox.open("Yuki Tanabe")
    key_of = inbox.body.list.current.key
    box = inbox.body.thread_pane.answer
    box.text.setPlainText("Dear Yuki, half a")
    inbox.open("Hanno Breit")
    assert box.draft.is_empty
    inbox.open("Yuki Tanabe")
    qtbot.waitUntil(lambda: box.draft.text == "Dear Yuki, half a")
    box.text.setPlainText("Dear Yuki, half a sentence")
    inbox.window.go("outbox")

    def kept():
        scope = scene.context.scope
        with scene.context.store.read() as unit:
            return find_draft(unit, scope.workspace_id, scope.user_id, key_of).text

    qtbot.waitUntil(lambda: kept() == "Dear Yuki, half a sentence")
    inbox.window.close()
    other = open_window(first="inbox")
    qtbot.waitUntil(lambda: other.page is not None)
    again = Inbox(other, qtbot)
    again.open("Yuki Tanabe")
    qtbot.waitUntil(lambda: again.body.thread_pane.answer.draft.text == "Dear Yuki, half a sentence")


def test_a_link_is_named_by_where_it_leads_before_it_opens(inbox, qtbot, monkeypatch):
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()) or True)
    inbox.open("Yuki Tanabe")
    text = inbox.body.thread_pane.view.cards[-1].text
    text.anchorClicked.emit(QUrl("https://example.com/map"))
    assert "example.com" in asked(inbox.window).informativeText()
    press(qtbot, asked(inbox.window), "Cancel")
    assert opened == []
    text.link_wanted.emit("https://evil.example.net/x", "www.example.com")
    box = asked(inbox.window)
    assert "The words say www.example.com, but it leads elsewhere." in box.informativeText()
    press(qtbot, box, "Open link")
    assert opened == ["https://evil.example.net/x"]
    text.link_wanted.emit("file:///etc/passwd", "a page")
    assert "isn’t opened" in asked(inbox.window).text()
    press(qtbot, asked(inbox.window), "OK")
    assert len(opened) == 1


def test_a_mail_of_nobody_is_shown_and_matched_by_hand(scene, open_window, qtbot):
    later(scene.context)
    scene.bounce(scene.post.captures[6], "5.1.1", "no such user", recipient="u7@example.net")
    scene.come(
        "From: MAILER-DAEMON@mx.example.org\nTo: ann@example.com\nSubject: failure\nMIME-Version: 1.0\n"
        "Message-ID: <alone@mx.example.org>\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=B\n\n--B\n\nNot delivered.\n\n--B\n"
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n"
        "Final-Recipient: rfc822; stranger@example.org\nAction: failed\nStatus: 5.1.1\n\n--B--\n"
    )
    window = open_window(first="inbox")
    qtbot.waitUntil(lambda: window.page is not None)
    inbox = Inbox(window, qtbot)
    qtbot.waitUntil(lambda: any(row.look.word == "Not matched" for row in inbox.body.list.mails.mails))
    row = next(row for row in inbox.body.list.mails.mails if row.look.word == "Not matched")
    inbox.body.list.choose(row.key)
    qtbot.waitUntil(lambda: inbox.body.facts is not None and inbox.body.facts.key == row.key)
    offers = inbox.body.thread_pane.bar.offers
    assert list(offers) == ["reply.match"]
    qtbot.waitUntil(inbox.window.actions_table["reply.match"].isEnabled)
    qtbot.mouseClick(offers["reply.match"], LEFT)
    dialog = next(each for each in window.findChildren(MatchDialog) if each.isVisible())
    qtbot.keyClicks(dialog.line, "yuki")
    qtbot.waitUntil(dialog.match_button.isEnabled)
    qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: inbox.facts.contact_id is not None)
    assert inbox.body.side.name.text() == "Yuki Tanabe"
    window.bench.history.undo()
    qtbot.waitUntil(lambda: inbox.facts.contact_id is None)


def test_names_and_texts_nobody_expects_break_nothing(scene, open_window, qtbot):
    context = scene.context
    to = {each.recipient: each for each in scene.post.captures}["u7@example.net"]
    later(context)
    scene.come(reply(to, "ann@example.com", MARKUP + "\n" + "x" * 10_000, context.clock.now(), Subject=MARKUP))
    with context.store.write() as unit:
        unit.run(
            "UPDATE contacts SET first_name = :name, company_name = :company WHERE email = 'u7@example.net'",
            {"name": ARABIC, "company": "y" * 10_000},
        )
    window = open_window(first="inbox")
    qtbot.waitUntil(lambda: window.page is not None)
    inbox = Inbox(window, qtbot)
    qtbot.waitUntil(lambda: len(inbox.names()) == 7)
    inbox.open(next(name for name in inbox.names() if ARABIC in name))
    qtbot.waitUntil(lambda: inbox.text().startswith(MARKUP))
    assert inbox.body.thread_pane.header.title.text() == MARKUP
    assert not window.grab().isNull()


def test_mails_that_come_while_one_reads_leave_the_reader_where_they_are(inbox, scene, qtbot):
    inbox.open("Ellery Vance")
    to = {each.recipient: each for each in scene.post.captures}["u7@example.net"]
    later(scene.context)
    scene.come(reply(to, "ann@example.com", "Sounds good, call me.", scene.context.clock.now()))
    qtbot.waitUntil(lambda: len(inbox.names()) == 7)
    assert inbox.body.list.current.who == "Ellery Vance"
    assert inbox.body.facts.subject == "Re: Hello"


def test_places_narrow_the_list_by_mouse_and_keys(inbox, qtbot):
    places = inbox.body.places
    row = next(
        n for n in range(places.places.rowCount()) if places.places.row(places.places.index(n)).title == "Bounce"
    )
    qtbot.mouseClick(places.viewport(), LEFT, pos=places.visualRect(places.places.index(row)).center())
    qtbot.waitUntil(lambda: inbox.names() == ["Mail delivery"])
    places.setFocus()
    qtbot.keyClick(places, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: inbox.names() == ["Beatrix Vondel"])
    for _ in range(row):
        qtbot.keyClick(places, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: len(inbox.names()) == 6)
    assert places.place.kind == "needs_a_look"
