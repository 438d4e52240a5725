"""Conditions at work: each field, each operator, groups, unset facts, and local dates."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.condition import (
    Comparison,
    Group,
    Junction,
    Moment,
    Operator,
    comparisons,
    depends_on_days,
    evaluate,
    holds,
    referred_steps,
)
from opendoors_desktop.domain.facts import EmailFacts, Facts, TaskFacts, is_unset, missing_variables
from tests.domain.flow_builders import BERLIN, MONDAY, all_of, any_of, is_false, is_true, step_id

AT = Moment(MONDAY, BERLIN, MONDAY - timedelta(days=3))
A, B = step_id("A"), step_id("B")


NOTHING = Facts()


def true_of(field, operator, value=None, known=NOTHING, step=None, *, moment=AT):
    return evaluate(all_of(Comparison(field, Operator(operator), value, step)), known, moment)


@pytest.mark.parametrize("what", ["sent", "opened", "clicked", "replied", "bounced"])
def test_facts_of_emails_are_those_of_the_step_or_of_any_step(what):
    known = Facts(emails={A: EmailFacts(**{what: True}), B: EmailFacts()})
    field = f"email_{what}"
    assert true_of(field, "equals", True, known, A)
    assert true_of(field, "equals", False, known, B)
    assert true_of(field, "not_equals", True, known, B)
    assert true_of(field, "equals", True, known)
    assert not true_of(field, "equals", True, Facts())


def test_of_a_step_never_executed_the_facts_are_false_and_the_outcome_is_unset():
    assert true_of("email_opened", "equals", False, step=A)
    assert true_of("task_completed", "equals", False, step=A)
    assert true_of("call_outcome", "is_not_set", step=A)
    assert true_of("call_outcome", "not_equals", "Voicemail", step=A)
    assert not true_of("call_outcome", "equals", "Voicemail", step=A)


def test_tasks_and_calls_of_a_step_or_of_any():
    known = Facts(
        tasks={
            A: TaskFacts(True, "Voicemail", MONDAY - timedelta(hours=2)),
            B: TaskFacts(True, "Meeting booked", MONDAY - timedelta(hours=1)),
            step_id("C"): TaskFacts(),
        }
    )
    assert true_of("task_completed", "equals", True, known)
    assert true_of("task_completed", "equals", False, known, step_id("C"))
    assert true_of("call_outcome", "equals", "voicemail", known, A)
    assert true_of("call_outcome", "equals", "Meeting booked", known)
    assert true_of("call_outcome", "is_not_set", known=Facts(tasks={A: TaskFacts(is_completed=True)}))


def test_days_since_the_last_contact_are_unset_before_there_was_one():
    assert true_of("days_since_last_contact", "is_not_set")
    assert not true_of("days_since_last_contact", "greater_than", 7)
    ago = Facts(last_contacted_at=MONDAY - timedelta(days=8))
    assert true_of("days_since_last_contact", "greater_than", 7, ago)
    assert true_of("days_since_last_contact", "equals", 8, ago)
    assert true_of("days_since_enrolled", "equals", 3)
    assert true_of("days_since_last_contact", "equals", 0, Facts(last_contacted_at=MONDAY + timedelta(days=2)))


@pytest.mark.parametrize(
    "zone,now,last,days",
    [
        # Half past midnight in Berlin and Auckland: in UTC it is still the day before.
        ("Europe/Berlin", datetime(2026, 5, 3, 22, 30, tzinfo=UTC), datetime(2026, 5, 2, 10, tzinfo=UTC), 2),
        ("Pacific/Auckland", datetime(2026, 5, 3, 12, 30, tzinfo=UTC), datetime(2026, 5, 2, 10, tzinfo=UTC), 2),
        ("UTC", datetime(2026, 5, 3, 22, 30, tzinfo=UTC), datetime(2026, 5, 2, 10, tzinfo=UTC), 1),
    ],
)
def test_T38_days_are_counted_by_the_contacts_calendar(zone, now, last, days):
    moment = Moment(now, ZoneInfo(zone), now)
    assert true_of("days_since_last_contact", "equals", days, Facts(last_contacted_at=last), moment=moment)


CONTACT = Facts(
    fields={
        "city": " Berlin ",
        "title": "",
        "tags": ("SaaS", "fair 2026"),
        "custom.plan": "Pro",
        "custom.seats": 25,
        "custom.renews": "2026-06-30",
        "custom.trial": False,
    },
    fallbacks={"title": "colleague"},
)


@pytest.mark.parametrize(
    "field,operator,value,expected",
    [
        ("city", "equals", "berlin", True),
        ("city", "equals", "Bonn", False),
        ("city", "not_equals", "Bonn", True),
        ("city", "contains", "ERL", True),
        ("city", "contains", "x", False),
        ("city", "not_contains", "x", True),
        ("city", "in", ("Bonn", "Berlin"), True),
        ("city", "not_in", ("Bonn", "Berlin"), False),
        ("city", "is_set", None, True),
        ("city", "is_not_set", None, False),
        ("title", "is_set", None, False),
        ("title", "equals", "colleague", False),
        ("title", "not_equals", "boss", True),
        ("title", "not_contains", "boss", True),
        ("title", "not_in", ("boss",), True),
        ("title", "in", ("boss",), False),
        ("title", "contains", "b", False),
        ("title", "greater_than", "a", False),
        ("nothing", "is_not_set", None, True),
        ("tags", "contains", "saas", True),
        ("tags", "contains", "saa", False),
        ("tags", "not_contains", "saas", False),
        ("tags", "in", ("x", "Fair 2026"), True),
        ("tags", "not_in", ("x",), True),
        ("tags", "is_set", None, True),
        ("custom.seats", "greater_than", 24, True),
        ("custom.seats", "greater_than", 25, False),
        ("custom.seats", "at_least", 25, True),
        ("custom.seats", "at_most", 25, True),
        ("custom.seats", "at_most", 24.5, False),
        ("custom.seats", "less_than", 26, True),
        ("custom.seats", "less_than", 25, False),
        ("custom.seats", "equals", 25.0, True),
        ("custom.seats", "equals", "25", False),
        ("custom.seats", "not_equals", "25", True),
        ("custom.seats", "contains", "2", False),
        ("custom.renews", "less_than", "2026-07-01", True),
        ("custom.renews", "greater_than", "2026-06-30", False),
        ("custom.renews", "at_least", "2026-06-30", True),
        ("custom.renews", "greater_than", 5, False),
        ("custom.trial", "equals", False, True),
        ("custom.trial", "equals", 0, False),
        ("custom.trial", "greater_than", True, False),
        ("custom.trial", "is_set", None, True),
    ],
)
def test_fields_of_a_contact(field, operator, value, expected):
    assert true_of(f"contact.{field}", operator, value, CONTACT) is expected


def test_the_ends_of_a_comparison_of_texts_are_told_apart():
    assert holds(Operator.LESS_THAN, "a", "b")
    assert not holds(Operator.LESS_THAN, "b", "b")
    assert holds(Operator.AT_MOST, "b", "b")
    assert holds(Operator.GREATER_THAN, "c", "b")
    assert not holds(Operator.EQUALS, object(), "b")
    assert not holds(Operator.IN, "b", "b")
    assert not holds(Operator.GREATER_THAN, object(), None)


def test_groups_nest_and_join_by_and_or_or():
    yes, no = is_false("email_sent"), is_true("email_sent")
    assert evaluate(all_of(yes, yes), Facts(), AT)
    assert not evaluate(all_of(yes, no), Facts(), AT)
    assert evaluate(any_of(no, yes), Facts(), AT)
    assert not evaluate(any_of(no, no), Facts(), AT)
    assert evaluate(all_of(any_of(no, all_of(yes)), yes), Facts(), AT)
    assert not evaluate(any_of(all_of(yes, no), all_of(no)), Facts(), AT)


def test_what_a_condition_speaks_of_can_be_listed():
    condition = all_of(is_true("email_opened", "A"), any_of(is_true("email_sent"), is_true("email_clicked", "B")))
    assert [each.field for each in comparisons(condition)] == ["email_opened", "email_sent", "email_clicked"]
    assert referred_steps(condition) == {A, B}
    assert referred_steps(None) == frozenset()
    assert not depends_on_days(condition)
    assert depends_on_days(all_of(condition, Comparison("days_since_enrolled", Operator.AT_LEAST, 1)))


VALUES = st.one_of(st.text(max_size=3), st.integers(-3, 3), st.booleans(), st.floats(-2, 2))
PAIRS = [
    (Operator.EQUALS, Operator.NOT_EQUALS),
    (Operator.CONTAINS, Operator.NOT_CONTAINS),
    (Operator.IN, Operator.NOT_IN),
    (Operator.IS_SET, Operator.IS_NOT_SET),
]


@given(st.one_of(st.none(), VALUES, st.lists(st.text(max_size=2), max_size=3).map(tuple)), VALUES)
def test_each_negation_is_the_opposite_and_unset_meets_only_negations(fact, value):
    for positive, negative in PAIRS:
        operand = (value,) if positive is Operator.IN else value
        assert holds(positive, fact, operand) is not holds(negative, fact, operand)
        if is_unset(fact):
            assert not holds(positive, fact, operand)
    for ordering in (Operator.GREATER_THAN, Operator.LESS_THAN, Operator.AT_LEAST, Operator.AT_MOST):
        if is_unset(fact):
            assert not holds(ordering, fact, value)


@given(st.integers(-5, 5), st.integers(-5, 5))
def test_orderings_of_numbers_agree_with_each_other(fact, value):
    assert holds(Operator.AT_LEAST, fact, value) is (fact >= value)
    assert holds(Operator.AT_MOST, fact, value) is (fact <= value)
    assert holds(Operator.GREATER_THAN, fact, value) is (fact > value)
    assert holds(Operator.LESS_THAN, fact, value) is (fact < value)


def test_the_variables_a_text_lacks_are_named_in_order():
    known = Facts(fields={"a": "x", "b": "  ", "c": None, "d": (), "e": 0}, fallbacks={"c": "there"})
    assert missing_variables(["e", "d", "b", "a", "c", "z"], known) == ("b", "d", "z")


def test_groups_are_values():
    assert Group(Junction.AND, (is_true("email_sent"),)) == all_of(is_true("email_sent"))
