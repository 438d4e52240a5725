"""Emails that a person sends: a manual step's, as it is or edited, and tests of a step."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from opendoors_desktop.domain.errors import InputError, NotFound, NotPossible
from opendoors_desktop.domain.step import StepResult
from opendoors_desktop.domain.suppression import SuppressionReason
from opendoors_desktop.engine.commands.by_hand import Edited, send_task_email
from opendoors_desktop.engine.commands.enrollments import pause_enrollment
from opendoors_desktop.engine.commands.sequences import change_settings
from opendoors_desktop.engine.commands.store_care import check_store
from opendoors_desktop.engine.commands.suppressions import suppress
from opendoors_desktop.engine.commands.trial_emails import send_test
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.queries.tasks import list_tasks
from tests.builders import (
    Room,
    TimedPost,
    add_sequence,
    email,
    journal,
    make_room,
    open_context,
    run_now,
    standing_of,
    states,
    task,
)


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


async def room_with_letter(context: Context, **more: Any) -> tuple[Room, UUID]:
    """A room whose contact's first step is an email by hand, made into a task."""
    room = make_room(context, [email(is_manual=True, **more), email(2, None)])
    await run_now(context, TimedPost(room.clock))
    with context.store.read() as unit:
        [found] = list_tasks(unit, context.scope.workspace_id, states=["open"])
    assert found.kind == "email"
    return room, found.id


async def sent(room: Room) -> str:
    """What leaves next, as text."""
    post = TimedPost(room.clock)
    await run_now(room.context, post)
    [(_, transmission)] = post.delivered
    return transmission.message.decode()


async def test_as_it_is_it_is_the_steps_email(context):
    room, task_id = await room_with_letter(context)

    queued = send_task_email(context, task_id)

    assert (queued.to_address, queued.mailbox) == ("u1@example.net", "ann@example.com")
    message = await sent(room)
    assert "Subject: Hello Zoe1" in message
    assert f"Message-ID: {queued.message_id}" in message
    enrollment = standing_of(context, room.enrollment_ids[0]).enrollment
    assert [each.result for each in enrollment.records] == [StepResult.SENT]
    assert check_store(context).is_sound


@pytest.mark.parametrize(
    "edited,subject,body",
    [
        (Edited("About {{ you }}", "So: {{ you }}"), "About {{ you }}", "So: {{ you }}"),
        (Edited(body="Dear all of {{ them }}"), "Hello Zoe1", "Dear all of {{ them }}"),
        (Edited(subject="Only {{ this }}"), "Only {{ this }}", "Dear Zoe1, a word."),
    ],
)
async def test_what_a_person_wrote_is_sent_as_it_stands(context, edited, subject, body):
    room, task_id = await room_with_letter(context)

    send_task_email(context, task_id, edited)

    message = await sent(room)
    assert f"Subject: {subject}" in message
    assert body in message
    assert states(context) == {"sent": 1}


async def test_it_is_sent_once(context):
    room, task_id = await room_with_letter(context)
    send_task_email(context, task_id)
    await sent(room)

    with pytest.raises(NotPossible) as refused:
        send_task_email(context, task_id)

    assert refused.value.code == "task_not_open"
    assert len(journal(context)) == 1


async def test_who_must_not_be_written_to_is_refused(context):
    room = make_room(context, [email(is_manual=True)], stop_on_bounce=False)
    await run_now(context, TimedPost(room.clock))
    with context.store.read() as unit:
        [found] = list_tasks(unit, context.scope.workspace_id)
    suppress(context, "u1@example.net", SuppressionReason.HARD_BOUNCE)

    with pytest.raises(NotPossible) as refused:
        send_task_email(context, found.id)

    assert refused.value.code == "suppressed"
    assert journal(context) == []


async def test_paused_missing_and_other_tasks_are_refused(context):
    room, task_id = await room_with_letter(context)
    with pytest.raises(NotPossible) as empty:
        send_task_email(context, task_id, Edited(subject=""))
    assert empty.value.code == "no_subject"
    pause_enrollment(context, room.enrollment_ids[0])
    with pytest.raises(NotPossible) as paused:
        send_task_email(context, task_id)
    assert paused.value.code == "enrollment_not_active"
    with pytest.raises(NotFound):
        send_task_email(context, context.new_id())
    assert journal(context) == []


async def test_a_field_that_went_missing_meanwhile_is_named(context):
    _, task_id = await room_with_letter(context)
    with context.store.write() as unit:
        unit.run("UPDATE contacts SET first_name = ''")

    with pytest.raises(NotPossible) as missing:
        send_task_email(context, task_id)
    assert (missing.value.code, "first_name" in missing.value.title) == ("missing_data", True)


async def test_a_task_that_is_no_email_is_ended_otherwise(context):
    room = make_room(context, [task()])
    await run_now(context, TimedPost(room.clock))
    with context.store.read() as unit:
        [found] = list_tasks(unit, context.scope.workspace_id)

    with pytest.raises(NotPossible) as refused:
        send_task_email(context, found.id)
    assert refused.value.code == "no_email"


async def test_a_test_goes_to_oneself_and_counts_nowhere(context):
    room = make_room(context, [email(5), email(2, None)])

    queued = send_test(context, room.sequence_id)

    assert queued.to_address == "ann@example.com"
    assert "Subject: Hello Zoe1" in await sent(room)
    found = check_store(context)
    assert found.is_sound
    with context.store.read() as unit:
        assert unit.row("SELECT total_sent FROM sequences") == (0,)


async def test_a_test_of_a_follow_up_bears_the_threads_subject(context):
    room = make_room(context, [email(5), email(2, None)])

    send_test(context, room.sequence_id, 2, to="boss@example.org", enrollment_id=room.enrollment_ids[0])

    message = await sent(room)
    assert "Subject: Re: Hello Zoe1" in message
    assert "boss@example.org" in message


async def test_without_anybody_the_fields_stand_in_brackets(context):
    room = make_room(context, [email(5)], people=0)

    send_test(context, room.sequence_id, mailbox="ann@example.com")

    assert "Hello [first_name]" in await sent(room)


def test_what_cannot_be_tested_is_refused(context):
    room = make_room(context, [task(), email(5)])
    bare = add_sequence(context, room.mailbox, [email()], name="Bare")
    change_settings(context, bare, lambda settings: replace(settings, default_mailbox_id=None))

    for act, kind in (
        (lambda: send_test(context, room.sequence_id, 1), NotPossible),
        (lambda: send_test(context, room.sequence_id, 3), NotFound),
        (lambda: send_test(context, room.sequence_id, 2, to="nobody"), InputError),
        (lambda: send_test(context, room.sequence_id, 2, mailbox="x@example.com"), NotFound),
        (lambda: send_test(context, bare, 1), NotPossible),
    ):
        with pytest.raises(kind):
            act()
    assert journal(context) == []
