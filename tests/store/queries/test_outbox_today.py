"""What waits for a person and what left today, on both databases."""

from datetime import timedelta
from pathlib import Path

import pytest

from opendoors_desktop.engine.commands.next_email import hold_next
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.queries.outbox_today import count_left, list_held, list_left, list_uncertain
from tests.builders import TimedPost, email, make_room, open_context, run_now
from tests.fixtures_store import NOW


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


def answer(transmission):
    return {"u2@example.net": "dot", "u3@example.net": ("rcpt", 550, "5.1.1", "<b>unknown</b>")}.get(
        transmission.recipient
    )


async def test_what_waits_for_a_person_and_what_left(context):
    room = make_room(context, [email(), email(1)], people=4)
    hold_next(context, room.enrollment_ids[3])
    await run_now(context, TimedPost(room.clock, answer))
    workspace_id = context.scope.workspace_id
    with context.store.read() as unit:
        (held,) = list_held(unit, workspace_id)
        (unsure,) = list_uncertain(unit, workspace_id)
        left = list_left(unit, workspace_id, NOW)
        counted = count_left(unit, workspace_id, NOW)
        later = list_left(unit, workspace_id, NOW + timedelta(minutes=1))
    assert (held.contact, held.reason, held.sequence) == ("Zoe4", "held", "Example")
    assert unsure.to_address == "u2@example.net"
    assert {row.to_address: row.state for row in left} == {"u1@example.net": "sent", "u3@example.net": "failed"}
    assert counted == {room.mailbox.id: 2}
    assert later == []
