"""Edits of steps while people are in the sequence."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from opendoors_desktop.domain.condition import Comparison, Group, Junction, Operator
from opendoors_desktop.domain.edit_plan import EditPlan
from opendoors_desktop.domain.enrollment import CompletionReason, EnrollmentStatus, HoldReason
from opendoors_desktop.domain.errors import InputError, NotFound, NotPossible
from opendoors_desktop.domain.json_reader import BadJson
from opendoors_desktop.domain.send_window import Delay
from opendoors_desktop.domain.step import Branch, Step, StepRecord, StepResult, StepType
from opendoors_desktop.domain.variants import AbTest, Variant
from opendoors_desktop.engine.commands.enrollments import pause_enrollment
from opendoors_desktop.engine.commands.sequence_edits import edit_steps, follow_template, preview_edit
from opendoors_desktop.engine.commands.sequence_versions import list_versions
from opendoors_desktop.engine.commands.sequences import show_sequence
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.templates import Template, add_template
from tests.engine.sequence_rooms import (
    FIRST,
    SECOND,
    actions,
    add_mailbox,
    add_people,
    add_sequence,
    only,
    pass_time,
    rewrite,
    standing_of,
    standings,
    start_sequence,
)
from tests.fixtures_store import NOW
from tests.sequence_builders import key

DAY = timedelta(days=1)


def live(context: Context, sequence_id: UUID) -> list[Step]:
    """The live steps of a sequence, in order."""
    return list(show_sequence(context, sequence_id).flow.ordered)


def advance(context: Context, sequence_id: UUID, *passed: Step, index: int = 0) -> None:
    """Put an enrollment behind steps whose emails were sent today."""
    standing = standings(context, sequence_id)[index]
    records = tuple(StepRecord(step.id, StepResult.SENT, NOW) for step in passed)
    after = replace(standing.enrollment, records=records, last_step_completed_at=NOW, current_step_id=None)
    rewrite(context, standing, after)
    with context.store.write() as unit:
        for step in passed:
            unit.run("UPDATE sequence_steps SET times_executed = times_executed + 1 WHERE id = :id", {"id": step.id})


def add_email_row(context: Context, sequence_id: UUID, step: Step, state: str, variant: str = "a") -> None:
    """The journal's row of the one enrollment's email of a step."""
    enrollment = only(context, sequence_id)
    with context.store.write() as unit:
        unit.run(
            "INSERT INTO outgoing_emails (id, customer_id, workspace_id, kind, state, enrollment_id, sequence_id,"
            " step_id, round, contact_id, mailbox_id, to_address, message_id, variant_id, planned_at, attempts,"
            " created_at) VALUES (:id, :customer_id, :workspace_id, 'sequence', :state, :enrollment_id, :sequence_id,"
            " :step_id, 1, :contact_id, :mailbox_id, 'ann@example.org', '<1@example.com>', :variant, :now, 1, :now)",
            {
                "id": key(60),
                "customer_id": context.scope.customer_id,
                "workspace_id": context.scope.workspace_id,
                "state": state,
                "enrollment_id": enrollment.id,
                "sequence_id": sequence_id,
                "step_id": step.id,
                "contact_id": enrollment.contact_id,
                "mailbox_id": add_mailbox(context).id,
                "variant": variant,
                "now": NOW,
            },
        )


def test_a_saved_edit_is_a_new_version(any_context: Context):
    sequence_id = add_sequence(any_context)
    first, *rest = live(any_context, sequence_id)
    changed = replace(first, body_template="Hi {{ first_name }} of {{ company }}")
    saved = edit_steps(any_context, sequence_id, [changed, *rest], expected=1, summary="Says the company")
    assert saved.version == 2
    assert saved.flow == show_sequence(any_context, sequence_id).flow
    assert saved.flow.ordered[0].variables == {"first_name", "company"}
    assert saved.plan == EditPlan(0, 0, 0, 0, {}, {})
    assert [each.summary for each in list_versions(any_context, sequence_id)] == ["Says the company", "Imported"]
    assert actions(any_context)[-1] == "sequence_steps_changed"


def test_an_edit_on_top_of_an_older_version_is_refused(context: Context):
    sequence_id = add_sequence(context)
    steps = live(context, sequence_id)
    edit_steps(context, sequence_id, steps[:2])
    with pytest.raises(NotPossible) as caught:
        edit_steps(context, sequence_id, steps, expected=1)
    assert caught.value.code == "changed_meanwhile"
    assert len(live(context, sequence_id)) == 2


def test_T13_removing_a_step_with_history_keeps_it_and_sends_nobody_again(any_context: Context):
    sequence_id = start_sequence(any_context, people=2)
    first, second, third = live(any_context, sequence_id)
    advance(any_context, sequence_id, first)
    plan = preview_edit(any_context, sequence_id, [second, third])
    assert (plan.people, plan.keep, plan.move) == (2, 1, 1)
    assert edit_steps(any_context, sequence_id, [second, third]).plan == plan
    flow = show_sequence(any_context, sequence_id).flow
    assert flow.by_id[first.id].retired_at == NOW
    ahead, behind = (standing.enrollment for standing in standings(any_context, sequence_id))
    assert (ahead.current_step_id, ahead.next_step_scheduled_at) == (second.id, NOW + 2 * DAY)
    assert (behind.current_step_id, behind.next_step_scheduled_at) == (second.id, NOW + 2 * DAY)
    assert [record.step_id for record in ahead.records] == [first.id]
    with any_context.store.read() as unit:
        assert unit.row("SELECT times_executed FROM sequence_steps WHERE id = :id", {"id": first.id}) == (1,)


def test_T13_a_step_that_conditions_refer_to_is_not_removed(any_context: Context):
    opened = {"field": "email_opened", "operator": "equals", "value": True, "step_reference": 1}
    asks = {"conditions": {"conditions": [opened]}}
    sequence_id = add_sequence(any_context, FIRST, SECOND | asks, {"step_type": "conditional", **asks})
    steps = live(any_context, sequence_id)
    with pytest.raises(NotPossible) as caught:
        edit_steps(any_context, sequence_id, steps[1:])
    assert caught.value.code == "step_referred_to"
    assert caught.value.where == "step 1 asks for step 1, step 2 asks for step 1"
    assert live(any_context, sequence_id) == steps


def test_T31_a_step_added_behind_is_for_those_who_are_still_on_their_way(any_context: Context):
    sequence_id = start_sequence(any_context, FIRST, SECOND, people=2)
    first, second = live(any_context, sequence_id)
    advance(any_context, sequence_id, first, second)
    advance(any_context, sequence_id, first, index=1)
    done, on_the_way = (standing.enrollment.id for standing in standings(any_context, sequence_id))
    edit_steps(any_context, sequence_id, [first, second])
    assert standing_of(any_context, done).enrollment.status is EnrollmentStatus.COMPLETED
    third = Step(key(1), sequence_id, 9, StepType.EMAIL, delay=Delay(4), body_template="Third")
    edit_steps(any_context, sequence_id, [first, second, third])
    assert standing_of(any_context, done).enrollment.status is EnrollmentStatus.COMPLETED
    assert standing_of(any_context, on_the_way).enrollment.current_step_id == second.id
    assert live(any_context, sequence_id)[2].id == third.id


def test_who_has_no_step_left_is_through(any_context: Context):
    sequence_id = start_sequence(any_context, people=1)
    first, *_ = live(any_context, sequence_id)
    advance(any_context, sequence_id, first)
    enrollment_id = only(any_context, sequence_id).id
    plan = edit_steps(any_context, sequence_id, [first]).plan
    assert (plan.people, plan.finish) == (1, 1)
    found = standing_of(any_context, enrollment_id).enrollment
    assert (found.status, found.completion_reason) == (EnrollmentStatus.COMPLETED, CompletionReason.FINISHED)


def test_a_changed_delay_moves_who_waits_there(any_context: Context):
    sequence_id = start_sequence(any_context, people=1)
    first, second, third = live(any_context, sequence_id)
    advance(any_context, sequence_id, first)
    edit_steps(any_context, sequence_id, [first, replace(second, delay=Delay(4)), third])
    assert only(any_context, sequence_id).next_step_scheduled_at == NOW + 4 * DAY


def test_who_is_paused_is_put_elsewhere_and_stays_paused(any_context: Context):
    sequence_id = start_sequence(any_context)
    (enrollment_id,) = add_people(any_context, sequence_id, 1)
    pause_enrollment(any_context, enrollment_id)
    _, second, third = live(any_context, sequence_id)
    edit_steps(any_context, sequence_id, [replace(second, subject_template="New"), third])
    (standing,) = standings(any_context, sequence_id)
    assert standing.enrollment.status is EnrollmentStatus.PAUSED
    assert standing.enrollment.current_step_id == second.id
    assert standing.ticket is None


@pytest.mark.parametrize("state, after", [("claimed", "planned"), ("deferred", "planned"), ("uncertain", "uncertain")])
def test_an_email_not_yet_sent_is_taken_back_when_its_step_goes(any_context: Context, state: str, after: str):
    sequence_id = start_sequence(any_context, people=1)
    first, second, _ = live(any_context, sequence_id)
    add_email_row(any_context, sequence_id, first, state)
    edit_steps(any_context, sequence_id, [replace(second, subject_template="New")])
    with any_context.store.read() as unit:
        assert unit.rows("SELECT state FROM outgoing_emails") == [(after,)]
    (standing,) = standings(any_context, sequence_id)
    assert standing.enrollment.current_step_id == second.id
    assert (standing.ticket is None) is (state == "uncertain")


def test_T14_changed_weights_leave_an_email_that_waits_for_its_retry_alone(any_context: Context):
    test = AbTest((Variant("a", "A", None, 1), Variant("b", "B", None, 1)))
    sequence_id = start_sequence(any_context, people=1)
    first, *rest = live(any_context, sequence_id)
    tested = replace(first, ab_test_enabled=True, ab_test=test)
    edit_steps(any_context, sequence_id, [tested, *rest])
    add_email_row(any_context, sequence_id, first, "deferred", variant="a")
    paused = AbTest((Variant("a", "A", None, 0, is_paused=True), Variant("b", "B", None, 9)))
    edit_steps(any_context, sequence_id, [replace(tested, ab_test=paused), *rest])
    with any_context.store.read() as unit:
        assert unit.rows("SELECT state, variant_id FROM outgoing_emails") == [("deferred", "a")]
    assert only(any_context, sequence_id).current_step_id == first.id


def test_a_task_of_a_step_that_goes_is_cancelled_and_counts_as_skipped(any_context: Context):
    card = {"step_type": "task", "task_title": "Card"}
    kept = {"step_type": "task", "task_title": "Kept", "waits_for_task": False}
    sequence_id = start_sequence(any_context, kept, card, FIRST | {"delay_days": 1}, people=1)
    first, task, email = live(any_context, sequence_id)
    pass_time(any_context, hours=2)
    edit_steps(any_context, sequence_id, [first, email])
    with any_context.store.read() as unit:
        rows = unit.rows("SELECT title, state FROM tasks ORDER BY title")
    assert rows == [("Card", "cancelled"), ("Kept", "open")]
    found = only(any_context, sequence_id)
    assert found.current_step_id == email.id
    assert [(record.step_id, record.result, record.detail) for record in found.records[1:]] == [
        (task.id, StepResult.SKIPPED, "edited")
    ]
    assert found.next_step_scheduled_at is not None


def test_what_cannot_be_evaluated_is_refused_with_its_path(any_context: Context):
    sequence_id = add_sequence(any_context)
    first, second, third = live(any_context, sequence_id)
    unknown = Group(Junction.AND, (Comparison("contact.shoe", Operator.EQUALS, "x"),))
    later = Group(Junction.AND, (Comparison("email_opened", Operator.EQUALS, True, third.id),))
    with pytest.raises(BadJson) as caught:
        edit_steps(
            any_context,
            sequence_id,
            [replace(first, conditions=unknown), replace(second, conditions=later, delay=Delay(-1)), third],
        )
    assert [fault.path for fault in caught.value.faults] == [
        "$.steps[1].delay_days",
        "$.steps[0].conditions.conditions[0].field",
        "$.steps[1].conditions.conditions[0].step_reference",
    ]
    assert live(any_context, sequence_id) == [first, second, third]


def test_a_condition_may_ask_for_a_field_of_the_workspace(context: Context):
    sequence_id = add_sequence(context)
    first, *rest = live(context, sequence_id)
    asks = Group(Junction.AND, (Comparison("contact.custom.size", Operator.AT_LEAST, 5),))
    with pytest.raises(BadJson):
        edit_steps(context, sequence_id, [replace(first, conditions=asks), *rest])
    with context.store.write() as unit:
        unit.run(
            "INSERT INTO contact_fields (id, workspace_id, name, label, kind)"
            " VALUES (:id, :w, 'size', 'Size', 'number')",
            {"id": key(1), "w": context.scope.workspace_id},
        )
    edit_steps(context, sequence_id, [replace(first, conditions=asks), *rest])
    assert live(context, sequence_id)[0].conditions == asks


def test_a_step_stands_in_a_lane_that_is_there_and_only_once(context: Context):
    sequence_id = add_sequence(context)
    first, second, third = live(context, sequence_id)
    with pytest.raises(InputError) as caught:
        edit_steps(context, sequence_id, [first, replace(second, parent_id=first.id, branch=Branch.YES), third])
    assert caught.value.code == "stray_step"
    with pytest.raises(InputError) as caught:
        edit_steps(context, sequence_id, [first, second, second])
    assert caught.value.code == "step_twice"


@pytest.mark.parametrize("name", ["mailbox_id", "task_assignee_id", "call_script_id"])
def test_a_step_names_only_what_is_there(context: Context, name: str):
    sequence_id = add_sequence(context)
    first, *rest = live(context, sequence_id)
    with pytest.raises(InputError) as caught:
        edit_steps(context, sequence_id, [replace(first, **{name: key(1)}), *rest])  # type: ignore[arg-type]
    assert caught.value.code == "unknown_reference"
    there = {"mailbox_id": add_mailbox(context).id, "task_assignee_id": context.scope.user_id}.get(name)
    edit_steps(context, sequence_id, [replace(first, **{name: there}), *rest])  # type: ignore[arg-type]
    assert getattr(live(context, sequence_id)[0], name) == there


def test_a_call_needs_what_its_script_needs(context: Context):
    sequence_id = add_sequence(context, {"step_type": "call", "task_title": "Call {{ first_name }}"})
    (call,) = live(context, sequence_id)
    with context.store.write() as unit:
        unit.run(
            "INSERT INTO call_scripts (id, workspace_id, name, body, variables) VALUES (:id, :w, 'S', 'x', :needs)",
            {"id": key(1), "w": context.scope.workspace_id, "needs": unit.listing(["title"])},
        )
    edit_steps(context, sequence_id, [replace(call, call_script_id=key(1))])
    assert live(context, sequence_id)[0].variables == {"first_name", "title"}


def add_example_template(context: Context) -> Template:
    template = Template(key(40), "Hello", "Hi {{ title }}", "Text", variables=frozenset({"title"}))
    with context.store.write() as unit:
        add_template(unit, context.scope.workspace_id, template, by=context.scope.user_id, now=NOW)
    return template


def test_a_step_that_follows_a_template_holds_who_lacks_what_the_template_needs(any_context: Context):
    sequence_id = start_sequence(any_context, people=1)
    template = add_example_template(any_context)
    first, *_ = live(any_context, sequence_id)
    follow_template(any_context, sequence_id, first.id, template.id)
    found = only(any_context, sequence_id)
    assert (found.hold, found.hold_detail) == (HoldReason.MISSING_DATA, "title")
    follow_template(any_context, sequence_id, first.id, None)
    assert only(any_context, sequence_id).hold is None
    assert show_sequence(any_context, sequence_id).version == 3


def test_only_email_steps_follow_templates_that_are_there(context: Context):
    sequence_id = add_sequence(context, FIRST, {"step_type": "task", "task_title": "Card"})
    email, task = live(context, sequence_id)
    template = add_example_template(context)
    with pytest.raises(InputError, match="email steps"):
        follow_template(context, sequence_id, task.id, template.id)
    with pytest.raises(NotFound):
        follow_template(context, sequence_id, email.id, key(1))
    with pytest.raises(NotFound):
        follow_template(context, sequence_id, key(1), template.id)
