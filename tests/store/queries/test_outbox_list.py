"""What the outbox lists, on both databases."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.queries.outbox_list import list_attempted, list_due, list_held, list_uncertain
from tests.builders import (
    TimedPost,
    add_contacts,
    add_mailbox,
    add_sequence,
    email,
    enroll_all,
    make_room,
    open_context,
    run_now,
)
from tests.fixtures_store import NOW

ELSEWHERE = UUID(int=7)


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


def change(context, sql, **values):
    with context.store.write() as unit:
        unit.run(f"UPDATE {sql}", values)


def test_emails_are_due_in_the_order_of_their_times_over_all_lines(context):
    room = make_room(context, [email(1)], people=3)
    other = add_mailbox(context, "bob@example.com", color="#336699")
    soon = add_sequence(context, other, [email(0.5, "Soon")], name="Soon")
    late = add_sequence(context, other, [email(2)], name="Late")
    enroll_all(context, soon, add_contacts(context, 2, first=11))
    enroll_all(context, late, add_contacts(context, 1, first=21))
    workspace_id = context.scope.workspace_id

    with context.store.read() as unit:
        due = list_due(unit, workspace_id)
        first = list_due(unit, workspace_id, limit=3)
        today = list_due(unit, workspace_id, until=NOW + timedelta(days=1))
        hers = list_due(unit, workspace_id, mailbox_id=room.mailbox.id)
        nothing = list_due(unit, ELSEWHERE)

    assert [(each.sequence, each.contact) for each in due] == [
        ("Soon", "Zoe11"), ("Soon", "Zoe12"), ("Example", "Zoe1"), ("Example", "Zoe2"), ("Example", "Zoe3"),
        ("Late", "Zoe21"),
    ]  # fmt: skip
    assert (first, today, hers, nothing) == (due[:3], due[:2], due[2:5], [])
    assert (due[0].due_at, due[0].mailbox, due[0].color) == (NOW + timedelta(hours=12), "bob@example.com", "#336699")
    assert (due[0].step, due[0].subject, due[0].thread_subject, due[0].zone) == (1, "Soon", None, "UTC")
    assert (due[0].sequence_id, due[0].mailbox_id) == (soon, other.id)


async def test_what_waits_for_a_person_is_listed_with_its_reason(context):
    room = make_room(context, [email(), email(2)], people=3)
    await run_now(context, TimedPost(room.clock))
    change(
        context,
        "sequence_enrollments SET hold_reason = 'missing_data', hold_detail = 'city' WHERE id <> :id",
        id=room.enrollment_ids[0],
    )
    change(context, "sequence_enrollments SET status = 'paused' WHERE id = :id", id=room.enrollment_ids[2])
    change(context, "outgoing_emails SET state = 'uncertain' WHERE enrollment_id = :id", id=room.enrollment_ids[0])
    workspace_id = context.scope.workspace_id

    with context.store.read() as unit:
        held = list_held(unit, workspace_id)
        behind = list_held(unit, workspace_id, after=room.enrollment_ids[1])
        uncertain = list_uncertain(unit, workspace_id)
        elsewhere = list_held(unit, ELSEWHERE), list_uncertain(unit, ELSEWHERE)

    assert [(each.enrollment_id, each.reason, each.detail) for each in held] == [
        (room.enrollment_ids[1], "missing_data", "city")
    ]
    assert (held[0].contact, held[0].sequence, held[0].step, held[0].since) == ("Zoe2", "Example", 2, None)
    assert [(each.to_address, each.state) for each in uncertain] == [("u1@example.net", "uncertain")]
    assert (behind, elsewhere) == ([], ([], []))


async def test_the_emails_of_a_day_are_listed_latest_first(context):
    room = make_room(context, [email(), email(1)], people=2)
    post = TimedPost(room.clock)
    await run_now(context, post)
    room.clock.advance_to(NOW + timedelta(days=1))
    await run_now(context, post)
    workspace_id, tomorrow = context.scope.workspace_id, NOW + timedelta(days=1)

    with context.store.read() as unit:
        whole = list_attempted(unit, workspace_id, NOW, NOW + timedelta(days=2))
        first_day = list_attempted(unit, workspace_id, NOW, tomorrow)
        one = list_attempted(unit, workspace_id, NOW, NOW + timedelta(days=2), mailbox_id=room.mailbox.id, limit=1)
        none = list_attempted(unit, workspace_id, NOW, NOW + timedelta(days=2), mailbox_id=ELSEWHERE)

    assert [(each.step, each.state) for each in whole] == [(2, "sent"), (2, "sent"), (1, "sent"), (1, "sent")]
    assert (first_day, one, none) == (whole[2:], whole[:1], [])
