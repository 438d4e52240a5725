"""Windows, working days and delays: told cases, and every zone against a clock that is looked at minute by minute."""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.local_time import local_day
from opendoors_desktop.domain.send_window import (
    BadWindow,
    Calendar,
    Delay,
    NoOpening,
    SendWindow,
    add_delay,
    add_working_days,
    closes_at,
    is_open,
    is_working_day,
    next_open,
    shift_after_pause,
    task_due,
    window_problems,
)

ZONES = sorted(available_timezones() - {"localtime", "Factory", "posixrules"})
ALL_DAYS = (True,) * 7
NINE_TO_FIVE = SendWindow(start=time(9), end=time(17))
NIGHT = SendWindow(start=time(22), end=time(6))
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def calendar(zone: str, window: SendWindow = NINE_TO_FIVE, *holidays: date) -> Calendar:
    return Calendar(ZoneInfo(zone), window, frozenset(holidays))


def at(zone: str, *parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)  # type: ignore[arg-type,misc]


def shows(instant: datetime, zone: str) -> str:
    return instant.astimezone(ZoneInfo(zone)).strftime("%a %Y-%m-%d %H:%M")


def lies_inside(where: Calendar, instant: datetime) -> bool:
    """Look at the clock: is it a working day's window, and has its end not been shown before?"""
    local = instant.astimezone(where.zone)
    wall = local.replace(tzinfo=None, fold=0)
    start, end = where.window.start or time(), where.window.end or time()
    for day in (wall.date(), wall.date() - DAY):
        opens, closes = datetime.combine(day, start), datetime.combine(day, end)
        if closes <= opens:
            closes += DAY
        if where.window.days[day.weekday()] and day not in where.holidays and opens <= wall < closes:
            earlier = [(instant - n * MINUTE).astimezone(where.zone).replace(tzinfo=None) for n in range(1, 181)]
            return not (local.fold and any(shown >= closes for shown in earlier))
    return False


week_days = st.tuples(*[st.booleans()] * 7).filter(any)
minutes_of_day = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))
windows = st.builds(SendWindow, week_days) | st.builds(SendWindow, week_days, minutes_of_day, minutes_of_day).filter(
    lambda window: window.start != window.end
)
instants = st.datetimes(datetime(1970, 1, 5), datetime(2100, 1, 1), timezones=st.just(UTC))


# ---- what a window may be


def test_a_window_with_both_ends_or_none_and_a_sending_day_is_fine() -> None:
    assert window_problems(NINE_TO_FIVE) == window_problems(SendWindow()) == window_problems(NIGHT) == ()


@pytest.mark.parametrize(
    "window, word",
    [
        (SendWindow(start=time(9)), "one end only"),
        (SendWindow(end=time(9)), "one end only"),
        (SendWindow(start=time(9), end=time(9)), "same time"),
        (SendWindow((False,) * 7), "No sending day"),
    ],
)
def test_a_window_with_a_fault_is_named_and_refused(window: SendWindow, word: str) -> None:
    (problem,) = window_problems(window)
    assert word in problem
    with pytest.raises(BadWindow) as caught:
        Calendar(ZoneInfo("UTC"), window)
    assert caught.value.code == "bad_window"
    assert caught.value.title == problem


def test_all_faults_of_a_window_are_named_at_once() -> None:
    assert len(window_problems(SendWindow((False,) * 7, time(9), time(9)))) == 2


# ---- the next opening


def test_an_instant_inside_stays_where_it_is_to_the_microsecond() -> None:
    inside = at("Europe/Berlin", 2026, 11, 23, 9) + timedelta(microseconds=1)
    assert next_open(calendar("Europe/Berlin"), inside) == inside
    assert is_open(calendar("Europe/Berlin"), inside)


def test_the_start_is_inside_and_the_end_is_outside() -> None:
    where = calendar("Europe/Berlin")
    start, end = at("Europe/Berlin", 2026, 11, 23, 9), at("Europe/Berlin", 2026, 11, 23, 17)
    assert next_open(where, start) == start
    assert next_open(where, start - timedelta(microseconds=1)) == start
    assert next_open(where, end - timedelta(microseconds=1)) < end
    assert next_open(where, end) == at("Europe/Berlin", 2026, 11, 24, 9)
    assert not is_open(where, end)


