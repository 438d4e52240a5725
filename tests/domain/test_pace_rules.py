"""Each rule of pace by itself: what it allows, from when on, and when it doesn't ask."""

from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from opendoors_desktop.domain.mailbox import Ramp
from opendoors_desktop.domain.pace_rules import NEVER, Holds, Rule, mailbox_holds, own_holds, sequence_holds
from opendoors_desktop.domain.send_window import Calendar, SendWindow
from tests.domain.pace_builders import (
    ALL_DAY,
    BERLIN,
    DAY,
    MINUTE,
    MONDAY_AT_TEN,
    OFFICE,
    OTHER_SEQUENCE,
    SEQUENCE,
    berlin,
    book,
    email,
    mailbox,
    sequence,
)

TUESDAY = berlin(2026, 11, 24)
COMPANY = UUID(int=31)


def test_without_rules_everything_may_leave() -> None:
    assert Holds().settle(MONDAY_AT_TEN) == (MONDAY_AT_TEN, Rule.NONE)


def test_rules_are_asked_again_until_all_agree() -> None:
    holds = Holds()
    holds.gate(Rule.WINDOW, lambda at: at + at.minute % 2 * MINUTE)
    holds.gate(Rule.DAILY_CAP, lambda at: at + (3 - at.minute % 3) % 3 * MINUTE)
    holds.not_before(Rule.GAP, MONDAY_AT_TEN + MINUTE)
    assert holds.settle(MONDAY_AT_TEN) == (MONDAY_AT_TEN + 6 * MINUTE, Rule.DAILY_CAP)


def test_the_later_of_two_floors_rules() -> None:
    early, late = Holds(), Holds()
    early.not_before(Rule.GAP, MONDAY_AT_TEN)
    late.not_before(Rule.THROTTLE, MONDAY_AT_TEN + MINUTE)
    late.not_before(Rule.GAP, MONDAY_AT_TEN)
    for together in (early.also(late), late.also(early)):
        assert together.settle(MONDAY_AT_TEN - DAY) == (MONDAY_AT_TEN + MINUTE, Rule.THROTTLE)


def test_what_never_opens_is_given_up_after_400_days() -> None:
    holds = Holds()
    holds.gate(Rule.RAMP, lambda at: at + DAY)
    assert holds.settle(MONDAY_AT_TEN) == (NEVER, Rule.RAMP)


# ---- the mailbox


def test_a_full_day_opens_at_the_next_midnight_of_the_mailbox() -> None:
    mine = book().with_attempt(email(1), MONDAY_AT_TEN).with_attempt(email(2), MONDAY_AT_TEN)
    assert mailbox_holds(mailbox(daily_cap=2), mine, None).settle(MONDAY_AT_TEN) == (TUESDAY, Rule.DAILY_CAP)
    assert mailbox_holds(mailbox(daily_cap=3), mine, None).settle(MONDAY_AT_TEN) == (MONDAY_AT_TEN, Rule.NONE)
    assert mailbox_holds(mailbox(daily_cap=2), mine, None).settle(TUESDAY) == (TUESDAY, Rule.NONE)


@pytest.mark.parametrize("limits, rule", [({"daily_cap": 0}, Rule.DAILY_CAP), ({"hourly_cap": 0}, Rule.HOURLY_CAP)])
def test_a_cap_of_nothing_lets_nothing_through(limits: dict[str, int], rule: Rule) -> None:
    assert mailbox_holds(mailbox(**limits), book(), None).settle(MONDAY_AT_TEN) == (NEVER, rule)


def test_the_ramp_up_holds_the_day_that_is_full_by_it() -> None:
    ramp = Ramp(date(2026, 11, 24), first_cap=0, step_per_day=2)
    holds = mailbox_holds(mailbox(daily_cap=50, ramp=ramp), book(), None)
    assert holds.settle(MONDAY_AT_TEN) == (berlin(2026, 11, 25), Rule.RAMP)


def test_an_hour_is_any_sixty_minutes() -> None:
    mine = (
        book().with_attempt(email(1), MONDAY_AT_TEN + 55 * MINUTE).with_attempt(email(2), MONDAY_AT_TEN + 56 * MINUTE)
    )
    opens = mailbox_holds(mailbox(hourly_cap=2), mine, None).settle(MONDAY_AT_TEN + 61 * MINUTE)
    assert opens == (MONDAY_AT_TEN + 115 * MINUTE, Rule.HOURLY_CAP)
    assert mailbox_holds(mailbox(hourly_cap=3), mine, None).settle(MONDAY_AT_TEN)[1] is Rule.NONE


