"""Edits of steps: where they may go, what is refused, and that history is never lost."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.condition import referred_steps
from opendoors_desktop.domain.errors import NotFound, NotPossible
from opendoors_desktop.domain.flow_edit import (
    Place,
    copy_steps,
    forward_references,
    insert_step,
    move_step,
    remove_step,
    replace_step,
)
from opendoors_desktop.domain.step import Branch, StepType
from opendoors_desktop.domain.variants import AbTest, Variant
from tests.domain.flow_builders import (
    MONDAY,
    all_of,
    any_of,
    email,
    flow,
    fork,
    is_true,
    name_of,
    nodes,
    step_id,
    task,
)

YES = Branch.YES


def around(tree, key):
    return {parent.id for parent, _ in tree.ancestors(key)}


def names(tree):
    return " ".join(name_of(step) for step in tree.ordered)


def test_a_step_is_put_in_at_its_place_and_all_are_numbered_again():
    tree = flow(email("A"), fork("K", yes=(email("Y"),)), email("B"))
    assert names(insert_step(tree, task("T").step, Place(0))) == "T A K Y B"
    assert names(insert_step(tree, task("T").step, Place(1, step_id("K"), YES))) == "A K Y T B"
    assert names(insert_step(tree, task("T").step, Place(99))) == "A K Y B T"
    assert [step.order for step in insert_step(tree, task("T").step, Place(1)).ordered] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("place", [Place(0, None, YES), Place(0, step_id("K")), Place(0, step_id("A"), YES)])
def test_a_lane_that_is_not_there_is_refused(place):
    with pytest.raises(NotPossible):
        insert_step(flow(email("A"), fork("K")), task("T").step, place)


def test_an_unknown_step_is_told():
    with pytest.raises(NotFound):
        insert_step(flow(email("A")), task("T").step, Place(0, step_id("gone"), YES))
    with pytest.raises(NotFound):
        move_step(flow(email("A")), step_id("gone"), Place(0))


def test_a_step_moves_with_all_in_its_lanes():
    tree = flow(email("A"), fork("K", yes=(email("Y"),)), fork("L"), email("B"))
    assert names(move_step(tree, step_id("K"), Place(3))) == "A L B K Y"
    assert names(move_step(tree, step_id("K"), Place(0, step_id("L"), YES))) == "A L K Y B"
    assert names(move_step(tree, step_id("Y"), Place(0))) == "Y A K L B"


def test_a_step_can_not_move_into_its_own_lane():
    tree = flow(fork("K", yes=(fork("L"),)))
    for parent in ("K", "L"):
        with pytest.raises(NotPossible) as caught:
            move_step(tree, step_id("K"), Place(0, step_id(parent), YES))
        assert caught.value.code == "own_lane"


def test_a_move_that_would_let_a_condition_ask_for_a_later_step_is_refused_and_told():
    tree = flow(email("A"), email("B", conditions=all_of(any_of(is_true("email_opened", "A")))), email("C"))
    with pytest.raises(NotPossible) as caught:
        move_step(tree, step_id("A"), Place(1))
    assert "step 1 asks for step 2" in caught.value.title
    with pytest.raises(NotPossible):
        move_step(tree, step_id("B"), Place(0))
    moved = move_step(tree, step_id("C"), Place(0))
    assert names(moved) == "C A B"
    assert referred_steps(moved.by_id[step_id("B")].conditions) == {step_id("A")}


def test_T13_a_step_with_history_is_retired_and_one_without_is_gone():
    tree = flow(email("A"), email("B"), email("C"))
    edited = remove_step(tree, step_id("A"), {step_id("A")}, MONDAY)
    assert edited.by_id[step_id("A")].retired_at == MONDAY
    assert names(edited) == "B C"
    assert step_id("B") not in remove_step(tree, step_id("B"), {step_id("A")}, MONDAY).by_id


def test_removing_a_conditional_step_takes_its_lanes_along_and_keeps_parents_of_history():
    tree = flow(fork("K", yes=(fork("L", yes=(email("Y"),), no=(email("Z"),)),)), email("B"))
    edited = remove_step(tree, step_id("K"), {step_id("Y")}, MONDAY)
    retired = {name_of(step) for step in edited.steps if step.retired_at is not None}
    assert retired == {"K", "L", "Y"}
    assert step_id("Z") not in edited.by_id
    assert names(edited) == "B"


def test_a_step_that_conditions_refer_to_is_not_removed_and_they_are_listed():
    tree = flow(
        email("A"),
        email("B", conditions=all_of(is_true("email_opened", "A"))),
        fork("K", conditions=all_of(is_true("email_opened", "A"), is_true("email_opened", "B"))),
    )
    with pytest.raises(NotPossible) as caught:
        remove_step(tree, step_id("A"), set(), MONDAY)
    assert (caught.value.code, caught.value.where) == ("step_referred_to", "step 2, step 3")
    with pytest.raises(NotPossible):
        remove_step(tree, step_id("B"), {step_id("B")}, MONDAY)


def test_a_reference_from_within_what_is_removed_keeps_nothing():
    tree = flow(fork("K", yes=(email("A"), email("B", conditions=all_of(is_true("email_opened", "A"))))))
    assert remove_step(tree, step_id("K"), set(), MONDAY).steps == ()


def test_a_step_changed_keeps_its_place():
    tree = flow(email("A"), fork("K", yes=(email("Y"),)))
    old = tree.by_id[step_id("Y")]
    edited = replace_step(tree, replace(old, order=77, parent_id=None, branch=None, subject_template="New"))
    assert names(edited) == "A K Y"
    assert edited.by_id[step_id("Y")] == replace(old, subject_template="New")


def test_a_copy_has_ids_of_its_own_and_its_conditions_ask_for_the_copies():
    test = AbTest((Variant("a"), Variant("b")), winner_id="b")
    tree = flow(
        email("A", ab_test=test, ab_test_enabled=True),
        fork("K", yes=(email("Y"),), conditions=all_of(any_of(is_true("email_opened", "A")), is_true("email_sent"))),
    )
    tree = remove_step(insert_step(tree, email("R").step, Place(0)), step_id("R"), {step_id("R")}, MONDAY)
    ids = iter(UUID(int=number) for number in range(900, 1000))
    other = UUID(int=7)
    copy = copy_steps(tree, other, lambda: next(ids))
    a, k, y = copy.ordered
    assert {step.sequence_id for step in copy.steps} == {other}
    assert {step.id for step in copy.steps}.isdisjoint(step.id for step in tree.steps)
    assert (y.parent_id, y.branch) == (k.id, YES)
    assert referred_steps(k.conditions) == {a.id}
    assert a.ab_test is not None
    assert a.ab_test.winner_id is None


@given(nodes(), st.data())
def test_any_edit_leaves_a_tree_numbered_from_one(built, data):
    tree = flow(*built)
    step = data.draw(st.sampled_from(tree.ordered))
    lanes = [(None, None)] + [
        (each.id, b) for each in tree.ordered if each.type is StepType.CONDITIONAL for b in Branch
    ]
    place = Place(data.draw(st.integers(0, 5)), *data.draw(st.sampled_from(lanes)))
    into_itself = place.parent_id in {step.id, *(each.id for each in tree.ordered if step.id in around(tree, each.id))}
    if into_itself:
        with pytest.raises(NotPossible):
            move_step(tree, step.id, place)
        return
    moved = move_step(tree, step.id, place)
    assert {each.id for each in moved.steps} == {each.id for each in tree.steps}
    assert moved.stray == ()
    assert [each.order for each in moved.ordered] == list(range(1, len(moved.steps) + 1))
    assert forward_references(moved) == ()
    removed = remove_step(tree, step.id, set(data.draw(st.sets(st.sampled_from([s.id for s in tree.steps])))), MONDAY)
    assert removed.stray == ()
    assert removed.number(step.id) is None
