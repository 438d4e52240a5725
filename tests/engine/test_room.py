"""What a scheduler knows of the days before it was started: no restart gives a fresh quota."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.location import Dialect
from tests.builders import TimedPost, add_contacts, enroll_all, make_room, open_context, run_for, run_now, states
from tests.oracle import limits_held, problems_of

GREYLISTED = ("rcpt", 450, "4.2.0", "Greylisted, please try again later")


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


@pytest.mark.parametrize("limit", [{"hourly_cap": 2}, {"gap": timedelta(minutes=10)}])
async def test_a_retry_of_an_email_from_days_ago_takes_its_place_in_the_hour_after_a_restart(
    context: Context, limit: dict[str, Any]
):
    room = make_room(context, people=1, **limit)
    post = TimedPost(room.clock, lambda _: GREYLISTED)
    await run_now(context, post)
    room.clock.advance_to(room.clock.now() + timedelta(days=5))  # the machine was off
    post.answer = lambda _: None
    await run_now(context, post)
    assert states(context) == {"sent": 1}
    enroll_all(context, room.sequence_id, add_contacts(context, 5, first=10))
    await run_for(context, post, hours=6)
    assert len(post.captures) == 6
    assert limits_held(post.captures, room.mailbox.limits) == []
    assert problems_of(context.store, post.captures, context.scope.workspace_id) == []


@pytest.mark.parametrize("limit", ["daily_cap", "hourly_cap"])
async def test_a_restart_after_every_email_gives_no_fresh_quota(context: Context, limit: str):
    caps: Any = {limit: 3}
    room = make_room(context, people=8, connections=1, **caps)
    post = TimedPost(room.clock)
    for _ in range(12):
        await run_now(context, post)
        room.clock.advance_to(room.clock.now() + timedelta(minutes=4))
    assert len(post.captures) == 3
    assert limits_held(post.captures, room.mailbox.limits) == []


def test_emails_that_were_tried_again_are_found_by_an_index(context: Context):
    condition = (
        "mailbox_id = :id AND first_attempted_at < :at AND last_attempted_at >= :at"
        " AND last_attempted_at <> first_attempted_at"
    )
    explain = "EXPLAIN QUERY PLAN" if context.store.location.dialect is Dialect.SQLITE else "EXPLAIN"
    with context.store.write() as unit:
        if context.store.location.dialect is Dialect.POSTGRES:
            unit.run("SET LOCAL enable_seqscan = off")
        rows = unit.rows(
            f"{explain} SELECT 1 FROM outgoing_emails WHERE {condition}",
            {"id": context.new_id(), "at": context.clock.now()},
        )
    assert "ix_outgoing_emails_tried_again" in str(rows)
