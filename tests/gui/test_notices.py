"""Notices: toasts with their undo, errors and questions in plain text, announced to screen readers."""

import logging

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.gui.notices import NoticeBar, Tone
from opendoors_desktop.gui.widgets.buttons import push_button

HOSTILE = "<img src='http://example.com/x.png'><b>Bob</b>"


def box_of(window) -> QMessageBox:
    return next(each for each in window.findChildren(QMessageBox) if each.isVisible())


def test_T79_markup_in_an_error_is_shown_as_it_is(window, qtbot):
    window.bench.notices.show_error(InputError(HOSTILE, HOSTILE, code="bad"))

    box = box_of(window)
    assert box.text() == HOSTILE
    assert {label.textFormat() for label in box.findChildren(QLabel) if label.text()} == {Qt.TextFormat.PlainText}
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(QMessageBox))


def test_a_fault_of_the_program_is_told_calmly_and_logged_with_its_trace(window, caplog):
    with caplog.at_level(logging.ERROR):
        window.bench.notices.show_error(ZeroDivisionError("division by zero"))

    box = box_of(window)
    assert "ZeroDivisionError" in box.text()
    assert "division by zero" not in box.text()
    assert caplog.records[-1].exc_info
    box.close()


def test_a_toast_offers_its_undo_once(window, qtbot):
    undone = []
    window.bench.notices.toast("3 contacts enrolled", lambda: undone.append(1))
    button = next(each for each in window.findChildren(QPushButton) if each.text() == "Undo" and each.isVisible())

    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    assert undone == [1]
    assert window.bench.notices.toast_text == ""


def test_a_question_of_danger_has_cancel_as_its_first_answer(window, qtbot):
    answered = []
    window.bench.notices.ask(
        "Remove ann@example.com?", "12 emails wait.", "Remove", lambda: answered.append(1), is_danger=True
    )

    qtbot.keyClick(box_of(window), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.findChildren(QMessageBox))
    assert answered == []

    window.bench.notices.ask(
        "Remove ann@example.com?", "12 emails wait.", "Remove", lambda: answered.append(1), is_danger=True
    )
    remove = next(each for each in box_of(window).buttons() if each.text() == "Remove")
    qtbot.mouseClick(remove, Qt.MouseButton.LeftButton)
    assert answered == [1]


def test_a_notice_bar_says_one_thing_with_its_button(qtbot):
    bar = NoticeBar()
    qtbot.addWidget(bar)
    bar.tell(Tone.WARNING, "Sending is off.", push_button("Switch on"))
    bar.tell(Tone.DANGER, "ann@example.com can’t sign in.", push_button("Sign in again"))
    bar.show()

    assert bar.text == "ann@example.com can’t sign in."
    qtbot.waitUntil(lambda: [each.text() for each in bar.findChildren(QPushButton)] == ["Sign in again"])
    bar.clear()
    assert bar.text == ""
