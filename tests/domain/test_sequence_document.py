"""A sequence as a JSON document: read, refused with every path, written, and the way there and back."""

import copy
import json
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.condition import Comparison, Operator, referred_steps
from opendoors_desktop.domain.contact_field import FieldKind
from opendoors_desktop.domain.flow import Flow
from opendoors_desktop.domain.json_reader import BadJson
from opendoors_desktop.domain.send_window import Delay, SendWindow
from opendoors_desktop.domain.sequence import GoalType, MailboxShare, Sequence, SequenceStatus
from opendoors_desktop.domain.sequence_document import parse_document, to_document
from opendoors_desktop.domain.sequence_draft import Owner, TemplateDraft, adopt
from opendoors_desktop.domain.step import Branch, LinkedInAction, StepType
from opendoors_desktop.domain.step_reader import MAX_DEPTH, MAX_STEPS
from opendoors_desktop.domain.variants import AbTest, Variant
from tests.domain.flow_builders import (
    MAILBOX,
    MONDAY,
    OTHER_MAILBOX,
    all_of,
    any_of,
    call,
    email,
    enrolled,
    fork,
    is_true,
    linkedin,
    name_of,
    nodes,
    play,
    sequence,
    step_id,
    task,
    wait,
)

FAIR: dict[str, Any] = {
    "opendoors_sequence": 1,
    "name": "Spring fair",
    "description": "Visitors of the fair",
    "tags": ["fair", "2026"],
    "goal_type": "meetings",
    "goal_target": 20,
    "goal_deadline": "2026-06-30",
    "sending_timezone": "Europe/Berlin",
    "use_contact_timezone": True,
    "sending_days": [True, True, True, True, True, False, False],
    "delays_in_working_days": True,
    "max_emails_per_day": None,
    "max_new_contacts_per_day": 30,
    "throttle_delay_minutes": 5,
    "sending_window_start": "09:00",
    "sending_window_end": "17:30",
    "holidays": ["2026-05-01", "2026-12-25"],
    "stop_on_reply": True,
    "stop_on_company_reply": True,
    "stop_on_bounce": False,
    "stop_on_unsubscribe": True,
    "allow_new_round": True,
    "allow_parallel": False,
    "default_email_account": "ana@example.com",
    "email_account_shares": [
        {"email_account": "ana@example.com", "weight": 2},
        {"email_account": "ben@example.com", "weight": 1},
    ],
    "steps": [
        {
            "step_order": 1,
            "step_type": "email",
            "subject_template": "Hello",
            "body_template": "<p>Hi {{ first_name }}</p>",
            "email_account": "ben@example.com",
            "ab_test_variants": {
                "variants": [{"id": "a", "subject": "Hello", "weight": 1}, {"id": "b", "subject": "Hi", "weight": 1}],
                "test_type": "subject_line",
                "winner_criteria": "reply_rate",
            },
            "body_is_html": True,
            "ab_test_enabled": True,
        },
        {
            "step_order": 2,
            "step_type": "conditional",
            "delay_days": 3,
            "conditions": {
                "conditions": [
                    {"field": "email_opened", "operator": "equals", "value": True, "step_reference": 1},
                    {"field": "contact.custom.plan", "operator": "in", "value": ["Pro", "Team"]},
                ],
                "operator": "OR",
            },
            "wait_until_true": True,
            "finish_no": True,
            "yes": [
                {
                    "step_order": 3,
                    "step_type": "call",
                    "delay_hours": 1,
                    "task_title": "Call",
                    "task_assignee": "cleo@example.com",
                    "task_due_days": 2,
                    "waits_for_task": False,
                }
            ],
            "no": [{"step_order": 4, "step_type": "delay", "delay_days": 4, "is_enabled": False}],
        },
        {
            "step_order": 5,
            "step_type": "linkedin",
            "delay_minutes": 30,
            "linkedin_action": "message",
            "linkedin_message": "Good to meet you",
        },
    ],
    "templates": [{"name": "Follow-up", "body": "Hello again", "body_is_html": False}],
}

OWNER = Owner(UUID(int=71), UUID(int=72), UUID(int=73))
MAILBOXES = {"ana@example.com": MAILBOX, "ben@example.com": OTHER_MAILBOX}
ADDRESSES = {key: address for address, key in MAILBOXES.items()}
PEOPLE = {"cleo@example.com": UUID(int=74)}


