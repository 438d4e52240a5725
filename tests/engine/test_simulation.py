"""Playing ahead: what leaves when in rooms with every rule of pace and flow, exact to the microsecond."""

from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from opendoors_desktop.domain.condition import Comparison, Group, Junction, Operator
from opendoors_desktop.domain.enrollment import Enrollment, with_record
from opendoors_desktop.domain.facts import EmailFacts, Facts, TaskFacts
from opendoors_desktop.domain.mailbox import Ramp
from opendoors_desktop.domain.pacing import Attempt
from opendoors_desktop.domain.send_window import Delay, SendWindow
from opendoors_desktop.domain.step import Branch, LinkedInAction, StepRecord, StepResult, StepType
from opendoors_desktop.domain.suppression import SuppressionReason
from opendoors_desktop.domain.variants import AbTest, Variant
from opendoors_desktop.engine.simulation import FACTS_STAY, TASK_IS_DONE
from tests.engine.play_builders import ALL_WEEK, BERLIN, MONDAY, Play, berlin, email, mailbox, sequence, step, step_id

OFFICE = SendWindow(start=time(9), end=time(17))
NIGHT = SendWindow(start=time(22), end=time(3))
DAY = Delay(days=1)
HOUR = timedelta(hours=1)
WORLD = (BERLIN, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Kiritimati")


def when(field: str, value: object, order: int | None = None, operator: Operator = Operator.EQUALS) -> Group:
    """A condition of one comparison, about a step of sequence 1."""
    about = None if order is None else step_id(1, order)
    return Group(Junction.AND, (Comparison(field, operator, value, about),))  # type: ignore[arg-type]


def spaced_emails() -> Play:
    steps = (email(1), email(2, DAY), email(3, Delay(hours=30, minutes=5)))
    play = Play(
        [mailbox(gap=timedelta(seconds=90))],
        [sequence(1, *steps, window=OFFICE, throttle=timedelta(minutes=2))],
    )
    play.enroll(1, range(14))
    return play


def capped_mailbox() -> Play:
    play = Play([mailbox(daily_cap=7, hourly_cap=3, company_cap=1)], [sequence(1, email(1), email(2, DAY))])
    for person in range(15):
        play.enroll(1, [person], company_id=UUID(int=90 + person % 4) if person % 3 else None)
    return play


def capped_sequence() -> Play:
    steps = (email(1), email(2, DAY), email(3, Delay(days=2)))
    play = Play([mailbox()], [sequence(1, *steps, max_emails_per_day=6, max_new_per_day=2, window=OFFICE)])
    play.enroll(1, range(12), every=timedelta(minutes=7))
    return play


def ramped_mailbox() -> Play:
    steps = (email(1), email(2, Delay(days=2)))
    box = mailbox(ramp=Ramp(date(2026, 3, 2), 2, 2), daily_cap=9, days_off=frozenset({date(2026, 3, 5)}))
    play = Play(
        [box],
        [sequence(1, *steps, window=OFFICE, holidays=frozenset({date(2026, 3, 4)}), delays_in_working_days=True)],
    )
    play.enroll(1, range(25), facts=Facts({"email": "a@example.net", "first_name": "Zoe"}, days_off=box.days_off))
    return play


def zones_over_a_clock_change() -> Play:
    steps = (email(1), email(2, Delay(days=1, hours=2)), email(3, Delay(days=3)), email(4, Delay(minutes=90)))
    play = Play(
        [mailbox(daily_cap=11)],
        [sequence(1, *steps, window=OFFICE), sequence(2, *steps, window=NIGHT, zone="Europe/London")],
        berlin(2026, 3, 26, 8),
    )
    play.enroll(1, range(15), zones=WORLD, every=timedelta(minutes=11))
    play.enroll(2, range(100, 110), zones=WORLD, every=timedelta(minutes=13))
    return play


def lanes_and_tasks() -> Play:
    opened = when("email_opened", True, 1)
    steps = (
        email(1),
        step(2, StepType.CONDITIONAL, DAY, conditions=opened, wait_until_true=True, finish_yes=True),
        email(3, DAY, parent=2, branch=Branch.YES),
        step(4, StepType.TASK, DAY, parent=2, branch=Branch.NO, task_due_days=2),
        step(5, StepType.CALL, waits_for_task=False),
        step(6, StepType.DELAY, Delay(hours=5)),
        email(7, Delay(hours=3), conditions=when("task_completed", True, 4)),
        step(8, StepType.CONDITIONAL, conditions=when("contact.city", "Lyon")),
        email(9, DAY, parent=8, branch=Branch.YES, conditions=when("days_since_enrolled", 9, None, Operator.AT_LEAST)),
        step(10, StepType.LINKEDIN, parent=8, branch=Branch.NO, linkedin_action=LinkedInAction.CONNECT),
        email(11, DAY, is_manual=True),
        email(12, DAY, is_enabled=False),
        email(13, Delay(days=2), subject_template="Another thread"),
    )
    play = Play([mailbox()], [sequence(1, *steps, window=OFFICE)])
    for person in range(10):
        fields = {"email": "a@example.net", "first_name": "Zoe", "city": "Lyon" if person % 2 else "Oslo"}
        opened_it = {step_id(1, 1): EmailFacts(sent=True, opened=True)} if person % 5 == 4 else {}
        play.enroll(1, [person], zones=WORLD[person % 5 :], facts=Facts(fields, emails=opened_it))
    return play


def variants_and_threads() -> Play:
    test = AbTest((Variant("A", weight=3), Variant("B", subject="B", weight=2), Variant("C", is_paused=True)))
    steps = (
        email(1, ab_test_enabled=True, ab_test=test),
        email(2, DAY),
        email(3, DAY, subject_template="A new thread", mailbox_id=UUID(int=2)),
        email(4, DAY, ab_test_enabled=True, ab_test=replace(test, winner_id="B")),
        email(5, Delay(days=1, minutes=1), subject_template="Back", mailbox_id=UUID(int=3)),
    )
    boxes = [mailbox(1, gap=timedelta(minutes=3)), mailbox(2, gap=timedelta(minutes=5), daily_cap=8)]
    play = Play(boxes, [sequence(1, *steps)])
    play.enroll(1, range(12))
    return play


def shared_people() -> Play:
    steps = (email(1), email(2, Delay(hours=2)), email(3, Delay(hours=20)), email(4, Delay(days=2)))
    sequences = [
        sequence(1, *steps, max_emails_per_day=9),
        sequence(2, *steps, window=OFFICE, throttle=timedelta(minutes=4)),
    ]
    play = Play([mailbox(1, gap=timedelta(seconds=40)), mailbox(2, hourly_cap=4)], sequences)
    play.enroll(1, range(10), every=timedelta(seconds=50))
    play.enroll(2, range(5, 12))
    play.enroll(2, range(12, 16), box=2, last_automatic=(MONDAY - HOUR, UUID(int=1)))
    play.enroll(1, range(20, 24), box=2, zones=WORLD, last_automatic=(MONDAY - 30 * HOUR, UUID(int=2)))
    return play


def retries_and_journal() -> Play:
    box = mailbox(gap=timedelta(minutes=1), hourly_cap=5, daily_cap=6)
    play = Play([box], [sequence(1, email(1), email(2, DAY), email(3, DAY), throttle=timedelta(minutes=3))])
    for person in range(4):
        at = MONDAY - timedelta(minutes=50 - 7 * person)
        first = Attempt(
            sequence_id=UUID(int=1),
            enrollment_id=UUID(int=100_000 + person),
            step_id=step_id(1, 1),
            contact_id=UUID(int=50_000 + person),
            company_id=None,
            is_first=True,
            slot_at=at,
            first_attempted_at=at,
            last_attempted_at=at,
        )
        play.attempts.setdefault(1, []).append(first)
        later = replace(_enrolled(person), not_before=MONDAY + timedelta(minutes=5 + person))
        play.play(later, person, is_retry=True, last_automatic=(at, UUID(int=1)))
    play.enroll(1, range(10, 16))
    for person in range(20, 24):
        sent = StepRecord(step_id(1, 1), StepResult.SENT, MONDAY - timedelta(days=2, minutes=person))
        play.play(with_record(_enrolled(person), sent), person)
    return play


def people_who_are_held() -> Play:
    steps = (email(1), email(2, DAY), step(3, StepType.TASK), email(4, DAY))
    play = Play([mailbox()], [sequence(1, *steps, stop_on_unsubscribe=False), sequence(2, *steps)])
    known = {"email": "a@example.net", "first_name": "Zoe"}
    play.enroll(1, [1], facts=Facts(known, suppression=SuppressionReason.UNSUBSCRIBED))
    play.enroll(2, [2], facts=Facts(known, suppression=SuppressionReason.UNSUBSCRIBED))
    play.enroll(1, [3], facts=Facts({"email": "a@example.net", "first_name": "  "}))
    play.enroll(1, [4], facts=Facts({"first_name": "Zoe", "email": ""}))
    play.enroll(1, [5], facts=Facts(known, has_replied=True))
    play.enroll(2, [6], facts=Facts(known, has_reached_goal=True))
    play.enroll(1, [7], facts=Facts(known, tasks={step_id(1, 3): TaskFacts(is_completed=True)}))
    waits = replace(_enrolled(8), waiting_until=MONDAY + timedelta(days=3), shifted_by=HOUR)
    play.play(waits, 8)
    made = StepRecord(step_id(1, 3), StepResult.MADE, MONDAY - HOUR)
    open_task = with_record(with_record(_enrolled(9), StepRecord(step_id(1, 2), StepResult.SENT, MONDAY - HOUR)), made)
    play.play(open_task, 9, open_task_due_at=MONDAY + 4 * HOUR)
    play.players[-1].ticket = None
    play.play(replace(_enrolled(10), start_step_id=step_id(1, 2)), 10)
    return play


def many_at_once() -> Play:
    steps = (email(1), *(email(number, Delay(days=3)) for number in (2, 3, 4, 5)))
    play = Play([mailbox()], [sequence(1, *steps, window=ALL_WEEK, uses_contact_zone=True)])
    play.enroll(1, range(20), zones=WORLD)
    return play


def _enrolled(person: int) -> Enrollment:
    at = MONDAY - HOUR
    ids = UUID(int=100_000 + person), UUID(int=1), UUID(int=50_000 + person)
    return Enrollment(*ids, at, zone=BERLIN, mailbox_id=UUID(int=1))


PLAYS = (
    spaced_emails,
    capped_mailbox,
    capped_sequence,
    ramped_mailbox,
    zones_over_a_clock_change,
    lanes_and_tasks,
    variants_and_threads,
    shared_people,
    retries_and_journal,
    people_who_are_held,
    many_at_once,
)


@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.__name__)
def test_what_is_played_stays_as_it_was(play, repository: Path):
    kept = repository / "tests" / "data" / "simulation" / f"{play.__name__}.txt"

    assert play().told() == kept.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.__name__)
def test_emails_come_in_the_order_of_leaving_and_none_twice(play):
    planned = list(play().run())

    assert [each.departure.at for each in planned] == sorted(each.departure.at for each in planned)
    told = [(each.player.enrollment.id, each.decision.step.id) for each in planned]
    assert len(told) == len(set(told))


def test_playing_ends_before_the_given_instant():
    whole, part = many_at_once().told(30), many_at_once().told(4)

    assert part == whole[: len(part)]
    assert 0 < len(part) < len(whole)


def test_what_rests_on_an_assumption_names_it():
    told = {(each.decision.step.order, each.assumes) for each in lanes_and_tasks().run()}

    assert (1, ()) in told
    assert (7, (TASK_IS_DONE, FACTS_STAY)) in told