def test_holidays_are_no_sending_days() -> None:
    where = calendar("Europe/Berlin", NINE_TO_FIVE, date(2026, 12, 25), date(2026, 12, 28))
    assert shows(next_open(where, at("Europe/Berlin", 2026, 12, 24, 18)), "Europe/Berlin") == "Tue 2026-12-29 09:00"
    assert not is_working_day(where, date(2026, 12, 25))
    assert not is_working_day(where, date(2026, 12, 26))
    assert is_working_day(where, date(2026, 12, 29))


def test_no_window_is_the_whole_of_each_sending_day() -> None:
    where = calendar("Asia/Kathmandu", SendWindow())
    assert shows(next_open(where, at("Asia/Kathmandu", 2026, 11, 28, 12)), "Asia/Kathmandu") == "Mon 2026-11-30 00:00"
    assert is_open(where, at("Asia/Kathmandu", 2026, 11, 27, 23, 59))


def test_a_window_that_never_opens_again_is_an_error_that_names_the_zone() -> None:
    start = date(2026, 1, 1)
    where = Calendar(ZoneInfo("UTC"), NINE_TO_FIVE, frozenset(start + n * DAY for n in range(600)))
    with pytest.raises(NoOpening) as caught:
        next_open(where, at("UTC", 2026, 1, 5))
    assert caught.value.code == "no_opening"
    assert caught.value.where == "UTC"
    with pytest.raises(NoOpening):
        add_working_days(where, start, 1)
    assert shows(next_open(where, at("UTC", 2026, 8, 1)), "UTC") == "Tue 2027-08-24 09:00"


def test_instants_in_other_zones_are_understood_and_naive_ones_refused() -> None:
    where = calendar("Europe/Berlin")
    tokyo = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert next_open(where, tokyo) == at("Europe/Berlin", 2026, 11, 23, 9)
    assert next_open(where, tokyo).tzinfo is UTC
    with pytest.raises(ValueError, match="zone"):
        next_open(where, datetime(2026, 11, 23, 12))


def test_equal_calendars_are_equal_values_and_share_what_was_worked_out() -> None:
    one, other = calendar("Asia/Tokyo"), calendar("Asia/Tokyo")
    assert one == other
    assert hash(one) == hash(other)
    assert one.timetable is other.timetable
    assert one != calendar("Asia/Tokyo", NIGHT)


def test_only_some_weeks_are_kept_in_memory() -> None:
    where = calendar("Asia/Tokyo", SendWindow(start=time(9, 1), end=time(9, 2)))
    for week in range(500):
        next_open(where, at("UTC", 2026, 1, 1) + week * 7 * DAY)
    assert len(where.timetable._weeks) <= 40


# ---- when it closes


def test_a_window_closes_at_its_end_or_that_of_the_next_opening() -> None:
    where = calendar("Europe/Berlin")
    assert closes_at(where, at("Europe/Berlin", 2026, 11, 23, 10)) == at("Europe/Berlin", 2026, 11, 23, 17)
    assert closes_at(where, at("Europe/Berlin", 2026, 11, 21, 10)) == at("Europe/Berlin", 2026, 11, 23, 17)


def test_whole_days_that_touch_close_after_the_last() -> None:
    where = calendar("Europe/Berlin", SendWindow())
    assert closes_at(where, at("Europe/Berlin", 2026, 11, 24, 10)) == at("Europe/Berlin", 2026, 11, 28, 0)
    assert closes_at(where, at("Europe/Berlin", 2026, 11, 28, 10)) == at("Europe/Berlin", 2026, 12, 5, 0)


def test_a_window_on_all_seven_whole_days_never_closes() -> None:
    assert closes_at(calendar("UTC", SendWindow(ALL_DAYS)), at("UTC", 2026, 1, 1)) is None


def test_an_opening_across_the_end_of_a_week_is_one() -> None:
    sunday = SendWindow((False,) * 6 + (True,), time(22), time(6))
    where = calendar("UTC", sunday)
    assert closes_at(where, at("UTC", 2026, 11, 22, 23)) == at("UTC", 2026, 11, 23, 6)
    assert closes_at(where, at("UTC", 2026, 11, 23, 5)) == at("UTC", 2026, 11, 23, 6)