def adopted(draft, mailboxes=MAILBOXES, people=PEOPLE):
    ids = iter(UUID(int=number) for number in range(5000, 9000))
    return adopt(draft, OWNER, lambda: next(ids), mailboxes, people)


def written(plan, templates=()):
    return to_document(plan, ADDRESSES, {key: address for address, key in PEOPLE.items()}, templates)


def faults(document, **kwargs):
    with pytest.raises(BadJson) as caught:
        parse_document(document, **kwargs)
    return [(fault.path, fault.reason) for fault in caught.value.faults]


def changed(path, value):
    """The example with one member changed; `path` like steps.0.step_type."""
    document = copy.deepcopy(FAIR)
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    at: Any = document
    for part in way:
        at = at[part]
    at[last] = value
    return document


def test_a_document_is_read_with_all_its_settings():
    draft = parse_document(FAIR)
    plan = draft.sequence
    assert (plan.name, plan.status, plan.description, plan.tags) == (
        "Spring fair",
        SequenceStatus.DRAFT,
        "Visitors of the fair",
        ("fair", "2026"),
    )
    assert (plan.goal_type, plan.goal_target, plan.goal_deadline) == (GoalType.MEETINGS, 20, date(2026, 6, 30))
    assert plan.window == SendWindow(start=time(9), end=time(17, 30))
    assert plan.holidays == {date(2026, 5, 1), date(2026, 12, 25)}
    assert (plan.max_emails_per_day, plan.max_new_per_day, plan.throttle) == (None, 30, timedelta(minutes=5))
    assert (plan.stop_on_bounce, plan.stop_company_on_reply, plan.allows_new_round) == (False, True, True)
    assert draft.mailbox == "ana@example.com"
    assert draft.addresses == {"ana@example.com", "ben@example.com"}
    assert draft.templates == (TemplateDraft("Follow-up", None, "Hello again"),)
    kinds = [step.type for step in plan.flow.ordered]
    assert kinds == [StepType.EMAIL, StepType.CONDITIONAL, StepType.CALL, StepType.DELAY, StepType.LINKEDIN]
    assert plan.flow.ordered[1].conditions is not None
    assert referred_steps(plan.flow.ordered[1].conditions) == {plan.flow.ordered[0].id}


def test_what_is_left_out_has_the_defaults_of_the_tables():
    plan = parse_document({"opendoors_sequence": 1, "name": "Bare"}).sequence
    assert plan == Sequence(plan.id, plan.workspace_id, "Bare", plan.owner_id, Flow(()))
    assert (plan.max_emails_per_day, plan.throttle, plan.stop_on_reply) == (100, timedelta(minutes=60), True)


def test_a_draft_becomes_a_sequence_with_ids_mailboxes_and_people():
    plan = adopted(parse_document(FAIR))
    assert (plan.id, plan.workspace_id, plan.owner_id) == (OWNER.sequence_id, OWNER.workspace_id, OWNER.user_id)
    assert plan.default_mailbox_id == MAILBOX
    assert plan.shares == (MailboxShare(MAILBOX, 2), MailboxShare(OTHER_MAILBOX, 1))
    assert plan.flow.ordered[0].mailbox_id == OTHER_MAILBOX
    assert plan.flow.ordered[2].task_assignee_id == PEOPLE["cleo@example.com"]
    assert {step.sequence_id for step in plan.flow.steps} == {OWNER.sequence_id}
    assert min(step.id.int for step in plan.flow.steps) == 5000


def test_addresses_nobody_knows_are_left_out():
    plan = adopted(parse_document(FAIR), {}, {})
    assert (plan.default_mailbox_id, plan.shares) == (None, ())
    assert {step.mailbox_id for step in plan.flow.steps} == {None}


def test_reading_and_writing_give_the_same_document():
    draft = parse_document(FAIR)
    assert written(adopted(draft), draft.templates) == FAIR
    assert list(written(adopted(draft), draft.templates)) == list(FAIR)
    bare = written(sequence(task("T")))
    assert "templates" not in bare
    assert "sending_window_start" not in bare
    nowhere = to_document(adopted(draft))
    assert "default_email_account" not in nowhere
    assert "email_account" not in nowhere["steps"][0]


