"""Where an enrollment stands after its sequence was edited."""

from dataclasses import replace

from opendoors_desktop.domain.placement import blocking_step, current_step, place
from opendoors_desktop.domain.step import StepResult
from tests.domain.flow_builders import MONDAY, email, enrolled, flow, fork, name_of, record, step_id, task

YES, NO = StepResult.YES, StepResult.NO


def test_it_stands_where_it_was_put_while_that_step_is_there_and_not_done():
    tree = flow(email("A"), email("X"), email("B"))
    person = enrolled(record("A"), current_step_id=step_id("B"))
    assert name_of(current_step(tree, person)) == "B"
    done = replace(person, records=(record("A"), record("B")))
    assert current_step(tree, done) is None
    assert name_of(current_step(flow(email("A"), email("X"), email("B", is_enabled=False)), person)) == "X"
    assert name_of(current_step(flow(email("A"), email("X")), person)) == "X"


def test_T31_a_step_added_at_the_end_comes_to_who_is_still_on_the_way():
    waits = enrolled(record("A"), current_step_id=step_id("B"))
    assert name_of(current_step(flow(email("A"), email("B"), email("C")), waits)) == "B"
    assert name_of(place(flow(email("A"), email("B"), email("C")), enrolled(record("A"), record("B")))) == "C"


def test_behind_a_removed_step_the_last_one_still_there_counts():
    assert name_of(place(flow(email("A"), email("C")), enrolled(record("A"), record("B")))) == "C"
    assert name_of(place(flow(email("C")), enrolled(record("A"), record("B")))) == "C"


def test_an_executed_step_moved_into_an_undecided_lane_leads_to_its_conditional_step():
    tree = flow(fork("K", yes=(email("A"), email("Y"))), email("B"))
    assert name_of(place(tree, enrolled(record("A")))) == "K"
    assert name_of(place(tree, enrolled(record("A"), record("K", YES)))) == "Y"


def test_an_executed_step_moved_into_the_other_lane_leads_into_the_one_taken():
    tree = flow(fork("K", yes=(email("A"), email("Y")), no=(email("N"),)), email("B"))
    assert name_of(place(tree, enrolled(record("K", NO), record("A")))) == "N"
    assert name_of(place(tree, enrolled(record("K", NO), record("N"), record("A")))) == "B"
    assert name_of(place(tree, enrolled(record("K", StepResult.SKIPPED), record("A")))) == "B"


def test_who_began_inside_a_lane_goes_on_in_it_and_behind_it():
    tree = flow(email("A"), fork("K", yes=(email("Y"), email("Z")), no=(email("N"),)), email("B"))
    begins = enrolled(start_step_id=step_id("Y"))
    assert name_of(place(tree, begins)) == "Y"
    assert name_of(place(tree, replace(begins, records=(record("Y"),)))) == "Z"
    assert name_of(place(tree, replace(begins, records=(record("Y"), record("Z"))))) == "B"
    assert name_of(place(tree, replace(begins, records=(record("N"),)))) == "Y"
    blocked = blocking_step(tree, step_id("N"), begins)
    assert blocked is not None
    assert (name_of(blocked[0]), blocked[1]) == ("K", False)


def test_a_start_that_was_switched_off_leads_to_the_next_and_one_that_is_gone_to_the_first():
    tree = flow(email("A"), email("S", is_enabled=False), email("B"))
    assert name_of(place(tree, enrolled(start_step_id=step_id("S")))) == "B"
    assert name_of(place(tree, enrolled(start_step_id=step_id("gone")))) == "A"
    walked = enrolled(record("A"), start_step_id=step_id("gone"))
    assert name_of(place(tree, walked)) == "B"


def test_nothing_stands_before_a_step_of_the_main_list():
    assert blocking_step(flow(email("A"), task("T")), step_id("T"), enrolled(record("A", at=MONDAY))) is None
