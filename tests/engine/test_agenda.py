"""The plan as it is looked at, and each email of it as its contact would get it."""

import asyncio
from datetime import UTC, date
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from opendoors_desktop.domain.condition import Comparison, Group, Junction, Operator
from opendoors_desktop.domain.errors import NotFound
from opendoors_desktop.domain.step import Branch, StepType
from opendoors_desktop.engine.agenda import plan_ahead
from opendoors_desktop.engine.commands.trial_emails import send_test
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.previews import preview_emails, stored_message
from opendoors_desktop.store.database import Store
from tests.builders import TimedPost, email, journal, make_room, open_context, run_for, run_now
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
    assert shown[1].subject == "Re: Hello Zoe1 <b>"
    assert "Again, Zoe1." in shown[1].text


@pytest.mark.parametrize(
    "first, answer",
    [("Hello {{ first_name }}", "Re: Hello Zoe1"), ("{{ 're' }}: your call, {{ first_name }}", "re: your call, Zoe1")],
)
def test_preview_test_and_what_leaves_have_one_subject_with_re_once(context, first, answer):
    room = make_room(context, [email(subject=first), email(1, subject=None), email(1, subject=None)], people=1)
    plan = plan_ahead(context, UTC, 7)
    assert plan is not None
    shown = [each.subject for each in preview_emails(context, plan.emails).values()]
    send_test(context, room.sequence_id, 3, to="boss@example.org", enrollment_id=room.enrollment_ids[0])
    post = TimedPost(room.clock)
    asyncio.run(run_for(context, post, days=4))

    left = [subject_of(each.message) for _, each in post.delivered]
    assert sorted(left) == sorted([shown[0], answer, answer, answer])
    assert shown[1:] == [answer, answer]


def test_a_test_of_a_follow_up_answers_the_thread_on_the_way_to_it(context):
    fork, is_zoe = UUID(int=9), Comparison("contact.first_name", Operator.EQUALS, "Zoe1")
    yes, no = ({"parent_id": fork, "branch": branch} for branch in (Branch.YES, Branch.NO))
    parts = [
        email(subject="First"),
        {"type": StepType.CONDITIONAL, "id": fork, "conditions": Group(Junction.AND, (is_zoe,))},
        email(subject="Yes") | yes,
        email(subject=None) | yes,
        email(subject=None) | no,
    ]
    room = make_room(context, parts, people=1)
    for number in (4, 5):
        send_test(context, room.sequence_id, number, to="boss@example.org")
    asyncio.run(run_now(context, post := TimedPost(room.clock)))

    assert {"Re: Yes", "Re: First"} <= {subject_of(each.message) for _, each in post.delivered}


def subject_of(message: bytes) -> str:
    return str(message_from_bytes(message, policy=default)["subject"])


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
