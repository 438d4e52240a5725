"""What follows from each failure: when the same message goes again, and when nothing goes any more."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.mailbox import PauseReason
from opendoors_desktop.domain.retry import (
    PAUSES,
    Fail,
    FailureKind,
    PauseMailbox,
    Retry,
    SmtpPhase,
    Uncertain,
    Verdict,
    after_failure,
    classify,
)
from opendoors_desktop.domain.send_window import Calendar, SendWindow, is_open
from tests.domain.pace_builders import ALL_DAY, BERLIN, DAY, MINUTE, MONDAY_AT_TEN, OFFICE, berlin


def answered(
    phase: SmtpPhase,
    code: int,
    status: str,
    text: str,
    *,
    attempts: int = 1,
    holds: int = 0,
    now: datetime = MONDAY_AT_TEN,
    first: datetime = MONDAY_AT_TEN,
    calendar: Calendar = ALL_DAY,
) -> Verdict:
    kind = classify(phase, code, status, text)
    return after_failure(kind, phase, attempts, first, now, calendar, holds=holds)


def test_T20_an_unknown_user_is_one_attempt_and_a_bounce() -> None:
    verdict = answered(SmtpPhase.RCPT, 550, "5.1.1", "User unknown")
    assert verdict == Fail(bounce=True)
    assert isinstance(verdict, Fail)
    assert not verdict.stops


def test_fault_07_a_bad_recipient_says_nothing_of_the_mailbox() -> None:
    assert answered(SmtpPhase.RCPT, 550, "5.1.1", "no such user") == Fail(bounce=True)


@pytest.mark.parametrize(
    "code, status, text",
    [(554, "5.7.1", "spam content"), (550, "5.7.1", "refused"), (550, "", "rejected"), (552, "5.3.4", "too large")],
)
def test_fault_08_policy_and_content_fail_the_email_and_blame_no_address(code: int, status: str, text: str) -> None:
    verdict = answered(SmtpPhase.DOT, code, status, text)
    assert verdict == Fail()
    assert isinstance(verdict, Fail)
    assert verdict.stops


def test_T02_a_refused_sender_stops_the_mailbox_and_no_email() -> None:
    verdict = answered(SmtpPhase.MAIL, 554, "", "no mail from you")
    assert verdict == PauseMailbox(PauseReason.SENDER_REFUSED)
    assert answered(SmtpPhase.AUTH, 535, "5.7.8", "no") == PauseMailbox(PauseReason.AUTHENTICATION)
    blocked = answered(SmtpPhase.RCPT, 554, "5.7.1", "Client host is on our blacklist")
    assert blocked == PauseMailbox(PauseReason.BLOCKED)


def test_T21_a_used_up_session_is_made_anew_and_costs_the_message_nothing() -> None:
    verdict = answered(SmtpPhase.MAIL, 451, "", "Mails per session limit exceeded", attempts=99)
    assert verdict == Retry(MONDAY_AT_TEN + 5 * MINUTE, MONDAY_AT_TEN + 5 * MINUTE, reconnects=True)
    assert isinstance(verdict, Retry)
    assert not verdict.counts_attempt


@pytest.mark.parametrize("phase", [SmtpPhase.CONNECT, SmtpPhase.MAIL, SmtpPhase.RCPT, SmtpPhase.DOT])
def test_T22_fault_06_a_421_cools_the_mailbox_down_and_blames_nobody(phase: SmtpPhase) -> None:
    verdict = answered(phase, 421, "4.7.0", "Try again later", attempts=7)
    assert isinstance(verdict, Retry)
    assert verdict.holds_mailbox
    assert not verdict.counts_attempt
    assert not verdict.reconnects
    assert verdict.held_until == MONDAY_AT_TEN + 5 * MINUTE


def test_fault_06_the_mailbox_waits_longer_each_time_however_many_messages_meet_it() -> None:
    waits = []
    for holds in range(10):
        verdict = answered(SmtpPhase.CONNECT, 421, "", "busy", holds=holds)
        assert isinstance(verdict, Retry)
        assert verdict.held_until is not None
        waits.append((verdict.held_until - MONDAY_AT_TEN) // MINUTE)
    assert waits == [5, 15, 30, 60, 120, 240, 480, 720, 720, 720]


def test_fault_05_greylisting_is_retried_with_growing_pauses_inside_the_window() -> None:
    now, waits = MONDAY_AT_TEN, []
    for attempts in range(1, 5):
        verdict = answered(SmtpPhase.RCPT, 451, "4.7.1", "Greylisted", attempts=attempts, now=now, calendar=OFFICE)
        assert isinstance(verdict, Retry)
        assert verdict.counts_attempt
        assert not verdict.holds_mailbox
        waits.append((verdict.at - now) // MINUTE)
        now = verdict.at
    assert waits == [5, 15, 30, 60]
    evening = berlin(2026, 11, 23, 16, 50)
    verdict = answered(SmtpPhase.RCPT, 451, "", "later", attempts=3, now=evening, calendar=OFFICE)
    assert verdict == Retry(berlin(2026, 11, 24, 9))


def test_a_host_at_fault_frees_the_mailbox_before_the_messages_window_opens() -> None:
    evening = berlin(2026, 11, 23, 16, 58)
    verdict = answered(SmtpPhase.CONNECT, 0, "", "timed out", now=evening, calendar=OFFICE)
    assert verdict == Retry(berlin(2026, 11, 24, 9), evening + 5 * MINUTE)


@pytest.mark.parametrize("text, verdict", [("later", Fail()), ("mailbox full", Fail(soft=True)), ("421 busy", Fail())])
def test_after_three_sending_days_it_is_given_up(text: str, verdict: Fail) -> None:
    friday = berlin(2026, 11, 20, 15)
    code = 421 if text.startswith("421") else 452
    on_tuesday = berlin(2026, 11, 24, 15)
    still = answered(SmtpPhase.RCPT, code, "", text, attempts=6, first=friday, now=on_tuesday, calendar=OFFICE)
    assert isinstance(still, Retry)
    on_wednesday = berlin(2026, 11, 25, 14, 59)
    over = answered(SmtpPhase.RCPT, code, "", text, attempts=7, first=friday, now=on_wednesday, calendar=OFFICE)
    assert over == verdict


def test_what_may_never_leave_again_is_given_up() -> None:
    days_off = frozenset(MONDAY_AT_TEN.date() + n * DAY for n in range(1, 500))
    closed = Calendar(BERLIN, OFFICE.window, days_off)
    evening = berlin(2026, 11, 23, 17)
    assert answered(SmtpPhase.RCPT, 451, "", "later", now=evening, calendar=closed) == Fail()
    assert answered(SmtpPhase.RCPT, 452, "", "mailbox full", now=evening, calendar=closed) == Fail(soft=True)


def test_fault_04_a_connection_lost_before_the_body_is_tried_again_and_after_it_never() -> None:
    for phase in (SmtpPhase.MAIL, SmtpPhase.RCPT, SmtpPhase.DATA):
        verdict = answered(phase, 0, "", "closed")
        assert isinstance(verdict, Retry)
        assert not verdict.counts_attempt
    assert answered(SmtpPhase.DOT, 0, "", "closed") == Uncertain()
    kind = FailureKind.CONNECTION
    assert after_failure(kind, SmtpPhase.DOT, 1, MONDAY_AT_TEN, MONDAY_AT_TEN, ALL_DAY) == Uncertain()


@given(
    st.sampled_from(FailureKind),
    st.sampled_from(SmtpPhase),
    st.integers(1, 100),
    st.integers(0, 100),
    st.integers(0, 6 * 1440),
)
def test_every_failure_has_one_verdict_and_a_retry_lies_in_the_window(
    kind: FailureKind, phase: SmtpPhase, attempts: int, holds: int, minutes: int
) -> None:
    where = Calendar(ZoneInfo("Pacific/Auckland"), SendWindow())
    now = datetime(2026, 11, 23, 10, tzinfo=UTC) + minutes * MINUTE
    verdict = after_failure(kind, phase, attempts, MONDAY_AT_TEN, now, where, holds=holds)
    if isinstance(verdict, Retry):
        assert is_open(where, verdict.at)
        assert verdict.at >= now + PAUSES[0]
        assert verdict.holds_mailbox != verdict.counts_attempt
        assert verdict.at - MONDAY_AT_TEN <= timedelta(days=6)
    if isinstance(verdict, Fail):
        assert verdict.bounce == (kind is FailureKind.RECIPIENT_UNKNOWN)
