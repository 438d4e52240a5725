"""A list with lanes: numbers, what follows what, and that walking on only ever goes forward."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given

from opendoors_desktop.domain.flow import Flow, renumber
from opendoors_desktop.domain.step import Branch, Step, StepRecord, StepResult, StepType
from tests.domain.flow_builders import MONDAY, Node, email, flow, fork, name_of, nodes, record, step_id, task, wait

TREE = flow(
    email("A"),
    fork("K", yes=(email("Y1"), fork("L", yes=(email("LY"),), no=()), email("Y2")), no=(email("N1"),)),
    email("B"),
)


def follows(tree: Flow, name: str, *records: StepRecord) -> str:
    return name_of(tree.next_after(step_id(name), records))


def test_steps_are_numbered_depth_first_lanes_included():
    assert [name_of(step) for step in TREE.ordered] == ["A", "K", "Y1", "L", "LY", "Y2", "N1", "B"]
    assert [step.order for step in TREE.ordered] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert TREE.number(step_id("N1")) == 7
    assert TREE.number(UUID(int=77)) is None
    assert [name_of(step) for step in TREE.lane()] == ["A", "K", "B"]
    assert [name_of(step) for step in TREE.lane((step_id("K"), Branch.YES))] == ["Y1", "L", "Y2"]
    assert TREE.lane((step_id("B"), Branch.YES)) == ()
    assert name_of(TREE.first()) == "A"
    assert [(name_of(step), branch) for step, branch in TREE.ancestors(step_id("LY"))] == [
        ("K", Branch.YES),
        ("L", Branch.YES),
    ]


def test_behind_a_lane_the_contact_goes_on_behind_the_conditional_step():
    yes, no = record("K", StepResult.YES), record("K", StepResult.NO)
    assert follows(TREE, "A") == "K"
    assert follows(TREE, "K", yes) == "Y1"
    assert follows(TREE, "K", no) == "N1"
    assert follows(TREE, "Y2", yes) == "B"
    assert follows(TREE, "N1", no) == "B"
    assert follows(TREE, "B") == ""
    assert follows(TREE, "L", record("L", StepResult.YES)) == "LY"
    assert follows(TREE, "L", record("L", StepResult.NO)) == "Y2"
    assert follows(TREE, "K", record("K", StepResult.SKIPPED)) == "B"


def test_a_lane_that_ends_with_finish_leads_nowhere_even_from_deep_inside_or_when_empty():
    tree = flow(fork("K", yes=(fork("L", yes=(email("LY"),)),), no=(), finish_yes=True, finish_no=True), email("B"))
    assert follows(tree, "LY", record("K", StepResult.YES), record("L", StepResult.YES)) == ""
    assert follows(tree, "K", record("K", StepResult.NO)) == ""
    assert follows(tree, "L", record("K", StepResult.YES), record("L", StepResult.NO)) == ""


def test_steps_with_a_record_are_walked_over_by_the_lane_they_took():
    walked = [record("K", StepResult.YES), record("Y1"), record("B")]
    assert follows(TREE, "A", *walked) == "L"
    assert follows(TREE, "A", *walked, record("L", StepResult.NO), record("Y2")) == ""


def test_a_switched_off_step_is_passed_over_and_a_conditional_one_with_both_its_lanes():
    tree = flow(email("A", is_enabled=False), fork("K", yes=(email("Y"),), is_enabled=False), email("B"))
    assert name_of(tree.first()) == "B"
    assert not tree.is_running(step_id("Y"))
    assert [name_of(step) for step in tree.running()] == ["B"]
    assert tree.number(step_id("Y")) == 3
    assert flow(email("A", is_enabled=False)).first() is None
    assert Flow(()).first() is None


def test_successors_are_all_that_may_come_next():
    assert {name_of(each) for each in TREE.successors(step_id("K"))} == {"Y1", "N1"}
    assert {name_of(each) for each in TREE.successors(step_id("L"))} == {"LY", "Y2"}
    assert {name_of(each) for each in TREE.successors(step_id("Y2"))} == {"B"}
    assert TREE.successors(step_id("B")) == frozenset()


def test_retired_steps_have_no_number_and_stray_ones_are_told():
    retired = Step(step_id("R"), UUID(int=1), 2, StepType.EMAIL, retired_at=MONDAY)
    lost = Step(step_id("S"), UUID(int=1), 1, StepType.EMAIL, parent_id=step_id("R"), branch=Branch.YES)
    tree = Flow((*TREE.steps, retired, lost))
    assert tree.number(retired.id) is None
    assert tree.by_id[retired.id] is retired
    assert tree.stray == (lost,)
    assert not tree.is_running(lost.id)


@pytest.mark.parametrize(
    "links",
    [
        [("a", "b"), ("b", "a")],
        [("a", "a")],
        [("a", "gone")],
    ],
)
def test_rows_that_go_round_in_a_loop_are_stray_and_nothing_hangs(links):
    parents = dict(links)
    rows = tuple(
        Step(
            step_id(name),
            UUID(int=1),
            order,
            StepType.CONDITIONAL,
            parent_id=step_id(parents[name]) if name in parents else None,
            branch=Branch.YES if name in parents else None,
        )
        for order, name in enumerate(["a", "b", "c"])
    )
    tree = Flow(rows)
    assert {name_of(step) for step in tree.stray} == set(parents)
    assert "c" in [name_of(step) for step in tree.ordered]
    assert renumber(rows)[0].order == rows[0].order


def test_lanes_of_a_step_that_is_no_conditional_one_any_more_are_stray():
    steps = tuple(
        replace(step, type=StepType.TASK) if step.id == step_id("K") else step
        for step in flow(fork("K", (email("Y"),))).steps
    )
    assert [name_of(step) for step in Flow(steps).stray] == ["Y"]


def test_equal_steps_make_equal_flows():
    assert flow(email("A"), task("B")) == flow(email("A"), task("B"))
    assert flow(email("A")) != flow(email("B"))


def test_lanes_nest_as_deep_as_wanted():
    inner: tuple[Node, ...] = (email("last"),)
    for depth in range(600):
        inner = (fork(f"k{depth}", yes=inner),)
    steps = []
    todo: list[tuple[tuple[Node, ...], UUID | None]] = [(inner, None)]
    while todo:
        lane, parent = todo.pop()
        for each in lane:
            steps.append(replace(each.step, order=1, parent_id=parent, branch=None if parent is None else Branch.YES))
            todo.extend((inside, each.step.id) for inside in each.lanes.values())
    tree = Flow(renumber(steps))
    assert tree.number(step_id("last")) == 601
    assert len(tree.ancestors(step_id("last"))) == 600


@given(nodes())
def test_every_successor_comes_later_so_no_loop_can_be_built(built):
    tree = flow(*built)
    for step in tree.ordered:
        number = tree.number(step.id) or 0
        for follower in tree.successors(step.id):
            assert (tree.number(follower) or 0) > number
            assert tree.is_running(follower)


@given(nodes())
def test_numbering_is_stable_and_complete(built):
    tree = flow(*built)
    assert renumber(tree.steps) == tree.steps
    assert [step.order for step in tree.ordered] == list(range(1, len(tree.steps) + 1))
    assert tree.stray == ()


def test_a_step_between_others_keeps_its_order_when_nothing_changes():
    tree = flow(wait("W"), email("A"))
    assert renumber(tree.steps)[0] is tree.steps[0]