def test_T93_every_type_and_option_of_a_step_survives_the_file():
    test = AbTest((Variant("a", "S", "B", 3, is_paused=True), Variant("b")), winner_id="b", promote_winner=True)
    plan = sequence(
        email(
            "A",
            is_manual=True,
            body_is_html=True,
            ab_test=test,
            ab_test_enabled=True,
            mailbox_id=MAILBOX,
            delay=Delay(1, 2, 3),
        ),
        task(
            "T",
            task_description="Do",
            task_due_days=0,
            waits_for_task=False,
            conditions=all_of(is_true("email_sent", "A")),
        ),
        call("C", is_enabled=False),
        linkedin("L", linkedin_action=LinkedInAction.VIEW_PROFILE),
        wait("W", delay=Delay(hours=5)),
        fork("K", wait_until_true=True, finish_yes=True, finish_no=True, yes=(fork("K2", no=(email("B"),)),)),
    )
    back = adopted(parse_document(json.loads(json.dumps(written(plan)))))
    assert written(back) == {**written(plan), "steps": [*without_winner(written(plan)["steps"])]}
    assert [step.type for step in back.flow.ordered] == [step.type for step in plan.flow.ordered]
    person = enrolled()
    assert len(play(replace(back, status=SequenceStatus.ACTIVE), person).acts) == len(play(plan, person).acts)


def without_winner(steps):
    first = copy.deepcopy(steps[0])
    del first["ab_test_variants"]["winner_id"]
    return [first, *steps[1:]]


@pytest.mark.parametrize(
    "path,value,where,words",
    [
        ("name", None, "name", "missing"),
        ("name", " ", "name", "no name"),
        ("name", "x" * 256, "name", "at most 255"),
        ("tags", ["a", 5], "tags[1]", "text of 1 to 100"),
        ("goal_type", "fame", "goal_type", "none of replies"),
        ("goal_target", 0, "goal_target", "between 1"),
        ("goal_deadline", "30.6.2026", "goal_deadline", "a day like"),
        ("sending_timezone", "Europe/Atlantis", "sending_timezone", "no time zone “Europe/Atlantis”"),
        ("sending_timezone", "../etc", "sending_timezone", "no time zone"),
        ("sending_timezone", "America", "sending_timezone", "no time zone"),
        ("sending_window_end", None, "sending_window_start", "one end only"),
        ("sending_window_end", "09:00", "sending_window_start", "same time"),
        ("sending_window_end", "25:00", "sending_window_end", "a time like"),
        ("sending_days", [True] * 6, "sending_days", "seven times"),
        ("sending_days", [1, 1, 1, 1, 1, 0, 0], "sending_days", "seven times"),
        ("sending_days", "weekdays", "sending_days", "seven times"),
        ("sending_days", [False] * 7, "sending_days", "at least one day"),
        ("holidays", ["2026-05-01", "x"], "holidays[1]", "a day like"),
        ("holidays", [5], "holidays[0]", "a day like"),
        ("max_emails_per_day", -1, "max_emails_per_day", "between 0"),
        ("throttle_delay_minutes", "5", "throttle_delay_minutes", "whole number"),
        ("stop_on_reply", "yes", "stop_on_reply", "true or false"),
        ("email_account_shares.0.email_account", None, "email_account_shares[0].email_account", "missing"),
        ("email_account_shares.0.share", 1, "email_account_shares[0].share", "nothing of this name"),
        ("templates.0.name", None, "templates[0].name", "missing"),
        ("templates.0.text", "x", "templates[0].text", "nothing of this name"),
        ("stepz", [], "stepz", "did you mean steps?"),
        ("steps", {}, "steps", "must be a list"),
        ("steps.0", "email", "steps[0]", "must be an object"),
        ("steps.0.step_type", None, "steps[0].step_type", "missing"),
        ("steps.0.step_type", "fax", "steps[0].step_type", "none of email"),
        ("steps.0.delay_days", -1, "steps[0].delay_days", "between 0"),
        ("steps.0.delay_days", 9999, "steps[0].delay_days", "between 0 and 3,650"),
        ("steps.0.body_template", "x" * 500_001, "steps[0].body_template", "at most 500,000"),
        ("steps.0.subjekt", "x", "steps[0].subjekt", "nothing of this name"),
        ("steps.0.subject_templat", "x", "steps[0].subject_templat", "did you mean subject_template?"),
        ("steps.0.yes", [{"step_type": "task"}], "steps[0].yes", "only steps of type conditional"),
        ("steps.0.ab_test_variants.variants.0.weight", "x", "steps[0].ab_test_variants.variants[0].weight", "whole"),
        ("steps.0.step_order", 2, "steps[1].step_order", "another step has the step_order 2"),
        ("steps.2.step_order", 9, "steps[2].step_order", "this is step 5, counted depth-first from 1, not 9"),
        (
            "steps.1.conditions.conditions.0.step_reference",
            5,
            "steps[1].conditions.conditions[0].step_reference",
            "before",
        ),
        (
            "steps.1.conditions.conditions.0.step_reference",
            9,
            "steps[1].conditions.conditions[0].step_reference",
            "between",
        ),
        ("steps.1.conditions.operator", "XOR", "steps[1].conditions.operator", "none of AND, OR"),
        ("steps.1.condition_operator", "XOR", "steps[1].condition_operator", "none of AND, OR"),
        ("steps.1.yes.0.parent_step_order", 1, "steps[1].yes[0].parent_step_order", "stands in a lane already"),
        ("steps.1.yes.0.linkedin_action", "poke", "steps[1].yes[0].linkedin_action", "none of connect"),
        ("steps.2.branch", "yes", "steps[2].branch", "go together"),
        ("opendoors_sequence", 2, "opendoors_sequence", "this must be 1"),
        ("opendoors_sequence", True, "opendoors_sequence", "this must be 1"),
    ],
)
def test_each_fault_is_told_with_its_path(path, value, where, words):
    told = faults(changed(path, value))
    assert any(at == f"$.{where}" and words in reason for at, reason in told), told


