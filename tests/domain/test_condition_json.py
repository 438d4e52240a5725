"""Conditions as JSON: the form of the data model, every fault with its path, and the way there and back."""

import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.condition import Comparison, Group, Junction, Operator, referred_steps
from opendoors_desktop.domain.condition_json import GONE, MAX_DEPTH, MAX_MEMBERS, Scope, parse, to_json
from opendoors_desktop.domain.contact_field import FieldKind
from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.fact_field import FIELDS, OPERATORS, FactKind, find_field
from opendoors_desktop.domain.json_reader import BadJson
from tests.domain.flow_builders import all_of, any_of, call, email, flow, is_true, linkedin, step_id, task, wait

TREE = flow(email("A"), call("C"), task("T"), wait("W"), email("M", is_manual=True), linkedin("L"), email("E"))
CUSTOM = {
    "plan": FieldKind.TEXT,
    "seats": FieldKind.NUMBER,
    "renews": FieldKind.DATE,
    "trial": FieldKind.BOOLEAN,
}
SCOPE = Scope(TREE.ordered, 7, CUSTOM)

EXAMPLE = {
    "conditions": [
        {"field": "email_opened", "operator": "equals", "value": True, "step_reference": 1},
        {"field": "days_since_last_contact", "operator": "greater_than", "value": 7},
    ],
    "operator": "AND",
}


def faults(*members, scope=SCOPE, **rest):
    with pytest.raises(BadJson) as caught:
        parse({"conditions": list(members), "operator": "AND"} | rest, scope)
    return [(fault.path, fault.reason) for fault in caught.value.faults]


def comparison(field="email_opened", operator="equals", value=True, **rest):
    return {"field": field, "operator": operator, "value": value} | rest


def test_the_example_of_the_data_model_is_read_and_written_as_it_stands():
    condition = parse(EXAMPLE, SCOPE)
    assert condition == all_of(
        is_true("email_opened", "A"), Comparison("days_since_last_contact", Operator.GREATER_THAN, 7)
    )
    assert to_json(condition, TREE.number) == EXAMPLE


def test_groups_nest_and_the_outer_operator_may_be_told_by_the_column():
    nested = {"conditions": [comparison(), {"conditions": [comparison("email_sent")], "operator": "OR"}]}
    expected = (is_true("email_opened"), any_of(is_true("email_sent")))
    assert parse(nested, SCOPE) == Group(Junction.AND, expected)
    assert parse(nested, SCOPE, Junction.OR) == Group(Junction.OR, expected)
    assert parse(nested | {"operator": "AND"}, SCOPE, Junction.OR).operator is Junction.AND


def test_reordering_changes_the_number_and_never_the_step_that_is_meant():
    condition = parse(EXAMPLE, SCOPE)
    other = flow(call("C"), email("A"))
    written = to_json(condition, other.number)
    assert written["conditions"][0]["step_reference"] == 2
    assert parse(written, Scope(other.ordered, 3)) == condition


def test_a_step_that_is_gone_is_written_so_that_nobody_reads_it_as_any_step():
    written = to_json(all_of(is_true("email_sent", "gone")), TREE.number)
    assert written["conditions"][0]["step_reference"] == GONE
    with pytest.raises(BadJson):
        parse(written, SCOPE)


