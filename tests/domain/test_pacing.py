"""Who goes next and when: told cases, and weeks of random traffic in which no limit may ever be passed."""

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise, product
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opendoors_desktop.domain.local_time import local_day
from opendoors_desktop.domain.mailbox import MailboxLimits, Ramp, cap_on
from opendoors_desktop.domain.pacing import (
    LATENESS,
    NEVER,
    Attempt,
    Candidate,
    Departure,
    Opening,
    PaceBook,
    Rule,
    SequenceLimits,
    SharedCounts,
    allot,
    candidate_at,
    jitter,
    mailbox_opens_at,
    pair_opens_at,
)
from opendoors_desktop.domain.send_window import Calendar, SendWindow, is_open, shift_after_pause
from tests.domain.pace_builders import (
    DAY,
    MAILBOX,
    MINUTE,
    MONDAY_AT_TEN,
    OFFICE,
    OTHER_SEQUENCE,
    SEQUENCE,
    STEP,
    attempt,
    berlin,
    book,
    email,
    mailbox,
    sequence,
)

SECOND = timedelta(seconds=1)
PLAIN = {SEQUENCE: sequence(), OTHER_SEQUENCE: sequence(OTHER_SEQUENCE)}


def drain(
    limits: MailboxLimits,
    sequences: dict[UUID, SequenceLimits],
    mine: PaceBook,
    waiting: list[Candidate],
    now: datetime,
) -> list[Departure]:
    """Let all leave who ever may, punctually."""
    gone = []
    waiting = list(waiting)
    while (departure := allot(limits, sequences, mine, waiting, now)) is not None:
        gone.append(departure)
        waiting.remove(departure.candidate)
        mine.with_attempt(departure.candidate, departure.slot_at, departure.at)
        now = departure.at
    return gone


# ---- when doors open


def test_a_mailbox_and_a_pair_say_when_they_open_and_why_not_before() -> None:
    limits, slow = mailbox(daily_cap=1), sequence(throttle=30 * MINUTE)
    mine = book(slow).with_attempt(email(1), MONDAY_AT_TEN)
    assert mailbox_opens_at(limits, mine, MONDAY_AT_TEN) == Opening(berlin(2026, 11, 24), Rule.DAILY_CAP)
    assert pair_opens_at(slow, mine, True, MONDAY_AT_TEN) == Opening(MONDAY_AT_TEN + 30 * MINUTE, Rule.THROTTLE)
    assert mailbox_opens_at(mailbox(), mine, MONDAY_AT_TEN) == Opening(MONDAY_AT_TEN, Rule.NONE)
    assert pair_opens_at(sequence(max_new_per_day=0), mine, True, MONDAY_AT_TEN) == Opening(
        NEVER, Rule.NEW_CONTACTS_CAP
    )


def test_a_retry_and_what_is_urgent_pass_doors_that_are_closed_to_others() -> None:
    limits, limited = mailbox(daily_cap=1, gap=MINUTE), sequence(max_per_day=1, throttle=30 * MINUTE)
    mine = book(limited).with_attempt(email(1), MONDAY_AT_TEN - 5 * MINUTE)
    retry, urgent = email(1, is_retry=True), email(2, urgent=True)
    assert mailbox_opens_at(limits, mine, MONDAY_AT_TEN, retry).at == MONDAY_AT_TEN
    assert pair_opens_at(limited, mine, False, MONDAY_AT_TEN, retry).at == MONDAY_AT_TEN
    assert mailbox_opens_at(limits, mine, MONDAY_AT_TEN, urgent).rule is Rule.DAILY_CAP
    now = MONDAY_AT_TEN - 5 * MINUTE
    assert mailbox_opens_at(mailbox(gap=MINUTE), mine, now).rule is Rule.GAP
    assert mailbox_opens_at(mailbox(gap=MINUTE), mine, now, urgent).rule is Rule.NONE


def test_a_candidate_says_what_it_waits_for() -> None:
    mine = book()
    later = MONDAY_AT_TEN + DAY

    def waits(waiting: Candidate) -> Opening:
        return candidate_at(mailbox(), PLAIN[SEQUENCE], mine, waiting, MONDAY_AT_TEN)

    assert waits(email(1)) == Opening(MONDAY_AT_TEN, Rule.NONE)
    assert waits(email(1, due_at=later)) == Opening(later, Rule.DUE)
    assert waits(email(1, pinned_at=later)) == Opening(later, Rule.PINNED)
    assert waits(email(1, due_at=later, pinned_at=MONDAY_AT_TEN)) == Opening(MONDAY_AT_TEN, Rule.NONE)
    evening = berlin(2026, 11, 23, 18)
    assert waits(email(1, due_at=evening, calendar=OFFICE)) == Opening(berlin(2026, 11, 24, 9), Rule.WINDOW)


