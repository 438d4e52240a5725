"""Steps put in, moved, duplicated, switched and removed on the canvas: by mouse and by keys alone, each taken back."""

from functools import partial

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QMouseEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from opendoors_desktop.domain.step import Branch
from opendoors_desktop.engine.commands.sequences import show_sequence
from opendoors_desktop.gui.widgets.step_slot import StepSlot
from tests.engine.sequence_rooms import FIRST, SECOND
from tests.gui.sequence_room import ASK, CALL, Pages, button
from tests.gui.test_step_inspector import form_of, live, open_steps, save, write

__all__ = ["open_steps"]
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def titles(pages: Pages) -> list[str]:
    canvas = pages.page.sequence.steps.canvas
    return [f"{view.card.depth}{view.title}" for view in canvas.views if view.card is not None]


def focus(pages: Pages, number: int) -> None:
    pages.page.sequence.steps.canvas.views[number - 1].setFocus()


def types(pages: Pages, key) -> list[str]:
    return [step.type.value for step in live(pages, key)]


def mouse(widget: QWidget, kind: QEvent.Type, at: QPoint) -> None:
    """A mouse event at a place of the screen, as it comes to the widget that was pressed."""
    left = Qt.MouseButton.LeftButton
    held = left if kind is not QEvent.Type.MouseButtonRelease else Qt.MouseButton.NoButton
    acted = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else left
    local = QPointF(widget.mapFromGlobal(at))
    event = QMouseEvent(kind, local, QPointF(at), acted, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)


def drag(widget: QWidget, *ways: QPoint, drops: bool = True) -> None:
    """Press a widget in its middle and go through places of the screen, the last one being where it is let go."""
    mouse(widget, QEvent.Type.MouseButtonPress, widget.mapToGlobal(widget.rect().center()))
    for at in ways:
        mouse(widget, QEvent.Type.MouseMove, at)
    if drops:
        mouse(widget, QEvent.Type.MouseButtonRelease, ways[-1])


