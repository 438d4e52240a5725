"""Conditions as JSON: read with every fault at once, and written back.

The JSON is `{"conditions": [...], "operator": "AND"}`; a member is a comparison `{"field", "operator", "value",
"step_reference"}` or again such a group. `step_reference` is a step's number; inside a condition the step's id is kept,
so that reordering never changes what it means.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any
from uuid import UUID

from opendoors_desktop.domain.condition import Comparison, Condition, Group, Junction, Operand, Operator, Scalar
from opendoors_desktop.domain.contact_field import FieldKind
from opendoors_desktop.domain.fact_field import FIELDS, OPERATORS, FactField, FactKind, find_field
from opendoors_desktop.domain.json_reader import BadJson, JsonFault, JsonObject, read_date, shown
from opendoors_desktop.domain.step import Step

MAX_MEMBERS = 100
MAX_DEPTH = 20
MAX_TEXT = 5_000
MAX_LISTED = 1_000
GONE = 0
"""The step_reference written for a step that is there no longer; it is refused when read."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a condition may speak of: the steps in depth-first order, of these those before number `before`.

    `custom` are the workspace's own fields by name, None where they aren't known.
    """

    steps: Sequence[Step]
    before: int
    custom: Mapping[str, FieldKind] | None = None


def parse(document: object, scope: Scope, default: Junction = Junction.AND) -> Condition:
    """The condition that a JSON value says; raises BadJson with every fault and its path.

    `default` is the operator of the outer group where the JSON names none.
    """
    faults: list[JsonFault] = []
    condition = read_condition(document, "$", scope, default, faults)
    if condition is None:
        raise BadJson("The condition can't be used", faults)
    return condition


def read_condition(
    document: object, path: str, scope: Scope, default: Junction, faults: list[JsonFault]
) -> Condition | None:
    """The condition at a path of a larger document; None after adding at least one fault to the list."""
    before = len(faults)
    group = _group(JsonObject(document, path, faults), scope, default, 1)
    return group if len(faults) == before else None


def _group(found: JsonObject, scope: Scope, default: Junction | None, depth: int) -> Group:
    if depth > 1:
        found.require("operator", "AND or OR")
    operator = found.get_choice("operator", Junction, default)
    items = found.get_list("conditions", MAX_MEMBERS)
    if found.is_object and not items:
        found.fault("conditions", "at least one condition is needed")
    if depth > MAX_DEPTH:
        found.fault("", f"groups nest deeper than {MAX_DEPTH} levels")
        items = []
    found.close()
    members = [_member(JsonObject(item, path, found.faults), scope, depth) for path, item in items]
    return Group(operator or Junction.AND, tuple(member for member in members if member is not None))


def _member(found: JsonObject, scope: Scope, depth: int) -> Comparison | Group | None:
    if found.has("conditions"):
        return _group(found, scope, None, depth + 1)
    found.require("field", "the field to compare")
    name = found.get_text("field", MAX_TEXT)
    field = None if name is None else find_field(name, scope.custom)
    if name is not None and field is None:
        found.fault("field", f"there is no field {shown(name)}; known are {', '.join(FIELDS)} and contact.custom.NAME")
    found.require("operator", f"one of {', '.join(Operator)}")
    operator = found.get_choice("operator", Operator)
    value, reference = found.raw("value"), found.raw("step_reference")
    found.close()
    if field is None:
        return None
    step_id = _step_id(found, field, reference, scope)
    if operator is None:
        return None
    if operator not in OPERATORS[field.kind]:
        fitting = ", ".join(word for word in Operator if word in OPERATORS[field.kind])
        found.fault("operator", f"{field.name} is {field.kind}: use one of {fitting}")
        return None
    return Comparison(field.name, operator, _operand(found, field, operator, value), step_id)


def _step_id(found: JsonObject, field: FactField, reference: object, scope: Scope) -> UUID | None:
    if reference is None:
        return None
    if not field.steps:
        found.fault("step_reference", f"{field.name} belongs to no step: leave it out")
        return None
    number = found.get_whole("step_reference", 1, len(scope.steps))
    if number is None:
        return None
    if number >= scope.before:
        found.fault("step_reference", f"step {number} doesn't come before this step ({scope.before})")
        return None
    step = scope.steps[number - 1]
    if not field.may_refer_to(step):
        fitting = ", ".join(sorted(field.steps))
        found.fault("step_reference", f"step {number} is of type {step.type}; {field.name} needs one of type {fitting}")
    return step.id


def _operand(found: JsonObject, field: FactField, operator: Operator, value: Any) -> Operand:
    if operator in {Operator.IS_SET, Operator.IS_NOT_SET}:
        if value is not None:
            found.fault("value", f"{operator} takes no value: leave it out")
        return None
    if operator not in {Operator.IN, Operator.NOT_IN}:
        return _scalar(found, "value", field.kind, value)
    items = found.get_list("value", MAX_LISTED)
    if isinstance(value, list) and not items:
        found.fault("value", "at least one value is needed")
    elif value is None:
        found.fault("value", f"missing: a list of values, each {field.kind}")
    return tuple(_scalar(found, f"value[{index}]", field.kind, item) for index, (_, item) in enumerate(items))


def _scalar(found: JsonObject, name: str, kind: FactKind, value: Any) -> Scalar:
    """A value of the kind; puts down a fault and gives an empty text where it is none."""
    asked = FactKind.FLAG if kind is FactKind.SURE_FLAG else FactKind.TEXT if kind is FactKind.LIST else kind
    if value is None:
        found.fault(name, f"missing: {asked}")
    elif isinstance(value, str) and not value.strip() and asked is not FactKind.FLAG:
        found.fault(name, "an empty text is never equal to anything: use is_set or is_not_set")
    elif isinstance(value, str) and len(value) > MAX_TEXT:
        found.fault(name, f"{len(value):,} characters; at most {MAX_TEXT:,} are allowed")
    elif not _is_of(asked, value):
        found.fault(name, f"this must be {asked}, not {shown(value)}")
    else:
        return value  # type: ignore[no-any-return]  # _is_of has looked at it
    return ""


def _is_of(kind: FactKind, value: Any) -> bool:
    if kind is FactKind.FLAG:
        return isinstance(value, bool)
    if kind is FactKind.DAY:
        return isinstance(value, str) and read_date(value) is not None
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
    if kind is FactKind.NUMBER:
        return is_number
    return isinstance(value, str) or (kind is FactKind.ANY and (is_number or isinstance(value, bool)))


def to_json(condition: Condition, number_of: Callable[[UUID], int | None]) -> dict[str, Any]:
    """The condition as JSON; `number_of` gives the number of a step, None for one that is gone."""
    members = [
        to_json(each, number_of) if isinstance(each, Group) else _written(each, number_of) for each in condition.members
    ]
    return {"conditions": members, "operator": condition.operator.value}


def _written(comparison: Comparison, number_of: Callable[[UUID], int | None]) -> dict[str, Any]:
    written: dict[str, Any] = {"field": comparison.field, "operator": comparison.operator.value}
    if comparison.value is not None:
        written["value"] = list(comparison.value) if isinstance(comparison.value, tuple) else comparison.value
    if comparison.step_id is not None:
        written["step_reference"] = number_of(comparison.step_id) or GONE
    return written
