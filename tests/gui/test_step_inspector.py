"""Steps written in the inspector by mouse and by keys: kept as they are typed, saved, taken back, and never lost."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QLineEdit

from opendoors_desktop.domain.send_window import Delay
from opendoors_desktop.engine.commands.library import add_script
from opendoors_desktop.engine.commands.sequences import show_sequence
from opendoors_desktop.engine.commands.step_drafts import read_drafts
from opendoors_desktop.engine.commands.step_edits import change_step
from opendoors_desktop.gui.workshop.conflict_dialog import ConflictDialog
from tests.engine.sequence_rooms import FIRST, SECOND, add_sequence, start_sequence
from tests.gui.sequence_room import ASK, CALL, Pages

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LINKEDIN = {"step_type": "linkedin", "linkedin_action": "connect", "linkedin_message": "Hi"}
TASK = {"step_type": "task", "task_title": "Write a card"}
WAIT = {"step_type": "delay", "delay_days": 3}
ALL = (FIRST, SECOND, CALL, LINKEDIN, TASK, WAIT, ASK)


@pytest.fixture
def open_steps(open_window, qtbot, room):
    """Opens a sequence with these steps in a window; gives its pages and its key."""

    def open_them(*steps, people=0, **settings):
        make = start_sequence if people else add_sequence
        more = {"people": people} if people else {}
        key = make(room.context, *steps, name="Written", sending_timezone="UTC", **more, **settings)
        window = open_window()
        qtbot.waitUntil(lambda: window.page is not None)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        pages = Pages(window, qtbot, room.context)
        pages.page.open_sequence(key)
        canvas = pages.page.sequence.steps.canvas
        pages.wait(lambda: bool(canvas.views) and len(canvas.views) == len(live(pages, key)))
        pages.wait(lambda: pages.page.inspector.form is not None)
        return pages, key

    return open_them


def live(pages, key):
    return show_sequence(pages.context, key).flow.ordered


def choose(pages, number):
    view = pages.page.sequence.steps.canvas.views[number - 1]
    view.setFocus()
    pages.wait(lambda: pages.page.inspector.title.text().startswith(f"Step {number} "))
    return form_of(pages)


def form_of(pages):
    """The form of the step that is shown, as soon as all of its text is there."""
    inspector = pages.page.inspector
    pages.wait(lambda: inspector.form is not None and not any(text.isReadOnly() for text in inspector.form.texts()))
    return inspector.form


def write(pages, field, words):
    """Type into a field behind what is there."""
    field.setFocus()
    field.moveCursor(QTextCursor.MoveOperation.End)
    pages.bot.keyClicks(field, words)


def save(pages):
    bar = pages.page.inspector.bar
    pages.wait(lambda: bar.isVisible() and bar.save.isEnabled())
    pages.bot.mouseClick(bar.save, Qt.MouseButton.LeftButton)
    pages.wait(lambda: not bar.isVisible())


def test_an_email_is_written_by_keys_saved_and_taken_back(open_steps):
    pages, key = open_steps(FIRST, SECOND)
    pages.page.sequence.steps.canvas.views[0].setFocus()
    pages.key(Qt.Key.Key_Return)
    form = form_of(pages)
    pages.wait(form.body.hasFocus)
    pages.key(Qt.Key.Key_End, CTRL)
    pages.bot.keyClicks(form.body, ", welcome {{comp")
    pages.wait(lambda: form.body.choices is not None)
    pages.key(Qt.Key.Key_Tab)
    pages.bot.keyClicks(form.body, "!")
    assert form.body.source() == "Hi {{ first_name }}, welcome {{ company }}!"
    bar = pages.page.inspector.bar
    pages.wait(bar.isVisible)
    assert live(pages, key)[0].body_template == "Hi {{ first_name }}"
    pages.wait(lambda: pages.page.inspector.writing.drafts.steps == {live(pages, key)[0].id})
    pages.act("step.save")
    pages.wait_toast("Step 1 is saved")
    step = live(pages, key)[0]
    assert step.body_template == "Hi {{ first_name }}, welcome {{ company }}!"
    assert step.variables == {"first_name", "company"}
    pages.wait(lambda: not bar.isVisible())
    pages.undo()
    pages.wait(lambda: live(pages, key)[0].body_template == "Hi {{ first_name }}")
    pages.wait(lambda: form.body.source() == "Hi {{ first_name }}")


def test_a_fallback_is_asked_for_by_a_key_at_the_variable(open_steps):
    pages, key = open_steps(FIRST)
    form = choose(pages, 1)
    form.body.setFocus()
    form.body.moveCursor(QTextCursor.MoveOperation.End)
    pages.key(Qt.Key.Key_Space, CTRL)
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    assert line.accessibleName() == "When First name is empty, say"
    pages.bot.keyClicks(line, 'you "all"')
    pages.key(Qt.Key.Key_Return)
    assert form.body.hasFocus()
    assert form.body.source() == 'Hi {{ first_name | default("you \\"all\\"") }}'
    pages.key(Qt.Key.Key_Space, CTRL)
    pages.bot.keyClicks(QApplication.focusWidget(), "no")
    pages.key(Qt.Key.Key_Escape)
    assert "all" in form.body.source()
    save(pages)
    assert live(pages, key)[0].variables == frozenset()


def test_a_variable_is_one_place_of_the_cursor_and_copied_as_it_is_written(open_steps):
    pages, _ = open_steps(FIRST)
    body = choose(pages, 1).body
    body.setFocus()
    body.selectAll()
    body.copy()
    assert QApplication.clipboard().text() == "Hi {{ first_name }}"
    body.moveCursor(QTextCursor.MoveOperation.End)
    body.paste()
    assert body.source() == "Hi {{ first_name }}Hi {{ first_name }}"
    pages.key(Qt.Key.Key_Backspace)
    assert body.source() == "Hi {{ first_name }}Hi "
    pages.bot.keyClicks(body, "{{ city }}")
    assert body.source().endswith("{{ city }}")
    pages.key(Qt.Key.Key_Backspace)
    assert body.source() == "Hi {{ first_name }}Hi "
    pages.key(Qt.Key.Key_Z, CTRL)
    assert body.source().endswith("{{ city }}")


def test_foreign_text_is_pasted_plain_and_a_subject_stays_one_line(open_steps):
    pages, _ = open_steps(FIRST)
    form = choose(pages, 1)
    QApplication.clipboard().setText("two\nlines <b>x</b>")
    form.subject.setFocus()
    form.subject.moveCursor(QTextCursor.MoveOperation.End)
    form.subject.paste()
    pages.key(Qt.Key.Key_Return)
    assert form.subject.source() == "Hellotwo lines <b>x</b>"


def test_every_type_of_step_has_its_fields_saved(open_steps, room):
    script = add_script(room.context, "Opener", "Say hello to {{ first_name }}")
    pages, key = open_steps(*ALL)
    call = choose(pages, 3)
    write(pages, call.title, " now")
    assert call.outcomes.text().count(" · ") > 3
    call.script.setCurrentText("Opener")
    assert call.text.isHidden()
    assert call.said.text() == "Say hello to {{ first_name }}"
    call.due.setValue(2)
    save(pages)
    step = live(pages, key)[2]
    assert (step.task_title, step.call_script_id, step.task_due_days) == ("Call them now", script, 2)
    linkedin = choose(pages, 4)
    write(pages, linkedin.text, " there")
    linkedin.action.setCurrentText("Send a message")
    save(pages)
    assert (live(pages, key)[3].linkedin_action, live(pages, key)[3].linkedin_message) == ("message", "Hi there")
    task = choose(pages, 5)
    write(pages, task.text, "In ink")
    task.waits.click()
    task.wait.hours.setValue(4)
    save(pages)
    step = live(pages, key)[4]
    assert (step.task_description, step.waits_for_task, step.delay) == ("In ink", False, Delay(0, 4, 0))
    wait = choose(pages, 6)
    wait.wait.days.setValue(5)
    save(pages)
    assert live(pages, key)[5].delay == Delay(5, 0, 0)
    ask = choose(pages, 7)
    assert ask.words.text() == "City is filled in"
    ask.finish_no.click()
    save(pages)
    assert live(pages, key)[6].finish_no
    second = choose(pages, 2)
    assert second.subject.isHidden()
    second.in_thread.click()
    write(pages, second.subject, "New thread")
    save(pages)
    assert live(pages, key)[1].subject_template == "New thread"


def test_html_is_written_with_marks_and_turned_to_plain_text_and_back(open_steps):
    pages, key = open_steps(FIRST)
    form = choose(pages, 1)
    form.format.setCurrentIndex(1)
    form.format.activated.emit(1)
    assert form.body.source() == "<p>Hi {{ first_name }}</p>"
    form.body.selectAll()
    bold = next(each for each in form.marks if each.accessibleName() == "Bold")
    pages.bot.mouseClick(bold, Qt.MouseButton.LeftButton)
    assert form.body.source() == "<b><p>Hi {{ first_name }}</p></b>"
    save(pages)
    assert live(pages, key)[0].body_is_html
    form.format.setCurrentIndex(0)
    form.format.activated.emit(0)
    assert form.body.source().strip() == "Hi {{ first_name }}"
    assert not bold.isVisible()


def test_what_is_wrong_is_told_at_its_field_and_what_cannot_be_saved_is_not(open_steps):
    pages, key = open_steps(FIRST)
    form = choose(pages, 1)
    write(pages, form.body, " {{ shoe_size }} {% if %}")
    told = form._faults
    pages.wait(lambda: told["body_template"].isVisible())
    assert told["body_template"].text().startswith("Line 1: ")
    form.subject.selectAll()
    QApplication.clipboard().setText("x" * 999)
    form.subject.paste()
    pages.wait(lambda: told["subject_template"].isVisible())
    bar = pages.page.inspector.bar
    pages.wait(lambda: not bar.save.isEnabled())
    assert bar.save.toolTip() == told["subject_template"].text()
    pages.page.inspector.save()
    assert show_sequence(pages.context, key).version == 1


def test_what_is_typed_survives_another_step_another_window_and_the_end_of_the_program(open_steps, open_window):
    pages, key = open_steps(FIRST, SECOND)
    form = choose(pages, 1)
    write(pages, form.body, " - draft")
    choose(pages, 2)
    assert form_of(pages).body.source() == "Again"
    pages.wait(lambda: "Unsaved" in pages.page.sequence.steps.canvas.views[0].accessibleName())
    choose(pages, 1)
    assert form.body.source() == "Hi {{ first_name }} - draft"
    write(pages, form.body, ", typed last")
    pages.window.close()
    pages.window.bench.jobs.close()
    (draft,) = read_drafts(pages.context, key).values()
    assert draft.mine.body_template == "Hi {{ first_name }} - draft, typed last"
    again = open_window()
    pages.bot.waitUntil(lambda: again.page is not None)
    back = Pages(again, pages.bot, pages.context)
    back.page.open_sequence(key)
    back.wait(lambda: back.page.inspector.bar.isVisible())
    form = form_of(back)
    assert form.body.source() == "Hi {{ first_name }} - draft, typed last"
    back.bot.mouseClick(back.page.inspector.bar.drop, Qt.MouseButton.LeftButton)
    back.wait(lambda: form.body.source() == "Hi {{ first_name }}")
    back.wait(lambda: read_drafts(back.context, key) == {})
    assert not back.page.inspector.bar.isVisible()


def test_who_has_passed_and_who_waits_is_said_before_saving(open_steps):
    pages, _ = open_steps(FIRST, SECOND, people=3)
    form = choose(pages, 1)
    write(pages, form.body, "!")
    bar = pages.page.inspector.bar
    pages.wait(bar.isVisible)
    assert bar.effect.text() == "3 wait at it and get the change."


def test_what_others_save_in_other_fields_comes_in_below_what_is_typed(open_steps):
    pages, key = open_steps(FIRST)
    form = choose(pages, 1)
    write(pages, form.body, "!")
    step = live(pages, key)[0]
    change_step(pages.context, key, step, replace(step, subject_template="Theirs"))
    pages.wait(lambda: form.subject.source() == "Theirs")
    assert form.body.source() == "Hi {{ first_name }}!"
    save(pages)
    step = live(pages, key)[0]
    assert (step.subject_template, step.body_template) == ("Theirs", "Hi {{ first_name }}!")


@pytest.mark.parametrize(
    "choice, bodies",
    [("mine", ["My text"]), ("theirs", ["Their text"]), ("both", ["Their text", "My text"])],
)
def test_two_who_change_the_same_text_are_told_and_choose(open_steps, choice, bodies):
    pages, key = open_steps(FIRST)
    form = choose(pages, 1)
    form.body.selectAll()
    pages.bot.keyClicks(form.body, "My text")
    step = live(pages, key)[0]
    change_step(pages.context, key, step, replace(step, body_template="Their text"))
    bar = pages.page.inspector.bar
    pages.wait(bar.compare.isVisible)
    assert form.body.source() == "My text"
    pages.bot.mouseClick(bar.compare, Qt.MouseButton.LeftButton)
    dialog = pages.dialog(ConflictDialog)
    pages.bot.mouseClick(getattr(dialog, choice), Qt.MouseButton.LeftButton)

    def found():
        now = live(pages, key)[0]
        return [each.body for each in now.ab_test.variants] if now.ab_test else [now.body_template]

    pages.wait(lambda: found() == bodies)
    pages.wait(lambda: not bar.isVisible())


def test_a_save_that_somebody_was_quicker_than_opens_both(open_steps):
    pages, key = open_steps(FIRST)
    form = choose(pages, 1)
    form.body.selectAll()
    pages.bot.keyClicks(form.body, "My text")
    pages.page.inspector.take()
    step = live(pages, key)[0]
    change_step(pages.context, key, step, replace(step, body_template="Their text"))
    pages.page.inspector.save()
    dialog = pages.dialog(ConflictDialog)
    assert live(pages, key)[0].body_template == "Their text"
    dialog.reject()
    assert form.body.source() == "My text"


def test_typing_in_a_long_text_keeps_the_window_alive(open_steps):
    body = "\n\n".join(f"Paragraph {n} for {{{{ first_name }}}} of {{{{ company }}}}. " * 4 for n in range(80))
    pages, _ = open_steps(FIRST | {"body_template": body})
    form = choose(pages, 1)
    write(pages, form.body, "quick")
    pages.wait(lambda: pages.page.inspector.bar.isVisible())
    assert form.body.source() == body + "quick"


def test_the_preview_is_the_email_of_a_contact_and_follows_what_is_typed(open_steps):
    pages, _ = open_steps(FIRST, SECOND, people=2)
    form = choose(pages, 1)
    preview = pages.page.inspector.preview
    pages.wait(lambda: preview.text.toPlainText().startswith("Hi Ann1"))
    assert preview.who.currentText().startswith("Ann1, ")
    pages.bot.mouseClick(preview.after, Qt.MouseButton.LeftButton)
    pages.wait(lambda: preview.text.toPlainText().startswith("Hi Ann2"))
    write(pages, form.body, ", in {{ci")
    pages.wait(lambda: form.body.choices is not None)
    row = form.body.choices.rows.currentItem()
    assert row.data(Qt.ItemDataRole.AccessibleTextRole) == "City, 2 empty, fallback needed"
    pages.key(Qt.Key.Key_Return)
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    pages.bot.keyClicks(line, "town")
    pages.key(Qt.Key.Key_Return)
    pages.wait(lambda: preview.text.toPlainText().startswith("Hi Ann2, in town"))
    assert preview.subject.text() == "Hello"
    pages.wait(lambda: pages.page.inspector.bar.isVisible())
    pages.act("step.test")
    pages.wait_toast("Save the step first")


def test_a_test_of_a_step_is_queued_to_the_mailboxs_own_address(open_steps):
    pages, _ = open_steps(FIRST, people=1)
    choose(pages, 1)
    pages.act("step.test")
    pages.wait_toast("The test of step 1 waits to leave to you")
    with pages.context.store.read() as unit:
        assert unit.row("SELECT kind, to_address FROM outgoing_emails") == ("test", "rep1@example.com")