def test_an_email_outside_of_sequences_obeys_the_mailbox() -> None:
    mine = book().with_attempt(email(1), MONDAY_AT_TEN)
    manual = email(2, sequence_id=None, urgent=True)
    full = candidate_at(mailbox(daily_cap=1), None, mine, manual, MONDAY_AT_TEN)
    assert full == Opening(berlin(2026, 11, 24), Rule.DAILY_CAP)
    departure = allot(mailbox(gap=MINUTE), {}, mine, [manual], MONDAY_AT_TEN)
    assert departure == Departure(manual, MONDAY_AT_TEN, Rule.NONE, MONDAY_AT_TEN)


def test_nobody_goes_where_nobody_waits_or_nothing_is_allowed() -> None:
    assert allot(mailbox(), PLAIN, book(), [], MONDAY_AT_TEN) is None
    assert allot(mailbox(daily_cap=0), PLAIN, book(), [email(1)], MONDAY_AT_TEN) is None


# ---- who is next


def test_follow_ups_go_before_first_emails_then_the_oldest_then_by_enrollment() -> None:
    hour = 60 * MINUTE
    waiting = [
        email(1, is_first=True, due_at=MONDAY_AT_TEN - 9 * hour),
        email(3, due_at=MONDAY_AT_TEN - hour),
        email(2, due_at=MONDAY_AT_TEN - hour),
        email(4, due_at=MONDAY_AT_TEN - 2 * hour),
        email(5, is_first=True, is_retry=True),
        email(6, is_first=True, urgent=True),
    ]
    gone = drain(mailbox(gap=MINUTE), PLAIN, book(), waiting, MONDAY_AT_TEN)
    assert [departure.candidate.enrollment_id.int - 1000 for departure in gone] == [6, 5, 4, 2, 3, 1]


def test_who_may_go_earlier_goes_earlier_whatever_it_is() -> None:
    waiting = [email(1, due_at=MONDAY_AT_TEN + MINUTE), email(2, is_first=True)]
    gone = drain(mailbox(), PLAIN, book(), waiting, MONDAY_AT_TEN)
    assert [departure.candidate for departure in gone] == [waiting[1], waiting[0]]


def test_one_that_is_held_back_holds_back_nobody_else() -> None:
    company = UUID(int=31)
    mine = book().with_attempt(email(9, company_id=company), MONDAY_AT_TEN)
    held = email(1, company_id=company, due_at=MONDAY_AT_TEN - DAY)
    departure = allot(mailbox(company_cap=1), PLAIN, mine, [held, email(2)], MONDAY_AT_TEN)
    assert departure is not None
    assert departure.candidate == email(2)


def test_what_can_not_go_today_goes_in_the_next_window_oldest_first() -> None:
    waiting = [email(n, calendar=OFFICE, due_at=MONDAY_AT_TEN - n * MINUTE) for n in range(5)]
    gone = drain(mailbox(daily_cap=2), PLAIN, book(), waiting, MONDAY_AT_TEN)
    assert [(departure.candidate.enrollment_id.int - 1000, departure.at) for departure in gone] == [
        (4, MONDAY_AT_TEN),
        (3, MONDAY_AT_TEN),
        (2, berlin(2026, 11, 24, 9)),
        (1, berlin(2026, 11, 24, 9)),
        (0, berlin(2026, 11, 25, 9)),
    ]


def test_send_now_passes_window_and_gap_and_no_cap() -> None:
    night = berlin(2026, 11, 23, 3)
    mine = book().with_attempt(email(1), night)
    urgent = email(2, due_at=night, calendar=OFFICE, urgent=True)
    assert candidate_at(mailbox(gap=30 * MINUTE), PLAIN[SEQUENCE], mine, urgent, night) == Opening(night, Rule.NONE)
    for limits in (mailbox(daily_cap=1), mailbox(hourly_cap=1)):
        assert candidate_at(limits, PLAIN[SEQUENCE], mine, urgent, night).at > night


# ---- slots


