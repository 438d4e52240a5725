"""One level and one reason: what blocks goes before what needs a look."""

from datetime import timedelta
from typing import Any

import pytest

from opendoors_desktop.domain.health import HealthFacts, HealthLevel, health_of
from opendoors_desktop.domain.sequence import SequenceStatus

WELL: dict[str, Any] = {"status": SequenceStatus.ACTIVE, "enrolled": 9, "unfinished": 3, "mailboxes": 2}
FAILS = ("ana@example.com", "the password was refused.")

BLOCKED: list[tuple[dict[str, Any], str, str]] = [
    ({"problems": 2}, "problems", "2 problems"),
    ({"is_stopped_for_all": True}, "emergency_stop", "stopped for everyone"),
    ({"is_sending_here": False}, "sending_off", "Sending is off"),
    ({"mailboxes": 1, "failing_mailboxes": (FAILS,)}, "mailboxes_failing", "ana@example.com can't send"),
    ({"oldest_due": timedelta(hours=1, minutes=5)}, "overdue", "1 hour."),
]
LOOKS: list[tuple[dict[str, Any], str, str]] = [
    ({"uncertain": 1}, "uncertain", "1 email may"),
    ({"failed": 2}, "failed", "2 contacts"),
    ({"failing_mailboxes": (FAILS,)}, "mailbox_failing", "the password was refused"),
    ({"bounce_rate": 0.06}, "bounces", "6% of the last emails"),
    ({"held": 1}, "held", "1 contact held"),
]


@pytest.mark.parametrize("level,cases", [(HealthLevel.BLOCKED, BLOCKED), (HealthLevel.ATTENTION, LOOKS)])
def test_each_reason_is_told_and_earlier_ones_go_before(level, cases):
    for number, (change, code, words) in enumerate(cases):
        health = health_of(HealthFacts(**WELL | change))
        assert (health.level, health.code) == (level, code)
        assert words in health.sentence
        assert health.advice
        for later, _, _ in cases[number + 1 :]:
            if "mailboxes" not in later:
                assert health_of(HealthFacts(**WELL | later | change)).code == code


def test_what_blocks_goes_before_what_needs_a_look():
    assert health_of(HealthFacts(**WELL, problems=1, uncertain=5)).code == "problems"


def test_sending_elsewhere_is_sending_and_tasks_alone_need_none():
    assert health_of(HealthFacts(**WELL, is_sending_here=False, is_sending_elsewhere=True)).code == "good"
    assert health_of(HealthFacts(**WELL, is_stopped_for_all=True, has_emails=False)).code == "good"


def test_a_bounce_rate_of_five_per_cent_is_borne():
    assert health_of(HealthFacts(**WELL, bounce_rate=0.05)).code == "good"


@pytest.mark.parametrize("status", [status for status in SequenceStatus if status is not SequenceStatus.ACTIVE])
def test_what_is_not_active_rests(status):
    health = health_of(HealthFacts(status, problems=5))
    assert (health.level, health.code) == (HealthLevel.RESTING, f"sequence_{status}")


def test_when_nothing_is_wrong_it_says_whether_there_is_anybody():
    assert health_of(HealthFacts(SequenceStatus.ACTIVE)).code == "nobody"
    assert health_of(HealthFacts(SequenceStatus.ACTIVE, enrolled=2)).code == "all_through"
    assert health_of(HealthFacts(**WELL)).level is HealthLevel.GOOD
