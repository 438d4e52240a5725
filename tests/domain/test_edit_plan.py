"""What an edit of a running sequence does to the people in it: nobody loses a step, nobody gets one twice."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.action import Finish, Wait
from opendoors_desktop.domain.decision import next_step
from opendoors_desktop.domain.edit_plan import moved, plan_edit
from opendoors_desktop.domain.enrollment import ENDED, EnrollmentStatus
from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.domain.flow_edit import Place, insert_step, move_step, remove_step, replace_step
from opendoors_desktop.domain.step import Branch, StepResult, StepType
from tests.domain.flow_builders import (
    DAY,
    MONDAY,
    email,
    enrolled,
    facts,
    flow,
    fork,
    name_of,
    nodes,
    play,
    record,
    sequence,
    step_id,
    task,
)

ABC = flow(email("A"), email("B"), email("C"))
YES, NO = StepResult.YES, StepResult.NO


def goes(old, new, *done, at=None, **settings):
    """The name of the step that someone goes to by an edit; "keeps" for who stays, "" for who has finished."""
    person = enrolled(*done, current_step_id=None if at is None else step_id(at), **settings)
    plan = plan_edit(old, new, [person])
    return name_of(plan.moves[person.id]) if person.id in plan.moves else "keeps"


def test_the_people_are_counted_by_where_they_are_and_what_becomes_of_them():
    people = [
        enrolled(current_step_id=step_id("A")),
        enrolled(record("A"), current_step_id=step_id("B")),
        enrolled(record("A"), current_step_id=step_id("B"), status=EnrollmentStatus.PAUSED),
        enrolled(record("A"), record("B"), current_step_id=step_id("C")),
        enrolled(record("A"), status=EnrollmentStatus.COMPLETED),
    ]
    people = [replace(person, id=UUID(int=100 + number)) for number, person in enumerate(people)]
    plan = plan_edit(ABC, flow(email("A"), email("C")), people)
    assert (plan.people, plan.keep, plan.move, plan.finish) == (4, 2, 2, 0)
    assert {name_of(key): count for key, count in plan.waiting_at.items()} == {"A": 1, "B": 2, "C": 1}
    assert plan.moves == {people[1].id: step_id("C"), people[2].id: step_id("C")}
    last = plan_edit(ABC, flow(email("A"), email("B")), people)
    assert (last.keep, last.move, last.finish) == (3, 0, 1)


def test_T31_a_new_step_at_the_end_comes_to_those_on_the_way_and_the_completed_stay_completed():
    longer = flow(email("A"), email("B"), email("C"), email("D"))
    done = enrolled(record("A"), record("B"), record("C"), status=EnrollmentStatus.COMPLETED)
    plan = plan_edit(ABC, longer, [done, enrolled(record("A"), current_step_id=step_id("B"))])
    assert (plan.people, plan.keep) == (1, 1)
    waits = enrolled(record("A"), current_step_id=step_id("B"))
    assert play(sequence(steps=longer), waits).names == "A B C D"


@pytest.mark.parametrize(
    "new", [flow(email("A"), email("C")), flow(email("A"), email("B", is_enabled=False), email("C"))]
)
def test_a_step_taken_out_or_switched_off_leads_to_the_next(new):
    assert goes(ABC, new, record("A"), at="B") == "C"
    assert goes(ABC, new, record("A"), record("B"), at="C") == "keeps"
    assert goes(ABC, flow(email("A")), record("A"), at="B") == ""


def test_a_step_put_before_someones_place_is_not_made_up_for():
    assert goes(ABC, flow(email("A"), email("X"), email("B"), email("C")), record("A"), at="B") == "keeps"
    assert goes(ABC, flow(email("A"), email("X"), email("C")), record("A"), at="B") == "X"
    assert goes(ABC, flow(email("X"), email("A"), email("C")), record("A"), at="B") == "C"


def test_who_waits_takes_the_new_order_and_loses_nothing():
    swapped = flow(email("A"), email("C"), email("B"))
    assert goes(ABC, swapped, record("A"), at="B") == "C"
    assert goes(ABC, swapped, record("A"), record("B"), at="C") == "keeps"
    forward = flow(email("C"), email("A"), email("B"))
    assert goes(ABC, forward, record("A"), record("B"), at="C") == "keeps"
    assert goes(ABC, forward, record("A"), at="B") == "C"
    assert goes(ABC, forward, at="A") == "C"


def test_a_step_wrapped_into_a_lane_leads_to_the_condition_before_it():
    wrapped = flow(email("A"), fork("K", yes=(email("B"),)), email("C"))
    assert goes(ABC, wrapped, record("A"), at="B") == "K"
    assert goes(ABC, wrapped, record("A"), record("B"), at="C") == "keeps"


def test_steps_of_the_lane_not_taken_are_nobodys():
    old = flow(email("A"), fork("K", yes=(email("Y"),), no=(email("N"),)), email("B"))
    assert (
        goes(old, flow(email("A"), fork("K", no=(email("N"),)), email("B")), record("A"), record("K", YES), at="Y")
        == "B"
    )
    moved_over = flow(email("A"), fork("K", no=(email("N"), email("Y"))), email("B"))
    assert goes(old, moved_over, record("A"), record("K", YES), at="Y") == "B"


def test_an_open_task_is_kept_while_its_step_is_there_and_left_when_it_is_not():
    old = flow(task("T"), email("B"))
    made = record("T", StepResult.MADE)
    assert goes(old, flow(task("T"), email("X"), email("B")), made, at="T") == "keeps"
    assert goes(old, flow(email("B")), made, at="T") == "B"
    assert goes(old, flow(task("T", waits_for_task=False), email("B")), made, at="T") == "B"


def test_who_began_in_the_middle_gets_nothing_from_before():
    settings = {"at": None, "start_step_id": step_id("C")}
    assert goes(ABC, flow(email("A"), email("X"), email("C")), **settings) == "keeps"
    assert goes(ABC, flow(email("A"), email("X"), email("B")), **settings) == ""
    tail = flow(email("A"), email("B"), email("C"), email("D"))
    assert goes(tail, flow(email("A"), email("B"), email("X"), email("D")), **settings) == "D"
    person = moved(enrolled(start_step_id=step_id("C")), step_id("D"), MONDAY + DAY)
    assert person.start_step_id == step_id("D")
    assert play(sequence(steps=flow(email("A"), email("D"))), person).names == "D"


def test_who_was_through_already_stays_through():
    done = enrolled(record("A"), record("B"), record("C"))
    assert plan_edit(ABC, flow(email("A"), email("B"), email("C"), email("D")), [done]).keep == 1
    assert goes(ABC, flow(email("X")), record("A"), record("B"), at="C") == "X"


def test_a_moved_one_is_due_at_the_later_of_the_edit_and_its_delays_end():
    person = moved(enrolled(record("A"), current_step_id=step_id("B")), step_id("C"), MONDAY + DAY)
    decision = next_step(sequence(email("A"), email("C")), person, facts(), MONDAY)
    assert isinstance(decision, Wait)
    assert decision.until == MONDAY + DAY
    assert person.start_step_id is None


@given(nodes(), st.data())
def test_whatever_is_edited_no_step_comes_twice_and_who_completed_stays_completed(built, data):
    tree = flow(*built)
    plan = sequence(steps=tree)
    person = play(plan, enrolled()).enrollment
    cut = data.draw(st.integers(0, len(person.records)))
    halfway = enrolled(*person.records[:cut], current_step_id=None)
    for _ in range(data.draw(st.integers(1, 3))):
        new = edited(tree, data)
        coming = plan_edit(tree, new, [halfway, replace(person, status=EnrollmentStatus.COMPLETED)])
        assert coming.people == 1
        if halfway.id in coming.moves:
            target = coming.moves[halfway.id]
            assert target is None or new.is_running(target)
            assert target not in {each.step_id for each in halfway.records}
            halfway = moved(halfway, target, MONDAY + 30 * DAY)
        tree = new
    ended = play(sequence(steps=tree), halfway, now=MONDAY + 30 * DAY)
    assert isinstance(ended.last, Finish)
    keys = [each.step_id for each in ended.enrollment.records]
    assert len(keys) == len(set(keys))
    assert ended.enrollment.records[: len(halfway.records)] == halfway.records
    assert halfway.status not in ENDED


def edited(tree, data):
    """The flow after one edit of any kind, or as it was where that edit is refused."""
    lanes = [(None, None)] + [
        (each.id, b) for each in tree.ordered if each.type is StepType.CONDITIONAL for b in Branch
    ]
    place = Place(data.draw(st.integers(0, 5)), *data.draw(st.sampled_from(lanes)))
    kind = data.draw(st.sampled_from(["insert", "move", "remove", "switch"]))
    if kind == "insert" or not tree.ordered:
        return insert_step(tree, email(f"new{len(tree.steps)}").step, place)
    step = data.draw(st.sampled_from(tree.ordered))
    try:
        if kind == "move":
            return move_step(tree, step.id, place)
        if kind == "remove":
            return remove_step(tree, step.id, {each.id for each in tree.steps}, MONDAY)
    except NotPossible:
        return tree
    return replace_step(tree, replace(step, is_enabled=not step.is_enabled))
