"""An opened sequence: its states by button and menu, what is told before it starts, its steps and their texts."""

from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.engine.commands.enrollments import enroll
from opendoors_desktop.engine.commands.sequence_states import pause_sequence
from opendoors_desktop.engine.commands.sequences import show_sequence
from opendoors_desktop.gui.jobs import Command
from opendoors_desktop.gui.pages import steps_tab
from opendoors_desktop.gui.pages.start_check import StartCheck
from opendoors_desktop.gui.sequence_commands import Named, change_state
from opendoors_desktop.store.queries.sequence_steps import list_step_cards
from tests.engine.sequence_rooms import FIRST, SECOND, add_people, add_sequence
from tests.gui.sequence_room import ASK, Pages, button, fill
from tests.sequence_builders import add_example_contact

NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def keys(room):
    return fill(room.context)


@pytest.fixture
def open_pages(open_window, qtbot, room):
    def open_them(**more) -> Pages:
        window = open_window(**more)
        qtbot.waitUntil(lambda: window.page is not None)
        return Pages(window, qtbot, room.context)

    return open_them


@pytest.fixture
def pages(keys, open_pages) -> Pages:
    found = open_pages()
    found.wait(lambda: bool(found.names()))
    return found


def cards(pages: Pages):
    canvas = pages.page.sequence.steps.canvas
    pages.wait(lambda: bool(canvas.views) and not canvas._portions.isActive())
    return canvas.views


def titles(pages: Pages) -> list[str]:
    return [view.title for view in cards(pages)]


def test_a_sequence_opens_with_its_head_and_its_steps_in_order(pages):
    pages.open_sequence("Cold chain")
    header = pages.page.sequence.header
    assert (header.path.text(), header.name.text()) == ("Outbound › Logistics", "Cold chain")
    assert pages.window.windowTitle() == "Cold chain – OpenDoors Desktop"
    assert header.pill.accessibleName() == "Active"
    assert titles(pages) == [
        "Hello", "Call them", "City is filled in", "Write a card", "Reply in the same thread",
        "Reply in the same thread",
    ]  # fmt: skip
    tabs = pages.page.sequence.tabs
    assert tabs.tabText(0) == "Steps  6"
    pages.wait(lambda: tabs.tabText(1) == "Contacts  3")
    first = cards(pages)[0]
    assert first.accessibleName() == "Step 1 of 6, Email, Hello, day 1, 0 sent, 0 replied"
    assert first.figures[0] == ("Sent", "0")


def test_arrows_go_from_card_to_card_and_into_lanes_and_out(pages):
    pages.open_sequence("Cold chain")
    all_of_them = cards(pages)
    names = dict(zip(("first", "call", "ask", "yes", "no", "last"), all_of_them, strict=True))
    names["first"].setFocus()
    ways = [
        (Qt.Key.Key_Down, "call"), (Qt.Key.Key_Down, "ask"), (Qt.Key.Key_Right, "yes"), (Qt.Key.Key_Right, "no"),
        (Qt.Key.Key_Left, "yes"), (Qt.Key.Key_Down, "last"), (Qt.Key.Key_Up, "ask"), (Qt.Key.Key_Right, "yes"),
        (Qt.Key.Key_Up, "ask"), (Qt.Key.Key_Home, "first"), (Qt.Key.Key_End, "last"),
    ]  # fmt: skip
    for key, name in ways:
        pages.key(key)
        assert QApplication.focusWidget() is names[name], name


def test_enter_goes_to_where_the_text_of_a_step_is_written(pages):
    pages.open_sequence("Cold chain")
    cards(pages)[0].setFocus()
    pages.key(Qt.Key.Key_Return)
    inspector = pages.page.inspector
    pages.wait(inspector.isVisible)
    assert inspector.title.text() == "Step 1 · Hello"
    pages.wait(lambda: inspector.form is not None)
    assert inspector.form.subject.source() == "Hello"
    assert inspector.form.body.source() == "Hi {{ first_name }}"
    assert inspector.form.body.hasFocus()


