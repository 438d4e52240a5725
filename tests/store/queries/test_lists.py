"""Lists as people ask for them, on both databases."""

from datetime import timedelta
from pathlib import Path

import pytest

from opendoors_desktop.engine.commands.enrollments import pause_enrollment, remove_enrollment
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.queries.activities import last_place, page_happenings
from opendoors_desktop.store.queries.enrollments import page_enrollments
from opendoors_desktop.store.queries.fields import list_own_fields
from opendoors_desktop.store.queries.sequences import find_sequence, list_sequences
from opendoors_desktop.store.queries.waiting import Waiting, find_waiting
from opendoors_desktop.store.types import as_uuid
from tests.builders import TimedPost, email, make_room, open_context, run_now
from tests.fixtures_store import NOW


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


async def test_enrollments_are_paged_and_filtered(context):
    room = make_room(context, people=3)
    owners = (context.scope.customer_id, context.scope.workspace_id)
    pause_enrollment(context, room.enrollment_ids[1])
    await run_now(context, TimedPost(room.clock))
    remove_enrollment(context, room.enrollment_ids[2])

    with context.store.read() as unit:
        shown = page_enrollments(unit, owners)
        everyone = page_enrollments(unit, owners, with_hidden=True)
        rest = page_enrollments(unit, owners, after=shown[0].id, limit=1)
        paused = page_enrollments(unit, owners, statuses=["paused"], sequence_id=room.sequence_id)
        one = page_enrollments(unit, owners, contact_id=everyone[2].contact_id, with_hidden=True)
        held = page_enrollments(unit, owners, held_only=True)

    assert [row.id for row in shown] == room.enrollment_ids[:2]
    assert len(everyone) == 3
    assert [row.id for row in rest] == room.enrollment_ids[1:2]
    assert [row.contact_email for row in paused] == ["u2@example.net"]
    assert [(row.id, row.emails_sent) for row in one] == [(room.enrollment_ids[2], 1)]
    assert held == []
    assert (shown[0].sequence, shown[0].contact_name, shown[0].completion_reason) == ("Example", "Zoe1", "finished")


async def test_what_waits_is_counted_by_mailbox(context):
    room = make_room(context, people=3)
    workspace_id = context.scope.workspace_id
    with context.store.read() as unit:
        (row,) = unit.rows("SELECT id FROM email_accounts")
        mailbox_id = as_uuid(row[0])
        assert find_waiting(unit, workspace_id, {mailbox_id}) == Waiting(3, 0)
        assert find_waiting(unit, workspace_id, set()) == Waiting(0, 0)
    await run_now(context, TimedPost(room.clock))
    with context.store.write() as unit:
        assert find_waiting(unit, workspace_id, {mailbox_id}) == Waiting(0, 0)
        unit.run("UPDATE outgoing_emails SET state = 'deferred'", {})
        assert find_waiting(unit, workspace_id, {mailbox_id}) == Waiting(0, 3)


async def test_what_happens_is_read_from_where_it_ended(context):
    room = make_room(context, people=2)
    workspace_id = context.scope.workspace_id
    since = NOW - timedelta(days=1)
    with context.store.read() as unit:
        place = last_place(unit, context.new_id())
    await run_now(context, TimedPost(room.clock))

    until = context.new_id()
    with context.store.read() as unit:
        first, behind = page_happenings(unit, workspace_id, place, until, since=since, limit=1)
        rest, end = page_happenings(unit, workspace_id, behind, until, since=since)
        nothing, stays = page_happenings(unit, workspace_id, end, until, since=since)
        old, _ = page_happenings(unit, workspace_id, place, until, since=NOW + timedelta(days=1))

    assert [first[0].kind, *sorted({each.kind for each in rest})] == ["sent", "completed", "sent"]
    assert (first[0].sequence, first[0].step, first[0].mailbox) == ("Example", 1, "ann@example.com")
    assert (nothing, stays, old) == ([], end, [])


def test_a_store_in_which_nothing_happened_begins_at_its_beginning(context):
    until = context.new_id()
    with context.store.read() as unit:
        place = last_place(unit, until)
        assert page_happenings(unit, context.scope.workspace_id, place, until, since=NOW)[0] == []


def test_sequences_are_listed_with_their_figures(context):
    room = make_room(context, [email(3)], people=2)
    pause_enrollment(context, room.enrollment_ids[0])

    with context.store.read() as unit:
        [row] = list_sequences(unit, context.scope.workspace_id)
        archived = list_sequences(unit, context.scope.workspace_id, statuses=["archived"], folder_id=context.new_id())
        found = find_sequence(unit, context.scope.workspace_id, room.sequence_id)
        nothing = find_sequence(unit, context.scope.workspace_id, context.new_id())
        fields = list_own_fields(unit, context.scope.workspace_id)

    assert (row.name, row.status, row.steps, row.active, row.paused) == ("Example", "active", 1, 1, 1)
    assert (row.totals["enrolled"], row.goal_reached) == (2, 0)
    assert (archived, found, nothing, fields) == ([], row, None, [])