@pytest.mark.parametrize(
    "member,path,words",
    [
        (comparison("email_opend"), "field", "there is no field “email_opend”"),
        (comparison("contact.shoe_size"), "field", "there is no field"),
        (comparison("contact.custom.unknown", "is_set", None), "field", "there is no field"),
        (comparison(7), "field", "this must be a text, not 7"),
        ({"operator": "equals", "value": True}, "field", "missing"),
        (comparison(operator="is"), "operator", "“is” is none of"),
        (comparison(operator=None), "operator", "missing"),
        (comparison(operator="greater_than"), "operator", "use one of equals, not_equals"),
        (comparison(operator="is_set", value=None), "operator", "use one of"),
        (comparison("contact.city", "greater_than", "B"), "operator", "a text"),
        (comparison("contact.tags", "equals", "x"), "operator", "a list of texts"),
        (comparison("days_since_enrolled", "contains", 3), "operator", "a number"),
        (comparison(value="true"), "value", "this must be true or false, not “true”"),
        (comparison(value=1), "value", "this must be true or false, not 1"),
        (comparison(value=None), "value", "missing: true or false"),
        (comparison("days_since_enrolled", "at_least", "7"), "value", "this must be a number, not “7”"),
        (comparison("days_since_enrolled", "at_least", True), "value", "not true"),
        (comparison("days_since_enrolled", "at_least", float("nan")), "value", "not nan"),
        (comparison("days_since_enrolled", "at_least", [7]), "value", "not a list"),
        (comparison("contact.city", "equals", {"a": 1}), "value", "not an object"),
        (comparison("contact.city", "equals", " "), "value", "use is_set or is_not_set"),
        (comparison("contact.city", "equals", "x" * 5001), "value", "at most 5,000"),
        (comparison("contact.city", "equals", 5), "value", "this must be a text, not 5"),
        (comparison("contact.custom.renews", "equals", "31.10.2026"), "value", "a day like 2026-10-31"),
        (comparison("contact.custom.renews", "equals", "2026-02-30"), "value", "a day like 2026-10-31"),
        (comparison("contact.custom.trial", "equals", "no"), "value", "true or false"),
        (comparison("contact.custom.seats", "equals", "x"), "value", "a number"),
        (comparison("contact.tags", "contains", 5), "value", "this must be a text"),
        (comparison("contact.city", "is_set", "x"), "value", "takes no value"),
        (comparison("contact.city", "in", "x"), "value", "this must be a list"),
        (comparison("contact.city", "in", []), "value", "at least one value"),
        (comparison("contact.city", "in", None), "value", "missing: a list"),
        (comparison("contact.city", "in", ["x", 5]), "value[1]", "this must be a text, not 5"),
        (comparison("contact.city", "in", ["x"] * 1001), "value", "at most 1,000"),
        (comparison(step_reference="1"), "step_reference", "a whole number, not “1”"),
        (comparison(step_reference=True), "step_reference", "a whole number, not true"),
        (comparison(step_reference=0), "step_reference", "not between 1 and 7"),
        (comparison(step_reference=8), "step_reference", "not between 1 and 7"),
        (comparison(step_reference=7), "step_reference", "doesn't come before this step (7)"),
        (
            comparison(step_reference=2),
            "step_reference",
            "step 2 is of type call; email_opened needs one of type email",
        ),
        (comparison("call_outcome", "equals", "x", step_reference=1), "step_reference", "needs one of type call"),
        (comparison("task_completed", step_reference=1), "step_reference", "call, linkedin, task"),
        (comparison("contact.city", "equals", "x", step_reference=1), "step_reference", "belongs to no step"),
        (comparison(step_refrence=1), "step_refrence", "did you mean step_reference?"),
        (comparison(xyz=1), "xyz", "known are conditions, field, operator, step_reference, value"),
        ("x", "", "this must be an object, not “x”"),
        ({"conditions": [comparison()]}, "operator", "missing: AND or OR"),
        ({"conditions": [comparison()], "operator": "XOR"}, "operator", "“XOR” is none of AND, OR"),
        ({"conditions": [], "operator": "OR"}, "conditions", "at least one condition"),
        ({"conditions": "x", "operator": "OR"}, "conditions", "this must be a list"),
        ({"conditions": [comparison()], "operator": "OR", "field": "x"}, "field", "nothing of this name is known here"),
    ],
)
def test_each_fault_is_told_with_its_path(member, path, words):
    told = faults(member)
    at = f"$.conditions[0].{path}" if path else "$.conditions[0]"
    assert [where for where, _ in told] == [at] * len(told) or at in [where for where, _ in told]
    assert any(words in reason for where, reason in told if where == at), told


def test_all_faults_are_told_at_once_in_one_error():
    told = faults(
        comparison("nope"),
        comparison(value=3),
        {"conditions": [comparison(step_reference=9), comparison("contact.city", "at_least", 1)], "operator": "no"},
    )
    assert [path for path, _ in told] == [
        "$.conditions[0].field",
        "$.conditions[1].value",
        "$.conditions[2].operator",
        "$.conditions[2].conditions[0].step_reference",
        "$.conditions[2].conditions[1].operator",
    ]
    with pytest.raises(InputError) as caught:
        parse({"conditions": [comparison("nope")]}, SCOPE)
    assert caught.value.title == "The condition can't be used: 1 fault."
    assert caught.value.where == "$.conditions[0].field"
    assert caught.value.advice.startswith("$.conditions[0].field: ")


@pytest.mark.parametrize(
    "document", [None, [], "AND", {}, {"conditions": None}, {"conditions": []}, {"operator": "OR"}]
)
def test_what_is_no_condition_at_all_is_refused(document):
    with pytest.raises(BadJson):
        parse(document, SCOPE)