def test_a_narrow_window_hides_the_text_and_the_tree_until_they_are_asked_for(keys, open_pages):
    pages = open_pages(size=(1000, 700))
    pages.page.open_sequence(keys["Cold chain"])
    cards(pages)
    assert not pages.page.tree.isVisible()
    assert not pages.page.inspector.isVisible()
    pages.act("view.left")
    pages.act("view.right")
    assert pages.page.tree.isVisible()
    assert pages.page.inspector.isVisible()


def test_variants_and_html_are_shown_as_they_are_written_and_nothing_of_them_is_fetched(keys, room, open_pages):
    test = {
        "test_type": "content", "winner_criteria": "reply_rate",
        "variants": [
            {"id": "A", "weight": 50},
            {"id": "B", "subject": "Other <b>words</b>", "body": "<p>Two</p>", "weight": 50},
        ],
    }  # fmt: skip
    html = FIRST | {
        "body_template": "<p>One</p><img src='http://192.0.2.1/x.png'>", "body_is_html": True,
        "ab_test_enabled": True, "ab_test_variants": test,
    }  # fmt: skip
    key = add_sequence(room.context, html, name="Tested")
    pages = open_pages()
    pages.page.open_sequence(key)
    cards(pages)[0].setFocus()
    inspector = pages.page.inspector
    pages.wait(lambda: inspector.form is not None)
    pages.wait(lambda: inspector.form is not None and inspector.form.body.toPlainText().startswith("<p>One</p><img"))
    second = inspector.variants.chosen.buttons()[1]
    pages.wait(second.isVisible)
    pages.bot.mouseClick(second, Qt.MouseButton.LeftButton)
    pages.wait(lambda: inspector.form is not None)
    assert (inspector.form.subject.source(), inspector.form.body.source()) == ("Other <b>words</b>", "<p>Two</p>")


def test_a_draft_is_started_after_all_that_was_found_is_told(pages, keys, room):
    contact = add_example_contact(room.context.store, room.context.scope, 50, {"first_name": ""})
    enroll(room.context, keys["Ports"], [contact])
    pages.open_sequence("Ports")
    pages.bot.mouseClick(pages.page.sequence.header.change, Qt.MouseButton.LeftButton)
    dialog = pages.dialog(StartCheck)
    told = "\n".join(dialog.lines)
    assert "1 contact lacks first_name" in told
    assert "a day" in told
    assert "opt-out line" in told
    pages.bot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    pages.wait_toast("Ports is started")
    assert pages.status(keys["Ports"]) == "active"
    pages.wait(lambda: pages.page.sequence.header.change.text() == "Pause")

    pages.undo()
    pages.wait(lambda: pages.status(keys["Ports"]) == "draft")


def test_everything_that_keeps_a_sequence_from_starting_is_told_at_once(room, open_pages):
    broken = add_sequence(
        room.context, FIRST | {"subject_template": None}, SECOND | {"body_template": ""}, name="Broken"
    )
    pages = open_pages()
    pages.page.open_sequence(broken)
    marked = cards(pages)
    pages.wait(lambda: "Step 1" in marked[0].accessibleName().split(", 0 replied")[-1])
    notice = pages.page.sequence.notice
    pages.wait(lambda: notice.text.endswith("keep the sequence from starting."))
    pages.bot.mouseClick(button(notice, "See what to fix"), Qt.MouseButton.LeftButton)
    dialog = pages.dialog(StartCheck)
    assert len([line for line in dialog.lines if line.startswith("Step")]) >= 2
    assert not dialog.start.isEnabled()
    assert dialog.start.toolTip()
    dialog.reject()
    assert pages.status(broken) == "draft"


def test_how_a_running_sequence_fares_is_told_with_what_helps(pages, keys, room):
    pages.open_sequence("Cold chain")
    notice = pages.page.sequence.notice
    pages.wait(lambda: notice.text == "Sending is off. Switch sending on.")
    assert button(notice, "Switch on").isEnabled()
    pause_sequence(room.context, keys["Cold chain"])
    pages.wait(lambda: notice.text == "")