@pytest.mark.parametrize("document", [None, [], "x", 5, {}])
def test_what_is_no_sequence_is_refused(document):
    [(path, _)] = faults(document)
    assert path in {"$", "$.opendoors_sequence"}


def test_everything_that_is_wrong_is_told_at_once():
    document = changed("name", "")
    document["steps"][0]["step_type"] = "fax"
    document["steps"][1]["yes"][0]["task_due_days"] = -1
    document["steps"][1]["conditions"]["conditions"][1]["operator"] = "like"
    document["more"] = 1
    assert [path for path, _ in faults(document)] == [
        "$.name",
        "$.steps[0].step_type",
        "$.steps[1].yes[0].task_due_days",
        "$.steps[1].conditions.conditions[0].step_reference",
        "$.steps[1].conditions.conditions[1].operator",
        "$.more",
    ]


def test_own_fields_that_a_workspace_lacks_are_told_where_its_fields_are_known():
    known = {"plan": FieldKind.TEXT}
    assert parse_document(FAIR, known).sequence.name == "Spring fair"
    [(path, reason)] = faults(FAIR, custom={})
    assert path == "$.steps[1].conditions.conditions[1].field"
    assert "contact.custom.plan" in reason


def test_the_outer_operator_is_filled_from_the_column():
    document = changed("steps.1.conditions.operator", None)
    document["steps"][1]["condition_operator"] = "OR"
    assert written(adopted(parse_document(document)))["steps"][1]["conditions"]["operator"] == "OR"


ROWS: dict[str, Any] = {
    "opendoors_sequence": 1,
    "name": "Rows",
    "steps": [
        {"step_order": 4, "step_type": "email"},
        {"step_order": 1, "step_type": "conditional"},
        {"step_order": 3, "step_type": "task", "parent_step_order": 1, "branch": "no"},
        {"step_order": 2, "step_type": "call", "parent_step_order": 1, "branch": "yes"},
    ],
}


def rows(*changes):
    document = copy.deepcopy(ROWS)
    for index, change in changes:
        document["steps"][index] |= change
    return document


def test_steps_may_stand_as_rows_in_any_order():
    tree = parse_document(ROWS).sequence.flow
    assert [(step.type.value, step.branch) for step in tree.ordered] == [
        ("conditional", None),
        ("call", Branch.YES),
        ("task", Branch.NO),
        ("email", None),
    ]


@pytest.mark.parametrize(
    "change,index,words",
    [
        ({"parent_step_order": 9, "branch": "yes"}, 2, "no step has the step_order 9"),
        ({"parent_step_order": 4, "branch": "yes"}, 2, "not of type conditional"),
        ({"parent_step_order": 1, "branch": "yes"}, 1, "that is a loop"),
    ],
)
def test_a_row_must_name_a_lane_that_is_there(change, index, words):
    told = faults(rows((index, change)))
    assert any(path == f"$.steps[{index}].parent_step_order" and words in reason for path, reason in told), told


