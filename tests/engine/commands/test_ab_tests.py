"""A/B tests steered by hand."""

from uuid import UUID

import pytest

from opendoors_desktop.domain.errors import InputError, NotFound
from opendoors_desktop.domain.json_reader import BadJson
from opendoors_desktop.domain.variants import AbTest, assign_variant
from opendoors_desktop.engine.commands.ab_tests import pause_variant, promote_variant, weigh_variants
from opendoors_desktop.engine.commands.sequences import show_sequence
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.types import maybe_instant
from tests.engine.sequence_rooms import FIRST, SECOND, only, start_sequence
from tests.fixtures_store import NOW
from tests.sequence_builders import key

TEST = {
    "variants": [{"id": "a", "subject": "A", "weight": 1}, {"id": "b", "subject": "B", "weight": 1}],
    "test_type": "subject_line",
    "winner_criteria": "reply_rate",
}


def running(context: Context) -> tuple[UUID, UUID]:
    """A running sequence with a person in it, and its tested step."""
    sequence_id = start_sequence(context, FIRST | {"ab_test_enabled": True, "ab_test_variants": TEST}, SECOND, people=1)
    return sequence_id, show_sequence(context, sequence_id).flow.ordered[0].id


def ab_test_of(context: Context, sequence_id: UUID) -> AbTest:
    test = show_sequence(context, sequence_id).flow.ordered[0].ab_test
    assert test is not None
    return test


def test_T33_a_promoted_variant_takes_everyone_and_history_stays(any_context: Context):
    sequence_id, step_id = running(any_context)
    with any_context.store.write() as unit:
        unit.run(
            "INSERT INTO step_totals (step_id, variant_id, sequence_id, sent) VALUES (:id, 'a', :sequence_id, 7)",
            {"id": step_id, "sequence_id": sequence_id},
        )
    promote_variant(any_context, sequence_id, step_id, "b")
    test = ab_test_of(any_context, sequence_id)
    assert {assign_variant(test, key(number), step_id, 1) for number in range(50)} == {"b"}
    assert [each.id for each in test.variants] == ["a", "b"]
    assert only(any_context, sequence_id).current_step_id == step_id
    with any_context.store.read() as unit:
        assert unit.rows("SELECT variant_id, sent FROM step_totals") == [("a", 7)]
        row = unit.row("SELECT ab_test_winner_at FROM sequence_steps WHERE id = :id", {"id": step_id})
    assert row is not None
    assert maybe_instant(row[0]) == NOW
    promote_variant(any_context, sequence_id, step_id, None)
    assert ab_test_of(any_context, sequence_id).winner_id is None
    assert show_sequence(any_context, sequence_id).version == 3


def test_a_variant_is_paused_and_resumed(any_context: Context):
    sequence_id, step_id = running(any_context)
    pause_variant(any_context, sequence_id, step_id, "a", is_paused=True)
    test = ab_test_of(any_context, sequence_id)
    assert {assign_variant(test, key(number), step_id, 1) for number in range(50)} == {"b"}
    pause_variant(any_context, sequence_id, step_id, "a", is_paused=False)
    assert not ab_test_of(any_context, sequence_id).variants[0].is_paused


def test_variants_get_other_shares(any_context: Context):
    sequence_id, step_id = running(any_context)
    weigh_variants(any_context, sequence_id, step_id, {"a": 9})
    assert [each.weight for each in ab_test_of(any_context, sequence_id).variants] == [9, 1]
    with pytest.raises(BadJson):
        weigh_variants(any_context, sequence_id, step_id, {"a": -1})
    assert [each.weight for each in ab_test_of(any_context, sequence_id).variants] == [9, 1]


def test_what_is_not_there_is_said(context: Context):
    sequence_id, step_id = running(context)
    second = show_sequence(context, sequence_id).flow.ordered[1].id
    with pytest.raises(InputError, match="no A/B test"):
        promote_variant(context, sequence_id, second, "a")
    for call in (
        lambda: promote_variant(context, sequence_id, step_id, "z"),
        lambda: pause_variant(context, sequence_id, step_id, "z", is_paused=True),
        lambda: weigh_variants(context, sequence_id, step_id, {"z": 1}),
        lambda: promote_variant(context, sequence_id, key(1), "a"),
        lambda: promote_variant(context, key(1), step_id, "a"),
    ):
        with pytest.raises(NotFound):
            call()