def test_pause_resume_and_stop_by_buttons_and_menu_each_taken_back(pages, keys):
    pages.open_sequence("Cold chain")
    change = pages.page.sequence.header.change
    pages.bot.mouseClick(change, Qt.MouseButton.LeftButton)
    pages.wait_toast("Cold chain is paused")
    pages.wait(lambda: change.text() == "Resume")

    pages.bot.mouseClick(change, Qt.MouseButton.LeftButton)
    pages.bot.mouseClick(pages.dialog(StartCheck).start, Qt.MouseButton.LeftButton)
    pages.wait(lambda: pages.status(keys["Cold chain"]) == "active")

    pages.act("sequence.stop")
    pages.wait_toast("Cold chain is stopped")
    pages.wait(lambda: not change.isEnabled())
    assert "Duplicate it instead" in change.toolTip()
    pages.undo()
    pages.wait(lambda: pages.status(keys["Cold chain"]) == "active")


def test_T32_stop_and_pause_go_before_all_that_waits(pages, keys):
    done: list[str] = []
    let_go = Event()
    jobs = pages.window.bench.jobs
    jobs.run(Command("begun", lambda _: let_go.wait(5)))
    for _ in range(5):
        jobs.run(Command("later", lambda _: done.append("later")))
    stop = change_state("stop", [Named(keys["Cold chain"], "Cold chain")])
    assert stop.urgent
    assert change_state("pause", []).urgent
    jobs.write(lambda context: done.append("stopped" if stop.do(context).done else "refused"), urgent=stop.urgent)
    let_go.set()
    pages.wait(lambda: len(done) == 6)
    assert done[0] == "stopped"
    assert pages.status(keys["Cold chain"]) == "stopped"


def test_a_sequence_is_duplicated_and_opened(pages, keys):
    pages.open_sequence("Ports")
    pages.act("sequence.clone")
    pages.wait_toast("Ports is duplicated")
    pages.wait(lambda: pages.page.sequence.header.name.text() == "Ports (copy)")
    assert "..Ports (copy)" in pages.names()


def test_T31_the_rule_for_a_step_that_is_added_is_shown(pages):
    pages.open_sequence("Cold chain")
    rule = pages.page.sequence.steps.rule
    assert rule.isVisible()
    assert "everyone who has not finished" in rule.text()


def test_the_rules_of_the_sequence_are_told_in_a_line(pages):
    pages.open_sequence("Cold chain")
    rules = pages.page.sequence.steps.rules
    assert rules.lasts.text() == "6 days"
    assert rules.hours.text().endswith("in UTC")
    assert rules.stops.text().startswith("Stops on reply")


def test_figures_that_come_leave_focus_and_place_as_they_are(pages, keys, room):
    pages.open_sequence("Cold chain")
    views = cards(pages)
    views[2].setFocus()
    pages.wait(lambda: pages.page.inspector.form is not None)
    text = pages.page.inspector.form
    add_people(room.context, keys["Cold chain"], 4, first=60)
    pages.wait(lambda: pages.page.sequence.tabs.tabText(1) == "Contacts  7")
    pause_sequence(room.context, keys["Cold chain"])
    pages.wait(lambda: pages.page.sequence.header.change.text() == "Resume")
    assert cards(pages) == views
    assert views[2].hasFocus()
    assert text is pages.page.inspector.form


def test_200_steps_with_lanes_open_in_portions(room, open_pages):
    key = add_sequence(
        room.context, *[each for _ in range(40) for each in (dict(FIRST), dict(SECOND), ASK)], name="Long"
    )
    pages = open_pages()
    pages.page.open_sequence(key)
    pages.wait(lambda: len(pages.page.sequence.steps.canvas.views) == 200)
    boxes = [view.geometry() for view in cards(pages)]
    assert not any(one.intersects(other) for n, one in enumerate(boxes) for other in boxes[n + 1 : n + 12])


