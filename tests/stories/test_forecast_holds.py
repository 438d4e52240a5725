"""Five hundred contacts and five emails over the end of winter time: each leaves in the minute that was foretold."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from opendoors_desktop.domain.send_window import SendWindow
from opendoors_desktop.domain.step import StepType
from opendoors_desktop.engine.clock import VirtualClock
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.forecast import forecast
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
    states,
    task,
)
from tests.fixtures_store import fresh_file, sqlite_store, store_file
from tests.oracle import limits_held, problems_of

__all__ = ["fresh_file", "sqlite_store", "store_file"]

BEFORE_SUMMER_TIME = datetime(2026, 3, 25, 6, 30, tzinfo=UTC)
"""A Wednesday; on Sunday night Berlin's clocks go forward, those of New York already have."""

WORKDAY = SendWindow((True,) * 5 + (False,) * 2, time(9), time(17, 30))
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
DAYS = 45


def _five_emails() -> list[dict[str, Any]]:
    return [
        email(),
        email(2, None),
        email(3, "Another thought"),
        {"type": StepType.DELAY, "delay": email(1)["delay"]},
        email(1, None),
        task(0, waits_for_task=False),
        email(4, None),
    ]


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


async def _check_forecast_against_sends(context: Context, people: int) -> None:
    clock = context.clock
    assert isinstance(clock, VirtualClock)
    mailbox = add_mailbox(
        context,
        zone="Europe/Berlin",
        daily_cap=180,
        hourly_cap=40,
        gap=timedelta(seconds=45),
    )
    usual: dict[str, Any] = {"zone": "Europe/Berlin", "uses_contact_zone": True, "window": WORKDAY}
    one = add_sequence(context, mailbox, _five_emails(), name="One", max_emails_per_day=120, **usual)
    two = add_sequence(context, mailbox, _five_emails(), name="Two", max_new_per_day=60, **usual)
    contacts = add_contacts(context, people)
    with context.store.write() as unit:
        for number, contact_id in enumerate(contacts):
            zone = ZONES[number % len(ZONES)]
            unit.run("UPDATE contacts SET zone = :zone WHERE id = :id", {"zone": zone, "id": contact_id})
    enroll_all(context, one, contacts[: people // 2])
    enroll_all(context, two, contacts[people // 2 :])

    foretold = {(line.contact, line.sequence, line.step): line.at for line in forecast(context, days=DAYS)}
    post = TimedPost(clock)
    await run_for(context, post, days=DAYS)

    with context.store.read() as unit:
        rows = unit.rows(
            "SELECT o.message_id, o.to_address, s.name, t.step_order FROM outgoing_emails o"
            " JOIN sequences s ON s.id = o.sequence_id JOIN sequence_steps t ON t.id = o.step_id"
        )
    names = {row[0]: (row[1], row[2], row[3]) for row in rows}
    sent = {names[capture.message_id]: capture.at for capture in post.captures}
    wrong = {key: (foretold.get(key), at) for key, at in sent.items() if _minute(at) != _minute(foretold.get(key, at))}
    assert sent.keys() == foretold.keys()
    assert wrong == {}
    assert states(context) == {"sent": people * 5}
    assert limits_held(post.captures, mailbox.limits) == []
    assert problems_of(context.store, post.captures, context.scope.workspace_id) == []


async def test_every_email_leaves_in_the_minute_that_was_foretold(sqlite_store: Store, tmp_path: Path) -> None:
    await _check_forecast_against_sends(open_context(sqlite_store, tmp_path, VirtualClock(BEFORE_SUMMER_TIME)), 500)
