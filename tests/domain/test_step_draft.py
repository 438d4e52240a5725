"""A step being written while others save theirs: what is typed stays, what both changed waits for a decision."""

from dataclasses import replace

from opendoors_desktop.domain.step_draft import StepDraft
from tests.domain.flow_builders import email

BASE = email("A").step
MINE = replace(BASE, subject_template="Mine", body_template="My text")


def test_a_draft_goes_on_top_of_what_others_saved_in_other_fields():
    now = replace(BASE, is_manual=True)
    draft = StepDraft(BASE, MINE).rebased(now)
    assert draft == StepDraft(now, replace(MINE, is_manual=True))
    assert draft.conflicts(now) == ()


def test_what_both_changed_stays_in_conflict_and_the_rest_goes_on():
    now = replace(BASE, subject_template="Theirs", is_manual=True)
    draft = StepDraft(BASE, MINE).rebased(now)
    assert draft.conflicts(now) == ("subject_template",)
    assert (draft.mine.subject_template, draft.mine.body_template, draft.mine.is_manual) == ("Mine", "My text", True)
    assert draft.rebased(now) == draft
    mine = draft.with_mine(now)
    assert mine.conflicts(now) == ()
    assert mine.mine == replace(now, subject_template="Mine", body_template="My text")


def test_a_draft_that_says_what_is_there_has_nothing_to_save():
    draft = StepDraft(BASE, MINE)
    assert draft.is_changed
    assert not draft.rebased(MINE).is_changed
