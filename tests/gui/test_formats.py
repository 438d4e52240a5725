"""Numbers, shares, days and times as a person reads them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from opendoors_desktop.gui import formats

AT = datetime(2026, 9, 14, 8, 42, tzinfo=UTC)
OSLO = ZoneInfo("Europe/Oslo")
NEW_YORK = ZoneInfo("America/New_York")


def test_a_share_has_one_digit_and_nothing_is_a_dash():
    assert formats.percent(41 / 387) == "10.6%"
    assert formats.percent(0.0, 0) == "0%"
    assert formats.percent(None) == "–"


def test_an_instant_is_told_from_the_day_it_is_seen_on():
    assert formats.when(AT, AT, OSLO) == "Today 10:42"
    assert formats.when(AT, AT - timedelta(hours=11), OSLO) == "Tomorrow 10:42"
    assert formats.when(AT, AT + timedelta(hours=14), OSLO) == "Yesterday 10:42"
    assert formats.when(AT, AT + timedelta(days=9), OSLO) == "14 Sep 10:42"


def test_what_is_late_is_due_since_then_and_never_a_time_to_come():
    assert formats.due(AT, AT, OSLO) == "Today 10:42"
    assert formats.due(AT, AT + timedelta(hours=1), OSLO) == "Due since 10:42"
    assert formats.due(AT, AT + timedelta(days=2), OSLO) == "Due since 14 Sep"


def test_a_contact_has_its_own_clock_named_by_place():
    assert formats.their_time(AT, NEW_YORK) == "04:42 in New York"
