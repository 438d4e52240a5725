"""Offline is told when no mail host that was tried answers, and ends with the first that does."""

from datetime import timedelta

import pytest

from opendoors_desktop.engine.loop import RunMode, Scheduler, SchedulerOptions
from opendoors_desktop.engine.notices import Notice, Offline
from opendoors_desktop.engine.reach import Reach
from opendoors_desktop.mail.frames import SmtpFailure
from tests.builders import TimedPost, make_room, open_context
from tests.fixtures_store import NOW
from tests.sequence_builders import key

GONE = SmtpFailure("connect", 0, "", "Nothing answers.", "refused")
MINUTE = timedelta(minutes=1)
ANN, BEN = key(1), key(2)


def test_with_one_mailbox_it_is_since_the_first_try_that_failed():
    reach = Reach()
    assert reach.offline_since({ANN}) is None
    reach.failed(ANN, GONE, NOW)
    reach.failed(ANN, GONE, NOW + MINUTE)
    assert reach.offline_since({ANN}) == NOW
    reach.answered(ANN, NOW + 2 * MINUTE)
    assert reach.offline_since({ANN}) is None


def test_one_host_that_answers_is_enough():
    reach = Reach()
    reach.failed(ANN, GONE, NOW)
    reach.answered(BEN, NOW + MINUTE)
    assert reach.offline_since({ANN, BEN}) is None
    reach.failed(BEN, GONE, NOW + 2 * MINUTE)
    assert reach.offline_since({BEN}) == NOW + 2 * MINUTE


def test_what_answered_before_all_went_away_says_nothing_of_now():
    reach = Reach()
    reach.answered(BEN, NOW - MINUTE)
    reach.failed(ANN, GONE, NOW)
    assert reach.offline_since({ANN, BEN}) == NOW


def test_a_host_that_answers_badly_is_there():
    reach = Reach()
    for cause in ("tls", "auth", "closed", "not_smtp"):
        reach.failed(ANN, SmtpFailure("connect", 0, "", "No.", cause), NOW)
        assert reach.offline_since({ANN}) is None


def test_a_mailbox_that_is_no_longer_sent_from_keeps_nobody_offline():
    reach = Reach()
    reach.failed(ANN, GONE, NOW)
    assert reach.offline_since(set()) is None


@pytest.mark.usefixtures("caplog")
async def test_the_scheduler_tells_of_it_once_and_of_its_end(sqlite_store, tmp_path):
    room = make_room(open_context(sqlite_store, tmp_path), people=2)
    post, told = TimedPost(room.clock), list[Notice]()
    post.failures[room.mailbox.id] = GONE
    scheduler = Scheduler(room.context, SchedulerOptions(RunMode.FOREVER), post, told.append)  # type: ignore[arg-type]
    room.clock.at(NOW + 20 * MINUTE, post.failures.clear)
    room.clock.at(NOW + timedelta(days=1), scheduler.stop)
    await scheduler.run()

    assert told == [Offline(NOW), Offline(None)]
    assert len(post.captures) == 2
