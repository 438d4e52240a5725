"""What comes in, from the bytes of a mail to what the store says after it: counted once, and equal to a recount."""

from datetime import timedelta
from pathlib import Path

import pytest

from opendoors_desktop.domain.enrollment import CompletionReason, EnrollmentStatus, HoldReason
from opendoors_desktop.domain.mailbox import MailboxStatus
from opendoors_desktop.domain.reaction import Bucket
from opendoors_desktop.domain.sequence import GoalType
from opendoors_desktop.domain.suppression import SuppressionReason
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from tests.builders import (
    activities,
    mailbox_now,
    open_context,
    run_for,
    standing_of,
)
from tests.engine.inbound_rooms import REPLIED, RUNNING, scene_of
from tests.oracle import Capture


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


@pytest.fixture(autouse=True)
def _warned(caplog: pytest.LogCaptureFixture) -> None:
    """These tests look at what follows from warnings, not at each of them."""


async def test_who_answers_gets_no_follow_up_and_the_others_do(context: Context):
    scene = await scene_of(context, people=2)
    first, second = scene.post.captures

    assert scene.answer(first) is Bucket.REPLY

    assert (scene.standing(first), scene.standing(second)) == (REPLIED, RUNNING)
    assert scene.totals() == {"sent": 2, "delivered": 2, "replied": 1}
    assert activities(context, "replied") == 1
    await scene.check(later=1)


async def test_a_mail_that_is_read_twice_counts_once(context: Context):
    scene = await scene_of(context)
    mail = f"From: x@example.org\nIn-Reply-To: <{scene.post.captures[0].message_id}>\nSubject: Re: Hello\n\nYes.\n"

    assert [scene.come(mail) for _ in range(3)] == [Bucket.REPLY, None, None]

    assert scene.totals()["replied"] == 1
    await scene.check()


async def test_a_second_answer_is_kept_and_counted_for_the_enrollment_alone(context: Context):
    scene = await scene_of(context)
    [first] = scene.post.captures
    scene.answer(first)
    scene.answer(first, "One more thing.")

    assert scene.totals()["replied"] == 1
    with context.store.read() as unit:
        assert unit.rows("SELECT total_replies FROM sequence_enrollments") == [(2,)]
    await scene.check()


async def test_where_a_reply_stops_nothing_the_follow_up_leaves_and_the_reply_is_counted(context: Context):
    scene = await scene_of(context, stop_on_reply=False)
    [first] = scene.post.captures
    scene.answer(first)

    assert scene.standing(first) == RUNNING
    assert scene.totals()["replied"] == 1
    await scene.check(later=1)


async def test_a_goal_of_replies_is_reached_before_the_reply_stops(context: Context):
    scene = await scene_of(context, goal_type=GoalType.REPLIES)
    [first] = scene.post.captures
    scene.answer(first)

    assert scene.standing(first) == (EnrollmentStatus.COMPLETED, CompletionReason.GOAL_ACHIEVED)
    assert activities(context, "goal_achieved") == 1
    await scene.check()


async def test_T54_an_automatic_answer_stops_nothing_and_an_absence_puts_off(context: Context):
    scene = await scene_of(context)
    [first] = scene.post.captures
    back = (context.clock.now() + timedelta(days=14)).date()

    bucket = scene.answer(
        first, f"I am out of the office until {back:%d %B %Y}.", Auto_Submitted="auto-replied", Subject="Out of office"
    )

    assert bucket is Bucket.AUTO_REPLY
    assert scene.standing(first) == RUNNING
    waiting_until = standing_of(context, scene.enrollment_of(first)).enrollment.waiting_until
    assert waiting_until is not None
    assert back < waiting_until.date() <= back + timedelta(days=4), "one working day after the date they name"
    assert "replied" not in scene.totals()
    await run_for(context, scene.post, days=13)
    assert len(scene.post.captures) == 1
    await scene.check(later=1)


async def test_a_hard_bounce_suppresses_ends_and_takes_back_what_was_counted_as_delivered(context: Context):
    scene = await scene_of(context, people=2)
    first, second = scene.post.captures

    assert scene.bounce(first, "5.1.1", "550 5.1.1 No such user here") is Bucket.BOUNCE

    assert scene.standing(first) == (EnrollmentStatus.BOUNCED, CompletionReason.BOUNCED)
    assert scene.totals() == {"sent": 2, "delivered": 1, "bounced": 1}
    assert standing_of(context, scene.enrollment_of(first)).suppression is SuppressionReason.HARD_BOUNCE
    assert scene.standing(second) == RUNNING
    await scene.check(later=1)