def test_the_gap_is_lengthened_by_the_jitter_of_the_email_before() -> None:
    mine = book().with_attempt(email(1), MONDAY_AT_TEN)
    assert mine.last is not None
    opens, rule = mailbox_holds(mailbox(gap=MINUTE), mine, None).settle(MONDAY_AT_TEN)
    assert (opens, rule) == (MONDAY_AT_TEN + MINUTE * (1 + mine.last.share), Rule.GAP)
    assert MINUTE <= opens - MONDAY_AT_TEN < 1.5 * MINUTE
    urgent = mailbox_holds(mailbox(gap=MINUTE), mine, email(2, urgent=True))
    assert urgent.settle(MONDAY_AT_TEN) == (MONDAY_AT_TEN, Rule.NONE)


def test_a_retry_keeps_its_place_on_a_full_day() -> None:
    mine = book(sequence()).with_attempt(email(1, is_first=True, company_id=COMPANY), MONDAY_AT_TEN)
    retry = email(1, is_first=True, company_id=COMPANY, is_retry=True)
    limits, limited = mailbox(daily_cap=1, hourly_cap=1, company_cap=1), sequence(max_per_day=1, max_new_per_day=1)
    holds = mailbox_holds(limits, mine, retry).also(sequence_holds(limited, mine, True, retry))
    assert holds.also(own_holds(limits, mine, retry)).settle(MONDAY_AT_TEN) == (MONDAY_AT_TEN, Rule.NONE)


# ---- the sequence


def test_a_sequence_sends_so_many_a_day_of_its_own_zone_from_all_mailboxes() -> None:
    tokyo = sequence(max_per_day=1)
    tokyo = type(tokyo)(SEQUENCE, ZoneInfo("Asia/Tokyo"), max_per_day=1)
    mine = book(tokyo)
    mine.shared.sequences.add(SEQUENCE, date(2026, 11, 23))
    assert sequence_holds(tokyo, mine, False, None).settle(MONDAY_AT_TEN) == (
        berlin(2026, 11, 23, 16),
        Rule.SEQUENCE_CAP,
    )
    nothing = sequence_holds(sequence(max_per_day=0), mine, False, None)
    assert nothing.settle(MONDAY_AT_TEN) == (NEVER, Rule.SEQUENCE_CAP)


def test_new_contacts_are_limited_and_follow_ups_are_not() -> None:
    limited = sequence(max_new_per_day=1)
    mine = book(limited).with_attempt(email(1, is_first=True), MONDAY_AT_TEN)
    assert sequence_holds(limited, mine, True, None).settle(MONDAY_AT_TEN) == (TUESDAY, Rule.NEW_CONTACTS_CAP)
    assert sequence_holds(limited, mine, False, None).settle(MONDAY_AT_TEN) == (MONDAY_AT_TEN, Rule.NONE)


def test_the_throttle_keeps_two_emails_of_a_sequence_apart_and_not_those_of_another() -> None:
    slow, other = sequence(throttle=60 * MINUTE), sequence(OTHER_SEQUENCE, throttle=60 * MINUTE)
    mine = book(slow, other).with_attempt(email(1), MONDAY_AT_TEN)
    held = (MONDAY_AT_TEN + 60 * MINUTE, Rule.THROTTLE)
    free = (MONDAY_AT_TEN, Rule.NONE)
    assert sequence_holds(slow, mine, False, None).settle(MONDAY_AT_TEN) == held
    assert sequence_holds(slow, mine, False, email(2)).settle(MONDAY_AT_TEN) == held
    assert sequence_holds(slow, mine, False, email(2, urgent=True)).settle(MONDAY_AT_TEN) == free
    assert sequence_holds(slow, mine, False, email(1, is_retry=True)).settle(MONDAY_AT_TEN) == free
    assert sequence_holds(other, mine, False, None).settle(MONDAY_AT_TEN) == free


# ---- the contact


def test_a_company_gets_so_many_emails_a_day() -> None:
    mine = book().with_attempt(email(1, company_id=COMPANY), MONDAY_AT_TEN)
    limits = mailbox(company_cap=1)
    held = own_holds(limits, mine, email(2, company_id=COMPANY))
    assert held.settle(MONDAY_AT_TEN) == (TUESDAY, Rule.COMPANY_CAP)
    other = own_holds(limits, mine, email(2, company_id=UUID(int=32)))
    assert other.settle(MONDAY_AT_TEN) == (MONDAY_AT_TEN, Rule.NONE)
    nobody = own_holds(limits, mine, email(2))
    assert nobody.settle(MONDAY_AT_TEN) == (MONDAY_AT_TEN, Rule.NONE)


