"""Conditions built from sentences by mouse and by keys: any earlier step, all kinds of fields, groups in groups."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from opendoors_desktop.domain.condition import Comparison, Group, Junction, Operator
from opendoors_desktop.domain.condition_json import to_json
from opendoors_desktop.domain.contact_field import FieldKind
from opendoors_desktop.gui.widgets.choice import Choice
from opendoors_desktop.gui.workshop.condition_builder import GroupBox
from opendoors_desktop.gui.workshop.condition_row import ConditionRow, ConditionSight
from tests.engine.sequence_rooms import FIRST, SECOND
from tests.gui.sequence_room import ASK, CALL
from tests.gui.test_step_inspector import choose, live, open_steps, save

__all__ = ["open_steps"]
SIGHT = ConditionSight((), {"fleet": FieldKind.NUMBER, "vip": FieldKind.BOOLEAN}, {"reached": "Reached"})
IS = Operator.EQUALS
SHOWN = [
    Comparison("email_opened", IS, True),
    Comparison("email_replied", Operator.NOT_EQUALS, True),
    Comparison("days_since_enrolled", Operator.AT_LEAST, 7),
    Comparison("days_since_last_contact", Operator.IN, (1, 2.5)),
    Comparison("contact.city", Operator.IS_SET),
    Comparison("contact.city", Operator.NOT_IN, ("Oslo", "Bergen")),
    Comparison("contact.tags", Operator.CONTAINS, "cold"),
    Comparison("call_outcome", IS, "reached"),
    Comparison("call_outcome", IS, "gone"),
    Comparison("contact.custom.fleet", Operator.GREATER_THAN, 12),
    Comparison("contact.custom.vip", IS, False),
    Comparison("contact.custom.unknown", IS, "x, y"),
]


def pick(choice: Choice, words: str) -> None:
    """Choose by the keyboard's way: type-ahead ends in the same signal as a click."""
    place = choice.findText(words)
    assert place >= 0, [choice.itemText(n) for n in range(choice.count())]
    choice.setCurrentIndex(place)
    choice.activated.emit(place)


@pytest.mark.parametrize("shown", SHOWN, ids=lambda each: f"{each.field} {each.operator}")
def test_what_nobody_touches_stays_exactly_as_it_was(qtbot, shown):
    row = ConditionRow(SIGHT, shown)
    qtbot.addWidget(row)
    assert row.comparison == shown


def test_a_group_in_a_group_stays_as_it_was(qtbot):
    group = Group(Junction.AND, (SHOWN[0], Group(Junction.OR, (SHOWN[2], SHOWN[4]))))
    box = GroupBox()
    qtbot.addWidget(box)
    box.show_group(group, SIGHT)
    assert box.value() == group
    box.show_group(None, SIGHT)
    assert box.value() is None


def test_a_field_that_is_chosen_brings_what_fits_it(qtbot):
    row = ConditionRow(SIGHT, SHOWN[0])
    qtbot.addWidget(row)
    row.show()
    assert [row.operator.itemText(n) for n in range(row.operator.count())] == ["happened", "didn’t happen"]
    pick(row.operator, "didn’t happen")
    assert row.comparison == Comparison("email_opened", IS, False)
    pick(row.field, "Fleet")
    pick(row.operator, "is at most")
    row.value.setText("40")
    assert row.comparison == Comparison("contact.custom.fleet", Operator.AT_MOST, 40)
    assert row.step.isHidden()
    pick(row.operator, "is empty")
    assert row.value.isHidden()
    assert row.comparison == Comparison("contact.custom.fleet", Operator.IS_NOT_SET)
    pick(row.field, "Call outcome")
    assert row.listed.currentText() == "Reached"
    assert row.comparison == Comparison("call_outcome", IS, "reached")
    pick(row.field, "City")
    pick(row.operator, "is one of")
    row.value.setText("Oslo, Bergen,")
    assert row.comparison == Comparison("contact.city", Operator.IN, ("Oslo", "Bergen"))


def test_a_condition_is_built_in_the_inspector_and_saved_as_the_files_have_it(open_steps):
    pages, key = open_steps(FIRST, CALL, {"step_type": "conditional", "delay_days": 1}, SECOND)
    form = choose(pages, 3)
    assert form.words.text() == "Nothing is asked yet."
    form.builder.add_row.setFocus()
    pages.key(Qt.Key.Key_Space)
    assert QApplication.focusWidget() is form.builder.rows[0].field
    first = form.builder.rows[0]
    assert [first.step.itemText(n) for n in range(first.step.count())] == ["in any step so far", "in step 1"]
    pick(first.step, "in step 1")
    pages.bot.mouseClick(form.builder.add_group, Qt.MouseButton.LeftButton)
    group = form.builder.rows[1]
    inner = group.rows[0]
    pick(inner.field, "Call outcome")
    pick(inner.step, "in step 2")
    pages.bot.mouseClick(group.add_row, Qt.MouseButton.LeftButton)
    pick(group.rows[1].field, "City")
    pick(group.rows[1].operator, "contains")
    group.rows[1].value.setFocus()
    pages.bot.keyClicks(group.rows[1].value, "berg")
    assert form.words.text().startswith("Opened an email in step 1 and (")
    save(pages)
    flow = live(pages, key)
    assert to_json(flow[2].conditions, {step.id: n for n, step in enumerate(flow, 1)}.get) == {
        "operator": "AND",
        "conditions": [
            {"field": "email_opened", "operator": "equals", "value": True, "step_reference": 1},
            {
                "operator": "OR",
                "conditions": [
                    {
                        "field": "call_outcome",
                        "operator": "equals",
                        "value": inner.comparison.value,
                        "step_reference": 2,
                    },
                    {"field": "contact.city", "operator": "contains", "value": "berg"},
                ],
            },
        ],
    }
    pages.undo()
    pages.wait(lambda: form.words.text() == "Nothing is asked yet.")


def test_a_condition_is_changed_and_one_that_cannot_hold_is_told_at_once(open_steps):
    pages, key = open_steps(FIRST, ASK)
    form = choose(pages, 2)
    row = form.builder.rows[0]
    pick(row.field, "Days since enrolled")
    pages.wait(lambda: form._faults["conditions"].isVisible())
    bar = pages.page.inspector.bar
    pages.wait(lambda: not bar.save.isEnabled())
    row.value.setFocus()
    pages.bot.keyClicks(row.value, "7")
    save(pages)
    assert live(pages, key)[1].conditions == Group(Junction.AND, (Comparison("days_since_enrolled", IS, 7),))
    pages.bot.mouseClick(form.builder.rows[0].remove, Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget() is form.builder.add_row
    save(pages)
    assert live(pages, key)[1].conditions is None
