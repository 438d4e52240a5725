"""Who edits a sequence."""

from dataclasses import replace

import pytest

from opendoors_desktop.domain.errors import NotFound, NotPossible
from opendoors_desktop.engine.commands.sequence_editing import begin_editing, end_editing, find_editor
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.tenancy import add_member
from tests.engine.sequence_rooms import add_sequence, pass_time
from tests.fixtures_store import NOW
from tests.sequence_builders import key


def teammate(context: Context) -> Context:
    """The same room, seen by somebody else."""
    with context.store.write() as unit:
        unit.run(
            "INSERT INTO users (id, customer_id, name) VALUES (:id, :customer_id, 'Kim Example')",
            {"id": key(1), "customer_id": context.scope.customer_id},
        )
        add_member(unit, context.scope.workspace_id, key(1), "member", NOW)
    return replace(context, scope=replace(context.scope, user_id=key(1)))


def test_one_person_at_a_time_edits_a_sequence(any_context: Context):
    sequence_id, other = add_sequence(any_context), teammate(any_context)
    assert find_editor(any_context, sequence_id) is None
    begin_editing(any_context, sequence_id)
    begin_editing(any_context, sequence_id)
    with pytest.raises(NotPossible) as caught:
        begin_editing(other, sequence_id)
    assert caught.value.code == "being_edited"
    assert caught.value.title.startswith("Robin Example")
    begin_editing(other, sequence_id, take_over=True)
    end_editing(any_context, sequence_id)
    editor = find_editor(any_context, sequence_id)
    assert editor is not None
    assert (editor.user_id, editor.name, editor.since) == (key(1), "Kim Example", NOW)
    end_editing(other, sequence_id)
    assert find_editor(any_context, sequence_id) is None


def test_who_says_nothing_more_is_forgotten(context: Context):
    sequence_id, other = add_sequence(context), teammate(context)
    begin_editing(other, sequence_id)
    pass_time(context, minutes=9)
    begin_editing(other, sequence_id)
    pass_time(context, minutes=9)
    with pytest.raises(NotPossible):
        begin_editing(context, sequence_id)
    pass_time(context, minutes=2)
    begin_editing(context, sequence_id)


def test_somebody_who_left_has_no_name(context: Context):
    sequence_id, other = add_sequence(context), teammate(context)
    begin_editing(other, sequence_id)
    with context.store.write() as unit:
        unit.run("UPDATE users SET retired_at = :now WHERE id = :id", {"now": NOW, "id": key(1)})
    with pytest.raises(NotPossible, match="Somebody else"):
        begin_editing(context, sequence_id)


def test_an_unknown_sequence_is_not_found(context: Context):
    with pytest.raises(NotFound):
        begin_editing(context, key(1))