def test_slots_follow_the_slot_before_while_the_scheduler_is_late_by_seconds() -> None:
    limits, mine = mailbox(gap=MINUTE), book()
    now = MONDAY_AT_TEN + 400 * timedelta(milliseconds=1)
    first = allot(limits, PLAIN, mine, [email(1)], now)
    assert first == Departure(email(1), now, Rule.NONE, MONDAY_AT_TEN)
    mine.with_attempt(email(1), MONDAY_AT_TEN, now)
    second = allot(limits, PLAIN, mine, [email(2)], now)
    assert second is not None
    assert second.slot_at == MONDAY_AT_TEN + MINUTE + jitter(MAILBOX, email(1).enrollment_id, STEP, MINUTE)
    woken = second.slot_at + 3 * SECOND
    assert allot(limits, PLAIN, mine, [email(2)], woken) == Departure(email(2), woken, Rule.NONE, second.slot_at)


def test_the_true_distance_is_never_under_the_gap_though_slots_are_kept() -> None:
    limits, mine = mailbox(gap=MINUTE), book()
    late = MONDAY_AT_TEN + 9 * SECOND
    jitters = {n: jitter(MAILBOX, email(n).enrollment_id, STEP, MINUTE) for n in range(5, 50)}
    least = min(jitters, key=lambda n: jitters[n])
    mine.with_attempt(email(least), MONDAY_AT_TEN, late)
    planned = MONDAY_AT_TEN + MINUTE + jitters[least]
    assert planned < late + MINUTE
    assert allot(limits, PLAIN, mine, [email(4)], late) == Departure(email(4), late + MINUTE, Rule.GAP, planned)


def test_a_slot_missed_by_more_than_seconds_is_given_up_without_a_burst() -> None:
    limits, mine = mailbox(gap=MINUTE), book()
    mine.with_attempt(email(1), MONDAY_AT_TEN)
    awake = MONDAY_AT_TEN + 8 * 60 * MINUTE
    gone = drain(limits, PLAIN, mine, [email(n) for n in range(2, 8)], awake)
    assert gone[0].slot_at == gone[0].at == awake
    assert all(later.at - earlier.at >= MINUTE for earlier, later in pairwise(gone))


def test_a_slot_just_missed_is_given_up_when_the_window_has_closed_meanwhile() -> None:
    last = berlin(2026, 11, 23, 17) - SECOND
    waiting = email(1, due_at=last, calendar=OFFICE)
    departure = allot(mailbox(), PLAIN, book(), [waiting], last + 2 * SECOND)
    assert departure == Departure(waiting, berlin(2026, 11, 24, 9), Rule.WINDOW, berlin(2026, 11, 24, 9))


@pytest.mark.parametrize("late", [timedelta(), SECOND, LATENESS, LATENESS + SECOND, 60 * MINUTE])
def test_what_is_overdue_goes_at_once(late: timedelta) -> None:
    now = MONDAY_AT_TEN + late
    departure = allot(mailbox(), PLAIN, book(), [email(1)], now)
    assert departure is not None
    assert departure.at == now
    assert departure.slot_at == (MONDAY_AT_TEN if late < LATENESS else now)


# ---- cases from the field


def test_T11_what_was_left_when_the_limit_went_goes_at_once() -> None:
    waiting = [email(n) for n in range(345)]
    mine = book()
    limits = mailbox(hourly_cap=300)
    now = MONDAY_AT_TEN
    for _ in range(186):
        departure = allot(limits, PLAIN, mine, waiting[:1], now)
        assert departure is not None
        mine.with_attempt(waiting.pop(0), departure.slot_at)
        now = departure.at + 2 * SECOND
    rest = drain(mailbox(), PLAIN, mine, waiting, now)
    assert len(rest) == 159
    assert {departure.at for departure in rest} == {now}


def test_T22_a_whole_quota_never_leaves_at_once() -> None:
    waiting = [email(n) for n in range(60)]
    gone = drain(mailbox(hourly_cap=60, gap=40 * SECOND), PLAIN, book(), waiting, MONDAY_AT_TEN)
    distances = [later.at - earlier.at for earlier, later in pairwise(gone)]
    assert min(distances) >= 40 * SECOND
    assert max(distances) < 60 * SECOND
    assert len(set(distances)) > 50


def test_T22_taking_one_away_changes_no_other_ones_jitter() -> None:
    limits = mailbox(gap=MINUTE)
    waiting = [email(n) for n in range(20)]
    behind = {
        earlier.candidate.enrollment_id: later.at - earlier.at
        for earlier, later in pairwise(drain(limits, PLAIN, book(), waiting, MONDAY_AT_TEN))
    }
    less = drain(limits, PLAIN, book(), waiting[:7] + waiting[8:], MONDAY_AT_TEN)
    for earlier, later in pairwise(less):
        assert later.at - earlier.at == behind[earlier.candidate.enrollment_id]


