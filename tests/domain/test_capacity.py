"""Which limit binds."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from opendoors_desktop.domain.capacity import (
    DayLimit,
    Demand,
    Outlet,
    limit_of_outlet,
    limits_a_day,
    window_length,
)
from opendoors_desktop.domain.mailbox import MailboxLimits, Ramp
from opendoors_desktop.domain.pace_rules import Rule
from opendoors_desktop.domain.send_window import SendWindow
from tests.sequence_builders import key

DAY = date(2026, 3, 2)
FREE = MailboxLimits(key(1), ZoneInfo("UTC"))
EIGHT_HOURS = SendWindow(start=time(9), end=time(17))
OPEN = Demand(EIGHT_HOURS, None, None, timedelta())


def outlet(address: str = "a@example.com", **limits: Any) -> Outlet:
    return Outlet(address, replace(FREE, **limits))


@pytest.mark.parametrize(
    "start, end, hours", [(None, None, 24), (time(9), time(17), 8), (time(22), time(6), 8), (time(0), time(0, 30), 0.5)]
)
def test_a_window_is_open_so_long_a_day(start: time | None, end: time | None, hours: float):
    assert window_length(SendWindow(start=start, end=end)) == timedelta(hours=hours)


@pytest.mark.parametrize(
    "limits, throttle, rule, emails",
    [
        ({"daily_cap": 50}, 0, Rule.DAILY_CAP, 50),
        ({"daily_cap": 50, "ramp": Ramp(DAY, 10, 5)}, 0, Rule.RAMP, 10),
        ({"daily_cap": 5, "ramp": Ramp(DAY, 10, 5)}, 0, Rule.DAILY_CAP, 5),
        ({"hourly_cap": 3}, 0, Rule.HOURLY_CAP, 24),
        ({"gap": timedelta(minutes=4)}, 0, Rule.GAP, 97),
        ({}, 60, Rule.THROTTLE, 8),
        ({"daily_cap": 50, "hourly_cap": 10}, 60, Rule.THROTTLE, 8),
        ({"daily_cap": 0}, 60, Rule.DAILY_CAP, 0),
    ],
)
def test_the_tightest_limit_of_a_mailbox(limits: dict[str, Any], throttle: int, rule: Rule, emails: int):
    demand = replace(OPEN, throttle=timedelta(minutes=throttle))
    assert limit_of_outlet(outlet(**limits), demand, DAY) == DayLimit(rule, emails, "a@example.com")


def test_a_mailbox_without_limits_limits_nothing():
    assert limit_of_outlet(outlet(), OPEN, DAY) is None
    assert limits_a_day([outlet()], OPEN, DAY) == ()


def test_mailboxes_bind_where_together_they_send_less_than_the_sequence_may():
    outlets = [outlet("a@example.com", daily_cap=30), outlet("b@example.com", daily_cap=40)]
    mine = (DayLimit(Rule.DAILY_CAP, 30, "a@example.com"), DayLimit(Rule.DAILY_CAP, 40, "b@example.com"))
    assert limits_a_day(outlets, replace(OPEN, max_per_day=70), DAY) == (*mine, DayLimit(Rule.SEQUENCE_CAP, 70))
    assert limits_a_day(outlets, replace(OPEN, max_per_day=69), DAY) == (DayLimit(Rule.SEQUENCE_CAP, 69), *mine)
    assert limits_a_day(outlets, OPEN, DAY) == mine


def test_the_sequence_binds_where_a_mailbox_has_no_limit():
    outlets = [outlet("a@example.com", daily_cap=1), outlet("b@example.com")]
    limits = limits_a_day(outlets, replace(OPEN, max_per_day=1000), DAY)
    assert [limit.rule for limit in limits] == [Rule.SEQUENCE_CAP, Rule.DAILY_CAP]


def test_a_limit_of_new_contacts_is_named_beside():
    limits = limits_a_day([], replace(OPEN, max_per_day=10, max_new_per_day=4), DAY)
    assert limits == (DayLimit(Rule.SEQUENCE_CAP, 10), DayLimit(Rule.NEW_CONTACTS_CAP, 4, is_of_first=True))