# ---- cases from the field


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca"])
def test_T35_working_out_the_next_opening_again_changes_nothing_across_the_end_of_summer_time(zone: str) -> None:
    where = calendar(zone, SendWindow(start=time(7), end=time(22)))
    moment = at(zone, 2026, 10, 30, 21)
    while moment < at(zone, 2026, 11, 4):
        found = next_open(where, moment)
        assert next_open(where, found) == found
        moment += timedelta(minutes=17)
    assert shows(next_open(where, at(zone, 2026, 10, 30, 22)), zone) == "Mon 2026-11-02 07:00"


@given(st.sampled_from(ZONES), windows, instants)
def test_T35_next_open_of_next_open_is_next_open_in_every_zone(zone: str, window: SendWindow, moment: datetime) -> None:
    where = calendar(zone, window)
    found = next_open(where, moment)
    assert found >= moment
    assert next_open(where, found) == found
    assert is_open(where, found)


def test_T36_a_moved_day_starts_at_the_window_and_not_at_the_hour_it_was_asked() -> None:
    where = calendar("Asia/Tokyo")
    assert shows(next_open(where, at("Asia/Tokyo", 2026, 11, 28, 18, 13)), "Asia/Tokyo") == "Mon 2026-11-30 09:00"


def test_T37_an_instant_inside_a_sunday_to_thursday_window_is_its_own_answer_every_time() -> None:
    where = calendar("Asia/Jerusalem", SendWindow((True, True, True, True, False, False, True), time(9), time(17)))
    moment = at("Asia/Jerusalem", 2026, 11, 22, 10)
    assert {next_open(where, moment) for _ in range(10)} == {moment}


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Auckland"])
def test_T38_half_past_midnight_belongs_to_the_local_date(zone: str) -> None:
    assert local_day(ZoneInfo(zone), at(zone, 2026, 11, 23, 0, 30)) == date(2026, 11, 23)


@pytest.mark.parametrize("zone", ["America/Sao_Paulo", "Asia/Kolkata", "Pacific/Auckland"])
def test_T39_ten_minutes_are_six_hundred_seconds_wherever_it_runs(zone: str) -> None:
    start = at(zone, 2026, 4, 4, 23, 55)
    assert add_delay(calendar(zone), start, Delay(minutes=10), working_days=True) - start == timedelta(seconds=600)


def test_T40_friday_evening_in_tokyo_leads_to_monday_and_not_to_saturday() -> None:
    where = calendar("Asia/Tokyo", SendWindow(start=time(8), end=time(18)))
    assert shows(next_open(where, at("Asia/Tokyo", 2026, 11, 27, 19)), "Asia/Tokyo") == "Mon 2026-11-30 08:00"


def test_T40_nine_stays_nine_over_the_start_of_summer_time_in_new_york() -> None:
    where = calendar("America/New_York")
    friday = at("America/New_York", 2026, 3, 6, 18)
    assert shows(next_open(where, friday), "America/New_York") == "Mon 2026-03-09 09:00"
    after = add_delay(where, at("America/New_York", 2026, 3, 6, 9), Delay(days=3), working_days=False)
    assert shows(after, "America/New_York") == "Mon 2026-03-09 09:00"


def test_T41_a_window_over_midnight_belongs_to_the_day_it_opens() -> None:
    where = calendar("Europe/Berlin", NIGHT)  # Monday to Friday: open until Saturday 06:00, closed on Sunday night
    zone = "Europe/Berlin"
    assert is_open(where, at(zone, 2026, 11, 27, 22))
    assert is_open(where, at(zone, 2026, 11, 28, 5, 59))
    assert not is_open(where, at(zone, 2026, 11, 28, 6))
    assert not is_open(where, at(zone, 2026, 11, 29, 23))
    assert not is_open(where, at(zone, 2026, 11, 30, 3))
    assert shows(next_open(where, at(zone, 2026, 11, 28, 6)), zone) == "Mon 2026-11-30 22:00"
    holiday = calendar(zone, NIGHT, date(2026, 11, 26))
    assert is_open(holiday, at(zone, 2026, 11, 26, 3))
    assert not is_open(holiday, at(zone, 2026, 11, 27, 3))