def test_T28_after_a_pause_of_three_weeks_no_contact_gets_two_emails_in_one_day() -> None:
    paused, resumed = MONDAY_AT_TEN - 21 * DAY, MONDAY_AT_TEN
    due = shift_after_pause(paused - MINUTE, paused, resumed)
    waiting = [
        email(n, contact_id=UUID(int=5), sequence_id=which, due_at=due, calendar=OFFICE, waits_since_last=3 * DAY)
        for n, which in enumerate((SEQUENCE, OTHER_SEQUENCE, SEQUENCE, OTHER_SEQUENCE, SEQUENCE))
    ]
    gone = drain(mailbox(gap=MINUTE), PLAIN, book(), waiting, resumed)
    days = [departure.at.astimezone(OFFICE.zone).date() for departure in gone]
    assert days == [date(2026, 11, 23) + n * DAY for n in range(5)]


# ---- random traffic


ZONES = [ZoneInfo(key) for key in ("Europe/Berlin", "Pacific/Kiritimati", "America/St_Johns", "Asia/Kathmandu")]


@dataclass
class Traffic:
    """A mailbox with random limits, what waits for it, and everything that left."""

    chance: random.Random
    limits: MailboxLimits
    sequences: dict[UUID, SequenceLimits]
    waiting: list[Candidate]
    book: PaceBook
    rows: dict[UUID, Attempt] = field(default_factory=dict)
    gone: list[tuple[Candidate, datetime, datetime]] = field(default_factory=list)  # who, when, when first tried

    def rebuilt(self) -> PaceBook:
        rows = list(self.rows.values())
        self.chance.shuffle(rows)
        zones = {each.sequence_id: each.zone for each in self.sequences.values()}
        return PaceBook.rebuild(MAILBOX, self.limits.zone, rows, SharedCounts(zones))

    def step(self, now: datetime) -> datetime | None:
        """Let the next one leave, late by a little or a lot; some come back to be tried again, some fail."""
        departure = allot(self.limits, self.sequences, self.book, self.waiting, now)
        assert departure == allot(self.limits, self.sequences, self.rebuilt(), self.waiting, now)
        if departure is None:
            return None
        late = self.chance.choice([0, 0, 0.4, 4, 11, 4000]) * SECOND
        again = allot(self.limits, self.sequences, self.book, self.waiting, departure.at + late)
        if again is None or again.at > departure.at + late:
            return departure.at + late
        self.leave(again)
        return again.at

    def leave(self, departure: Departure) -> None:
        waiting, at = departure.candidate, departure.at
        assert timedelta() <= at - departure.slot_at <= LATENESS
        self.waiting.remove(waiting)
        self.book.with_attempt(waiting, departure.slot_at, at)
        first = self.rows[waiting.enrollment_id].first_attempted_at if waiting.is_retry else at
        row = attempt(waiting, at, slot_at=departure.slot_at, first_attempted_at=first)
        fate = self.chance.random()
        if fate < 0.15:
            self.waiting.append(
                waiting._replace(is_retry=True, due_at=at + self.chance.choice([5, 15, 30, 720]) * MINUTE)
            )
        elif fate < 0.25:
            row = replace(row, counts=False)
            self.book.without(waiting, first)
            self.gone = [entry for entry in self.gone if entry[0].enrollment_id != waiting.enrollment_id]
        self.rows[waiting.enrollment_id] = row
        if row.counts:
            self.gone.append((waiting, at, first))


