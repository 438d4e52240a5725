"""Two edits brought together, and one taken back: no field of another's is lost, no conflict is hidden."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.errors import NotFound, NotPossible
from opendoors_desktop.domain.flow import Flow
from opendoors_desktop.domain.flow_edit import Place, insert_step, move_step, remove_step, replace_step
from opendoors_desktop.domain.flow_merge import EDITED, StepConflict, changed_fields, merge_step, taken_back
from opendoors_desktop.domain.step import Branch
from tests.domain.flow_builders import MONDAY, email, flow, fork, name_of, step_id, task

BASE = email("A").step


def names(tree):
    return " ".join(name_of(step) for step in tree.ordered)


def test_fields_that_others_changed_stay():
    mine, theirs = replace(BASE, subject_template="Mine"), replace(BASE, body_template="Theirs")
    merged = merge_step(BASE, mine, theirs)
    assert (merged.subject_template, merged.body_template) == ("Mine", "Theirs")
    assert changed_fields(BASE, mine) == ("subject_template",)


def test_the_same_change_by_both_is_no_conflict():
    both = replace(BASE, subject_template="Alike")
    assert merge_step(BASE, both, both) == both


def test_a_field_that_both_changed_is_a_conflict_that_names_it():
    mine, theirs = replace(BASE, subject_template="Mine"), replace(BASE, subject_template="Theirs")
    with pytest.raises(StepConflict) as caught:
        merge_step(BASE, mine, theirs)
    assert (caught.value.code, caught.value.names) == ("changed_meanwhile", ("subject_template",))
    assert caught.value.theirs is theirs


def test_places_and_what_is_told_from_texts_are_no_edit_of_a_step():
    assert not {"id", "type", "order", "parent_id", "branch", "variables", "retired_at"} & set(EDITED)
    assert {"delay", "conditions", "ab_test", "is_enabled", "linkedin_message"} <= set(EDITED)


TREE = flow(email("A"), fork("K", yes=(email("Y"),), no=(task("N"),)), email("B"))
EDITS = {
    "insert": lambda tree: insert_step(tree, task("T").step, Place(1)),
    "move": lambda tree: move_step(tree, step_id("B"), Place(0, step_id("K"), Branch.YES)),
    "remove": lambda tree: remove_step(tree, step_id("K"), (), MONDAY),
    "text": lambda tree: replace_step(tree, replace(tree.by_id[step_id("A")], subject_template="New")),
    "off": lambda tree: replace_step(tree, replace(tree.by_id[step_id("K")], is_enabled=False)),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_taken_back_at_once_leaves_nothing(edit):
    after = EDITS[edit](TREE)
    assert after != TREE
    assert taken_back(TREE, after, after) == TREE


@pytest.mark.parametrize("edit", ["insert", "move", "remove", "off"])
def test_texts_that_others_wrote_since_stay(edit):
    after = EDITS[edit](TREE)
    since = replace_step(after, replace(after.by_id[step_id("A")], body_template="Since"))
    back = taken_back(TREE, after, since)
    assert back.by_id[step_id("A")].body_template == "Since"
    assert names(back) == names(TREE)


def test_a_text_goes_back_wherever_the_step_stands_by_now():
    after = EDITS["text"](TREE)
    back = taken_back(TREE, after, EDITS["move"](after))
    assert names(back) == names(EDITS["move"](TREE))
    assert back.by_id[step_id("A")].subject_template == "Subject A"


def test_an_order_that_was_changed_since_is_not_put_back():
    after = EDITS["move"](TREE)
    with pytest.raises(NotPossible) as caught:
        taken_back(TREE, after, EDITS["insert"](after))
    assert caught.value.code == "changed_meanwhile"


def test_a_text_that_was_written_again_is_not_put_back():
    after = EDITS["text"](TREE)
    again = replace_step(after, replace(after.by_id[step_id("A")], subject_template="Newer"))
    with pytest.raises(StepConflict):
        taken_back(TREE, after, again)


@given(st.lists(st.sampled_from(sorted(EDITS)), max_size=4, unique=True))
def test_edits_taken_back_in_turn_end_where_they_began(chosen):
    trees: list[Flow] = [TREE]
    for edit in chosen:
        try:
            trees.append(EDITS[edit](trees[-1]))
        except (NotPossible, NotFound, KeyError):  # of what an edit before took out
            return
    now = trees[-1]
    while len(trees) > 1:
        after = trees.pop()
        now = taken_back(trees[-1], after, now)
    assert now == TREE
