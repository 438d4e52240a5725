"""Wall-clock times and days of every zone, checked against clocks that are simply looked at."""

import random
import struct
from datetime import UTC, date, datetime, timedelta, timezone
from importlib.resources import files
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.local_time import as_utc, instant_of, local_day, next_day_starts, place_of

ZONES = sorted(available_timezones() - {"localtime", "Factory", "posixrules"})
BERLIN = ZoneInfo("Europe/Berlin")
ST_JOHNS = ZoneInfo("America/St_Johns")
APIA = ZoneInfo("Pacific/Apia")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


def wall(zone: ZoneInfo, instant: datetime) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def test_a_wall_clock_time_that_does_not_exist_means_the_first_one_that_does() -> None:
    assert instant_of(BERLIN, datetime(2026, 3, 29, 2, 30)) == utc(2026, 3, 29, 1)
    assert instant_of(BERLIN, datetime(2026, 3, 29, 2, 59, 59, 999_999)) == utc(2026, 3, 29, 1)
    assert instant_of(BERLIN, datetime(2026, 3, 29, 3)) == utc(2026, 3, 29, 1)


def test_a_wall_clock_time_that_occurs_twice_means_the_first() -> None:
    assert instant_of(BERLIN, datetime(2026, 10, 25, 2, 30)) == utc(2026, 10, 25, 0, 30)
    assert instant_of(BERLIN, datetime(2026, 10, 25, 2, 30, fold=1)) == utc(2026, 10, 25, 0, 30)


def test_every_time_of_a_day_that_never_was_means_the_next_midnight() -> None:
    assert instant_of(APIA, datetime(2011, 12, 30, 15)) == utc(2011, 12, 30, 10)
    assert wall(APIA, utc(2011, 12, 30, 10)) == datetime(2011, 12, 31)


def test_in_every_zone_a_wall_clock_time_means_the_first_instant_not_before_it() -> None:
    chance = random.Random(3)
    for key in ZONES:
        zone = ZoneInfo(key)
        for _ in range(8):
            asked = datetime(1970, 1, 3) + timedelta(minutes=chance.randrange(130 * 365 * 1440))
            found = instant_of(zone, asked)
            assert wall(zone, found) >= asked
            for minutes in (1 / 60, 20, 40, 60, 90, 120, 180, 1440):
                assert wall(zone, found - timedelta(minutes=minutes)) < asked, (key, asked)


@given(st.sampled_from(ZONES), st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)), st.integers(0, 3000))
def test_later_wall_clock_times_never_mean_earlier_instants(key: str, asked: datetime, minutes: int) -> None:
    zone = ZoneInfo(key)
    assert instant_of(zone, asked) <= instant_of(zone, asked + timedelta(minutes=minutes))


def test_no_zone_changes_its_clocks_twice_within_the_days_over_which_openings_are_taken_as_steady() -> None:
    closest = timedelta.max
    for key in ZONES:
        changes = [at for at in clock_changes(key) if at >= 0]
        closest = min([closest, *(timedelta(seconds=b - a) for a, b in pairwise(changes))])
    assert closest > timedelta(days=6.5)


def clock_changes(key: str) -> list[int]:
    """The seconds since 1970 at which a zone's distance from UTC changes, read from its file (RFC 9636)."""
    content = files("tzdata").joinpath("zoneinfo", key).read_bytes()
    counts = struct.unpack(">6l", content[20:44])
    utc_count, std_count, leap_count, time_count, type_count, char_count = counts
    second = 44 + time_count * 5 + type_count * 6 + char_count + leap_count * 8 + std_count + utc_count
    time_count, type_count = struct.unpack(">2l", content[second + 32 : second + 40])
    at = second + 44
    times = struct.unpack(f">{time_count}q", content[at : at + 8 * time_count])
    kinds = content[at + 8 * time_count : at + 9 * time_count]
    types = at + 9 * time_count
    offsets = [struct.unpack(">l", content[types + 6 * n : types + 6 * n + 4])[0] for n in range(type_count)]
    seen = [offsets[0], *(offsets[kind] for kind in kinds)]
    return [moment for moment, (before, after) in zip(times, pairwise(seen), strict=True) if before != after]


def test_local_day_is_the_date_the_calendars_show_in_every_zone() -> None:
    chance = random.Random(5)
    for key in ZONES:
        zone = ZoneInfo(key)
        for _ in range(20):
            at = utc(1970, 1, 3) + timedelta(seconds=chance.randrange(130 * 365 * 86400))
            assert local_day(zone, at) == at.astimezone(zone).date(), (key, at)


def test_local_day_follows_calendars_that_turn_back_a_leaf() -> None:
    # Until 2011 the clocks of Newfoundland went back at 00:01: Sunday lasted a minute, then it was Saturday again.
    turned = utc(2010, 11, 7, 2, 31)
    days = [local_day(ST_JOHNS, turned + timedelta(minutes=minutes)) for minutes in (-2, -1, 0, 58, 59)]
    assert [day.day for day in days] == [6, 7, 6, 6, 7]


def test_next_day_starts_at_midnight_or_the_first_time_after_it() -> None:
    assert next_day_starts(BERLIN, utc(2026, 3, 28, 23)) == utc(2026, 3, 29, 22)
    assert next_day_starts(ZoneInfo("America/Santiago"), utc(2026, 9, 5, 12)) == utc(2026, 9, 6, 4)
    assert next_day_starts(APIA, utc(2011, 12, 30, 9)) == utc(2011, 12, 30, 10)


def test_next_day_starts_a_second_time_after_calendars_turned_back() -> None:
    assert next_day_starts(ST_JOHNS, utc(2010, 11, 7, 2)) == utc(2010, 11, 7, 2, 30)
    assert next_day_starts(ST_JOHNS, utc(2010, 11, 7, 2, 31)) == utc(2010, 11, 7, 3, 30)


@given(st.sampled_from(ZONES), st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_next_day_starts_on_a_later_date_and_no_earlier_second_does(key: str, at: datetime) -> None:
    zone = ZoneInfo(key)
    starts = next_day_starts(zone, at)
    assert at < starts <= at + timedelta(hours=50)
    assert local_day(zone, starts) > local_day(zone, at)
    before = starts - timedelta(seconds=1)
    assert before <= at or local_day(zone, before) <= local_day(zone, at)


def test_as_utc_takes_any_zone_and_refuses_none() -> None:
    at = datetime(2026, 11, 23, 10, tzinfo=timezone(timedelta(hours=1)))
    assert as_utc(at) == at
    assert as_utc(at).tzinfo is UTC
    assert local_day(BERLIN, datetime(2026, 11, 23, 0, 30, tzinfo=BERLIN)) == date(2026, 11, 23)
    with pytest.raises(ValueError, match="needs a zone"):
        as_utc(datetime(2026, 11, 23, 10))


def test_a_zone_is_named_after_its_place() -> None:
    assert [place_of(zone) for zone in ("America/New_York", "America/Argentina/La_Rioja", "UTC")] == [
        "New York", "La Rioja", "UTC",
    ]  # fmt: skip
