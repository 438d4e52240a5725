"""What the book of a mailbox remembers, gives back and has again after a restart."""

from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from opendoors_desktop.domain.pace_book import DayCounts, PaceBook, SharedCounts, jitter_share
from tests.domain.pace_builders import (
    BERLIN,
    DAY,
    MAILBOX,
    MINUTE,
    MONDAY_AT_TEN,
    OTHER_SEQUENCE,
    SEQUENCE,
    STEP,
    attempt,
    berlin,
    book,
    email,
    sequence,
)

MONDAY = date(2026, 11, 23)
COMPANY = UUID(int=31)


def test_days_are_counted_each_by_itself_and_old_ones_forgotten() -> None:
    counts = DayCounts()
    for n in range(10):
        counts.add(SEQUENCE, MONDAY + n * DAY, n + 1)
    assert counts.used(SEQUENCE, MONDAY + 9 * DAY) == 10
    assert counts.used(SEQUENCE, MONDAY + 6 * DAY) == 7
    assert counts.used(SEQUENCE, MONDAY) == 0
    assert counts.used(OTHER_SEQUENCE, MONDAY + 9 * DAY) == 0


def test_giving_back_what_was_never_counted_makes_no_room() -> None:
    counts = DayCounts()
    counts.add(SEQUENCE, MONDAY, -1)
    assert counts.used(SEQUENCE, MONDAY) == 0


def test_an_email_counts_on_the_day_of_each_ones_own_zone() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    shared = SharedCounts({SEQUENCE: tokyo})
    mine = PaceBook(MAILBOX, BERLIN, shared)
    late = berlin(2026, 11, 23, 20)  # Tuesday in Tokyo
    mine.with_attempt(email(1, is_first=True, company_id=COMPANY), late)
    assert mine.used_on(MONDAY) == 1
    assert mine.used_on(MONDAY + DAY) == 0
    assert shared.sequences.used(SEQUENCE, MONDAY + DAY) == 1
    assert shared.new_contacts.used(SEQUENCE, MONDAY + DAY) == 1
    assert shared.companies.used(COMPANY, MONDAY) == 1


def test_a_follow_up_is_no_new_contact_and_a_manual_email_counts_for_the_mailbox_alone() -> None:
    mine = book(sequence())
    mine.with_attempt(email(1), MONDAY_AT_TEN).with_attempt(email(2, sequence_id=None), MONDAY_AT_TEN)
    assert mine.used_on(MONDAY) == 2
    assert mine.shared.sequences.used(SEQUENCE, MONDAY) == 1
    assert mine.shared.new_contacts.used(SEQUENCE, MONDAY) == 0
    assert set(mine.shared.contacts) == {2001}


def test_a_retry_counts_once_and_on_the_day_of_its_first_attempt() -> None:
    mine = book(sequence())
    mine.with_attempt(email(1), berlin(2026, 11, 23, 23, 58))
    mine.with_attempt(email(1, is_retry=True), berlin(2026, 11, 24, 0, 3))
    assert mine.used_on(MONDAY) == 1
    assert mine.used_on(MONDAY + DAY) == 0
    assert mine.hour_opens_at(1) == berlin(2026, 11, 24, 1, 3)
    assert mine.hour_opens_at(2) is None


def test_a_failed_email_gives_its_places_back_but_not_its_distance() -> None:
    mine = book(sequence())
    mine.with_attempt(email(1, is_first=True, company_id=COMPANY), MONDAY_AT_TEN)
    mine.without(email(1, is_first=True, company_id=COMPANY), MONDAY_AT_TEN)
    assert mine.used_on(MONDAY) == 0
    assert mine.shared.new_contacts.used(SEQUENCE, MONDAY) == 0
    assert mine.shared.companies.used(COMPANY, MONDAY) == 0
    assert mine.hour_opens_at(1) is None
    assert mine.last_slot(SEQUENCE) == MONDAY_AT_TEN
    assert mine.last is not None


def test_the_hour_rolls_on_by_the_minute() -> None:
    mine = book()
    for n in range(5):
        mine.with_attempt(email(n), MONDAY_AT_TEN + n * 10 * MINUTE)
    assert mine.hour_opens_at(5) == MONDAY_AT_TEN + 60 * MINUTE
    assert mine.hour_opens_at(2) == MONDAY_AT_TEN + 90 * MINUTE
    assert mine.hour_opens_at(6) is None
    mine.with_attempt(email(5), MONDAY_AT_TEN + 60 * MINUTE)
    assert mine.hour_opens_at(5) == MONDAY_AT_TEN + 70 * MINUTE


