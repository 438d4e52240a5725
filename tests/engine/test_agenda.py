"""The plan as it is looked at, and each email of it as its contact would get it."""

from datetime import UTC, date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from opendoors_desktop.domain.errors import NotFound
from opendoors_desktop.engine.agenda import plan_ahead
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.previews import preview_emails, stored_message
from opendoors_desktop.store.database import Store
from tests.builders import TimedPost, email, journal, make_room, open_context, run_now
from tests.fixtures_store import NOW

TWO = [email(subject="Hello {{ first_name }} <b>"), email(1, subject="", body_template="Again, {{ first_name }}.")]


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


def test_the_plan_has_each_email_and_counts_them_by_day_and_mailbox(context):
    room = make_room(context, TWO, people=3, daily_cap=2)
    found = plan_ahead(context, UTC, 7)
    assert found is not None
    assert [(each.contact, each.step, each.starts_thread) for each in found.emails[:2]] == [
        ("Zoe1", 1, True), ("Zoe2", 1, True),
    ]  # fmt: skip
    assert found.emails[0].at == NOW
    assert sum(found.counts.values()) == len(found.emails) == 6
    assert found.counts[date(2026, 3, 2), room.mailbox.id] == 2
    later = plan_ahead(context, ZoneInfo("Asia/Tokyo"), 7)
    assert later is not None
    assert later.emails == found.emails


def test_a_plan_nobody_wants_any_more_ends(context):
    make_room(context, people=2)
    assert plan_ahead(context, UTC, 7, lambda: True) is None


async def test_the_plan_does_not_change_what_is_sent(context):
    room = make_room(context, TWO, people=2)
    first = plan_ahead(context, UTC, 7)
    post = TimedPost(room.clock)
    await run_now(context, post)
    assert first is not None
    assert [each.at for each in post.captures] == [each.at for each in first.emails[:2]]


def test_a_preview_is_what_leaves_and_a_follow_up_answers_its_thread(context):
    make_room(context, TWO, people=1)
    plan = plan_ahead(context, UTC, 7)
    assert plan is not None
    shown = list(preview_emails(context, plan.emails).values())
    assert shown[0].subject == "Hello Zoe1 <b>"
    assert "Dear Zoe1, a word." in shown[0].text
    assert shown[1].subject == shown[0].subject
    assert "Again, Zoe1." in shown[1].text


def test_an_email_that_cannot_be_made_is_told(context):
    make_room(context, [email(subject="Hello {{ first_name[100000] }}")], people=1)
    plan = plan_ahead(context, UTC, 7)
    assert plan is not None
    (shown,) = preview_emails(context, plan.emails).values()
    assert shown.problem
    assert shown.subject == ""


async def test_what_left_is_shown_as_it_was_stored(context):
    room = make_room(context, TWO, people=1)
    await run_now(context, TimedPost(room.clock))
    (row,) = journal(context)[:1]
    shown = stored_message(context, row.id)
    assert shown.subject == "Hello Zoe1 <b>"
    assert "Dear Zoe1" in shown.text
    with pytest.raises(NotFound):
        stored_message(context, room.sequence_id)
    assert row.sent_at == NOW