def test_the_window_holds_all_but_what_is_urgent() -> None:
    early = berlin(2026, 11, 23, 7)
    nine = berlin(2026, 11, 23, 9)
    assert own_holds(mailbox(), book(), email(1, calendar=OFFICE)).settle(early) == (nine, Rule.WINDOW)
    urgent = own_holds(mailbox(), book(), email(1, calendar=OFFICE, urgent=True))
    assert urgent.settle(early) == (early, Rule.NONE)
    days_off = frozenset(date(2026, 1, 1) + n * DAY for n in range(1000))
    closed = own_holds(mailbox(), book(), email(1, calendar=Calendar(BERLIN, SendWindow(), days_off)))
    assert closed.settle(early) == (NEVER, Rule.WINDOW)


MORNING = MONDAY_AT_TEN - 60 * MINUTE
YESTERDAY = MONDAY_AT_TEN - DAY


@pytest.mark.parametrize(
    "waiting, is_held",
    [
        (email(1), False),
        (email(1, last_automatic=(YESTERDAY, OTHER_SEQUENCE)), False),
        (email(1, last_automatic=(MORNING, OTHER_SEQUENCE)), True),
        (email(1, last_automatic=(MORNING, OTHER_SEQUENCE), waits_since_last=DAY), True),
        (email(1, last_automatic=(MORNING, SEQUENCE), waits_since_last=DAY), True),
        (email(1, last_automatic=(MORNING, SEQUENCE), waits_since_last=DAY - timedelta(seconds=1)), False),
        (email(1, last_automatic=(MORNING, SEQUENCE), is_first=True), True),  # a new round of the same sequence
        (email(1, last_automatic=(MORNING, SEQUENCE), waits_since_last=DAY, is_retry=True), False),
        (email(1, last_automatic=(MORNING, OTHER_SEQUENCE), is_retry=True), True),
        (email(1, last_automatic=(MORNING, OTHER_SEQUENCE), urgent=True), True),
        (email(1, last_automatic=(MORNING, OTHER_SEQUENCE), sequence_id=None), False),
        (email(1, last_automatic=(MORNING, OTHER_SEQUENCE), contact_id=None), False),
    ],
)
def test_a_contact_gets_one_automatic_email_a_day_but_for_quick_follow_ups(waiting, is_held: bool) -> None:
    expected = (TUESDAY, Rule.CONTACT_DAY) if is_held else (MONDAY_AT_TEN, Rule.NONE)
    assert own_holds(mailbox(), book(), waiting).settle(MONDAY_AT_TEN) == expected


@pytest.mark.parametrize("told", [{}, {"urgent": True}, {"pinned_at": MORNING}], ids=["its time", "urgent", "pinned"])
def test_an_email_of_days_ago_asks_no_other_day_of_who_can_leave_on_that_one_only_by_a_persons_word(told) -> None:
    last = (MONDAY_AT_TEN - 2 * DAY, OTHER_SEQUENCE)
    holds = own_holds(mailbox(), book(), email(1, last_automatic=last, **told))
    assert any(rule is Rule.CONTACT_DAY for rule, _ in holds.gates) == bool(told)
    assert holds.settle(MONDAY_AT_TEN) == (MONDAY_AT_TEN, Rule.NONE)


def test_the_contacts_day_is_that_of_where_the_contact_lives() -> None:
    kiritimati = Calendar(ZoneInfo("Pacific/Kiritimati"), SendWindow((True,) * 7))
    waiting = email(1, calendar=kiritimati, last_automatic=(MONDAY_AT_TEN, OTHER_SEQUENCE))
    opens, _ = own_holds(mailbox(), book(), waiting).settle(MONDAY_AT_TEN)
    assert opens == MONDAY_AT_TEN + 60 * MINUTE  # there it is 23:00 already


def test_the_book_knows_of_an_email_that_left_since_the_candidate_was_read() -> None:
    mine = book().with_attempt(email(1, sequence_id=OTHER_SEQUENCE), MONDAY_AT_TEN)
    stale = email(1, last_automatic=(YESTERDAY, OTHER_SEQUENCE), calendar=ALL_DAY)
    assert own_holds(mailbox(), mine, stale).settle(MONDAY_AT_TEN) == (TUESDAY, Rule.CONTACT_DAY)
    newer = email(1, last_automatic=(MONDAY_AT_TEN + MINUTE, SEQUENCE))
    assert own_holds(mailbox(), mine, newer).settle(MONDAY_AT_TEN) == (MONDAY_AT_TEN, Rule.NONE)
