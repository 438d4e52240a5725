"""Which variant a contact gets, and the text it sends."""

from collections import Counter
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain import variants
from opendoors_desktop.domain.variants import AbTest, Content, Variant, assign_variant, bucket, choose, content_of
from tests.domain.flow_builders import ENROLLMENT, email, step_id

A = step_id("A")
TWO = AbTest((Variant("a", "Subject a", "Text a", 90), Variant("b", "Subject b", None, 10)))


def spread(test, people=4000):
    return Counter(assign_variant(test, UUID(int=number), A, 1) for number in range(people))


def test_the_shares_follow_the_weights():
    counts = spread(TWO)
    assert 0.88 < counts["a"] / 4000 < 0.92
    assert counts["a"] + counts["b"] == 4000


def test_the_bucket_is_even_and_hangs_on_enrollment_step_and_round():
    assert bucket(ENROLLMENT, A, 1) == bucket(ENROLLMENT, A, 1)
    assert len({bucket(ENROLLMENT, A, 1), bucket(ENROLLMENT, A, 2), bucket(A, ENROLLMENT, 1)}) == 3
    tenths = Counter(int(10 * bucket(UUID(int=number), A, 1)) for number in range(10_000))
    assert all(900 < tenths[tenth] < 1100 for tenth in range(10))


def test_T14_changed_weights_and_pauses_change_who_gets_what_but_never_who_gets_something():
    other = replace(TWO, variants=(replace(TWO.variants[0], weight=1), replace(TWO.variants[1], weight=1)))
    assert set(spread(other)) == {"a", "b"}
    paused = replace(TWO, variants=(replace(TWO.variants[0], is_paused=True), TWO.variants[1]))
    assert set(spread(paused)) == {"b"}


def test_where_no_variant_runs_the_steps_own_text_is_sent():
    asleep = replace(TWO, variants=tuple(replace(each, is_paused=True) for each in TWO.variants))
    assert set(spread(asleep, 10)) == {None}
    weightless = replace(TWO, variants=tuple(replace(each, weight=0) for each in TWO.variants))
    assert set(spread(weightless, 10)) == {None}
    assert content_of(email("A").step, None) == Content("Subject A", "Text A")


def test_T33_a_winner_takes_everyone_who_comes_after_and_still_has_its_text():
    for winner in ("a", "b"):
        test = replace(TWO, winner_id=winner)
        assert set(spread(test, 50)) == {winner}
        step = email("A", ab_test=test, ab_test_enabled=True).step
        assert content_of(step, winner).subject == f"Subject {winner}"
    lost = replace(TWO, winner_id="gone")
    assert set(spread(lost, 200)) == {"a", "b"}


def test_T69_any_variant_can_be_promoted_also_a_paused_one():
    test = replace(TWO, winner_id="b", variants=(TWO.variants[0], replace(TWO.variants[1], is_paused=True)))
    assert set(spread(test, 50)) == {"b"}


def test_T70_of_three_contacts_with_90_to_10_everyone_gets_one_email():
    counts = spread(TWO, 3)
    assert sum(counts.values()) == 3
    assert None not in counts


@pytest.mark.parametrize(
    "kind,subject,body",
    [
        (variants.TestType.SUBJECT_LINE, "Subject a", "Text A"),
        (variants.TestType.BODY, "Subject A", "Text a"),
        (variants.TestType.CONTENT, "Subject a", "Text a"),
    ],
)
def test_a_variant_changes_what_its_test_is_of_and_the_step_gives_the_rest(kind, subject, body):
    step = email("A", ab_test=replace(TWO, test_type=kind), ab_test_enabled=True).step
    assert content_of(step, "a") == Content(subject, body)
    assert content_of(step, "gone") == Content("Subject A", "Text A")
    assert content_of(step, "b").body == "Text A"


@given(st.lists(st.integers(0, 5), max_size=5), st.floats(0, 1, exclude_max=True))
def test_a_choice_never_falls_on_a_weight_of_zero(weights, share):
    index = choose(weights, share)
    assert (index is None) is (sum(weights) == 0)
    assert index is None or weights[index] > 0
