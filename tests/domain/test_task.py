"""How tasks end, and what that does to the contact."""

from datetime import date, timedelta

import pytest

from opendoors_desktop.domain.enrollment import CompletionReason
from opendoors_desktop.domain.errors import InputError, NotPossible
from opendoors_desktop.domain.sequence import GoalType
from opendoors_desktop.domain.step import StepRecord, StepResult
from opendoors_desktop.domain.task import (
    Outcome,
    OutcomeEffect,
    TaskKind,
    TaskState,
    finish_task,
    kind_of,
    skip_task,
)
from tests.domain.flow_builders import MONDAY, call, email, linkedin, step_id, task, wait

CALL = call("C").step
DAY = date(2026, 3, 20)


def finish(effect, *, chosen_on=None, goal=None, **settings):
    outcome = Outcome("Reached", effect, **settings)
    return finish_task(CALL, TaskState.OPEN, outcome, MONDAY, chosen_on=chosen_on, goal=goal)


def test_each_type_of_step_makes_its_kind_of_task():
    kinds = {task: TaskKind.TASK, call: TaskKind.CALL, linkedin: TaskKind.LINKEDIN, email: TaskKind.EMAIL}
    assert all(kind_of(make("A").step) is kind for make, kind in kinds.items())
    with pytest.raises(KeyError):
        kind_of(wait("W").step)


def test_a_task_that_is_done_lets_the_contact_go_on_and_tells_success():
    ending = finish(OutcomeEffect.CONTINUE, is_success=True)
    assert ending.record == StepRecord(step_id("C"), StepResult.DONE, MONDAY, "Reached")
    assert ending.is_success
    assert (ending.ends_with, ending.suppresses, ending.waits_until_on) == (None, False, None)


def test_a_further_try_keeps_the_task_open_until_the_chosen_day_or_some_working_days():
    chosen = finish(OutcomeEffect.TRY_AGAIN, chosen_on=DAY, asks_for_date=True)
    assert (chosen.record, chosen.due_on, chosen.due_in_working_days) == (None, DAY, None)
    later = finish(OutcomeEffect.TRY_AGAIN, working_days=2)
    assert (later.record, later.due_on, later.due_in_working_days) == (None, None, 2)


def test_an_outcome_may_put_the_contact_off():
    ending = finish(OutcomeEffect.POSTPONE, chosen_on=DAY + timedelta(days=1), asks_for_date=True)
    assert ending.waits_until_on == date(2026, 3, 21)
    assert ending.record is not None


def test_an_outcome_that_asks_for_a_day_needs_one():
    with pytest.raises(InputError) as caught:
        finish(OutcomeEffect.POSTPONE, asks_for_date=True)
    assert caught.value.code == "no_day"


def test_an_outcome_may_stop_the_contact_for_good():
    assert finish(OutcomeEffect.STOP).ends_with is CompletionReason.MANUAL_STOP
    never = finish(OutcomeEffect.DO_NOT_CONTACT)
    assert (never.ends_with, never.suppresses) == (CompletionReason.MANUAL_STOP, True)


def test_the_goal_of_the_sequence_goes_before_every_other_end():
    meets = finish(OutcomeEffect.STOP, goal=GoalType.MEETINGS)
    assert meets.ends_with is CompletionReason.MANUAL_STOP
    booked = finish_task(
        CALL,
        TaskState.OPEN,
        Outcome("Booked", OutcomeEffect.STOP, goal=GoalType.MEETINGS),
        MONDAY,
        goal=GoalType.MEETINGS,
    )
    assert booked.ends_with is CompletionReason.GOAL_ACHIEVED
    other = finish_task(
        CALL,
        TaskState.OPEN,
        Outcome("Booked", OutcomeEffect.CONTINUE, goal=GoalType.MEETINGS),
        MONDAY,
        goal=GoalType.SALES,
    )
    assert other.ends_with is None


def test_a_skipped_task_lets_the_contact_go_on():
    assert skip_task(CALL, TaskState.OPEN, MONDAY).record == StepRecord(step_id("C"), StepResult.SKIPPED, MONDAY)


@pytest.mark.parametrize("state", [TaskState.DONE, TaskState.SKIPPED, TaskState.CANCELLED])
def test_only_an_open_task_can_be_ended(state):
    with pytest.raises(NotPossible):
        skip_task(CALL, state, MONDAY)
    with pytest.raises(NotPossible):
        finish_task(CALL, state, Outcome("x", OutcomeEffect.CONTINUE), MONDAY)
