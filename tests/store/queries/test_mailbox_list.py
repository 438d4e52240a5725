"""Mailboxes with their figures, on both databases."""

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from opendoors_desktop.domain.mailbox import Ramp
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.mailboxes import keep_checks, retire_mailbox
from opendoors_desktop.store.queries.mailbox_list import list_mailbox_sights
from tests.builders import TimedPost, add_mailbox, change_mailbox, make_room, open_context, run_now
from tests.fixtures_store import NOW


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


def sights(context: Context, **later: float):
    with context.store.read() as unit:
        return list_mailbox_sights(unit, context.scope.workspace_id, context.clock.now() + timedelta(**later))


async def test_what_left_and_what_waits_is_counted_by_the_mailboxs_own_day(context):
    room = make_room(context, people=5, daily_cap=2)
    (before,) = sights(context)
    assert (before.sent_today, before.cap_today, before.due_today, before.waiting) == (0, 2, 5, 5)

    await run_now(context, TimedPost(room.clock))
    (after,) = sights(context)
    assert (after.sent_today, after.sent_hour, after.waiting) == (2, 2, 3)
    assert (after.tried, after.bounced) == (2, 0)

    (later,) = sights(context, hours=2)
    assert (later.sent_today, later.sent_hour) == (2, 0)
    assert sights(context, hours=15)[0].sent_today == 0

    change_mailbox(context, room.mailbox, zone=ZoneInfo("America/Los_Angeles"))
    assert sights(context, hours=15)[0].sent_today == 2


async def test_what_the_host_put_off_is_told_apart(context):
    room = make_room(context, people=2)
    post = TimedPost(room.clock, lambda _: ("rcpt", 450, "4.2.0", "come back later"))
    await run_now(context, post)
    assert (sights(context)[0].put_off, sights(context)[0].sent_today) == (2, 0)


async def test_the_ramp_up_lowers_the_cap_and_removed_mailboxes_are_left_out(context):
    ramped = add_mailbox(context, "b@example.com", daily_cap=50, ramp=Ramp(date(2026, 2, 28), 5, 5))
    gone = add_mailbox(context, "a@example.com")
    with context.store.write() as unit:
        retire_mailbox(unit, gone.id, by=context.scope.user_id, now=NOW)
        keep_checks(unit, ramped.id, {"smtp": {"connect": {"ok": True, "text": ""}}}, NOW)
    (only,) = sights(context)
    assert (only.mailbox.address, only.cap_today) == ("b@example.com", 15)
    assert only.checks["smtp"]["connect"]["ok"] is True
    assert only.checked_at == NOW