def test_the_hour_stays_in_order_when_the_clock_was_put_back() -> None:
    mine = book()
    mine.with_attempt(email(1), MONDAY_AT_TEN).with_attempt(email(2), MONDAY_AT_TEN - 10 * MINUTE)
    assert mine.hour_opens_at(1) == MONDAY_AT_TEN + 60 * MINUTE
    assert mine.hour_opens_at(2) == MONDAY_AT_TEN + 50 * MINUTE


def test_a_retry_does_not_wait_for_its_own_first_attempt() -> None:
    mine = book()
    mine.with_attempt(email(1), MONDAY_AT_TEN).with_attempt(email(2), MONDAY_AT_TEN + MINUTE)
    assert mine.hour_opens_at(2, email(2, is_retry=True)) is None
    assert mine.hour_opens_at(1, email(2, is_retry=True)) == MONDAY_AT_TEN + 60 * MINUTE
    assert mine.last_slot(SEQUENCE, email(2, is_retry=True)) == MONDAY_AT_TEN
    assert mine.last_slot(SEQUENCE, email(1, is_retry=True)) == MONDAY_AT_TEN + MINUTE
    assert mine.last_slot(SEQUENCE, email(3)) == MONDAY_AT_TEN + MINUTE
    mine.with_attempt(email(2, is_retry=True), MONDAY_AT_TEN + 5 * MINUTE)
    assert mine.last_slot(SEQUENCE, email(2, is_retry=True)) == MONDAY_AT_TEN
    assert mine.last_slot(OTHER_SEQUENCE) is None


def test_a_contact_of_an_email_that_was_given_back_unbegun_has_had_nothing() -> None:
    mine = book()
    mine.with_attempt(email(1), MONDAY_AT_TEN).not_begun(email(1), MONDAY_AT_TEN)
    assert mine.used_on(MONDAY) == 0
    assert mine.shared.contacts == {}
    mine.with_attempt(email(1), MONDAY_AT_TEN).with_attempt(email(1), MONDAY_AT_TEN + MINUTE)
    mine.not_begun(email(1), MONDAY_AT_TEN)
    assert mine.shared.contacts == {2001: (MONDAY_AT_TEN + MINUTE, SEQUENCE)}
    mine.shared.forget_contact(email(1, contact_id=None), MONDAY_AT_TEN)
    assert len(mine.shared.contacts) == 1


def test_only_so_many_contacts_are_remembered_and_only_the_last_days() -> None:
    mine = book()
    for n in range(50_001):
        mine.shared.note_contact(email(n), MONDAY_AT_TEN - (4 - 4 * n // 50_000) * DAY)
    assert len(mine.shared.contacts) < 50_001
    mine.shared.note_contact(email(50_000), MONDAY_AT_TEN - DAY)
    assert mine.shared.contacts[52_000] == (MONDAY_AT_TEN, SEQUENCE)


def test_jitter_is_spread_evenly_below_a_half_and_never_changes() -> None:
    shares = [jitter_share(MAILBOX, UUID(int=n), STEP) for n in range(4000)]
    assert all(0 <= share < 0.5 for share in shares)
    tenths = [sum(n / 20 <= share < (n + 1) / 20 for share in shares) for n in range(10)]
    assert min(tenths) > 320
    assert max(tenths) < 480
    assert jitter_share(MAILBOX, UUID(int=7), STEP) == shares[7]
    assert round(shares[7], 6) == 0.166321
    assert jitter_share(UUID(int=2), UUID(int=7), STEP) != shares[7]
    assert jitter_share(MAILBOX, UUID(int=7), UUID(int=22)) != shares[7]


def test_counts_loaded_from_elsewhere_are_not_counted_twice_by_a_rebuild() -> None:
    shared = SharedCounts({SEQUENCE: BERLIN})
    shared.sequences.add(SEQUENCE, MONDAY, 5)
    again = PaceBook.rebuild(MAILBOX, BERLIN, [attempt(email(1), MONDAY_AT_TEN)], shared, is_counted=True)
    assert shared.sequences.used(SEQUENCE, MONDAY) == 5
    assert again.used_on(MONDAY) == 1
    assert shared.contacts[2001] == (MONDAY_AT_TEN, SEQUENCE)


def test_a_rebuild_keeps_distance_to_a_failed_email_without_counting_it() -> None:
    rows = [
        attempt(email(2), MONDAY_AT_TEN + 5 * MINUTE, counts=False),
        attempt(email(1), MONDAY_AT_TEN, last_attempted_at=MONDAY_AT_TEN + timedelta(seconds=3)),
    ]
    again = PaceBook.rebuild(MAILBOX, BERLIN, rows, SharedCounts({}))
    assert again.used_on(MONDAY) == 1
    assert again.shared.sequences.used(SEQUENCE, MONDAY) == 1
    assert again.last_slot(SEQUENCE) == MONDAY_AT_TEN + 5 * MINUTE
    assert again.hour_opens_at(1) == MONDAY_AT_TEN + timedelta(minutes=60, seconds=3)
