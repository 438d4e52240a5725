"""States of a sequence, its copies, and what a suppression does in it."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from opendoors_desktop.domain.action import Wait
from opendoors_desktop.domain.decision import next_step
from opendoors_desktop.domain.errors import NotPossible
from opendoors_desktop.domain.sequence import (
    LONGEST_NAME,
    TRANSITIONS,
    SequenceStatus,
    archive_path,
    change_status,
    clone_name,
    clone_sequence,
    ends_on,
    possible_states,
    restore,
)
from opendoors_desktop.domain.suppression import SuppressionReason
from tests.domain.flow_builders import MONDAY, all_of, email, enrolled, facts, is_true, sequence

S = SequenceStatus


def test_the_state_machine_is_the_one_of_the_rules():
    assert {status: set(follow) for status, follow in TRANSITIONS.items()} == {
        S.DRAFT: {S.ACTIVE, S.STOPPED},
        S.ACTIVE: {S.PAUSED, S.STOPPED},
        S.PAUSED: {S.ACTIVE, S.STOPPED},
        S.STOPPED: {S.ARCHIVED},
        S.ARCHIVED: set(),
    }


@pytest.mark.parametrize("current", list(S))
@pytest.mark.parametrize("wanted", list(S))
def test_a_refused_change_says_which_ones_are_possible(current, wanted):
    if wanted in TRANSITIONS[current]:
        assert change_status(current, wanted) is wanted
        return
    with pytest.raises(NotPossible) as caught:
        change_status(current, wanted)
    assert current.value in caught.value.title
    for possible in TRANSITIONS[current]:
        assert possible.value in caught.value.advice
    if current is S.ARCHIVED:
        assert "restored" in caught.value.advice


def test_archiving_stops_first_and_only_an_archived_one_is_restored_as_stopped():
    for status in (S.DRAFT, S.ACTIVE, S.PAUSED):
        assert archive_path(status) == (S.STOPPED, S.ARCHIVED)
        with pytest.raises(NotPossible):
            restore(status)
    assert archive_path(S.STOPPED) == (S.ARCHIVED,)
    with pytest.raises(NotPossible):
        archive_path(S.ARCHIVED)
    assert restore(S.ARCHIVED) is S.STOPPED


def test_T18_a_copy_is_a_draft_without_dates_from_which_nothing_leaves():
    plan = sequence(
        email("A"), email("B", conditions=all_of(is_true("email_opened", "A"))), goal_deadline=date(2025, 1, 1)
    )
    ids = iter(UUID(int=number) for number in range(900, 1000))
    copy = clone_sequence(plan, UUID(int=800), "Copy", lambda: next(ids))
    assert (copy.status, copy.goal_deadline, copy.name, copy.id) == (S.DRAFT, None, "Copy", UUID(int=800))
    assert {step.sequence_id for step in copy.flow.steps} == {UUID(int=800)}
    assert {step.id for step in copy.flow.steps}.isdisjoint({step.id for step in plan.flow.steps})
    assert (copy.window, copy.zone, copy.default_mailbox_id) == (plan.window, plan.zone, plan.default_mailbox_id)
    assert isinstance(next_step(copy, enrolled(), facts(), MONDAY), Wait)


def test_a_copy_gets_a_name_that_is_free_and_fits():
    assert clone_name("Fair", ()) == "Fair (copy)"
    assert clone_name("Fair", {"Fair (copy)", "Fair (copy 2)"}) == "Fair (copy 3)"
    assert len(clone_name("x" * 300, ())) == LONGEST_NAME


def test_the_calendar_of_a_zone_is_made_once_and_knows_days_off():
    plan = sequence(email("A"), holidays=frozenset({date(2026, 5, 1)}))
    off = frozenset({date(2026, 5, 4)})
    assert plan.calendar("Asia/Tokyo") is plan.calendar("Asia/Tokyo")
    assert plan.calendar("Asia/Tokyo", off).holidays == {date(2026, 5, 1), date(2026, 5, 4)}
    assert plan == replace(plan)


@pytest.mark.parametrize("reason", list(SuppressionReason))
def test_what_a_suppression_ends_is_set_by_the_sequence_but_for_a_persons_word(reason):
    assert ends_on(sequence(), reason)
    lenient = sequence(stop_on_bounce=False, stop_on_unsubscribe=False)
    assert ends_on(lenient, reason) is (reason in {SuppressionReason.DO_NOT_CONTACT, SuppressionReason.ERASED})


def test_every_state_one_command_leads_to_is_named():
    named = {status.value: [each.value for each in possible_states(status)] for status in SequenceStatus}

    assert named == {
        "draft": ["active", "stopped", "archived"],
        "active": ["paused", "stopped", "archived"],
        "paused": ["active", "stopped", "archived"],
        "stopped": ["archived"],
        "archived": ["stopped"],
    }
