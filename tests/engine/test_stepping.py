"""How an enrollment is carried from step to step: what is made, passed, held and ended on its way."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from opendoors_desktop.domain.condition import Comparison, Group, Junction, Operator
from opendoors_desktop.domain.enrollment import HoldReason
from opendoors_desktop.domain.send_window import Delay
from opendoors_desktop.domain.step import LinkedInAction, StepResult, StepType
from opendoors_desktop.engine.commands.enrollments import pause_enrollment, release_hold, resume_enrollment
from opendoors_desktop.engine.commands.sequence_edits import edit_steps
from opendoors_desktop.engine.commands.sequence_states import pause_sequence, stop_sequence
from opendoors_desktop.engine.commands.sequences import change_settings, show_sequence
from opendoors_desktop.engine.commands.workspace import set_fallback
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.queries.tasks import TaskRow, list_tasks
from tests.builders import (
    TimedPost,
    activities,
    add_contacts,
    email,
    enroll_all,
    make_room,
    open_context,
    run_for,
    run_now,
    standing_of,
    states,
    statuses,
    task,
)
from tests.oracle import check


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


def open_tasks(context: Context) -> list[TaskRow]:
    with context.store.read() as unit:
        return list_tasks(unit, context.scope.workspace_id, states=["open"])


@pytest.mark.parametrize(
    "step, title",
    [
        ({"type": StepType.TASK}, "Task"),
        ({"type": StepType.CALL}, "Call"),
        (email(is_manual=True), "Email to write"),
        ({"type": StepType.LINKEDIN, "linkedin_action": LinkedInAction.VIEW_PROFILE}, "LinkedIn: view profile"),
        ({"type": StepType.CALL, "task_title": "Ask {{ first_name }}"}, "Ask {{ first_name }}"),
    ],
)
async def test_a_task_without_a_title_is_called_by_what_to_do(context: Context, step: dict[str, Any], title: str):
    room = make_room(context, [step])
    await run_now(context, post := TimedPost(room.clock))
    assert [each.title for each in open_tasks(context)] == [title]
    check(room, post)


async def test_steps_that_do_not_wait_are_all_done_at_once_and_the_last_ends_the_enrollment(context: Context):
    room = make_room(context, [task(waits_for_task=False), task(waits_for_task=False), task(waits_for_task=False)])
    await run_now(context, post := TimedPost(room.clock))
    assert len(open_tasks(context)) == 0  # an enrollment that ends cancels its open tasks
    assert activities(context, "task_made") == 3
    assert statuses(context) == {"completed": 1}
    check(room, post)


async def test_who_is_held_is_noted_once_however_often_it_is_decided_anew(context: Context):
    room = make_room(context, people=0)
    enrolled = enroll_all(context, room.sequence_id, add_contacts(context, 1, first_name=None))
    await run_now(context, post := TimedPost(room.clock))
    for _ in range(3):
        pause_enrollment(context, enrolled[0])
        resume_enrollment(context, enrolled[0])
        await run_now(context, post)
    held = standing_of(context, enrolled[0])
    assert (held.enrollment.hold, held.ticket) == (HoldReason.MISSING_DATA, None)
    assert activities(context, "held") == 1
    set_fallback(context, "first_name", "there")
    await run_for(context, post, minutes=1)
    assert states(context) == {"sent": 1}
    check(room, post)


async def test_who_was_enrolled_before_the_sequence_had_a_mailbox_is_given_one_and_written_to(context: Context):
    room = make_room(context, people=0)
    change_settings(context, room.sequence_id, lambda settings: replace(settings, default_mailbox_id=None))
    [key] = enroll_all(context, room.sequence_id, add_contacts(context, 1))
    assert standing_of(context, key).enrollment.mailbox_id is None
    await run_now(context, post := TimedPost(room.clock))
    assert post.captures == []
    change_settings(context, room.sequence_id, lambda settings: replace(settings, default_mailbox_id=room.mailbox.id))
    release_hold(context, key)
    await run_for(context, post, minutes=1)
    assert states(context) == {"sent": 1}
    check(room, post)


async def test_an_email_put_off_is_a_retry_still_when_its_enrollment_is_decided_anew(context: Context):
    room = make_room(context, daily_cap=1)
    await run_now(context, post := TimedPost(room.clock, lambda _: ("rcpt", 450, "4.2.0", "Greylisted")))
    pause_enrollment(context, room.enrollment_ids[0])
    resume_enrollment(context, room.enrollment_ids[0])
    post.answer = lambda _: None
    await run_for(context, post, hours=1)
    assert states(context) == {"sent": 1}  # its place in today's cap is its own
    check(room, post)


async def test_a_sequence_that_stops_cancels_tasks_and_unsent_emails_and_says_why(context: Context):
    room = make_room(context, [task(), email(1)], people=2)
    await run_now(context, post := TimedPost(room.clock))
    stop_sequence(context, room.sequence_id)
    assert (open_tasks(context), statuses(context)) == ([], {"stopped": 2})
    assert activities(context, "stopped") == 2
    check(room, post)


async def test_an_edit_decides_everyone_in_the_sequence_anew_but_those_who_are_paused(context: Context):
    room = make_room(context, [email(5)], people=3)
    pause_enrollment(context, room.enrollment_ids[0])
    [step] = show_sequence(context, room.sequence_id).flow.ordered
    edit_steps(context, room.sequence_id, [replace(step, delay=Delay(days=1))])
    dues = [standing_of(context, key).enrollment.next_step_scheduled_at for key in room.enrollment_ids[1:]]
    assert dues == [context.clock.now() + timedelta(days=1)] * 2
    await run_for(context, post := TimedPost(room.clock), days=2)
    assert statuses(context) == {"paused": 1, "completed": 2}
    check(room, post)


async def test_a_step_whose_conditions_fail_is_skipped_and_told_of_with_its_reason(context: Context):
    never = Group(Junction.AND, (Comparison("contact.first_name", Operator.EQUALS, "Nobody"),))
    room = make_room(context, [email(), email(1, "Second", conditions=never), email(1, "Third")])
    await run_for(context, post := TimedPost(room.clock), days=4)
    assert len(post.captures) == 2
    records = standing_of(context, room.enrollment_ids[0]).enrollment.records
    assert [record.result for record in records] == [StepResult.SENT, StepResult.SKIPPED, StepResult.SENT]
    with context.store.read() as unit:
        assert len(unit.rows("SELECT detail FROM email_activities WHERE kind = 'step_skipped'")) == 1
    check(room, post)


async def test_a_paused_sequence_moves_nobody_through_any_step(context: Context):
    room = make_room(context, [task(1), email()], people=2)
    pause_sequence(context, room.sequence_id)
    await run_for(context, post := TimedPost(room.clock), days=3)
    assert (open_tasks(context), states(context)) == ([], {})
    assert statuses(context) == {"active": 2}
    check(room, post)
