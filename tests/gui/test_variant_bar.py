"""The variants of an A/B test: put in, written, weighed, paused and taken out in the inspector."""

from dataclasses import replace

from PySide6.QtCore import Qt

from opendoors_desktop.domain.variants import AbTest, Variant
from opendoors_desktop.gui.workshop.variant_bar import changed, with_another, without
from tests.domain.flow_builders import email
from tests.engine.sequence_rooms import FIRST
from tests.gui.test_step_inspector import choose, form_of, live, open_steps, save, write

__all__ = ["open_steps"]
STEP = email("A").step


def variants(step):
    assert step.ab_test is not None
    return step.ab_test.variants


def names(step):
    return [each.id for each in variants(step)]


def test_a_test_begins_with_two_that_share_alike_and_grows_by_letters():
    step = with_another(STEP)
    assert (names(step), step.ab_test_enabled) == (["A", "B"], True)
    assert names(with_another(step)) == ["A", "B", "C"]
    assert names(with_another(without(with_another(step), "B"))) == ["A", "C", "B"]


def test_the_one_that_is_left_becomes_the_text_of_the_step():
    test = AbTest((Variant("A"), Variant("B", "Other", "Words")))
    step = without(replace(STEP, ab_test_enabled=True, ab_test=test), "A")
    assert (step.subject_template, step.body_template, step.ab_test) == ("Other", "Words", None)
    assert not step.ab_test_enabled


def test_one_variant_changes_and_no_other():
    step = changed("B", lambda each: replace(each, weight=7))(with_another(STEP))
    assert [each.weight for each in variants(step)] == [50, 7]
    assert changed("B", lambda each: each)(STEP) == STEP


def test_a_test_is_made_written_weighed_and_ended(open_steps):
    pages, key = open_steps(FIRST)
    choose(pages, 1)
    bar = pages.page.inspector.variants
    pages.bot.mouseClick(bar.add, Qt.MouseButton.LeftButton)
    pages.wait(lambda: [each.text() for each in bar.chosen.buttons()] == ["Variant A · 50%", "Variant B · 50%"])
    pages.bot.mouseClick(bar.chosen.buttons()[1], Qt.MouseButton.LeftButton)
    form = form_of(pages)
    write(pages, form.body, ", B")
    bar.weight.setValue(150)
    pages.wait(lambda: [each.text() for each in bar.chosen.buttons()] == ["Variant A · 25%", "Variant B · 75%"])
    save(pages)
    test = live(pages, key)[0].ab_test
    assert [(each.id, each.body, each.weight) for each in test.variants] == [
        ("A", None, 50), ("B", "Hi {{ first_name }}, B", 150),
    ]  # fmt: skip
    pages.wait(lambda: bar.details.isVisible() and bar.weight.value() == 150)
    bar.paused.click()
    pages.wait(lambda: bar.chosen.buttons()[1].text() == "Variant B · off")
    bar.paused.click()
    pages.bot.mouseClick(bar.remove, Qt.MouseButton.LeftButton)
    pages.wait(lambda: not bar.chosen.buttons())
    save(pages)
    step = live(pages, key)[0]
    assert (step.ab_test, step.body_template) == (None, "Hi {{ first_name }}")
    pages.undo()
    pages.wait(lambda: live(pages, key)[0].ab_test == test)
