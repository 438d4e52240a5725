"""Reads the steps of a sequence's JSON document: nested in lanes or as rows, with every fault and its path."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from uuid import UUID

from opendoors_desktop.domain.ab_test_json import MAX_BODY, MAX_SUBJECT, read_ab_test
from opendoors_desktop.domain.condition import Junction
from opendoors_desktop.domain.condition_json import Scope, read_condition
from opendoors_desktop.domain.contact_field import FieldKind
from opendoors_desktop.domain.flow import Flow, renumber
from opendoors_desktop.domain.json_reader import JsonObject
from opendoors_desktop.domain.send_window import Delay
from opendoors_desktop.domain.step import Branch, LinkedInAction, Step, StepType

MAX_STEPS = 500
MAX_DEPTH = 50
MAX_TEXT = 10_000
MAX_ADDRESS = 320
MAX_DAYS = 3_650
NOWHERE = UUID(int=0)
"""Stands for an id that isn't known yet."""


@dataclass(slots=True)
class StepRow:
    """A step as it was read: its value under an id of its own, and what names other records.

    `order` is the number that was given, `parent_order` the one of its conditional step where it stands as a row.
    """

    found: JsonObject
    step: Step
    mailbox: str | None
    assignee: str | None
    order: int | None
    parent_order: int | None


class _Pending(NamedTuple):
    path: str
    value: Any
    parent: Step | None
    branch: Branch | None
    depth: int


def read_steps(document: JsonObject, custom: Mapping[str, FieldKind] | None) -> tuple[Flow, list[StepRow]]:
    """The steps below `steps`, numbered, with their conditions; faults go to the document's list.

    `custom` are the workspace's own fields, which conditions may ask for; None where they aren't known.
    """
    rows = _read_rows(document)
    _join_rows(rows)
    flow = Flow(renumber(row.step for row in rows))
    _check_orders(rows, flow)
    finished = [_with_conditions(row, flow, custom) for row in rows]
    for row in rows:
        row.found.close()
    return Flow(tuple(finished)), rows


def _read_rows(document: JsonObject) -> list[StepRow]:
    """All steps in reading order, their own settings alone."""
    rows: list[StepRow] = []
    ahead = [_Pending(path, value, None, None, 1) for path, value in reversed(document.get_list("steps", MAX_STEPS))]
    while ahead:
        pending = ahead.pop()
        if len(rows) == MAX_STEPS:
            document.fault("steps", f"more than {MAX_STEPS} steps, lanes counted in")
            break
        row = _row(JsonObject(pending.value, pending.path, document.faults), len(rows) + 1, pending)
        rows.append(row)
        for branch in (Branch.NO, Branch.YES):
            lane = row.found.get_list(branch.value, MAX_STEPS)
            if lane and row.step.type is not StepType.CONDITIONAL:
                row.found.fault(branch.value, "only steps of type conditional have lanes")
            elif lane and pending.depth == MAX_DEPTH:
                row.found.fault(branch.value, f"lanes nest deeper than {MAX_DEPTH} levels")
            else:
                ahead.extend(_Pending(path, item, row.step, branch, pending.depth + 1) for path, item in reversed(lane))
    return rows


def _row(found: JsonObject, number: int, pending: _Pending) -> StepRow:
    found.require("step_type", f"one of {', '.join(StepType)}")
    order = found.get_whole("step_order", 1, MAX_STEPS)
    parent_order = found.get_whole("parent_step_order", 1, MAX_STEPS)
    branch = found.get_choice("branch", Branch)
    if pending.parent is not None and (parent_order is not None or branch is not None):
        found.fault("parent_step_order", "this step stands in a lane already: leave out parent_step_order and branch")
        parent_order = branch = None
    elif (parent_order is None) is not (branch is None):
        found.fault("branch", "parent_step_order and branch go together: give both, or neither")
        parent_order = branch = None
    step = Step(
        id=UUID(int=number),
        sequence_id=NOWHERE,
        order=order or number,
        type=found.get_choice("step_type", StepType) or StepType.TASK,
        parent_id=None if pending.parent is None else pending.parent.id,
        branch=pending.branch or branch,
        **_settings(found),
    )
    return StepRow(
        found,
        step,
        found.get_text("email_account", MAX_ADDRESS),
        found.get_text("task_assignee", MAX_ADDRESS),
        order,
        parent_order,
    )


