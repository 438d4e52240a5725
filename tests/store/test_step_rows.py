"""Steps as rows: nothing is lost either way, whatever a step holds."""

from dataclasses import fields, replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain import variants
from opendoors_desktop.domain.condition import Comparison, Group, Junction, Operator
from opendoors_desktop.domain.send_window import Delay
from opendoors_desktop.domain.step import Branch, LinkedInAction, Step, StepType
from opendoors_desktop.domain.variants import AbTest, Variant, WinnerCriteria
from opendoors_desktop.store.step_rows import COLUMNS, as_step, values_of
from tests.sequence_builders import email, every_step, key

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
MAYBE = st.one_of(st.none(), TEXT)
IDS = st.uuids(version=None)
SCALARS = st.one_of(TEXT, st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False))
COMPARISONS = st.builds(
    Comparison,
    TEXT,
    st.sampled_from(Operator),
    st.one_of(st.none(), SCALARS, st.lists(SCALARS, min_size=1, max_size=4).map(tuple)),
    st.one_of(st.none(), IDS),
)
GROUPS = st.recursive(
    st.builds(Group, st.sampled_from(Junction), st.lists(COMPARISONS, min_size=1, max_size=3).map(tuple)),
    lambda inner: st.builds(
        Group, st.sampled_from(Junction), st.lists(st.one_of(COMPARISONS, inner), min_size=1, max_size=3).map(tuple)
    ),
    max_leaves=6,
)
TESTS = st.builds(
    AbTest,
    st.lists(st.builds(Variant, TEXT, MAYBE, MAYBE, st.integers(0, 100), st.booleans()), max_size=4).map(tuple),
    st.sampled_from(variants.TestType),
    st.sampled_from(WinnerCriteria),
    MAYBE,
    st.booleans(),
)
COUNTS = st.integers(0, 1000)
STEPS = st.builds(
    Step,
    id=IDS,
    sequence_id=IDS,
    order=st.integers(1, 500),
    type=st.sampled_from(StepType),
    parent_id=st.one_of(st.none(), IDS),
    branch=st.one_of(st.none(), st.sampled_from(Branch)),
    delay=st.builds(Delay, COUNTS, COUNTS, COUNTS),
    subject_template=MAYBE,
    body_template=MAYBE,
    body_is_html=st.booleans(),
    mailbox_id=st.one_of(st.none(), IDS),
    is_manual=st.booleans(),
    ab_test_enabled=st.booleans(),
    ab_test=st.one_of(st.none(), TESTS),
    conditions=st.one_of(st.none(), GROUPS),
    wait_until_true=st.booleans(),
    finish_yes=st.booleans(),
    finish_no=st.booleans(),
    task_title=MAYBE,
    task_description=MAYBE,
    task_assignee_id=st.one_of(st.none(), IDS),
    task_due_days=st.one_of(st.none(), COUNTS),
    waits_for_task=st.booleans(),
    call_script_id=st.one_of(st.none(), IDS),
    linkedin_action=st.one_of(st.none(), st.sampled_from(LinkedInAction)),
    linkedin_message=MAYBE,
    is_enabled=st.booleans(),
    variables=st.frozensets(TEXT, max_size=3),
)


@given(STEPS)
def test_any_step_comes_back_as_it_was(step: Step):
    values = values_of(step)
    assert tuple(values) == COLUMNS
    assert as_step(tuple(values.values())) == step


def test_what_is_true_and_what_is_one_stay_apart():
    step = email(
        1, key(0), conditions=Group(Junction.AND, (Comparison("contact.x", Operator.IN, (True, 1, 1.5, "1")),))
    )
    found = as_step(tuple(values_of(step).values()))
    assert found.conditions is not None
    comparison = found.conditions.members[0]
    assert isinstance(comparison, Comparison)
    assert isinstance(comparison.value, tuple)
    assert [type(value) for value in comparison.value] == [bool, int, float, str]


def test_the_column_fills_in_an_outer_operator_that_the_stored_json_lacks():
    raw = {"conditions": [{"field": "email_opened", "operator": "equals", "value": True}]}
    values = values_of(email(1, key(0))) | {"conditions": raw, "condition_operator": "OR"}
    read = as_step(tuple(values.values())).conditions
    assert read is not None
    assert read.operator is Junction.OR
    values["condition_operator"] = None
    read = as_step(tuple(values.values())).conditions
    assert read is not None
    assert read.operator is Junction.AND


def test_the_outer_operator_is_copied_to_its_column():
    group = Group(Junction.OR, (Comparison("contact.phone", Operator.IS_SET),))
    assert values_of(email(1, key(0), conditions=group))["condition_operator"] == "OR"


def test_the_examples_use_every_option_of_a_step():
    """So that a new option that nobody stores fails a test."""
    steps = [*every_step(key(0), key(100), key(101)), replace(email(20, UUID(int=1)), retired_at=None)]
    left_at_default = {"call_script_id", "retired_at"}  # these refer to rows, or are set by the store
    for option in fields(Step):
        values = {repr(getattr(step, option.name)) for step in steps}
        assert len(values) > 1 or option.name in left_at_default, option.name
