"""The tour's oracle finds each planted violation, and nothing where nothing is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from opendoors_desktop.engine.demo.evidence import (
    BoxRules,
    Came,
    Edit,
    Evidence,
    JournalLine,
    Kind,
    Letter,
    Refusal,
    Rules,
    SequenceRules,
    Silence,
    Whereabouts,
    Which,
)
from opendoors_desktop.engine.demo.findings import Wrong
from opendoors_desktop.engine.demo.oracle import state
from opendoors_desktop.engine.demo.pace_findings import is_inside

BERLIN, LIMA = "Europe/Berlin", "America/Lima"
MONDAY = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BOX = BoxRules("rep@example.com", BERLIN)
FAIR = SequenceRules("Fair", BERLIN, (True,) * 5 + (False,) * 2, time(9), time(17))
FIRST, SECOND = Which("Fair", 1), Which("Fair", 2)
MARKS = {FIRST: ("the first word",), SECOND: ("the second word",)}
RULES = Rules({BOX.address: BOX}, {"Fair": FAIR}, MARKS)


def letter(who: str, at: datetime, which: Which = FIRST, text: str = "") -> Letter:
    """A mail to somebody at example.org, or at the domain that is named."""
    recipient = who if "@" in who else f"{who}@example.org"
    own = f"<{which.step}.{recipient}>"
    return Letter(BOX.address, recipient, own, at, f"Hello, {MARKS[which][0]}. {text}")


def evidence(*letters: Letter, **more: object) -> Evidence:
    """These mails, with a journal that agrees."""
    lines = tuple(
        JournalLine(each.message_id, each.recipient, FIRST if MARKS[FIRST][0] in each.text else SECOND, "sent")
        for each in letters
    )
    return Evidence(**{"letters": letters, "journal": lines, **more})  # type: ignore[arg-type]


def wrongs(evidence: Evidence, rules: Rules = RULES) -> list[Wrong]:
    """What is found wrong; that not every email of the sequence was received is another matter here."""
    return [fault.wrong for fault in state(evidence, rules).faults if fault.wrong is not Wrong.NOBODY]


def with_box(**changes: object) -> Rules:
    """The rules with other settings of the mailbox."""
    return replace(RULES, boxes={BOX.address: replace(BOX, **changes)})  # type: ignore[arg-type]


def with_sequence(**changes: object) -> Rules:
    """The rules with other settings of the sequence."""
    return replace(RULES, sequences={"Fair": replace(FAIR, **changes)})  # type: ignore[arg-type]


def in_steps(count: int, step: timedelta) -> list[Letter]:
    """Mails to as many people, one after another from Monday morning."""
    return [letter(f"p{number}", MONDAY + number * step) for number in range(count)]


def test_nothing_is_found_where_nothing_is_wrong():
    letters = [*in_steps(3, HOUR), letter("p0", MONDAY + 2 * DAY, SECOND)]

    statement = state(evidence(*letters, people=(Whereabouts("p1@example.org", "Fair", "waiting"),)), RULES)

    assert statement.faults == ()
    assert (statement.sent, statement.received, statement.journal) == (4, {FIRST: 3, SECOND: 1}, {FIRST: 3, SECOND: 1})
    assert (statement.retried, statement.refused) == (0, 0)


def test_a_mail_that_came_twice_is_found_by_its_id():
    once = letter("ann", MONDAY)
    assert (
        wrongs(evidence(once, replace(once, recipient="ben@example.org", received_at=MONDAY + DAY))).count(
            Wrong.DOUBLED
        )
        == 1
    )


def test_a_step_that_came_twice_is_found_whatever_its_id():
    once = letter("ann", MONDAY)
    again = replace(once, message_id="<other>", received_at=MONDAY + DAY)
    assert wrongs(evidence(once, again)) == [Wrong.DOUBLED]


def test_a_mail_that_is_called_sent_and_never_came_is_lost():
    came, lost = letter("ann", MONDAY), letter("ben", MONDAY + HOUR)
    everything = evidence(came, lost)
    assert wrongs(replace(everything, letters=(came,))) == [Wrong.LOST]


@pytest.mark.parametrize("state_of_journal", ["deferred", "uncertain", None])
def test_a_mail_that_came_and_is_not_called_sent_is_lost_to_the_journal(state_of_journal: str | None):
    everything = evidence(letter("ann", MONDAY))
    told = () if state_of_journal is None else (replace(everything.journal[0], state=state_of_journal),)
    assert wrongs(replace(everything, journal=told)) == [Wrong.LOST]


def test_a_mail_of_no_step_is_found():
    strange = replace(letter("ann", MONDAY), text="Something else")
    assert Wrong.UNKNOWN in wrongs(evidence(strange))


def test_a_mail_from_another_address_is_found():
    strange = replace(letter("ann", MONDAY), sender="else@example.com")
    assert Wrong.UNKNOWN in wrongs(evidence(strange))


def test_an_email_that_nobody_got_is_found():
    assert [fault.wrong for fault in state(evidence(letter("ann", MONDAY)), RULES).faults] == [Wrong.NOBODY]


def test_somebody_who_is_nowhere_is_found():
    nowhere = Whereabouts("ann@example.org", "Fair", "")
    assert wrongs(evidence(letter("ann", MONDAY), people=(nowhere,))) == [Wrong.NOWHERE]


def test_a_total_that_is_not_borne_out_is_found():
    assert wrongs(evidence(letter("ann", MONDAY), unequal=("total_sent is 2, counted 1",))) == [Wrong.RECOUNT]


@pytest.mark.parametrize(
    "at", [MONDAY - timedelta(microseconds=1), MONDAY + 8 * HOUR, MONDAY - DAY], ids=["before", "at its end", "Sunday"]
)
def test_a_mail_outside_the_window_is_found(at: datetime):
    assert wrongs(evidence(letter("ann", at))) == [Wrong.WINDOW]


@pytest.mark.parametrize("at", [MONDAY, MONDAY + 8 * HOUR - timedelta(microseconds=1)], ids=["first", "last"])
def test_the_first_and_the_last_instant_are_inside(at: datetime):
    assert wrongs(evidence(letter("ann", at))) == []


def test_the_window_is_that_of_the_contacts_own_zone():
    rules = replace(RULES, zones={"ann@example.org": LIMA})
    assert wrongs(evidence(letter("ann", MONDAY)), rules) == [Wrong.WINDOW]
    assert wrongs(evidence(letter("ann", MONDAY + 6 * HOUR)), rules) == []


def test_the_window_moves_with_the_clocks():
    rules = replace(FAIR, days=(True,) * 7)
    before, after = datetime(2026, 3, 7, 14, tzinfo=UTC), datetime(2026, 3, 8, 13, tzinfo=UTC)
    new_york = "America/New_York"
    assert [is_inside(at, new_york, rules) for at in (before, before - MINUTE)] == [True, False]
    assert [is_inside(at, new_york, rules) for at in (after, after - MINUTE)] == [True, False]


def test_one_over_the_mailboxs_day_is_found():
    letters = in_steps(4, HOUR)
    assert wrongs(evidence(*letters), with_box(daily_cap=3)) == [Wrong.MAILBOX_DAY]
    assert wrongs(evidence(*letters), with_box(daily_cap=4)) == []


def test_the_day_is_that_of_the_mailboxs_zone():
    letters = [letter("ann", MONDAY + 7 * HOUR), letter("ben", MONDAY + DAY)]
    assert wrongs(evidence(*letters), with_box(daily_cap=1)) == []
    assert wrongs(evidence(*letters), with_box(daily_cap=1, zone="Pacific/Auckland")) == [Wrong.MAILBOX_DAY]


def test_one_over_the_ramp_is_found():
    ramp = (date(2026, 3, 1), 1, 1)
    assert wrongs(evidence(*in_steps(2, HOUR)), with_box(ramp=ramp, daily_cap=9)) == []
    assert wrongs(evidence(*in_steps(3, HOUR)), with_box(ramp=ramp)) == [Wrong.MAILBOX_DAY]
    assert wrongs(evidence(*in_steps(2, HOUR)), with_box(ramp=ramp, daily_cap=1)) == [Wrong.MAILBOX_DAY]


def test_a_mail_counts_on_the_day_of_its_first_try():
    put_off = Refusal(BOX.address, "ann@example.org", MONDAY, 451)
    letters = [letter("ann", MONDAY + DAY), letter("ben", MONDAY + DAY + HOUR)]
    assert wrongs(evidence(*letters), with_box(daily_cap=1)) == [Wrong.MAILBOX_DAY]
    statement = state(evidence(*letters, refusals=(put_off,)), with_box(daily_cap=1))
    assert [fault.wrong for fault in statement.faults] == [Wrong.NOBODY]
    assert statement.retried == 1


def test_one_over_the_rolling_hour_is_found():
    rules = with_box(hourly_cap=2)
    assert wrongs(evidence(*in_steps(3, 29 * MINUTE)), rules) == [Wrong.MAILBOX_HOUR]
    assert wrongs(evidence(*in_steps(6, 30 * MINUTE)), rules) == []


def test_one_over_a_companys_day_is_found():
    letters = [letter(f"p{number}@firm.example.net", MONDAY + number * HOUR) for number in range(3)]
    assert wrongs(evidence(*letters), with_box(company_cap=2)) == [Wrong.COMPANY_DAY]
    assert wrongs(evidence(*letters), with_box(company_cap=3)) == []


def test_mails_closer_than_the_gap_are_found():
    rules = with_box(gap=MINUTE)
    assert wrongs(evidence(*in_steps(3, MINUTE)), rules) == []
    assert wrongs(evidence(*in_steps(3, 59 * MINUTE / 60)), rules) == [Wrong.GAP] * 2


def test_a_try_that_was_put_off_keeps_the_gap_too():
    put_off = Refusal(BOX.address, "ann@example.org", MONDAY + timedelta(seconds=30), 451)
    everything = evidence(letter("ben", MONDAY), refusals=(put_off,))
    assert wrongs(everything, with_box(gap=MINUTE)) == [Wrong.GAP]


def test_one_over_the_sequences_day_is_found():
    letters = in_steps(4, HOUR)
    assert wrongs(evidence(*letters), with_sequence(max_a_day=3)) == [Wrong.SEQUENCE_DAY]
    assert wrongs(evidence(*letters), with_sequence(max_a_day=4)) == []


def test_one_over_the_new_contacts_is_found_and_follow_ups_are_none():
    letters = [*in_steps(2, HOUR), letter("p0", MONDAY + DAY, SECOND), letter("new", MONDAY + DAY + HOUR)]
    assert wrongs(evidence(*letters), with_sequence(max_new_a_day=1)) == [Wrong.NEW_DAY]
    assert wrongs(evidence(*letters), with_sequence(max_new_a_day=2)) == []


def test_mails_closer_than_the_sequence_allows_are_found():
    letters = in_steps(2, 3 * MINUTE)
    assert wrongs(evidence(*letters), with_sequence(throttle=4 * MINUTE)) == [Wrong.THROTTLE]
    assert wrongs(evidence(*letters), with_sequence(throttle=3 * MINUTE)) == []


def test_a_second_mail_to_a_contact_on_its_day_is_found():
    letters = [letter("ann", MONDAY), letter("ann", MONDAY + 7 * HOUR, SECOND)]
    assert wrongs(evidence(*letters)) == [Wrong.CONTACT_DAY]


def silent(begins: datetime, ends: datetime | None = None, sequence: str = "") -> Rules:
    return replace(RULES, silences=(Silence("ann@example.org", begins, ends, sequence),))


def test_a_mail_to_somebody_silenced_is_found():
    everything = evidence(letter("ann", MONDAY + HOUR), letter("ben", MONDAY + 2 * HOUR))
    assert wrongs(everything, silent(MONDAY)) == [Wrong.SILENCE]
    assert wrongs(everything, silent(MONDAY + 2 * HOUR)) == []
    assert wrongs(everything, silent(MONDAY, MONDAY + HOUR)) == []
    assert wrongs(everything, silent(MONDAY, sequence="Fair")) == [Wrong.SILENCE]
    assert wrongs(everything, silent(MONDAY, sequence="Other")) == []


@pytest.mark.parametrize("comes", [True, False], ids=["received", "tried"])
def test_another_try_at_an_address_that_is_not_there_is_found(comes: bool):
    gone = Refusal(BOX.address, "ann@example.org", MONDAY, 550)
    again = replace(gone, at=MONDAY + HOUR)
    other = letter("ben", MONDAY + DAY)
    everything = (
        evidence(other, letter("ann", MONDAY + HOUR), refusals=(gone,))
        if comes
        else evidence(other, refusals=(gone, again))
    )
    assert wrongs(everything) == [Wrong.SILENCE]
    assert state(evidence(other, refusals=(gone,)), RULES).refused == 1


@pytest.mark.parametrize("at, text", [(MONDAY, "Until then."), (MONDAY + 2 * HOUR, "")], ids=["too early", "too late"])
def test_the_wrong_text_after_an_edit_is_found(at: datetime, text: str):
    rules = replace(RULES, edits=(Edit("Fair", 1, MONDAY + HOUR, "Until then."),))
    other = "" if text else "Until then."
    assert wrongs(evidence(letter("ann", at, text=text)), rules) == [Wrong.EDIT]
    assert wrongs(evidence(letter("ann", at, text=other)), rules) == []


def _another_step(line: JournalLine) -> JournalLine:
    return replace(line, which=SECOND)


def _another_person(line: JournalLine) -> JournalLine:
    return replace(line, recipient="ben@example.org")


@pytest.mark.parametrize("change", [_another_step, _another_person])
def test_a_journal_that_tells_it_otherwise_is_found(change: Callable[[JournalLine], JournalLine]):
    everything = evidence(letter("ann", MONDAY))
    lines: Sequence[JournalLine] = [change(line) for line in everything.journal]
    assert wrongs(replace(everything, journal=tuple(lines))) == [Wrong.JOURNAL]


@pytest.mark.parametrize(
    "kind, right, wrong",
    [
        (Kind.REPLY, "replied", "waiting"),
        (Kind.COLLEAGUE, "colleague_replied", "replied"),
        (Kind.COLLEAGUE, "manual_stop", "finished"),
        (Kind.GONE, "bounced", "finished"),
        (Kind.OPT_OUT, "unsubscribed", "replied"),
        (Kind.AWAY, "waiting", "replied"),
        (Kind.FULL, "task", "bounced"),
    ],
)
def test_what_came_back_leads_where_it_must(kind: Kind, right: str, wrong: str):
    came = Came("ann@example.org", "Fair", kind, MONDAY)

    def found(state_of_ann: str) -> list[Wrong]:
        people = (Whereabouts("Ann@example.org", "Fair", state_of_ann),)
        return wrongs(evidence(letter("ann", MONDAY), came=(came,), people=people))

    assert found(right) == []
    assert found(wrong) == [Wrong.EFFECT]


def test_what_came_from_somebody_who_was_through_leads_to_nothing():
    came = Came("ann@example.org", "Fair", Kind.REPLY, MONDAY + HOUR)
    people = (Whereabouts("ann@example.org", "Fair", "finished", MONDAY),)
    assert wrongs(evidence(letter("ann", MONDAY), came=(came,), people=people)) == []


def test_what_came_back_is_stated_with_where_it_led():
    came = Came("ann@example.org", "Fair", Kind.REPLY, MONDAY)
    people = (Whereabouts("ann@example.org", "Fair", "replied"),)
    assert state(evidence(came=(came,), people=people), RULES).came == ((came, "replied"),)
