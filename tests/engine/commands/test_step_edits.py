"""Single steps as the window changes them: saved on what is there by then, foreseen, and taken back."""

from dataclasses import replace

import pytest

from opendoors_desktop.domain.flow_edit import Place, insert_step, move_step, remove_step
from opendoors_desktop.domain.flow_merge import StepConflict
from opendoors_desktop.domain.json_reader import BadJson
from opendoors_desktop.domain.send_window import Delay
from opendoors_desktop.domain.step import Step, StepType
from opendoors_desktop.engine.commands.sequence_edits import follow_template
from opendoors_desktop.engine.commands.sequences import show_sequence
from opendoors_desktop.engine.commands.step_edits import change_flow, change_step, foresee_change, undo_change
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.followed_templates import followed_in
from opendoors_desktop.store.queries.sequence_steps import list_step_cards
from opendoors_desktop.store.templates import Template, add_template
from tests.engine.commands.test_sequence_edits import advance, live
from tests.engine.sequence_rooms import add_sequence, standings, start_sequence
from tests.fixtures_store import NOW
from tests.sequence_builders import key


def test_a_changed_step_is_saved_beside_what_others_changed_of_it(any_context: Context):
    sequence_id = add_sequence(any_context)
    base = live(any_context, sequence_id)[0]
    change_step(any_context, sequence_id, base, replace(base, body_template="Their text"))
    edit = change_step(any_context, sequence_id, base, replace(base, subject_template="My {{ company }}"))
    now = live(any_context, sequence_id)[0]
    assert (now.subject_template, now.body_template) == ("My {{ company }}", "Their text")
    assert edit.saved.version == 3
    assert "company" in now.variables
    undo_change(any_context, edit)
    assert live(any_context, sequence_id)[0].subject_template == base.subject_template
    assert live(any_context, sequence_id)[0].body_template == "Their text"


def test_what_both_changed_is_told_and_nothing_is_saved(context: Context):
    sequence_id = add_sequence(context)
    base = live(context, sequence_id)[0]
    change_step(context, sequence_id, base, replace(base, subject_template="Theirs"))
    with pytest.raises(StepConflict) as caught:
        change_step(context, sequence_id, base, replace(base, subject_template="Mine", body_template="Too"))
    assert caught.value.theirs.subject_template == "Theirs"
    assert live(context, sequence_id)[0].subject_template == "Theirs"
    assert show_sequence(context, sequence_id).version == 2


def test_a_step_that_cannot_be_used_is_refused_with_its_path(context: Context):
    sequence_id = add_sequence(context)
    base = live(context, sequence_id)[1]
    with pytest.raises(BadJson) as caught:
        change_step(context, sequence_id, base, replace(base, delay=Delay(days=99_999)))
    assert [fault.path for fault in caught.value.faults] == ["$.steps[1].delay_days"]


def test_what_an_edit_does_to_people_is_foreseen_and_done_alike_and_taken_back(any_context: Context):
    sequence_id = start_sequence(any_context, people=2)
    first, second, _ = live(any_context, sequence_id)
    advance(any_context, sequence_id, first)

    def without(flow):
        return remove_step(flow, second.id, (), NOW)

    plan = foresee_change(any_context, sequence_id, without)
    assert (plan.people, plan.keep, plan.move) == (2, 1, 1)
    edit = change_flow(any_context, sequence_id, without, "Step removed")
    assert edit.saved.plan == plan
    undo_change(any_context, edit)
    assert [step.id for step in live(any_context, sequence_id)] == [step.id for step in edit.before.ordered]
    assert standings(any_context, sequence_id)[0].enrollment.current_step_id == second.id


def test_who_an_edit_finished_goes_on_where_they_were_once_it_is_taken_back(context: Context):
    sequence_id = start_sequence(context, people=1)
    advance(context, sequence_id, *live(context, sequence_id)[:2])
    last = live(context, sequence_id)[2]
    edit = change_flow(context, sequence_id, lambda flow: remove_step(flow, last.id, (), NOW), "Step removed")
    assert edit.saved.plan.finish == 1
    assert standings(context, sequence_id) == []
    undo_change(context, edit)
    (standing,) = standings(context, sequence_id)
    assert (standing.enrollment.current_step_id, standing.enrollment.completed_at) == (last.id, None)


def test_who_went_on_since_an_edit_stays_where_they_are(context: Context):
    sequence_id = start_sequence(context, people=1)
    first, second, third = live(context, sequence_id)
    edit = change_flow(context, sequence_id, lambda flow: remove_step(flow, first.id, (), NOW), "Step removed")
    advance(context, sequence_id, second)
    undo_change(context, edit)
    assert standings(context, sequence_id)[0].enrollment.current_step_id == third.id


def test_steps_are_put_in_and_moved_and_taken_back(context: Context):
    sequence_id = add_sequence(context)
    before = show_sequence(context, sequence_id).flow
    new = Step(key(70), sequence_id, 0, StepType.TASK, task_title="Write a card")
    added = change_flow(context, sequence_id, lambda flow: insert_step(flow, new, Place(1)), "Step added")
    moved = change_flow(context, sequence_id, lambda flow: move_step(flow, new.id, Place(0)), "Step moved")
    assert live(context, sequence_id)[0].task_title == "Write a card"
    undo_change(context, moved)
    assert live(context, sequence_id)[1].task_title == "Write a card"
    undo_change(context, added)
    assert show_sequence(context, sequence_id).flow == before


def test_a_step_that_follows_a_template_has_its_own_text_once_that_is_changed(context: Context):
    sequence_id = add_sequence(context)
    step = live(context, sequence_id)[0]
    template = Template(key(71), "Opener", "Shared", "Dear {{ first_name }}", body_is_html=False)
    with context.store.write() as unit:
        add_template(unit, context.scope.workspace_id, template, by=context.scope.user_id, now=NOW)
    follow_template(context, sequence_id, step.id, template.id)
    with context.store.read() as unit:
        base = list_step_cards(unit, context.scope.workspace_id, sequence_id)[0].step
    assert base.subject_template == "Shared"
    later = change_step(context, sequence_id, base, replace(base, delay=Delay(hours=1)))
    assert later.followed is None
    base = replace(base, delay=Delay(hours=1))
    edit = change_step(context, sequence_id, base, replace(base, subject_template="Own"))
    now = live(context, sequence_id)[0]
    assert (now.subject_template, now.body_template) == ("Own", "Dear {{ first_name }}")
    with context.store.read() as unit:
        assert followed_in(unit, sequence_id) == {}
    undo_change(context, edit)
    with context.store.read() as unit:
        assert followed_in(unit, sequence_id)[step.id].template_id == template.id