def traffic(seed: int) -> Traffic:
    chance = random.Random(seed)

    def some(*values: int) -> int | None:
        return chance.choice([None, *values])

    limits = MailboxLimits(
        MAILBOX,
        chance.choice(ZONES),
        daily_cap=some(1, 3, 8),
        hourly_cap=some(1, 2, 4),
        gap=chance.choice([0, 20, 600]) * SECOND,
        ramp=chance.choice([None, Ramp(date(2026, 10, 25), 1, 1)]),
        company_cap=some(1, 2),
    )
    sequences = {
        UUID(int=10 + n): SequenceLimits(
            UUID(int=10 + n), chance.choice(ZONES), some(2, 4), some(1, 2), chance.choice([0, 0, 5, 60]) * MINUTE
        )
        for n in range(3)
    }
    start = berlin(2026, 10, 24, 12)
    waiting = [
        email(
            n,
            sequence_id=chance.choice([*sequences, None]),
            contact_id=UUID(int=2000 + n % 12),
            company_id=chance.choice([None, UUID(int=31), UUID(int=32)]),
            is_first=chance.random() < 0.5,
            due_at=start + chance.randrange(2 * 1440) * MINUTE,
            calendar=Calendar(
                ZONES[n % 4], chance.choice([SendWindow(), SendWindow((True,) * 7, time(22), time(1, 30))])
            ),
            urgent=chance.random() < 0.1,
            waits_since_last=chance.choice([MINUTE, DAY]),
        )
        for n in range(18)
    ]
    zones = {each.sequence_id: each.zone for each in sequences.values()}
    return Traffic(chance, limits, sequences, waiting, PaceBook(MAILBOX, limits.zone, SharedCounts(zones)))


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_no_random_traffic_ever_passes_a_limit_and_a_restart_changes_no_answer(seed: int) -> None:
    run = traffic(seed)
    now: datetime | None = berlin(2026, 10, 24, 12)
    steps = 0
    while now is not None:
        now = run.step(now)
        steps += 1
        assert steps < 400
    assert not run.waiting, "what waits goes some day"
    check_days(run)
    check_distances(run)
    for waiting, at, _ in run.gone:
        assert at >= waiting.due_at
        assert waiting.urgent or is_open(waiting.calendar, at)


def check_days(run: Traffic) -> None:
    """Count again, by the calendars alone, each email once."""
    once = {waiting.enrollment_id: (waiting, first) for waiting, _, first in run.gone}.values()
    mailbox_days = Counter(local_day(run.limits.zone, first) for _, first in once)
    companies = Counter((who.company_id, local_day(run.limits.zone, first)) for who, first in once if who.company_id)
    for day, emails in mailbox_days.items():
        cap = cap_on(run.limits, day)
        assert cap is None or emails <= cap
    assert run.limits.company_cap is None or max(companies.values(), default=0) <= run.limits.company_cap
    for limited in run.sequences.values():
        mine = [(who, local_day(limited.zone, first)) for who, first in once if who.sequence_id == limited.sequence_id]
        most = max(Counter(day for _, day in mine).values(), default=0)
        new = max(Counter(day for who, day in mine if who.is_first).values(), default=0)
        assert limited.max_per_day is None or most <= limited.max_per_day
        assert limited.max_new_per_day is None or new <= limited.max_new_per_day


def check_distances(run: Traffic) -> None:
    """Look at every hour, every two neighbours and every two emails to one contact."""
    final = {waiting.enrollment_id: (at, waiting) for waiting, at, _ in run.gone}
    gone = sorted(final.values(), key=lambda each: each[0])
    cap = run.limits.hourly_cap
    for (first, _), (last, _) in zip(gone, gone[cap or len(gone) :], strict=False):
        assert last - first >= timedelta(hours=1)
    for (earlier, _), (later, waiting) in pairwise(gone):
        assert waiting.urgent or later - earlier >= run.limits.gap
    for (earlier, one), (later, other) in product(gone, gone):
        if earlier >= later or one.sequence_id is None or other.sequence_id is None:
            continue
        if one.sequence_id == other.sequence_id and not other.urgent:
            assert later - earlier >= run.sequences[one.sequence_id].throttle - LATENESS
        if one.contact_id == other.contact_id:
            is_quick = one.sequence_id == other.sequence_id and other.waits_since_last < DAY and not other.is_first
            days_differ = local_day(other.calendar.zone, earlier) != local_day(other.calendar.zone, later)
            assert is_quick or days_differ or other.is_retry


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(0, 17))
def test_an_email_taken_away_never_makes_another_wait_longer_where_only_days_are_limited(seed: int, taken: int) -> None:
    run = traffic(seed)
    limits = MailboxLimits(MAILBOX, run.limits.zone, daily_cap=run.limits.daily_cap)
    office = replace(run.waiting[0].calendar, window=SendWindow((True,) * 7, time(8), time(18)))
    waiting = [
        each._replace(calendar=office, contact_id=each.enrollment_id, urgent=False, due_at=MONDAY_AT_TEN)
        for each in run.waiting
    ]
    plain = {each: sequence(each) for each in run.sequences}
    now = berlin(2026, 10, 24, 12)
    before = {each.candidate.enrollment_id: each.at for each in drain(limits, plain, book(), waiting, now)}
    del waiting[taken]
    after = {each.candidate.enrollment_id: each.at for each in drain(limits, plain, book(), waiting, now)}
    assert len(after) == len(before) - 1
    assert all(at <= before[each] for each, at in after.items())
