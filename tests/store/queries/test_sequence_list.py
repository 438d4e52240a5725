"""The table of a folder's sequences, on both databases."""

from datetime import timedelta
from pathlib import Path

import pytest

from opendoors_desktop.domain.enrollment import HoldReason
from opendoors_desktop.domain.sequence import GoalType
from opendoors_desktop.engine.commands.enrollments import pause_enrollment
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.queries.contact_figures import count_held, count_interested, count_meetings
from opendoors_desktop.store.queries.queue_heads import list_queue_heads
from opendoors_desktop.store.queries.sequence_list import find_with_figures, list_with_figures
from tests.builders import TimedPost, add_contacts, add_sequence, email, enroll_all, make_room, open_context, run_now
from tests.fixtures_store import NOW


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


def change(context, sql, **values):
    with context.store.write() as unit:
        unit.run(sql, values)


async def test_rows_have_live_figures_and_the_first_due_email(context):
    room = make_room(context, [email(), email(3)], people=4)
    await run_now(context, TimedPost(room.clock))
    pause_enrollment(context, room.enrollment_ids[0])
    held, hers = room.enrollment_ids[1:3]
    change(context, "UPDATE sequence_enrollments SET hold_reason = :why WHERE id = :id", why=HoldReason.HELD, id=held)
    change(
        context,
        "UPDATE sequence_enrollments SET replied_at = :at, reply_meaning = 'interested' WHERE id = :id",
        at=NOW,
        id=hers,
    )

    with context.store.read() as unit:
        [row] = list_with_figures(unit, context.scope.workspace_id)
        nothing = list_with_figures(unit, context.scope.workspace_id, folder_id=context.new_id())
        alone = find_with_figures(unit, context.scope.workspace_id, room.sequence_id)
        unknown = find_with_figures(unit, context.scope.workspace_id, context.new_id())
        archived = list_with_figures(unit, context.scope.workspace_id, statuses=["archived"])

    assert (row.sequence.name, row.sequence.totals["enrolled"], row.sequence.active) == ("Example", 4, 3)
    assert (row.interested, row.held) == (1, 1)
    assert row.next_due_at == NOW + timedelta(days=3)
    assert (nothing, archived) == ([], [])
    assert (alone, unknown) == (row, None)


def test_the_head_of_each_line_is_the_earliest_of_a_running_sequence(context):
    room = make_room(context, people=3)
    later = add_sequence(context, room.mailbox, [email(2)], name="Later")
    enroll_all(context, later, add_contacts(context, 2, first=11))
    quiet = add_sequence(context, room.mailbox, name="Quiet")
    enroll_all(context, quiet, add_contacts(context, 1, first=21))
    change(context, "UPDATE sequences SET status = 'paused' WHERE id = :id", id=quiet)

    with context.store.read() as unit:
        heads = list_queue_heads(unit, context.scope.workspace_id)
        elsewhere = list_queue_heads(unit, context.new_id())
        rows = {row.sequence.name: row.next_due_at for row in list_with_figures(unit, context.scope.workspace_id)}

    assert [(head.sequence_id, head.due_at) for head in heads] == [
        (room.sequence_id, NOW),
        (later, NOW + timedelta(days=2)),
    ]
    assert heads[0].enrollment_id == min(room.enrollment_ids)
    assert heads[0].mailbox_id == room.mailbox.id
    assert (elsewhere, rows["Quiet"]) == ([], None)


async def test_interest_and_meetings_count_delivered_contacts_alone(context):
    room = make_room(context, people=3, goal_type=GoalType.MEETINGS)
    await run_now(context, TimedPost(room.clock))
    unsent = enroll_all(context, room.sequence_id, add_contacts(context, 1, first=9))
    goal = "UPDATE sequence_enrollments SET goal_achieved_at = :at, replied_at = :at, reply_meaning = :meaning"
    for key, meaning in zip([*room.enrollment_ids[:2], *unsent], ("interested", "question", "interested"), strict=True):
        change(context, f"{goal} WHERE id = :id", at=NOW, meaning=meaning, id=key)
    change(
        context,
        "UPDATE outgoing_emails SET bounced_at = :at, bounce_kind = 'hard' WHERE enrollment_id = :id",
        at=NOW,
        id=room.enrollment_ids[1],
    )
    workspace_id = context.scope.workspace_id

    with context.store.read() as unit:
        counted = [count(unit, workspace_id) for count in (count_interested, count_meetings, count_held)]
        elsewhere = count_meetings(unit, workspace_id, context.new_id())
        here = count_meetings(unit, workspace_id, room.sequence_id)

    assert counted == [{room.sequence_id: 1}, {room.sequence_id: 1}, {}]
    assert (elsewhere, here) == ({}, counted[1])
