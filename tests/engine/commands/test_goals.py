"""Goals that a person logs: a contact is done with the sequence, once, and the sequence is on course or behind."""

from datetime import date
from pathlib import Path

import pytest

from opendoors_desktop.domain.errors import InputError, NotFound, NotPossible
from opendoors_desktop.domain.goal import GoalState
from opendoors_desktop.domain.sequence import GoalType
from opendoors_desktop.engine.commands.goals import list_goals, log_goal
from opendoors_desktop.engine.commands.sequence_states import stop_sequence
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from tests.builders import activities, email, make_room, open_context, standing_of


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


def test_a_goal_completes_the_contact_once(context):
    room = make_room(context, [email(5)], goal_type=GoalType.SALES, goal_target=2, goal_deadline=date(2026, 3, 31))
    [key] = room.enrollment_ids

    first, second = log_goal(context, key, GoalType.SALES), log_goal(context, key)

    assert (first.is_new, first.status, first.completion_reason) == (True, "completed", "goal_achieved")
    assert (second.is_new, second.status) == (False, "completed")
    assert activities(context, "goal_achieved") == 1
    standing = standing_of(context, key)
    assert (standing.has_reached_goal, standing.ticket) == (True, None)
    [sight] = list_goals(context)
    assert (sight.progress.reached, sight.progress.target, sight.progress.state) == (1, 2, GoalState.ON_COURSE)


def test_who_has_ended_is_counted_and_stays(context):
    room = make_room(context, [email(5)], goal_type=GoalType.CUSTOM)
    stop_sequence(context, room.sequence_id)

    logged = log_goal(context, room.enrollment_ids[0])

    assert (logged.is_new, logged.status, logged.completion_reason) == (True, "stopped", "manual_stop")
    assert list_goals(context)[0].progress.reached == 1


@pytest.mark.parametrize("goal", [None, GoalType.MEETINGS, GoalType.REPLIES])
def test_another_goal_is_refused(context, goal):
    room = make_room(context, [email(5)], goal_type=goal)

    with pytest.raises(NotPossible) as refused:
        log_goal(context, room.enrollment_ids[0], GoalType.SALES)

    assert refused.value.code == "another_goal"
    assert standing_of(context, room.enrollment_ids[0]).enrollment.status == "active"


def test_replies_are_not_logged_by_hand_and_nobody_is_nobody(context):
    with pytest.raises(InputError, match="Replies are counted"):
        log_goal(context, context.new_id(), GoalType.REPLIES)
    with pytest.raises(NotFound):
        log_goal(context, context.new_id())
    assert list_goals(context) == []
