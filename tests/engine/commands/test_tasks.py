"""Tasks and calls ended, skipped and put off, and what each outcome does to the sequence."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from opendoors_desktop.domain.errors import InputError, NotFound, NotPossible
from opendoors_desktop.domain.sequence import GoalType
from opendoors_desktop.domain.step import StepResult, StepType
from opendoors_desktop.domain.task import TaskState
from opendoors_desktop.engine.commands.enrollments import pause_enrollment
from opendoors_desktop.engine.commands.store_care import check_store
from opendoors_desktop.engine.commands.suppressions import check_suppression
from opendoors_desktop.engine.commands.tasks import complete_task, skip_task, snooze_task
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.task_sight import show_task
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.queries.tasks import TaskRow, list_outcomes, list_tasks
from opendoors_desktop.store.tasks import NewTask, add_task
from tests.builders import (
    Room,
    TimedPost,
    activities,
    add_sequence,
    email,
    enroll_all,
    make_room,
    open_context,
    run_for,
    run_now,
    standing_of,
    task,
)
from tests.fixtures_store import NOW


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


def call(**more: Any) -> dict[str, Any]:
    return {"type": StepType.CALL, "task_title": "Call {{ first_name }}", **more}


def tasks_of(context: Context, *states: str) -> list[TaskRow]:
    with context.store.read() as unit:
        return list_tasks(unit, context.scope.workspace_id, states=states)


async def room_at(context: Context, *parts: dict[str, Any], **more: Any) -> tuple[Room, UUID]:
    """A room whose one contact has come to its first task, and that task."""
    room = make_room(context, parts, **more)
    await run_now(context, TimedPost(room.clock))
    [found] = tasks_of(context, "open")
    return room, found.id


def is_sound(context: Context) -> bool:
    found = check_store(context)
    return (found.differences, found.misplaced) == ((), ())


async def test_a_call_that_reached_somebody_lets_the_contact_go_on(context):
    room, task_id = await room_at(context, call(), email(1))

    answer = complete_task(context, task_id, "voicemail", notes="Rang twice")

    enrollment = standing_of(context, room.enrollment_ids[0]).enrollment
    assert [(each.result, each.detail) for each in enrollment.records] == [(StepResult.DONE, "voicemail")]
    assert answer.next_step_scheduled_at == NOW + timedelta(days=1)
    assert (answer.state, answer.outcome) == (TaskState.DONE, "voicemail")
    [row] = tasks_of(context)
    assert (row.state, row.outcome, row.notes) == ("done", "voicemail", "Rang twice")
    assert standing_of(context, room.enrollment_ids[0]).last_contacted_at == NOW
    assert activities(context, "call_logged") == 1
    assert is_sound(context)


async def test_success_is_counted_as_the_recount_has_it(context):
    room = make_room(context, [call(), email(1)], people=2)
    await run_now(context, TimedPost(room.clock))
    for row, outcome in zip(tasks_of(context, "open"), ("voicemail", "meeting_booked"), strict=True):
        complete_task(context, row.id, outcome)

    with context.store.read() as unit:
        assert unit.row("SELECT times_executed, success_rate FROM sequence_steps WHERE step_type = 'call'") == (2, 50.0)
    assert is_sound(context)


async def test_the_email_behind_a_task_leaves_when_it_is_done(context):
    room, task_id = await room_at(context, task(), email())
    post = TimedPost(room.clock)
    await run_now(context, post)
    assert post.captures == []

    complete_task(context, task_id)
    await run_now(context, post)

    assert len(post.captures) == 1
    assert is_sound(context)


@pytest.mark.parametrize("word", ["not_interested", "Not interested", "6"])
async def test_an_outcome_that_stops_ends_the_enrollment(context, word):
    room, task_id = await room_at(context, call(), email(1))

    answer = complete_task(context, task_id, word)

    assert (answer.enrollment_status, answer.completion_reason) == ("stopped", "manual_stop")
    enrollment = standing_of(context, room.enrollment_ids[0]).enrollment
    assert enrollment.current_step_id == enrollment.records[-1].step_id
    assert [row.state for row in tasks_of(context)] == ["done"]
    assert is_sound(context)


async def test_the_goal_goes_before_the_stop(context):
    room, task_id = await room_at(context, call(), email(1), goal_type=GoalType.MEETINGS, goal_target=3)

    answer = complete_task(context, task_id, "meeting_booked")

    assert (answer.enrollment_status, answer.completion_reason) == ("completed", "goal_achieved")
    assert standing_of(context, room.enrollment_ids[0]).has_reached_goal
    assert activities(context, "goal_achieved") == 1


async def test_a_meeting_is_no_goal_of_a_sequence_for_sales(context):
    _, task_id = await room_at(context, call(), email(1), goal_type=GoalType.SALES)

    assert complete_task(context, task_id, "meeting_booked").completion_reason == "manual_stop"


async def test_no_answer_is_tried_again_on_the_next_working_day(context):
    room, task_id = await room_at(context, call(), email(1))

    answer = complete_task(context, task_id, "no_answer", notes="Engaged")

    assert answer.state is TaskState.OPEN
    assert answer.due_at == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    [row] = tasks_of(context, "open")
    assert (row.due_at, row.notes) == (answer.due_at, "Engaged")
    assert standing_of(context, room.enrollment_ids[0]).enrollment.records[-1].result is StepResult.MADE
    complete_task(context, task_id, "voicemail", notes="Then the machine")
    assert tasks_of(context)[0].notes == "Then the machine"
    assert activities(context, "call_logged") == 2


async def test_a_call_back_asks_for_its_day(context):
    _, task_id = await room_at(context, call(), email(1))

    with pytest.raises(InputError) as missing:
        complete_task(context, task_id, "call_back")
    assert missing.value.code == "no_day"
    with pytest.raises(InputError) as past:
        complete_task(context, task_id, "call_back", on=date(2026, 3, 1))
    assert past.value.code == "past_day"
    assert complete_task(context, task_id, "call_back", on=date(2026, 3, 6)).due_at == datetime(
        2026, 3, 6, 9, tzinfo=UTC
    )


async def test_not_now_puts_the_sequence_off(context):
    room, task_id = await room_at(context, call(), email())

    answer = complete_task(context, task_id, "not_now", on=date(2026, 4, 1))

    assert answer.next_step_scheduled_at == datetime(2026, 4, 1, tzinfo=UTC)
    post = TimedPost(room.clock)
    await run_for(context, post, days=29)
    assert post.captures == []
    await run_for(context, post, days=2)
    assert len(post.captures) == 1
    with context.store.read() as unit:
        assert unit.row("SELECT outcome_on FROM tasks WHERE outcome_on IS NOT NULL") is not None


async def test_do_not_contact_suppresses_and_ends_everything(context):
    room = make_room(context, [call(), email(1)], allows_parallel=True)
    other = add_sequence(context, room.mailbox, [email(3)], name="Other", allows_parallel=True)
    contact_id = standing_of(context, room.enrollment_ids[0]).enrollment.contact_id
    [second] = enroll_all(context, other, [contact_id])
    await run_now(context, TimedPost(room.clock))
    [found] = tasks_of(context, "open")

    complete_task(context, found.id, "do_not_contact")

    assert [each.reason for each in check_suppression(context, "u1@example.net")] == ["do_not_contact"]
    ended = [standing_of(context, key).enrollment for key in (room.enrollment_ids[0], second)]
    assert [(each.status, each.completion_reason) for each in ended] == [("stopped", "manual_stop")] * 2


async def test_a_wrong_number_is_taken_from_the_contact(context):
    _, task_id = await room_at(context, call(), email(1))
    with context.store.write() as unit:
        unit.run("UPDATE contacts SET phone = '+33 1 23 45 67 89', zone = 'Europe/Paris'")

    assert complete_task(context, task_id, "wrong_number").enrollment_status == "active"

    with context.store.read() as unit:
        assert unit.row("SELECT phone, zone FROM contacts") == ("", None)


async def test_a_task_that_is_not_waited_for_moves_nobody(context):
    room, task_id = await room_at(context, task(waits_for_task=False), email(2))
    before = standing_of(context, room.enrollment_ids[0]).enrollment.next_step_scheduled_at
    room.clock.advance_to(NOW + timedelta(days=1))

    answer = complete_task(context, task_id)

    assert answer.next_step_scheduled_at == before == NOW + timedelta(days=2)
    assert is_sound(context)


async def test_a_skipped_task_lets_the_contact_go_on(context):
    room, task_id = await room_at(context, call(), email())

    answer = skip_task(context, task_id, notes="No time")

    assert (answer.state, answer.enrollment_status) == (TaskState.SKIPPED, "active")
    post = TimedPost(room.clock)
    await run_now(context, post)
    assert len(post.captures) == 1
    assert activities(context, "task_skipped") == 1
    assert is_sound(context)


async def test_a_paused_contact_stays_paused_when_its_task_is_done(context):
    room, task_id = await room_at(context, task(), email())
    pause_enrollment(context, room.enrollment_ids[0])

    assert complete_task(context, task_id).enrollment_status == "paused"

    post = TimedPost(room.clock)
    await run_now(context, post)
    assert post.captures == []
    assert is_sound(context)


async def test_a_task_is_put_off_to_a_day_or_an_instant(context):
    _, task_id = await room_at(context, task(), email())

    assert snooze_task(context, task_id, date(2026, 3, 5)).due_at == datetime(2026, 3, 5, 9, tzinfo=UTC)
    at = NOW + timedelta(hours=3)
    assert snooze_task(context, task_id, at).due_at == at
    for over in (NOW - timedelta(hours=1), date(2026, 2, 27)):
        with pytest.raises(InputError, match="is over"):
            snooze_task(context, task_id, over)


async def test_what_is_not_open_is_refused(context):
    _, task_id = await room_at(context, task(), email())
    complete_task(context, task_id)

    for again in (
        lambda: complete_task(context, task_id),
        lambda: skip_task(context, task_id),
        lambda: snooze_task(context, task_id, date(2027, 1, 1)),
    ):
        with pytest.raises(NotPossible) as refused:
            again()
        assert refused.value.code == "task_not_open"
    with pytest.raises(NotFound):
        skip_task(context, context.new_id())


async def test_a_call_needs_an_outcome_that_there_is(context):
    _, task_id = await room_at(context, call(), email(1))

    for word, code in ((None, "no_outcome"), ("sung", "unknown_outcome")):
        with pytest.raises(InputError) as refused:
            complete_task(context, task_id, word)
        assert refused.value.code == code
        assert "voicemail" in refused.value.advice


def test_a_task_of_its_own_is_ended_without_a_sequence(context):
    key = context.new_id()
    own: dict[str, Any] = dict.fromkeys(NewTask.__slots__) | {
        "id": key,
        "customer_id": context.scope.customer_id,
        "workspace_id": context.scope.workspace_id,
        "kind": "task",
        "round": 1,
        "title": "Order cards",
        "description": "",
    }
    with context.store.write() as unit:
        assert add_task(unit, NewTask(**own), NOW)

    assert snooze_task(context, key, date(2026, 3, 8)).due_at == datetime(2026, 3, 9, 8, tzinfo=UTC)  # 9:00 in Berlin
    assert show_task(context, key).title == "Order cards"
    assert complete_task(context, key, "not_possible").enrollment_status is None
    assert [row.outcome for row in tasks_of(context)] == ["not_possible"]


async def test_texts_are_written_out_for_the_contact(context):
    _, task_id = await room_at(context, call(task_description="Ask {{ nobody }}"), email(1))

    sight = show_task(context, task_id)

    assert (sight.title, sight.description) == ("Call Zoe1", "Ask {{ nobody }}")
    assert "meeting_booked" in {each.name for each in sight.outcomes}
    assert sight.linkedin_message is None


def test_outcomes_and_tasks_are_listed_by_kind_and_day(context):
    with context.store.read() as unit:
        names = [each.name for each in list_outcomes(unit, context.scope.workspace_id, "task")]
        everything = list_outcomes(unit, context.scope.workspace_id)
        none = list_tasks(unit, context.scope.workspace_id, kinds=["call"], due_before=NOW, contact_id=context.new_id())
    assert names == ["done", "not_possible"]
    assert {each.kind for each in everything} == {"call", "task", "linkedin"}
    assert none == []