def test_depth_and_length_have_an_end():
    deep = {"conditions": [comparison()], "operator": "OR"}
    for _ in range(MAX_DEPTH):
        deep = {"conditions": [deep], "operator": "OR"}
    with pytest.raises(BadJson, match="1 fault"):
        parse(deep, SCOPE)
    assert parse(deep["conditions"][0], SCOPE).operator is Junction.OR
    told = faults(*[comparison()] * (MAX_MEMBERS + 1))
    assert told == [("$.conditions", "101 items; at most 100 are allowed")]


def test_steps_may_be_asked_for_what_they_have():
    for field, reference in [
        ("task_completed", 2),
        ("task_completed", 3),
        ("task_completed", 5),
        ("task_completed", 6),
        ("email_replied", 5),
    ]:
        condition = parse({"conditions": [comparison(field, step_reference=reference)]}, SCOPE)
        assert referred_steps(condition) == {TREE.ordered[reference - 1].id}
    condition = parse({"conditions": [comparison("call_outcome", "in", ["Voicemail"], step_reference=2)]}, SCOPE)
    assert referred_steps(condition) == {step_id("C")}


def test_where_own_fields_are_not_known_any_name_may_hold_anything():
    anything = Scope((), 1, None)
    for value in ("x", 5, True):
        condition = parse({"conditions": [comparison("contact.custom.any_name", "equals", value)]}, anything)
        assert condition.members == (Comparison("contact.custom.any_name", Operator.EQUALS, value),)
    assert find_field("contact.custom.two words", None) is None
    assert find_field("contact.custom.", None) is None
    with pytest.raises(BadJson):
        parse({"conditions": [comparison("contact.custom.x", "equals", [1])]}, anything)


def test_every_field_of_the_language_is_there():
    for name in (
        "email_sent email_opened email_clicked email_replied email_bounced days_since_last_contact days_since_enrolled"
        " task_completed call_outcome contact.tags contact.email contact.first_name contact.company contact.country"
    ).split():
        assert name in FIELDS


SCALARS = {
    FactKind.SURE_FLAG: st.booleans(),
    FactKind.FLAG: st.booleans(),
    FactKind.NUMBER: st.one_of(st.integers(-99, 99), st.floats(-9, 9)),
    FactKind.TEXT: st.text(min_size=1, max_size=5).filter(lambda text: text.strip() != ""),
    FactKind.LIST: st.sampled_from(["SaaS", "fair 2026"]),
    FactKind.DAY: st.dates().map(lambda day: day.isoformat()),
}
REFERENCES = {"email": [1, 5], "call": [2], "task": [2, 3, 5, 6]}


@st.composite
def comparisons_as_json(draw):
    name = draw(st.sampled_from([*FIELDS, *(f"contact.custom.{key}" for key in CUSTOM)]))
    field = find_field(name, CUSTOM)
    assert field is not None
    operator = draw(st.sampled_from(sorted(OPERATORS[field.kind])))
    made = {"field": name, "operator": operator.value}
    if operator in {Operator.IN, Operator.NOT_IN}:
        made["value"] = draw(st.lists(SCALARS[field.kind], min_size=1, max_size=3))
    elif operator not in {Operator.IS_SET, Operator.IS_NOT_SET}:
        made["value"] = draw(SCALARS[field.kind])
    if field.steps and draw(st.booleans()):
        made["step_reference"] = draw(st.sampled_from(REFERENCES[name.split("_")[0]]))
    return made


DOCUMENTS = st.recursive(
    comparisons_as_json(),
    lambda inner: st.builds(
        lambda members, operator: {"conditions": members, "operator": operator},
        st.lists(inner, min_size=1, max_size=3),
        st.sampled_from(["AND", "OR"]),
    ),
    max_leaves=6,
).filter(lambda document: "conditions" in document)


@given(DOCUMENTS)
def test_the_way_there_and_back_is_exact(document):
    condition = parse(document, SCOPE)
    assert to_json(condition, TREE.number) == document
    assert parse(json.loads(json.dumps(to_json(condition, TREE.number))), SCOPE) == condition


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(["conditions", "operator", "field", "value", "step_reference", "x"]), inner, max_size=4
            ),
        ),
        max_leaves=12,
    )
)
def test_any_json_is_read_or_refused_with_paths(document):
    try:
        condition = parse(document, SCOPE)
    except BadJson as refused:
        paths = [fault.path for fault in refused.faults]
    else:
        assert parse(to_json(condition, TREE.number), SCOPE) == condition
        return
    assert paths
    assert all(path.startswith("$") for path in paths)


def test_ids_stay_inside():
    written = json.dumps(to_json(parse(EXAMPLE, SCOPE), TREE.number))
    assert str(step_id("A")) not in written
    assert not isinstance(json.loads(written)["conditions"][0]["step_reference"], UUID)