def test_rows_that_go_round_are_a_loop_on_each_of_them_and_nobody_hangs():
    document: dict[str, Any] = {
        "opendoors_sequence": 1,
        "name": "Loop",
        "steps": [
            {"step_order": 1, "step_type": "conditional", "parent_step_order": 2, "branch": "yes"},
            {"step_order": 2, "step_type": "conditional", "parent_step_order": 1, "branch": "no"},
            {"step_order": 3, "step_type": "task", "parent_step_order": 2, "branch": "no"},
        ],
    }
    told = faults(document)
    assert [path for path, reason in told if "loop" in reason] == [
        "$.steps[0].parent_step_order",
        "$.steps[1].parent_step_order",
    ]


def test_a_row_may_not_stand_in_the_lane_of_a_step_inside_its_own():
    document = changed("steps.1.parent_step_order", 3)
    document["steps"][1]["branch"] = "yes"
    document["steps"][1]["yes"][0]["step_type"] = "conditional"
    assert any("loop" in reason for _, reason in faults(document))


def test_sizes_have_an_end():
    many = {"opendoors_sequence": 1, "name": "Many", "steps": [{"step_type": "task"}] * (MAX_STEPS + 1)}
    assert faults(many) == [("$.steps", "501 items; at most 500 are allowed")]
    lane = [{"step_type": "task"}] * (MAX_STEPS - 1)
    nested = {"step_type": "conditional", "yes": lane, "no": lane}
    assert faults({"opendoors_sequence": 1, "name": "Many", "steps": [nested]}) == [
        ("$.steps", "more than 500 steps, lanes counted in")
    ]
    deep: dict[str, Any] = {"step_type": "task"}
    for _ in range(MAX_DEPTH):
        deep = {"step_type": "conditional", "yes": [deep]}
    told = faults({"opendoors_sequence": 1, "name": "Deep", "steps": [deep]})
    assert [reason for _, reason in told] == ["lanes nest deeper than 50 levels"]
    parse_document({"opendoors_sequence": 1, "name": "Deep", "steps": deep["yes"]})


def test_a_document_that_holds_itself_ends_too():
    step: dict[str, Any] = {"step_type": "conditional"}
    step["yes"] = [step]
    assert faults({"opendoors_sequence": 1, "name": "Round", "steps": [step]})


@given(nodes(), st.booleans(), st.integers(0, 9))
def test_any_sequence_goes_there_and_back(built, flag, number):
    plan = sequence(
        *built,
        email("Z", conditions=any_of(Comparison("days_since_enrolled", Operator.AT_LEAST, number))),
        delays_in_working_days=flag,
        max_new_per_day=number or None,
        shares=(MailboxShare(OTHER_MAILBOX, number),),
    )
    document = written(plan)
    back = adopted(parse_document(json.loads(json.dumps(document))))
    assert written(back) == document
    assert [step.order for step in back.flow.ordered] == [step.order for step in plan.flow.ordered]
    names = {step.id: name_of(step) for step in plan.flow.ordered}
    twins = {mine.id: names[other.id] for mine, other in zip(back.flow.ordered, plan.flow.ordered, strict=True)}
    person = enrolled()
    mine = play(replace(back, status=SequenceStatus.ACTIVE), person, now=MONDAY)
    assert [twins[each.step_id] for each in mine.enrollment.records] == play(plan, person).names.split()


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(-2, 9), st.text(max_size=5)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(
                    "name steps step_type yes no conditions step_order parent_step_order branch tags holidays x".split()
                ),
                inner,
                max_size=5,
            ),
        ),
        max_leaves=20,
    )
)
def test_any_json_is_read_or_refused_with_paths(value):
    document = {"opendoors_sequence": 1, "name": "Any", "steps": value}
    if isinstance(value, dict):
        document |= value
    try:
        draft = parse_document(document)
    except BadJson as refused:
        paths = [fault.path for fault in refused.faults]
    else:
        assert to_document(draft.sequence)["name"] == draft.sequence.name
        return
    assert all(path.startswith("$") for path in paths)


def test_steps_keep_the_ids_they_were_given_inside_conditions():
    plan = adopted(parse_document(FAIR))
    assert step_id("A") not in referred_steps(plan.flow.ordered[1].conditions)
    assert referred_steps(plan.flow.ordered[1].conditions) == {plan.flow.ordered[0].id}