@pytest.mark.parametrize("status,words", [("5.7.1", "550 5.7.1 blocked as spam"), ("4.2.2", "452 4.2.2 Mailbox full")])
async def test_fault_09_a_bounce_for_policy_or_a_full_mailbox_burns_no_address(context: Context, status, words):
    scene = await scene_of(context)
    [first] = scene.post.captures
    scene.bounce(first, status, words)

    assert scene.standing(first) == RUNNING
    assert standing_of(context, scene.enrollment_of(first)).suppression is None
    await scene.check(later=1)


async def test_fault_32_a_forged_bounce_changes_nothing_and_is_shown_for_review(context: Context):
    scene = await scene_of(context)
    [first] = scene.post.captures
    forged = Capture("never-ours@example.com", first.recipient, first.at)

    assert scene.bounce(forged, "5.1.1", "550 5.1.1 No such user here") is Bucket.UNMATCHED

    assert scene.standing(first) == RUNNING
    with context.store.read() as unit:
        assert [bool(row[0]) for row in unit.rows("SELECT needs_review FROM inbound_emails")] == [True]
    await scene.check(later=1)


async def test_who_asks_to_be_left_alone_is_written_to_by_nobody(context: Context):
    scene = await scene_of(context)
    [first] = scene.post.captures

    assert scene.answer(first, "Please unsubscribe me from your list.") is Bucket.UNSUBSCRIBE

    assert scene.standing(first) == (EnrollmentStatus.UNSUBSCRIBED, CompletionReason.UNSUBSCRIBED)
    assert scene.totals() == {"sent": 1, "delivered": 1, "unsubscribed": 1}
    assert standing_of(context, scene.enrollment_of(first)).suppression is SuppressionReason.UNSUBSCRIBED
    await scene.check()


async def test_a_new_mail_from_the_contact_is_their_reply_too_and_marked_probable(context: Context):
    scene = await scene_of(context)
    [first] = scene.post.captures
    assert scene.answer(first, "About your mail: when?", In_Reply_To="", Subject="Your offer") is Bucket.REPLY

    with context.store.read() as unit:
        [(matched_by, probable)] = unit.rows("SELECT matched_by, is_probable FROM inbound_emails")
    assert (matched_by, bool(probable)) == ("address", True)
    assert scene.standing(first) == REPLIED
    await scene.check()


async def test_mail_of_strangers_is_not_kept(context: Context):
    scene = await scene_of(context)
    assert scene.come("From: friend@example.net\nSubject: Dinner?\nMessage-ID: <d@x>\n\nTonight at eight?\n") is None
    with context.store.read() as unit:
        assert unit.rows("SELECT count(*) FROM inbound_emails") == [(0,)]
    await scene.check(later=1)


async def test_our_own_mail_in_a_folder_of_everything_is_no_reply(context: Context):
    scene = await scene_of(context)
    [first] = scene.post.captures
    assert scene.answer(first, From=scene.room.mailbox.address) is None
    await scene.check(later=1)


async def test_a_reply_to_somebody_paused_ends_them_and_to_somebody_who_ended_is_counted(context: Context):
    from opendoors_desktop.engine.commands.enrollments import pause_enrollment, remove_enrollment

    scene = await scene_of(context, people=2)
    first, second = scene.post.captures
    pause_enrollment(context, scene.enrollment_of(first))
    remove_enrollment(context, scene.enrollment_of(second))
    scene.answer(first)
    scene.answer(second)

    assert scene.standing(first) == REPLIED
    assert scene.standing(second)[1] is CompletionReason.MANUAL_STOP
    assert scene.totals()["replied"] == 2
    await scene.check()


async def test_too_many_bounces_pause_the_mailbox(context: Context):
    scene = await scene_of(context, people=7)
    for capture in scene.post.captures[:5]:
        scene.bounce(capture, "5.1.1", "550 5.1.1 No such user here")
    assert mailbox_now(context, scene.room.mailbox).status is MailboxStatus.ACTIVE

    scene.bounce(scene.post.captures[5], "5.1.1", "550 5.1.1 No such user here")

    paused = mailbox_now(context, scene.room.mailbox)
    assert (paused.status, paused.status_reason) == (MailboxStatus.PAUSED, "bounce_rate")
    await scene.check()


async def test_a_held_email_waits_for_a_person_where_a_colleague_answers(context: Context):
    scene = await scene_of(context)
    [first] = scene.post.captures
    domain = first.recipient.partition("@")[2]

    scene.answer(first, "I look after this now.", From=f"boss@{domain}", In_Reply_To="")

    held = standing_of(context, scene.enrollment_of(first)).enrollment
    assert held.status is EnrollmentStatus.ACTIVE
    assert held.hold in {HoldReason.COLLEAGUE_REPLIED, None}
