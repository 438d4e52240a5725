"""What a step says of itself."""

import pytest

from opendoors_desktop.domain.step import Branch
from opendoors_desktop.domain.variants import AbTest, Variant
from tests.domain.flow_builders import call, email, fork, linkedin, task, wait


@pytest.mark.parametrize(
    "node,is_task,waits",
    [
        (email("A"), False, False),
        (email("A", is_manual=True), True, True),
        (email("A", is_manual=True, waits_for_task=False), True, True),
        (task("A"), True, True),
        (task("A", waits_for_task=False), True, False),
        (call("A"), True, True),
        (linkedin("A"), True, True),
        (wait("A"), False, False),
        (fork("A"), False, False),
        (fork("A", is_manual=True), False, False),
    ],
)
def test_which_steps_a_person_does_and_is_waited_for(node, is_task, waits):
    assert (node.step.is_task, node.step.waits_for_person) == (is_task, waits)


def test_an_email_with_a_subject_of_its_own_or_of_a_variant_begins_a_thread():
    test = AbTest((Variant("a", "Hello"), Variant("b")))
    assert email("A").step.has_subject
    assert not email("A", subject_template=" ").step.has_subject
    assert not email("A", subject_template=None, ab_test=test).step.has_subject
    assert email("A", subject_template=None, ab_test=test, ab_test_enabled=True).step.has_subject
    assert not email("A", subject_template=None, ab_test_enabled=True).step.has_subject


def test_each_lane_may_finish_on_its_own():
    step = fork("K", finish_no=True).step
    assert (step.finishes(Branch.YES), step.finishes(Branch.NO)) == (False, True)
