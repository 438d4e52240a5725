"""The scheduler over the nights in which clocks change, and over the ends of years and of February."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from opendoors_desktop.domain.send_window import SendWindow
from opendoors_desktop.engine.clock import VirtualClock
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from tests.builders import (
    TimedPost,
    add_contacts,
    add_mailbox,
    add_sequence,
    email,
    enroll_all,
    open_context,
    run_for,
)

BERLIN = "Europe/Berlin"
ZONES = (BERLIN, "Pacific/Kiritimati", "Asia/Kathmandu", "America/St_Johns")
HALF_PAST_TWO = SendWindow((True,) * 7, time(2, 30), time(4))


def opened(store: Store, folder: Path, at: datetime) -> tuple[Context, list[str]]:
    """A daily sequence of four emails at half past two of each contact's own night; gives the contacts' zones."""
    context = open_context(store, folder, VirtualClock(at))
    contacts = add_contacts(context, len(ZONES))
    with context.store.write() as unit:
        for contact_id, zone in zip(contacts, ZONES, strict=True):
            values = {"id": contact_id, "zone": zone}
            unit.run("UPDATE contacts SET time_zone = :zone, zone = :zone WHERE id = :id", values)
    parts = [email(), *[email(1, subject=None) for _ in range(3)]]
    mailbox = add_mailbox(context)
    sequence_id = add_sequence(context, mailbox, parts, window=HALF_PAST_TWO, zone=BERLIN, uses_contact_zone=True)
    enroll_all(context, sequence_id, contacts)
    return context, [f"u{number}@example.net" for number in range(1, len(ZONES) + 1)]


@pytest.mark.parametrize(
    "start",
    [
        datetime(2026, 3, 28, 12, tzinfo=UTC),  # the 29th has no half past two in Berlin
        datetime(2026, 3, 29, 0, 59, 50, tzinfo=ZoneInfo(BERLIN)),
        datetime(2026, 10, 24, 12, tzinfo=UTC),  # the 25th has it twice
        datetime(2027, 12, 30, 12, tzinfo=UTC),
        datetime(2028, 2, 27, 12, tzinfo=UTC),
    ],
    ids=["missing hour", "the second before", "doubled hour", "end of the year", "29 February"],
)
async def test_fault_27_each_step_is_sent_once_in_each_contacts_own_night(
    store: Store, tmp_path: Path, start: datetime
):
    context, people = opened(store, tmp_path, start)
    assert isinstance(context.clock, VirtualClock)
    post = TimedPost(context.clock)
    await run_for(context, post, days=7)

    zone_of = dict(zip(people, ZONES, strict=True))
    assert Counter(each.recipient for each in post.captures) == dict.fromkeys(people, 4)
    for each in post.captures:
        there = each.at.astimezone(ZoneInfo(zone_of[each.recipient]))
        assert time(2, 30) <= there.time() < time(4), (there, each)
    for person in people:
        days = [
            each.at.astimezone(ZoneInfo(zone_of[person])).date() for each in post.captures if each.recipient == person
        ]
        assert [later - earlier for earlier, later in pairwise(days)] == [timedelta(days=1)] * 3