def above(pages: Pages, number: int) -> QPoint:
    """Just above a card, on the screen."""
    view = pages.page.sequence.steps.canvas.views[number - 1]
    return view.mapToGlobal(QPoint(view.width() // 2, -4))


def _has(pages: Pages, key, kind: str) -> bool:
    return kind in types(pages, key)


def test_a_sequence_is_built_from_nothing_by_keys_alone(open_steps, open_window, qtbot, room):
    from opendoors_desktop.engine.commands.sequences import create_sequence, new_settings

    key = create_sequence(room.context, new_settings(room.context, "Empty"))
    window = open_window()
    qtbot.waitUntil(lambda: window.page is not None)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    pages = Pages(window, qtbot, room.context)
    pages.page.open_sequence(key)
    steps = pages.page.sequence.steps
    pages.wait(lambda: steps.faces.face == "empty")
    button(steps, "Add an email").setFocus()
    pages.key(Qt.Key.Key_Space)
    pages.wait(lambda: types(pages, key) == ["email"])
    canvas = steps.canvas

    def stands(number: int) -> bool:
        return len(canvas.views) == number and any(view.hasFocus() for view in canvas.views)

    for number, (letter, kind) in enumerate(
        (("N", "conditional"), ("D", "delay"), ("C", "call"), ("L", "linkedin"), ("T", "task")), 1
    ):
        pages.wait(partial(stands, number))
        pages.bot.keyClick(QApplication.focusWidget(), letter)
        pages.wait(partial(_has, pages, key, kind))
    assert types(pages, key) == ["email", "conditional", "delay", "call", "linkedin", "task"]
    assert [step.delay.days for step in live(pages, key)] == [0, 1, 1, 1, 1, 1]
    pages.wait(lambda: len(canvas.views) == 6 and canvas.views[5].hasFocus())
    pages.key(Qt.Key.Key_Return)
    pages.wait(lambda: pages.page.inspector.title.text() == "Step 6 · New task")
    form = form_of(pages)
    pages.wait(form.title.hasFocus)
    form.title.selectAll()
    pages.bot.keyClicks(form.title, "Write a card")
    pages.act("step.save")
    pages.wait(lambda: live(pages, key)[5].task_title == "Write a card")


def test_a_type_that_is_clicked_comes_behind_the_chosen_step_and_is_taken_back(open_steps):
    pages, key = open_steps(FIRST, SECOND)
    focus(pages, 1)
    palette = pages.page.sequence.steps.palette_bar
    call = next(each for kind, each in palette.buttons.items() if kind.value == "call")
    pages.bot.mouseClick(call, Qt.MouseButton.LeftButton)
    pages.wait(lambda: types(pages, key) == ["email", "call", "email"])
    pages.wait_toast("Call is added")
    canvas = pages.page.sequence.steps.canvas
    pages.wait(lambda: len(canvas.views) == 3 and canvas.views[1].hasFocus())
    pages.undo()
    pages.wait(lambda: types(pages, key) == ["email", "email"])
    pages.act("edit.redo")
    pages.wait(lambda: len(live(pages, key)) == 3)
    assert types(pages, key) == ["email", "call", "email"]


def test_a_step_goes_through_all_places_by_alt_and_arrows(open_steps):
    pages, key = open_steps(FIRST, CALL, ASK, SECOND)
    call = live(pages, key)[1].id
    told: list[str] = []
    pages.window.bench.notices.told.connect(told.append)

    def place():
        step = show_sequence(pages.context, key).flow.by_id[call]
        return step.order, step.branch

    focus(pages, 2)
    canvas = pages.page.sequence.steps.canvas
    for arrow, expected in (
        (Qt.Key.Key_Down, (3, Branch.YES)), (Qt.Key.Key_Right, (4, Branch.NO)), (Qt.Key.Key_Left, (5, None)),
        (Qt.Key.Key_Up, (5, Branch.NO)), (Qt.Key.Key_Up, (4, Branch.NO)), (Qt.Key.Key_Up, (4, Branch.YES)),
    ):  # fmt: skip
        pages.key(arrow, ALT)
        pages.wait(lambda expected=expected: place() == expected)
        pages.wait(lambda: (canvas.view_of(call).card.step.order, canvas.view_of(call).card.step.branch) == place())
        pages.wait(canvas.view_of(call).hasFocus)
    assert told[0] == "Step 2 is now step 3 on day 4"
    for _ in range(6):
        pages.undo()
    pages.wait(lambda: place() == (2, None))


def test_a_step_is_picked_up_shown_in_its_slot_and_put_down_by_keys(open_steps):
    pages, key = open_steps(FIRST, CALL, ASK, SECOND)
    steps = pages.page.sequence.steps
    slot = steps.canvas.slot
    focus(pages, 6)
    pages.key(Qt.Key.Key_Space)
    assert slot.hasFocus()
    assert QAccessible.queryAccessibleInterface(slot).text(QAccessible.Text.Name) == (
        "Step 6 on day 6, as it was, Reply in the same thread"
    )
    pages.key(Qt.Key.Key_Up)
    assert slot.words == "Move to step 6 on day 6"
    pages.key(Qt.Key.Key_Up)
    assert slot.words == "Move to step 5 on day 6"
    assert steps.palette_bar.hint.text() == slot.words
    pages.key(Qt.Key.Key_Escape)
    assert not slot.isVisible()
    assert steps.canvas.views[5].hasFocus()
    assert not steps.palette_bar.hint.isVisible()
    pages.key(Qt.Key.Key_Space)
    pages.key(Qt.Key.Key_Up)
    pages.key(Qt.Key.Key_Up)
    pages.key(Qt.Key.Key_Return)
    pages.wait(lambda: titles(pages)[4:] == ["1Reply in the same thread", "1Reply in the same thread"])
    assert [step.branch for step in live(pages, key)[4:]] == [Branch.NO, Branch.NO]
    pages.wait_toast("Step 6 is now step 5 on day 6")


def test_a_step_is_dragged_to_another_place_by_the_mouse(open_steps):
    pages, key = open_steps(FIRST, CALL, ASK, SECOND)
    steps = pages.page.sequence.steps
    last = steps.canvas.views[5]
    drag(last, above(pages, 5), above(pages, 2), drops=False)
    assert steps.canvas.slot.isVisible()
    assert steps.canvas.slot.words == "Move to step 2 on day 3"
    mouse(last, QEvent.Type.MouseButtonRelease, above(pages, 3))
    pages.wait(lambda: types(pages, key) == ["email", "email", "call", "conditional", "task", "email"])
    pages.undo()
    pages.wait(lambda: types(pages, key) == ["email", "call", "conditional", "task", "email", "email"])


def test_escape_puts_a_dragged_step_back(open_steps):
    pages, key = open_steps(FIRST, CALL, SECOND)
    steps = pages.page.sequence.steps
    last = steps.canvas.views[2]
    drag(last, above(pages, 2), drops=False)
    assert steps.canvas.slot.hasFocus()
    pages.key(Qt.Key.Key_Escape)
    mouse(last, QEvent.Type.MouseButtonRelease, above(pages, 2))
    assert not steps.canvas.slot.isVisible()
    assert show_sequence(pages.context, key).version == 1


def test_a_type_is_dragged_from_the_bar_into_a_lane(open_steps):
    pages, key = open_steps(FIRST, ASK)
    steps = pages.page.sequence.steps
    task = next(each for kind, each in steps.palette_bar.buttons.items() if kind.value == "task")
    drag(task, above(pages, 2), above(pages, 4), drops=False)
    assert steps.canvas.slot.words == "Insert as step 4 on day 3"
    mouse(task, QEvent.Type.MouseButtonRelease, above(pages, 4))
    pages.wait(lambda: types(pages, key) == ["email", "conditional", "task", "task", "email"])
    assert live(pages, key)[3].branch is Branch.NO


def test_a_place_where_a_condition_would_lose_its_step_is_refused_with_the_reason(open_steps):
    opened = {"field": "email_opened", "operator": "equals", "value": True, "step_reference": 1}
    ask = {"step_type": "conditional", "conditions": {"conditions": [opened], "operator": "AND"}}
    pages, key = open_steps(FIRST, SECOND, ask)
    steps = pages.page.sequence.steps
    first = steps.canvas.views[0]
    end = steps.canvas.views[2]
    drag(first, end.mapToGlobal(QPoint(40, end.height() + 60)), drops=False)
    assert "A condition would refer to a later step" in steps.palette_bar.hint.text()
    mouse(first, QEvent.Type.MouseButtonRelease, above(pages, 1))
    assert show_sequence(pages.context, key).version == 1
    focus(pages, 1)
    pages.key(Qt.Key.Key_Delete)
    box = pages.dialog(QMessageBox)
    assert "refer to it" in box.text()


def test_steps_are_duplicated_switched_and_removed_by_keys_and_taken_back(open_steps):
    pages, key = open_steps(FIRST, ASK)
    before = show_sequence(pages.context, key).flow
    focus(pages, 2)
    pages.key(Qt.Key.Key_D, CTRL)
    pages.wait(lambda: types(pages, key) == ["email", *["conditional", "task", "email"] * 2])
    canvas = pages.page.sequence.steps.canvas
    pages.wait(lambda: len(canvas.views) == 7 and canvas.views[4].hasFocus())
    pages.key(Qt.Key.Key_0)
    pages.wait(lambda: not live(pages, key)[4].is_enabled)
    pages.wait(lambda: "switched off" in canvas.views[4].accessibleName())
    pages.key(Qt.Key.Key_Delete)
    pages.wait(lambda: len(live(pages, key)) == 4)
    pages.wait(lambda: len(canvas.views) == 4 and canvas.views[1].hasFocus())
    for _ in range(3):
        pages.undo()
    pages.wait(lambda: show_sequence(pages.context, key).version == 7)
    assert show_sequence(pages.context, key).flow == before


def test_whom_a_removal_moves_is_said_before(open_steps):
    pages, key = open_steps(FIRST, SECOND, people=3)
    focus(pages, 1)
    pages.key(Qt.Key.Key_Delete)
    box = pages.dialog(QMessageBox)
    assert box.informativeText() == "3 people are in this sequence. 3 take another step next."
    assert len(live(pages, key)) == 2
    pages.bot.mouseClick(button(box, "Remove step 1"), Qt.MouseButton.LeftButton)
    pages.wait(lambda: len(live(pages, key)) == 1)


def test_every_edit_is_in_the_menu_and_the_command_palette(open_steps):
    pages, _ = open_steps(FIRST)
    usable = {name for name, *_ in pages.window.actions_table.usable()}
    assert {f"step.{verb}" for verb in ("add_email", "carry", "up", "down", "duplicate", "switch", "remove")} <= usable


def test_200_steps_are_carried_without_keeping_the_window(open_steps):
    lanes = [ASK if n % 20 == 0 else SECOND for n in range(1, 182)]
    pages, key = open_steps(FIRST, *lanes)
    steps = pages.page.sequence.steps
    pages.wait(lambda: not steps.canvas._portions.isActive())
    focus(pages, 100)
    pages.key(Qt.Key.Key_Space)
    for arrow in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        pages.key(arrow)
        QApplication.processEvents()
    pages.key(Qt.Key.Key_Return)
    pages.wait(lambda: show_sequence(pages.context, key).version > 1)
    assert len(live(pages, key)) == len(steps.canvas.views)


def test_what_was_written_of_a_step_goes_with_it(open_steps):
    pages, key = open_steps(FIRST, SECOND)
    focus(pages, 2)
    pages.wait(lambda: pages.page.inspector.title.text().startswith("Step 2 "))
    write(pages, form_of(pages).body, ", please")
    focus(pages, 2)
    pages.key(Qt.Key.Key_Up, ALT)
    pages.wait(lambda: live(pages, key)[0].body_template == "Again")
    pages.wait(lambda: pages.page.inspector.title.text().startswith("Step 1 "))
    assert form_of(pages).body.source() == "Again, please"
    save(pages)
    assert live(pages, key)[0].body_template == "Again, please"
    assert not pages.window.findChildren(StepSlot)[0].isVisible()


@pytest.mark.parametrize("key", [Qt.Key.Key_E, Qt.Key.Key_Delete, Qt.Key.Key_0])
def test_single_keys_write_in_a_text_and_change_no_step(open_steps, key):
    pages, sequence = open_steps(FIRST)
    focus(pages, 1)
    body = form_of(pages).body
    body.setFocus()
    pages.key(key)
    assert show_sequence(pages.context, sequence).version == 1
