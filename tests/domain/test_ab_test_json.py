"""A/B tests as JSON: the form of the data model, every fault with its path, and the way there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain import variants
from opendoors_desktop.domain.ab_test_json import ab_test_to_json, parse_ab_test
from opendoors_desktop.domain.json_reader import BadJson
from opendoors_desktop.domain.variants import AbTest, Variant, WinnerCriteria

EXAMPLE = {
    "variants": [
        {"id": "variant_a", "subject": "Original Subject Line", "weight": 50},
        {"id": "variant_b", "subject": "Improved Subject Line", "weight": 50},
    ],
    "test_type": "subject_line",
    "winner_criteria": "open_rate",
}


def faults(**changes):
    with pytest.raises(BadJson) as caught:
        parse_ab_test(EXAMPLE | changes)
    return [(fault.path, fault.reason) for fault in caught.value.faults]


def test_the_example_of_the_data_model_is_read_and_written_as_it_stands():
    test = parse_ab_test(EXAMPLE)
    assert test == AbTest(
        (
            Variant("variant_a", "Original Subject Line", None, 50),
            Variant("variant_b", "Improved Subject Line", None, 50),
        ),
        variants.TestType.SUBJECT_LINE,
        WinnerCriteria.OPEN_RATE,
    )
    assert ab_test_to_json(test) == EXAMPLE


@pytest.mark.parametrize(
    "changes,path,words",
    [
        ({"variants": []}, "variants", "at least one variant"),
        ({"variants": None}, "variants", "at least one variant"),
        ({"variants": [{"id": "a", "weight": 1}] * 11}, "variants", "at most 10"),
        ({"variants": [{"weight": 1}]}, "variants[0].id", "missing"),
        ({"variants": [{"id": " ", "weight": 1}]}, "variants[0].id", "names no variant"),
        ({"variants": [{"id": "a", "weight": 1}, {"id": "a", "weight": 1}]}, "variants[1].id", "called a as well"),
        ({"variants": [{"id": "a"}]}, "variants[0].weight", "missing"),
        ({"variants": [{"id": "a", "weight": 0.5}]}, "variants[0].weight", "whole number"),
        ({"variants": [{"id": "a", "weight": 0}]}, "variants", "all weights are 0"),
        ({"variants": [{"id": "a", "weight": 1, "body": "x"}]}, "variants[0].body", "test is of subject lines"),
        ({"variants": [{"id": "a", "weight": 1, "subjct": "x"}]}, "variants[0].subjct", "did you mean subject?"),
        ({"variants": ["a"]}, "variants[0]", "must be an object"),
        ({"test_type": "body"}, "variants[0].subject", "test is of bodies"),
        ({"test_type": None}, "test_type", "missing"),
        ({"test_type": "both"}, "test_type", "none of subject_line, body, content"),
        ({"winner_criteria": None}, "winner_criteria", "missing"),
        ({"winner_criteria": "luck"}, "winner_criteria", "none of open_rate"),
        ({"winner_id": "c"}, "winner_id", "no variant has this id"),
        ({"promote_winner": "yes"}, "promote_winner", "true or false"),
        ({"more": 1}, "more", "nothing of this name"),
    ],
)
def test_each_fault_is_told_with_its_path(changes, path, words):
    told = faults(**changes)
    assert any(where == f"$.{path}" and words in reason for where, reason in told), told


def test_what_is_no_object_is_refused():
    with pytest.raises(BadJson):
        parse_ab_test([])


TEXT = st.text(st.characters(exclude_characters="\0"), max_size=5)
VARIANTS = st.builds(
    Variant,
    st.text("abcdef", min_size=1, max_size=5),
    st.none() | TEXT,
    st.none() | TEXT,
    st.integers(1, 100),
    st.booleans(),
)


@given(
    st.lists(VARIANTS, min_size=1, max_size=4, unique_by=lambda variant: variant.id),
    st.sampled_from(WinnerCriteria),
    st.booleans(),
    st.booleans(),
)
def test_the_whole_object_goes_there_and_back(found, criteria, has_winner, promotes):
    test = AbTest(tuple(found), variants.TestType.CONTENT, criteria, found[-1].id if has_winner else None, promotes)
    assert parse_ab_test(ab_test_to_json(test)) == test
