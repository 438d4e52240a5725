"""Snippets and call scripts."""

from dataclasses import replace

import pytest

from opendoors_desktop.domain.enrollment import HoldReason
from opendoors_desktop.domain.errors import InputError, NotFound
from opendoors_desktop.engine.commands.library import (
    add_script,
    add_snippet,
    change_script,
    change_snippet,
    list_scripts,
    list_snippets,
    retire_script,
    retire_snippet,
)
from opendoors_desktop.engine.commands.sequence_edits import edit_steps
from opendoors_desktop.engine.commands.sequences import show_sequence
from opendoors_desktop.engine.context import Context
from tests.engine.sequence_rooms import actions, add_people, add_sequence, only, start_sequence
from tests.fixtures_store import NOW
from tests.sequence_builders import key


def test_a_snippet_is_kept_changed_and_retired(any_context: Context):
    snippet_id = add_snippet(any_context, " Bye ", "Best, {{ sender_name }}", shortcut="bye", body_is_html=False)
    (found,) = list_snippets(any_context)
    assert (found.id, found.name, found.shortcut, found.body_is_html) == (snippet_id, "Bye", "bye", False)
    after = change_snippet(any_context, snippet_id, lambda each: replace(each, body="Ciao", shortcut=None))
    assert list_snippets(any_context) == [after]
    retire_snippet(any_context, snippet_id)
    assert list_snippets(any_context) == []
    assert list_snippets(any_context, with_retired=True) == [replace(after, retired_at=NOW)]
    retire_snippet(any_context, snippet_id, is_retired=False)
    assert list_snippets(any_context) == [after]
    assert actions(any_context) == ["snippet_saved"] * 4


def test_a_shortcut_belongs_to_one_snippet_in_use(context: Context):
    first = add_snippet(context, "One", "1", shortcut="x")
    with pytest.raises(InputError, match="Another snippet"):
        add_snippet(context, "Two", "2", shortcut="x")
    add_snippet(context, "None", "3")
    add_snippet(context, "None again", "4")
    retire_snippet(context, first)
    add_snippet(context, "Two", "2", shortcut="x")
    with pytest.raises(InputError, match="Another snippet"):
        retire_snippet(context, first, is_retired=False)


def test_everything_wrong_is_told_at_once(context: Context):
    with pytest.raises(InputError) as caught:
        add_snippet(context, "", "{{ x\0", shortcut="two words")
    assert len(caught.value.advice.splitlines()) == 4
    with pytest.raises(InputError, match=r"Line 2"):
        add_script(context, "Call", "Hello\n{% if %}")
    with pytest.raises(InputError, match="at most"):
        add_snippet(context, "Long", "x", shortcut="y" * 41)
    assert list_scripts(context) == []


def test_a_changed_script_holds_who_lacks_what_it_now_needs(any_context: Context):
    sequence_id = add_sequence(any_context, {"step_type": "call", "task_title": "Call", "delay_hours": 1})
    script_id = add_script(any_context, "Script", "Hello from {{ sender_name }}")
    (step,) = show_sequence(any_context, sequence_id).flow.ordered
    edit_steps(any_context, sequence_id, [replace(step, call_script_id=script_id)])
    add_people(any_context, sequence_id, 1)
    assert show_sequence(any_context, sequence_id).flow.ordered[0].variables == frozenset()
    changed = change_script(any_context, script_id, lambda each: replace(each, body="Hello {{ title }}"))
    assert changed.variables == {"title"}
    assert show_sequence(any_context, sequence_id).flow.ordered[0].variables == {"title"}
    retire_script(any_context, script_id)
    assert list_scripts(any_context) == []
    assert [each.retired_at for each in list_scripts(any_context, with_retired=True)] == [NOW]
    assert show_sequence(any_context, sequence_id).flow.ordered[0].call_script_id == script_id
    retire_script(any_context, script_id, is_retired=False)
    assert [each.id for each in list_scripts(any_context)] == [script_id]


def test_who_is_due_is_held_at_once(context: Context):
    sequence_id = start_sequence(
        context, {"step_type": "delay", "delay_hours": 1}, {"step_type": "call", "task_title": "C"}
    )
    delay, call = show_sequence(context, sequence_id).flow.ordered
    script_id = add_script(context, "Script", "{{ title }}")
    add_people(context, sequence_id, 1)
    edit_steps(context, sequence_id, [replace(call, call_script_id=script_id)])
    found = only(context, sequence_id)
    assert (found.hold, found.hold_detail) == (HoldReason.MISSING_DATA, "title")
    change_script(context, script_id, lambda each: replace(each, body="Hello"))
    assert only(context, sequence_id).hold is None
    assert delay.id != call.id


def test_what_is_not_there_cannot_be_changed(context: Context):
    for call in (
        lambda: change_snippet(context, key(1), lambda each: each),
        lambda: retire_snippet(context, key(1)),
        lambda: change_script(context, key(1), lambda each: each),
        lambda: retire_script(context, key(1)),
    ):
        with pytest.raises(NotFound):
            call()
