"""What an enrollment does next and when: every type of step, every reason to wait, to hold and to end."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain import variants
from opendoors_desktop.domain.action import Elapse, Finish, Hold, MakeTask, Send, Skip, TakeLane, Wait
from opendoors_desktop.domain.because import Because
from opendoors_desktop.domain.condition import Comparison, Operator
from opendoors_desktop.domain.decision import (
    advance,
    mailbox_of,
    next_step,
    record_of,
    waits_since_last_email,
)
from opendoors_desktop.domain.enrollment import CompletionReason, EnrollmentStatus, HoldReason, with_record
from opendoors_desktop.domain.facts import EmailFacts, TaskFacts
from opendoors_desktop.domain.send_window import Delay, SendWindow
from opendoors_desktop.domain.sequence import SequenceStatus
from opendoors_desktop.domain.step import Branch, StepResult
from opendoors_desktop.domain.suppression import SuppressionReason
from opendoors_desktop.domain.variants import AbTest, Variant
from tests.domain.flow_builders import (
    DAY,
    HOUR,
    MAILBOX,
    MONDAY,
    NEVER,
    OFFICE,
    OTHER_MAILBOX,
    all_of,
    berlin,
    call,
    email,
    enrolled,
    facts,
    fork,
    is_false,
    is_true,
    linkedin,
    name_of,
    nodes,
    play,
    record,
    sequence,
    step_id,
    task,
    wait,
)

# ---- emails --------------------------------------------------------------------------------------------------------


def test_a_first_email_without_delay_is_sent_at_once():
    decision = next_step(sequence(email("A")), enrolled(), facts(), MONDAY)
    assert isinstance(decision, Send)
    assert (name_of(decision.step), decision.due_at, decision.mailbox_id) == ("A", MONDAY, MAILBOX)
    assert (decision.is_first, decision.starts_thread, decision.because) == (True, True, Because.DUE)


def test_a_follow_up_waits_for_its_delay_then_answers_in_the_thread():
    plan = sequence(email("A"), email("B", subject_template=None, delay=Delay(days=2)))
    person = enrolled(record("A"))
    waiting = next_step(plan, person, facts(), MONDAY + DAY)
    assert waiting == Wait(plan.flow.ordered[1], MONDAY + 2 * DAY, MONDAY + 2 * DAY, Because.DELAY)
    decision = next_step(plan, person, facts(), MONDAY + 2 * DAY)
    assert isinstance(decision, Send)
    assert (decision.is_first, decision.starts_thread) == (False, False)


def test_the_due_instant_of_an_email_moves_into_the_window():
    plan = sequence(email("A", delay=Delay(hours=9)), window=OFFICE)
    evening = MONDAY + 9 * HOUR
    waiting = next_step(plan, enrolled(), facts(), evening)
    assert waiting == Wait(plan.flow.first(), berlin(2026, 3, 3, 9), berlin(2026, 3, 3, 9), Because.WINDOW)
    before = next_step(plan, enrolled(), facts(), MONDAY)
    assert isinstance(before, Wait)
    assert before.because is Because.DELAY
    assert before.until == berlin(2026, 3, 3, 9)


def test_an_email_that_came_due_while_nobody_sent_keeps_its_due_instant():
    plan = sequence(email("A"), window=OFFICE)
    decision = next_step(plan, enrolled(), facts(), MONDAY + 12 * HOUR)
    assert isinstance(decision, Send)
    assert decision.due_at == MONDAY


def test_holidays_and_days_off_of_the_mailbox_move_emails_and_only_holidays_move_tasks():
    off = frozenset({date(2026, 3, 3)})
    plan = sequence(email("A", delay=Delay(days=1)), window=OFFICE)
    waiting = next_step(plan, enrolled(), facts(days_off=off), MONDAY)
    assert isinstance(waiting, Wait)
    assert waiting.until == berlin(2026, 3, 4, 9)
    of_person = sequence(task("T", delay=Delay(days=1)), window=OFFICE)
    free = next_step(of_person, enrolled(), facts(days_off=off), MONDAY)
    assert isinstance(free, Wait)
    assert free.until == berlin(2026, 3, 3, 9)
    holiday = next_step(replace(of_person, holidays=off), enrolled(), facts(), MONDAY)
    assert isinstance(holiday, Wait)
    assert holiday.until == berlin(2026, 3, 4, 9)


def test_delays_in_working_days_leave_out_the_weekend():
    plan = sequence(email("A", delay=Delay(days=5)), window=OFFICE, delays_in_working_days=True)
    waiting = next_step(plan, enrolled(), facts(), MONDAY)
    assert isinstance(waiting, Wait)
    assert waiting.until == berlin(2026, 3, 9, 10)


def test_the_zone_is_the_enrollments():
    plan = sequence(email("A"), window=OFFICE)
    decision = next_step(plan, enrolled(zone="Asia/Tokyo"), facts(), MONDAY)
    assert isinstance(decision, Wait)
    assert decision.until == datetime(2026, 3, 3, 0, tzinfo=UTC)


def test_a_chosen_start_is_where_the_first_delay_runs_from():
    plan = sequence(email("A", delay=Delay(hours=1)))
    decision = next_step(plan, enrolled(started_at=MONDAY + DAY), facts(), MONDAY)
    assert isinstance(decision, Wait)
    assert decision.until == MONDAY + DAY + HOUR


def test_a_step_of_its_own_mailbox_uses_it_only_where_it_begins_a_thread():
    own = email("B", mailbox_id=OTHER_MAILBOX)
    answer = email("C", mailbox_id=OTHER_MAILBOX, subject_template=None)
    plan = sequence(email("A"), own, answer)
    person = enrolled(record("A"))
    begins = next_step(plan, person, facts(), MONDAY)
    assert isinstance(begins, Send)
    assert begins.mailbox_id == OTHER_MAILBOX
    follows = next_step(plan, with_record(person, record("B")), facts(), MONDAY)
    assert isinstance(follows, Send)
    assert follows.mailbox_id == MAILBOX
    in_thread = enrolled(thread_mailbox_id=OTHER_MAILBOX)
    assert mailbox_of(answer.step, in_thread, is_new_thread=False) == OTHER_MAILBOX
    assert mailbox_of(email("D").step, in_thread, is_new_thread=True) == MAILBOX


# ---- what holds an email -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "node,known,person,reason,detail",
    [
        (
            email("A", variables=frozenset({"title", "first_name", "company"})),
            {},
            {},
            HoldReason.MISSING_DATA,
            "company, title",
        ),
        (email("A"), {"fields": {"first_name": "Ana"}}, {}, HoldReason.NO_ADDRESS, "email"),
        (email("A"), {}, {"mailbox_id": None}, HoldReason.NO_MAILBOX, ""),
        (email("A", subject_template=" "), {}, {}, HoldReason.INCOMPLETE_STEP, "subject"),
        (email("A", body_template=None), {}, {}, HoldReason.INCOMPLETE_STEP, "body"),
        (email("A"), {}, {"hold": HoldReason.HELD}, HoldReason.HELD, ""),
        (
            email("A"),
            {},
            {"hold": HoldReason.ADDRESS_CHANGED, "hold_detail": "new@example.com"},
            HoldReason.ADDRESS_CHANGED,
            "new@example.com",
        ),
    ],
)
def test_an_email_is_held_and_told_why(node, known, person, reason, detail):
    decision = next_step(sequence(node), enrolled(**person), facts(**known), MONDAY)
    assert isinstance(decision, Hold)
    assert (decision.reason, decision.detail, decision.because.value) == (reason, detail, reason.value)
    assert decision.due_at == MONDAY


def test_a_fallback_stands_in_for_an_empty_field_and_a_filled_field_lets_go():
    plan = sequence(email("A", variables=frozenset({"company"})))
    held = advance(plan, enrolled(), facts(), MONDAY).enrollment
    assert (held.hold, held.hold_detail, held.next_step_scheduled_at) == (HoldReason.MISSING_DATA, "company", None)
    assert isinstance(next_step(plan, held, facts(fallbacks={"company": "your firm"}), MONDAY), Send)
    freed = advance(plan, held, facts(fields={"email": "a@example.com", "company": "Example Ltd"}), MONDAY)
    assert isinstance(freed.decision, Send)
    assert (freed.enrollment.hold, freed.enrollment.hold_detail) == (None, None)


def test_what_a_person_holds_stays_held_while_it_waits_and_while_tasks_go_on():
    plan = sequence(task("T"), email("A", delay=Delay(days=1)))
    played = play(plan, enrolled(hold=HoldReason.HELD, hold_detail="look"))
    assert played.names == "T"
    assert isinstance(played.last, Hold)
    assert (played.enrollment.hold, played.enrollment.hold_detail) == (HoldReason.HELD, "look")


def test_T27_an_email_whose_text_was_taken_away_is_parked_once_and_never_counts_as_sent():
    plan = sequence(email("A", body_template=""), email("B"))
    first = advance(plan, enrolled(), facts(), MONDAY)
    later = advance(plan, first.enrollment, facts(), MONDAY + DAY)
    assert isinstance(later.decision, Hold)
    assert later.enrollment == first.enrollment
    assert later.enrollment.records == ()


def test_T27_a_step_that_is_switched_off_is_passed_by():
    plan = sequence(email("A", is_enabled=False), email("B"))
    assert play(plan, enrolled()).names == "B"


def test_a_variant_may_bring_the_subject_and_the_body_a_step_lacks():
    test = AbTest((Variant("a", "Hello", "Text"),), variants.TestType.CONTENT)
    plan = sequence(email("A", subject_template=None, body_template=None, ab_test_enabled=True, ab_test=test))
    decision = next_step(plan, enrolled(), facts(), MONDAY)
    assert isinstance(decision, Send)
    assert decision.starts_thread
    off = sequence(email("A", subject_template=None, body_template=None, ab_test=test))
    assert isinstance(next_step(off, enrolled(), facts(), MONDAY), Hold)


# ---- suppression and endings ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "suppression,reason",
    [
        (SuppressionReason.UNSUBSCRIBED, CompletionReason.UNSUBSCRIBED),
        (SuppressionReason.COMPLAINT, CompletionReason.UNSUBSCRIBED),
        (SuppressionReason.HARD_BOUNCE, CompletionReason.BOUNCED),
        (SuppressionReason.DO_NOT_CONTACT, CompletionReason.MANUAL_STOP),
        (SuppressionReason.ERASED, CompletionReason.MANUAL_STOP),
    ],
)
def test_a_suppression_ends_the_enrollment_with_its_tasks(suppression, reason):
    for node in (email("A"), task("T")):
        decision = next_step(sequence(node), enrolled(), facts(suppression=suppression), MONDAY)
        assert isinstance(decision, Finish)
        assert decision.reason is reason


@pytest.mark.parametrize(
    "suppression", [SuppressionReason.UNSUBSCRIBED, SuppressionReason.COMPLAINT, SuppressionReason.HARD_BOUNCE]
)
def test_where_that_is_switched_off_only_emails_are_skipped_by_hand_ones_too(suppression):
    plan = sequence(
        email("A"), task("T"), email("M", is_manual=True), call("C"), stop_on_bounce=False, stop_on_unsubscribe=False
    )
    played = play(plan, enrolled(), facts(suppression=suppression))
    assert [name for name, _ in played.acts] == ["T", "C"]
    skipped = [each for each in played.enrollment.records if each.result is StepResult.SKIPPED]
    assert [name_of(each.step_id) for each in skipped] == ["A", "M"]
    assert played.last == Finish(CompletionReason.FINISHED, Because.END)


def test_do_not_contact_ends_even_where_unsubscribing_does_not():
    plan = sequence(email("A"), stop_on_bounce=False, stop_on_unsubscribe=False)
    decision = next_step(plan, enrolled(), facts(suppression=SuppressionReason.DO_NOT_CONTACT), MONDAY)
    assert isinstance(decision, Finish)


@pytest.mark.parametrize("kind", [email, lambda name: email(name, is_manual=True)])
def test_T61_no_kind_of_email_step_reaches_a_suppressed_address(kind):
    plan = sequence(kind("A"), stop_on_unsubscribe=False)
    decision = next_step(plan, enrolled(), facts(suppression=SuppressionReason.UNSUBSCRIBED), MONDAY)
    assert isinstance(decision, Skip)
    assert decision.because is Because.UNSUBSCRIBED


def test_a_reply_ends_it_where_the_sequence_stops_on_replies_and_a_goal_goes_before():
    plan = sequence(email("A"))
    assert next_step(plan, enrolled(), facts(has_replied=True), MONDAY) == Finish(
        CompletionReason.REPLIED, Because.REPLIED
    )
    both = facts(has_replied=True, has_reached_goal=True)
    assert next_step(plan, enrolled(), both, MONDAY) == Finish(CompletionReason.GOAL_ACHIEVED, Because.GOAL)
    assert isinstance(next_step(replace(plan, stop_on_reply=False), enrolled(), facts(has_replied=True), MONDAY), Send)


def test_T24_an_email_that_failed_for_good_ends_the_enrollment_as_failed():
    person = enrolled(record("A", StepResult.FAILED))
    assert next_step(sequence(email("A"), email("B")), person, facts(), MONDAY) == Finish(
        CompletionReason.FAILED, Because.FAILED
    )


def test_when_no_step_is_left_it_has_finished():
    assert next_step(sequence(email("A")), enrolled(record("A")), facts(), MONDAY) == Finish(
        CompletionReason.FINISHED, Because.END
    )
    assert isinstance(next_step(sequence(), enrolled(), facts(), MONDAY), Finish)


# ---- states --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [status for status in SequenceStatus if status is not SequenceStatus.ACTIVE])
def test_a_sequence_that_is_not_active_lets_nothing_go(status):
    plan = sequence(email("A"), status=status)
    decision = next_step(plan, enrolled(), facts(), MONDAY)
    assert decision == Wait(plan.flow.first(), None, None, Because(f"sequence_{status}"))


@pytest.mark.parametrize("status", list(EnrollmentStatus))
def test_only_an_active_enrollment_goes_on(status):
    decision = next_step(sequence(email("A")), enrolled(status=status), facts(), MONDAY)
    if status is EnrollmentStatus.ACTIVE:
        assert isinstance(decision, Send)
        return
    assert isinstance(decision, Wait)
    assert decision.until is decision.look_at is None
    paused = status is EnrollmentStatus.PAUSED
    assert decision.because is (Because.ENROLLMENT_PAUSED if paused else Because.ENROLLMENT_ENDED)
    assert name_of(decision.step) == ("A" if paused else "")


@pytest.mark.parametrize(
    "state,because",
    [
        ("uncertain", Because.EMAIL_UNCERTAIN),
        ("sending", Because.EMAIL_UNDER_WAY),
        ("deferred", Because.EMAIL_UNDER_WAY),
    ],
)
def test_an_email_under_way_is_waited_for(state, because):
    decision = next_step(sequence(email("A")), enrolled(), facts(unsettled=state), MONDAY)
    assert isinstance(decision, Wait)
    assert decision.because is because


def test_an_ended_enrollment_is_left_as_it_is():
    person = enrolled(record("A"), status=EnrollmentStatus.STOPPED, current_step_id=step_id("A"))
    assert advance(sequence(email("A"), email("B")), person, facts(), MONDAY).enrollment == person


# ---- putting off ---------------------------------------------------------------------------------------------------


def test_out_of_office_puts_everything_off_and_is_named():
    until = MONDAY + 9 * DAY
    for node in (email("A"), task("T"), wait("W"), fork("K", conditions=NEVER)):
        decision = next_step(sequence(node), enrolled(waiting_until=until), facts(), MONDAY + 2 * DAY)
        assert isinstance(decision, Wait)
        assert decision.because is Because.OUT_OF_OFFICE
        assert decision.until == decision.look_at == until
    over = next_step(sequence(email("A")), enrolled(waiting_until=until), facts(), until)
    assert isinstance(over, Send)


def test_a_pause_makes_due_instants_later_by_its_length():
    plan = sequence(email("A"), email("B", delay=Delay(days=2)))
    decision = next_step(plan, enrolled(record("A"), shifted_by=21 * DAY), facts(), MONDAY)
    assert isinstance(decision, Wait)
    assert decision.until == MONDAY + 23 * DAY


def test_what_an_edit_put_off_is_not_due_before_the_edit():
    plan = sequence(email("A"), email("B"))
    decision = next_step(plan, enrolled(record("A"), not_before=MONDAY + HOUR), facts(), MONDAY)
    assert isinstance(decision, Wait)
    assert (decision.until, decision.because) == (MONDAY + HOUR, Because.PUT_OFF)


# ---- tasks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("node", [task("T"), call("T"), linkedin("T"), email("T", is_manual=True)])
def test_what_people_do_comes_due_on_a_working_day_at_the_start_of_the_window(node):
    node.step = replace(node.step, delay=Delay(days=5))
    plan = sequence(node, window=OFFICE)
    waiting = next_step(plan, enrolled(), facts(), MONDAY)
    assert isinstance(waiting, Wait)
    assert waiting.until == berlin(2026, 3, 9, 9)
    early = next_step(plan, enrolled(), facts(), berlin(2026, 3, 7, 12))
    assert isinstance(early, Wait)
    assert early.because is Because.WORKING_DAY
    decision = next_step(plan, enrolled(), facts(), berlin(2026, 3, 9, 9))
    assert decision == MakeTask(plan.flow.ordered[0], berlin(2026, 3, 9, 9), berlin(2026, 3, 9, 9))


def test_the_hours_of_a_delay_are_waited_out_before_a_task_comes_due():
    plan = sequence(email("A"), task("T", delay=Delay(hours=2)), window=OFFICE)
    waiting = next_step(plan, enrolled(record("A")), facts(), MONDAY)
    assert isinstance(waiting, Wait)
    assert waiting.until == MONDAY + timedelta(hours=2)


def test_without_a_window_tasks_come_due_at_nine_and_never_before_the_step_before_is_done():
    plan = sequence(task("T", delay=Delay(days=1)))
    waiting = next_step(plan, enrolled(), facts(), MONDAY)
    assert isinstance(waiting, Wait)
    assert waiting.until == berlin(2026, 3, 3, 9)
    at_once = next_step(sequence(task("T")), enrolled(), facts(), MONDAY)
    assert isinstance(at_once, MakeTask)
    assert at_once.due_at == MONDAY


def test_the_days_a_task_may_take_are_working_days_from_then():
    plan = sequence(task("T", task_due_days=5), window=OFFICE)
    decision = next_step(plan, enrolled(), facts(), MONDAY)
    assert isinstance(decision, MakeTask)
    assert (decision.due_at, decision.task_due_at) == (MONDAY, berlin(2026, 3, 9, 9))


def test_the_contact_waits_for_an_open_task_and_goes_on_when_it_is_done():
    plan = sequence(task("T"), email("A"))
    made = next_step(plan, enrolled(), facts(), MONDAY)
    assert isinstance(made, MakeTask)
    person = with_record(enrolled(), record_of(made))
    assert person.current_step_id == step_id("T")
    assert next_step(plan, person, facts(), MONDAY + DAY) == Wait(made.step, None, None, Because.TASK_OPEN)
    assert advance(plan, person, facts(), MONDAY).enrollment.next_step_scheduled_at is None
    open_still = facts(tasks={step_id("T"): TaskFacts()})
    assert isinstance(next_step(plan, person, open_still, MONDAY + DAY), Wait)
    assert isinstance(
        next_step(plan, person, facts(tasks={step_id("T"): TaskFacts(is_completed=True)}), MONDAY + DAY), Send
    )
    done = with_record(person, record("T", StepResult.DONE, MONDAY + DAY))
    assert done.last_step_completed_at == MONDAY + DAY
    assert isinstance(next_step(plan, done, facts(), MONDAY + DAY), Send)


def test_an_open_task_is_waited_for_no_longer_when_its_step_is_gone_or_says_so():
    person = enrolled(record("T", StepResult.MADE))
    assert isinstance(next_step(sequence(task("T", waits_for_task=False), email("A")), person, facts(), MONDAY), Send)
    assert isinstance(next_step(sequence(task("T", is_enabled=False), email("A")), person, facts(), MONDAY), Send)
    assert isinstance(next_step(sequence(email("A")), person, facts(), MONDAY), Send)


def test_a_task_that_is_not_waited_for_lets_the_contact_go_on_at_once():
    plan = sequence(task("T", waits_for_task=False), email("A", delay=Delay(hours=1)))
    made = next_step(plan, enrolled(), facts(), MONDAY)
    assert isinstance(made, MakeTask)
    passed = record_of(made)
    assert passed.result is StepResult.PASSED
    decision = next_step(plan, with_record(enrolled(), passed), facts(), MONDAY)
    assert isinstance(decision, Wait)
    assert decision.until == MONDAY + HOUR


def test_an_email_by_hand_is_a_task_that_is_always_waited_for():
    plan = sequence(email("M", is_manual=True, waits_for_task=False), email("A"))
    made = next_step(plan, enrolled(), facts(), MONDAY)
    assert isinstance(made, MakeTask)
    assert record_of(made).result is StepResult.MADE


def test_tasks_too_are_held_for_missing_fields_and_linkedin_steps_for_a_missing_action():
    held = next_step(sequence(call("C", variables=frozenset({"phone"}))), enrolled(), facts(), MONDAY)
    assert isinstance(held, Hold)
    assert held.detail == "phone"
    lacks = next_step(sequence(linkedin("L", linkedin_action=None)), enrolled(), facts(), MONDAY)
    assert isinstance(lacks, Hold)
    assert lacks.detail == "linkedin_action"


def test_a_task_reaches_a_contact_without_an_address():
    assert isinstance(next_step(sequence(call("C")), enrolled(), facts(fields={}), MONDAY), MakeTask)


# ---- delays, conditions, lanes -------------------------------------------------------------------------------------


def test_a_delay_step_is_done_when_its_time_is_over_and_adds_to_the_next_one():
    plan = sequence(email("A"), wait("W", delay=Delay(days=2)), email("B", delay=Delay(days=1)))
    person = enrolled(record("A"))
    assert isinstance(next_step(plan, person, facts(), MONDAY + DAY), Wait)
    over = next_step(plan, person, facts(), MONDAY + 4 * DAY)
    assert over == Elapse(plan.flow.ordered[1], MONDAY + 2 * DAY)
    went = advance(plan, person, facts(), MONDAY + 2 * DAY)
    assert went.passed == (over,)
    assert isinstance(went.decision, Wait)
    assert went.decision.until == MONDAY + 3 * DAY
    assert went.enrollment.next_step_scheduled_at == MONDAY + 3 * DAY
    assert went.enrollment.current_step_id == step_id("B")


def test_delay_and_conditional_steps_know_no_window():
    plan = sequence(wait("W", delay=Delay(hours=12)), fork("K", conditions=NEVER), window=OFFICE)
    assert play(plan, enrolled()).names == "W K"
    assert next_step(plan, enrolled(), facts(), MONDAY + 12 * HOUR) == Elapse(plan.flow.ordered[0], MONDAY + 12 * HOUR)


@pytest.mark.parametrize("node", [email, task, call, linkedin, wait])
def test_any_step_is_skipped_at_its_due_instant_when_its_condition_is_false(node):
    plan = sequence(node("S", conditions=NEVER, delay=Delay(days=1)), email("B"), window=OFFICE)
    early = next_step(plan, enrolled(), facts(), MONDAY + HOUR)
    assert isinstance(early, Wait)
    due = early.until
    assert due is not None
    decision = next_step(plan, enrolled(), facts(), due)
    assert decision == Skip(plan.flow.ordered[0], due, Because.CONDITION_FALSE)
    skipped = record_of(decision)
    assert (skipped.result, skipped.at, skipped.detail) == (StepResult.SKIPPED, due, "condition_false")


def test_a_step_whose_condition_holds_is_carried_out():
    plan = sequence(email("A", conditions=all_of(is_false("email_opened"))))
    assert isinstance(next_step(plan, enrolled(), facts(), MONDAY), Send)


def test_a_skipped_email_is_not_held_for_what_it_lacks():
    plan = sequence(email("A", conditions=NEVER, variables=frozenset({"title"})))
    assert isinstance(next_step(plan, enrolled(), facts(), MONDAY), Skip)


def test_a_conditional_step_chooses_the_lane_when_its_delay_is_over():
    plan = sequence(
        email("A"),
        fork(
            "K",
            yes=(email("Y"),),
            no=(email("N"),),
            conditions=all_of(is_true("email_opened", "A")),
            delay=Delay(days=3),
        ),
        email("B"),
    )
    person = enrolled(record("A"))
    opened = facts(emails={step_id("A"): EmailFacts(sent=True, opened=True)})
    early = next_step(plan, person, opened, MONDAY + DAY)
    assert early == Wait(plan.flow.ordered[1], MONDAY + 3 * DAY, MONDAY + 3 * DAY, Because.DELAY)
    assert next_step(plan, person, opened, MONDAY + 3 * DAY) == TakeLane(
        plan.flow.ordered[1], Branch.YES, MONDAY + 3 * DAY, Because.CONDITION_TRUE
    )
    assert play(plan, person, opened).names == "A K Y B"
    assert play(plan, person, facts()).names == "A K N B"


def test_T62_an_open_that_came_before_the_condition_was_looked_at_counts():
    plan = sequence(
        email("A"),
        fork(
            "K",
            yes=(task("Y"),),
            no=(task("N"),),
            conditions=all_of(is_true("email_opened", "A")),
            delay=Delay(hours=1),
            wait_until_true=True,
        ),
    )
    sent = record("A", at=MONDAY)
    opened = facts(emails={step_id("A"): EmailFacts(sent=True, opened=True)})
    decision = next_step(plan, enrolled(sent), opened, MONDAY + timedelta(seconds=30))
    assert isinstance(decision, TakeLane)
    assert decision.branch is Branch.YES


def test_wait_until_true_takes_yes_as_soon_as_it_holds_and_no_when_its_delay_is_over():
    plan = sequence(
        email("A"),
        fork(
            "K",
            yes=(email("Y"),),
            no=(email("N"),),
            conditions=all_of(is_true("email_clicked", "A")),
            delay=Delay(days=3),
            wait_until_true=True,
        ),
    )
    person = enrolled(record("A"))
    waiting = next_step(plan, person, facts(), MONDAY + HOUR)
    assert waiting == Wait(plan.flow.ordered[1], MONDAY + 3 * DAY, MONDAY + 3 * DAY, Because.CONDITION_OPEN)
    clicked = facts(emails={step_id("A"): EmailFacts(sent=True, clicked=True)})
    assert next_step(plan, person, clicked, MONDAY + HOUR) == TakeLane(
        plan.flow.ordered[1], Branch.YES, MONDAY + HOUR, Because.CONDITION_TRUE
    )
    late = next_step(plan, person, clicked, MONDAY + 9 * DAY)
    assert isinstance(late, TakeLane)
    assert (late.branch, late.at) == (Branch.YES, MONDAY + 3 * DAY)
    over = next_step(plan, person, facts(), MONDAY + 9 * DAY)
    assert over == TakeLane(plan.flow.ordered[1], Branch.NO, MONDAY + 3 * DAY, Because.CONDITION_FALSE)


def test_a_condition_on_days_is_looked_at_again_when_the_local_day_turns():
    days = all_of(Comparison("days_since_enrolled", Operator.AT_LEAST, 2))
    plan = sequence(fork("K", yes=(email("Y"),), conditions=days, delay=Delay(days=9), wait_until_true=True))
    waiting = next_step(plan, enrolled(), facts(), MONDAY)
    assert isinstance(waiting, Wait)
    assert (waiting.until, waiting.look_at) == (MONDAY + 9 * DAY, berlin(2026, 3, 3))
    played = play(plan, enrolled())
    assert played.acts == [("Y", berlin(2026, 3, 4))]


def test_days_since_enrolled_of_a_later_round_count_from_that_round():
    days = all_of(Comparison("days_since_enrolled", Operator.AT_LEAST, 2))
    plan = sequence(email("A", conditions=days))
    person = enrolled(round=2, started_at=MONDAY + 9 * DAY)
    assert isinstance(next_step(plan, person, facts(), MONDAY + 9 * DAY), Skip)


def test_a_conditional_step_without_a_condition_is_held_not_guessed():
    plan = sequence(fork("K", conditions=None, delay=Delay(days=1)))
    assert isinstance(next_step(plan, enrolled(), facts(), MONDAY), Wait)
    held = next_step(plan, enrolled(), facts(), MONDAY + DAY)
    assert isinstance(held, Hold)
    assert held.detail == "conditions"


def test_a_lane_may_finish():
    plan = sequence(
        fork("K", yes=(email("Y"),), conditions=all_of(is_false("email_sent")), finish_yes=True), email("B")
    )
    played = play(plan, enrolled())
    assert played.names == "K Y"
    assert played.last == Finish(CompletionReason.FINISHED, Because.END)


# ---- where it begins and how far it is from the last email ---------------------------------------------------------


def test_waits_since_the_last_email_add_up_delay_steps_and_skipped_steps():
    plan = sequence(
        email("A"),
        wait("W", delay=Delay(hours=5)),
        task("T", delay=Delay(hours=1)),
        email("B", delay=Delay(days=1, minutes=30)),
    )
    person = enrolled(record("A"), record("W", StepResult.ELAPSED), record("T", StepResult.SKIPPED))
    length = waits_since_last_email(plan.flow, person, plan.flow.ordered[3])
    assert length == timedelta(days=1, hours=6, minutes=30)
    gone = enrolled(record("gone", StepResult.DONE))
    assert waits_since_last_email(plan.flow, gone, plan.flow.ordered[0]) == timedelta()


def test_a_contact_may_begin_in_the_middle():
    plan = sequence(email("A"), email("B"), email("C"))
    assert play(plan, enrolled(start_step_id=step_id("B"))).names == "B C"


# ---- properties ----------------------------------------------------------------------------------------------------


KNOWN = st.builds(
    lambda opened, done, suppressed: facts(
        emails={UUID(int=99): EmailFacts(sent=True, opened=opened)},
        tasks={UUID(int=99): TaskFacts(is_completed=done)},
        suppression=SuppressionReason.UNSUBSCRIBED if suppressed else None,
    ),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@given(nodes(), KNOWN)
def test_every_way_through_ends_and_takes_no_step_twice(built, known):
    plan = sequence(*built, window=SendWindow(start=time(9), end=time(17)), stop_on_unsubscribe=False)
    played = play(plan, enrolled(), known)
    assert played.last == Finish(CompletionReason.FINISHED, Because.END)
    done = [each.step_id for each in played.enrollment.records]
    assert len(done) == len(set(done))
    running = [step.id for step in plan.flow.running()]
    assert [each for each in running if each in done] == done
    assert played.rounds <= 2 * len(plan.flow.steps) + 30
    assert all(was.at <= then.at for was, then in pairwise(played.enrollment.records))


@given(nodes(), KNOWN)
def test_whatever_is_passed_by_leaves_a_record_and_suppressed_contacts_get_no_email(built, known):
    plan = sequence(*built, stop_on_unsubscribe=False)
    played = play(plan, enrolled(), known)
    sent = {name for name, _ in played.acts}
    for each in played.enrollment.records:
        assert (
            each.result in {StepResult.SENT, StepResult.DONE}
            or name_of(each.step_id) not in sent
            or (each.result is StepResult.PASSED)
        )
    if known.suppression is not None:
        assert all(each.result is not StepResult.SENT for each in played.enrollment.records)


@given(nodes(), KNOWN, st.integers(0, 40 * 24))
def test_asking_again_at_the_same_instant_answers_the_same(built, known, hours):
    plan = sequence(*built, stop_on_unsubscribe=False)
    now = MONDAY + hours * HOUR
    once = advance(plan, enrolled(), known, now)
    again = advance(plan, once.enrollment, known, now)
    assert again.decision == once.decision
    assert again.enrollment == once.enrollment
    assert again.passed == ()
    assert len(once.passed) <= len(plan.flow.steps)


@given(nodes(), KNOWN, st.integers(0, 40 * 24))
def test_an_email_is_due_inside_the_window_only(built, known, hours):
    plan = sequence(*built, window=SendWindow(start=time(9), end=time(17)), stop_on_unsubscribe=False)
    decision = advance(plan, enrolled(), known, MONDAY + hours * HOUR).decision
    if isinstance(decision, Send):
        local = decision.due_at.astimezone(plan.calendar("Europe/Berlin").zone)
        assert time(9) <= local.time() < time(17)
        assert local.weekday() < 5