def _settings(found: JsonObject) -> dict[str, Any]:
    """What a step has of its own, by the names of its fields."""
    tests = found.raw("ab_test_variants")
    return {
        "delay": Delay(
            found.get_whole("delay_days", 0, MAX_DAYS) or 0,
            found.get_whole("delay_hours", 0, MAX_DAYS * 24) or 0,
            found.get_whole("delay_minutes", 0, MAX_DAYS * 1440) or 0,
        ),
        "subject_template": found.get_text("subject_template", MAX_SUBJECT),
        "body_template": found.get_text("body_template", MAX_BODY),
        "body_is_html": found.get_flag("body_is_html", default=False),
        "is_manual": found.get_flag("is_manual", default=False),
        "ab_test_enabled": found.get_flag("ab_test_enabled", default=False),
        "ab_test": None if tests is None else read_ab_test(tests, found.at("ab_test_variants"), found.faults),
        "wait_until_true": found.get_flag("wait_until_true", default=False),
        "finish_yes": found.get_flag("finish_yes", default=False),
        "finish_no": found.get_flag("finish_no", default=False),
        "task_title": found.get_text("task_title", MAX_TEXT),
        "task_description": found.get_text("task_description", MAX_BODY),
        "task_due_days": found.get_whole("task_due_days", 0, MAX_DAYS),
        "waits_for_task": found.get_flag("waits_for_task", default=True),
        "linkedin_action": found.get_choice("linkedin_action", LinkedInAction),
        "linkedin_message": found.get_text("linkedin_message", MAX_BODY),
        "is_enabled": found.get_flag("is_enabled", default=True),
    }


def _join_rows(rows: list[StepRow]) -> None:
    """Put the steps that stand as rows into the lanes they name; what can't be joined goes to the main list."""
    by_order: dict[int, StepRow] = {}
    for row in rows:
        if row.order is not None and row.order in by_order:
            row.found.fault("step_order", f"another step has the step_order {row.order} as well")
        elif row.order is not None:
            by_order[row.order] = row
    parents = {row.step.id: row.step.parent_id for row in rows}
    for row in rows:
        if row.parent_order is not None and row.parent_order in by_order:
            parents[row.step.id] = by_order[row.parent_order].step.id
    for row in rows:
        if row.parent_order is not None:
            fault = _fault_of_parent(row, row.parent_order, by_order, parents)
            if fault is None:
                row.step = replace(row.step, parent_id=parents[row.step.id])
            else:
                row.found.fault("parent_step_order", fault)
                row.step = replace(row.step, branch=None)


def _fault_of_parent(
    row: StepRow, number: int, by_order: Mapping[int, StepRow], parents: Mapping[UUID, UUID | None]
) -> str | None:
    parent = by_order.get(number)
    if parent is None:
        return f"no step has the step_order {number}"
    if parent.step.type is not StepType.CONDITIONAL:
        return f"step {number} is not of type conditional and has no lanes"
    climbed: set[UUID] = set()
    at: UUID | None = parent.step.id
    while at is not None and at not in climbed:
        if at == row.step.id:
            return f"step {number} stands in a lane of this step itself: that is a loop"
        climbed.add(at)
        at = parents[at]
    return None


def _check_orders(rows: list[StepRow], flow: Flow) -> None:
    given = [row.order for row in rows]
    for row in rows:
        number = flow.number(row.step.id)
        if row.order is not None and row.order != number and given.count(row.order) == 1:
            row.found.fault("step_order", f"this is step {number}, counted depth-first from 1, not {row.order}")


def _with_conditions(row: StepRow, flow: Flow, custom: Mapping[str, FieldKind] | None) -> Step:
    """The numbered step with its conditions, which may refer to steps by number only now."""
    step = flow.by_id[row.step.id]
    default = row.found.get_choice("condition_operator", Junction, Junction.AND) or Junction.AND
    value = row.found.raw("conditions")
    if value is None:
        return step
    scope = Scope(flow.ordered, flow.number(step.id) or 0, custom)
    return replace(step, conditions=read_condition(value, row.found.at("conditions"), scope, default, row.found.faults))
