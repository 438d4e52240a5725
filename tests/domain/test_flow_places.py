"""Where a step may be put: every place from the top down, its number and day there, and no place that is refused."""

from dataclasses import replace
from itertools import count
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.flow_edit import Place, duplicate_step
from opendoors_desktop.domain.flow_places import land, next_legal, place_of, places_in
from opendoors_desktop.domain.send_window import Delay
from opendoors_desktop.domain.step import Branch
from tests.domain.flow_builders import all_of, email, flow, fork, is_true, name_of, step_id, task

YES, NO = Branch.YES, Branch.NO
K = step_id("K")
TWO = {"delay": Delay(days=2)}
TREE = flow(email("A"), fork("K", yes=(email("Y", **TWO),), no=(task("N"),), **TWO), email("B", **TWO))


def names(tree):
    return " ".join(name_of(step) for step in tree.ordered)


def legal(tree, name):
    """The places where a step may stand, as keys go down through them from the top."""
    step = tree.by_id[step_id(name)]
    at = place_of(tree, step.id)
    while (above := next_legal(tree, step, at, "up")) is not None:
        at = above
    found = [at]
    while (below := next_legal(tree, step, found[-1], "down")) is not None:
        found.append(below)
    return found


def test_the_places_for_a_new_step_are_all_there_are_from_the_top_down():
    assert places_in(TREE) == [
        Place(0), Place(1), Place(0, K, YES), Place(1, K, YES), Place(0, K, NO), Place(1, K, NO), Place(2), Place(3),
    ]  # fmt: skip


def test_a_step_that_is_carried_is_left_out_with_its_lanes():
    assert places_in(TREE, K) == [Place(0), Place(1), Place(2)]
    assert places_in(TREE, step_id("Y"))[2:4] == [Place(0, K, YES), Place(0, K, NO)]


def test_a_step_that_lands_has_the_day_its_sequence_would_give_it():
    new = task("T", delay=Delay(days=1)).step
    assert [(land(TREE, new, place).number, land(TREE, new, place).day) for place in places_in(TREE)] == [
        (1, 2), (2, 2), (3, 4), (4, 6), (4, 4), (5, 4), (5, 6), (6, 8),
    ]  # fmt: skip
    moved = land(TREE, TREE.by_id[step_id("B")], Place(0, K, NO))
    assert (moved.number, moved.day, names(moved.flow)) == (4, 5, "A K Y B N")


def test_a_condition_keeps_the_step_it_asks_for_before_it():
    tree = flow(email("A"), fork("K", conditions=all_of(is_true("email_opened", "A"))), email("B"))
    assert legal(tree, "A") == [Place(0)]
    assert legal(tree, "K") == [Place(1), Place(2)]


@given(st.sampled_from(["A", "K", "Y", "N", "B"]))
def test_a_step_put_where_it_stands_changes_nothing(name):
    step = TREE.by_id[step_id(name)]
    place = place_of(TREE, step.id)
    assert place in legal(TREE, name)
    assert land(TREE, step, place).flow.ordered == TREE.ordered


def test_a_step_is_duplicated_with_its_lanes_and_what_their_conditions_mean():
    inner = fork("L", conditions=all_of(is_true("email_opened", "Y"), is_true("email_opened", "A")))
    tree = flow(email("A"), fork("K", yes=(email("Y"), inner)), email("B"))
    numbers = count(1000)
    twice, ids = duplicate_step(tree, K, lambda: UUID(int=next(numbers)))
    assert [step.order for step in twice.ordered] == [*range(1, 9)]
    assert [ids.get(step.id, step.id) for step in twice.ordered[1:4]] == [step.id for step in twice.ordered[4:7]]
    copy = twice.by_id[ids[step_id("L")]]
    assert copy.conditions == all_of(
        replace(is_true("email_opened"), step_id=ids[step_id("Y")]),
        is_true("email_opened", "A"),
    )
    assert name_of(twice.ordered[7]) == "B"


def test_keys_go_through_places_and_into_lanes_and_out():
    step = TREE.by_id[step_id("A")]

    def go(at, way):
        return next_legal(TREE, step, at, way)

    assert go(Place(0), "down") == Place(0, K, YES)
    assert go(Place(0), "in") == Place(0, K, YES)
    assert go(Place(0, K, YES), "in") == Place(0, K, NO)
    assert go(Place(0, K, YES), "out") == Place(0, K, NO)
    assert go(Place(1, K, NO), "out") == Place(1)
    assert go(Place(0), "out") is None
    assert go(Place(0), "up") is None
    assert go(Place(2), "down") is None
