"""When a mailbox counts as read, and how long a host that failed is left alone."""

from datetime import timedelta

import pytest

from opendoors_desktop.domain.read_times import LONGEST_PAUSE, ReadTimes, pause_after


@pytest.mark.parametrize(
    "times,is_fresh",
    [
        (ReadTimes(), False),
        (ReadTimes(inbox_at=100, others_at=100), True),
        (ReadTimes(inbox_at=40, others_at=40), True),
        (ReadTimes(inbox_at=39, others_at=100), False),
        (ReadTimes(inbox_at=100, others_at=39), False),
        (ReadTimes(inbox_at=1, others_at=100, is_listening=True), True),
        (ReadTimes(others_at=39, is_listening=True), False),
        (ReadTimes(inbox_at=100), False),
    ],
)
def test_a_mailbox_is_read_while_every_folder_answered_within_a_minute_or_is_listened_to(times, is_fresh):
    assert times.are_fresh(100) is is_fresh


def test_pauses_grow_to_a_bound_and_differ_by_chance():
    assert [pause_after(failures, 0.5).total_seconds() for failures in (1, 2, 3, 4)] == [2, 4, 8, 16]
    assert pause_after(50, 0.5) == pause_after(10_000, 0.5) == LONGEST_PAUSE
    assert pause_after(1, 0) == timedelta(seconds=1.5)
    assert pause_after(1, 1) == timedelta(seconds=2.5)
