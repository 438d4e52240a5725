"""Templates written, changed, retired and taken back, with what that does to steps that follow them."""

from dataclasses import replace

import pytest

from opendoors_desktop.domain.enrollment import HoldReason
from opendoors_desktop.domain.errors import InputError, NotFound, NotPossible
from opendoors_desktop.engine.commands.sequence_edits import follow_template
from opendoors_desktop.engine.commands.sequences import show_sequence
from opendoors_desktop.engine.commands.templates import (
    add_template,
    change_template,
    find_template,
    list_templates,
    restore_template,
    retire_template,
)
from opendoors_desktop.engine.context import Context
from tests.engine.sequence_rooms import actions, only, pass_time, standings, start_sequence, topic_numbers
from tests.fixtures_store import NOW
from tests.sequence_builders import key


def test_a_template_knows_what_it_needs(any_context: Context):
    template_id = add_template(any_context, " Hello ", "Hi {{ first_name }}", "{{ custom.plan }}", tags=["warm"])
    found = find_template(any_context, "Hello")
    assert (found.id, found.tags, found.variables) == (template_id, ("warm",), frozenset({"first_name", "custom.plan"}))
    changed = change_template(any_context, template_id, lambda each: replace(each, body="Text", body_is_html=False))
    assert changed.variables == {"first_name"}
    assert replace(changed, updated_at=NOW) == find_template(any_context, str(template_id))
    assert actions(any_context) == ["template_added", "template_changed"]
    assert topic_numbers(any_context)["templates"] == 2


def test_everything_wrong_with_a_template_is_told_at_once(context: Context):
    with pytest.raises(InputError) as caught:
        add_template(context, "", "{{ x", "a\n{% if %}", tags=[""])
    lines = caught.value.advice.splitlines()
    assert len(lines) == 4
    assert lines[-1].startswith("body, line 2: ")
    with pytest.raises(InputError, match="has at most"):
        add_template(context, "Long", "s" * 5_001)
    with pytest.raises(InputError, match="NUL"):
        add_template(context, "Hello", body="\0")
    assert list_templates(context) == []
    template_id = add_template(context, "Hello")
    with pytest.raises(InputError):
        change_template(context, template_id, lambda each: replace(each, name=""))


def test_T27_a_retired_template_parks_its_steps_once_and_counts_nothing_as_sent(any_context: Context):
    sequence_id = start_sequence(any_context, people=2)
    step = show_sequence(any_context, sequence_id).flow.ordered[0]
    template_id = add_template(any_context, "Hello", "Hi", "Text")
    follow_template(any_context, sequence_id, step.id, template_id)
    assert [standing.ticket is None for standing in standings(any_context, sequence_id)] == [False, False]
    assert retire_template(any_context, template_id) == 1
    for standing in standings(any_context, sequence_id):
        assert standing.enrollment.hold is HoldReason.INCOMPLETE_STEP
        assert standing.ticket is None
    with any_context.store.read() as unit:
        held = unit.rows("SELECT count(*) FROM email_activities WHERE kind = 'held'")
        assert unit.rows("SELECT count(*) FROM claim_queue") == [(0,)]
        assert unit.rows("SELECT total_sent FROM sequences") == [(0,)]
        assert unit.rows("SELECT times_executed FROM sequence_steps WHERE id = :id", {"id": step.id}) == [(0,)]
    assert held == [(2,)]
    pass_time(any_context, days=3)
    assert list_templates(any_context) == []
    assert [each.id for each in list_templates(any_context, with_retired=True)] == [template_id]
    assert restore_template(any_context, template_id) == 1
    for standing in standings(any_context, sequence_id):
        assert standing.enrollment.hold is None
        assert standing.ticket is not None


def test_a_changed_template_holds_who_lacks_what_it_now_needs(any_context: Context):
    sequence_id = start_sequence(any_context, people=1)
    step = show_sequence(any_context, sequence_id).flow.ordered[0]
    template_id = add_template(any_context, "Hello", "Hi", "Text")
    follow_template(any_context, sequence_id, step.id, template_id)
    change_template(any_context, template_id, lambda each: replace(each, body="{{ title }}"))
    found = only(any_context, sequence_id)
    assert (found.hold, found.hold_detail) == (HoldReason.MISSING_DATA, "title")


def test_a_template_is_retired_and_taken_back_once(context: Context):
    template_id = add_template(context, "Hello")
    with pytest.raises(NotPossible, match="in use"):
        restore_template(context, template_id)
    assert retire_template(context, template_id) == 0
    with pytest.raises(NotPossible, match="retired"):
        retire_template(context, template_id)
    changed = change_template(context, template_id, lambda each: replace(each, name="New", retired_at=None))
    assert changed.retired_at == NOW


def test_an_unknown_template_is_not_found(context: Context):
    with pytest.raises(NotFound):
        find_template(context, "Nothing")
    for call in (retire_template, restore_template):
        with pytest.raises(NotFound):
            call(context, key(1))
    with pytest.raises(NotFound):
        change_template(context, key(1), lambda each: each)
