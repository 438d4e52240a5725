"""A step as a row of the table `sequence_steps`, exact both ways: what is saved is what is read."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from opendoors_desktop.domain.condition import Comparison, Group, Junction, Operand, Operator
from opendoors_desktop.domain.send_window import Delay
from opendoors_desktop.domain.step import Branch, LinkedInAction, Step, StepType
from opendoors_desktop.domain.variants import AbTest, TestType, Variant, WinnerCriteria
from opendoors_desktop.store.types import as_json, as_tags, as_uuid, json_text, maybe_instant, maybe_uuid
from opendoors_desktop.store.unit import Row

COLUMNS = (
    "id", "sequence_id", "step_order", "step_type", "parent_step_id", "branch", "delay_days", "delay_hours",
    "delay_minutes", "subject_template", "body_template", "body_is_html", "email_account_id", "is_manual",
    "ab_test_enabled", "ab_test_variants", "ab_test_winner_id", "ab_test_promotes_winner", "conditions",
    "condition_operator", "wait_until_true", "finish_yes", "finish_no", "task_title", "task_description",
    "task_assignee_id", "task_due_days", "waits_for_task", "call_script_id", "linkedin_action", "linkedin_message",
    "is_enabled", "retired_at", "variables",
)  # fmt: skip
"""The columns that make up a step; figures, dates and owners of the row are not among them."""


def as_step(row: Row) -> Step:
    """The step of a row that holds `COLUMNS` in their order; a NULL means the column's default."""
    return Step(
        id=as_uuid(row[0]),
        sequence_id=as_uuid(row[1]),
        order=int(row[2]),
        type=StepType(row[3]),
        parent_id=maybe_uuid(row[4]),
        branch=None if row[5] is None else Branch(row[5]),
        delay=Delay(row[6] or 0, row[7] or 0, row[8] or 0),
        subject_template=row[9],
        body_template=row[10],
        body_is_html=bool(row[11]),
        mailbox_id=maybe_uuid(row[12]),
        is_manual=bool(row[13]),
        ab_test_enabled=bool(row[14]),
        ab_test=_ab_test(as_json(row[15]), row[16], bool(row[17])),
        conditions=_condition(as_json(row[18]), row[19]),
        wait_until_true=bool(row[20]),
        finish_yes=bool(row[21]),
        finish_no=bool(row[22]),
        task_title=row[23],
        task_description=row[24],
        task_assignee_id=maybe_uuid(row[25]),
        task_due_days=row[26],
        waits_for_task=bool(row[27]),
        call_script_id=maybe_uuid(row[28]),
        linkedin_action=None if row[29] is None else LinkedInAction(row[29]),
        linkedin_message=row[30],
        is_enabled=bool(row[31]),
        retired_at=maybe_instant(row[32]),
        variables=frozenset(as_tags(row[33])),
    )


def values_of(step: Step) -> dict[str, Any]:
    """A step as parameters, one for each of `COLUMNS`; `variables` is a list that the unit still has to dress."""
    test = step.ab_test
    return {
        "id": step.id,
        "sequence_id": step.sequence_id,
        "step_order": step.order,
        "step_type": step.type.value,
        "parent_step_id": step.parent_id,
        "branch": None if step.branch is None else step.branch.value,
        "delay_days": step.delay.days,
        "delay_hours": step.delay.hours,
        "delay_minutes": step.delay.minutes,
        "subject_template": step.subject_template,
        "body_template": step.body_template,
        "body_is_html": step.body_is_html,
        "email_account_id": step.mailbox_id,
        "is_manual": step.is_manual,
        "ab_test_enabled": step.ab_test_enabled,
        "ab_test_variants": None if test is None else json_text(_test_json(test)),
        "ab_test_winner_id": None if test is None else test.winner_id,
        "ab_test_promotes_winner": test is not None and test.promote_winner,
        "conditions": None if step.conditions is None else json_text(_condition_json(step.conditions)),
        "condition_operator": "AND" if step.conditions is None else step.conditions.operator.value,
        "wait_until_true": step.wait_until_true,
        "finish_yes": step.finish_yes,
        "finish_no": step.finish_no,
        "task_title": step.task_title,
        "task_description": step.task_description,
        "task_assignee_id": step.task_assignee_id,
        "task_due_days": step.task_due_days,
        "waits_for_task": step.waits_for_task,
        "call_script_id": step.call_script_id,
        "linkedin_action": None if step.linkedin_action is None else step.linkedin_action.value,
        "linkedin_message": step.linkedin_message,
        "is_enabled": step.is_enabled,
        "retired_at": step.retired_at,
        "variables": sorted(step.variables),
    }


def _ab_test(raw: Mapping[str, Any] | None, winner_id: str | None, promotes: bool) -> AbTest | None:
    if raw is None:
        return None
    return AbTest(
        variants=tuple(
            Variant(each["id"], each.get("subject"), each.get("body"), each["weight"], each.get("is_paused", False))
            for each in raw["variants"]
        ),
        test_type=TestType(raw["test_type"]),
        winner_criteria=WinnerCriteria(raw["winner_criteria"]),
        winner_id=winner_id,
        promote_winner=promotes,
    )


def _test_json(test: AbTest) -> dict[str, Any]:
    return {
        "variants": [
            {"id": variant.id}
            | ({} if variant.subject is None else {"subject": variant.subject})
            | ({} if variant.body is None else {"body": variant.body})
            | {"weight": variant.weight}
            | ({"is_paused": True} if variant.is_paused else {})
            for variant in test.variants
        ],
        "test_type": test.test_type.value,
        "winner_criteria": test.winner_criteria.value,
    }


def _condition(raw: Mapping[str, Any] | None, operator: str | None) -> Group | None:
    """The condition behind stored JSON; its own outer operator rules, the column's fills in where it has none."""
    if raw is None:
        return None
    members = tuple(_group(each) if "conditions" in each else _comparison(each) for each in raw["conditions"])
    return Group(Junction(raw.get("operator") or operator or "AND"), members)


def _group(raw: Mapping[str, Any]) -> Group:
    members = tuple(_group(each) if "conditions" in each else _comparison(each) for each in raw["conditions"])
    return Group(Junction(raw["operator"]), members)


def _comparison(raw: Mapping[str, Any]) -> Comparison:
    value: Operand | list[Any] = raw.get("value")
    step_id = raw.get("step_id")
    return Comparison(
        raw["field"],
        Operator(raw["operator"]),
        tuple(value) if isinstance(value, list) else value,
        None if step_id is None else UUID(step_id),
    )


def _condition_json(condition: Group) -> dict[str, Any]:
    return {
        "conditions": [
            _condition_json(each) if isinstance(each, Group) else _comparison_json(each) for each in condition.members
        ],
        "operator": condition.operator.value,
    }


def _comparison_json(comparison: Comparison) -> dict[str, Any]:
    value = list(comparison.value) if isinstance(comparison.value, tuple) else comparison.value
    return (
        {"field": comparison.field, "operator": comparison.operator.value}
        | ({} if value is None else {"value": value})
        | ({} if comparison.step_id is None else {"step_id": str(comparison.step_id)})
    )