def test_a_sequence_without_steps_and_one_that_cannot_be_read(room, keys, open_pages, monkeypatch):
    empty = add_sequence(room.context, name="Empty")
    away: list[bool] = []

    def read(*arguments):
        if away:
            raise StoreError("The store can’t be reached.", "Start the database server.")
        return list_step_cards(*arguments)

    monkeypatch.setattr(steps_tab, "list_step_cards", read)
    pages = open_pages()
    pages.page.open_sequence(keys["Ports"])
    assert len(cards(pages)) == 2
    steps = pages.page.sequence.steps
    away.append(True)
    pages.page.open_sequence(keys["Cold chain"])
    pages.wait(lambda: steps.faces.face == "error")
    away.clear()
    pages.bot.mouseClick(button(steps.faces, "Retry"), Qt.MouseButton.LeftButton)
    pages.wait(lambda: steps.faces.face == "content")
    assert show_sequence(room.context, empty).settings.name == "Empty"


def test_undo_and_redo_stand_in_the_head_with_what_they_do(pages):
    header_of = pages.page.sequence.header
    pages.open_sequence("Ports")
    assert not header_of.undo.isEnabled()
    pages.act("sequence.clone")
    pages.wait(header_of.undo.isEnabled)
    assert "Duplicate Ports" in header_of.undo.toolTip()


@pytest.mark.parametrize("tab", [0, 1, 2])
def test_every_control_of_the_page_has_a_name_and_is_large_enough(pages, tab: int):
    pages.open_sequence("Cold chain")
    cards(pages)
    sequence = pages.page.sequence
    sequence.tabs.setCurrentIndex(tab)
    pages.wait(lambda: sequence.stack.currentWidget() is not sequence._blank)
    takes = [
        each
        for each in pages.page.findChildren(QWidget)
        if each.isVisible()
        and each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and each.objectName() != "qt_scrollarea_viewport"
    ]
    nameless = [type(each).__name__ for each in takes if not (each.accessibleName() or getattr(each, "text", str)())]
    assert nameless == []
    small = [each.accessibleName() for each in takes if min(each.width(), each.height()) < 24]
    assert small == []


def test_F6_goes_round_the_tree_the_head_the_steps_and_their_text(pages):
    pages.open_sequence("Cold chain")
    views = cards(pages)
    views[0].setFocus()
    pages.key(Qt.Key.Key_Return)
    pages.wait(lambda: pages.page.inspector.form is not None)
    pages.tree.setFocus()
    passed = []
    for _ in range(6):
        pages.key(Qt.Key.Key_F6)
        focus = QApplication.focusWidget()
        passed += [pane for pane in pages.page.panes() if focus is not None and pane.isAncestorOf(focus)]
    assert set(pages.page.panes()) <= set(passed)


def test_ctrl_tab_goes_to_the_next_tab_and_with_shift_back(pages, qtbot):
    pages.open_sequence("Cold chain")
    view = pages.page.sequence
    back = CTRL | Qt.KeyboardModifier.ShiftModifier
    seen = [view.tab]
    for key, held in ((Qt.Key.Key_Tab, CTRL),) * 3 + ((Qt.Key.Key_Backtab, back),) * 2:
        qtbot.keyClick(pages.window, key, held)
        seen.append(view.tab)
    assert seen == [0, 1, 2, 0, 2, 1]


def test_in_a_narrow_window_the_name_has_the_room_of_undo_and_redo(pages):
    pages.open_sequence("Cold chain")
    header = pages.page.sequence.header
    for width, has_buttons in ((1280, False), (1600, True), (1280, False)):
        pages.window.resize(width, 800)
        pages.wait(lambda has_buttons=has_buttons: header.undo.isVisible() is has_buttons)
        assert header.redo.isVisible() is has_buttons
        assert header.name.width() >= header.name.fontMetrics().horizontalAdvance("Cold chain")
