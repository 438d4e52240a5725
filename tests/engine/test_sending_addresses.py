"""An address that is put right: the email that bounced at once goes to the new one, after a person has looked."""

from pathlib import Path

import pytest

from opendoors_desktop.domain.enrollment import HoldReason
from opendoors_desktop.engine.commands.contacts import update_contact
from opendoors_desktop.engine.commands.enrollments import release_hold
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from tests.builders import TimedPost, email, make_room, open_context, run_for, standing_of, states, statuses
from tests.oracle import problems_of

UNKNOWN = ("rcpt", 550, "5.1.1", "No such user here")


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


async def test_a_corrected_address_gets_the_email_that_the_wrong_one_was_refused(context: Context):
    room = make_room(context, [email(), email(1, None)])
    post = TimedPost(room.clock, lambda mail: UNKNOWN if mail.recipient == "u1@example.net" else None)
    await run_for(context, post, hours=1)
    assert statuses(context) == {"bounced": 1}
    before = standing_of(context, room.enrollment_ids[0])
    update_contact(context, before.enrollment.contact_id, {"email": "right@example.net"})
    held = standing_of(context, room.enrollment_ids[0]).enrollment
    assert (held.status.value, held.hold) == ("active", HoldReason.ADDRESS_CHANGED)
    release_hold(context, room.enrollment_ids[0])
    await run_for(context, post, days=3)
    assert [capture.recipient for capture in post.captures] == ["right@example.net"] * 2
    assert states(context) == {"sent": 2}
    assert statuses(context) == {"completed": 1}
    assert problems_of(context.store, post.captures, context.scope.workspace_id) == []