def test_T42_every_minute_of_the_repeated_hour_is_open_and_due_instants_go_on() -> None:
    where = calendar("Europe/Berlin", SendWindow(ALL_DAYS))
    start = at("Europe/Berlin", 2026, 10, 25, 0)
    moments = [start + n * 10 * timedelta(seconds=1) for n in range(6 * 360)]
    assert [next_open(where, moment) for moment in moments] == moments


def test_T44_in_400_zones_a_thousand_random_instants_lead_into_the_window_and_never_back() -> None:
    chance = random.Random(44)
    seconds = 130 * 365 * 86400
    for key in chance.sample(ZONES, 400):
        start = chance.randrange(1440)
        end = (start + chance.randrange(30, 1400)) % 1440
        days = [chance.random() < 0.7 for _ in range(7)]
        days[chance.randrange(7)] = True
        window = SendWindow(tuple(days), time(start // 60, start % 60), time(end // 60, end % 60))  # type: ignore[arg-type]
        where = calendar(key, window)
        for _ in range(1000):
            moment = datetime.fromtimestamp(chance.randrange(seconds), UTC)
            found = next_open(where, moment)
            assert found >= moment
            local = found.astimezone(where.zone)
            minute = local.hour * 60 + local.minute
            if start < end:
                assert start <= minute < end, (key, window, moment)
                assert days[local.weekday()], (key, window, moment)
            else:
                assert minute >= start or minute < end, (key, window, moment)
                assert days[local.weekday() if minute >= start else local.weekday() - 1], (key, window, moment)


def test_T44_in_every_zone_nothing_before_the_answer_lies_inside() -> None:
    chance = random.Random(440)
    for key in ZONES:
        where = calendar(
            key, chance.choice([NINE_TO_FIVE, NIGHT, SendWindow(), SendWindow(start=time(1), end=time(3))])
        )
        for _ in range(6):
            moment = datetime.fromtimestamp(chance.randrange(130 * 365 * 1440) * 60, UTC)
            found = next_open(where, moment)
            assert lies_inside(where, found), (key, moment)
            for share in (0, 0.3, 0.7, 0.99):
                between = moment + (found - moment) * share
                assert between == found or not lies_inside(where, between), (key, moment, between)


def test_T94_the_hours_and_the_weekday_are_those_of_the_contact() -> None:
    where = calendar("Asia/Tokyo")
    assert is_open(where, at("UTC", 2026, 11, 23, 0, 30))  # Monday 09:30 in Tokyo
    assert not is_open(where, at("UTC", 2026, 11, 23, 9))  # Monday 18:00 in Tokyo
    assert not is_open(where, at("UTC", 2026, 11, 27, 16))  # Saturday 01:00 in Tokyo, still Friday in UTC
    assert shows(next_open(where, at("UTC", 2026, 11, 23, 9)), "UTC") == "Tue 2026-11-24 00:00"


# ---- clock changes, minute by minute


@pytest.mark.parametrize(
    "zone, day",
    [
        ("Europe/Berlin", date(2026, 3, 29)),
        ("Europe/Berlin", date(2026, 10, 25)),
        ("America/St_Johns", date(2010, 11, 7)),
        ("America/St_Johns", date(2026, 3, 8)),
        ("Australia/Lord_Howe", date(2026, 4, 5)),
        ("Australia/Lord_Howe", date(2026, 10, 4)),
        ("Antarctica/Troll", date(2026, 3, 29)),
        ("Antarctica/Troll", date(2026, 10, 25)),
        ("America/Santiago", date(2026, 9, 6)),
        ("America/Havana", date(2026, 11, 1)),
        ("Pacific/Apia", date(2011, 12, 30)),
        ("Pacific/Kiritimati", date(1994, 12, 31)),
        ("Asia/Kathmandu", date(1986, 1, 1)),
    ],
)
@pytest.mark.parametrize(
    "start, end", [((1, 30), (5, 0)), ((0, 0), (2, 30)), ((2, 15), (2, 45)), ((23, 15), (1, 45)), (None, None)]
)
def test_fault_27_each_minute_round_a_clock_change_is_open_or_closed_as_the_clock_says(
    zone: str, day: date, start: tuple[int, int] | None, end: tuple[int, int] | None
) -> None:
    weekdays = tuple(n in {day.weekday(), (day.weekday() + 2) % 7} for n in range(7))
    window = SendWindow(weekdays, start and time(*start), end and time(*end))  # type: ignore[arg-type]
    where = calendar(zone, window)
    first = datetime(day.year, day.month, day.day, tzinfo=UTC) - DAY
    minutes = [first + n * 5 * MINUTE for n in range(4 * 288)]
    inside = [lies_inside(where, minute) for minute in minutes]
    assert [is_open(where, minute) for minute in minutes] == inside
    expected: datetime | None = None
    for minute, is_inside in reversed(list(zip(minutes, inside, strict=True))):
        expected = minute if is_inside else expected
        if expected is not None:
            assert next_open(where, minute) == expected


def test_fault_27_half_past_two_on_the_missing_and_on_the_doubled_hour_is_one_instant() -> None:
    where = calendar("Europe/Berlin", SendWindow(ALL_DAYS, time(2, 30), time(4)))
    missing = next_open(where, at("Europe/Berlin", 2026, 3, 29, 0))
    doubled = next_open(where, at("Europe/Berlin", 2026, 10, 25, 0))
    assert missing == at("UTC", 2026, 3, 29, 1)
    assert doubled == at("UTC", 2026, 10, 25, 0, 30)
    assert not is_open(where, at("UTC", 2026, 10, 25, 1, 15))  # 02:15 for the second time
    assert is_open(where, at("UTC", 2026, 10, 25, 1, 30))


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Asia/Kathmandu", "America/St_Johns"])
def test_fault_27_the_last_of_december_and_the_29th_of_february_are_days_like_others(zone: str) -> None:
    where = calendar(zone, SendWindow(ALL_DAYS, time(9), time(17)))
    assert shows(next_open(where, at(zone, 2027, 12, 31, 17)), zone) == "Sat 2028-01-01 09:00"
    assert shows(next_open(where, at(zone, 2028, 2, 28, 17)), zone) == "Tue 2028-02-29 09:00"
    yearly = add_delay(where, at(zone, 2028, 2, 28, 10), Delay(days=1), working_days=False)
    assert shows(yearly, zone) == "Tue 2028-02-29 10:00"


# ---- delays


def test_days_keep_the_wall_clock_time_and_hours_are_elapsed_time() -> None:
    where = calendar("Europe/Berlin")
    start = at("Europe/Berlin", 2026, 3, 27, 15)
    assert shows(add_delay(where, start, Delay(3), False), "Europe/Berlin") == "Mon 2026-03-30 15:00"
    assert shows(add_delay(where, start, Delay(0, 72), False), "Europe/Berlin") == "Mon 2026-03-30 16:00"
    assert shows(add_delay(where, start, Delay(1, 12, 5), False), "Europe/Berlin") == "Sun 2026-03-29 04:05"


def test_days_come_before_hours() -> None:
    where = calendar("Europe/Berlin")
    start = at("Europe/Berlin", 2026, 3, 28, 1, 30)
    # To 01:30 on the day of the change first, then an hour: the clock skips from 02:00 to 03:00.
    assert shows(add_delay(where, start, Delay(1, 1), False), "Europe/Berlin") == "Sun 2026-03-29 03:30"


def test_working_days_skip_the_weekend_and_holidays() -> None:
    where = calendar("Europe/Berlin", NINE_TO_FIVE, date(2026, 12, 25))
    start = at("Europe/Berlin", 2026, 12, 23, 15)
    assert shows(add_delay(where, start, Delay(2), True), "Europe/Berlin") == "Mon 2026-12-28 15:00"
    assert shows(add_delay(where, start, Delay(2), False), "Europe/Berlin") == "Fri 2026-12-25 15:00"
    saturday = at("Europe/Berlin", 2026, 12, 26, 8)
    assert shows(add_delay(where, saturday, Delay(1), True), "Europe/Berlin") == "Mon 2026-12-28 08:00"


def test_a_delay_of_nothing_is_over_at_once_in_utc() -> None:
    start = datetime(2026, 12, 26, 8, tzinfo=ZoneInfo("Asia/Tokyo"))
    over = add_delay(calendar("Asia/Tokyo"), start, Delay(), True)
    assert over == start
    assert over.tzinfo is UTC


def test_a_delay_onto_a_time_that_does_not_exist_or_exists_twice() -> None:
    where = calendar("Europe/Berlin")
    assert add_delay(where, at("Europe/Berlin", 2026, 3, 28, 2, 30), Delay(1), False) == at("UTC", 2026, 3, 29, 1)
    assert add_delay(where, at("Europe/Berlin", 2026, 10, 24, 2, 30), Delay(1), False) == at("UTC", 2026, 10, 25, 0, 30)
    twice = at("Europe/Berlin", 2026, 10, 25, 2, 30, fold=1)
    assert add_delay(where, twice, Delay(1), False) == at("Europe/Berlin", 2026, 10, 26, 2, 30)


@given(st.sampled_from(ZONES), instants, st.integers(0, 60), st.booleans())
def test_a_longer_delay_is_never_over_sooner(zone: str, start: datetime, days: int, working: bool) -> None:
    where = calendar(zone)
    over = add_delay(where, start, Delay(days), working)
    assert over >= start
    assert add_delay(where, start, Delay(days + 1), working) >= over
    assert add_delay(where, start, Delay(days, 1, 30), working) - over == timedelta(hours=1, minutes=30)


@given(st.dates(date(1970, 1, 1), date(2100, 1, 1)), st.integers(0, 40), windows)
def test_so_many_working_days_later_lie_so_many_working_days_between(day: date, days: int, window: SendWindow) -> None:
    where = calendar("UTC", window, date(2026, 1, 1))
    later = add_working_days(where, day, days)
    between = [day + n * DAY for n in range(1, (later - day).days + 1)]
    assert sum(is_working_day(where, each) for each in between) == days
    assert days == 0 or is_working_day(where, later)


# ---- tasks and pauses


def test_a_task_comes_due_at_the_start_of_the_window_of_its_day() -> None:
    where = calendar("Europe/Berlin", SendWindow(start=time(8), end=time(12)))
    due = task_due(where, at("Europe/Berlin", 2026, 11, 24, 10))
    assert shows(due, "Europe/Berlin") == "Tue 2026-11-24 08:00"


def test_a_task_of_a_free_day_comes_due_on_the_next_working_day_at_nine_without_a_window() -> None:
    where = calendar("Europe/Berlin", SendWindow(), date(2026, 11, 30))
    due = task_due(where, at("Europe/Berlin", 2026, 11, 28, 23))
    assert shows(due, "Europe/Berlin") == "Tue 2026-12-01 09:00"


def test_a_task_never_comes_due_before_what_it_waits_for() -> None:
    where = calendar("Europe/Berlin")
    done = at("Europe/Berlin", 2026, 11, 24, 10)
    assert task_due(where, done, not_before=done) == done
    assert task_due(where, done + DAY, not_before=done) == at("Europe/Berlin", 2026, 11, 25, 9)


@given(st.sampled_from(ZONES), windows, instants)
def test_a_task_comes_due_on_a_working_day_and_asking_again_changes_nothing(
    zone: str, window: SendWindow, moment: datetime
) -> None:
    where = calendar(zone, window)
    due = task_due(where, moment)
    assert due > moment - 2 * DAY
    if zone not in {"Pacific/Apia", "Pacific/Kwajalein", "Kwajalein"}:  # where a working day once didn't happen
        assert is_working_day(where, local_day(where.zone, due))
        assert task_due(where, due) == due


def test_T28_a_pause_of_three_weeks_shifts_what_was_due_by_three_weeks() -> None:
    paused, resumed = at("UTC", 2026, 11, 2, 12), at("UTC", 2026, 11, 23, 12)
    waiting = at("UTC", 2026, 11, 5, 9)
    overdue = at("UTC", 2026, 11, 2, 9)
    assert shift_after_pause(waiting, paused, resumed) - resumed == waiting - paused
    assert shift_after_pause(overdue, paused, resumed) == at("UTC", 2026, 11, 23, 9)
    assert shift_after_pause(waiting, paused, paused - DAY) == waiting
