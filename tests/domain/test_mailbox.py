"""What a mailbox may send a day, and when it has to pause itself."""

from datetime import date, timedelta

import pytest

from opendoors_desktop.domain.mailbox import Ramp, cap_on, is_bouncing_too_much, ramped_on
from tests.domain.pace_builders import mailbox

RAMP = Ramp(date(2026, 11, 2), first_cap=10, step_per_day=5)


@pytest.mark.parametrize(
    "day, cap", [(date(2026, 10, 1), 10), (date(2026, 11, 2), 10), (date(2026, 11, 3), 15), (date(2026, 11, 22), 110)]
)
def test_a_ramp_up_allows_so_many_more_each_day(day: date, cap: int) -> None:
    assert ramped_on(RAMP, day) == cap


def test_the_daily_cap_is_lowered_by_the_ramp_up_and_never_raised() -> None:
    limits = mailbox(daily_cap=20, ramp=RAMP)
    caps = [cap_on(limits, RAMP.starts_on + timedelta(days=days)) for days in range(5)]
    assert caps == [10, 15, 20, 20, 20]


def test_none_is_no_limit_and_nothing_is_nothing() -> None:
    assert cap_on(mailbox(), date(2026, 11, 23)) is None
    assert cap_on(mailbox(daily_cap=0), date(2026, 11, 23)) == 0
    assert cap_on(mailbox(ramp=RAMP), date(2026, 11, 4)) == 20


def test_the_sixth_bounce_of_the_last_hundred_pauses() -> None:
    assert not is_bouncing_too_much(5)
    assert is_bouncing_too_much(6)
